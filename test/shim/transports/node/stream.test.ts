// Streams of Node's transport: everything that is written arrives in order, however the kernel takes it.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { sleep } from '../../../../shim/clock.js'
import { descriptorOf } from '../../../../shim/transports/node/handle.js'
import { breakOff } from '../../../../shim/transports/node/reset.js'
import { flushed } from '../../../../shim/transports/node/stream.js'
import { nodeTransport } from '../../../../shim/transports/node/transport.js'
import type { StreamEvents } from '../../../../shim/transports/transport.js'
import { accepted, later, lend, pattern, readAll } from './sockets.js'

type Connected = ReturnType<typeof nodeTransport.connect>

/** A stream to a port, once it is open. */
function connected(port: number, events: Partial<StreamEvents> = {}): Promise<Connected> {
  return new Promise((resolve, reject) => {
    const made = nodeTransport.connect({ family: 'IPv4', address: '127.0.0.1', port }, null, {
      opened: () => resolve(made),
      data: () => {},
      drained: () => {},
      ended: () => {},
      closed: () => {},
      failed: reject,
      ...events,
    })
  })
}

/** A stream, and the server's end of it. */
async function pair() {
  let drained = () => {}
  const { made: stream, peer: socket } = await accepted((port) => connected(port, { drained: () => drained() }))
  return { stream, socket, drain: () => new Promise<void>((resolve) => (drained = resolve)) }
}

const SIZES = [1, 100, 20_000, 5, 65_532, 65_532, 65_532, 65_532, 102, 300_000, 16_384, 7, 1_000_000, 3]

it('small and large writes keep their order, also when the kernel takes no more in between', async () => {
  const { stream, socket, drain } = await pair()
  const sent: Uint8Array[] = []
  let length = 0
  let received: Promise<Buffer> | null = null
  for (const size of Array(8).fill(SIZES).flat()) {
    if (!stream.writable) {
      const drained = drain()
      received ??= readAll(socket) // nothing was read until now
      await drained
    }
    const bytes = pattern(size, length)
    lend(stream, bytes)
    sent.push(bytes)
    length += size
  }
  stream.end()
  expect(received).not.toBeNull()
  expect((await received!).equals(Buffer.concat(sent))).toBe(true)
  stream.close()
})

it('reports that it is full, and holds little, when the peer does not read', async () => {
  const { stream } = await pair()
  let written = 0
  while (stream.writable && written < 1e9) {
    lend(stream, new Uint8Array(65_536))
    written += 65_536
    await null
  }
  expect(stream.writable).toBe(false)
  expect(written).toBeLessThan(100e6) // the kernel's buffers have some megabytes
  stream.close()
})

it('gathered bytes are sent before the end, and before a stream is closed', async () => {
  for (const finish of ['end', 'close'] as const) {
    const { stream, socket } = await pair()
    const bytes = pattern(500_000, 0)
    lend(stream, bytes)
    stream[finish]()
    expect((await readAll(socket)).equals(bytes)).toBe(true)
    stream.close()
  }
})

it('short writes of other streams are sent, too, before the caller blocks the event loop', async () => {
  const pairs = await Promise.all([pair(), pair(), pair()])
  for (const { stream } of pairs) lend(stream, pattern(1000, 0))
  pairs[0]!.stream.look!()
  const received = Buffer.alloc(2000)
  for (const { socket } of pairs) expect(readSync(descriptorOf(socket), received)).toBe(1000)
})

it('gathered bytes are sent before the caller blocks the event loop', async () => {
  const { stream, socket } = await pair()
  lend(stream, pattern(50_000, 0))
  stream.look!()
  socket.resume()
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  expect(chunk[0]).toBe(0)
  stream.close()
})

/** A server in a thread: when told to, it reads the second connection, and sends the hash to the first one. */
const SLOW_SERVER = `
  const { createHash } = require('node:crypto')
  const { parentPort } = require('node:worker_threads')
  let control
  const server = require('node:net').createServer((socket) => {
    if (control) {
      const hash = createHash('sha256')
      socket.on('end', () => control.end(hash.digest('hex'))).pause()
      parentPort.once('message', () => socket.on('data', (chunk) => hash.update(chunk)).resume())
    } else control = socket
    parentPort.postMessage('connected')
  })
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))`

it('the bytes of a closed stream are sent while the caller blocks the event loop to wait for the answer', async () => {
  const worker = new Worker(SLOW_SERVER, { eval: true })
  const told = async <T>() => ((await once(worker, 'message')) as [T])[0]
  later(() => void worker.terminate())
  const port = await told<number>()
  let answer = ''
  const connect = async () => {
    const accepted = told()
    const stream = await connected(port, { data: (chunk) => void (answer += Buffer.from(chunk).toString()) })
    await accepted
    return stream
  }
  const control = await connect()
  const data = await connect()
  const hash = createHash('sha256')
  const write = (size: number) => {
    const bytes = pattern(size, size)
    hash.update(bytes)
    lend(data, bytes)
  }
  while (data.writable) {
    write(65_536)
    await null
  }
  write(300_000)
  await new Promise(setImmediate) // Node's stream has a part of the bytes, and the kernel takes no more
  write(1000)
  worker.postMessage('read')
  data.close()
  for (let turns = 0; answer === '' && turns < 5000; turns++) {
    control.look!()
    sleep(1)
  }
  expect(answer).toBe(hash.digest('hex'))
  await flushed()
  control.close()
})

it('unsent bytes of a closed stream are dropped if the connection breaks, and nothing waits for them', async () => {
  const { stream, socket } = await pair()
  while (stream.writable) {
    lend(stream, new Uint8Array(65_536))
    await null
  }
  stream.close()
  breakOff(socket)
  await flushed()
})
