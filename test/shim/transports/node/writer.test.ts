// The writer, on real sockets of Node: what the kernel takes at once, what waits for it, and what happens with that
// when the socket ends, is closed or breaks.
import { once } from 'node:events'
import { readSync } from 'node:fs'
import net from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { descriptorOf } from '../../../../shim/transports/node/handle.js'
import { breakOff } from '../../../../shim/transports/node/reset.js'
import { Writer } from '../../../../shim/transports/node/writer.js'
import { accepted, closed, later, lend, pattern, readAll } from './sockets.js'

const SHORT = 1000
const LONG = 20_000
/** With this many bytes a writer is full. */
const MARK = 64 * 1024

/** A writer, its socket, and the other end, which only reads when the test does. */
async function pair() {
  const { made: socket, peer } = await accepted(async (port) => {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    await once(socket, 'connect')
    return socket
  })
  later(() => socket.destroy())
  peer.on('error', () => {})
  const drained = vi.fn()
  const errors: (string | undefined)[] = []
  socket.on('error', ({ code }: NodeJS.ErrnoException) => errors.push(code))
  return { socket, peer, drained, errors, writer: new Writer(socket, drained) }
}

/** Makes short writes until the kernel takes no more for good. Returns how many bytes. */
async function fillKernel(writer: Writer): Promise<number> {
  let sent = 0
  for (let turns = 0; turns < 10; turns++) {
    for (; writer.state === 'idle'; sent += SHORT, turns = 0) {
      lend(writer, pattern(SHORT, sent))
      writer.flush()
    }
    await turn()
  }
  return sent
}

/** Reads what has arrived at the other end, without the event loop. */
function readNow(peer: net.Socket): Buffer[] {
  const chunks: Buffer[] = []
  for (;;) {
    const chunk = Buffer.alloc(1 << 20)
    try {
      const length = readSync(descriptorOf(peer), chunk)
      if (length === 0) return chunks
      chunks.push(chunk.subarray(0, length))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return chunks
      throw error
    }
  }
}

const sizeOf = (chunks: Buffer[]): number => chunks.reduce((sum, { length }) => sum + length, 0)

describe('while the kernel has room', () => {
  it('the kernel has a short write when write() returns', async () => {
    const { socket, peer, writer } = await pair()
    lend(writer, pattern(SHORT, 0))
    expect(Buffer.concat(readNow(peer)).equals(pattern(SHORT, 0))).toBe(true)
    expect(socket.bytesWritten).toBe(0) // Node's stream does not know about it
    expect(writer.state).toBe('idle')
  })

  it('short writes after the first are sent together when the turn of the event loop ends', async () => {
    const { peer, writer } = await pair()
    for (let i = 0; i < 3; i++) {
      lend(writer, pattern(SHORT, i * SHORT))
      await null
    }
    expect(sizeOf(readNow(peer))).toBe(SHORT)
    await turn()
    expect(Buffer.concat(readNow(peer)).equals(pattern(2 * SHORT, SHORT))).toBe(true)
    // and then one goes out at once again
    lend(writer, pattern(SHORT, 0))
    expect(sizeOf(readNow(peer))).toBe(SHORT)
  })

  it('of the short writes of many sockets, the first is sent at once, and then eight at a time', async () => {
    const pairs = await Promise.all(Array.from({ length: 20 }, pair))
    await turn()
    const arrived = () => pairs.map(({ peer }) => sizeOf(readNow(peer)) / SHORT)
    for (const { writer } of pairs.slice(0, 9)) lend(writer, pattern(SHORT, 0))
    expect(arrived()).toEqual(pairs.map((_, i) => (i === 0 ? 1 : 0)))
    for (const { writer } of pairs.slice(9)) lend(writer, pattern(SHORT, 0))
    expect(arrived()).toEqual(pairs.map((_, i) => (i >= 1 && i < 17 ? 1 : 0)))
    await turn()
    expect(arrived()).toEqual(pairs.map((_, i) => (i >= 17 ? 1 : 0)))
  })

  it('a short write that waits is sent before its socket is closed, once', async () => {
    const [first, second] = await Promise.all([pair(), pair()])
    await turn()
    lend(first.writer, pattern(SHORT, 0))
    lend(second.writer, pattern(SHORT, 0))
    second.writer.flush()
    second.socket.destroy()
    await turn()
    expect((await readAll(second.peer)).equals(pattern(SHORT, 0))).toBe(true)
  })

  it('long writes, and short ones after them, are sent together when the present task ends', async () => {
    const { socket, peer, writer } = await pair()
    lend(writer, pattern(LONG, 0))
    lend(writer, pattern(SHORT, LONG))
    lend(writer, pattern(LONG, LONG + SHORT))
    expect(readNow(peer)).toEqual([])
    await null
    socket.destroy()
    expect((await readAll(peer)).equals(pattern(2 * LONG + SHORT, 0))).toBe(true)
  })

  it('a write that fills a block does not wait for that', async () => {
    const { peer, writer } = await pair()
    lend(writer, pattern(300_000, 0))
    expect(sizeOf(readNow(peer))).toBeGreaterThan(0)
  })

  it('flush() sends gathered bytes', async () => {
    const { peer, writer } = await pair()
    lend(writer, pattern(LONG, 0))
    writer.flush()
    expect(Buffer.concat(readNow(peer)).equals(pattern(LONG, 0))).toBe(true)
  })
})

describe('when the kernel takes no more', () => {
  it('keeps the rest, and is full from 64 KiB on', async () => {
    const { writer, drained } = await pair()
    await fillKernel(writer)
    expect(writer.state).toBe('waiting')
    expect(writer.full).toBe(false)
    for (let kept = 0; kept < MARK; kept += SHORT) lend(writer, pattern(SHORT, 0))
    expect(writer.full).toBe(true)
    await turn()
    expect(drained).not.toHaveBeenCalled()
  })

  it.each([
    ['short', SHORT],
    ['long', LONG],
  ])('%s writes arrive in order once the other end reads, and drained() comes once, at last', async (_name, size) => {
    const { socket, peer, writer, drained } = await pair()
    let sent = await fillKernel(writer)
    for (; !writer.full; sent += size) {
      lend(writer, pattern(size, sent))
      await null
    }
    const received = readAll(peer)
    await vi.waitFor(() => expect(drained).toHaveBeenCalled())
    expect(writer.state).toBe('idle')
    expect(writer.full).toBe(false)
    lend(writer, pattern(SHORT, sent))
    socket.end()
    expect((await received).equals(pattern(sent + SHORT, 0))).toBe(true)
    expect(drained).toHaveBeenCalledTimes(1)
  })

  it('a writer that was never full does not report that it has room', async () => {
    const { socket, peer, writer, drained } = await pair()
    const sent = await fillKernel(writer)
    const received = readAll(peer)
    await vi.waitFor(() => expect(writer.state).toBe('idle'))
    socket.end()
    expect((await received).length).toBe(sent)
    expect(drained).not.toHaveBeenCalled()
  })

  it('writes everything through Node’s stream if that has no descriptor', async () => {
    const { socket, peer, writer } = await pair()
    const { _handle: handle } = socket as unknown as { _handle: object }
    Object.defineProperties(handle, { fd: { value: undefined }, writeQueueSize: { value: undefined } })
    lend(writer, pattern(SHORT, 0))
    lend(writer, pattern(LONG, SHORT))
    expect(writer.overtake()).toBe(false)
    expect(writer.state).toBe('waiting')
    writer.onceIdle(() => socket.end())
    expect((await readAll(peer)).equals(pattern(SHORT + LONG, 0))).toBe(true)
    expect(socket.bytesWritten).toBe(SHORT + LONG)
  })
})

describe('an end or a close', () => {
  it('happens at once if the kernel has taken everything, after gathered bytes', async () => {
    const { socket, peer, writer } = await pair()
    lend(writer, pattern(LONG, 0))
    writer.onceIdle(() => socket.destroy())
    expect(socket.destroyed).toBe(true)
    expect((await readAll(peer)).equals(pattern(LONG, 0))).toBe(true)
  })

  it.each([
    ['an end', (socket: net.Socket) => void socket.end()],
    ['a close', (socket: net.Socket) => void socket.destroy()],
  ])('%s comes after unsent bytes', async (_name, finish) => {
    const { socket, peer, writer, drained } = await pair()
    const sent = await fillKernel(writer)
    lend(writer, pattern(300_000, sent))
    writer.onceIdle(() => finish(socket))
    await turn()
    expect([socket.writableEnded, socket.destroyed]).toEqual([false, false])
    expect((await readAll(peer)).equals(pattern(sent + 300_000, 0))).toBe(true)
    expect(drained).not.toHaveBeenCalled()
  })

  it('a close replaces an end that still waits', async () => {
    const { socket, peer, writer } = await pair()
    const sent = await fillKernel(writer)
    const end = vi.fn()
    writer.onceIdle(end)
    writer.onceIdle(() => socket.destroy())
    expect((await readAll(peer)).length).toBe(sent)
    expect(end).not.toHaveBeenCalled()
  })
})

describe('overtaking', () => {
  it('sends the rest without the event loop, and nothing twice', async () => {
    const { socket, peer, writer } = await pair()
    let sent = await fillKernel(writer)
    lend(writer, pattern(300_000, sent))
    sent += 300_000
    const received = readNow(peer)
    while (!writer.overtake()) received.push(...readNow(peer))
    expect(writer.state).toBe('overtaking')
    socket.destroy()
    received.push(await readAll(peer))
    expect(Buffer.concat(received).equals(pattern(sent, 0))).toBe(true)
  })

  it('that is stopped half-way sends nothing twice either', async () => {
    const { socket, peer, writer } = await pair()
    let sent = await fillKernel(writer)
    lend(writer, pattern(30_000_000, sent))
    sent += 30_000_000
    const received = readNow(peer)
    expect(writer.overtake()).toBe(false)
    socket.destroy()
    received.push(await readAll(peer))
    const all = Buffer.concat(received)
    expect(all.length).toBeLessThan(sent)
    expect(all.equals(pattern(all.length, 0))).toBe(true)
  })

  it('does nothing if the kernel has taken everything', async () => {
    const { writer } = await pair()
    lend(writer, pattern(SHORT, 0))
    expect(writer.overtake()).toBe(true)
    expect(writer.state).toBe('idle')
  })
})

describe('when the connection breaks', () => {
  it('while bytes wait, drops them and later ones, and the socket reports one error', async () => {
    const { socket, peer, writer, drained, errors } = await pair()
    await fillKernel(writer)
    const last = vi.fn()
    writer.onceIdle(last)
    breakOff(peer)
    await closed(socket)
    expect(writer.state).toBe('broken')
    lend(writer, pattern(SHORT, 0))
    lend(writer, pattern(LONG, 0))
    writer.flush()
    await turn()
    expect(writer.state).toBe('broken')
    expect(errors).toEqual(['ECONNRESET'])
    expect(last).not.toHaveBeenCalled()
    expect(drained).not.toHaveBeenCalled()
  })

  it('a write that notices it first does not throw, and the socket reports the error', async () => {
    const { socket, peer, writer, errors } = await pair()
    socket.pause()
    breakOff(peer)
    await turn()
    socket.pause()
    lend(writer, pattern(SHORT, 0)) // takes the reset from the kernel
    lend(writer, pattern(SHORT, 0))
    await closed(socket)
    expect(writer.state).toBe('broken')
    expect(errors).toHaveLength(1)
  })

  it.each([SHORT, LONG])('a write of %i bytes to a closed socket is dropped without an error', async (size) => {
    const { socket, writer, errors } = await pair()
    socket.destroy()
    lend(writer, pattern(size, 0))
    await closed(socket)
    await turn()
    expect(writer.state).toBe('broken')
    expect(errors).toEqual([])
  })
})
