// How much memory a relay uses for clients that make it hold much: measured in a process of its own, by its memory and
// by its metrics.
import dgram from 'node:dgram'
import { once } from 'node:events'
import net from 'node:net'
import { afterAll, expect, test, vi } from 'vitest'
import { blackHole } from '../servers/faults.js'
import { encodeConnect, encodeData, TCP, UDP } from '../../shim/transports/wisp/protocol.js'
import { Budget } from '../../relay/core/limits.js'
import { OBJECT_COST, Queue } from '../../relay/core/queue.js'
import { relayProcess, stable, until, type RelayProcess } from './relays.js'

// millions of messages take long on a busy machine
vi.setConfig({ testTimeout: 120_000 })

const MB = 10 ** 6
const CLIENTS = 25
const silent = await blackHole()
afterAll(() => silent.close())

/** A frame of a client (RFC 6455 section 5.2), masked with zeros, of at most 65,535 bytes. */
function frame(payload: Uint8Array, first = 0x82): Buffer {
  const { length } = payload
  const head = length < 126 ? [first, 0x80 | length] : [first, 0xfe, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), Buffer.alloc(4), payload])
}

const repeated = (frame: Buffer, times: number): Buffer => Buffer.concat(Array(times).fill(frame))
const one = Buffer.from('x')

/** A WebSocket that reads nothing, and can send what no library would. */
async function deaf(relay: RelayProcess, path: string): Promise<net.Socket> {
  const socket = net.connect(relay.port, '127.0.0.1').on('error', () => {})
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  )
  await once(socket, 'data')
  return socket.pause()
}

/** Sends `block` again and again, until it has sent `most` bytes or the relay takes no more. */
async function flood(sockets: net.Socket[], block: Buffer, most = 5 * MB): Promise<void> {
  for (const socket of sockets) {
    const more = (): void => {
      while (socket.bytesWritten < most && socket.writable) if (!socket.write(block)) return
    }
    socket.on('drain', more)
    more()
  }
  await stable(() => sockets.reduce((sum, socket) => sum + socket.bytesWritten - socket.writableLength, 0))
}

async function buffered(relay: RelayProcess): Promise<number> {
  const body = await (await fetch(`http://127.0.0.1:${relay.metricsPort}/metrics`)).text()
  return Number(/\nrelay_buffered_bytes (\d+)/.exec(body)![1])
}

/** By how much the memory has grown, after the relay has answered a request. */
async function grown(relay: RelayProcess, before: number): Promise<number> {
  await buffered(relay)
  return relay.rss() - before
}

test('25 clients that send a byte in each message to a host that does not answer', async () => {
  const relay = await relayProcess('--connect-rate', '0', '--connect-timeout', '300')
  const sockets = await Promise.all(Array.from({ length: CLIENTS }, () => deaf(relay, `/127.0.0.1:${silent.port}`)))
  const before = relay.rss()
  await flood(sockets, repeated(frame(one), 9000))
  expect(await buffered(relay)).toBeGreaterThan(CLIENTS * 256 * 1024) // where it stops reading
  expect(await buffered(relay)).toBeLessThan(CLIENTS * MB)
  expect(await grown(relay, before)).toBeLessThan(80 * MB)
  for (const socket of sockets) socket.destroy()
})

test('a byte in each DATA, on many streams to a host that does not answer', async () => {
  const relay = await relayProcess('--connect-rate', '0', '--connect-timeout', '300', '--credit', '500')
  const sockets = await Promise.all(Array.from({ length: 10 }, () => deaf(relay, '/')))
  const ids = Array.from({ length: 50 }, (_, index) => index + 1)
  for (const socket of sockets)
    socket.write(Buffer.concat(ids.map((id) => frame(encodeConnect(id, TCP, '127.0.0.1', silent.port)))))
  await until(async () => (await metric(relay, 'relay_origin_sockets')) === 10 * ids.length)
  const before = relay.rss()
  const packets = ids.map((id) => repeated(frame(encodeData(id, one)), 900))
  for (const socket of sockets) socket.write(Buffer.concat(packets))
  const bytes = 10 * ids.length * 900
  await until(async () => (await buffered(relay)) >= bytes)
  expect(await buffered(relay)).toBeLessThan(3 * bytes)
  expect(await grown(relay, before)).toBeLessThan(80 * MB)
  for (const socket of sockets) socket.destroy()
  await until(async () => (await buffered(relay)) === 0)
})

async function metric(relay: RelayProcess, name: string): Promise<number> {
  const body = await (await fetch(`http://127.0.0.1:${relay.metricsPort}/metrics`)).text()
  return Number(new RegExp(`\n${name} (\\d+)`).exec(body)![1])
}

test('datagrams to a name that is not resolved yet count too', async () => {
  const names = dgram.createSocket('udp4').bind(0, '127.0.0.1') // never answers
  await once(names, 'listening')
  const server = `127.0.0.1:${names.address().port}`
  const relay = await relayProcess('--udp', '--max-buffered', '100k', '--dns-server', server)
  const socket = await deaf(relay, '/')
  const ids = [1, 2, 3, 4, 5]
  socket.write(Buffer.concat(ids.map((id) => frame(encodeConnect(id, UDP, 'name.example', 53)))))
  socket.write(Buffer.concat(ids.map((id) => repeated(frame(encodeData(id, one)), 60))))
  await until(async () => (await buffered(relay)) > 90_000)
  expect(await buffered(relay)).toBeLessThanOrEqual(102_400 + 2 * 1100)
  socket.destroy()
  names.close()
})

test('fragments of messages that never end: a message may have 64', async () => {
  const relay = await relayProcess('--connect-rate', '0')
  const sockets = await Promise.all(Array.from({ length: 5 }, () => deaf(relay, '/')))
  for (const socket of sockets) socket.write(frame(one, 0x02))
  const before = relay.rss()
  // each with as much as is read together, because a fragment keeps all of that
  await flood(sockets, Buffer.concat([frame(one, 0x00), repeated(frame(new Uint8Array(0), 0x8a), 10_900)]), 6 * MB)
  const closed = (): number => relay.log.filter(({ msg }) => /Too many message fragments/.test(msg ?? '')).length
  await until(() => closed() === 5)
  expect(await grown(relay, before)).toBeLessThan(80 * MB)
  for (const socket of sockets) socket.destroy()
})

test('25 clients that each send an incomplete message', async () => {
  const relay = await relayProcess('--connect-rate', '0', '--max-buffered', '1M')
  const sockets = await Promise.all(Array.from({ length: CLIENTS }, () => deaf(relay, '/')))
  const before = await buffered(relay)
  // the header of a message of 600,000 bytes
  const head = Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 9, 0x27, 0xc0, 0, 0, 0, 0])
  for (const socket of sockets) socket.write(Buffer.concat([head, Buffer.alloc(500_000, 2)]))
  await until(async () => (await buffered(relay)) >= before + CLIENTS * 500_000)
  expect(await buffered(relay)).toBeLessThan(CLIENTS * 1024 * 1024)
  // DATA of a stream that does not exist
  for (const socket of sockets) socket.write(Buffer.alloc(100_000, 2))
  await until(async () => (await buffered(relay)) <= before)
  expect(relay.log.filter(({ event }) => event === 'client refused').length).toBe(0)
  for (const socket of sockets) socket.destroy()
})

test('each byte of a message that arrives alone counts with the cost of holding it', async () => {
  const relay = await relayProcess()
  const socket = (await deaf(relay, '/')).setNoDelay()
  const before = await buffered(relay)
  socket.write(Buffer.from([0x82, 0xfe, 0xff, 0xff, 0, 0, 0, 0]))
  let sent = 0
  while ((await buffered(relay)) < before + 50_000) sent += Number(socket.write(one))
  expect(sent).toBeLessThan(250)
  socket.destroy()
  await until(async () => (await buffered(relay)) === 0)
})

test('a client with more bytes in unfinished messages than allowed is closed', async () => {
  const relay = await relayProcess('--connect-rate', '0', '--max-buffered', '300k')
  const paths = ['/', `/127.0.0.1:${silent.port}`]
  const sockets = await Promise.all(paths.flatMap((path) => Array.from({ length: 10 }, () => deaf(relay, path))))
  const gone = sockets.map((socket) => new Promise((resolve) => socket.resume().once('close', resolve)))
  for (const socket of sockets) socket.write(frame(one, 0x02))
  // a fragment keeps everything that was read together with it
  const beside = repeated(frame(new Uint8Array(0), 0x8a), 5000)
  for (const socket of sockets) for (let i = 0; i < 40; i++) socket.write(Buffer.concat([frame(one, 0x00), beside]))
  await Promise.all(gone)
  await until(async () => (await buffered(relay)) === 0)
  const refused = relay.log.filter(({ msg }) => msg === 'more than 307200 bytes wait for origins')
  expect(refused.map(({ code }) => code)).toEqual(sockets.map(() => 0x49))
})

test('before a client is closed, its stream that holds the most is', async () => {
  const relay = await relayProcess('--connect-rate', '0', '--connect-timeout', '300', '--max-buffered', '300k')
  const socket = await deaf(relay, '/')
  socket.write(Buffer.concat([1, 2].map((id) => frame(encodeConnect(id, TCP, '127.0.0.1', silent.port)))))
  socket.write(
    Buffer.concat([frame(encodeData(1, new Uint8Array(1000))), frame(encodeData(2, new Uint8Array(60_000)))]),
  )
  socket.write(frame(encodeData(2, new Uint8Array(60_000))))
  await until(async () => (await buffered(relay)) > 120_000)
  // the header of a message of 280,000 bytes, of which the last one is missing
  const head = Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 4, 0x45, 0xc0, 0, 0, 0, 0])
  socket.write(Buffer.concat([head, Buffer.alloc(279_999, 2)]))
  const ended = (): unknown[] =>
    relay.log.filter(({ event }) => event === 'stream refused').map(({ code, up }) => [code, up])
  await until(() => ended().length > 0)
  socket.write(one)
  await until(async () => (await buffered(relay)) < 10_000)
  expect(ended()).toEqual([[0x49, 120_000]])
  expect(await metric(relay, 'relay_origin_sockets')).toBe(1)
  socket.destroy()
})

test('a pong does not keep what was read together with its ping', async () => {
  const relay = await relayProcess()
  const sockets = await Promise.all(Array.from({ length: 5 }, () => deaf(relay, '/')))
  // until the kernel takes no more pongs
  const question = repeated(frame(Buffer.alloc(125), 0x89), 2000)
  while ((await buffered(relay)) < 8 * MB) {
    for (const socket of sockets) socket.write(question)
    await stable(() => sockets.reduce((sum, socket) => sum + socket.writableLength, 0))
  }
  const before = relay.rss()
  const beside = frame(Buffer.alloc(60_000), 0x82).fill(0, 8)
  beside[8] = 2 // DATA of a stream that does not exist
  beside[9] = 1
  await flood(sockets, Buffer.concat([frame(one, 0x89), beside]), 60 * MB)
  expect(await grown(relay, before)).toBeLessThan(100 * MB)
  for (const socket of sockets) socket.destroy()
})

test('a queue joins messages, returns them in order, and gives its budget back at the end', () => {
  const budget = new Budget(1_000_000)
  const queue = new Queue(budget)
  const sent: number[] = []
  for (let i = 0; i < 100_000; i++) {
    queue.push(Uint8Array.of(i % 251))
    sent.push(i % 251)
  }
  expect(budget.used).toBeGreaterThanOrEqual(100_000)
  expect(budget.used).toBeLessThan(200_000)
  const large = new Uint8Array(300_000).map((_, index) => index % 241)
  queue.push(large)
  let messages = 0
  const got: Uint8Array[] = []
  for (let block = queue.shift(); block; block = queue.shift()) {
    got.push(block.bytes)
    messages += block.messages
    budget.give(block.cost)
  }
  expect(Buffer.concat(got).equals(Buffer.from([...sent, ...large]))).toBe(true)
  expect([messages, budget.used, queue.empty]).toEqual([100_001, 0, true])
  queue.push(one)
  expect(budget.used).toBeLessThan(1024 + OBJECT_COST + 1)
  queue.clear()
  expect([budget.used, queue.empty]).toEqual([0, true])
})

test('a message that the budget does not allow is not added, and costs nothing', () => {
  const budget = new Budget(5000)
  const queue = new Queue(budget)
  queue.push(new Uint8Array(1000))
  const { used } = budget
  expect(() => queue.push(new Uint8Array(8000))).toThrow('more than 5000 bytes wait')
  expect(budget.used).toBe(used)
  const block = queue.shift()!
  expect([block.bytes.length, block.messages, queue.shift()]).toEqual([1000, 1, null])
})
