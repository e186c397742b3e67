// What a WebSocket receives: reads frames, and joins their pieces to messages and control frames. It parses the bytes
// of the connection itself, because curl_ws_recv copies them once more, and takes a call for each frame.
//
// Messages are delivered in tasks, as in a browser, one in each, so that the application can start to wait for the next
// message before that arrives. Reading stops while too much is on its way to the application. What ends reading is
// reported in a task too, so that the application can answer earlier messages first.
import { join } from '../../shim/bytes.js'
import { soon } from '../../shim/clock.js'
import type { RawConnection } from '../connect/raw-connection.js'
import { wrongType } from '../libcurl/option-values.js'
import { Inflater, type Context } from '../libcurl/permessage-deflate.js'
import { BAD_DATA, PROTOCOL_ERROR, TOO_BIG } from './close-info.js'
import { CLOSE, HeadReader, PING, TEXT } from './frame.js'
import { BinaryMessage, TextMessage, wholeText } from './message.js'

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

const NOTHING = new Uint8Array(0)

export class Incoming {
  readonly #events: IncomingEvents
  readonly #window: Window
  readonly #maxMessage: number
  /** null before the connection is open, and when nothing more is read. */
  #connection: RawConnection | null = null
  /** Bytes that have come, of which those before `#at` are used. While it reads, they are in the shared buffer. */
  #bytes: Uint8Array = NOTHING
  #at = 0
  readonly #head = new HeadReader()
  /** null if messages are not compressed. */
  #inflater: Inflater | null = null
  /** Bytes to come of the frame's payload; -1 in its head. */
  #left = -1
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

  /**
   * Starts to read, and calls `opened` in a task before any message. `context` says how messages are compressed, null
   * if they are not.
   */
  start(connection: RawConnection, context: Context | null, opened: () => void): void {
    this.#connection = connection
    if (context) connection.own((this.#inflater = new Inflater(connection.shared.libcurl, context)))
    this.#head.mayCompress = context !== null
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
    this.#bytes = NOTHING
    this.#at = 0
    this.#binary = null
    this.#text = null
    this.#inflater?.close()
    this.#inflater = null
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
    this.#keep(connection)
  }

  /** Copies the bytes that are not used yet out of the shared buffer. */
  #keep({ shared }: RawConnection): void {
    if (this.#bytes.buffer !== shared.libcurl.host.memory.bytes.buffer) return
    this.#bytes = this.#bytes.slice(this.#at)
    this.#at = 0
  }

  /** Receives a piece of a frame, or of its head. Returns whether there was one. @throws CurlError, Error */
  #receive(connection: RawConnection): boolean {
    if (this.#at === this.#bytes.length) {
      // not kept across a call into the module, because it would be detached if the memory grows
      this.#bytes = NOTHING
      this.#at = 0
      const { shared } = connection
      const length = connection.receiveRoom()
      if (length < 0) return false
      if (length === 0) {
        this.#end()
        return true
      }
      this.#bytes = shared.libcurl.host.memory.slice(shared.room, length)
    }
    if (this.#left < 0) {
      const at = this.#head.read(this.#bytes, this.#at)
      this.#at = at < 0 ? -1 - at : at
      if (at < 0) return true
      this.#left = this.#head.length
      // what is too large is refused once a byte of it has come
      if (this.#left > 0 && at === this.#bytes.length) return true
    }
    const piece = this.#bytes.subarray(this.#at, this.#at + this.#left)
    this.#at += piece.length
    const left = this.#left - piece.length
    this.#left = left === 0 ? -1 : left
    if (this.#head.opcode < CLOSE) this.#takeData(piece, left)
    else this.#takeControl(piece.slice(), left === 0)
    return true
  }

  #end(): void {
    const error = this.#windowless ? undefined : new Error('the connection ended without a closing handshake')
    this.stop(() => this.#events.ended(error))
  }

  // --- messages ---

  /** Takes a piece of a data frame, of which `left` more bytes are to come. */
  #takeData(piece: Uint8Array, left: number): void {
    const { fin, isCompressed } = this.#head
    const isEnd = left === 0 && fin
    // after our Close frame no message is delivered, and without the window they would pile up
    if (isCompressed && this.#windowless) return
    try {
      if (isCompressed) this.#inflate(piece, isEnd)
      else this.#take(piece, isEnd, left, fin ? left : Infinity)
    } catch (error) {
      // other errors mean that there is no memory, or that a string would be too long
      this.refuse(error instanceof TypeError ? BAD_DATA : TOO_BIG, error)
    }
  }

  /** Takes a piece of a compressed message. Stops where that has become too large. */
  #inflate(piece: Uint8Array, isEnd: boolean): void {
    const { shared } = this.#connection!
    const { memory } = shared.libcurl.host
    const inflater = this.#inflater!
    const received = this.#bytes.length
    const isInModule = piece.buffer === memory.bytes.buffer
    if (!isInModule) shared.fill(piece)
    let length = inflater.begin(isInModule ? piece.byteOffset : shared.room, piece.length, isEnd)
    for (let isLast = false; ; length = inflater.next()) {
      isLast = !inflater.isFull(length)
      this.#take(inflater.block(length), isEnd && isLast, 0, isEnd && isLast ? 0 : Infinity)
      if (isLast || !this.#connection) break
    }
    // the inflater may have grown the module's memory
    if (this.#connection && this.#bytes.length !== received) this.#bytes = memory.slice(shared.room, received)
  }

  /** Takes a piece of a message, of which at least `left` and at most `toCome` more bytes follow. */
  #take(piece: Uint8Array, isEnd: boolean, left: number, toCome: number): void {
    const size = this.#size + piece.length + left
    if (size > this.#maxMessage)
      return this.refuse(
        TOO_BIG,
        new Error(`a message has at least ${size} bytes, but maxMessage is ${this.#maxMessage}`),
      )
    this.#size += piece.length
    if (this.#head.opcode === TEXT) this.#takeText(piece, isEnd)
    else this.#takeBinary(piece, isEnd, toCome)
  }

  #takeText(piece: Uint8Array, isEnd: boolean): void {
    if (isEnd && !this.#text) return this.#deliver(wholeText(piece))
    this.#text ??= new TextMessage()
    if (!isEnd) return this.#text.push(piece)
    this.#deliver(this.#text.end(piece))
    this.#text = null
  }

  #takeBinary(piece: Uint8Array, isEnd: boolean, toCome: number): void {
    this.#binary ??= new BinaryMessage(this.#connection!.shared.libcurl.host.memory)
    this.#binary.push(piece, toCome)
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

  #takeControl(piece: Uint8Array<ArrayBuffer>, isEnd: boolean): void {
    this.#control.push(piece)
    if (!isEnd) return
    const payload = join(
      this.#control,
      this.#control.reduce((size, { length }) => size + length, 0),
    )
    this.#control = []
    if (this.#head.opcode === PING) this.#events.ping(payload)
    else if (this.#head.opcode === CLOSE) this.#events.close(payload)
  }
}
