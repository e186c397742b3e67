// Encrypted client hello (RFC 9849): the name that the network sees, and the one that the server gets.
import net from 'node:net'
import init, { Session, versionInfo } from 'libcurl-wasm'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { caddy } from '../servers/caddy.js'
import { certificates } from '../servers/certificates.js'
import { answerTo, echParameter, serviceRecord } from '../servers/dns.js'
import { echKey, echServer, INNER, OUTER } from '../servers/ech.js'
import { bodyOf, httpsServer, listen } from '../servers/listening.js'
import { curl as tool } from '../tool/client.js'

const { certFile: CAINFO } = certificates().ca
const [key, staleKey] = [echKey('key'), echKey('stale')]
const server = await echServer(key)
const ecl = (config: Buffer) => `ecl:${config.toString('base64')}`

/** What passed through the wire to the server. */
let wire = Buffer.alloc(0)
const tapped = await listen(
  net.createServer((client) => {
    const upstream = net.connect(server.port, '127.0.0.1')
    client.on('data', (bytes) => (wire = Buffer.concat([wire, bytes])))
    client.on('error', () => upstream.destroy()).pipe(upstream)
    upstream.on('error', () => client.destroy()).pipe(client)
  }),
  'tcp',
)

/** The ECHConfigList in the HTTPS records of all names. */
let published: Buffer | null = null
const doh = await httpsServer(async (request, response) => {
  const { answer } = answerTo(
    await bodyOf(request),
    () => '127.0.0.1',
    (name) => (name.startsWith('_') && published ? serviceRecord(echParameter(published)) : undefined),
  )
  response.setHeader('Content-Type', 'application/dns-message').end(answer)
})
const DOH_URL = `https://localhost:${doh.port}/dns-query`

const web = await caddy((_request, response) => void response.end('hello'))

await init()
const sessions: Session[] = []
afterEach(() => {
  for (const session of sessions.splice(0)) session.close()
  wire = Buffer.alloc(0)
  published = null
})
afterAll(() => Promise.all([server.close(), tapped.close(), doh.close(), web.close()]))

const RESOLVE = [`${INNER}:${tapped.port}:127.0.0.1`]
const url = `https://${INNER}:${tapped.port}/`

/** What the server says about the client hello, with a new session and so with nothing known from before. */
async function hello(ECH: string, more: { DOH_URL?: string; RESOLVE?: string[] } = { RESOLVE }): Promise<string> {
  const session = new Session()
  sessions.push(session)
  const response = await session.fetch(url, { curl: { options: { CAINFO, ECH, ...more } } })
  return /^ECH .*$/m.exec(await response.text())![0]
}
const noConfiguration = { cause: { code: 'CURLE_SSL_CONNECT_ERROR' } }
const succeeded = (outer = OUTER) => `ECH success: outer sni: ${outer}, inner sni: ${INNER}`

test('the full module has it', () => {
  expect(versionInfo().feature_names).toContain('ECH')
})

describe('with a configuration in the option', () => {
  test('the network sees the public name only', async () => {
    expect(await hello(ecl(key.config))).toBe(succeeded())
    expect(wire.includes(OUTER)).toBe(true)
    expect(wire.includes(INNER)).toBe(false)
  })

  test('without it the network sees the name', async () => {
    expect(await hello('false')).toBe('ECH not attempted')
    expect(wire.includes(INNER)).toBe(true)
  })

  test('another public name can be chosen', async () => {
    const session = new Session()
    sessions.push(session)
    const options = { CAINFO, RESOLVE, ECH: 'pn:chosen.example' }
    await expect(session.fetch(url, { curl: { options } })).rejects.toMatchObject(noConfiguration)
    const { stdout } = await tool([
      ...['-sS', '--cacert', CAINFO, '--resolve', RESOLVE[0]!],
      ...['--ech', ecl(key.config), '--ech', 'pn:chosen.example', url],
    ])
    expect(stdout.toString()).toContain(succeeded('chosen.example'))
    expect(wire.includes('chosen.example')).toBe(true)
    expect(wire.includes(OUTER)).toBe(false)
  })

  test('a connection that resumes the session of another one hides the name too', async () => {
    const session = new Session()
    sessions.push(session)
    for (let i = 0; i < 2; i++) {
      const options = { CAINFO, RESOLVE, ECH: ecl(key.config), FRESH_CONNECT: true }
      const response = await session.fetch(url, { curl: { options } })
      const text = await response.text()
      expect(text).toContain(succeeded())
      expect(text).toMatch(i === 0 ? /^New, TLSv1.3/m : /^Reused, TLSv1.3/m)
    }
    expect(wire.includes(INNER)).toBe(false)
  })

  test.each(['ecl:', 'true'])('one that the server no longer has is an error, and not a fall-back: %s', async (how) => {
    published = staleKey.config
    const more = how === 'true' ? { DOH_URL } : { RESOLVE }
    const failed = hello(how === 'true' ? how : ecl(staleKey.config), more)
    await expect(failed).rejects.toMatchObject({ cause: { code: 'CURLE_ECH_REQUIRED' } })
    expect(wire.includes(INNER)).toBe(false)
  })

  test('the trace has the configuration with which to try again', async () => {
    const args = ['-sSv', '--cacert', CAINFO, '--resolve', RESOLVE[0]!, '--ech', ecl(staleKey.config), url]
    const { status, stderr } = await tool(args)
    expect(status).toBe(101)
    expect(stderr).toContain(`ECH: retry_configs ${key.config.toString('base64')}`)
  })

  test('something else than a configuration is an error', async () => {
    await expect(hello('ecl:AAAA')).rejects.toMatchObject(noConfiguration)
    expect(wire.includes(INNER)).toBe(false)
  })
})

describe('with HTTPS records by DoH', () => {
  test.each(['true', 'hard'])('%s uses the configuration in the record', async (ECH) => {
    published = key.config
    expect(await hello(ECH, { DOH_URL })).toBe(succeeded())
    expect(wire.includes(INNER)).toBe(false)
  })

  test('without a record true shows the name', async () => {
    expect(await hello('true', { DOH_URL })).toBe('ECH not attempted')
    expect(wire.includes(INNER)).toBe(true)
  })

  test('a record with something else than a configuration is as none', async () => {
    published = Buffer.from('something else')
    expect(await hello('true', { DOH_URL })).toBe('ECH not attempted')
    await expect(hello('hard', { DOH_URL })).rejects.toMatchObject(noConfiguration)
  })

  test('without a record hard is an error', async () => {
    await expect(hello('hard', { DOH_URL })).rejects.toMatchObject(noConfiguration)
    expect(wire.includes(INNER)).toBe(false)
  })
})

describe('grease', () => {
  test('looks like ECH to a server that has it', async () => {
    expect(await hello('grease')).toBe('ECH attempt we interpret as GREASE')
  })

  test('changes nothing for a server that does not know ECH', async () => {
    const plain = await httpsServer((_request, response) => void response.end('hello'))
    const session = new Session()
    sessions.push(session)
    const response = await session.fetch(plain.url, { curl: { options: { CAINFO, ECH: 'grease' } } })
    expect(await response.text()).toBe('hello')
    await plain.close()
  })
})

describe('HTTP/3', () => {
  const get = async (ECH: string) => {
    const session = new Session()
    sessions.push(session)
    const response = await session.fetch(web.url, { curl: { httpVersion: '3-only', options: { CAINFO, ECH } } })
    return response.text()
  }

  test('grease changes nothing for a server that does not know ECH', async () => {
    expect(await get('grease')).toBe('hello')
  })

  test('such a server, with a configuration, is an error', async () => {
    await expect(get(ecl(key.config))).rejects.toMatchObject({ cause: { code: 'CURLE_COULDNT_CONNECT' } })
  })
})
