// Clients that attack the relay as a Worker, where the runtime and not the relay reads the WebSocket. Each limit holds, and
// the process of workerd does not grow with what a client sends, or does not read.
import { once } from 'node:events'
import net from 'node:net'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { CloseReason } from '../../../shim/transports/relay.js'
import { TCP, encodeConnect, encodeContinue, flowControlExtension } from '../../../shim/transports/wisp/protocol.js'
import { source, tcpServer } from '../origins.js'
import { v1, v2 } from '../peer.js'
import { relayProcess, stable, testRelay, until } from '../relays.js'

const MB = 1_000_000
const stalled = await tcpServer((socket) => void socket.pause())

/** A WebSocket that offers no compression, and stops reading once it is open. */
async function deaf(url: string): Promise<WebSocket> {
  const ws = new WebSocket(url, { perMessageDeflate: false }).on('error', () => {})
  await once(ws, 'open')
  ws.pause()
  return ws
}

test('20 clients that do not read what a destination sends', async () => {
  const relay = await relayProcess()
  const origin = await source(400 * MB)
  const { peer } = await v1(`${relay.url}/`) // the code of the Worker is compiled
  const before = relay.rss()
  const clients = await Promise.all(Array.from({ length: 20 }, () => deaf(`${relay.url}/127.0.0.1:${origin.port}`)))
  await until(() => origin.connections === 20 && origin.sent() > 20 * MB)
  const read = await stable(origin.sent)
  // the buffers of the kernel, on both connections of a client, are not the relay's
  expect(read).toBeLessThan(20 * 50 * MB)
  expect(relay.rss() - before).toBeLessThan(120 * MB)
  for (const client of clients) client.terminate()
  peer.end()
})

test('a client that grants credit without end, and does not read', async () => {
  const relay = await relayProcess()
  const origin = await source(400 * MB)
  const { peer } = await v2(`${relay.url}/`, [flowControlExtension(64)])
  const before = relay.rss()
  peer.ws.pause()
  for (let id = 1; id <= 20; id++) {
    peer.ws.send(encodeConnect(id, TCP, '127.0.0.1', origin.port))
    peer.ws.send(encodeContinue(id, 2 ** 31))
  }
  await stable(origin.sent)
  expect(relay.rss() - before).toBeLessThan(60 * MB)
  peer.end()
})

test('a client that sends pings, and does not read the answers', async () => {
  const relay = await relayProcess()
  const ws = await deaf(`${relay.url}/`)
  const before = relay.rss()
  const question = Buffer.alloc(125)
  for (let i = 0; i < 400_000; i++) ws.ping(question)
  await stable(() => ws.bufferedAmount)
  expect(relay.rss() - before).toBeLessThan(30 * MB)
  ws.terminate()
})

test('wsproxy: a client that sends more than waits for a slow destination is ended, with the reason', async () => {
  const relay = await relayProcess('--max-buffered', '2M')
  const ws = new WebSocket(`${relay.url}/127.0.0.1:${stalled.port}`)
  await once(ws, 'open')
  const before = relay.rss()
  const closed = once(ws, 'close')
  const block = Buffer.alloc(64 * 1024)
  while (ws.readyState === WebSocket.OPEN) {
    await new Promise((resolve) => ws.send(block, resolve))
    await new Promise(setImmediate)
  }
  expect((await closed)[0]).toBe(4000 + CloseReason.THROTTLED)
  expect(relay.rss() - before).toBeLessThan(60 * MB)
})

test('a byte in each message, for a name that is not resolved yet, ends with the limit', async () => {
  const relay = await testRelay({ resolve: () => new Promise(() => {}), maxBuffered: 50_000 })
  const ws = new WebSocket(`${relay.url}/name.example:80`, { perMessageDeflate: false }).on('error', () => {})
  await once(ws, 'open')
  const closed = once(ws, 'close')
  while (ws.readyState === WebSocket.OPEN) {
    for (let n = 0; n < 1000; n++) ws.send(Buffer.of(1))
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  expect((await closed)[0]).toBe(4000 + CloseReason.THROTTLED)
  await until(() => relay.log.some(({ code }) => code === CloseReason.THROTTLED))
  expect(relay.log.find(({ code }) => code === CloseReason.THROTTLED)!.up).toBeLessThan(50_000)
})

test('bytes per second hold for a client that the Worker cannot stop', async () => {
  let got = 0
  const sink = await tcpServer((socket) => void socket.on('data', (chunk) => (got += chunk.length)))
  const relay = await relayProcess('--byte-rate', '1M', '--max-buffered', '2M')
  const ws = new WebSocket(`${relay.url}/127.0.0.1:${sink.port}`, { perMessageDeflate: false }).on('error', () => {})
  await once(ws, 'open')
  const started = performance.now()
  const closed = once(ws, 'close')
  for (let i = 0; i < 1000 && ws.readyState === WebSocket.OPEN; i++) {
    await new Promise((resolve) => ws.send(Buffer.alloc(32_000), resolve))
  }
  expect((await closed)[0]).toBe(4000 + CloseReason.THROTTLED)
  // the first second's bytes at once, and one message beyond the debt
  expect(got).toBeLessThan(((performance.now() - started) / 1000 + 1) * 1024 * 1024 + 100_000)
})

test('messages longer than allowed', async () => {
  const relay = await relayProcess('--max-message', '10000')
  const { peer } = await v1(`${relay.url}/`)
  peer.ws.send(Buffer.alloc(10_001))
  expect((await peer.closed).code).toBe(1009)
})

test('a thousand requests at a time, and connections that are no HTTP, leave the relay working', async () => {
  const relay = await relayProcess('--clients', '50')
  const sockets = Array.from({ length: 50 }, () => net.connect(relay.port, '127.0.0.1').on('error', () => {}))
  for (const socket of sockets) socket.write(Buffer.alloc(20_000, 0x80))
  const clients = Array.from({ length: 300 }, () => new WebSocket(`${relay.url}/`).on('error', () => {}))
  const first = (client: WebSocket): Promise<number> =>
    new Promise((resolve) => {
      client.once('message', (data) => resolve((data as Buffer)[0]!))
      client.once('close', () => resolve(0))
    })
  const types = await Promise.all(clients.map(first))
  expect(types.filter((type) => type === 3).length).toBe(50) // CONTINUE; the others get CLOSE
  for (const client of clients) client.terminate()
  for (const socket of sockets) socket.destroy()
  await until(async () => {
    const { peer } = await v1(`${relay.url}/`).catch(() => ({ peer: null }))
    peer?.end()
    return peer !== null
  })
})
