// ProxyTransport in Node, with the client of @mercuryworkshop/proxy-transports, and its interface itself.
import { CloseEvent, WebSocket as CurlWebSocket } from 'libcurl-wasm'
import { ProxyTransport } from 'libcurl-wasm/proxy-transport'
import { WebSocketServer } from 'ws'
import { afterAll, expect, test } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { bodyOf, httpServer, httpsServer } from '../servers/listening.js'
import { runScript } from '../servers/script.js'
import { testRelay } from '../relay/relays.js'

// Node 20 does not have them, and the client needs them when it is loaded
Object.assign(globalThis, { WebSocket: CurlWebSocket, CloseEvent })
// as a string, because its types cannot be resolved as those of a module of Node
const { BareCompatibleClient } = (await import('@mercuryworkshop/proxy-transports' as string)) as {
  BareCompatibleClient: new (transport: unknown) => { fetch(url: string, init?: object): Promise<Response> }
}

const origin = await httpsServer(async (request, response) => {
  switch (request.url) {
    case '/redirect':
      return void response.writeHead(302, { location: '/target', 'Set-Cookie': ['a=1', 'b=2'] }).end()
    case '/204':
      return void response.writeHead(204).end()
    case '/never':
      return
    default: {
      const { cookie = '', 'x-a': a = '' } = request.headers
      response.end(`${request.method} ${request.url} ${cookie} ${a} ${String(await bodyOf(request))}`)
    }
  }
})
const sockets = new WebSocketServer({ server: origin.server })
sockets.on('connection', (socket, { headers, url }) => {
  if (url === '/closing') return socket.close(4321, 'go away')
  socket.send(String(headers.cookie))
  socket.on('message', (data, binary) => socket.send(data, { binary }))
})
afterAll(() => origin.close())
const ca = certificates().ca.cert
const transport = new ProxyTransport({ session: { ca } })
const client = new BareCompatibleClient(transport)

test('the client starts it, gets, posts and follows redirects', async () => {
  expect(transport.ready).toBe(false)
  expect(await (await client.fetch(`${origin.url}/a`, { headers: [['X-A', '1']] })).text()).toBe('GET /a  1 ')
  expect(transport.ready).toBe(true)
  expect(await (await client.fetch(`${origin.url}/b`, { method: 'POST', body: 'sent' })).text()).toBe('POST /b   sent')
  expect(await (await client.fetch(`${origin.url}/redirect`)).text()).toBe('GET /target   ') // without a cookie
})

test('a response has its headers in their order, and always a body', async () => {
  const moved = await transport.request(new URL(`${origin.url}/redirect`), 'GET', null, [], undefined)
  expect(moved.status).toBe(302)
  expect(moved.headers.slice(0, 3)).toEqual([
    ['location', '/target'],
    ['Set-Cookie', 'a=1'],
    ['Set-Cookie', 'b=2'],
  ])
  const empty = await transport.request(new URL(`${origin.url}/204`), 'GET', null, [], undefined)
  expect([empty.status, empty.statusText, empty.body]).toEqual([204, 'No Content', new ArrayBuffer(0)])
})

test('headers can be a record, and the signal aborts', async () => {
  const { body } = await transport.request(`${origin.url}/r`, 'GET', null, { 'X-A': ['1', '2'] })
  expect(await new Response(body).text()).toBe('GET /r  1, 2 ')
  const waiting = transport.request(`${origin.url}/never`, 'GET', null, [], AbortSignal.timeout(50))
  await expect(waiting).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }))
})

/** What a WebSocket of the transport reports. */
function open(path: string, protocols: string[] = [], headers: [string, string][] = []) {
  const events: unknown[] = []
  let over!: () => void
  const closed = new Promise<void>((resolve) => (over = resolve))
  let opened!: () => void
  const open = new Promise<void>((resolve) => (opened = resolve))
  const [send, close] = transport.connect(
    new URL(path, origin.url.replace('https', 'wss')),
    protocols,
    headers,
    (protocol, extensions) => (events.push(['open', protocol, extensions]), opened()),
    (data) => events.push(typeof data === 'string' ? data : Buffer.from(data as ArrayBuffer)),
    (code, reason) => (events.push(['close', code, reason]), over()),
    (error) => events.push(['error', error]),
  )
  return { events, closed, open, send, close }
}

test('WebSockets: what is sent early is kept, and headers of the handshake are dropped', async () => {
  const own: [string, string][] = [
    ['Cookie', 'c=d'],
    ['Sec-WebSocket-Key', 'x'],
    ['Connection', 'Upgrade'],
  ]
  const { events, closed, open: opened, send, close } = open('/', ['one'], own)
  send('early')
  send(new Uint8Array([1, 2]).buffer)
  await opened
  while (events.length < 4) await new Promise((resolve) => setTimeout(resolve, 5))
  close(1000, 'enough')
  await closed
  expect(events).toEqual([
    ['open', 'one', expect.any(String)],
    'c=d',
    'early',
    Buffer.from([1, 2]),
    ['close', 1000, 'enough'],
  ])
})

test('WebSockets that the server closes, that cannot connect, and that are closed with a code of no page', async () => {
  const closing = open('/closing')
  await closing.closed
  expect(closing.events.at(-1)).toEqual(['close', 4321, 'go away'])
  const nowhere = open('wss://nowhere.invalid/')
  await nowhere.closed
  expect(nowhere.events).toEqual([
    ['error', expect.stringContaining('nowhere.invalid')],
    ['close', 1006, ''],
  ])
  const going = open('/')
  await going.open
  going.close(1001, 'away')
  await going.closed
  expect(going.events.at(-1)).toMatchObject(['close', expect.any(Number), ''])
})

test.each([
  [{ nonsense: 1 }, "no option 'nonsense'"],
  [{ wisp: 'https://host/' }, 'wisp takes a URL'],
  [{ wisp: 'ws://host/', transport: { connect() {} } }, 'either wisp or transport'],
  [{ transport: {} }, 'transport takes a Transport'],
  [{ session: { nonsense: 1 } }, "Session has no option 'nonsense'"],
  [null, 'an object'],
])('%o is refused at once', (options, message) => {
  expect(() => new ProxyTransport(options as never)).toThrow(message)
})

test('over a relay, and only over one', async () => {
  const relay = await testRelay()
  const plain = await httpServer((_request, response) => void response.end('through the relay'))
  const { stdout } = await runScript(`
    import ProxyTransport from 'libcurl-wasm/proxy-transport'
    const transport = new ProxyTransport({ wisp: '${relay.url}' })
    await transport.init()
    const { body } = await transport.request('${plain.url}/', 'GET', null, [])
    console.log(await new Response(body).text())
    await new ProxyTransport({ wisp: '${relay.url}' }).init()
    const other = new ProxyTransport({ wisp: 'ws://127.0.0.1:9/' })
    console.log(await other.init().catch((error) => error.message), other.ready)
    process.exit()`)
  expect(stdout).toMatch(/^through the relay\nProxyTransport: .* uses another relay already.* false\n$/)
  expect(relay.log.some(({ event }) => event === 'stream-opened' || event.startsWith('stream'))).toBe(true)
  await plain.close()
})
