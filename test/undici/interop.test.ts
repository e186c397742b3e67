// What people use undici through: Node's fetch, undici's fetch and functions (versions 6 and 7), interceptors, cache,
// mocks, retries, WebSocket and EventSource, all over a CurlDispatcher.
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import * as undici from 'undici'
import * as undici6 from 'undici6'
import { WebSocketServer } from 'ws'
import { afterAll, describe, expect, test } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { bodyOf, httpServer, httpsServer } from '../servers/listening.js'
import { runScript } from '../servers/script.js'
import { curl, failure, keep } from './dispatchers.js'

let flaky = 0
let fresh = 0
const server = await keep(
  httpServer(async (request, response) => {
    const { pathname } = new URL(request.url!, 'http://host')
    switch (pathname) {
      case '/redirect':
        return void response.writeHead(302, { location: '/target' }).end('moved')
      case '/flaky':
        if (++flaky % 3 !== 0) return void response.writeHead(503).end()
        return void response.end('at last')
      case '/broken':
        if (++flaky % 2 !== 0) return void response.destroy()
        return void response.end('connected again')
      case '/cached':
        return void response.writeHead(200, { 'cache-control': 'max-age=60' }).end(`number ${++fresh}`)
      case '/gzip':
        return void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('unpacked'))
      case '/events':
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: one\n\ndata: two\n\n')
        return
      case '/cookie':
        return void response.writeHead(200, { 'set-cookie': ['a=1', 'b=2'] }).end(String(request.headers.cookie))
      default:
        response.end(`${request.method} ${pathname} ${String(await bodyOf(request))}`)
    }
  }),
)
const { url } = server
const dispatcher = curl()

describe('fetch of Node', () => {
  const nodeFetch = (path: string, init: object = {}) => fetch(url + path, { dispatcher, ...init } as RequestInit)

  test('gets, posts, and follows redirects', async () => {
    expect(await (await nodeFetch('/a')).text()).toBe('GET /a ')
    const response = await nodeFetch('/redirect')
    expect([response.redirected, response.url, await response.text()]).toEqual([true, `${url}/target`, 'GET /target '])
    expect((await nodeFetch('/redirect', { redirect: 'manual' })).status).toBe(302)
    const body = new FormData()
    body.append('a', 'b')
    expect(await (await nodeFetch('/form', { method: 'POST', body })).text()).toMatch(/^POST \/form [^]*name="a"/)
    const stream = new Blob(['streamed']).stream()
    const sent = await nodeFetch('/s', { method: 'PUT', body: stream, duplex: 'half' })
    expect(await sent.text()).toBe('PUT /s streamed')
  })

  test('decodes, and gives each Set-Cookie', async () => {
    expect(await (await nodeFetch('/gzip')).text()).toBe('unpacked')
    const first = await nodeFetch('/cookie')
    expect(first.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    await first.text()
    expect(await (await nodeFetch('/cookie')).text()).toBe('undefined') // there is no store of cookies
  })

  test('aborts, and its errors have causes', async () => {
    expect(await failure(nodeFetch('/', { signal: AbortSignal.abort() }))).toBe(20)
    const late = new AbortController()
    const response = await nodeFetch('/events', { signal: late.signal })
    const reading = failure(response.text())
    late.abort()
    expect(await reading).toBe(20)
    const { cause } = (await fetch('http://nowhere.invalid/', { dispatcher } as RequestInit).catch(
      (error: unknown) => error,
    )) as { cause: { code: string; cause: { code: string } } }
    expect(cause.code).toBe('ENOTFOUND')
    expect(cause.cause.code).toBe('CURLE_COULDNT_RESOLVE_HOST')
  })

  test('over TLS', async () => {
    const secure = await keep(httpsServer((_request, response) => void response.end('secret')))
    const trusting = curl({ connect: { ca: certificates().ca.cert } })
    const response = await fetch(secure.url, { dispatcher: trusting } as RequestInit)
    expect(await response.text()).toBe('secret')
  })

  test('as the global dispatcher, with and without the package undici', async () => {
    const program = (set: string): string => `
      import { CurlDispatcher } from 'libcurl-wasm/undici'
      let dispatched = 0
      class Counting extends CurlDispatcher {
        dispatch(options, handler) {
          dispatched++
          return super.dispatch(options, handler)
        }
      }
      ${set}
      console.log(dispatched, await (await fetch('${url}/g')).text(), dispatched)`
    const bySymbol = `globalThis[Symbol.for('undici.globalDispatcher.1')] = new Counting()`
    const byUndici = `const { setGlobalDispatcher } = await import('undici'); setGlobalDispatcher(new Counting())`
    for (const set of [bySymbol, byUndici]) expect((await runScript(program(set))).stdout).toBe('0 GET /g  1\n')
  })
})

describe.each([
  ['undici 7', undici],
  ['undici 6', undici6 as unknown as typeof undici],
])('%s', (_name, { fetch: itsFetch, request, stream, pipeline, RetryAgent, MockAgent, interceptors, ...more }) => {
  test('fetch, request, stream and pipeline', async () => {
    expect(await (await itsFetch(`${url}/f`, { dispatcher, method: 'POST', body: 'x' })).text()).toBe('POST /f x')
    const { statusCode, headers, body, trailers } = await request(`${url}/r`, { dispatcher })
    expect([statusCode, headers['connection'], await body.text(), trailers]).toEqual([200, 'keep-alive', 'GET /r ', {}])
    const { PassThrough } = await import('node:stream')
    const sink = new PassThrough()
    await stream(`${url}/s`, { dispatcher, method: 'GET', opaque: sink }, ({ opaque }) => opaque as never)
    expect(String(sink.read())).toBe('GET /s ')
    const through = pipeline(`${url}/p`, { dispatcher, method: 'POST' }, ({ body: response }) => response)
    through.end('piped')
    expect(String(Buffer.concat(await through.toArray()))).toBe('POST /p piped')
  })

  test('the redirect interceptor follows', async () => {
    const following = dispatcher.compose(interceptors.redirect({ maxRedirections: 2 }))
    const { body, statusCode } = await request(`${url}/redirect`, { dispatcher: following })
    expect([statusCode, await body.text()]).toEqual([200, 'GET /target '])
    expect((await request(`${url}/redirect`, { dispatcher })).statusCode).toBe(302)
  })

  test('the retry interceptor and RetryAgent', async () => {
    flaky = 0
    const options = { minTimeout: 1, maxRetries: 5 }
    const retrying = dispatcher.compose(interceptors.retry(options))
    expect(await (await request(`${url}/flaky`, { dispatcher: retrying })).body.text()).toBe('at last')
    expect(flaky).toBe(3)
    flaky = 0
    const agent = new RetryAgent(dispatcher, options)
    expect(await (await request(`${url}/broken`, { dispatcher: agent })).body.text()).toBe('connected again')
  })

  test('the dump interceptor', async () => {
    const dumping = dispatcher.compose(interceptors.dump({ maxSize: 1024 }))
    expect(await (await request(`${url}/a`, { dispatcher: dumping })).body.text()).toBe('')
  })

  test('mocks answer, and let the rest through', async () => {
    const mock = new MockAgent({ factory: () => dispatcher } as never)
    mock.get(url).intercept({ path: '/mocked' }).reply(200, 'mocked')
    mock.enableNetConnect()
    expect(await (await request(`${url}/mocked`, { dispatcher: mock })).body.text()).toBe('mocked')
    expect(await (await request(`${url}/real`, { dispatcher: mock })).body.text()).toBe('GET /real ')
  })

  test('WebSocket', async () => {
    const sockets = new WebSocketServer({ host: '127.0.0.1', port: 0 })
    await once(sockets, 'listening')
    sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(`echo ${String(data)}`)))
    const { port } = sockets.address() as AddressInfo
    const socket = new more.WebSocket(`ws://127.0.0.1:${port}/`, { dispatcher } as never)
    await once(socket as never, 'open')
    socket.send('hello')
    const [event] = (await once(socket as never, 'message')) as [{ data: string }]
    expect(event.data).toBe('echo hello')
    socket.close(1000)
    await once(socket as never, 'close')
    sockets.close()
  })

  test('EventSource', async () => {
    const source = new more.EventSource(`${url}/events`, { dispatcher } as never)
    const [event] = (await once(source as never, 'message')) as [{ data: string }]
    expect(event.data).toBe('one')
    source.close()
  })
})

test('the cache of undici 7 answers the second request', async () => {
  const caching = dispatcher.compose(undici.interceptors.cache())
  const texts = []
  for (let i = 0; i < 3; i++)
    texts.push(await (await undici.request(`${url}/cached`, { dispatcher: caching })).body.text())
  expect(texts).toEqual(['number 1', 'number 1', 'number 1'])
})

test('compose() refuses what is no interceptor', () => {
  expect(() => dispatcher.compose(7 as never)).toThrow('invalid interceptor')
  expect(() => dispatcher.compose((() => 7) as never)).toThrow('invalid interceptor')
  expect(dispatcher.compose([null, undefined] as never)).toBeDefined()
})

describe('upgrades', () => {
  const upgrading = http.createServer((_request, response) => void response.writeHead(426).end('no'))
  upgrading.on('upgrade', (request: http.IncomingMessage, socket: net.Socket) => {
    if (request.url === '/gone') return void socket.destroy()
    socket.write(`HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: ${request.headers.upgrade}\r\n\r\nahead`)
    socket.pipe(socket)
  })
  upgrading.on('connect', ({ url: target }, socket: net.Socket, head: Buffer) => {
    if (target === '/refused:1') return void socket.end('HTTP/1.1 403 Forbidden\r\nx-a: 1\r\n\r\n')
    socket.write(`HTTP/1.1 200 OK\r\n\r\nto ${target} ${String(head)}`)
    socket.pipe(socket)
  })
  upgrading.listen(0, '127.0.0.1')
  afterAll(() => upgrading.close())
  const base = (): string => `http://127.0.0.1:${(upgrading.address() as AddressInfo).port}`

  /** Reads until the text is there. */
  async function read(socket: AsyncIterable<Buffer>, text: string): Promise<string> {
    let all = ''
    for await (const chunk of socket) {
      all += String(chunk)
      if (all.includes(text)) break
    }
    return all
  }

  test('upgrade() gets the connection, and what came with the response', async () => {
    const { headers, socket } = await undici.upgrade(`${base()}/x`, { dispatcher, protocol: 'mine' })
    expect(headers['upgrade']).toBe('mine')
    socket.write(' and echoed')
    expect(await read(socket, 'echoed')).toBe('ahead and echoed')
    socket.destroy()
  })

  test('connect() too, whatever the status', async () => {
    const { statusCode, socket } = await undici.connect(base(), { dispatcher, path: 'host:443' } as never)
    expect(statusCode).toBe(200)
    socket.write('bytes')
    expect(await read(socket, 'bytes')).toBe('to /host:443 bytes')
    socket.destroy()
    const refused = await undici.connect(base(), { dispatcher, path: '/refused:1' } as never)
    expect([refused.statusCode, refused.headers['x-a']]).toEqual([403, '1'])
    refused.socket.destroy()
  })

  test('a server that does not upgrade, that goes, and that is not there', async () => {
    expect(await failure(undici.upgrade(`${base()}/gone`, { dispatcher }))).toBe('UND_ERR_SOCKET')
    expect(await failure(undici.upgrade(`${url}/plain`, { dispatcher }))).toBe('UND_ERR_SOCKET')
    expect(await failure(undici.upgrade('http://nowhere.invalid/', { dispatcher }))).toBe('ENOTFOUND')
  })

  test('an abort, before and while it waits', async () => {
    const silent = await keep(httpServer(() => {}))
    expect(await failure(undici.upgrade(base(), { dispatcher, signal: AbortSignal.abort() }))).toBe('UND_ERR_ABORTED')
    const abort = new AbortController()
    const waiting = failure(undici.upgrade(silent.url, { dispatcher, signal: abort.signal }))
    setTimeout(() => abort.abort(), 30)
    expect(await waiting).toBe(20)
  })

  test('over TLS, destroyed with its dispatcher while it waits', async () => {
    const secure = await keep(httpsServer(() => {}))
    const own = curl({ connect: { ca: certificates().ca.cert } })
    const waiting = failure(undici.upgrade(secure.url, { dispatcher: own }))
    await once(secure.server, 'request').catch(() => {})
    await own.destroy()
    expect(await waiting).toBe('UND_ERR_DESTROYED')
  })
})
