// HTTPS records (RFC 9460): they name the protocols of a server, and so lead to HTTP/3. By DoH, and by a transport.
import { setTimeout as sleep } from 'node:timers/promises'
import init, { fetch, type HttpsRecord } from 'libcurl-wasm'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { nodeTransport } from '../../dist/js/internals.js'
import { caddy } from '../servers/caddy.js'
import { certificates } from '../servers/certificates.js'
import { alpnParameter, answerTo, httpsRecord } from '../servers/dns.js'
import { deferred } from '../fetch/outcome.js'
import { bodyOf, httpsServer } from '../servers/listening.js'

const { certFile: CAINFO } = certificates().ca
const web = await caddy((_request, response) => void response.end('hello'))
/** libcurl asks for this name, because the port is not 443. */
const RECORD_NAME = `_${web.port}._https.h3.test`

/** What the resolvers of the tests know of the name. */
let protocols: string[] | null = null
const asked: string[] = []
/** The question for the record has been answered. */
let answered = deferred()
const doh = await httpsServer(async (request, response) => {
  const { name, answer } = answerTo(
    await bodyOf(request),
    (name) => (name === 'h3.test' ? '127.0.0.1' : undefined),
    (name) => (name === RECORD_NAME && protocols ? httpsRecord(...protocols) : undefined),
  )
  asked.push(`DoH ${name}`)
  response.setHeader('Content-Type', 'application/dns-message')
  if (name === RECORD_NAME) return void response.end(answer, () => answered.resolve())
  // libcurl does not wait for the record once it has an address
  await answered.promise
  await sleep(100)
  response.end(answer)
})
let answerHttps: () => Promise<HttpsRecord[]>
await init({
  transport: {
    ...nodeTransport,
    async resolve(name, family) {
      await sleep(100)
      return name === 'h3.test' && family === 'IPv4' ? [{ address: '127.0.0.1' }] : []
    },
    resolveHttps: (name) => {
      asked.push(`transport ${name}`)
      return answerHttps()
    },
  },
})
afterAll(() => Promise.all([web.close(), doh.close()]))
afterEach(() => void (asked.length = 0))

/** The version of HTTP that a call uses by default. A new name in the URL each time would be a new connection. */
async function versionBy(options: { DOH_URL?: string }): Promise<string> {
  // the certificate is for localhost; a busy machine must not make HTTP/3 lose against HTTP/2
  const always = {
    HAPPY_EYEBALLS_TIMEOUT_MS: 20_000,
    CAINFO,
    SSL_VERIFYHOST: 0,
    FRESH_CONNECT: true,
    FORBID_REUSE: true,
    DNS_CACHE_TIMEOUT: 0,
  } as const
  const response = await fetch(`https://h3.test:${web.port}/`, { curl: { options: { ...always, ...options } } })
  expect(await response.text()).toBe('hello')
  return response.curl.httpVersion
}

describe('by DoH', () => {
  const ask = () => versionBy({ DOH_URL: `https://localhost:${doh.port}/dns-query` })

  test.each([
    [['h3'], '3'],
    [['h2'], '2'],
    [['http/1.1'], '1.1'],
    [['unknown', 'h3', 'h2'], '3'],
    [null, '2'],
  ])('a record with %j leads to HTTP/%s', async (alpn, version) => {
    protocols = alpn
    answered = deferred()
    expect(await ask()).toBe(version)
    expect(asked).toContain(`DoH ${RECORD_NAME}`)
    expect(asked).not.toContain(`transport ${RECORD_NAME}`)
  })
})

describe('by a transport', () => {
  const record = (...alpn: string[]): HttpsRecord => ({ priority: 1, target: '', params: alpnParameter(...alpn) })

  test('a record leads to HTTP/3', async () => {
    answerHttps = async () => [record('h3')]
    expect(await versionBy({})).toBe('3')
    expect(asked).toEqual([`transport ${RECORD_NAME}`])
  })

  test.each<[string, () => Promise<HttpsRecord[]>]>([
    ['no record', async () => []],
    ['a record for another host', async () => [{ ...record('h3'), target: 'elsewhere.test' }]],
    ['a record that is cut off', async () => [{ ...record('h3'), params: record('h3').params.subarray(0, 5) }]],
    ['a failure', () => Promise.reject(new Error('no such thing'))],
    ['an answer that never comes', () => new Promise(() => {})],
  ])('%s changes nothing', async (_name, answer) => {
    answerHttps = answer
    expect(await versionBy({})).toBe('2')
  })
})
