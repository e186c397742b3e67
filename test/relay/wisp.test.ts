// Wisp through a relay: streams, how each side sees the end of the other, and a correct reason for everything that
// fails.
import dgram from 'node:dgram'
import { once } from 'node:events'
import net from 'node:net'
import { expect, test } from 'vitest'
import {
  CLOSE,
  DATA,
  ExtensionId,
  UDP,
  encodeClose,
  encodeContinue,
  encodeInfo,
  flowControlExtension,
  openConfirmationExtension,
  readMotd,
  udpExtension,
} from '../../shim/transports/wisp/protocol.js'
import { dnsServer } from '../servers/dns.js'
import { freePort } from '../servers/listening.js'
import { echo, source, tcpServer } from './origins.js'
import { connect, v1, v2 } from './peer.js'
import { onWorker, stable, testRelay, until } from './relays.js'
import { CloseReason, MAX_DATA_BYTES } from '../../shim/transports/relay.js'

const echoing = await echo()
const names = await dnsServer((name) => ({ 'here.example': '127.0.0.1', 'private.example': '10.0.0.1' })[name])
const relay = await testRelay({ dnsServers: [names.address], udp: true, motd: 'grüß dich' })
const url = `${relay.url}/wisp/`

test('version 1: a stream carries bytes both ways', async () => {
  const { peer, credit } = await v1(url)
  expect(credit).toBe(64)
  peer.connect(1, echoing.port)
  peer.data(1, 'hello')
  expect((await peer.read(1, 5)).toString()).toBe('hello')
  peer.end()
})

test('version 2: extensions are offered, and a stream is confirmed once it is connected', async () => {
  const { peer, info } = await v2(url, [openConfirmationExtension])
  expect(peer.ws.protocol).toBe('wisp-v2')
  expect([info.major, info.minor]).toEqual([2, 0])
  const ids = info.extensions.map(({ id }) => id).sort((a, b) => a - b)
  const others = [ExtensionId.MOTD, ExtensionId.OPEN_CONFIRMATION, ExtensionId.FLOW_CONTROL]
  expect(ids).toEqual(onWorker ? others : [ExtensionId.UDP, ...others]) // a Worker has no UDP
  expect(readMotd(info.extensions.find(({ id }) => id === ExtensionId.MOTD)!.payload)).toBe('grüß dich')
  peer.connect(1, echoing.port, 'here.example')
  expect(await peer.credit(1)).toBe(64)
  peer.data(1, 'x')
  expect((await peer.read(1, 1)).toString()).toBe('x')
  peer.end()
})

test('any other subprotocol means version 2 too, and is echoed', async () => {
  const { WebSocket } = await import('ws')
  const ws = new WebSocket(url, 'something')
  const [message] = (await once(ws, 'message')) as [Buffer]
  expect(ws.protocol).toBe('something')
  expect(message[0]).toBe(5)
  ws.terminate()
})

test('everything that the origin sends arrives, in packets of at most 32 KiB, and then the end', async () => {
  const origin = await source(3_000_001)
  const { peer } = await v1(url)
  peer.connect(9, origin.port)
  expect(await peer.closeReason(9)).toBe(CloseReason.VOLUNTARY)
  const sizes = peer.packets.map((packet) => (packet.type === DATA ? packet.payload.length : 0))
  expect(sizes.reduce((sum, size) => sum + size)).toBe(3_000_001)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_DATA_BYTES)
  peer.end()
})

test('everything that the client has sent reaches the origin, even if it closes at once', async () => {
  const got: Buffer[] = []
  let end: () => void
  const ended = new Promise<void>((resolve) => (end = resolve))
  const origin = await tcpServer((socket) => {
    socket.on('data', (chunk) => got.push(chunk))
    socket.on('end', () => (socket.end(), end()))
  })
  const { peer } = await v1(url)
  peer.connect(1, origin.port)
  const block = Buffer.alloc(32_000, 'y')
  for (let i = 0; i < 50; i++) peer.data(1, block)
  peer.send(encodeClose(1, CloseReason.VOLUNTARY))
  await ended
  expect(Buffer.concat(got).length).toBe(50 * 32_000)
  peer.end()
})

test.each([
  ['an error of the client', (peer: Awaited<ReturnType<typeof v1>>['peer']) => peer.send(encodeClose(1, 0x03))],
  ['a client that vanishes', (peer: Awaited<ReturnType<typeof v1>>['peer']) => peer.ws.terminate()],
])('%s is a broken connection to the origin, not an orderly end', async (_what, leave) => {
  let tell: (how: string) => void
  const how = new Promise<string>((resolve) => (tell = resolve))
  const origin = await tcpServer((socket) => {
    socket.resume().on('end', () => tell('end'))
    socket.on('error', (error: NodeJS.ErrnoException) => tell(error.code!))
  })
  const { peer } = await v1(url)
  peer.connect(1, origin.port)
  peer.data(1, 'half a request')
  await until(() => origin.connections === 1)
  leave(peer)
  expect(await how).toBe('ECONNRESET')
  peer.end()
})

test('an origin that breaks the connection is a network error', async () => {
  const origin = await tcpServer((socket) => void socket.once('data', () => socket.resetAndDestroy()))
  const { peer } = await v1(url)
  peer.connect(1, origin.port)
  peer.data(1, 'x')
  expect(await peer.closeReason(1)).toBe(CloseReason.NETWORK_ERROR)
  peer.end()
})

test('a failed connection has a reason, and other streams go on', async () => {
  const { peer } = await v1(url)
  peer.connect(1, echoing.port)
  const closed = await freePort()
  const cases: [string, number, number][] = [
    ['127.0.0.1', closed, CloseReason.REFUSED],
    ['here.example', closed, CloseReason.REFUSED],
    ['localhost', closed, CloseReason.REFUSED],
    ['nowhere.example', 80, CloseReason.UNREACHABLE],
    ['10.0.0.1', 80, CloseReason.BLOCKED],
    ['private.example', 80, CloseReason.BLOCKED],
    ['169.254.169.254', 80, CloseReason.BLOCKED],
    ['0xa9fea9fe', 80, CloseReason.BLOCKED],
    ['::ffff:10.0.0.1', 80, CloseReason.BLOCKED],
    ['[fe80::1%eth0]', 80, CloseReason.BLOCKED],
    ['127.0.0.1', 25, CloseReason.BLOCKED],
    ['127.0.0.1', 0, CloseReason.INVALID],
    ['no host', 80, CloseReason.INVALID],
  ]
  for (const [index, [host, port]] of cases.entries()) peer.connect(10 + index, port, host)
  for (const [index, [host, port, reason]] of cases.entries()) {
    expect([host, port, await peer.closeReason(10 + index)]).toEqual([host, port, reason])
  }
  peer.connect(2, echoing.port, '127.0.0.1', 7)
  expect(await peer.closeReason(2)).toBe(CloseReason.INVALID)
  peer.data(1, 'still here')
  expect((await peer.read(1, 10)).toString()).toBe('still here')
  peer.end()
})

test('IPv6', async () => {
  const { listen } = await import('../servers/listening.js')
  const six = await listen(
    net.createServer((socket) => void socket.end('six')),
    'tcp',
    { host: '::1' },
  )
  const { peer } = await v1(url)
  peer.connect(1, six.port, '::1')
  peer.connect(2, six.port, '[::1]')
  peer.connect(3, six.port, 'localhost')
  for (const id of [1, 2, 3]) expect((await peer.read(id, 3)).toString()).toBe('six')
  peer.end()
  await six.close()
})

test('resolving or a handshake that takes too long is a timeout', async () => {
  const slow = await testRelay({ resolve: () => new Promise(() => {}), connectTimeout: 100 })
  const { peer } = await v1(`${slow.url}/`)
  peer.connect(1, 80, 'slow.example')
  expect(await peer.closeReason(1)).toBe(CloseReason.TIMEOUT)
  const silent = await connect(`${slow.url}/`, 2)
  expect(await silent.closeReason(0)).toBe(CloseReason.TIMEOUT)
  await silent.closed
  peer.end()
})

test('an idle stream is closed, a busy one is not', async () => {
  const quick = await testRelay({ idleTimeout: 400 })
  const { peer } = await v1(`${quick.url}/`)
  peer.connect(1, echoing.port)
  peer.connect(2, echoing.port)
  const busy = setInterval(() => peer.data(2, '.'), 50)
  expect(await peer.closeReason(1)).toBe(CloseReason.TRANSFER_TIMEOUT)
  await peer.read(2, 10)
  clearInterval(busy)
  expect(peer.packets.some((packet) => packet.type === CLOSE && packet.streamId === 2)).toBe(false)
  peer.end()
})

test('credit: half of it is renewed when the origin has taken half', async () => {
  const { peer, credit } = await v1(url)
  peer.connect(1, echoing.port)
  for (let round = 0; round < 4; round++) {
    for (let i = 0; i < credit / 2; i++) peer.data(1, 'abc')
    expect(await peer.credit(1)).toBe(credit / 2)
  }
  expect((await peer.read(1, 4 * 3 * (credit / 2))).length).toBe(384)
  peer.end()
})

test('credit is not renewed while the origin takes nothing, and is when it does', async () => {
  let origin: net.Socket | undefined
  const stalled = await tcpServer((socket) => void (origin = socket.pause()))
  const { peer, credit } = await v1(url)
  const block = Buffer.alloc(MAX_DATA_BYTES)
  let [left, sent, got] = [credit, 0, 0]
  peer.connect(1, stalled.port)
  // a client that respects its credit stops, because the kernel's buffers are limited
  const more = async (): Promise<void> => {
    while (sent < 1000) {
      if (left === 0) left = await peer.credit(1)
      left--
      sent++
      peer.data(1, block)
    }
  }
  const all = more()
  await stable(() => sent)
  expect(sent).toBeLessThan(1000)
  origin!.on('data', (chunk) => (got += chunk.length)).resume()
  await all
  await until(() => got === 1000 * block.length)
  expect(relay.log.some((line) => line.event === 'stream refused' && line.port === stalled.port)).toBe(false)
  peer.end()
})

test('sending more than the credit ends the stream', async () => {
  const stalled = await tcpServer((socket) => void socket.pause())
  const { peer } = await v1(url)
  peer.connect(1, stalled.port)
  for (let i = 0; i < 1000; i++) peer.data(1, Buffer.alloc(MAX_DATA_BYTES))
  expect(await peer.closeReason(1)).toBe(CloseReason.THROTTLED)
  peer.end()
})

test('flow control: no more DATA than the client has granted, on this stream only', async () => {
  const origin = await source(5_000_000)
  const { peer } = await v2(url, [flowControlExtension(3)])
  const count = (id: number): number => peer.packets.filter((one) => one.type === DATA && one.streamId === id).length
  peer.connect(1, origin.port)
  await until(() => count(1) === 3)
  peer.connect(2, echoing.port)
  for (let i = 0; i < 3; i++) {
    peer.data(2, 'other')
    await until(() => count(2) === i + 1)
  }
  expect(count(1)).toBe(3)
  peer.send(encodeContinue(1, 2))
  await until(() => count(1) === 5)
  peer.send(encodeContinue(1, 1_000_000))
  expect(await peer.closeReason(1)).toBe(CloseReason.VOLUNTARY)
  const bytes = peer.packets.reduce(
    (sum, one) => sum + (one.type === DATA && one.streamId === 1 ? one.payload.length : 0),
    0,
  )
  expect(bytes).toBe(5_000_000)
  peer.end()
})

test('flow control: without credit nothing is sent', async () => {
  const origin = await source(100)
  const { peer } = await v2(url, [flowControlExtension(0), openConfirmationExtension])
  peer.connect(1, origin.port)
  await peer.credit(1)
  peer.connect(2, echoing.port)
  await peer.credit(2)
  expect(peer.packets).toEqual([])
  peer.send(encodeContinue(1, 1))
  expect((await peer.read(1, 100)).length).toBe(100)
  peer.end()
})

test('UDP: datagrams are sent to one peer, and received from it', async () => {
  const server = dgram.createSocket('udp4')
  server.on('message', (bytes, from) => server.send(`re: ${bytes}`, from.port, from.address))
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  const { peer } = await v2(url, [udpExtension])
  peer.connect(1, server.address().port, 'here.example', UDP)
  peer.data(1, 'one')
  expect((await peer.read(1, 1)).toString()).toBe('re: one')
  peer.data(1, 'two')
  expect((await peer.read(1, 1)).toString()).toBe('re: two')
  peer.connect(2, 53, '10.0.0.1', UDP)
  expect(await peer.closeReason(2)).toBe(CloseReason.BLOCKED)
  peer.end()
  server.close()
})

test('UDP: not if it is switched off, and not for a client that has not announced it', async () => {
  const off = await testRelay()
  const { peer } = await v1(`${off.url}/`)
  peer.connect(1, 53, '127.0.0.1', UDP)
  expect(await peer.closeReason(1)).toBe(CloseReason.BLOCKED)
  const other = await v2(url)
  other.peer.connect(1, 53, '127.0.0.1', UDP)
  expect(await other.peer.closeReason(1)).toBe(CloseReason.INVALID)
  const offered = (await v2(`${off.url}/`)).info.extensions.map(({ id }) => id)
  expect(offered).not.toContain(ExtensionId.UDP)
  peer.end()
  other.peer.end()
})

test('an id that is used twice ends only its stream', async () => {
  const { peer } = await v1(url)
  peer.connect(1, echoing.port)
  peer.connect(2, echoing.port)
  peer.connect(1, echoing.port)
  expect(await peer.closeReason(1)).toBe(CloseReason.INVALID)
  peer.data(1, 'to nobody')
  peer.data(2, 'hello')
  expect((await peer.read(2, 5)).toString()).toBe('hello')
  peer.connect(1, echoing.port)
  peer.data(1, 'again')
  expect((await peer.read(1, 5)).toString()).toBe('again')
  peer.end()
})

test.each([
  ['garbage', Buffer.from('ffffffffffffff', 'hex'), CloseReason.INVALID],
  ['an empty message', Buffer.alloc(0), CloseReason.INVALID],
  ['CONTINUE without flow control', encodeContinue(1, 5), CloseReason.INVALID],
  ['INFO in version 1', encodeInfo(2, 0, []), CloseReason.INVALID],
])('version 1: %s ends the connection with a reason and a line in the log', async (_what, bytes, reason) => {
  const { peer } = await v1(url)
  relay.log.length = 0
  peer.send(bytes)
  expect(await peer.closeReason(0)).toBe(reason)
  expect((await peer.closed).code).toBe(1002)
  expect(relay.log).toContainEqual(expect.objectContaining({ event: 'client refused', code: reason }))
})

test('text, and messages that are too long, end the connection', async () => {
  const small = await testRelay({ maxMessage: 1000 })
  const text = await v1(`${small.url}/`)
  text.peer.ws.send('hello')
  expect(await text.peer.closeReason(0)).toBe(CloseReason.INVALID)
  const long = await v1(`${small.url}/`)
  long.peer.data(1, Buffer.alloc(995)) // 1000 including the header
  long.peer.connect(1, echoing.port)
  long.peer.data(1, 'x')
  await long.peer.read(1, 1)
  long.peer.data(1, Buffer.alloc(996))
  expect((await long.peer.closed).code).toBe(1009)
  await until(() => small.log.some((line) => line.event === 'client refused' && /payload/i.test(line.msg!)))
})

test.each([
  ['another packet than INFO first', Buffer.from('0201000000', 'hex'), CloseReason.INCOMPATIBLE_EXTENSIONS],
  ['another version in INFO', encodeInfo(3, 0, []), CloseReason.INCOMPATIBLE_EXTENSIONS],
  ['flow control without credit', encodeInfo(2, 0, [flowControlExtension()]), CloseReason.INVALID],
])('version 2: %s ends the handshake', async (_what, bytes, reason) => {
  const peer = await connect(url, 2)
  peer.send(bytes)
  expect(await peer.closeReason(0)).toBe(reason)
  await peer.closed
})

test('CLOSE of stream 0 ends everything properly', async () => {
  let ended = false
  const origin = await tcpServer((socket) => void socket.resume().on('end', () => (socket.end(), (ended = true))))
  const { peer } = await v1(url)
  peer.connect(1, origin.port)
  peer.data(1, 'x')
  await until(() => origin.connections === 1)
  peer.send(encodeClose(0, CloseReason.VOLUNTARY))
  expect((await peer.closed).code).toBe(1000)
  await until(() => ended)
})

test('a ping is answered', async () => {
  const { peer } = await v1(url)
  peer.ws.ping('still there?')
  const [data] = (await once(peer.ws, 'pong')) as [Buffer]
  expect(data.toString()).toBe('still there?')
  peer.end()
})

test('a client without streams is pinged: it stays if it answers, and is closed if not', async () => {
  const quick = await testRelay({ idleTimeout: 300 })
  const { peer } = await v1(`${quick.url}/`)
  const deaf = await v1(`${quick.url}/`, { autoPong: false })
  let asked = 0
  peer.ws.on('ping', () => asked++)
  expect((await deaf.peer.closed).code).toBe(1006)
  await until(() => asked >= 10)
  peer.connect(1, echoing.port)
  peer.data(1, 'here')
  expect((await peer.read(1, 4)).toString()).toBe('here')
  peer.end()
})
