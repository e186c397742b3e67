// dispatch() itself: the calls that handlers of both forms get, in their order, and the errors. The same holds for
// undici's own Agent, which is tested beside ours.
import net from 'node:net'
import { Readable } from 'node:stream'
import { errors } from 'undici'
import { describe, expect, test } from 'vitest'
import { bodyOf, httpServer, listen } from '../servers/listening.js'
import { curl, dispatchNew, dispatchOld, keep, kinds } from './dispatchers.js'

const server = await keep(
  httpServer(async (request, response) => {
    const { pathname } = new URL(request.url!, 'http://host')
    if (pathname === '/early') response.writeEarlyHints({ link: '</a>; rel=preload' })
    if (pathname === '/trailers') {
      response.writeHead(200, { 'x-a': ['1', '2'], trailer: 'x-t' })
      response.addTrailers({ 'x-t': 'last' })
      return void response.end('body')
    }
    if (pathname === '/echo') {
      const { 'content-length': length = 'chunked', 'content-type': type = 'none' } = request.headers
      return void response.end(`${request.method} ${length} ${type} ${String(await bodyOf(request))}`)
    }
    if (pathname === '/raw') return void response.end(JSON.stringify(request.rawHeaders))
    if (/^\/\d+$/.test(pathname)) return void response.writeHead(Number(pathname.slice(1))).end()
    response.writeHead(200, 'Fine', { 'x-a': '1' }).end('hello')
  }),
)
const origin = server.url

/** A server that answers each connection with these bytes, and then ends or breaks it. */
async function raw(bytes: string, end: 'end' | 'reset' | 'stay' = 'end'): Promise<string> {
  const { url } = await keep(
    listen(
      net.createServer((socket) => {
        socket
          .on('error', () => {})
          .once('data', () => {
            if (end === 'end') socket.end(bytes)
            else socket.write(bytes, () => void (end === 'reset' && setTimeout(() => socket.resetAndDestroy(), 50)))
          })
      }),
      'http',
    ),
  )
  return url
}

describe.each(kinds)('%s', (_kind, make) => {
  const dispatcher = make()

  test('a handler of the older form gets all calls in their order', async () => {
    const { events, over } = dispatchOld(dispatcher, { origin, path: '/trailers' })
    await over
    expect(events).toEqual([['connect'], ['headers', 200, 'OK', true], ['data', 'body'], ['complete', ['x-t', 'last']]])
  })

  test('a handler of the newer form gets records and a controller', async () => {
    const { events, over } = dispatchNew(dispatcher, { origin, path: '/trailers' })
    await over
    expect(events).toEqual([
      ['start'],
      ['headers', 200, 'OK', ['1', '2']],
      ['data', 'body'],
      ['end', { 'x-t': 'last' }],
    ])
  })

  test('early hints come before the response', async () => {
    const { events, over } = dispatchOld(dispatcher, { origin, path: '/early' })
    await over
    expect(events.map((event) => (event as unknown[]).slice(0, 2))).toEqual([
      ['connect'],
      ['headers', 103],
      ['headers', 200],
      ['data', 'hello'],
      ['complete', []],
    ])
  })

  test.each(['/204', '/304', '/205'])('%s has no body', async (path) => {
    const { events, over } = dispatchOld(dispatcher, { origin, path })
    await over
    expect(events.map((event) => (event as unknown[])[0])).toEqual(['connect', 'headers', 'complete'])
  })

  test.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\n'],
    ['GET', 'HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n'],
  ])('%s with a length and no body is complete', async (method, bytes) => {
    const { events, over } = dispatchOld(dispatcher, { origin: await raw(bytes), method })
    await over
    expect(events.at(-1)).toEqual(['complete', []])
  })

  test.each([
    ['a string', () => 'text', 'POST 4 none text'],
    ['an empty string', () => '', 'POST 0 none '],
    ['a Buffer', () => Buffer.from('text'), 'POST 4 none text'],
    ['a Uint8Array', () => new TextEncoder().encode('text'), 'POST 4 none text'],
    [
      'a part of a buffer',
      () => new Uint16Array(new TextEncoder().encode('__text__').buffer, 2, 2),
      'POST 4 none text',
    ],
    ['a Readable', () => Readable.from(['te', 'xt']), 'POST chunked none text'],
    ['an async iterable', () => generate(), 'POST chunked none text'],
    ['an iterable', () => [Buffer.from('te'), Buffer.from('xt')], 'POST chunked none text'],
    ['a Blob', () => new Blob(['text'], { type: 'x/y' }), 'POST 4 x/y text'],
    ['null', () => null, 'POST 0 none '],
  ])('the body can be %s', async (_, body, expected) => {
    const { events, over } = dispatchOld(dispatcher, { origin, path: '/echo', method: 'POST', body: body() })
    await over
    expect(events.filter(([name]: any) => name === 'data').map(([, text]: any) => text)).toEqual([expected])
  })

  test('a stream is sent with the length that its header has', async () => {
    const options = { origin, path: '/echo', method: 'PUT', headers: { 'content-length': '4' } }
    const { events, over } = dispatchOld(dispatcher, { ...options, body: Readable.from(['te', 'xt']) })
    await over
    expect(events[2]).toEqual(['data', 'PUT 4 none text'])
  })

  test.each([
    ['too short', '5', () => Readable.from(['text'])],
    ['too long', '3', () => Readable.from(['text'])],
    ['of bytes', '3', () => 'text'],
  ])('a body whose length differs from its header fails: %s', async (_, length, body) => {
    const options = { origin, path: '/echo', method: 'POST', headers: { 'content-length': length } }
    const { events, over } = dispatchOld(dispatcher, { ...options, body: body() })
    await over
    expect(events.at(-1)).toEqual(['error', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'])
  })

  test('a body stream that fails ends the request with its error', async () => {
    const failing = new Readable({
      read() {
        this.push('some')
        this.destroy(new Error('kaboom'))
      },
    })
    const { events, over } = dispatchOld(dispatcher, { origin, path: '/echo', method: 'POST', body: failing })
    await over
    expect(events).toEqual([['connect'], ['error', 'kaboom']])
  })

  test('a body stream that has failed before, and one that is destroyed', async () => {
    const failed = new Readable({ read() {} }).on('error', () => {})
    failed.destroy(new Error('early'))
    const first = dispatchOld(dispatcher, { origin, path: '/echo', method: 'POST', body: failed })
    await first.over
    expect(first.events.at(-1)).toEqual(['error', 'early'])
    const destroyed = new Readable({ read() {} })
    const second = dispatchOld(dispatcher, { origin, path: '/echo', method: 'POST', body: destroyed })
    destroyed.push('x')
    setTimeout(() => destroyed.destroy(), 20)
    await second.over
    expect(second.events.at(-1)).toEqual(['error', 'UND_ERR_ABORTED'])
  })

  test('a response before the end of the request ends the request, and destroys its stream', async () => {
    const { url } = await keep(
      httpServer((_request, response) => void response.setHeader('content-length', 5).end('hasty')),
    )
    const body = new Readable({
      read() {
        setTimeout(() => this.push(Buffer.alloc(1000)), 5)
      },
    })
    const { events, over } = dispatchOld(dispatcher, { origin: url, method: 'POST', body })
    await over
    expect(events.slice(2)).toEqual([
      ['data', 'hasty'],
      ['complete', []],
    ])
    expect(body.destroyed).toBe(true)
  })

  test('sent chunks are reported', async () => {
    const sent: string[] = []
    const onBodySent = (chunk: Buffer): void => void sent.push(String(chunk))
    const onRequestSent = (): void => void sent.push('all')
    for (const body of [Readable.from(['te', 'xt']), Buffer.from('text')])
      await dispatchOld(dispatcher, { origin, path: '/echo', method: 'POST', body }, { onBodySent, onRequestSent }).over
    expect(sent).toEqual(['te', 'xt', 'all', 'text', 'all'])
  })

  test('headers can be an object, pairs in turn, and an iterable of pairs', async () => {
    for (const headers of [
      { 'X-One': '1', two: ['a', 'b'], none: undefined, empty: null },
      ['X-One', '1', 'two', ['a', 'b'], 'empty', ''],
      new Map<string, unknown>([
        ['X-One', '1'],
        ['two', ['a', 'b']],
        ['empty', ''],
      ]),
    ]) {
      const { events, over } = dispatchOld(dispatcher, { origin, path: '/raw', headers })
      await over
      const sent = JSON.parse((events[2] as string[])[1]!) as string[]
      expect(sent.join(' ')).toContain('X-One 1 two a two b empty ')
      expect(sent.join(' ').toLowerCase()).not.toMatch(/user-agent|accept|none/)
    }
  })

  test('parameters of the query are added', async () => {
    const parameters = { origin, path: '/raw', query: { a: '1 2', b: ['x', 'y'] } }
    expect((await dispatched({ ...parameters })).at(-1)).toEqual(['complete', []])
  })
  const dispatched = async (options: object): Promise<unknown[]> => {
    const { events, over } = dispatchOld(dispatcher, options)
    await over
    return events
  }

  test.each([
    [{ path: 'x' }, 'UND_ERR_INVALID_ARG'],
    [{ path: '/ä ö' }, 'UND_ERR_INVALID_ARG'],
    [{ path: 1 }, 'UND_ERR_INVALID_ARG'],
    [{ method: 'A B' }, 'UND_ERR_INVALID_ARG'],
    [{ method: 1 }, 'UND_ERR_INVALID_ARG'],
    [{ upgrade: 1 }, 'UND_ERR_INVALID_ARG'],
    [{ headersTimeout: 'x' }, 'UND_ERR_INVALID_ARG'],
    [{ bodyTimeout: -1 }, 'UND_ERR_INVALID_ARG'],
    [{ body: 1, method: 'POST' }, 'UND_ERR_INVALID_ARG'],
    [{ body: {}, method: 'POST' }, 'UND_ERR_INVALID_ARG'],
    [{ headers: ['a'] }, 'UND_ERR_INVALID_ARG'],
    [{ headers: 1 }, 'UND_ERR_INVALID_ARG'],
    [{ headers: { 'a b': '1' } }, 'UND_ERR_INVALID_ARG'],
    [{ headers: { a: 'x\r\nb: y' } }, 'UND_ERR_INVALID_ARG'],
    [{ headers: { a: {} } }, 'UND_ERR_INVALID_ARG'],
    [{ headers: { 'content-length': 'x' } }, 'UND_ERR_INVALID_ARG'],
    [{ headers: { 'transfer-encoding': 'chunked' } }, 'UND_ERR_INVALID_ARG'],
    [{ headers: { upgrade: 'x' } }, 'UND_ERR_INVALID_ARG'],
    [{ headers: { connection: 'a b' } }, 'UND_ERR_INVALID_ARG'],
    [{ headers: { host: ['a', 'b'] } }, 'UND_ERR_INVALID_ARG'],
    [{ headers: { expect: '100-continue' } }, 'UND_ERR_NOT_SUPPORTED'],
    [{ maxRedirections: 3 }, 'UND_ERR_INVALID_ARG'],
    [{ reset: 1 }, 'UND_ERR_INVALID_ARG'],
    [{ expectContinue: 1 }, 'UND_ERR_INVALID_ARG'],
  ])('%o is refused', async (options, code) => {
    expect((await dispatched({ origin, ...options })).at(-1)).toEqual(['error', code])
  })

  test('an origin has to be one of http', () => {
    for (const bad of [undefined, '', 'another', 'ftp://host/', 7]) {
      let error: unknown
      const handler = {
        onConnect() {},
        onHeaders() {},
        onData() {},
        onComplete() {},
        onError: (e: Error) => (error = e),
      }
      try {
        dispatcher.dispatch({ origin: bad, path: '/', method: 'GET' } as never, handler as never)
      } catch (thrown) {
        error = thrown
      }
      expect(error).toBeInstanceOf(Error)
    }
  })

  test('handlers without a method that is needed are refused', () => {
    const whole = { onConnect() {}, onHeaders() {}, onData() {}, onComplete() {} }
    for (const name of Object.keys(whole)) {
      let code: unknown
      const onError = (error: { code: string }): void => void (code = error.code)
      dispatcher.dispatch({ origin, path: '/', method: 'GET' }, { ...whole, onError, [name]: undefined } as never)
      expect(code).toBe('UND_ERR_INVALID_ARG')
    }
    for (const handler of [null, 'x', undefined])
      expect(() => dispatcher.dispatch({ origin, path: '/', method: 'GET' }, handler as never)).toThrow(
        'handler must be an object',
      )
    expect(() => dispatcher.dispatch({ origin, path: '/', method: 'GET' }, whole as never)).toThrow(/onError/)
  })

  test.each(['onConnect', 'onHeaders', 'onData', 'onComplete'])('what %s throws is the error', async (name) => {
    const thrown = new Error(`of ${name}`)
    const { events, over } = dispatchOld(
      dispatcher,
      { origin },
      {
        [name]: () => {
          throw thrown
        },
      },
    )
    await over
    expect(events.at(-1)).toEqual(['error', thrown.message])
    expect(events.filter(([event]: any) => event === 'error')).toHaveLength(1)
  })

  describe('a server that ends badly', () => {
    test.each([
      ['in the body, with a length', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf', 'UND_ERR_SOCKET'],
      [
        'in the body, with a length and close',
        'HTTP/1.1 200 OK\r\ncontent-length: 10\r\nconnection: close\r\n\r\nhalf',
        'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
      ],
      ['in a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\na\r\nhalf', 'UND_ERR_SOCKET'],
      ['before the headers', '', 'UND_ERR_SOCKET'],
    ])('%s', async (_, bytes, code) => {
      const { events, over } = dispatchOld(dispatcher, { origin: await raw(bytes) })
      await over
      expect(events.at(-1)).toEqual(['error', code])
      if (bytes.endsWith('half')) expect(events).toContainEqual(['data', 'half'])
    })

    test('by a reset', async () => {
      const bytes = 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'
      const { events, over } = dispatchOld(dispatcher, { origin: await raw(bytes, 'reset') })
      await over
      expect(events.at(-1)).toEqual(['error', 'ECONNRESET'])
    })

    test('with something else than HTTP', async () => {
      const { events, over } = dispatchOld(dispatcher, { origin: await raw('SSH-2.0-OpenSSH\r\n') })
      await over
      expect(String(events.at(-1))).toMatch(/HPE_INVALID_CONSTANT|Expected HTTP/)
    })

    test('with an upgrade that nobody asked for', async () => {
      const bytes = 'HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'
      const { events, over } = dispatchOld(dispatcher, { origin: await raw(bytes) })
      await over
      expect(events.at(-1)).toEqual(['error', 'UND_ERR_SOCKET'])
    })
  })

  test('errors are instances of undici’s classes', async () => {
    let error: unknown
    const handler = { onError: (thrown: Error) => void (error = thrown) }
    dispatcher.dispatch({ origin, path: 'x', method: 'GET' } as never, handler as never)
    expect(error).toBeInstanceOf(errors.InvalidArgumentError)
    expect(error).toBeInstanceOf(errors.UndiciError)
    expect(error).not.toBeInstanceOf(errors.SocketError)
    error = await new Promise((onError) =>
      dispatchOld(dispatcher, { origin }, { onConnect: (abort: () => void) => abort(), onError }),
    )
    expect(error).toBeInstanceOf(errors.RequestAbortedError)
    expect(error).toBeInstanceOf((errors as unknown as { AbortError: typeof Error }).AbortError)
  })
})

async function* generate(): AsyncGenerator<string | Buffer> {
  yield 'te'
  yield Buffer.from('xt')
}

// --- ours alone ---

const dispatcher = curl()

test('a form has a length and a boundary', async () => {
  const body = new FormData()
  body.append('a', new Blob(['in a file']), 'name')
  const { events, over } = dispatchOld(dispatcher, { origin, path: '/echo', method: 'POST', body })
  await over
  expect(String(events[2])).toMatch(/^data,POST \d+ multipart\/form-data; boundary=[^]*in a file/)
})

test('304 with a length and no body is complete', async () => {
  const bytes = 'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\nconnection: close\r\n\r\n'
  const { events, over } = dispatchOld(dispatcher, { origin: await raw(bytes) })
  await over
  expect(events.at(-1)).toEqual(['complete', []])
})

test('a response that ends within its headers fails', async () => {
  const { events, over } = dispatchOld(dispatcher, { origin: await raw('HTTP/1.1 200 OK\r\nx-a: 1\r\n') })
  await over
  expect(events).toEqual([['connect'], ['error', 'HPE_INVALID_CONSTANT']])
})

test('headers that libcurl and others would read differently are refused', async () => {
  const bytes = 'HTTP/1.1 200 OK\r\ncontent-length : 5\r\n\r\nhello'
  const { events, over } = dispatchOld(dispatcher, { origin: await raw(bytes) })
  await over
  expect(events).toEqual([['connect'], ['error', 'HPE_INVALID_HEADER_TOKEN']])
})

test('the path is sent as it is, with dots and characters that a URL would change', async () => {
  const seen: string[] = []
  const { url } = await keep(httpServer(({ url: path }, response) => (seen.push(path!), void response.end())))
  for (const path of ['/a/../b', '/a#b', '/a?b=#c', 'http://other.test/x', '/%2e%2e/"<>'])
    await dispatchOld(curl(), { origin: url, path }).over
  expect(seen).toEqual(['/a/../b', '/a#b', '/a?b=#c', 'http://other.test/x', '/%2e%2e/"<>'])
})
