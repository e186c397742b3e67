// Backpressure, aborts, timeouts, limits, and the end of a dispatcher.
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { request, stream } from 'undici'
import { CurlDispatcher } from 'libcurl-wasm/undici'
import { describe, expect, test } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { connectProxy } from '../servers/connect-proxy.js'
import { refusingPort } from '../servers/faults.js'
import { http2Server, httpServer, httpsServer, listen } from '../servers/listening.js'
import { runScript } from '../servers/script.js'
import { socks5 } from '../servers/socks5.js'
import { curl, dispatchNew, dispatchOld, failure, keep, kinds } from './dispatchers.js'

const MB = 1024 * 1024
const ca = certificates().ca.cert
const server = await keep(
  httpServer((incoming, response) => {
    switch (incoming.url) {
      case '/large':
        return void response.writeHead(200, { 'content-length': 64 * MB }).end(Buffer.alloc(64 * MB, 'x'))
      case '/never':
        return
      case '/half':
        return void response.writeHead(200, { 'content-length': 10 }).write('half')
      case '/headers':
        return void response.writeHead(200, { 'x-long': 'x'.repeat(20_000) }).end()
      case '/endless': {
        const socket = incoming.socket.on('error', () => {})
        return void socket.write(`HTTP/1.1 200 OK\r\n${`X-Line: ${'x'.repeat(20)}\r\n`.repeat(2000)}`) // and no empty line
      }
      case '/slowly':
        incoming.resume().on('end', () => response.end('done'))
        return
      default:
        response.end('hello')
    }
  }),
)
const origin = server.url
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

describe.each(kinds)('%s', (_kind, make) => {
  test('a handler of the older form that returns false stops the sender until it resumes', async () => {
    const socketOf = once(server.server, 'request').then(([{ socket }]) => socket as net.Socket)
    let received = 0
    let resume!: () => void
    let stopped = true
    const { over } = dispatchOld(
      make(),
      { origin, path: '/large' },
      {
        onHeaders: (_status: number, _headers: unknown, go: () => void) => ((resume = go), false),
        onData: (chunk: Buffer) => ((received += chunk.length), !stopped),
      },
    )
    const socket = await socketOf
    await until(() => resume !== undefined && socket.writableLength > 0)
    await sleep(50)
    expect(received).toBe(0)
    const sent = socket.bytesWritten - socket.writableLength
    expect(sent).toBeLessThan(32 * MB)
    resume()
    await until(() => received > 0)
    await sleep(20)
    expect(received).toBeLessThan(MB) // one piece
    stopped = false
    resume()
    await over
    expect(received).toBe(64 * MB)
  })

  test('a controller pauses and resumes', async () => {
    let received = 0
    const seen = dispatchNew(
      make(),
      { origin, path: '/large' },
      {
        onResponseData: (controller: { pause(): void; resume(): void }, chunk: Buffer) => {
          received += chunk.length
          controller.pause()
          expect(seen.controller.paused).toBe(true)
          setImmediate(() => controller.resume())
        },
      },
    )
    await seen.over
    expect(received).toBe(64 * MB)
    expect(seen.events.at(-1)).toEqual(['end', {}])
  })

  test('aborts, at each moment', async () => {
    const reason = new Error('enough')
    const dispatcher = make()
    const abortIn = async (name: string, path: string): Promise<unknown[]> => {
      let abort!: (reason: Error) => void
      const { events, over } = dispatchOld(
        dispatcher,
        { origin, path },
        {
          onConnect(given: (reason: Error) => void) {
            abort = given
            if (name === 'onConnect') abort(reason)
          },
          onHeaders: () => void (name === 'onHeaders' && abort(reason)),
          onData: () => void (name === 'onData' && abort(reason)),
        },
      )
      if (name === 'before the headers') setTimeout(() => abort(reason), 30)
      if (name === 'within the body') setTimeout(() => abort(reason), 60)
      await over
      abort(reason) // has no effect any more
      return events
    }
    expect(await abortIn('onConnect', '/')).toEqual([['error', 'enough']])
    expect(await abortIn('before the headers', '/never')).toEqual([['error', 'enough']])
    expect(await abortIn('onHeaders', '/large')).toEqual([['error', 'enough']])
    expect(await abortIn('onData', '/large')).toEqual([['error', 'enough']])
    expect(await abortIn('within the body', '/half')).toEqual([['error', 'enough']])
    expect(await abortIn('never', '/')).toEqual([['complete', []]])
  })

  test('an abort destroys the stream that is sent', async () => {
    const body = new Readable({ read() {} })
    body.push('x')
    const abort = new AbortController()
    const sent = request(`${origin}/slowly`, { dispatcher: make(), method: 'POST', body, signal: abort.signal })
    setTimeout(() => abort.abort(), 30)
    expect(await failure(sent)).toBe(20) // the code of an AbortError of the platform
    expect(body.destroyed).toBe(true)
  })

  test('limits of sizes', async () => {
    const dispatcher = make({ maxResponseSize: 3 })
    const { body } = await request(origin, { dispatcher })
    expect(await failure(body.text())).toBe('UND_ERR_RES_EXCEEDED_MAX_SIZE')
    expect(await failure(request(`${origin}/headers`, { dispatcher }))).toBe('UND_ERR_HEADERS_OVERFLOW')
    expect(await failure(request(`${origin}/endless`, { dispatcher }))).toBe('UND_ERR_HEADERS_OVERFLOW')
    expect((await request(`${origin}/headers`, { dispatcher: make({ maxHeaderSize: 30_000 }) })).statusCode).toBe(200)
  })

  test('errors of connecting, and their events', async () => {
    const dispatcher = make()
    const failed: unknown[] = []
    dispatcher.on('connectionError', (url, targets, error) =>
      failed.push([url.protocol, targets.length > 0, error.code]),
    )
    const refused = `http://127.0.0.1:${await refusingPort()}`
    expect(await failure(request(refused, { dispatcher }))).toBe('ECONNREFUSED')
    expect(await failure(request('http://nowhere.invalid/', { dispatcher }))).toMatch(/ENOTFOUND|EAI_AGAIN/)
    await sleep(10)
    expect(failed[0]).toEqual(['http:', true, 'ECONNREFUSED'])
    expect(failed).toHaveLength(2)
  })

  test("'connect' and 'disconnect'", async () => {
    const dispatcher = make()
    const events: unknown[] = []
    dispatcher.on('connect', (url: URL) => events.push(`connect ${url.origin}`))
    dispatcher.on('disconnect', (url: URL) => events.push(`disconnect ${url.origin}`))
    await (await request(origin, { dispatcher })).body.dump()
    await sleep(20)
    await (await request(origin, { dispatcher })).body.dump()
    expect(events).toEqual([`connect ${origin}`])
    const bad = await keep(
      listen(
        net.createServer((socket) => socket.once('data', () => socket.end())),
        'http',
      ),
    )
    expect(await failure(request(bad.url, { dispatcher }))).toBe('UND_ERR_SOCKET')
    await sleep(20)
    expect(events.at(-1)).toBe(`disconnect ${bad.url}`)
  })

  test('with a limit of connections it is busy, and says when it is not any more', async () => {
    const { url } = await keep(httpServer((_request, response) => void setTimeout(() => response.end(), 20)))
    const dispatcher = make({ connections: 2 })
    const taken: boolean[] = []
    const overs = [1, 2, 3, 4].map(() => {
      let over!: () => void
      const handler = {
        onConnect() {},
        onHeaders: () => true,
        onData: () => true,
        onComplete: () => over(),
        onError: () => over(),
      }
      const ended = new Promise<void>((resolve) => (over = resolve))
      taken.push(dispatcher.dispatch({ origin: url, path: '/', method: 'GET' }, handler as never))
      return ended
    })
    expect(taken).toEqual([true, false, false, false])
    const [drained] = (await once(dispatcher, 'drain')) as [URL]
    expect(drained.origin).toBe(url)
    await Promise.all(overs)
  })

  test('close() waits for what runs, and destroy() ends it', async () => {
    const closing = make()
    const { body } = await request(`${origin}/large`, { dispatcher: closing })
    let closed = false
    const closes = closing.close().then(() => (closed = true))
    expect(await failure(request(origin, { dispatcher: closing }))).toBe('UND_ERR_CLOSED')
    expect(closed).toBe(false)
    expect((await body.arrayBuffer()).byteLength).toBe(64 * MB)
    await closes
    expect([closing.closed, closing.destroyed]).toEqual([true, true])

    const destroying = make()
    const running = failure(request(`${origin}/never`, { dispatcher: destroying }))
    const half = await request(`${origin}/half`, { dispatcher: destroying })
    const reading = failure(half.body.text())
    await new Promise<void>((resolve) => destroying.destroy(new Error('mine'), () => resolve()))
    expect([await running, await reading]).toEqual(['mine', 'mine'])
    expect(await failure(request(origin, { dispatcher: destroying }))).toBe('UND_ERR_DESTROYED')
    expect(await failure(destroying.close())).toBe('UND_ERR_DESTROYED')
    await destroying.destroy()
  })

  test('both take a callback', async () => {
    const first = make()
    await new Promise<void>((resolve) => first.close(() => resolve()))
    const second = make()
    await new Promise<void>((resolve) => second.destroy(() => resolve()))
    expect(() => make().close('x' as never)).toThrow('invalid callback')
    expect(() => make().destroy(null, 'x' as never)).toThrow('invalid callback')
  })

  test('stream() sends to a file-like sink, at its pace', async () => {
    let written = 0
    const sink = new Writable({
      highWaterMark: 1024,
      write(chunk: Buffer, _encoding, callback) {
        written += chunk.length
        setImmediate(callback)
      },
    })
    await stream(`${origin}/large`, { dispatcher: make(), method: 'GET' }, () => sink)
    expect(written).toBe(64 * MB)
  })

  test('2,000 dispatches at a time, over 20 connections', async () => {
    const many = await keep(httpServer((_request, response) => void response.end('x')))
    const dispatcher = make({ connections: 20 })
    const bodies = await Promise.all(
      Array.from({ length: 2000 }, async () => (await request(many.url, { dispatcher })).body.text()),
    )
    expect(bodies.join('')).toBe('x'.repeat(2000))
    expect(many.connections).toBeLessThanOrEqual(20)
  })

  test('a connection is closed after a request with reset, and with pipelining 0', async () => {
    const own = await keep(httpServer(({ headers }, response) => void response.end(headers.connection)))
    const dispatcher = make()
    for (let i = 0; i < 2; i++) await (await request(own.url, { dispatcher, reset: true })).body.dump()
    const never = make({ pipelining: 0 })
    for (let i = 0; i < 2; i++) await (await request(own.url, { dispatcher: never })).body.dump()
    expect(own.connections).toBe(4)
  })
})

// --- ours alone: undici's timers have a resolution of a second ---

test('timeouts: no headers, and a body that stops', async () => {
  const dispatcher = curl()
  const headers = { dispatcher, headersTimeout: 100 }
  expect(await failure(request(`${origin}/never`, headers))).toBe('UND_ERR_HEADERS_TIMEOUT')
  const { body } = await request(`${origin}/half`, { dispatcher, bodyTimeout: 100 })
  expect(await failure(body.text())).toBe('UND_ERR_BODY_TIMEOUT')
})

test('a reader that stops is no timeout of the body', async () => {
  let resume!: () => void
  const { events, over } = dispatchOld(
    curl(),
    { origin, path: '/large', bodyTimeout: 500 },
    {
      onHeaders: (_status: number, _headers: unknown, go: () => void) => ((resume = go), false),
      onData: () => true,
    },
  )
  while (resume === undefined) await sleep(5)
  await sleep(1200)
  expect(events).toEqual([['connect']])
  resume()
  await over
  expect(events.at(-1)).toEqual(['complete', []])
})

// --- ours alone ---

test('connectTimeout limits connecting, and not the wait for a free connection', async () => {
  const slow = await keep(httpServer((_request, response) => void setTimeout(() => response.end('x'), 100)))
  const dispatcher = curl({ connections: 1, connectTimeout: 150 })
  const texts = Array.from({ length: 4 }, async () => (await request(slow.url, { dispatcher })).body.text())
  expect((await Promise.all(texts)).join('')).toBe('xxxx')
  // TLS never begins there
  const silent = await keep(listen(net.createServer(), 'https'))
  expect(await failure(request(silent.url, { dispatcher }))).toBe('UND_ERR_CONNECT_TIMEOUT')
})

test('HTTP/2, unless allowH2 is false', async () => {
  const h2 = await keep(
    http2Server((stream, headers) => {
      stream.respond({ ':status': 200, 'x-a': '1', 'x-path': headers[':path']! }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-t': 'last' }))
      stream.end('over 2')
    }),
  )
  const dispatcher = curl({ connect: { ca } })
  const { events, over } = dispatchOld(dispatcher, { origin: h2.url, path: '/a', headers: { 'x-b': '2' } })
  await over
  expect(events).toEqual([['connect'], ['headers', 200, '', true], ['data', 'over 2'], ['complete', ['x-t', 'last']]])
  const at = h2.connections
  await Promise.all(Array.from({ length: 50 }, async () => (await request(h2.url, { dispatcher })).body.dump()))
  expect(h2.connections).toBe(at) // multiplexed
  const old = await keep(httpsServer(({ httpVersion }, response) => void response.end(httpVersion)))
  const { body } = await request(old.url, { dispatcher: curl({ connect: { ca }, allowH2: false }) })
  expect(await body.text()).toBe('1.1')
})

test('on one HTTP/2 connection, an abort and a reset of one stream leave the others alone', async () => {
  const h2 = await keep(
    http2Server((stream, { ':path': path }) => {
      stream.on('error', () => {}).respond({ ':status': 200 })
      if (path === '/reset') return void setTimeout(() => stream.destroy(new Error('broken')), 20)
      if (path === '/wait') return void stream.write('half')
      setTimeout(() => stream.end('whole'), 100)
    }),
  )
  const dispatcher = curl({ connect: { ca } })
  await (await request(`${h2.url}/first`, { dispatcher })).body.dump()
  const abort = new AbortController()
  const texts = await Promise.all([
    request(`${h2.url}/a`, { dispatcher }).then(({ body }) => body.text()),
    request(`${h2.url}/wait`, { dispatcher, signal: abort.signal }).then(({ body }) => {
      setTimeout(() => abort.abort(), 20)
      return failure(body.text())
    }),
    request(`${h2.url}/reset`, { dispatcher }).then(({ body }) => failure(body.text())),
    request(`${h2.url}/b`, { dispatcher }).then(({ body }) => body.text()),
  ])
  expect(texts).toEqual(['whole', 20, 'UND_ERR_SOCKET', 'whole'])
  expect(h2.connections).toBe(1)
})

test('a wrong certificate is an error, unless rejectUnauthorized is false', async () => {
  const { url } = await keep(httpsServer((_request, response) => void response.end('secret')))
  expect(await failure(request(url, { dispatcher: curl() }))).toBe('CURLE_PEER_FAILED_VERIFICATION')
  const { body } = await request(url, { dispatcher: curl({ connect: { rejectUnauthorized: false } }) })
  expect(await body.text()).toBe('secret')
})

test('Expect: 100-continue waits for the server', async () => {
  const { url, server: expecting } = await keep(httpServer((_request, response) => void response.end()))
  const seen: string[] = []
  expecting.on('checkContinue', (incoming: http.IncomingMessage, response: http.ServerResponse) => {
    seen.push(incoming.headers.expect!)
    response.writeContinue()
    incoming.on('data', (chunk) => seen.push(String(chunk))).on('end', () => response.end('agreed'))
  })
  const { body } = await request(url, {
    dispatcher: curl(),
    method: 'PUT',
    body: Readable.from(['body']),
    expectContinue: true,
  })
  expect(await body.text()).toBe('agreed')
  expect(seen).toEqual(['100-continue', 'body'])
})

test.each([
  [{ nonsense: 1 }, "no option 'nonsense'"],
  [{ connect: { nonsense: 1 } }, "no option 'connect.nonsense'"],
  [{ connections: 0 }, 'connections'],
  [{ pipelining: 3 }, 'pipelining takes 0 or 1'],
  [{ allowH2: 1 }, 'allowH2'],
  [{ headersTimeout: -1 }, 'headersTimeout'],
  [{ maxHeaderSize: 'x' }, 'maxHeaderSize'],
  [{ connect: { ca: 7 } }, 'connect.ca'],
  [{ connect: 'x' }, 'connect takes an object'],
  [{ proxy: 7 }, 'proxy'],
  [{ options: 7 }, 'options'],
  [null, 'an object'],
])('%o is refused at once', (options, message) => {
  expect(() => new CurlDispatcher(options as never)).toThrow(message)
  expect(() => new CurlDispatcher(options as never)).toThrow(expect.objectContaining({ code: 'UND_ERR_INVALID_ARG' }))
})

test('a wrong option of libcurl is named by the first request', async () => {
  const dispatcher = curl({ options: { NO_SUCH: 1 } as never })
  await expect(request(origin, { dispatcher })).rejects.toThrow(/CurlDispatcher: options: .*NO_SUCH/)
})

test('the environment has no effect, and a proxy has', async () => {
  const asked: string[] = []
  const proxy = await keep(
    httpServer((incoming, response) => (asked.push(incoming.url!), void response.end('proxied'))),
  )
  const { stdout } = await runScript(
    `
    import { CurlDispatcher } from 'libcurl-wasm/undici'
    const response = await fetch('${origin}/', { dispatcher: new CurlDispatcher() })
    console.log(await response.text())`,
    { env: { ...process.env, http_proxy: proxy.url } } as never,
  )
  expect(stdout).toBe('hello\n')
  const { body } = await request(`${origin}/a`, { dispatcher: curl({ proxy: proxy.url }) })
  expect(await body.text()).toBe('proxied')
  expect(asked).toEqual([`${origin}/a`])
  const tunnel = await keep(connectProxy())
  const socks = await keep(socks5({ names: { localhost: '127.0.0.1' } }))
  const secure = await keep(httpsServer((_request, response) => void response.end('tunnelled')))
  const address = secure.url.replace('127.0.0.1', 'localhost')
  for (const through of [`http://127.0.0.1:${tunnel.port}`, `socks5h://127.0.0.1:${socks.port}`]) {
    const answer = await request(address, { dispatcher: curl({ proxy: through, connect: { ca } }) })
    expect(await answer.body.text()).toBe('tunnelled')
  }
  expect(tunnel.proxied[0]!.method).toBe('CONNECT')
  expect(socks.asked[0]!.host).toBe('localhost')
})

test('a dispatcher that is not closed keeps no process alive', async () => {
  const { stdout } = await runScript(`
    import { CurlDispatcher } from 'libcurl-wasm/undici'
    const dispatcher = new CurlDispatcher()
    const response = await fetch('${origin}/', { dispatcher })
    console.log(await response.text())`)
  expect(stdout).toBe('hello\n')
})

test('responses and aborted requests are freed', async () => {
  const dispatcher = curl()
  const refs: WeakRef<object>[] = []
  const one = async (path: string, abort: boolean): Promise<void> => {
    const seen = dispatchNew(dispatcher, { origin, path }, { onResponseData: () => {} })
    refs.push(new WeakRef(seen.controller), new WeakRef(seen.events))
    if (abort) setTimeout(() => seen.controller.abort(new Error('x')), 5)
    await seen.over
  }
  await Promise.all(Array.from({ length: 100 }, (_, i) => one(i % 2 ? '/never' : '/', i % 2 === 1)))
  for (let i = 0; i < 10 && refs.some((ref) => ref.deref()); i++) {
    await sleep(10)
    globalThis.gc!()
  }
  // some may be in registers of the engine
  expect(refs.filter((ref) => ref.deref()).length).toBeLessThan(10)
})

test('pipeline() of undici through it', async () => {
  const { pipeline: through } = await import('undici')
  const echo = await keep(httpServer((incoming, response) => void incoming.pipe(response)))
  const received: Buffer[] = []
  await pipeline(
    Readable.from(['a', 'b', 'c'].map((text) => text.repeat(100_000))),
    through(echo.url, { dispatcher: curl(), method: 'POST' }, ({ body }) => body),
    new Writable({
      write(chunk: Buffer, _encoding, callback) {
        received.push(chunk)
        callback()
      },
    }),
  )
  expect(Buffer.concat(received)).toHaveLength(300_000)
})
