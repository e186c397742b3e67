// What a WebSocket sends: queues frames, and sends them as fast as the socket takes them. It makes the frames itself,
// because curl_ws_send masks them byte by byte.
//
// Control frames go before the messages that wait, but not between the pieces of one. Small frames that wait together go
// to the socket together. A large message goes to it at once, so that only what it does not take has to be copied.
import type { RawConnection } from '../connect/raw-connection.js'
import { Deflater, type Context } from '../libcurl/permessage-deflate.js'
import { THRESHOLD, compress } from './compress.js'
import { BINARY, CLOSE, PONG, TEXT, frameHead, headSize, keyOf } from './frame.js'
import { Queue, frameOf, type OutgoingFrame } from './queue.js'

/** The most Pong frames that wait for the socket. The last of these answers all later pings: RFC 6455 section 5.5.3 */
const WAITING_PONGS = 64

/** From this many bytes on, a message goes to the socket at once. */
const LARGE = 16 * 1024

/** What is called. */
export interface OutgoingEvents {
  /** A Close frame was sent, after which nothing is sent. */
  closeSent(): void
  /** Sending has failed. */
  broken(error: unknown): void
  /** A Blob cannot be read, and so its message cannot be sent. */
  unreadable(error: unknown): void
}

/** How many bytes of the payload were sent; of a compressed one, how many of what it was before. */
function sentOf({ head, bytes, sent, isCompressed, size }: OutgoingFrame): number {
  const payload = Math.max(0, sent - head!.length)
  if (!isCompressed) return payload
  return payload === bytes!.length ? size : Math.floor((size * payload) / bytes!.length)
}

export class Outgoing {
  readonly #events: OutgoingEvents
  /** null before the connection is open, and after stop(). */
  #connection: RawConnection | null = null
  /** null if messages are not compressed. */
  #deflater: Deflater | null = null
  #messages = new Queue()
  #controls = new Queue()
  /** Frames that have begun to be sent, in this order: one, or several that fit into a piece together. */
  #begun: OutgoingFrame[] = []
  #flushing = false
  /** A Close frame is queued, after which no message is. */
  #closing = false
  #closeSent = false
  #sent = 0
  #bufferedAmount = 0
  /** Bytes that were sent, but are still in bufferedAmount. */
  #uncounted = 0

  constructor(events: OutgoingEvents) {
    this.#events = events
  }

  /** Bytes of messages that are not sent yet, including those that never will be. */
  get bufferedAmount(): number {
    return this.#bufferedAmount
  }

  /** Bytes of payloads that were sent. */
  get sent(): number {
    return this.#sent
  }

  /** Whether a Close frame was sent. */
  get closeSent(): boolean {
    return this.#closeSent
  }

  /** `context` says how messages are compressed, null if they are not. */
  start(connection: RawConnection, context: Context | null): void {
    this.#connection = connection
    if (context) connection.own((this.#deflater = new Deflater(connection.shared.libcurl, context)))
  }

  /** Drops what is queued, and sends nothing more. */
  stop(): void {
    this.#connection?.watchWritable(null)
    this.#connection = null
    this.#messages = new Queue()
    this.#controls = new Queue()
    this.#begun = []
    this.#deflater?.close()
    this.#deflater = null
  }

  // --- queueing ---

  /**
   * Queues a message. `done` is called when it is sent. Before start() and once closing, only bufferedAmount grows. The
   * caller may change its bytes afterwards.
   */
  send(data: string | Uint8Array | Blob, done?: () => void): void {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data instanceof Blob ? null : data
    this.#bufferedAmount += bytes ? bytes.length : (data as Blob).size
    if (!this.#connection || this.#closing) return
    const message = frameOf(typeof data === 'string' ? TEXT : BINARY, bytes, done)
    this.#messages.push(message)
    if (typeof data === 'string') return this.#flushSoon()
    if (bytes) return this.#sendBorrowed(message, bytes)
    ;(data as Blob).arrayBuffer().then(
      (buffer) => {
        message.bytes = new Uint8Array(buffer)
        this.#flushSoon()
      },
      (error: unknown) => this.#events.unreadable(error),
    )
  }

  /** Sends a message whose bytes are the caller's, who may change them afterwards. What is not sent then is copied. */
  #sendBorrowed(message: OutgoingFrame, bytes: Uint8Array): void {
    if (bytes.length >= LARGE) this.#flush()
    const { head, sent } = message
    if (message.bytes === bytes && (!head || sent < head.length + bytes.length)) message.bytes = bytes.slice()
    this.#flushSoon()
  }

  /** Answers a Ping frame. */
  pong(payload: Uint8Array): void {
    if (this.#closeSent) return
    const waiting = this.#controls.last
    if (this.#controls.length >= WAITING_PONGS) waiting!.bytes = payload
    else this.#controls.push(frameOf(PONG, payload))
    this.#flushSoon()
  }

  /** Queues a Close frame after the messages, unless there is one. */
  close(payload: Uint8Array): void {
    if (this.#closing) return
    this.#closing = true
    this.#messages.push(frameOf(CLOSE, payload))
    this.#flushSoon()
  }

  /** Answers a Close frame. Messages that wait are dropped, but what has begun to be sent has to be finished. */
  answerClose(payload: Uint8Array): void {
    this.#closing = true
    this.#messages = new Queue()
    this.#controls.push(frameOf(CLOSE, payload))
    this.#flushSoon()
  }

  // --- sending ---

  /** Flushes in a microtask, so that small messages which are sent in one task go out together. */
  #flushSoon(): void {
    if (this.#flushing) return
    this.#flushing = true
    queueMicrotask(this.#flush)
  }

  readonly #flush = (): void => {
    this.#flushing = false
    const connection = this.#connection
    if (!connection) return
    if (connection.shared.libcurl.callbackDepth > 0) return this.#flushSoon()
    try {
      while (this.#begin(connection)) if (!this.#sendBegun(connection)) return connection.watchWritable(this.#flush)
    } catch (error) {
      return this.#events.broken(error)
    }
    // after stop() the connection may watch by itself, because it lingers
    this.#connection?.watchWritable(null)
  }

  /**
   * Takes frames from the queues once those before are sent, because OpenSSL needs the same bytes again after it could
   * not send them. Returns whether there is something to send.
   */
  #begin(connection: RawConnection): boolean {
    if (this.#begun.length > 0) return true
    for (let room = connection.piece; !this.#closeSent;) {
      const queue = this.#controls.first ? this.#controls : this.#messages
      const next = queue.first
      // without bytes, its Blob is still being read
      if (!next?.bytes) break
      this.#compress(next, next.bytes)
      room -= headSize(next.bytes.length) + next.bytes.length
      if (room < 0 && this.#begun.length > 0) break
      queue.shift()
      next.head = frameHead(next.opcode, next.bytes.length, next.isCompressed)
      this.#begun.push(next)
      if (room < 0 || next.opcode === CLOSE) break
    }
    return this.#begun.length > 0
  }

  /** Compresses a message that is large enough. That has to be done in the order in which messages are sent. */
  #compress(frame: OutgoingFrame, bytes: Uint8Array): void {
    if (!this.#deflater || frame.opcode >= CLOSE || frame.isCompressed || bytes.length < THRESHOLD) return
    const compressed = compress(this.#deflater, this.#connection!.shared, bytes)
    if (!compressed) return
    frame.bytes = compressed
    frame.isCompressed = true
    frame.size = bytes.length
  }

  /** Sends a piece of what has begun. Returns false if the socket has no room. @throws CurlError */
  #sendBegun(connection: RawConnection): boolean {
    const begun = this.#begun
    let length = 0
    for (const frame of begun) length += this.#fill(connection, frame, length)
    let sent = connection.sendRoom(length)
    if (sent === 0) return false
    let finished = 0
    for (const frame of begun) {
      const whole = frame.head!.length + frame.bytes!.length
      const from = frame.sent
      const before = sentOf(frame)
      frame.sent = Math.min(whole, from + sent)
      sent -= frame.sent - from
      const amount = sentOf(frame) - before
      this.#sent += amount
      if (frame.opcode < CLOSE) this.#count(amount)
      if (frame.sent < whole) break
      finished++
    }
    this.#begun = begun.slice(finished)
    for (const frame of begun.slice(0, finished)) this.#finish(frame)
    return true
  }

  /** Takes from bufferedAmount what was sent: in a microtask, so that it does not fall while the application sends. */
  #count(amount: number): void {
    if (this.#uncounted === 0) queueMicrotask(this.#takeUncounted)
    this.#uncounted += amount
  }

  readonly #takeUncounted = (): void => {
    this.#bufferedAmount -= this.#uncounted
    this.#uncounted = 0
  }

  /** Puts the next bytes of a frame at `at` of the shared buffer, up to the most of one call. Returns how many. */
  #fill({ shared, piece: most }: RawConnection, { head, bytes, sent }: OutgoingFrame, at: number): number {
    const headLeft = head!.subarray(sent)
    const from = Math.max(0, sent - head!.length)
    const piece = bytes!.subarray(from, from + most - at - headLeft.length)
    shared.fill(headLeft, at)
    at += headLeft.length
    shared.fill(piece, at)
    shared.libcurl.exports.ws_mask(shared.room + at, piece.length, keyOf(head!), from)
    return headLeft.length + piece.length
  }

  #finish(frame: OutgoingFrame): void {
    frame.done?.()
    if (frame.opcode !== CLOSE) return
    this.#closeSent = true
    this.#events.closeSent()
  }
}
