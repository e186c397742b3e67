// WebSocketStream: a WebSocket as two streams of messages, with backpressure in both directions.
// https://websockets.spec.whatwg.org/#the-websocketstream-interface
import type { Shared } from '../connect/shared.js'
import { onAbort } from '../common/signals.js'
import { WebSocketChannel } from './channel.js'
import type { Closed } from './closing.js'
import { NORMAL, closePayload } from './close-info.js'
import { dial, type WebSocketOptions } from './dial.js'
import { checkProtocols, parseUrl, type Negotiated } from './handshake.js'
import { checkMaxMessage } from './incoming.js'
import { bytesOf, clampedShort, defineInterface, domString } from './webidl.js'

/** Code and reason: of close(), and of how the WebSocket was closed. */
export interface WebSocketCloseInfo {
  /** 1000, or between 3000 and 4999; null or undefined for none. */
  closeCode?: number | null
  reason?: string
}

/** @throws DOMException (InvalidAccessError, SyntaxError) */
function readCloseInfo({ closeCode, reason }: WebSocketCloseInfo): { code: number | null; reason: string } {
  const text = reason === undefined ? '' : domString(reason)
  const given = closeCode === undefined || closeCode === null ? null : clampedShort(closeCode)
  return { code: given ?? (text === '' ? null : NORMAL), reason: text }
}

/** Why a WebSocketStream has failed. As the reason of abort() or cancel(), it has the code and reason to close with. */
export interface WebSocketError extends DOMException {
  readonly closeCode: number | null
  readonly reason: string
}

class OurWebSocketError extends DOMException implements WebSocketError {
  #closeCode: number | null
  #reason: string

  constructor(message = '', init: WebSocketCloseInfo = {}) {
    super(message, 'WebSocketError')
    const { code, reason } = readCloseInfo(init)
    closePayload(code, reason)
    this.#closeCode = code
    this.#reason = reason
  }

  get closeCode(): number | null {
    return this.#closeCode
  }

  get reason(): string {
    return this.#reason
  }

  /** Makes one for a connection that has ended, also with codes that close() does not accept. @internal */
  static of({ code, reason, error }: Closed, message: string): WebSocketError {
    const made = new OurWebSocketError(message)
    made.#closeCode = code
    made.#reason = reason
    if (error !== undefined) Object.defineProperty(made, 'cause', { value: error, configurable: true, writable: true })
    return made
  }
}
const ErrorInterface = /* @__PURE__ */ defineInterface('WebSocketError', OurWebSocketError)

export const WebSocketError: {
  /** @throws DOMException (InvalidAccessError, SyntaxError) for a code or reason that close() does not accept */
  new (message?: string, init?: WebSocketCloseInfo): WebSocketError
  readonly prototype: WebSocketError
} = ErrorInterface

/** A message to send. */
export type WebSocketChunk = string | ArrayBuffer | ArrayBufferView

/** What `opened` resolves to. */
export interface WebSocketConnection {
  /** Text as strings, binary messages as bytes. */
  readable: ReadableStream<string | Uint8Array<ArrayBuffer>>
  writable: WritableStream<WebSocketChunk>
  /** The extensions that the server has accepted, as its response names them, such as 'permessage-deflate'. */
  extensions: string
  /** The subprotocol that the server has chosen. */
  protocol: string
}

export interface WebSocketStreamOptions extends WebSocketOptions {
  protocols?: Iterable<string>
  /** Cancels the opening. */
  signal?: AbortSignal
}

/** One message is read ahead. */
const WINDOW = { messages: 1, bytes: Infinity }

export class CurlWebSocketStream {
  readonly #url: URL
  readonly #channel: WebSocketChannel
  readonly #opened: Promise<WebSocketConnection>
  readonly #closed: Promise<WebSocketCloseInfo>
  #resolveOpened!: (connection: WebSocketConnection) => void
  #rejectOpened!: (error: unknown) => void
  #resolveClosed!: (info: WebSocketCloseInfo) => void
  #rejectClosed!: (error: unknown) => void
  #input: ReadableStreamDefaultController<string | Uint8Array<ArrayBuffer>> | null = null
  #output: WritableStreamDefaultController | null = null
  #reading = true
  /** The message that is being sent. */
  #rejectWrite: ((error: unknown) => void) | null = null
  #closing = false
  /** The reason of the signal, if it has cancelled the opening. */
  #aborted: { reason: unknown } | null = null

  /** @internal */
  constructor(share: () => Promise<Shared>, url: string | URL, options: WebSocketStreamOptions) {
    if (typeof options !== 'object' || options === null)
      throw new TypeError('the options of a WebSocketStream are an object')
    const { protocols = [], signal } = options
    if (typeof protocols === 'string') throw new TypeError('protocols takes a list of strings')
    this.#url = parseUrl(url)
    const maxMessage = checkMaxMessage(options.maxMessage)
    this.#opened = new Promise((resolve, reject) => {
      this.#resolveOpened = resolve
      this.#rejectOpened = reject
    })
    this.#closed = new Promise((resolve, reject) => {
      this.#resolveClosed = resolve
      this.#rejectClosed = reject
    })
    this.#opened.catch(() => {})
    this.#closed.catch(() => {})
    const dialing = signal?.aborted
      ? Promise.reject(signal.reason as Error)
      : dial(share, this.#url, checkProtocols(protocols), options)
    const abort = (): void => {
      this.#aborted = { reason: signal!.reason }
      this.#channel.abandon(signal!.reason)
    }
    if (signal?.aborted) this.#aborted = { reason: signal.reason }
    else if (signal) {
      const stopListening = onAbort(signal, abort)
      this.#opened.then(stopListening, stopListening)
    }
    this.#channel = new WebSocketChannel(
      {
        opened: (negotiated) => this.#open(negotiated),
        message: (data) => this.#receive(data),
        closing: () => (this.#closing = true),
        closed: (how) => this.#end(how),
      },
      WINDOW,
      maxMessage,
    )
    void this.#channel.open(dialing)
  }

  get url(): string {
    return this.#url.href
  }

  /** Resolves when the connection is established. Rejects with a WebSocketError, or the signal's reason. */
  get opened(): Promise<WebSocketConnection> {
    return this.#opened
  }

  /** Resolves after a closing handshake, with the server's code and reason. Rejects with a WebSocketError. */
  get closed(): Promise<WebSocketCloseInfo> {
    return this.#closed
  }

  /**
   * Begins the closing handshake, after what has been written.
   * @throws DOMException InvalidAccessError for a code that is neither 1000 nor between 3000 and 4999, SyntaxError for
   * a reason of more than 123 bytes of UTF-8
   */
  close(info: WebSocketCloseInfo = {}): void {
    if (typeof info !== 'object' || info === null) throw new TypeError('close() takes an object')
    const { code, reason } = readCloseInfo(info)
    const payload = closePayload(code, reason)
    this.#closing = true
    this.#channel.close(payload)
  }

  // --- what the channel reports ---

  #open({ protocol, extensions }: Negotiated): void {
    const readable = new ReadableStream<string | Uint8Array<ArrayBuffer>>({
      start: (controller) => void (this.#input = controller),
      pull: () => this.#pull(),
      cancel: (reason) => this.#closeFor(reason),
    })
    const writable = new WritableStream<WebSocketChunk>({
      start: (controller) => {
        this.#output = controller
        // otherwise an aborted stream would wait for its pending write
        controller.signal.addEventListener('abort', () => this.#rejectWrite?.(controller.signal.reason))
      },
      write: (chunk) => this.#write(chunk),
      close: () => this.#closeFor(null),
      abort: (reason) => this.#closeFor(reason),
    })
    this.#resolveOpened({ readable, writable, extensions, protocol })
  }

  #pull(): void {
    if (this.#reading) return
    this.#reading = true
    this.#channel.resume()
  }

  #receive(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#closing) return
    this.#input!.enqueue(data)
    if (this.#input!.desiredSize! > 0) return
    this.#reading = false
    this.#channel.pause()
  }

  #write(chunk: WebSocketChunk): Promise<void> {
    return new Promise((resolve, reject) => {
      const message = bytesOf(chunk) ?? domString(chunk)
      this.#rejectWrite = reject
      this.#channel.send(message, () => {
        this.#rejectWrite = null
        resolve()
      })
    })
  }

  /** Closes because one of the streams was closed, aborted or cancelled. Settles as `closed` does. */
  #closeFor(reason: unknown): Promise<void> {
    const { closeCode, reason: text } = reason instanceof WebSocketError ? reason : { closeCode: null, reason: '' }
    this.#closing = true
    this.#channel.close(closeCode === null ? closePayload(null, '') : closePayload(closeCode, text))
    return this.#closed.then(() => {})
  }

  #end(how: Closed): void {
    const { clean, code, reason, error } = how
    if (!this.#input) return this.#neverOpened(how)
    const incomplete = this.#rejectWrite !== null
    this.#rejectWrite?.(new DOMException('the WebSocket was closed before the message was sent', 'InvalidStateError'))
    if (clean && !incomplete) {
      this.#closeInput()
      this.#output!.error(new DOMException('the WebSocket is closed', 'InvalidStateError'))
      return this.#resolveClosed({ closeCode: code, reason })
    }
    const failure = ErrorInterface.of(
      how,
      incomplete && clean
        ? 'the WebSocket was closed before a message was sent'
        : error instanceof Error
          ? error.message
          : 'the WebSocket was not closed cleanly',
    )
    this.#input.error(failure)
    this.#output!.error(failure)
    this.#rejectClosed(failure)
  }

  /** Closes the readable, which may have been cancelled. */
  #closeInput(): void {
    try {
      this.#input!.close()
    } catch {
      // then it is closed already
    }
  }

  #neverOpened(how: Closed): void {
    const message = how.error instanceof Error ? how.error.message : 'the WebSocket could not be opened'
    const error = this.#aborted ? this.#aborted.reason : ErrorInterface.of(how, message)
    this.#rejectOpened(error)
    this.#rejectClosed(error)
  }
}

/** The class WebSocketStream. */
export interface WebSocketStreamClass {
  /**
   * Connects at once. @throws DOMException (SyntaxError) for an invalid URL or invalid subprotocols
   */
  new (url: string | URL, options?: WebSocketStreamOptions): CurlWebSocketStream
  readonly prototype: CurlWebSocketStream
}

const Interface = /* @__PURE__ */ defineInterface('WebSocketStream', CurlWebSocketStream)

export function makeWebSocketStream(share: () => Promise<Shared>): WebSocketStreamClass {
  return class WebSocketStream extends Interface {
    constructor(url: string | URL, options: WebSocketStreamOptions = {}) {
      if (arguments.length === 0) throw new TypeError('a WebSocketStream needs a URL')
      super(share, url, options)
    }
  }
}
