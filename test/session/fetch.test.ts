// session.fetch: the package's fetch with the settings of the session, and a state that it shares with no other.
import { setTimeout as sleep } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import ky from 'ky'
import { CurlError, fetch, Session, type CurlOptions, type SessionOptions } from 'libcurl-wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { connectProxy } from '../servers/connect-proxy.js'
import { blackHole } from '../servers/faults.js'
import { http2Server, httpServer, httpsServer } from '../servers/listening.js'
import { sessionsWith } from './sessions.js'

const { ca, client } = certificates()
let running = 0
let most = 0
const server = await httpServer(async (request, response) => {
  most = Math.max(most, ++running)
  if (request.url === '/slow') await sleep(50)
  if (request.url === '/silent') await sleep(20_000, undefined, { ref: false })
  if (request.url === '/moved') response.writeHead(302, { location: '/silent' })
  if (request.url === '/set') response.setHeader('set-cookie', 'a=1')
  if (request.url === '/trickle') response.write('the beginning')
  else response.end(JSON.stringify({ url: request.url, ...request.headers, raw: request.rawHeaders }))
  running--
})
const secure = await httpsServer(
  (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate()
    response.end(subject?.CN ?? 'nobody')
  },
  { requestCert: true, rejectUnauthorized: false, ca: ca.cert },
)
afterAll(() => Promise.all([server.close(), secure.close()]))

const session = sessionsWith({ baseUrl: server.url })
const json = async (calling: Promise<Response>): Promise<any> => (await calling).json()
const failure = async (calling: Promise<unknown>): Promise<CurlError> => {
  const error = (await calling.then(
    () => expect.unreachable('it does not fail'),
    (reason: unknown) => reason,
  )) as Error
  expect(error).toBeInstanceOf(TypeError)
  return error.cause as CurlError
}

describe('its own state', () => {
  test('connections are kept, and not shared with others', async () => {
    const [first, second] = [session(), session()]
    const before = server.connections
    for (const fetching of [first.fetch, first.fetch, second.fetch, fetch, first.fetch, second.fetch])
      await json(fetching(`${server.url}/`))
    expect(server.connections - before).toBe(3)
  })

  test('cookies too', async () => {
    const [first, second] = [session(), session()]
    await json(first.fetch('/set'))
    expect((await json(first.fetch('/'))).cookie).toBe('a=1')
    expect(await json(second.fetch('/'))).not.toHaveProperty('cookie')
    expect(await json(fetch(server.url))).not.toHaveProperty('cookie')
  })

  test('it can replace fetch', async () => {
    const { fetch } = session({ headers: { 'X-Session': 'its' } })
    const api = ky.create({ prefixUrl: server.url, fetch })
    expect(await api.get('a', { searchParams: { b: 'c' } }).json()).toMatchObject({ url: '/a?b=c', 'x-session': 'its' })
  })
})

describe('settings for all calls', () => {
  test('relative URLs are resolved against baseUrl', async () => {
    const { fetch } = session({ baseUrl: new URL(`${server.url}/v1/`) })
    expect((await json(fetch('a?b'))).url).toBe('/v1/a?b')
    expect((await json(fetch('/a'))).url).toBe('/a')
    expect((await fetch('../b')).url).toBe(`${server.url}/b`)
    expect((await json(fetch(`${server.url}/absolute`))).url).toBe('/absolute')
    expect((await json(fetch(new Request(`${server.url}/request`)))).url).toBe('/request')
  })

  test('headers, unless a call has one with the same name', async () => {
    const { fetch } = session({ headers: { 'X-A': 'session', 'User-Agent': 'mine', 'Content-Type': 'text/special' } })
    expect(await json(fetch('/', { headers: { 'x-a': 'call' } }))).toMatchObject({
      'x-a': 'call',
      'user-agent': 'mine',
    })
    expect(await json(fetch('/'))).toMatchObject({ 'x-a': 'session', 'user-agent': 'mine' })
    expect(await json(fetch('/', { method: 'POST', body: 'x' }))).toMatchObject({ 'content-type': 'text/special' })
    const request = new Request(server.url, { headers: { 'X-A': 'request' } })
    expect(await json(fetch(request))).toMatchObject({ 'x-a': 'request' })
  })

  test('options of libcurl, which those of a call override', async () => {
    const options: CurlOptions = { REQUEST_TARGET: '/of-the-session', REFERER: 'http://session/' }
    const { fetch } = session({ options })
    expect(await json(fetch('/'))).toMatchObject({ url: '/of-the-session', referer: 'http://session/' })
    const curl = { options: { REQUEST_TARGET: '/of-the-call' } }
    expect(await json(fetch('/', { curl }))).toMatchObject({ url: '/of-the-call', referer: 'http://session/' })
    expect(await json(fetch('/'))).toMatchObject({ url: '/of-the-session' })
  })

  test('a header Cookie is sent together with the cookies of the session, in one header', async () => {
    const { fetch, cookies } = session()
    await cookies.set({ name: 'jar', value: '1', domain: '127.0.0.1' })
    const { raw, cookie } = await json(fetch('/', { headers: { Cookie: 'call=é' } }))
    expect(Buffer.from(cookie, 'latin1')).toEqual(Buffer.from('jar=1; call=é', 'latin1'))
    expect(raw.filter((name: string) => /^cookie$/i.test(name))).toHaveLength(1)
    expect((await json(fetch('/'))).cookie).toBe('jar=1')
  })

  test("credentials 'omit' neither sends nor keeps cookies", async () => {
    const { fetch, cookies } = session()
    await json(fetch('/set'))
    await cookies.set({ name: 'b', value: '2', domain: '127.0.0.1' })
    await cookies.delete({ name: 'a' })
    expect(await json(fetch('/set', { credentials: 'omit' }))).not.toHaveProperty('cookie')
    expect((await cookies.list()).map(({ name }) => name)).toEqual(['b'])
    const { cookie } = await json(fetch('/', { credentials: 'omit', headers: { Cookie: 'given=1' } }))
    expect(cookie).toBe('given=1')
    expect((await json(fetch('/', { credentials: 'include' }))).cookie).toBe('b=2')
  })
})

describe('limits', () => {
  const slow = async (fetching: typeof fetch, count: number): Promise<void> => {
    running = most = 0
    const answers = await Promise.all(Array.from({ length: count }, () => json(fetching('/slow'))))
    expect(answers).toHaveLength(count)
  }

  test('without one, all calls run at once', async () => {
    await slow(session().fetch, 10)
    expect(most).toBe(10)
  })

  test.each(['maxConnections', 'maxConnectionsPerHost'])('%s: calls beyond it wait, and then run', async (limit) => {
    const before = server.connections
    await slow(session({ [limit]: 3 }).fetch, 10)
    expect(most).toBe(3)
    expect(server.connections - before).toBe(3)
  })

  test('maxConnectionsPerHost is for each host', async () => {
    const { fetch } = session({
      maxConnectionsPerHost: 1,
      options: { RESOLVE: [`one.example:${server.port}:127.0.0.1`] },
    })
    running = most = 0
    const urls = [server.url, `http://one.example:${server.port}`].flatMap((url) => [`${url}/slow`, `${url}/slow`])
    await Promise.all(urls.map((url) => json(fetch(url))))
    expect(most).toBe(2)
  })

  test('maxConcurrentStreams is for one HTTP/2 connection', async () => {
    let streams = 0
    let atOnce = 0
    const second = await http2Server((stream) => {
      atOnce = Math.max(atOnce, ++streams)
      stream.on('error', () => {})
      setTimeout(() => {
        streams--
        stream.respond({ ':status': 200 })
        stream.end()
      }, 50)
    })
    const { fetch } = session({ ca: ca.cert, maxConcurrentStreams: 2, maxConnections: 1 })
    await (await fetch(second.url)).text()
    await Promise.all(Array.from({ length: 6 }, async () => (await fetch(second.url)).text()))
    expect(atOnce).toBe(2)
    expect(second.connections).toBe(1)
    await second.close()
  })
})

describe('timeouts', () => {
  test('of a call: for the head, including redirects, and for the whole response', async () => {
    const { fetch } = session({ timeout: 300 })
    expect((await failure(fetch('/silent'))).code).toBe('CURLE_OPERATION_TIMEDOUT')
    expect((await failure(fetch('/moved'))).code).toBe('CURLE_OPERATION_TIMEDOUT')
    expect((await failure((await fetch('/trickle')).text())).code).toBe('CURLE_OPERATION_TIMEDOUT')
    expect((await json(fetch('/'))).url).toBe('/')
  })

  test('the time of redirects counts', async () => {
    const hops = await httpServer(async (request, response) => {
      await sleep(100)
      response.writeHead(302, { location: `${request.url}x` }).end()
    })
    expect((await failure(session({ timeout: 500 }).fetch(hops.url))).code).toBe('CURLE_OPERATION_TIMEDOUT')
    await hops.close()
  })

  test('of a connection', async () => {
    const hole = await blackHole()
    const { fetch } = session({ connectTimeout: 200 })
    const error = await failure(fetch(`http://127.0.0.1:${hole.port}/`))
    expect(error.code).toBe('CURLE_OPERATION_TIMEDOUT')
    await hole.close()
  })
})

describe('proxies and TLS', () => {
  test('a proxy, with its login', async () => {
    const proxy = await connectProxy({ login: { user: 'me', password: 'pässword' } })
    const { fetch } = session({ proxy: `http://me:${encodeURIComponent('pässword')}@127.0.0.1:${proxy.port}` })
    expect((await json(fetch('/through'))).url).toBe('/through')
    expect(proxy.proxied.map(({ target, status }) => [target, status])).toEqual([[`${server.url}/through`, 200]])
    expect((await json(fetch('/direct', { curl: { options: { PROXY: '' } } }))).url).toBe('/direct')
    expect(proxy.proxied).toHaveLength(1)
    await proxy.close()
  })

  test('trusted certificates, instead of the default ones', async () => {
    expect((await failure(session().fetch(secure.url))).code).toBe('CURLE_PEER_FAILED_VERIFICATION')
    const bytes = new TextEncoder().encode(ca.cert.trim()) // no line end at the end
    const other = certificates().selfSigned.cert.trim()
    for (const trusted of [ca.cert, bytes, [other, bytes, other]])
      expect(await (await session({ ca: trusted }).fetch(secure.url)).text()).toBe('nobody')
  })

  test('a certificate of the client', async () => {
    const { cert, key } = client
    expect(await (await session({ ca: ca.cert, cert, key }).fetch(secure.url)).text()).toBe('client')
    expect(await (await session({ ca: ca.cert, cert: key + cert }).fetch(secure.url)).text()).toBe('client')
  })

  test('with an encrypted key', async () => {
    const { createPrivateKey } = await import('node:crypto')
    const key = createPrivateKey(client.key).export({
      ...{ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open' },
    } as { type: 'pkcs8'; format: 'pem' }) as string
    const locked = { ca: ca.cert, cert: client.cert, key }
    expect(await (await session({ ...locked, passphrase: 'open' }).fetch(secure.url)).text()).toBe('client')
    expect((await failure(session({ ...locked, passphrase: 'shut' }).fetch(secure.url))).message).toMatch(/private key/)
  })
})

describe('errors name the wrong option', () => {
  test.each<[keyof SessionOptions | 'timeuot', unknown]>([
    ['timeuot', 1],
    ['baseUrl', '/relative'],
    ['headers', { 'a b': 'c' }],
    ['proxy', 3128],
    ['ca', [1]],
    ['cert', 1],
    ['key', 'without cert'],
    ['passphrase', 'without cert'],
    ['maxConnections', 0],
    ['maxConnectionsPerHost', '3'],
    ['maxConcurrentStreams', 1.5],
    ['connectTimeout', -1],
    ['timeout', Infinity],
    ['altSvc', 'yes'],
    ['options', 'PROXY'],
  ])('%s, by the constructor', (option, value) => {
    expect(() => new Session({ [option]: value })).toThrow(TypeError)
    expect(() => new Session({ [option]: value })).toThrow(option)
  })

  test.each([
    ['NONSENSE', 1],
    ['TIMEOUT_MS', 'soon'],
    ['WRITEFUNCTION', () => {}],
    ['SHARE', null],
    ['CURLOPT_COOKIEJAR', '/tmp/jar'],
    ['HSTS', '/tmp/hsts'],
    ['ALTSVC', '/tmp/alt-svc'],
  ])('the option %s of libcurl, when it is used', async (option, value) => {
    const wrong = session({ options: { [option]: value } })
    await expect(wrong.fetch('/')).rejects.toThrow(option.replace('CURLOPT_', ''))
    await expect(wrong.cookies.list()).rejects.toThrow(TypeError)
  })

  test('also in a call', async () => {
    const calling = session().fetch('/', { curl: { options: { COOKIELIST: 'ALL' } } })
    await expect(calling).rejects.toThrow(/COOKIELIST.*session.cookies/)
  })
})
