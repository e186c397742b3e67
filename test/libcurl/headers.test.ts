// header() and headers() return what curl_easy_header(3) and curl_easy_nextheader(3) promise: of every origin, of every
// request of a transfer, duplicates, values of any bytes, and before, during and after a transfer.
import net from 'node:net'
import init, * as c from 'libcurl-wasm'
import { CurlHeaderError, Easy, Multi, type Header } from 'libcurl-wasm'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { connectProxy } from '../servers/connect-proxy.js'
import { http2Server, httpServer, listen } from '../servers/listening.js'
import { transfer, type Options } from '../servers/transfer.js'

await init()
const multi = new Multi()
let easy: Easy
beforeEach(() => void (easy = new Easy()))
afterEach(() => easy.close())
afterAll(() => multi.close())

const { certFile } = certificates().ca
const get = (url: string, options: Options = {}) => transfer(multi, url, { CAINFO: certFile, ...options }, easy)
const short = (headers: Header[]): string[] => headers.map(({ name, value }) => `${name}: ${value}`)

/** A server that answers each request with the next of these bytes, and closes. */
async function raw(...answers: (string | Buffer)[]) {
  const server = await listen(
    net.createServer((socket) => void socket.once('data', () => socket.end(answers.shift() ?? ''))),
    'http',
  )
  afterAll(() => server.close())
  return server
}

test('there are none before a transfer, and none of a closed handle', () => {
  expect(easy.header('Date')).toBeUndefined()
  expect(easy.headers()).toEqual([])
  const gone = new Easy()
  gone.close()
  expect(() => gone.header('Date')).toThrow(/closed/)
  expect(() => gone.headers()).toThrow(/closed/)
})

test('the same name several times, in any case', async () => {
  const server = await raw('HTTP/1.1 200 OK\r\nX-A: one\r\nOther:  \t \r\nx-a:\ttwo \t\r\nX-a: three\r\n\r\n')
  await get(server.url)
  expect(easy.header('x-A')).toEqual({ name: 'X-A', value: 'one', amount: 3, index: 0, origin: c.CURLH_HEADER })
  expect(easy.header('X-A', { index: 1 })).toEqual({
    ...{ name: 'x-a', value: 'two', amount: 3, index: 1, origin: c.CURLH_HEADER },
  })
  expect(easy.header('X-A', { index: 3 })).toBeUndefined()
  expect(easy.headers().map(({ name, index, amount }) => [name, index, amount])).toEqual([
    ['X-A', 0, 3],
    ['Other', 0, 1],
    ['x-a', 1, 3],
    ['X-a', 2, 3],
  ])
  expect(easy.header('other')?.value).toBe('')
})

test('values of any bytes are decoded as UTF-8 if valid, else as ISO-8859-1; folded lines are one', async () => {
  const answer = Buffer.concat([
    Buffer.from('HTTP/1.1 200 OK\r\nUtf: \ufeffü 猫\r\nLatin: '),
    Buffer.from([0xe4, 0x20, 0xff]),
    Buffer.from('\r\nFolded: a\r\n  b\r\n\tc\r\n\r\n'),
  ])
  const server = await raw(answer)
  await get(server.url)
  expect(short(easy.headers())).toEqual(['Utf: \ufeffü 猫', 'Latin: ä ÿ', 'Folded: a b c'])
})

test('the headers of each request of a transfer', async () => {
  const server = await raw(
    'HTTP/1.1 302 Found\r\nLocation: /next\r\nX: first\r\nConnection: close\r\n\r\n',
    'HTTP/1.1 200 OK\r\nX: second\r\nConnection: close\r\n\r\n',
  )
  await get(server.url, { FOLLOWLOCATION: true })
  expect(easy.header('X', { request: 0 })?.value).toBe('first')
  expect(easy.header('X', { request: 1 })?.value).toBe('second')
  expect(easy.header('X')?.value).toBe('second')
  expect(easy.header('Location')).toBeUndefined()
  expect(short(easy.headers({ request: 0 }))).toEqual(['Location: /next', 'X: first', 'Connection: close'])
  expect(easy.header('X', { request: 2 })).toBeUndefined()
  expect(easy.headers({ request: 2 })).toEqual([])
})

test('informational responses and trailers are of other origins', async () => {
  const server = await httpServer((_request, response) => {
    response.writeEarlyHints({ link: '</a>; rel=preload', 'x-where': 'early' })
    response.writeHead(200, { trailer: 'x-sum', 'x-where': 'head' })
    response.write('body')
    response.addTrailers({ 'x-sum': '42', 'x-where': 'trailer' })
    response.end()
  })
  await get(server.url)
  await server.close()
  expect(easy.header('x-where')?.value).toBe('head')
  expect(easy.header('x-where', { origin: c.CURLH_1XX })).toMatchObject({ value: 'early', origin: c.CURLH_1XX })
  expect(easy.header('x-where', { origin: c.CURLH_TRAILER })).toMatchObject({ value: 'trailer', amount: 1 })
  const all = c.CURLH_1XX | c.CURLH_HEADER | c.CURLH_TRAILER
  expect(easy.header('x-where', { origin: all, index: 2 })).toMatchObject({ value: 'trailer', amount: 3 })
  expect(short(easy.headers({ origin: c.CURLH_TRAILER }))).toEqual(['x-sum: 42', 'x-where: trailer'])
  expect(short(easy.headers({ origin: c.CURLH_1XX }))).toEqual(['Link: </a>; rel=preload', 'x-where: early'])
})

test('the pseudo headers of HTTP/2', async () => {
  const server = await http2Server((stream) => {
    stream.respond({ ':status': 203, 'x-h': '2' })
    stream.end('x')
  })
  await get(server.url.replace('127.0.0.1', 'localhost'))
  await server.close()
  expect(easy.header(':status', { origin: c.CURLH_PSEUDO })).toMatchObject({ value: '203', origin: c.CURLH_PSEUDO })
  expect(easy.header(':status')).toBeUndefined()
  expect(easy.header('x-h')?.value).toBe('2')
})

test("a proxy's answer to CONNECT", async () => {
  const proxy = await connectProxy({ login: { user: 'a', password: 'b' } })
  const { error } = await get('http://origin.example/', { PROXY: proxy.url, HTTPPROXYTUNNEL: true })
  await proxy.close()
  expect(error).toBeDefined()
  expect(easy.header('Proxy-Authenticate', { origin: c.CURLH_CONNECT })).toMatchObject({
    ...{ value: 'Basic realm="proxy"', origin: c.CURLH_CONNECT },
  })
  expect(easy.header('Proxy-Authenticate')).toBeUndefined()
})

test('callbacks can read the headers that have arrived so far', async () => {
  const server = await raw('HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\nContent-Length: 4\r\n\r\nbody')
  const told: string[] = []
  await get(server.url, {
    HEADERFUNCTION: () => void told.push(easy.headers().length.toString()),
    WRITEFUNCTION: () => void told.push(easy.header('B')!.value),
  })
  expect(told).toEqual(['0', '1', '2', '3', '3', '2'])
})

test('the next transfer has its own', async () => {
  const server = await raw('HTTP/1.1 200 OK\r\nA: 1\r\n\r\n', 'HTTP/1.1 200 OK\r\nB: 2\r\n\r\n')
  await get(server.url)
  await get(server.url)
  expect(short(easy.headers())).toEqual(['B: 2'])
})

test.each<[string, () => unknown, new (...args: never[]) => Error, RegExp]>([
  ['no origin', () => easy.header('x', { origin: 0 }), CurlHeaderError, /bad argument: the origin/],
  ['another origin', () => easy.headers({ origin: 64 }), CurlHeaderError, /bad argument: the origin.* 64/],
  ['no origin of all', () => easy.headers({ origin: 0 }), CurlHeaderError, /bad argument: the origin/],
  [
    'a request before the first',
    () => easy.header('x', { request: -2 }),
    CurlHeaderError,
    /bad argument: the request.* -2/,
  ],
  ['half a request', () => easy.headers({ request: 0.5 }), RangeError, /request of headers.* 0\.5/],
  ['a negative index', () => easy.header('x', { index: -1 }), RangeError, /header: index.* -1/],
  ['an index that is text', () => easy.header('x', { index: '1' as never }), TypeError, /header: index/],
  ['a name with a NUL', () => easy.header('x\0y'), RangeError, /header/],
  ['a name that is none', () => easy.header(5 as never), TypeError, /header/],
])('%s is refused', (_, call, kind, message) => {
  expect(call).toThrow(kind)
  expect(call).toThrow(message)
})
