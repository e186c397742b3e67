// A trap in the module: everything that runs ends with an error, nothing hangs, the process goes on, and init() makes
// another instance.
import { once } from 'node:events'
import net from 'node:net'
import init, {
  CurlError,
  Easy,
  Multi,
  Session,
  WebSocket,
  WebSocketStream,
  connect,
  fetch,
  streamTransport,
} from 'libcurl-wasm'
import { Duplex } from 'node:stream'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { current } from '../../dist/js/internals.js'
import { httpServer } from '../servers/listening.js'
import { until } from '../fetch/outcome.js'

let requests = 0
const server = await httpServer((request, response) => {
  if (request.url === '/quick') return void response.end('whole')
  requests++
  if (request.url === '/body') response.write('the beginning')
})
const sockets = new WebSocketServer({ server: server.server })
sockets.on('connection', (socket) => socket.on('error', () => {}))
afterAll(() => server.close())

let connections = 0
const transport = streamTransport(async (host, port) => {
  connections++
  const socket = net.connect(port, host)
  await once(socket, 'connect')
  return Duplex.toWeb(socket) as never
})
await init({ transport })
beforeEach(() => {
  requests = 0
})

/** Makes a call with an invalid pointer, as a bug in libcurl or in our code could. */
function trap(): void {
  expect(() => current().exports.curl_easy_pause(-16 as never, 0)).toThrow(CurlError)
}

const isTrap = { code: 'CURLE_FAILED_INIT', cause: expect.any(WebAssembly.RuntimeError) as unknown }

async function failure(promise: PromiseLike<unknown>): Promise<Error> {
  return promise.then(
    () => new Error('it has not failed'),
    (error: Error) => error,
  )
}

test('everything that runs ends with its error, and the next call has another instance', async () => {
  const before = current()
  const head = failure(fetch(`${server.url}/head`))
  const body = failure((await fetch(`${server.url}/body`)).text())
  const session = new Session()
  const ofSession = failure(session.fetch(`${server.url}/session`))
  const upload = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1000)) })
  const sending = failure(fetch(`${server.url}/upload`, { method: 'POST', body: upload, duplex: 'half' }))
  const [easy, added] = [new Easy(), new Easy()]
  const multi = new Multi()
  const performed = failure(multi.perform(easy.setopt('URL', `${server.url}/perform`)))
  multi.add(added.setopt('URL', `${server.url}/add`))
  const socket = connect({ host: '127.0.0.1', port: server.port })
  await socket.opened
  const closed = failure(socket.closed)
  const webSocket = new WebSocket(server.url.replace('http', 'ws'))
  await new Promise((resolve) => (webSocket.onopen = resolve))
  const webSocketClosed = new Promise<CloseEvent>((resolve) => (webSocket.onclose = resolve as never))
  const stream = new WebSocketStream(server.url.replace('http', 'ws'))
  await stream.opened
  const streamClosed = failure(stream.closed)
  await until(() => requests >= 5)

  trap()
  for (const each of [head, body, ofSession, sending]) {
    const error = await each
    expect(error).toBeInstanceOf(TypeError)
    expect(error.cause).toMatchObject(isTrap)
  }
  expect(await performed).toMatchObject(isTrap)
  expect(multi.infoRead()).toMatchObject({ easy: added, error: isTrap })
  expect(await closed).toMatchObject(isTrap)
  expect(await webSocketClosed).toMatchObject({ wasClean: false, code: 1006 })
  expect(((await streamClosed) as Error).cause).toMatchObject(isTrap)
  // handles of the old instance must not be taken for those of the new one
  expect(() => easy.setopt('URL', server.url)).toThrow(CurlError)
  expect((await failure(session.fetch(server.url))).cause).toMatchObject(isTrap)
  for (const each of [easy, added, multi]) each.close()
  await session.close()
  await until(() => before.host.descriptors.size === 0)

  const relayed = connections
  expect(await (await fetch(`${server.url}/quick`)).text()).toBe('whole')
  expect(current()).not.toBe(before)
  // through the same transport: without the relay, the server would see the client's address
  expect(connections).toBe(relayed + 1)
  const another = new Session()
  expect(await (await another.fetch(`${server.url}/quick`)).text()).toBe('whole')
  await another.close()
  const again = connect({ host: '127.0.0.1', port: server.port })
  await again.opened
  await again.close()
})

test('a call that traps throws a CurlError, and init() makes another instance', async () => {
  await init()
  const before = current()
  const easy = new Easy()
  trap()
  expect(() => new Easy()).toThrow(/call init\(\)/)
  easy.close()
  await init()
  expect(current()).not.toBe(before)
  new Easy().close()
})
