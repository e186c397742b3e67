// HTTP/3: chosen by version, by Alt-Svc and by an HTTPS record, its fall-backs, and what meets what, with Caddy.
import { createHash } from 'node:crypto'
import dgram from 'node:dgram'
import http from 'node:http'
import {
  CURLSSLOPT_EARLYDATA,
  CURL_HTTP_VERSION_3,
  CURL_HTTP_VERSION_3ONLY,
  CURL_LOCK_DATA_SSL_SESSION,
  Session,
  Share,
  fetch,
  versionInfo,
} from 'libcurl-wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { caddy } from '../servers/caddy.js'
import { certificates } from '../servers/certificates.js'
import { bodyOf, freePort, http2Server } from '../servers/listening.js'
import { lossyForwarder } from '../servers/lossy.js'
import { get, reader, statusOf } from './client.js'

const CAINFO = certificates().ca.certFile
const LONG = Buffer.alloc(5 * 1024 * 1024, 'a line of text, and another\n')
const SHORT = LONG.subarray(0, 1024 * 1024)

function answer(request: http.IncomingMessage, response: http.ServerResponse): void {
  response.setHeader('X-Protocol', request.headers['via-protocol'] ?? '')
  const { pathname } = new URL(request.url!, 'http://localhost')
  if (pathname === '/long') return void response.end(LONG)
  if (pathname === '/short') return void response.end(SHORT)
  if (pathname === '/half') {
    response.setHeader('Content-Length', LONG.length)
    response.write(LONG.subarray(0, LONG.length / 2), () => setTimeout(() => response.destroy(), 100))
    return
  }
  if (pathname === '/never') return
  if (pathname === '/echo') return void bodyOf(request).then((body) => response.end(body))
  if (pathname === '/hash')
    return void bodyOf(request).then((body) => response.end(createHash('sha256').update(body).digest('hex')))
  response.end(`${request.method} ${pathname}`)
}

const web = await caddy(answer)
afterAll(() => web.close())
const curl = { httpVersion: '3-only', options: { CAINFO } } as const

/** A server of HTTP/2 whose port for UDP is open and never answers, or answers with "port unreachable". */
async function withoutQuic(silent: boolean) {
  const server = await http2Server((stream) => {
    stream.respond({ ':status': 200 })
    stream.end('by HTTP/2')
  })
  const hole = dgram.createSocket('udp4')
  if (silent) await new Promise<void>((resolve) => hole.bind(server.port, '127.0.0.1', resolve))
  return { url: server.url, close: async () => (await server.close(), silent && hole.close()) }
}

// the host encrypts with AES faster, but packets are too short for that
test('ChaCha20 is offered first', async () => {
  const { port } = new URL(web.url)
  const done = await get(`https://localhost:${port}/`, { CAINFO, HTTP_VERSION: CURL_HTTP_VERSION_3ONLY })
  expect(done.trace).toContain('TLS_CHACHA20_POLY1305_SHA256')
})

test('the default module of Node has HTTP/3', () => {
  const { feature_names: features, quic_version: quic } = versionInfo()
  expect(features).toContain('HTTP3')
  expect(quic).toMatch(/ngtcp2.*nghttp3/)
})

describe('fetch', () => {
  test('uses only HTTP/3 if asked to', async () => {
    const response = await fetch(`${web.url}/path`, { curl })
    expect(await response.text()).toBe('GET /path')
    expect(response.headers.get('x-protocol')).toBe('HTTP/3.0')
    expect(response.curl.httpVersion).toBe('3')
    expect(response.curl.remoteAddress).toMatchObject({ port: web.port })
    expect(response.curl.localAddress!.port).toBeGreaterThan(0)
    expect(response.curl.tls).toMatchObject({ version: 'TLSv1.3', cipher: expect.any(String) })
    const { tcp, tls, firstByte, total } = await response.curl.finished
    for (const value of [tcp, tls, firstByte, total]) expect(value).toBeGreaterThan(0)
  })

  test('tries HTTP/3 first with version 3', async () => {
    const options = { CAINFO, HAPPY_EYEBALLS_TIMEOUT_MS: 20_000 } // else a busy machine may fall back
    const response = await fetch(`${web.url}/path`, { curl: { httpVersion: '3', options } })
    expect(response.curl.httpVersion).toBe('3')
    await response.text()
  })

  test('has the whole of long bodies in both directions', async () => {
    const response = await fetch(`${web.url}/long`, { curl })
    expect(Buffer.from(await response.arrayBuffer()).equals(LONG)).toBe(true)
    const sent = await fetch(`${web.url}/hash`, { method: 'POST', body: LONG, curl })
    expect(await sent.text()).toBe(createHash('sha256').update(LONG).digest('hex'))
  })

  test('has many requests on one connection', async () => {
    const ports = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const response = await fetch(`${web.url}/${i}`, { curl })
        expect(await response.text()).toBe(`GET /${i}`)
        return response.curl.localAddress!.port
      }),
    )
    expect(new Set(ports).size).toBe(1)
  })

  test('rejects in the middle of a body that ends early', async () => {
    const response = await fetch(`${web.url}/half`, { curl })
    await expect(response.arrayBuffer()).rejects.toMatchObject({
      name: 'TypeError',
      cause: { code: expect.stringMatching(/^CURLE_(HTTP3|PARTIAL_FILE|RECV_ERROR)$/) },
    })
    // and the connection goes on
    expect(await (await fetch(`${web.url}/after`, { curl })).text()).toBe('GET /after')
  })

  test('can be aborted before and in the middle of the response, and the connection goes on', async () => {
    const first = await fetch(`${web.url}/port`, { curl })
    await first.text()
    const early = AbortSignal.timeout(100)
    await expect(fetch(`${web.url}/never`, { curl, signal: early })).rejects.toMatchObject({ name: 'TimeoutError' })
    const late = new AbortController()
    const response = await fetch(`${web.url}/long`, { curl, signal: late.signal })
    const reading = response.body!.getReader()
    await reading.read()
    late.abort()
    await expect(
      (async () => {
        while (!(await reading.read()).done);
      })(),
    ).rejects.toMatchObject({ name: 'AbortError' })
    const last = await fetch(`${web.url}/port`, { curl })
    expect(await last.text()).toBe('GET /port')
    expect(last.curl.localAddress).toEqual(first.curl.localAddress)
  })

  test('does not hold more than a window of a body that nobody reads, and has all of it later', async () => {
    const response = await fetch(`${web.url}/long`, { curl })
    const other = await fetch(`${web.url}/other`, { curl })
    expect(await other.text()).toBe('GET /other')
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect((await response.arrayBuffer()).byteLength).toBe(LONG.length)
  })

  test('has the whole of ten bodies at a time over a network that loses 2 % of the datagrams', async () => {
    const lossy = await lossyForwarder(web.port, 0.02)
    const url = `https://localhost:${lossy.port}`
    await (await fetch(`${url}/first`, { curl })).text()
    const bodies = await Promise.all(
      Array.from({ length: 10 }, async () => (await fetch(`${url}/short`, { curl })).arrayBuffer()),
    )
    for (const body of bodies) expect(Buffer.from(body).equals(SHORT)).toBe(true)
    const sent = await fetch(`${url}/hash`, { method: 'POST', body: SHORT, curl })
    expect(await sent.text()).toBe(createHash('sha256').update(SHORT).digest('hex'))
    expect(lossy.lost).toBeGreaterThan(100)
    await lossy.close()
  })

  test('rejects an authority that it does not trust, with both versions', async () => {
    for (const httpVersion of ['3', '3-only'] as const)
      await expect(fetch(web.url, { curl: { httpVersion } })).rejects.toMatchObject({
        cause: { code: 'CURLE_PEER_FAILED_VERIFICATION' },
      })
  })

  test('names the versions that there are', async () => {
    await expect(fetch(web.url, { curl: { httpVersion: '4' as '3' } })).rejects.toThrow(
      "init.curl.httpVersion is one of 1.0, 1.1, 2, 3, 3-only, not '4'",
    )
  })
})

describe.each([
  ['a closed port', false],
  ['a port that never answers', true],
])('with %s for UDP', (_, silent) => {
  test('version 3 falls back to HTTP/2', async () => {
    const server = await withoutQuic(silent)
    const response = await fetch(server.url, { curl: { ...curl, httpVersion: '3' } })
    expect(await response.text()).toBe('by HTTP/2')
    expect(response.curl.httpVersion).toBe('2')
    await server.close()
  })

  test('version 3-only fails', async () => {
    const server = await withoutQuic(silent)
    const options = { CAINFO, CONNECTTIMEOUT_MS: 1000 }
    await expect(fetch(server.url, { curl: { httpVersion: '3-only', options } })).rejects.toMatchObject({
      cause: { code: silent ? 'CURLE_OPERATION_TIMEDOUT' : 'CURLE_COULDNT_CONNECT' },
    })
    await server.close()
  })
})

describe('Alt-Svc', () => {
  test('is learned by HTTP/2, and leads other sessions to HTTP/3', async () => {
    const first = new Session({ altSvc: true, ca: certificates().ca.cert })
    const learning = await first.fetch(`${web.url}/first`)
    await learning.text()
    expect(learning.curl.httpVersion).toBe('2')
    const learned = await first.altSvc.export()
    expect(learned).toContain(`h2 localhost ${web.port} h3 localhost ${web.port}`)
    const options = { HAPPY_EYEBALLS_TIMEOUT_MS: 20_000 } // else a busy machine may fall back
    const second = new Session({ altSvc: true, ca: certificates().ca.cert, options })
    await second.altSvc.import(learned)
    const response = await second.fetch(`${web.url}/second`)
    expect(await response.text()).toBe('GET /second')
    expect(response.curl.httpVersion).toBe('3')
    await Promise.all([first.close(), second.close()])
  })

  test.each([false, true])('falls back to HTTP/2 where QUIC cannot get through (silently: %s)', async (silent) => {
    const server = await withoutQuic(silent)
    const session = new Session({ altSvc: true, ca: certificates().ca.cert })
    const { host, port } = new URL(server.url)
    const name = host.replace(`:${port}`, '')
    await session.altSvc.import(`h2 ${name} ${port} h3 ${name} ${port} "20991231 00:00:00" 0 0\n`)
    const response = await session.fetch(server.url)
    expect(await response.text()).toBe('by HTTP/2')
    await session.close()
    await server.close()
  })
})

describe('an alternative at another port that is closed', () => {
  const name = '127.0.0.1'
  const sent: string[] = []
  const origin = http2Server(async (stream) => {
    sent.push(String(await bodyOf(stream)))
    stream.respond({ ':status': 200 })
    stream.end('the origin')
  })
  afterAll(async () => (await origin).close())
  const sessionWith = async (protocol: string): Promise<Session> => {
    const session = new Session({ altSvc: true, ca: certificates().ca.cert })
    const { port } = await origin
    const closed = await freePort()
    await session.altSvc.import(`h2 ${name} ${port} ${protocol} ${name} ${closed} "20991231 00:00:00" 0 0\n`)
    return session
  }

  test.each(['h1', 'h2', 'h3'])('%s is replaced by the origin, and forgotten', async (protocol) => {
    const session = await sessionWith(protocol)
    sent.length = 0
    const response = await session.fetch((await origin).url, { method: 'POST', body: 'once' })
    expect(await response.text()).toBe('the origin')
    expect(sent).toEqual(['once'])
    expect(await session.altSvc.export()).toBe('')
    await session.close()
  })

  test('makes a call fail whose body cannot be sent again', async () => {
    const session = await sessionWith('h2')
    const body = new Blob(['stream']).stream()
    const call = session.fetch((await origin).url, { method: 'POST', body, duplex: 'half' })
    await expect(call).rejects.toMatchObject({ cause: { code: 'CURLE_COULDNT_CONNECT' } })
    await session.close()
  })

  test('is no reason to try an origin again that cannot be reached itself', async () => {
    const session = await sessionWith('h2')
    const closed = await freePort()
    const call = session.fetch(`https://${name}:${closed}/`)
    await expect(call).rejects.toMatchObject({ cause: { code: 'CURLE_COULDNT_CONNECT' } })
    expect(await session.altSvc.export()).not.toBe('')
    await session.close()
  })
})

describe('Easy', () => {
  test('makes a transfer, and says which version it was', async () => {
    const done = await get(`${web.url}/easy`, { CAINFO, HTTP_VERSION: CURL_HTTP_VERSION_3ONLY })
    expect(done.error).toBeUndefined()
    expect(done.body.toString()).toBe('GET /easy')
    expect(done.easy.getinfo('HTTP_VERSION')).toBe(CURL_HTTP_VERSION_3)
    expect(done.headers[0]).toMatch(/^HTTP\/3 200/)
  })

  test('uploads by READFUNCTION', async () => {
    const done = await get(`${web.url}/hash`, {
      CAINFO,
      HTTP_VERSION: CURL_HTTP_VERSION_3ONLY,
      UPLOAD: true,
      INFILESIZE_LARGE: LONG.length, // without it, Caddy 2.6 takes the body for an empty one
      READFUNCTION: reader(LONG),
    })
    expect(statusOf(done)).toBe(200)
    expect(done.body.toString()).toBe(createHash('sha256').update(LONG).digest('hex'))
  })

  test('sends the request with the first datagram, if a session of TLS allows it', async () => {
    const share = new Share()
    share.setopt('SHARE', CURL_LOCK_DATA_SSL_SESSION)
    const options = {
      CAINFO,
      HTTP_VERSION: CURL_HTTP_VERSION_3ONLY as typeof CURL_HTTP_VERSION_3ONLY,
      SHARE: share,
      SSL_OPTIONS: CURLSSLOPT_EARLYDATA,
      FORBID_REUSE: true,
    }
    const first = await get(`${web.url}/first`, options)
    expect(first.easy.getinfo('EARLYDATA_SENT_T')).toBe(0)
    const second = await get(`${web.url}/second`, options)
    expect(second.body.toString()).toBe('GET /second')
    expect(second.easy.getinfo('EARLYDATA_SENT_T')).toBeGreaterThan(0)
    for (const { easy } of [first, second]) easy.close()
    share.close()
  })
})
