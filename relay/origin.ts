// A TCP connection to an origin, which is where the client wants to connect to. It reads when it may, writes what it is
// given, and ends properly: what was written is still sent, and a connection that breaks on one side does not look
// complete on the other. Knows no protocol of the client.
import type { Socket } from 'node:net'
import { ReadBuffers } from '../shim/transports/node/buffers.js'
import { breakOff, wasReset } from '../shim/transports/node/reset.js'
import { HEADER_BYTES } from '../shim/transports/wisp/protocol.js'
import { dial, type Dialing } from './dial.js'
import type { Budget } from './limits.js'
import { OBJECT_COST, Queue, type Block } from './queue.js'
import { Refusal, refusalOf } from './refusal.js'
import { CloseReason, MAX_DATA_BYTES } from '../shim/transports/relay.js'

/** A connection is busy for longer than one of Node's transport, because a small buffer makes small packets. */
const SMALL = 4 * 1024
const buffers = new ReadBuffers({
  small: SMALL,
  large: MAX_DATA_BYTES,
  busy: SMALL,
  room: HEADER_BYTES,
  kept: 2 * 1024 * 1024,
})
/**
 * How long a connection that the client has closed may make no progress, in milliseconds, and how many bytes it still
 * reads before the origin has to take something.
 */
const LINGER_MS = 5000
const LINGER_BYTES = 256 * 1024

/** The limits of its client, as a connection uses them. */
export interface Allowance {
  readonly settings: Dialing
  /** Pays for what waits for the origin. */
  readonly waiting: Budget
  /** Pays for each attempt to connect after the first. @throws Refusal */
  admitAttempt(): void
}

export interface OriginEvents {
  /** The connection to this address is established. */
  opened(address: string): void
  /**
   * Bytes have arrived. They are in `frame` from HEADER_BYTES on, and before that is room for a header. The receiver
   * owns `frame` until it calls `done`. Returns whether to go on reading. If not, resume() goes on.
   */
  data(frame: Uint8Array, done: () => void): boolean
  /** The origin has finished sending. */
  ended(): void
  /** The connection could not be made, or broke. Only gone() follows. */
  failed(refusal: Refusal): void
  /** The kernel has taken this many bytes, which completes this many calls of write(). */
  written(bytes: number, messages: number): void
  /** The connection is closed and holds nothing any more. Always the last event. */
  gone(): void
}

const nothing = (): void => {}

export class Origin {
  #events: OriginEvents
  #socket: Socket | null = null
  #abort = new AbortController()
  #state: 'connecting' | 'open' | 'closing' | 'gone' = 'connecting'
  #budget: Budget
  /** What waits for the connection, or behind the block that the kernel has not taken completely. */
  #queue: Queue
  #inFlight: Block | null = null
  #paused = false
  #discarded = 0
  /** performance.now() when bytes last moved in either direction. */
  active = performance.now()

  constructor(host: string, port: number, allowance: Allowance, events: OriginEvents) {
    this.#events = events
    this.#budget = allowance.waiting
    this.#queue = new Queue(allowance.waiting)
    const onread = buffers.onread((buffer, length) => this.#read(buffer, length))
    const admit = (): void => allowance.admitAttempt()
    dial(host, port, allowance.settings, admit, this.#abort.signal, onread).then(
      (socket) => this.#opened(socket),
      (error) => this.#lost(error),
    )
  }

  #opened(socket: Socket): void {
    this.#socket = socket
    socket
      .on('error', (error) => this.#lost(error))
      .on('end', () => {
        if (wasReset(socket)) this.#lost(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
        else this.#ended()
      })
      .on('close', () => this.#lost(new Error('closed')))
    if (this.#state === 'gone') return breakOff(socket)
    if (this.#paused) socket.pause()
    if (this.#state === 'closing') return this.#finish()
    this.#state = 'open'
    this.active = performance.now()
    this.#events.opened(socket.remoteAddress ?? '')
    this.#flush()
  }

  #lost(error: unknown): void {
    if (this.#state === 'gone') return
    const { code, message } = error as { code?: string; message: string }
    // once it is established, whatever breaks it is a network error
    const refusal = this.#state === 'open' ? new Refusal(CloseReason.NETWORK_ERROR, code ?? message) : refusalOf(error)
    const told = this.#state === 'closing'
    this.#state = 'gone'
    this.#queue.clear()
    if (this.#inFlight) this.#budget.give(this.#inFlight.cost)
    this.#inFlight = null
    this.#socket?.destroy()
    if (!told) this.#events.failed(refusal)
    this.#events.gone()
  }

  // --- from the origin ---

  /** Takes the first `length` bytes of `buffer`, and the buffer. Returns whether to go on reading. */
  #read(buffer: Uint8Array<ArrayBuffer>, length: number): boolean {
    this.active = performance.now()
    if (this.#state !== 'open') {
      buffers.give(buffer)
      return this.#discard(length)
    }
    const frame = new Uint8Array(buffer.buffer, 0, HEADER_BYTES + length)
    if (length * 2 < buffer.length) {
      // a few bytes would hold the whole buffer until the client has them
      const copy = Buffer.from(frame)
      buffers.give(buffer)
      this.#paused = !this.#events.data(copy, nothing)
    } else this.#paused = !this.#events.data(frame, () => buffers.give(frame))
    return !this.#paused
  }

  /**
   * Drops what arrives after the client has closed. A little is read, because otherwise the kernel would reset the
   * connection before the origin has read everything, and a little more whenever the origin has taken something.
   * Returns whether to go on reading.
   */
  #discard(length: number): boolean {
    this.#discarded += length
    if (this.#discarded <= LINGER_BYTES) return true
    if (this.#socket?.writableFinished) this.#socket.destroy()
    return false
  }

  /** Stops reading. Before the connection is established, reading does not start. */
  pause(): void {
    this.#paused = true
    this.#socket?.pause()
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#socket?.resume()
  }

  /** Ends the connection when the origin has finished sending, because Wisp and wsproxy have no half-close. */
  #ended(): void {
    if (this.#state === 'open') {
      this.#events.ended()
      this.end()
    } else if (this.#socket?.writableFinished) this.#socket.destroy()
  }

  // --- to the origin ---

  /** Takes `bytes`, at least one. @throws Refusal if the client's budget does not allow keeping them. */
  write(bytes: Uint8Array): void {
    if (this.#state !== 'connecting' && this.#state !== 'open') return
    const next = this.#state === 'open' && !this.#inFlight && this.#queue.empty
    // what the kernel does not take completely keeps its whole buffer, so without budget for that it is copied
    const cost = bytes.buffer.byteLength + OBJECT_COST
    if (next && this.#budget.tryTake(cost)) return this.#put({ bytes, messages: 1, cost })
    this.#queue.push(bytes)
    if (next) this.#flush()
  }

  #put(block: Block): void {
    const socket = this.#socket!
    socket.write(block.bytes, this.#wrote)
    if (socket.writableLength === 0) this.#taken(block)
    else this.#inFlight = block
  }

  /** Node calls this for every write, also for those that the kernel took at once. */
  #wrote = (error?: Error | null): void => {
    const block = this.#inFlight
    if (error || !block || this.#socket!.writableLength > 0) return
    this.#inFlight = null
    this.#taken(block)
    this.#flush()
  }

  #taken({ bytes, messages, cost }: Block): void {
    this.#budget.give(cost)
    this.active = performance.now()
    this.#events.written(bytes.length, messages)
    if (this.#state !== 'closing') return
    if (this.#discarded > LINGER_BYTES) this.#socket!.resume()
    this.#discarded = 0
  }

  /** Writes what waits, until the kernel has enough, and the end after all of it. */
  #flush(): void {
    while (!this.#inFlight && this.#state !== 'gone') {
      const block = this.#queue.shift()
      if (block) this.#put(block)
      else return this.#state === 'closing' ? this.#shut() : undefined
    }
  }

  /** Closes after what was written, and drops what arrives meanwhile. No event follows, except written() and gone(). */
  end(): void {
    if (this.#state !== 'connecting' && this.#state !== 'open') return
    // without anything to send there is no need to connect
    if (this.#state === 'connecting' && this.#queue.empty) return this.reset()
    this.#state = 'closing'
    if (this.#socket) this.#finish()
  }

  #finish(): void {
    const socket = this.#socket!
    this.#flush()
    this.#paused = false
    socket.resume()
    const progress = (): number => socket.bytesWritten - socket.writableLength
    let before = progress()
    const timer = setInterval(() => {
      if (!socket.writableFinished && progress() > before) before = progress()
      else if (socket.writableFinished) socket.destroy()
      else breakOff(socket)
    }, LINGER_MS)
    socket.once('close', () => clearInterval(timer))
  }

  #shut(): void {
    const socket = this.#socket!
    socket.end(() => {
      if (socket.readableEnded || this.#discarded > LINGER_BYTES) socket.destroy()
    })
  }

  /** Resets the connection, so that the origin sees that its data is incomplete. No event follows, except gone(). */
  reset(): void {
    if (this.#state === 'gone') return
    this.#state = 'closing'
    this.#queue.clear()
    this.#abort.abort()
    if (this.#socket) breakOff(this.#socket)
    if (!this.#socket) this.#lost(new Error('given up'))
  }
}
