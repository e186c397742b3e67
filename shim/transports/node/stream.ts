// A TCP connection or a connected unix socket of Node: how it is made, read, ended and closed. writer.ts writes.
import { readSync } from 'node:fs'
import net from 'node:net'
import { TransportError, failureOf } from '../transport.js'
import type { Address, Stream, StreamEvents } from '../transport.js'
import { addressOf, hostOf } from './addresses.js'
import { ReadBuffers } from './buffers.js'
import { descriptorOf } from './handle.js'
import { wasReset } from './reset.js'
import * as turn from './turn.js'
import { Writer } from './writer.js'

/** A quiet connection has a small buffer, a busy one a large one: so 1,000 idle connections take 16 MB, and not 128. */
const LARGE = 128 * 1024
const buffers = new ReadBuffers({ small: 16 * 1024, large: LARGE, busy: LARGE, kept: 4 * 1024 * 1024 })

/** Streams that libcurl has closed, and that still have bytes for the kernel. */
const lingering = new Set<NodeStream>()

/** Resolves when the kernel has all bytes that were sent before their socket was closed. */
export async function flushed(): Promise<void> {
  while (lingering.size > 0) await Promise.all([...lingering].map((stream) => stream.gone()))
}

export class NodeStream implements Stream {
  #socket: net.Socket
  #events: StreamEvents
  #writer: Writer
  #open: boolean
  #paused = false
  #closed = false
  /** Whether the code that runs now has closed it, so that Node has not gone on yet. */
  #justClosed = false

  private constructor(socket: net.Socket, events: StreamEvents) {
    this.#socket = socket
    this.#events = events
    this.#open = !socket.connecting
    this.#writer = new Writer(socket, () => {
      if (!this.#closed) events.drained()
    })
    socket
      .on('connect', () => this.#opened())
      .on('end', () => {
        if (!this.#closed) this.#ended()
      })
      .on('error', (error) => {
        if (!this.#closed) events.failed(...failureOf(error))
      })
  }

  static connect(remote: Address, local: Address | null, events: StreamEvents): NodeStream {
    const target =
      remote.family === 'unix'
        ? { path: remote.path }
        : {
            host: hostOf(remote),
            port: remote.port,
            ...(local && local.family !== 'unix'
              ? { localAddress: hostOf(local), localPort: local.port || undefined }
              : {}),
          }
    const onread = buffers.onread((buffer, length) => stream.#read(buffer.subarray(0, length)))
    const options = { ...target, allowHalfOpen: true, onread }
    const stream = new NodeStream(net.connect(options as net.NetConnectOpts), events)
    return stream
  }

  /** Takes over a connection that a listening socket has accepted. */
  static accepted(socket: net.Socket, events: StreamEvents): NodeStream {
    const stream = new NodeStream(socket, events)
    socket.on('data', (chunk: Buffer) => stream.#read(chunk)).resume()
    return stream
  }

  #opened(): void {
    this.#open = true
    if (this.#closed) return
    const { localAddress, localPort, remoteAddress, remotePort } = this.#socket
    this.#events.opened(addressOf(localAddress, localPort), addressOf(remoteAddress, remotePort))
  }

  // --- reading ---

  /** Returns whether to go on reading. */
  #read(chunk: Uint8Array): boolean {
    if (!this.#closed) this.#events.data(chunk)
    return !this.#paused
  }

  #ended(): void {
    if (wasReset(this.#socket)) this.#events.failed('ECONNRESET')
    else this.#events.ended()
  }

  pause(): void {
    this.#paused = true
    this.#socket.pause()
  }

  resume(): void {
    this.#paused = false
    this.#socket.resume()
  }

  release(chunk: Uint8Array): void {
    buffers.give(chunk)
  }

  look(): void {
    this.#writer.flush()
    turn.flush()
    for (const stream of lingering) stream.#overtake()
    const fd = descriptorOf(this.#socket)
    if (fd < 0) throw new TransportError('EDEADLK')
    const chunk = buffers.take(LARGE)
    try {
      const length = readSync(fd, chunk)
      if (length > 0) return this.#events.data(chunk.subarray(0, length))
      this.#events.ended()
    } catch (error) {
      const [code, reason] = failureOf(error)
      if (code !== 'EAGAIN') this.#events.failed(code, reason)
    }
    buffers.give(chunk)
  }

  // --- writing and closing ---

  get writable(): boolean {
    return this.#open && !this.#writer.full
  }

  write(bytes: Uint8Array): void {
    this.#writer.write(bytes)
  }

  end(): void {
    this.#writer.onceIdle(() => this.#socket.end())
  }

  close(): void {
    this.#closed = true
    this.#writer.flush()
    // The kernel still sends what it has taken after the descriptor is closed. That must not wait for the event loop,
    // because libcurl may be about to block for the answer.
    const socket = this.#socket
    if (this.#open && this.#writer.state === 'waiting' && !socket.destroyed) this.#linger()
    else socket.destroy()
    socket.unref()
  }

  /** Closes the socket once the kernel has everything. */
  #linger(): void {
    lingering.add(this)
    this.#socket.once('close', () => lingering.delete(this))
    this.#writer.onceIdle(() => this.#socket.destroy())
    this.#justClosed = true
    queueMicrotask(() => {
      this.#justClosed = false
      // before Node can write bytes again that were sent: libcurl, which blocked, has its answer or has given up
      if (this.#writer.state === 'overtaking') this.#socket.destroy()
    })
  }

  /** Writes the rest at once: libcurl blocks for the answer to what it sent before it closed this. */
  #overtake(): void {
    if (this.#justClosed && this.#writer.overtake()) this.#socket.destroy()
  }

  /** Resolves when the socket of a lingering stream is closed. */
  gone(): Promise<void> {
    return new Promise((resolve) => void this.#socket.once('close', () => resolve()))
  }

  // --- options ---

  attend(waited: boolean): void {
    if (waited) this.#socket.ref()
    else this.#socket.unref()
  }

  setNoDelay(on: boolean): void {
    this.#socket.setNoDelay(on)
  }

  setKeepAlive(on: boolean, idleMs: number): void {
    this.#socket.setKeepAlive(on, idleMs)
  }
}
