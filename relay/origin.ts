// A TCP connection to where the client wants to go. It reads when it may, writes what it is given, and ends properly: what
// has been written goes out, and what is broken on one side is not made to look complete on the other. Knows no protocol of
// the client's.
import net from 'node:net'
import { breakOff, descriptorOf, wasReset } from '../shim/transports/node/reset.js'
import { HEADER_BYTES } from '../shim/transports/wisp/protocol.js'
import { dial, type Dialing } from './dial.js'
import type { Budget } from './limits.js'
import { OBJECT_COST, Queue, type Block } from './queue.js'
import { Refusal, refusalOf } from './refusal.js'
import { CloseReason, MAX_DATA_BYTES } from '../shim/transports/relay.js'

/** A quiet connection waits with a small buffer, a busy one reads into a large one. */
const SMALL_CHUNK = 4 * 1024
/** Large buffers that are kept for later: garbage at the rate of a download would make the process grow. */
const KEPT_CHUNKS = 64
/**
 * How long a connection that the client has closed may stand still, in milliseconds, and how much may still come before
 * the origin has to take something in its turn.
 */
const LINGER_MS = 5000
const LINGER_BYTES = 256 * 1024

/** What a connection may take of its client's allowance. */
export interface Allowance {
  readonly settings: Dialing
  /** Pays for what waits for the origin. */
  readonly waiting: Budget
  /** Pays for each attempt to connect after the first. @throws Refusal */
  admitAttempt(): void
}

export interface OriginEvents {
  /** It is connected, to this address. */
  opened(address: string): void
  /**
   * Bytes have come: `frame` from HEADER_BYTES on, before that is room for a header. They are the receiver's until it
   * calls `done`. Returns whether to go on reading; otherwise resume() does.
   */
  data(frame: Uint8Array, done: () => void): boolean
  /** The origin has finished sending. */
  ended(): void
  /** It could not be connected, or broke. Nothing follows. */
  failed(refusal: Refusal): void
  /** The kernel has taken this many bytes, and with them the last ones of so many write(). */
  written(bytes: number, messages: number): void
  /** The connection is gone, and all that it held: the last event, whatever came before. */
  gone(): void
}

const free: Buffer[] = []

function take(size: number): Buffer {
  return (size === MAX_DATA_BYTES && free.pop()) || Buffer.allocUnsafeSlow(HEADER_BYTES + size)
}

function give(chunk: Buffer): void {
  if (chunk.length === HEADER_BYTES + MAX_DATA_BYTES && free.length < KEPT_CHUNKS) free.push(chunk)
}

const nothing = (): void => {}

export class Origin {
  #events: OriginEvents
  #socket: net.Socket | null = null
  #abort = new AbortController()
  #state: 'connecting' | 'open' | 'closing' | 'gone' = 'connecting'
  #budget: Budget
  /** What is behind the block that the kernel has not taken completely, or waits for the connection. */
  #queue: Queue
  #inFlight: Block | null = null
  #chunk = take(SMALL_CHUNK)
  #paused = false
  #discarded = 0
  /** performance.now() when bytes last went in either direction. */
  active = performance.now()

  constructor(host: string, port: number, allowance: Allowance, events: OriginEvents) {
    this.#events = events
    this.#budget = allowance.waiting
    this.#queue = new Queue(allowance.waiting)
    const onread = { buffer: () => this.#room(), callback: (length: number) => this.#read(length) }
    const admit = (): void => allowance.admitAttempt()
    dial(host, port, allowance.settings, admit, this.#abort.signal, onread as unknown as net.OnReadOpts).then(
      (socket) => this.#opened(socket),
      (error) => this.#lost(error),
    )
  }

  #opened(socket: net.Socket): void {
    this.#socket = socket
    socket
      .on('error', (error) => this.#lost(error))
      .on('end', () => {
        if (wasReset(descriptorOf(socket))) this.#lost(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
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
    // once it stands, whatever breaks it is an error of the network
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

  #room(): Uint8Array {
    return this.#chunk.subarray(HEADER_BYTES)
  }

  /** Says whether reading goes on. */
  #read(length: number): boolean {
    this.active = performance.now()
    if (this.#state !== 'open') return this.#discard(length)
    const chunk = this.#chunk
    const size = chunk.length - HEADER_BYTES
    if (length * 2 < size) {
      // a few bytes in a large buffer would hold all of it until the client has them
      const copy = Buffer.allocUnsafe(HEADER_BYTES + length)
      chunk.copy(copy, HEADER_BYTES, HEADER_BYTES, HEADER_BYTES + length)
      if (size > SMALL_CHUNK && length < SMALL_CHUNK) {
        give(chunk)
        this.#chunk = take(SMALL_CHUNK)
      }
      this.#paused = !this.#events.data(copy, nothing)
    } else {
      this.#chunk = take(length === size ? MAX_DATA_BYTES : size)
      this.#paused = !this.#events.data(chunk.subarray(0, HEADER_BYTES + length), () => give(chunk))
    }
    return !this.#paused
  }

  /**
   * What comes after the client has closed: a little is read, lest the kernel resets what the origin has yet to read, and
   * a little more whenever the origin has taken something. Says whether reading goes on.
   */
  #discard(length: number): boolean {
    this.#discarded += length
    if (this.#discarded <= LINGER_BYTES) return true
    if (this.#socket?.writableFinished) this.#socket.destroy()
    return false
  }

  /** Reads nothing more; nor at first, if it is not connected yet. */
  pause(): void {
    this.#paused = true
    this.#socket?.pause()
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#socket?.resume()
  }

  /** Wisp and wsproxy have no half-close: the end of one direction, with all of it delivered, ends the connection. */
  #ended(): void {
    if (this.#state === 'open') {
      this.#events.ended()
      this.end()
    } else if (this.#socket?.writableFinished) this.#socket.destroy()
  }

  // --- to the origin ---

  /** Takes `bytes`, at least one. @throws Refusal if the client's budget does not allow to keep them. */
  write(bytes: Uint8Array): void {
    if (this.#state !== 'connecting' && this.#state !== 'open') return
    const next = this.#state === 'open' && !this.#inFlight && this.#queue.empty
    // what the kernel does not take completely holds all that it is a part of; a copy does not
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

  /** Writes what waits, until the kernel has enough; and the end after all of it. */
  #flush(): void {
    while (!this.#inFlight && this.#state !== 'gone') {
      const block = this.#queue.shift()
      if (block) this.#put(block)
      else return this.#state === 'closing' ? this.#shut() : undefined
    }
  }

  /** Closes after what has been written; what comes meanwhile is nobody's. No event follows but written() and gone(). */
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

  /** Breaks the connection, so that the origin takes what it has got for incomplete. No event follows but gone(). */
  reset(): void {
    if (this.#state === 'gone') return
    this.#state = 'closing'
    this.#queue.clear()
    this.#abort.abort()
    if (this.#socket) breakOff(this.#socket)
    if (!this.#socket) this.#lost(new Error('given up'))
  }
}
