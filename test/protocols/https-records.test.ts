// HTTPS records (RFC 9460): they name the protocols of a server, and so lead to HTTP/3. By DoH, and by a transport.
// libcurl waits for a record for 25 ms only, which a busy machine may need for other things. So each test makes a first
// call with a name of its own, and looks at the second one, for which the record is in libcurl's cache.
import init, { fetch, type HttpsRecord } from 'libcurl-wasm'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { nodeTransport } from '../../dist/js/internals.js'
import { caddy } from '../servers/caddy.js'
import { certificates } from '../servers/certificates.js'
import { alpnParameter, answerTo, httpsRecord } from '../servers/dns.js'
import { bodyOf, httpsServer } from '../servers/listening.js'

const { certFile: CAINFO } = certificates().ca
const web = await caddy((_request, response) => void response.end('hello'))

/** What the resolvers of the tests know of all names. */
let protocols: string[] | null = null
const asked: string[] = []
const doh = await httpsServer(async (request, response) => {
  const { name, answer } = answerTo(
    await bodyOf(request),
    (name) => (/^\w+\.h3\.test$/.test(name) ? '127.0.0.1' : undefined),
    (name) => (name.startsWith('_') && protocols ? httpsRecord(...protocols) : undefined),
  )
  asked.push(`DoH ${name}`)
  response.setHeader('Content-Type', 'application/dns-message').end(answer)
})
let answerHttps: () => Promise<HttpsRecord[]>
await init({
  transport: {
    ...nodeTransport,
    resolve: async (_name, family) => (family === 'IPv4' ? [{ address: '127.0.0.1' }] : []),
    resolveHttps: (name) => {
      asked.push(`transport ${name}`)
      return answerHttps()
    },
  },
})
afterAll(() => Promise.all([web.close(), doh.close()]))
afterEach(() => void (asked.length = 0))

let names = 0
/** The version of HTTP of the second call, and the name of the record. */
async function secondCall(more: { DOH_URL?: string }): Promise<{ version: string; record: string }> {
  const host = `name${names++}.h3.test`
  const options = {
    CAINFO,
    SSL_VERIFYHOST: 0, // the certificate is for localhost
    HAPPY_EYEBALLS_TIMEOUT_MS: 20_000, // a busy machine must not make HTTP/3 lose against HTTP/2
    FRESH_CONNECT: true,
    ...more,
  } as const
  let version = ''
  for (let i = 0; i < 2; i++) {
    const response = await fetch(`https://${host}:${web.port}/`, { curl: { options } })
    expect(await response.text()).toBe('hello')
    version = response.curl.httpVersion
  }
  return { version, record: `_${web.port}._https.${host}` }
}

describe('by DoH', () => {
  test.each([
    [['h3'], '3'],
    [['h2'], '2'],
    [['http/1.1'], '1.1'],
    [['unknown', 'h3', 'h2'], '3'],
    [null, '2'],
  ])('a record with %j leads to HTTP/%s', async (alpn, expected) => {
    protocols = alpn
    const { version, record } = await secondCall({ DOH_URL: `https://localhost:${doh.port}/dns-query` })
    expect(version).toBe(expected)
    expect(asked).toContain(`DoH ${record}`)
    expect(asked).not.toContain(`transport ${record}`)
  })
})

describe('by a transport', () => {
  const record = (...alpn: string[]): HttpsRecord => ({ priority: 1, target: '', params: alpnParameter(...alpn) })

  test('a record leads to HTTP/3', async () => {
    answerHttps = async () => [record('h3')]
    const second = await secondCall({})
    expect(second.version).toBe('3')
    expect(asked).toContain(`transport ${second.record}`)
  })

  test.each<[string, () => Promise<HttpsRecord[]>]>([
    ['no record', async () => []],
    ['a record for another host', async () => [{ ...record('h3'), target: 'elsewhere.test' }]],
    ['a record that is cut off', async () => [{ ...record('h3'), params: record('h3').params.subarray(0, 5) }]],
    ['a failure', () => Promise.reject(new Error('no such thing'))],
    ['an answer that never comes', () => new Promise(() => {})],
  ])('%s changes nothing', async (_name, answer) => {
    answerHttps = answer
    expect((await secondCall({})).version).toBe('2')
  })
})
