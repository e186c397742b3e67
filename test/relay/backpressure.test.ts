// Backpressure: how much a relay holds for a client that does not read, measured in the relay's process, and fairness
// between streams.
import { expect, test } from 'vitest'
import type { ClientSocket } from '../../relay/core/client-socket.js'
import { ClientChannel, HIGH_WATER_MARK } from '../../relay/core/client-channel.js'
import { TokenBucket } from '../../relay/core/limits.js'
import { DATA, encodeClose } from '../../shim/transports/wisp/protocol.js'
import { echo, source } from './origins.js'
import { v1 } from './peer.js'
import { onWorker, relayProcess, stable, until } from './relays.js'
import { MAX_DATA_BYTES } from '../../shim/transports/relay.js'

const SIZE = 400 * 2 ** 20
const MB = 10 ** 6

/** Makes a first transfer, so that the relay has loaded its code, and allocated buffers and heap. */
async function warm(url: string): Promise<void> {
  const origin = await source(50 * MB)
  const { peer } = await v1(url)
  peer.connect(1, origin.port)
  peer.ws.on('message', () => (peer.packets.length = 0))
  await until(() => origin.sent() === 50 * MB)
  peer.send(encodeClose(1, 2))
  peer.end()
}

test.each([1, 10])(
  'a client that stops reading %d downloads of 400 MB costs less than 4 MB for each',
  async (streams) => {
    const relay = await relayProcess()
    const url = `${relay.url}/`
    await warm(url)
    const before = relay.rss()
    const origins = await Promise.all(Array.from({ length: streams }, () => source(SIZE)))
    const { peer } = await v1(url)
    for (const [index, { port }] of origins.entries()) peer.connect(index + 1, port)
    await until(() => origins.every(({ connections }) => connections === 1))
    peer.ws.pause()
    const sent = (): number => origins.reduce((sum, origin) => sum + origin.sent(), 0)
    const halted = await stable(sent)
    expect(halted).toBeGreaterThan(0)
    expect(halted).toBeLessThan(SIZE / 4) // the origins hold the rest
    // and for a Worker, garbage that V8 has not collected yet
    expect(relay.rss() - before).toBeLessThan((4 * streams + (onWorker ? 20 : 0)) * MB)
    // and it goes on as soon as the client reads
    peer.ws.on('message', () => (peer.packets.length = 0))
    peer.ws.resume()
    await until(() => sent() > halted + 50 * MB)
    peer.end()
  },
)

test('400 MB through the relay arrive, and the relay does not grow with them', async () => {
  const relay = await relayProcess()
  await warm(`${relay.url}/`)
  const before = relay.rss()
  const origin = await source(SIZE)
  const { peer } = await v1(`${relay.url}/`)
  let [got, most] = [0, 0]
  peer.ws.on('message', (data) => {
    got += (data as Buffer)[0] === DATA ? (data as Buffer).length - 5 : 0
    peer.packets.length = 0
    if (got % MB < 32_768) most = Math.max(most, relay.rss())
  })
  peer.connect(1, origin.port)
  await until(() => got === SIZE)
  expect(most - before).toBeLessThan((onWorker ? 100 : 60) * MB) // a Worker uses no buffer twice
  peer.end()
})

test('a small response arrives while large downloads fill a slow client', async () => {
  const relay = await relayProcess()
  const echoing = await echo()
  const origins = await Promise.all(Array.from({ length: 4 }, () => source(SIZE)))
  const { peer } = await v1(`${relay.url}/`)
  let [taken, total, answers] = [0, 0, 0]
  peer.ws.on('message', () => {
    const packet = peer.packets.pop()!
    if (packet.type !== DATA) return
    if (packet.streamId === 9) answers++
    taken += packet.payload.length
    total += packet.payload.length
    // slower than the origins: a pause after each half megabyte
    if (taken < MB / 2) return
    taken = 0
    peer.ws.pause()
    setTimeout(() => peer.ws.resume(), 5)
  })
  for (const [index, { port }] of origins.entries()) peer.connect(index + 1, port)
  peer.connect(9, echoing.port)
  await until(() => total > 30 * MB)
  for (let round = 1; round <= 5; round++) {
    const before = total
    peer.data(9, 'small')
    await until(() => answers === round)
    // the data in the kernel's buffers comes first
    expect(total - before).toBeLessThan(40 * MB)
  }
  peer.end()
})

/** A client that only takes messages when the test lets it. */
class SlowSocket {
  readonly open = true
  readonly later = setImmediate
  #waiting: (() => void)[] = []

  send(_message: Uint8Array, done: () => void): void {
    this.#waiting.push(done)
  }

  /** Pretends that the kernel takes one message. */
  drain(): void {
    this.#waiting.shift()?.()
  }
}

test('streams that all have enough to send get the same share', async () => {
  const socket = new SlowSocket()
  const channel = new ClientChannel(socket as unknown as ClientSocket, new TokenBucket(0), 2 ** 30)
  const chunk = new Uint8Array(MAX_DATA_BYTES)
  const brought = [0, 0, 0, 0]
  let most = 0
  /** Reads as libuv does: one socket many times before the next one. */
  const sources = brought.map((_, index) => ({
    reading: true,
    resume(): void {
      this.reading = true
    },
    poll(): void {
      for (let times = 0; times < 32 && this.reading; times++) {
        brought[index]! += chunk.length
        channel.send(chunk)
        most = Math.max(most, channel.pending)
        this.reading = channel.mayGoOn(this, chunk.length)
      }
    },
  }))
  let seed = 1
  for (let round = 0; round < 2000; round++) {
    for (const source of sources) source.poll()
    seed = (seed * 48271) % 0x7fffffff
    for (let i = seed % 9; i > 0; i--) socket.drain()
    await new Promise(setImmediate)
  }
  const mean = brought.reduce((sum, bytes) => sum + bytes) / 4
  expect(mean).toBeGreaterThan(50 * MB)
  for (const bytes of brought) expect(Math.abs(bytes / mean - 1)).toBeLessThan(0.3)
  expect(most).toBeLessThan(HIGH_WATER_MARK + 5 * (MAX_DATA_BYTES + 1024))
})
