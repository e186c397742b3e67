// What a WebSocket sends: queues frames, and sends them as fast as the socket takes them. It makes the frames itself,
// because curl_ws_send masks them byte by byte.
//
// Control frames go before the messages that wait, but not between the pieces of one.
import { PIECE, type RawConnection } from '../connect/raw-connection.js'
import { CURLWS_BINARY, CURLWS_CLOSE, CURLWS_PONG, CURLWS_TEXT } from '../libcurl/constants.gen.js'
import { frameHead, keyOf } from './frame.js'
import { Queue, frameOf, type OutgoingFrame } from './queue.js'

/** The most Pong frames that wait for the socket. The last of these answers all later pings: RFC 6455 section 5.5.3 */
const WAITING_PONGS = 64

/** What is called. */
export interface OutgoingEvents {
  /** A Close frame was sent, after which nothing is sent. */
  closeSent(): void
  /** Sending has failed. */
  broken(error: unknown): void
  /** A Blob cannot be read, and so its message cannot be sent. */
  unreadable(error: unknown): void
}

export class Outgoing {
  readonly #events: OutgoingEvents
  /** null before the connection is open, and after stop(). */
  #connection: RawConnection | null = null
  #messages = new Queue()
  #controls = new Queue()
  #flushing = false
  /** A Close frame is queued, after which no message is. */
  #closing = false
  #closeSent = false
  #sent = 0
  #bufferedAmount = 0

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

  start(connection: RawConnection): void {
    this.#connection = connection
  }

  /** Drops what is queued, and sends nothing more. */
  stop(): void {
    this.#connection?.watchWritable(null)
    this.#connection = null
    this.#messages = new Queue()
    this.#controls = new Queue()
  }

  // --- queueing ---

  /** Queues a message. `done` is called when it is sent. Before start() and once closing, only bufferedAmount grows. */
  send(data: string | Uint8Array | Blob, done?: () => void): void {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data instanceof Blob ? null : data
    this.#bufferedAmount += bytes ? bytes.length : (data as Blob).size
    if (!this.#connection || this.#closing) return
    const message = frameOf(typeof data === 'string' ? CURLWS_TEXT : CURLWS_BINARY, bytes, done)
    this.#messages.push(message)
    if (bytes) return this.#flushSoon()
    ;(data as Blob).arrayBuffer().then(
      (buffer) => {
        message.bytes = new Uint8Array(buffer)
        this.#flushSoon()
      },
      (error: unknown) => this.#events.unreadable(error),
    )
  }

  /** Answers a Ping frame. */
  pong(payload: Uint8Array): void {
    if (this.#closeSent) return
    const waiting = this.#controls.last
    if (this.#controls.length >= WAITING_PONGS && !waiting!.head) waiting!.bytes = payload
    else this.#controls.push(frameOf(CURLWS_PONG, payload))
    this.#flushSoon()
  }

  /** Queues a Close frame after the messages, unless there is one. */
  close(payload: Uint8Array): void {
    if (this.#closing) return
    this.#closing = true
    this.#messages.push(frameOf(CURLWS_CLOSE, payload))
    this.#flushSoon()
  }

  /** Answers a Close frame. Messages that wait are dropped, but one that is partly sent has to be finished. */
  answerClose(payload: Uint8Array): void {
    this.#closing = true
    this.#messages.dropWaiting()
    this.#controls.push(frameOf(CURLWS_CLOSE, payload))
    this.#flushSoon()
  }

  // --- sending ---

  /** Flushes in a microtask: messages sent in one task go out together, and bufferedAmount does not fall meanwhile. */
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
      for (let next = this.#next(); next; next = this.#next())
        if (!this.#sendPiece(connection, next)) return connection.watchWritable(this.#flush)
    } catch (error) {
      return this.#events.broken(error)
    }
    // after stop() the connection may watch by itself, because it lingers
    this.#connection?.watchWritable(null)
  }

  /** The frame to send next; undefined while there is none, or while its Blob is being read. */
  #next(): OutgoingFrame | undefined {
    if (this.#closeSent) return undefined
    const message = this.#messages.first
    const next = message?.head ? message : (this.#controls.first ?? message)
    return next?.bytes ? next : undefined
  }

  /** Sends a piece of a frame. Returns false if the socket has no room. @throws CurlError */
  #sendPiece(connection: RawConnection, frame: OutgoingFrame): boolean {
    const { shared } = connection
    const bytes = frame.bytes!
    const head = (frame.head ??= frameHead(frame.flags, bytes.length))
    const headLeft = head.subarray(frame.sent)
    const from = Math.max(0, frame.sent - head.length)
    const piece = bytes.subarray(from, from + PIECE - headLeft.length)
    shared.fill(headLeft)
    shared.fill(piece, headLeft.length)
    shared.libcurl.exports.ws_mask(shared.room + headLeft.length, piece.length, keyOf(head), from)
    const sent = connection.sendRoom(headLeft.length + piece.length)
    if (sent === 0) return false
    const payload = Math.max(0, sent - headLeft.length)
    frame.sent += sent
    this.#sent += payload
    if (frame.flags & (CURLWS_TEXT | CURLWS_BINARY)) this.#bufferedAmount -= payload
    if (frame.sent === head.length + bytes.length) this.#finish(frame)
    return true
  }

  /** Removes a frame that was sent. */
  #finish(frame: OutgoingFrame): void {
    if (this.#messages.first === frame) this.#messages.shift()
    else if (this.#controls.first === frame) this.#controls.shift()
    frame.done?.()
    if (!(frame.flags & CURLWS_CLOSE)) return
    this.#closeSent = true
    this.#events.closeSent()
  }
}
