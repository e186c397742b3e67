// What a WebSocket receives: reads frames with curl_ws_recv, and joins their pieces to messages and control frames.
//
// Messages are delivered in tasks, as in a browser, one in each, so that the application can start to wait for the next
// message before that arrives. Reading stops while too much is on its way to the application. What ends reading is
// reported in a task too, so that the application can answer earlier messages first.
import { join } from '../../shim/bytes.js'
import { soon } from '../../shim/clock.js'
import type { RawConnection } from '../connect/raw-connection.js'
import { ROOM } from '../connect/shared.js'
import {
  CURLE_AGAIN,
  CURLE_GOT_NOTHING,
  CURLE_OK,
  CURLWS_BINARY,
  CURLWS_CLOSE,
  CURLWS_CONT,
  CURLWS_PING,
  CURLWS_TEXT,
} from '../libcurl/constants.gen.js'
import { wrongType } from '../libcurl/option-values.js'
import { frameBytesLeft, frameFlags } from '../libcurl/ws.js'
import { BAD_DATA, PROTOCOL_ERROR, TOO_BIG } from './close-info.js'
import { BinaryMessage, TextMessage } from './message.js'

/** The default for the largest message that is accepted, in bytes. */
const MAX_MESSAGE = 64 * 1024 * 1024

/** The option maxMessage. @throws TypeError */
export function checkMaxMessage(bytes: unknown = MAX_MESSAGE): number {
  if (typeof bytes !== 'number' || !(bytes > 0)) throw wrongType('maxMessage', 'a number of bytes above 0', bytes)
  return bytes
}

/** How much may be on its way to the application before reading stops. Reading goes on when the application has it. */
export interface Window {
  messages: number
  bytes: number
}

/** What is called with what has come. */
export interface IncomingEvents {
  /** Called in a task of its own. */
  message(data: string | Uint8Array<ArrayBuffer>): void
  /** Called at once. */
  ping(payload: Uint8Array): void
  /** Called at once, with the payload of a Close frame. */
  close(payload: Uint8Array): void
  /** The connection has ended without a Close frame: called in a task. `error` is undefined after our Close frame. */
  ended(error: Error | undefined): void
  /** Something invalid or too large has come: called in a task, with the code to fail with. */
  invalid(code: number, error: unknown): void
}

export class Incoming {
  readonly #events: IncomingEvents
  readonly #window: Window
  readonly #maxMessage: number
  /** null before the connection is open, and when nothing more is read. */
  #connection: RawConnection | null = null
  /** The parts that have come of an incomplete message, and of an incomplete control frame. */
  #binary: BinaryMessage | null = null
  #text: TextMessage | null = null
  #size = 0
  #control: Uint8Array<ArrayBuffer>[] = []
  /** How many tasks, and how many bytes of messages, are on their way to the application. */
  #tasks = 0
  #taskBytes = 0
  #paused = false
  #windowless = false

  constructor(events: IncomingEvents, window: Window, maxMessage: number) {
    this.#events = events
    this.#window = window
    this.#maxMessage = maxMessage
  }

  /** Starts to read, and calls `opened` in a task before any message. */
  start(connection: RawConnection, opened: () => void): void {
    this.#connection = connection
    this.#inTask(opened)
    this.#read()
  }

  /** Stops reading until resume(), so that the other end has to wait. */
  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#read()
  }

  /** From now on reads everything at once: after our Close frame, until the answer comes. */
  readWithoutWindow(): void {
    this.#windowless = true
    this.#read()
  }

  /** Reads what has come already. */
  readRest(): void {
    try {
      while (this.#connection) if (!this.#receive(this.#connection)) return
    } catch {
      // there is nothing more to read
    }
  }

  /** Stops reading for good. `then` is called in a task, after the messages that came before. */
  stop(then?: () => void): void {
    this.#connection?.watchReadable(null)
    this.#connection = null
    this.#binary = null
    this.#text = null
    if (then) soon(then)
  }

  /** Stops reading because of what has come, and reports that. */
  refuse(code: number, error: unknown): void {
    this.stop(() => this.#events.invalid(code, error))
  }

  // --- reading ---

  get #mayRead(): boolean {
    if (!this.#connection) return false
    if (this.#windowless) return true
    return !this.#paused && this.#tasks < this.#window.messages && this.#taskBytes < this.#window.bytes
  }

  readonly #read = (): void => {
    const connection = this.#connection
    if (!connection) return
    if (connection.shared.libcurl.callbackDepth > 0) return queueMicrotask(this.#read)
    try {
      while (this.#mayRead) if (!this.#receive(connection)) return connection.watchReadable(this.#read)
    } catch (error) {
      this.refuse(PROTOCOL_ERROR, error)
    }
    // after stop() the connection has no listener of this file
    this.#connection?.watchReadable(null)
  }

  /** Receives a piece of a frame. Returns whether there was one. @throws CurlError */
  #receive(connection: RawConnection): boolean {
    const { shared, easy } = connection
    const { exports, host } = shared.libcurl
    const { room, results } = shared
    const result = exports.curl_ws_recv(easy.pointer, room, ROOM, results, results + 4)
    if (result === CURLE_AGAIN) {
      connection.blockedReading()
      return false
    }
    if (result === CURLE_GOT_NOTHING) {
      this.#end()
      return true
    }
    if (result !== CURLE_OK) throw easy.error(result)
    const length = host.memory.u32(results)
    const frame = host.memory.u32(results + 4)
    const flags = frameFlags(host.memory, frame)
    const left = frameBytesLeft(host.memory, frame)
    if (flags & (CURLWS_TEXT | CURLWS_BINARY)) this.#takeData(connection, length, flags, left)
    else this.#takeControl(shared.take(length), flags, left === 0)
    return true
  }

  #end(): void {
    const error = this.#windowless ? undefined : new Error('the connection ended without a closing handshake')
    this.stop(() => this.#events.ended(error))
  }

  // --- messages ---

  /** Takes a piece of a data frame, of which `left` more bytes are to come. */
  #takeData(connection: RawConnection, length: number, flags: number, left: number): void {
    const size = this.#size + length + left
    if (size > this.#maxMessage)
      return this.refuse(
        TOO_BIG,
        new Error(`a message has at least ${size} bytes, but maxMessage is ${this.#maxMessage}`),
      )
    this.#size += length
    const isEnd = left === 0 && !(flags & CURLWS_CONT)
    try {
      if (flags & CURLWS_BINARY) this.#takeBinary(connection, length, isEnd, flags & CURLWS_CONT ? Infinity : left)
      else this.#takeText(connection, length, isEnd)
    } catch (error) {
      // other errors mean that there is no memory, or that a string would be too long
      this.refuse(error instanceof TypeError ? BAD_DATA : TOO_BIG, error)
    }
  }

  #takeText({ shared }: RawConnection, length: number, isEnd: boolean): void {
    this.#text ??= new TextMessage()
    const piece = shared.libcurl.host.memory.slice(shared.room, length)
    if (isEnd) this.#deliver(this.#text.end(piece))
    else this.#text.push(piece)
  }

  #takeBinary({ shared }: RawConnection, length: number, isEnd: boolean, toCome: number): void {
    if (isEnd && this.#size === length) return this.#deliver(shared.take(length))
    const { memory } = shared.libcurl.host
    this.#binary ??= new BinaryMessage(memory)
    this.#binary.push(memory.slice(shared.room, length), toCome)
    if (isEnd) this.#deliver(this.#binary.take())
  }

  #deliver(data: string | Uint8Array<ArrayBuffer>): void {
    const size = this.#size
    this.#size = 0
    this.#inTask(() => this.#events.message(data), size)
  }

  /** Calls the application in a task, and reads on when no such task is left. */
  #inTask(what: () => void, bytes = 0): void {
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

  // --- control frames ---

  #takeControl(piece: Uint8Array<ArrayBuffer>, flags: number, isEnd: boolean): void {
    this.#control.push(piece)
    if (!isEnd) return
    const payload = join(
      this.#control,
      this.#control.reduce((size, { length }) => size + length, 0),
    )
    this.#control = []
    if (flags & CURLWS_PING) this.#events.ping(payload)
    else if (flags & CURLWS_CLOSE) this.#events.close(payload)
  }
}
