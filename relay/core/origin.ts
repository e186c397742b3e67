// A TCP connection to an origin, which is where the client wants to connect to. It reads when it may, writes what it is
// given, and ends properly: what was written is still sent, and a connection that breaks on one side does not look
// complete on the other. Knows no protocol of the client.
import { HEADER_BYTES } from '../../shim/transports/wisp/protocol.js'
import { Abort, dial, type Admitting, type Dialer } from './dial.js'
import type { Budget } from './limits.js'
import type { OriginSocket, OriginSocketEvents } from './origin-socket.js'
import { OBJECT_COST, Queue, type Block } from './queue.js'
import { Refusal, refusalOf } from './refusal.js'
import { CloseReason } from '../../shim/transports/relay.js'

/**
 * How long a connection that the client has closed may make no progress, in milliseconds, and how many bytes it still
 * reads before the origin has to take something.
 */
const LINGER_MS = 5000
const LINGER_BYTES = 256 * 1024

/** The limits of its client, as a connection uses them. */
export interface Allowance extends Dialer {
  /** Pays for what waits for the origin. */
  readonly waiting: Budget
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

export class Origin implements OriginSocketEvents {
  #events: OriginEvents
  #socket: OriginSocket | null = null
  #abort = new Abort()
  #state: 'connecting' | 'open' | 'closing' | 'gone' = 'connecting'
  #budget: Budget
  /** What waits for the connection, or behind the block that the kernel has not taken completely. */
  #queue: Queue
  #inFlight: Block | null = null
  #paused = false
  #discarded = 0
  #linger: ReturnType<typeof setInterval> | undefined
  /** performance.now() when bytes last moved in either direction. */
  active = performance.now()

  /** @param first Permission for the first attempt to connect. */
  constructor(host: string, port: number, first: Admitting, allowance: Allowance, events: OriginEvents) {
    this.#events = events
    this.#budget = allowance.waiting
    this.#queue = new Queue(allowance.waiting)
    dial(host, port, allowance, first, this.#abort).then(
      (socket) => this.#opened(socket),
      (error) => this.closed(error),
    )
  }

  #opened(socket: OriginSocket): void {
    this.#socket = socket
    if (this.#state === 'gone') return socket.reset()
    if (this.#paused) socket.pause()
    socket.listen(this)
    if (this.#state === 'closing') return this.#finish()
    this.#state = 'open'
    this.active = performance.now()
    this.#events.opened(socket.address)
    this.#flush()
  }

  /** The connection is closed, is broken, or could not be made. */
  closed(error: Error): void {
    if (this.#state === 'gone') return
    const { code, message } = error as { code?: string; message: string }
    // once it is established, whatever breaks it is a network error
    const refusal = this.#state === 'open' ? new Refusal(CloseReason.NETWORK_ERROR, code ?? message) : refusalOf(error)
    const told = this.#state === 'closing'
    this.#state = 'gone'
    clearInterval(this.#linger)
    this.#queue.clear()
    if (this.#inFlight) this.#budget.give(this.#inFlight.cost)
    this.#inFlight = null
    this.#socket?.destroy()
    if (!told) this.#events.failed(refusal)
    this.#events.gone()
  }

  // --- from the origin ---

  data(frame: Uint8Array, done: () => void): boolean {
    this.active = performance.now()
    if (this.#state !== 'open') {
      done()
      return this.#discard(frame.length - HEADER_BYTES)
    }
    this.#paused = !this.#events.data(frame, done)
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
    if (this.#socket?.finished) this.#socket.destroy()
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
  ended(): void {
    if (this.#state === 'open') {
      this.#events.ended()
      this.end()
    } else if (this.#socket?.finished) this.#socket.destroy()
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
    if (this.#socket!.write(block.bytes)) this.#taken(block)
    else this.#inFlight = block
  }

  drained(): void {
    const block = this.#inFlight
    if (!block) return
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
      else return this.#state === 'closing' ? this.#socket!.end() : undefined
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
    let before = socket.taken
    this.#linger = setInterval(() => {
      if (!socket.finished && socket.taken > before) before = socket.taken
      else if (socket.finished) socket.destroy()
      else socket.reset()
    }, LINGER_MS)
  }

  finished(): void {
    if (this.#socket!.ended || this.#discarded > LINGER_BYTES) this.#socket!.destroy()
  }

  /** Resets the connection, so that the origin sees that its data is incomplete. No event follows, except gone(). */
  reset(): void {
    if (this.#state === 'gone') return
    this.#state = 'closing'
    this.#queue.clear()
    this.#abort.abort()
    if (this.#socket) this.#socket.reset()
    else this.closed(new Error('given up'))
  }
}
