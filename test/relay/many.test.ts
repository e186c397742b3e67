// What a client and a stream take in the relay's process when nothing happens: bytes of the heap and of buffers, which do
// not depend on the machine's speed. The clients and the origin are those of the benchmark, in processes of their own.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createRelay } from 'libcurl-wasm-relay'
import { afterAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { unmask } from '../../relay/node/receiver.js'
import { listen } from '../servers/listening.js'
import { echo } from './origins.js'
import { testRelay } from './relays.js'

const program = (name: string): string => fileURLToPath(new URL(`../../bench/relay-server/${name}`, import.meta.url))

const children: ChildProcess[] = []
afterAll(() => children.forEach((child) => child.kill('SIGKILL')))

function start(name: string): ChildProcess {
  const child = fork(program(name), { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], execArgv: [] })
  children.push(child)
  return child
}

/** Calls a function of the clients' process. */
async function call(clients: ChildProcess, name: string, task: object): Promise<void> {
  clients.send({ id: 0, name, task })
  const [{ error }] = (await once(clients, 'message')) as [{ error?: string }]
  if (error) throw new Error(error)
}

async function used(): Promise<{ heap: number; buffers: number }> {
  await new Promise((resolve) => setTimeout(resolve, 100)) // what waits for another turn is done
  gc!()
  const { heapUsed: heap, arrayBuffers: buffers } = process.memoryUsage()
  return { heap, buffers }
}

test('a client that does nothing takes less than 5.5 KB of the heap, and a quiet stream less than 1 KB of buffers', async () => {
  const relay = createRelay({ allowRanges: ['127.0.0.1'], clientsPerAddress: 10_000, connectsPerSecond: 0 })
  const server = await listen(http.createServer(), 'http')
  server.server.on('upgrade', relay.handleUpgrade)
  const [line] = await once(createInterface(start('origin.mjs').stdout!), 'line')
  const clients = start('clients.mjs')
  const to = { port: server.port, wisp: 2 }
  await call(clients, 'connect', { to, count: 100 })
  await call(clients, 'exchangers', { origin: Number(line), count: 1 })

  const before = await used()
  await call(clients, 'connect', { to, count: 1000 })
  const connected = await used()
  expect((connected.heap - before.heap) / 1000).toBeLessThan(5500)
  expect((connected.buffers - before.buffers) / 1000).toBeLessThan(100)

  await call(clients, 'exchangers', { origin: Number(line), count: 1 })
  const streaming = await used()
  expect((streaming.buffers - connected.buffers) / 1100).toBeLessThan(1000)
  clients.kill('SIGKILL')
  await relay.close()
  await server.close()
})

test('what is masked is what RFC 6455 says, wherever it is in memory', () => {
  const mask = Buffer.from([0x12, 0x00, 0xff, 0x89])
  for (let offset = 0; offset < 8; offset++) {
    for (let length = 0; length < 80; length++) {
      const all = Buffer.from(Array.from({ length: offset + length }, (_, i) => (i * 7) & 255))
      const expected = Buffer.from(all.map((byte, i) => (i < offset || i >= offset + length ? byte : byte ^ mask[(i - offset) & 3]!))) // prettier-ignore
      unmask(all.subarray(offset, offset + length), mask)
      expect(all.equals(expected)).toBe(true)
    }
  }
})

test('messages of every length arrive as they were sent, in one frame and in fragments', async () => {
  const relay = await testRelay()
  const ws = new WebSocket(`${relay.url}/127.0.0.1:${(await echo()).port}`)
  await once(ws, 'open')
  const sent = [1, 40, 47, 48, 49, 64, 125, 126, 4096, 65_535, 65_536, 100_001].map((length, seed) =>
    Buffer.from(Array.from({ length }, (_, i) => (i * 31 + seed) & 255)),
  )
  const all = Buffer.concat(sent.flatMap((message) => [message, message]))
  const received: Buffer[] = []
  let bytes = 0
  const complete = new Promise<void>((resolve) => {
    ws.on('message', (data: Buffer) => {
      received.push(data)
      if ((bytes += data.length) === all.length) resolve()
    })
  })
  for (const message of sent) {
    ws.send(message)
    const half = message.length >> 1
    ws.send(message.subarray(0, half), { fin: false })
    ws.send(message.subarray(half))
  }
  await complete
  expect(Buffer.concat(received).equals(all)).toBe(true)
  ws.close()
})
