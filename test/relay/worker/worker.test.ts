// What is different in the relay as a Worker: no UDP, the client's address, idle clients, DNS over HTTPS, requests that
// are no WebSockets, and the reason of a destination that breaks.
import http from 'node:http'
import net from 'node:net'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { CloseReason } from '../../../shim/transports/relay.js'
import {
  DATA,
  UDP,
  ExtensionId,
  openConfirmationExtension,
  udpExtension,
} from '../../../shim/transports/wisp/protocol.js'
import { httpServer } from '../../servers/listening.js'
import { echo, tcpServer } from '../origins.js'
import { connect, v1, v2 } from '../peer.js'
import { testRelay, until } from '../relays.js'
import { startWorker } from '../workerd.js'

const EXAMPLE = fileURLToPath(new URL('../../../examples/relay-worker/worker.js', import.meta.url))

const echoing = await echo()
const relay = await testRelay()

test('UDP is not offered, and refused to a client that asks for it', async () => {
  const { peer, info } = await v2(`${relay.url}/`, [openConfirmationExtension, udpExtension])
  expect(info.extensions.map(({ id }) => id)).not.toContain(ExtensionId.UDP)
  peer.connect(1, 53, '127.0.0.1', UDP)
  expect(await peer.closeReason(1)).toBe(CloseReason.BLOCKED)
  peer.end()
})

test('clients count for the address that clientAddress() returns', async () => {
  const worker = await startWorker({ options: { clientsPerAddress: 1 }, addressHeader: 'x-client-address' })
  const url = `ws://127.0.0.1:${worker.port}/`
  try {
    const from = (address: string) => ({ headers: { 'x-client-address': address } })
    const one = await v1(url, from('192.0.2.1'))
    const two = await connect(url, 1, from('192.0.2.1'))
    expect(await two.closeReason(0)).toBe(CloseReason.THROTTLED)
    const three = await v1(url, from('192.0.2.2'))
    await until(() => worker.log.some(({ from }) => from === '192.0.2.2'))
    expect([...new Set(worker.log.map(({ from }) => from))]).toEqual(['192.0.2.1', '192.0.2.2'])
    for (const { peer } of [one, three]) peer.end()
  } finally {
    worker.close()
  }
})

test('without Cloudflare, its header counts for nothing', async () => {
  const limited = await testRelay({ clientsPerAddress: 1 })
  const one = await v1(`${limited.url}/`, { headers: { 'cf-connecting-ip': '192.0.2.1' } })
  const two = await connect(`${limited.url}/`, 1, { headers: { 'cf-connecting-ip': '192.0.2.2' } })
  expect(await two.closeReason(0)).toBe(CloseReason.THROTTLED)
  expect([...new Set(limited.log.map(({ from }) => from))]).toEqual(['127.0.0.1'])
  one.peer.end()
})

test('a client without a sign of life is closed, and one that only receives is not', async () => {
  const quick = await testRelay({ idleTimeout: 2000 })
  const { peer: silent } = await v1(`${quick.url}/`)
  const dripping = await tcpServer((socket) => {
    const timer = setInterval(() => socket.write('x'), 50)
    socket.on('error', () => {}).on('close', () => clearInterval(timer))
  })
  const { peer: receiving } = await v1(`${quick.url}/`)
  receiving.connect(1, dripping.port)
  expect((await silent.closed).code).toBe(1001)
  await receiving.read(1, 80) // that takes twice the limit
  receiving.end()
})

test('a destination that resets the connection is a network error, on both protocols', async () => {
  const breaking = await tcpServer((socket) => void socket.once('data', () => socket.resetAndDestroy()))
  const { peer } = await v1(`${relay.url}/`)
  peer.connect(1, breaking.port)
  peer.data(1, 'x')
  expect(await peer.closeReason(1)).toBe(CloseReason.NETWORK_ERROR)
  peer.end()
  const ws = new WebSocket(`${relay.url}/127.0.0.1:${breaking.port}`)
  await once(ws, 'open')
  ws.send(Buffer.from('x'))
  expect((await once(ws, 'close'))[0]).toBe(4000 + CloseReason.NETWORK_ERROR)
})

test('a bad frame ends the streams', async () => {
  const { peer } = await v1(`${relay.url}/`)
  peer.connect(1, echoing.port)
  peer.data(1, 'x')
  await peer.read(1, 1)
  const before = relay.log.filter(({ event }) => event === 'stream').length
  // reserved bits, no opcode of RFC 6455, and a whole header
  const { _socket: socket } = peer.ws as unknown as { _socket: net.Socket }
  socket.write(Buffer.from([0xff, 0x80, 0, 0, 0, 0]))
  await until(() => relay.log.filter(({ event }) => event === 'stream').length > before)
  peer.end()
})

test('what a client has sent before its orderly Close still arrives', async () => {
  let [got, ended] = [0, false]
  const slow = await tcpServer((socket) => {
    socket.pause()
    setTimeout(() => socket.resume(), 300)
    socket.on('data', (chunk) => (got += chunk.length)).on('end', () => (ended = true))
  })
  const ws = new WebSocket(`${relay.url}/127.0.0.1:${slow.port}`)
  await once(ws, 'open')
  for (let i = 0; i < 10; i++) ws.send(Buffer.alloc(800_000))
  ws.close(1000)
  await until(() => ended)
  expect(got).toBe(8_000_000)
})

test('what comes while a client is held back is delivered in its order', async () => {
  const slow = await testRelay({ bytesPerSecond: 500_000 })
  const ws = new WebSocket(`${slow.url}/127.0.0.1:${echoing.port}`, { perMessageDeflate: false })
  await once(ws, 'open')
  const got: Buffer[] = []
  ws.on('message', (data) => got.push(data as Buffer))
  // some at a time, so that they come before, while and just after the client is held back
  const all: Buffer[] = []
  for (let i = 0; i < 200; i++) {
    const block = Buffer.alloc(5000, i)
    all.push(block)
    ws.send(block)
    if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 7))
  }
  await until(() => got.reduce((sum, { length }) => sum + length, 0) === 1_000_000)
  expect(Buffer.compare(Buffer.concat(got), Buffer.concat(all))).toBe(0)
  ws.terminate()
})

test.each([
  ['an error of the server', (response: http.ServerResponse) => response.writeHead(500).end(), CloseReason.UNREACHABLE],
  ['no JSON', (response: http.ServerResponse) => response.end('<html>'), CloseReason.UNREACHABLE],
  ['no such name', (response: http.ServerResponse) => response.end('{"Status":3}'), CloseReason.UNREACHABLE],
  ['a redirect', (response: http.ServerResponse) => response.writeHead(302, { location: '/' }).end(), CloseReason.UNREACHABLE], // prettier-ignore
  ['no address', (response: http.ServerResponse) => response.end('{"Status":0,"Answer":[{"type":1,"data":7},{"type":5,"data":"127.0.0.1"}]}'), CloseReason.UNREACHABLE], // prettier-ignore
  ['a private address', (response: http.ServerResponse) => response.end('{"Status":0,"Answer":[{"type":1,"data":"10.0.0.1"}]}'), CloseReason.BLOCKED], // prettier-ignore
  ['nothing', () => {}, CloseReason.TIMEOUT],
])('DNS over HTTPS that answers with %s', async (_what, answer, reason) => {
  const server = await httpServer((_request, response) => void answer(response))
  const worker = await startWorker({ options: { dohServer: `${server.url}/dns-query`, connectTimeout: 1000 } })
  try {
    const { peer } = await v1(`ws://127.0.0.1:${worker.port}/`)
    peer.connect(1, 80, 'name.example')
    expect(await peer.closeReason(1)).toBe(reason)
    peer.end()
  } finally {
    worker.close()
    await server.close()
  }
})

test('the example of docs/relay.md runs, and refuses to start open to everybody', async () => {
  // with its Durable Objects
  const variables = { ORIGINS: 'https://app.example', PORTS: '443' }
  const worker = await startWorker(variables, EXAMPLE, 'worker-isolates.capnp')
  const open = await startWorker({ PORTS: '443' }, EXAMPLE)
  try {
    const url = `ws://127.0.0.1:${worker.port}/`
    await expect(connect(url, 1, { origin: 'https://other.example' })).rejects.toThrow('HTTP 403')
    const { peer } = await v1(url, { origin: 'https://app.example' })
    peer.connect(1, 80, '192.0.2.1')
    expect(await peer.closeReason(1)).toBe(CloseReason.BLOCKED)
    peer.end()
    await expect(connect(`ws://127.0.0.1:${open.port}/`)).rejects.toThrow('HTTP 500')
    await expect.poll(open.output).toContain('set ORIGINS in wrangler.toml') // its log may come later
  } finally {
    worker.close()
    open.close()
  }
})

test('requests that are no WebSockets', async () => {
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${relay.port}${path}`)
    return [response.status, await response.text()]
  }
  expect(await get('/healthz')).toEqual([200, 'ok\n'])
  expect(await get('/')).toEqual([404, 'this server takes WebSockets only\n'])
})

test('a subprotocol that is none gets 400, and does not count as a client', async () => {
  const limited = await testRelay({ clientsPerAddress: 1 })
  const ask = async (subprotocol: string): Promise<number> => {
    const headers = { 'sec-websocket-protocol': subprotocol, upgrade: 'websocket', connection: 'Upgrade' }
    const key = { 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==', 'sec-websocket-version': '13' }
    const request = http.get({ port: limited.port, host: '127.0.0.1', headers: { ...headers, ...key } })
    const [response] = (await Promise.race([once(request, 'response'), once(request, 'upgrade')])) as [
      http.IncomingMessage,
    ]
    response.resume()
    return response.statusCode!
  }
  for (const text of ['a b', 'wisp-v2,,binary', 'b\u00e4d']) expect([text, await ask(text)]).toEqual([text, 400])
  const { peer } = await v1(`${limited.url}/`)
  peer.end()
})

test('clients of one isolate do not end with each other', async () => {
  const peers = await Promise.all(Array.from({ length: 10 }, async () => (await v1(`${relay.url}/`)).peer))
  for (const peer of peers) peer.connect(1, echoing.port)
  for (const [index, peer] of peers.entries()) {
    if (index % 2) peer.end()
    else peer.data(1, `number ${index}`)
  }
  for (const [index, peer] of peers.entries()) {
    if (index % 2) continue
    const packet = await peer.next((one) => one.type === DATA)
    expect(Buffer.from((packet as { payload: Uint8Array }).payload).toString()).toBe(`number ${index}`)
    peer.end()
  }
})
