// What the relay refuses: limits, origins of pages, proxies in front of it, and names that change their address. Each
// refusal has its reason and its line in the log.
import { once } from 'node:events'
import net from 'node:net'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { freePort, listen } from '../servers/listening.js'
import { DATA } from '../../shim/transports/wisp/protocol.js'
import { echo, source, tcpServer } from './origins.js'
import { connect, v1 } from './peer.js'
import { stable, testRelay, until, type TestRelay } from './relays.js'
import { CloseReason, wsproxyReason } from '../../shim/transports/relay.js'

const echoing = await echo()

function logged(relay: TestRelay, event: string, code: number): Promise<void> {
  return until(() => relay.log.some((line) => line.event === event && line.code === code))
}

test('streams of a client', async () => {
  const relay = await testRelay({ streams: 2 })
  const { peer } = await v1(`${relay.url}/`)
  for (const id of [1, 2, 3]) peer.connect(id, echoing.port)
  expect(await peer.closeReason(3)).toBe(CloseReason.THROTTLED)
  await logged(relay, 'stream refused', CloseReason.THROTTLED)
  peer.data(1, 'x')
  await peer.read(1, 1)
  peer.end()
})

test('clients of an address, until one of them leaves', async () => {
  const relay = await testRelay({ clientsPerAddress: 2 })
  const [one, two] = [await v1(`${relay.url}/`), await v1(`${relay.url}/`)]
  const three = await connect(`${relay.url}/`)
  expect(await three.closeReason(0)).toBe(CloseReason.THROTTLED)
  expect((await three.closed).code).toBe(1008)
  await logged(relay, 'client refused', CloseReason.THROTTLED)
  const ws = new WebSocket(`${relay.url}/127.0.0.1:${echoing.port}`)
  expect(wsproxyReason(await new Promise<number>((resolve) => ws.on('close', resolve)))).toBe(CloseReason.THROTTLED)
  two.peer.end()
  await until(async () => {
    const again = await connect(`${relay.url}/`)
    const { type } = await again.next(() => true)
    again.end()
    return type === 3
  })
  one.peer.end()
})

test('the relay does not wait for a refused client, and does not keep what it sends', async () => {
  const relay = await testRelay({ clientsPerAddress: 1, maxMessage: 1_000_000_000, maxBuffered: 1_000_000_000 })
  const { peer } = await v1(`${relay.url}/`)
  const refused = net.connect({ port: relay.port, host: '127.0.0.1', allowHalfOpen: true })
  refused.write(
    'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  )
  const got: Buffer[] = []
  refused.on('data', (chunk: Buffer) => got.push(chunk))
  await once(refused, 'end') // although it has not answered the relay's Close
  expect(Buffer.concat(got).subarray(-18, -14)).toEqual(Buffer.from([0x88, 16, 1008 >> 8, 1008 & 0xff]))
  // the first bytes of a message that never ends
  const before = process.memoryUsage().arrayBuffers
  refused.write(Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0]))
  for (let i = 0; i < 100; i++) await new Promise((resolve) => refused.write(Buffer.alloc(1_000_000), resolve))
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000)
  refused.destroy()
  peer.end()
})

test('a limit for waiting bytes that is smaller than one read', async () => {
  const relay = await testRelay({ maxBuffered: 20_000 })
  const { peer } = await v1(`${relay.url}/`)
  peer.connect(1, echoing.port)
  for (let i = 0; i < 100; i++) {
    peer.data(1, Buffer.alloc(1000))
    await peer.read(1, 1000)
  }
  peer.end()
})

test('connects per second', async () => {
  const relay = await testRelay({ connectsPerSecond: 1 }) // a busy machine takes long for what comes after
  const { peer } = await v1(`${relay.url}/`)
  for (let id = 1; id <= 20; id++) peer.connect(id, echoing.port)
  expect(await peer.closeReason(20)).toBe(CloseReason.THROTTLED)
  const other = await v1(`${relay.url}/`) // another connection has the same allowance
  other.peer.connect(1, echoing.port)
  expect(await other.peer.closeReason(1)).toBe(CloseReason.THROTTLED)
  peer.data(1, 'x')
  await peer.read(1, 1)
  peer.end()
  other.peer.end()
})

test('bytes per second: more is slowed down, in both directions, and nothing is lost', async () => {
  const rate = 1_000_000
  const relay = await testRelay({ bytesPerSecond: rate })
  const origin = await source(2 * rate)
  const { peer } = await v1(`${relay.url}/`)
  const start = performance.now()
  peer.connect(1, origin.port)
  expect((await peer.read(1, 2 * rate)).length).toBe(2 * rate)
  // the bytes of the first second are allowed at once
  expect(performance.now() - start).toBeGreaterThan(700)
  let got = 0
  const sink = await tcpServer((socket) => void socket.on('data', (chunk) => (got += chunk.length)))
  peer.connect(2, sink.port)
  const before = performance.now()
  for (let i = 0; i < 40; i++) peer.data(2, Buffer.alloc(25_000))
  await until(() => got === rate)
  expect(performance.now() - before).toBeGreaterThan(500)
  peer.end()
})

test('bytes per second: another connection of an address in debt waits, too', async () => {
  const relay = await testRelay({ bytesPerSecond: 10_000 })
  const origin = await source(1_000_000)
  let got = 0
  const sink = await tcpServer((socket) => void socket.on('data', (chunk) => (got += chunk.length)))
  const { peer } = await v1(`${relay.url}/`)
  peer.connect(1, sink.port)
  peer.data(1, Buffer.alloc(500_000)) // almost a minute
  await until(() => got === 500_000)
  const { peer: wisp } = await v1(`${relay.url}/`)
  for (const [id, { port }] of [origin, sink].entries()) {
    wisp.connect(id + 1, port)
    wisp.data(id + 1, Buffer.alloc(50_000))
  }
  const sockets = [origin, sink].map(({ port }) => new WebSocket(`${relay.url}/127.0.0.1:${port}`))
  let read = 0
  for (const ws of sockets) {
    ws.on('message', (data: Buffer) => (read += data.length))
    ws.on('open', () => ws.send(Buffer.alloc(50_000)))
  }
  await Promise.all(sockets.map((ws) => once(ws, 'open')))
  await new Promise((resolve) => setTimeout(resolve, 1000))
  expect([got, read, wisp.packets.filter(({ type }) => type === DATA)]).toEqual([500_000, 0, []])
  for (const one of [peer, wisp]) one.end()
  for (const ws of sockets) ws.terminate()
})

test('bytes of a client that wait for its origins', async () => {
  const stalled = await tcpServer((socket) => void socket.pause())
  const relay = await testRelay({ maxBuffered: 1_000_000, credit: 1000 })
  const { peer } = await v1(`${relay.url}/`)
  for (const id of [1, 2, 3]) peer.connect(id, stalled.port)
  for (let i = 0; i < 900; i++) peer.data(1 + (i % 3), Buffer.alloc(32_000))
  await peer.next((packet) => packet.type === 4 && packet.reason === CloseReason.THROTTLED)
  await until(() => relay.log.some(({ msg }) => /1000000 bytes wait/.test(msg ?? '')))
  peer.end()
})

test('a client that does not read its answers is not read from either', async () => {
  const relay = await testRelay({ maxBuffered: 200_000 })
  const { peer } = await v1(`${relay.url}/`)
  peer.ws.pause()
  const question = Buffer.alloc(125)
  for (let i = 0; i < 200_000; i++) peer.ws.ping(question)
  // when the kernel's buffers are full, the rest of the requests waits here
  await stable(() => peer.ws.bufferedAmount)
  expect(peer.ws.bufferedAmount).toBeGreaterThan(1_000_000)
  const buffered = Number(/relay_buffered_bytes (\d+)/.exec(await relay.relay.metrics.metrics())![1])
  // and the responses to one more read from the kernel
  expect(buffered).toBeLessThan(200_000 + (64 * 1024 * 1149) / 131)
  let answers = 0
  peer.ws.on('pong', () => answers++)
  peer.ws.resume()
  await until(() => answers === 200_000)
  peer.end()
})

test('pages that may not connect get 403, others are accepted', async () => {
  const relay = await testRelay({ origins: ['https://good.example'] })
  for (const origin of ['https://evil.example', undefined])
    await expect(connect(`${relay.url}/`, 1, { origin })).rejects.toThrow('HTTP 403')
  expect(relay.log).toContainEqual(expect.objectContaining({ event: 'client refused', status: 403 }))
  const { peer } = await v1(`${relay.url}/`, { origin: 'https://good.example' })
  peer.end()
})

test('X-Forwarded-For is only used from configured proxies', async () => {
  const headers = { 'x-forwarded-for': '9.9.9.9, 1.2.3.4' }
  const plain = await testRelay({ clientsPerAddress: 1 })
  const one = await v1(`${plain.url}/`, { headers })
  const two = await connect(`${plain.url}/`, 1, { headers: { 'x-forwarded-for': '5.6.7.8' } })
  expect(await two.closeReason(0)).toBe(CloseReason.THROTTLED)
  const behind = await testRelay({ clientsPerAddress: 1, trustedProxies: ['127.0.0.1'] })
  const three = await v1(`${behind.url}/`, { headers })
  const four = await v1(`${behind.url}/`, { headers: { 'x-forwarded-for': '5.6.7.8' } })
  const five = await connect(`${behind.url}/`, 1, { headers: { 'x-forwarded-for': '8.8.8.8, 1.2.3.4' } })
  expect(await five.closeReason(0)).toBe(CloseReason.THROTTLED)
  expect(behind.log.map(({ from }) => from)).toEqual(['1.2.3.4', '5.6.7.8', '1.2.3.4'])
  for (const { peer } of [one, three, four]) peer.end()
})

test('a name is resolved once, and only the checked addresses are used', async () => {
  const asked: string[] = []
  const answers = [
    ['127.0.0.1'],
    ['10.0.0.1'],
    ['10.0.0.1', '127.0.0.1'],
    ['::ffff:10.0.0.1', '64:ff9b::7f00:1'],
    ['garbage'],
  ]
  const resolve = async (host: string): Promise<string[]> => (
    asked.push(host),
    answers[asked.length - 1] ?? ['10.0.0.1']
  )
  const relay = await testRelay({ resolve })
  const { peer } = await v1(`${relay.url}/`)
  const reads = async (id: number): Promise<string> => {
    peer.connect(id, echoing.port, 'Rebinding.example.')
    peer.data(id, 'ok')
    const packet = await peer.next((one) => one.streamId === id)
    return packet.type === DATA
      ? Buffer.from(packet.payload).toString()
      : `closed ${(packet as { reason: number }).reason}`
  }
  expect(await reads(1)).toBe('ok')
  expect(await reads(2)).toBe(`closed ${CloseReason.BLOCKED}`)
  expect(await reads(3)).toBe('ok') // the private one of the two is left out
  expect(await reads(4)).toBe(`closed ${CloseReason.BLOCKED}`)
  expect(await reads(5)).toBe(`closed ${CloseReason.BLOCKED}`)
  expect(asked).toEqual(Array(5).fill('rebinding.example'))
  peer.end()
})

test('a name with thousands of addresses causes six attempts, which all count, and a short line', async () => {
  const many = Array.from({ length: 3500 }, (_, index) => `127.1.${index >> 8}.${index & 255}`)
  const relay = await testRelay({ connectsPerSecond: 20, resolve: async () => many })
  const closed = await freePort()
  const { peer } = await v1(`${relay.url}/`)
  const start = performance.now()
  for (const id of [1, 2, 3]) {
    peer.connect(id, closed, 'many.example')
    expect(await peer.closeReason(id)).toBe(CloseReason.REFUSED)
  }
  let refused = 0
  for (let id = 4; refused < 2; id++) {
    peer.connect(id, closed, 'many.example')
    refused += (await peer.closeReason(id)) === CloseReason.THROTTLED ? 1 : 0
    // 3 with 6 attempts each, and those that were allowed since
    expect(id).toBeLessThan(8 + ((performance.now() - start) / 1000) * 20)
  }
  peer.end()
})

test('a name of which only a later address, or one of the other family, answers', async () => {
  const dead = (last: number): string => `127.0.1.${last}` // no server listens there
  const lists = [
    [dead(1), dead(2), '127.0.0.1'],
    [...Array.from({ length: 50 }, (_, i) => dead(i)), '::1'],
  ]
  const six = await listen(
    net.createServer((socket) => void socket.end('six')),
    'tcp',
    { host: '::1' },
  )
  const relay = await testRelay({ resolve: async (host) => lists[Number(host.slice(0, 1))]! })
  const { peer } = await v1(`${relay.url}/`)
  peer.connect(1, echoing.port, '0.example')
  peer.data(1, 'ok')
  expect((await peer.read(1, 2)).toString()).toBe('ok')
  peer.connect(2, six.port, '1.example')
  expect((await peer.read(2, 3)).toString()).toBe('six')
  peer.end()
  await six.close()
})

test('lines of the log are short, whatever a client or a name server sends', async () => {
  const many = Array.from({ length: 3500 }, (_, index) => `10.1.${index >> 8}.${index & 255}`)
  const relay = await testRelay({ resolve: async () => many })
  const { peer } = await v1(`${relay.url}/`)
  peer.connect(1, 80, 'many.example')
  expect(await peer.closeReason(1)).toBe(CloseReason.BLOCKED)
  peer.connect(2, 80, '\u0001'.repeat(100_000))
  expect(await peer.closeReason(2)).toBe(CloseReason.INVALID)
  peer.ws.close(4999, 'x'.repeat(123))
  await peer.closed
  const ws = new WebSocket(`${relay.url}/${'y'.repeat(10_000)}:80`, 'z'.repeat(3000), { origin: 'o'.repeat(3000) })
  await new Promise((resolve) => ws.on('error', () => {}).on('close', resolve))
  await until(() => relay.log.filter(({ event }) => event === 'stream refused').length === 3)
  expect(relay.log.map((line) => JSON.stringify(line).length).filter((length) => length > 2000)).toEqual([])
  expect(relay.log.some(({ msg }) => /not a public address: (10[.\d]+ ){4}and 3496 more/.test(msg ?? ''))).toBe(true)
})

test('by default loopback is refused, by every name and spelling', async () => {
  const relay = await testRelay({ allowRanges: [] })
  const { peer } = await v1(`${relay.url}/`)
  const before = echoing.connections
  const hosts = ['127.0.0.1', 'localhost', 'LOCALHOST.', 'a.localhost', '127.1', '2130706433', '0x7f.0.0.1', '0177.0.0.01', '::1', '[::1]', '::ffff:127.0.0.1', '::ffff:7f00:1', '64:ff9b::127.0.0.1', '2002:7f00:1::', '0.0.0.0', '0', '::', '１２７.0.0.1'] // prettier-ignore
  for (const [index, host] of hosts.entries()) {
    peer.connect(index + 1, echoing.port, host)
    expect([host, await peer.closeReason(index + 1)]).toEqual([host, CloseReason.BLOCKED])
  }
  expect(echoing.connections).toBe(before)
  peer.end()
})
