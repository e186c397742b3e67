// A WebSocket connection, used by both interfaces: messages, answers to pings, and the closing handshake, over the
// frames of curl_ws_recv and curl_ws_send. https://websockets.spec.whatwg.org/, RFC 6455
//
// It uses CONNECT_ONLY and not WRITEFUNCTION, because a transfer waits only for bytes to read: libcurl would not report
// when a queued message can be sent, and a pause would leave frames in its buffers.
//
// It is connecting, open, closing (one end closes), failing (nothing is read any more, and what is queued goes out
// before our Close frame), then over. It calls its listener in tasks, as a browser does, with one message in each, so
// that the application can start to wait for the next message before that arrives. The end of the connection is handled
// in such a task too, so that the application can answer earlier messages first.
import { soon } from '../../shim/clock.js'
import {
  CURLE_AGAIN,
  CURLE_GOT_NOTHING,
  CURLE_OK,
  CURLWS_BINARY,
  CURLWS_CLOSE,
  CURLWS_CONT,
  CURLWS_NOAUTOPONG,
  CURLWS_OFFSET,
  CURLWS_PING,
  CURLWS_PONG,
  CURLWS_TEXT,
} from '../libcurl/constants.gen.js'
import type { Connection } from '../connect/connection.js'
import { ROOM } from '../connect/shared.js'
import { join } from '../fetch/body.js'
import { wrongType } from '../libcurl/options.js'
import { ABNORMAL, BAD_DATA, PROTOCOL_ERROR, TOO_BIG, framePayload, readClose } from './close-info.js'
import { IncomingBytes, IncomingText } from './incoming.js'
import { Queue, frameOf, type Outgoing } from './outgoing.js'

/** The value of CURLOPT_WS_OPTIONS. Pings are answered here, because libcurl would answer only the last of several. */
export const WS_OPTIONS = CURLWS_NOAUTOPONG

/** How long a closing connection waits for the other end to read what is queued, and to answer. In milliseconds. */
const CLOSE_MS = 10_000
/** The default for the largest message that is accepted, in bytes. */
const MAX_MESSAGE = 64 * 1024 * 1024
/** The most bytes of a frame that libcurl gets in one call. */
const PIECE = 64 * 1024
/** The most Pong frames that wait for the socket. The last of these answers all later pings: RFC 6455 section 5.5.3 */
const WAITING_PONGS = 64

/** How the connection ended. */
export interface Closed {
  /** Whether there was a closing handshake. */
  clean: boolean
  code: number
  reason: string
  /** Why it failed. */
  error?: unknown
}

/** What the channel calls. */
export interface Listener {
  opened(protocol: string): void
  message(data: string | Uint8Array<ArrayBuffer>): void
  /** The other end has begun the closing handshake. */
  closing(): void
  /** Called last. */
  closed(how: Closed): void
}

/** How much may be on its way to the listener before reading stops. Reading goes on when the listener has got it. */
export interface Window {
  messages: number
  bytes: number
}

const CONNECTING = 'connecting'
const OPEN = 'open'
const CLOSING = 'closing'
const FAILING = 'failing'
const OVER = 'over'

/** The option maxMessage. @throws TypeError */
export function checkMaxMessage(bytes: unknown = MAX_MESSAGE): number {
  if (typeof bytes !== 'number' || !(bytes > 0)) throw wrongType('maxMessage', 'a number of bytes above 0', bytes)
  return bytes
}

export class Channel {
  readonly #listener: Listener
  readonly #window: Window
  readonly #maxMessage: number
  #state: typeof CONNECTING | typeof OPEN | typeof CLOSING | typeof FAILING | typeof OVER = CONNECTING
  #connection: Connection | null = null
  /** Bytes of messages that are not sent yet, including those that never will be. */
  bufferedAmount = 0

  #messages = new Queue()
  #controls = new Queue()
  #flushing = false
  /** Bytes of payloads that were sent. */
  #sent = 0
  #closeSent = false
  #closeReceived: { code: number; reason: string } | null = null
  #closeTimer: ReturnType<typeof setTimeout> | undefined

  /** Nothing more is read, because the connection is ending. */
  #readAll = false
  /** The parts that have come of an incomplete message, and of an incomplete control frame. */
  #bytes: IncomingBytes | null = null
  #text: IncomingText | null = null
  #size = 0
  #control: Uint8Array<ArrayBuffer>[] = []
  /** How many tasks, and how many bytes of messages, are on their way to the listener. */
  #tasks = 0
  #taskBytes = 0
  #paused = false
  #toldClosed = false

  constructor(listener: Listener, window: Window, maxMessage: number) {
    this.#listener = listener
    this.#window = window
    this.#maxMessage = maxMessage
  }

  // --- opening ---

  /** Waits for the connection. `check` checks the response, and returns the subprotocol. */
  async open(dialing: Promise<{ connection: Connection; check: () => string }>): Promise<void> {
    try {
      const { connection, check } = await dialing
      this.#connection = connection
      connection.broken = (error) => this.#drop({ clean: false, code: ABNORMAL, reason: '', error })
      if (this.#state === OVER) return connection.close()
      await connection.opened
      const protocol = check()
      this.#state = OPEN
      this.#tell(() => this.#listener.opened(protocol))
      this.#read()
    } catch (error) {
      this.#drop({ clean: false, code: ABNORMAL, reason: '', error })
    }
  }

  // --- receiving ---

  /** Stops reading until resume(), so that the other end has to wait. */
  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#read()
  }

  get #mayRead(): boolean {
    if (this.#readAll || (this.#state !== OPEN && this.#state !== CLOSING)) return false
    // once our Close frame is sent, everything is read until the answer comes
    if (this.#closeSent) return true
    return !this.#paused && this.#tasks < this.#window.messages && this.#taskBytes < this.#window.bytes
  }

  #read = (): void => {
    if (this.#connection!.shared.libcurl.callbackDepth > 0) return queueMicrotask(this.#read)
    try {
      while (this.#mayRead) {
        if (this.#receive()) continue
        return this.#connection!.watchReadable(this.#read)
      }
    } catch (error) {
      this.#refuse(PROTOCOL_ERROR, error)
    }
    // not while the connection lingers, because it then watches by itself
    if (this.#state === OPEN || this.#state === CLOSING) this.#connection!.watchReadable(null)
  }

  /** Receives a piece of a frame. Returns whether there was one. @throws CurlError */
  #receive(): boolean {
    const { shared, easy } = this.#connection!
    const { exports, host } = shared.libcurl
    const { room, results } = shared
    const result = exports.curl_ws_recv(easy.pointer, room, ROOM, results, results + 4)
    if (result === CURLE_AGAIN) {
      this.#connection!.blockedReading()
      return false
    }
    if (result === CURLE_GOT_NOTHING) return this.#ended()
    if (result !== CURLE_OK) throw easy.error(result)
    const length = host.memory.u32(results)
    // struct curl_ws_frame: age, flags, offset, bytesleft, len
    const frame = host.memory.u32(results + 4)
    const flags = host.memory.u32(frame + 4)
    const left = host.memory.u32(frame + 16) + host.memory.u32(frame + 20) * 2 ** 32
    if (flags & (CURLWS_TEXT | CURLWS_BINARY)) this.#takeData(length, flags, left)
    else this.#takeControl(shared.take(length), flags, left === 0)
    return true
  }

  /** Handles an end of the connection without a closing handshake. */
  #ended(): boolean {
    const error = this.#closeSent ? undefined : new Error('the connection has ended without a closing handshake')
    this.#endReading(() => this.#drop({ clean: false, code: ABNORMAL, reason: '', error }))
    return true
  }

  /** Stops reading, and calls `then` when the listener has got what came before. */
  #endReading(then: () => void): void {
    this.#readAll = true
    this.#connection!.watchReadable(null)
    this.#tell(then)
  }

  /** Makes the connection fail because of what was received. */
  #refuse(code: number, error: unknown): void {
    this.#endReading(() => this.fail(code, error))
  }

  /** Takes a piece of a data frame, of which `left` more bytes are to come. */
  #takeData(length: number, flags: number, left: number): void {
    const size = this.#size + length + left
    if (size > this.#maxMessage)
      return this.#refuse(
        TOO_BIG,
        new Error(`a message of at least ${size} bytes, where maxMessage is ${this.#maxMessage}`),
      )
    this.#size += length
    const isEnd = left === 0 && !(flags & CURLWS_CONT)
    try {
      if (flags & CURLWS_BINARY) this.#takeBinary(length, isEnd, flags & CURLWS_CONT ? Infinity : left)
      else this.#takeText(length, isEnd)
    } catch (error) {
      // other errors mean that there is no memory, or that a string would be too long
      this.#refuse(error instanceof TypeError ? BAD_DATA : TOO_BIG, error)
    }
  }

  #takeText(length: number, isEnd: boolean): void {
    const { shared } = this.#connection!
    this.#text ??= new IncomingText()
    const piece = shared.libcurl.host.memory.slice(shared.room, length)
    if (isEnd) this.#deliver(this.#text.end(piece))
    else this.#text.push(piece)
  }

  #takeBinary(length: number, isEnd: boolean, toCome: number): void {
    const { shared } = this.#connection!
    if (isEnd && this.#size === length) return this.#deliver(shared.take(length))
    const { memory } = shared.libcurl.host
    this.#bytes ??= new IncomingBytes(memory)
    this.#bytes.push(memory.slice(shared.room, length), toCome)
    if (isEnd) this.#deliver(this.#bytes.take())
  }

  #deliver(data: string | Uint8Array<ArrayBuffer>): void {
    const size = this.#size
    this.#size = 0
    this.#tell(() => this.#listener.message(data), size)
  }

  /** Calls the listener in a task, and reads on when no such task is left. */
  #tell(what: () => void, bytes = 0): void {
    this.#tasks++
    this.#taskBytes += bytes
    soon(() => {
      this.#tasks--
      this.#taskBytes -= bytes
      try {
        what()
      } finally {
        if (this.#tasks === 0 && this.#mayRead) this.#read()
      }
    })
  }

  #takeControl(chunk: Uint8Array<ArrayBuffer>, flags: number, isLast: boolean): void {
    this.#control.push(chunk)
    if (!isLast) return
    const payload = join(
      this.#control,
      this.#control.reduce((size, { length }) => size + length, 0),
    )
    this.#control = []
    if (flags & CURLWS_PING) this.#answerPing(payload)
    else if (flags & CURLWS_CLOSE) this.#takeClose(payload)
  }

  #answerPing(payload: Uint8Array): void {
    if (this.#closeSent) return
    const waiting = this.#controls.last
    if (this.#controls.length >= WAITING_PONGS && !waiting!.begun) waiting!.bytes = payload
    else this.#controls.push(frameOf(CURLWS_PONG, payload))
    this.#flushSoon()
  }

  #takeClose(payload: Uint8Array): void {
    const close = readClose(payload)
    if (typeof close === 'number') return this.#refuse(close, new Error('the Close frame of the server is not valid'))
    this.#closeReceived = close
    this.#endReading(() => this.#answerClose(close, payload))
  }

  #answerClose(close: { code: number; reason: string }, payload: Uint8Array): void {
    if (this.#state === OVER) return
    if (this.#closeSent) return this.#settle()
    this.#listener.closing()
    // queued messages would not be read any more; one that is partly sent has to be finished
    this.#messages.dropWaiting()
    this.#controls.push(frameOf(CURLWS_CLOSE, payload.subarray(0, 2)))
    this.#state = CLOSING
    this.#expectEnd({ clean: false, ...close })
    this.#flushSoon()
  }

  // --- sending ---

  /** Queues a message. `done` is called when it is sent. Once closing, only bufferedAmount grows. */
  send(data: string | Uint8Array | Blob, done?: () => void): void {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data instanceof Blob ? null : data
    this.bufferedAmount += bytes ? bytes.length : (data as Blob).size
    if (this.#state !== OPEN) return
    const flags = typeof data === 'string' ? CURLWS_TEXT : CURLWS_BINARY
    const message = frameOf(flags, bytes, done)
    this.#messages.push(message)
    if (bytes) return this.#flushSoon()
    ;(data as Blob).arrayBuffer().then(
      (buffer) => {
        message.bytes = new Uint8Array(buffer)
        this.#flushSoon()
      },
      (error: unknown) => this.fail(null, error),
    )
  }

  /** Flushes in a microtask: messages sent in one task go out together, and bufferedAmount does not fall meanwhile. */
  #flushSoon(): void {
    if (this.#flushing) return
    this.#flushing = true
    queueMicrotask(this.#flush)
  }

  #flush = (): void => {
    this.#flushing = false
    if (this.#state === OVER || this.#state === CONNECTING) return
    const connection = this.#connection!
    if (connection.shared.libcurl.callbackDepth > 0) return this.#flushSoon()
    try {
      for (let next = this.#next(); next; next = this.#next())
        if (!this.#sendPiece(next)) return connection.watchWritable(this.#flush)
      connection.watchWritable(null)
    } catch (error) {
      this.#broken(error)
    }
  }

  /** Handles an error of sending. What has come is still read, because a Close frame of the other end may say why. */
  #broken(error: unknown): void {
    const close = this.#closeReceived
    if (close || this.#state === FAILING) return this.#drop({ clean: false, code: ABNORMAL, reason: '', ...close })
    try {
      while (!this.#readAll) if (!this.#receive()) break
    } catch {
      // there is nothing more to read
    }
    // if it has come, the attempt to answer it ends the connection
    if (!this.#closeReceived) this.fail(null, error)
  }

  /** The frame to send next: control frames go before messages, but not between the pieces of one. */
  #next(): Outgoing | undefined {
    const message = this.#messages.first
    if (this.#closeSent) return undefined
    const next = message?.begun ? message : (this.#controls.first ?? message)
    return next?.bytes ? next : undefined
  }

  /** Sends a piece of a frame. Returns false if the socket has no room. @throws CurlError */
  #sendPiece(frame: Outgoing): boolean {
    const connection = this.#connection!
    const { shared, easy } = connection
    const { exports, host } = shared.libcurl
    const bytes = frame.bytes!
    const piece = bytes.subarray(frame.sent, frame.sent + PIECE)
    shared.fill(piece)
    frame.begun = true
    const flags = frame.flags | CURLWS_OFFSET
    const result = exports.ws_send(easy.pointer, shared.room, piece.length, shared.results, bytes.length, flags)
    if (result === CURLE_AGAIN) {
      connection.blockedWriting()
      return false
    }
    if (result !== CURLE_OK) throw easy.error(result)
    const sent = host.memory.u32(shared.results)
    frame.sent += sent
    this.#sent += sent
    const isMessage = (frame.flags & (CURLWS_TEXT | CURLWS_BINARY)) !== 0
    if (isMessage) this.bufferedAmount -= sent
    if (frame.sent < bytes.length) return true
    if (this.#messages.first === frame) this.#messages.shift()
    else if (this.#controls.first === frame) this.#controls.shift()
    if (frame.flags & CURLWS_CLOSE) this.#closeIsSent()
    frame.done?.()
    return true
  }

  // --- closing ---

  /** Begins the closing handshake, after what is queued. `payload` is that of the Close frame. */
  close(payload: Uint8Array): void {
    if (this.#state === CONNECTING) return this.abandon(new Error('the WebSocket was closed before it was open'))
    if (this.#state !== OPEN) return
    this.#state = CLOSING
    this.#messages.push(frameOf(CURLWS_CLOSE, payload))
    this.#expectEnd({ clean: false, code: ABNORMAL, reason: '' })
    this.#flushSoon()
  }

  /** Drops the connection if, for CLOSE_MS, the other end neither reads what is queued nor answers. */
  #expectEnd(how: Closed): void {
    clearTimeout(this.#closeTimer)
    const sent = this.#sent
    const late = (): void => (this.#sent > sent ? this.#expectEnd(how) : this.#drop(how))
    this.#closeTimer = setTimeout(late, CLOSE_MS)
  }

  #closeIsSent(): void {
    this.#closeSent = true
    if (this.#state === FAILING) return this.#hangUp()
    if (this.#readAll) return this.#closeReceived ? this.#settle() : undefined
    this.#expectEnd({ clean: false, code: ABNORMAL, reason: '' })
    this.#read()
  }

  /** Both Close frames were sent. Waits for the server to end the connection. */
  #settle(): void {
    const how = { clean: true, ...this.#closeReceived! }
    this.#release()
    void this.#connection!.linger(false).then(() => this.#tellClosed(how))
  }

  /**
   * Fails the connection, and reports that at once. With a `code`, what is queued and a Close frame still go out.
   * https://websockets.spec.whatwg.org/#fail-the-websocket-connection
   */
  fail(code: number | null, error: unknown): void {
    if (this.#state === OVER || this.#state === FAILING) return
    const how = { clean: false, code: ABNORMAL, reason: '', error }
    this.#tellClosed(how)
    if (code === null || this.#closeSent) return this.#hangUp()
    // the application's own Close frame may be queued already
    if (this.#state === OPEN) this.#messages.push(frameOf(CURLWS_CLOSE, framePayload(code)))
    this.#state = FAILING
    this.#readAll = true
    this.#connection!.watchReadable(null)
    this.#expectEnd(how)
    this.#flush()
  }

  /** Ends the connection from this end. Bytes that still come are dropped. */
  #hangUp(): void {
    this.#release()
    void this.#connection!.linger(true)
  }

  /** Ends it at once. */
  #drop(how: Closed): void {
    if (this.#state === OVER) return
    this.#release()
    this.#connection?.close()
    this.#tellClosed(how)
  }

  #tellClosed(how: Closed): void {
    if (this.#toldClosed) return
    this.#toldClosed = true
    this.#tell(() => this.#listener.closed(how))
  }

  #release(): void {
    this.#state = OVER
    clearTimeout(this.#closeTimer)
    this.#messages = new Queue()
    this.#controls = new Queue()
    this.#bytes = null
    this.#text = null
    this.#connection?.watchReadable(null)
    this.#connection?.watchWritable(null)
  }

  /** Cancels the opening. Does nothing once it is open. */
  abandon(error: unknown): void {
    if (this.#state === CONNECTING) this.#drop({ clean: false, code: ABNORMAL, reason: '', error })
  }
}
