// A TCP connection to an origin, by Node's net.
import net from 'node:net'
import { BufferPool } from '../../shim/transports/node/buffers.js'
import { breakOff, wasReset } from '../../shim/transports/node/reset.js'
import { MAX_DATA_BYTES } from '../../shim/transports/relay.js'
import { HEADER_BYTES } from '../../shim/transports/wisp/protocol.js'
import type { Connect, OriginSocket, OriginSocketEvents } from '../core/origin-socket.js'

/**
 * A connection that reads less than this at once is quiet. All quiet ones read into the same buffer, because there may
 * be many, and their few bytes are copied anyway. A busy one reads into buffers of its own, each of which is sent.
 */
const QUIET = 4 * 1024
const LARGE = HEADER_BYTES + MAX_DATA_BYTES
const buffers = new BufferPool([LARGE], 2 * 1024 * 1024)
const shared = new Uint8Array(Buffer.allocUnsafeSlow(HEADER_BYTES + QUIET).buffer, HEADER_BYTES)

const nothing = (): void => {}

export const connect: Connect = (address, port, settled) => new NodeOriginSocket(address, port, settled)

class NodeOriginSocket implements OriginSocket {
  #socket: net.Socket
  #events: OriginSocketEvents | null = null
  /** Dropped when it has been called, because it holds everything that belongs to the attempt. */
  #settled: ((error: Error | null) => void) | null
  /** Whether the kernel has not taken the last block completely. */
  #writing = false
  #busy = false

  constructor(
    readonly address: string,
    port: number,
    settled: (error: Error | null) => void,
  ) {
    const onread = {
      buffer: () => (this.#busy ? buffers.take(LARGE, HEADER_BYTES) : shared),
      callback: (length: number, buffer: Uint8Array) => this.#read(buffer as Uint8Array<ArrayBuffer>, length),
    }
    // node:net also takes a function for the buffer, which its types do not say
    const options = { host: address, port, onread, allowHalfOpen: true, noDelay: true, keepAlive: true } as unknown
    this.#socket = net.connect(options as net.NetConnectOpts)
    this.#settled = settled
    this.#socket
      .once('connect', () => this.#settle(null))
      .on('error', (error) => (this.#settled ? this.#settle(error) : this.#events?.closed(error)))
  }

  #settle(error: Error | null): void {
    const settled = this.#settled
    this.#settled = null
    settled?.(error)
  }

  get finished(): boolean {
    return this.#socket.writableFinished
  }

  get ended(): boolean {
    return this.#socket.readableEnded
  }

  get taken(): number {
    return this.#socket.bytesWritten - this.#socket.writableLength
  }

  listen(events: OriginSocketEvents): void {
    this.#events = events
    this.#socket
      .on('end', () => {
        if (wasReset(this.#socket)) events.closed(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
        else events.ended()
      })
      .on('close', () => events.closed(new Error('closed')))
  }

  /** Takes the first `length` bytes of `buffer`, and the buffer. Returns whether to go on reading. */
  #read(buffer: Uint8Array<ArrayBuffer>, length: number): boolean {
    this.#busy = length >= QUIET
    const frame = new Uint8Array(buffer.buffer, 0, HEADER_BYTES + length)
    if (buffer !== shared && length * 2 >= buffer.length) {
      return this.#events!.data(frame, () => buffers.give(frame))
    }
    // a few bytes would hold the whole buffer until the client has them
    const copy = Buffer.from(frame)
    if (buffer !== shared) buffers.give(buffer)
    return this.#events!.data(copy, nothing)
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  write(bytes: Uint8Array): boolean {
    this.#socket.write(bytes, this.#wrote)
    this.#writing = this.#socket.writableLength > 0
    return !this.#writing
  }

  /** Node calls this for every write, also for those that the kernel took at once. */
  #wrote = (error?: Error | null): void => {
    if (error || !this.#writing || this.#socket.writableLength > 0) return
    this.#writing = false
    this.#events!.drained()
  }

  end(): void {
    this.#socket.end(() => this.#events!.finished())
  }

  destroy(): void {
    this.#socket.destroy()
  }

  reset(): void {
    breakOff(this.#socket)
  }
}
