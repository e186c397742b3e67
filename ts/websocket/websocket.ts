// The WebSocket interface. https://websockets.spec.whatwg.org/#the-websocket-interface
import type { EventListener, EventListenerOptions } from '../../shim/platform.js'
import type { Shared } from '../connect/shared.js'
import { WebSocketChannel } from './channel.js'
import type { Closed } from './closing.js'
import { closePayload } from './close-info.js'
import { dial, type WebSocketOptions } from './dial.js'
import { CloseEvent, callsHandlers, failureEvent, type FailureEvent } from './events.js'
import { checkProtocols, parseUrl, type Negotiated } from './handshake.js'
import { checkMaxMessage } from './incoming.js'
import { bytesOf, clampedShort, defineInterface, domString } from './webidl.js'

const CONNECTING = 0
const OPEN = 1
const CLOSING = 2
const CLOSED = 3

/** How much is read ahead of the tasks that deliver messages. */
const WINDOW = { messages: 64, bytes: 1024 * 1024 }

/** The events of a WebSocket by their names. */
export interface WebSocketEvents {
  open: Event
  message: MessageEvent
  error: FailureEvent
  close: CloseEvent
}

type EventName = keyof WebSocketEvents
type Handler<N extends EventName> = ((event: WebSocketEvents[N]) => unknown) | null

/** An instance of WebSocket. */
export interface CurlWebSocket extends EventTarget {
  readonly CONNECTING: 0
  readonly OPEN: 1
  readonly CLOSING: 2
  readonly CLOSED: 3
  /** The parsed URL. */
  readonly url: string
  /** CONNECTING (0), OPEN (1), CLOSING (2) or CLOSED (3). */
  readonly readyState: number
  /** Bytes of messages, text as UTF-8, that are not sent yet. Those that never will be stay included. */
  readonly bufferedAmount: number
  /** The extensions that the server has accepted, as its response names them, such as 'permessage-deflate'. */
  readonly extensions: string
  /** The subprotocol that the server has chosen. */
  readonly protocol: string
  /** The type of the data of binary messages. */
  binaryType: 'blob' | 'arraybuffer'
  onopen: Handler<'open'>
  onmessage: Handler<'message'>
  onerror: Handler<'error'>
  onclose: Handler<'close'>

  /**
   * Sends a message: a string as text, bytes and Blobs as binary. Once it is closing, nothing is sent, and
   * bufferedAmount grows.
   * @throws DOMException (InvalidStateError) while it is connecting
   */
  send(data: string | ArrayBuffer | ArrayBufferView | Blob): void

  /**
   * Begins the closing handshake, after what has been sent; while it is connecting, cancels that.
   * @throws DOMException InvalidAccessError for a code that is neither 1000 nor between 3000 and 4999, SyntaxError for
   * a reason of more than 123 bytes of UTF-8
   */
  close(code?: number, reason?: string): void

  addEventListener<N extends EventName>(
    type: N,
    listener: EventListener<WebSocketEvents[N]>,
    options?: EventListenerOptions | boolean,
  ): void
  addEventListener(type: string, listener: EventListener, options?: EventListenerOptions | boolean): void
}

/** The class WebSocket. */
export interface WebSocketClass {
  /**
   * Connects at once. `url` begins with ws: or wss:, or http: or https: for the same; in pages it may be relative.
   * `options` are beyond the standard. @throws DOMException (SyntaxError) for an invalid URL or invalid subprotocols
   */
  new (url: string | URL, protocols?: string | Iterable<string>, options?: WebSocketOptions): CurlWebSocket
  readonly prototype: CurlWebSocket
  readonly CONNECTING: 0
  readonly OPEN: 1
  readonly CLOSING: 2
  readonly CLOSED: 3
}

/** Makes the class for an entry. It extends EventTarget directly, as the standard says. */
export function makeWebSocket(share: () => Promise<Shared>): WebSocketClass {
  class WebSocket extends EventTarget {
    readonly #url: URL
    readonly #origin: string
    readonly #channel: WebSocketChannel
    #readyState = CONNECTING
    #protocol = ''
    #extensions = ''
    #binaryType: 'blob' | 'arraybuffer' = 'blob'
    readonly #handlers = new Map<EventName, Handler<never>>()

    constructor(url: string | URL, protocols: string | Iterable<string> = [], options: WebSocketOptions = {}) {
      if (arguments.length === 0) throw new TypeError('a WebSocket needs a URL')
      super()
      this.#url = parseUrl(url)
      this.#origin = this.#url.origin
      const names = checkProtocols(protocols)
      const maxMessage = checkMaxMessage(options.maxMessage)
      const dialing = dial(share, this.#url, names, options)
      this.#channel = new WebSocketChannel(
        {
          opened: (negotiated) => this.#opened(negotiated),
          message: (data) => this.#receive(data),
          closing: () => (this.#readyState = Math.max(this.#readyState, CLOSING)),
          closed: (how) => this.#closed(how),
        },
        WINDOW,
        maxMessage,
      )
      void this.#channel.open(dialing)
    }

    get url(): string {
      return this.#url.href
    }

    get readyState(): number {
      return this.#readyState
    }

    get bufferedAmount(): number {
      return this.#channel.bufferedAmount
    }

    get extensions(): string {
      return this.#extensions
    }

    get protocol(): string {
      return this.#protocol
    }

    get binaryType(): 'blob' | 'arraybuffer' {
      return this.#binaryType
    }
    set binaryType(type: 'blob' | 'arraybuffer') {
      const value = domString(type)
      // in WebIDL, other values of an enumeration are ignored
      this.#binaryType = value === 'blob' || value === 'arraybuffer' ? value : this.#binaryType
    }

    send(data: string | ArrayBuffer | ArrayBufferView | Blob): void {
      const channel = this.#channel
      if (arguments.length === 0) throw new TypeError('send() needs a message')
      const message = data instanceof Blob ? data : (bytesOf(data) ?? domString(data))
      if (this.#readyState === CONNECTING) throw new DOMException('the WebSocket is not open yet', 'InvalidStateError')
      channel.send(message)
    }

    close(code: number | undefined = undefined, reason: string | undefined = undefined): void {
      const channel = this.#channel
      const given = code === undefined ? null : clampedShort(code)
      // without a code, the reason is checked but not sent
      const payload = closePayload(given, reason === undefined ? '' : domString(reason))
      if (this.#readyState >= CLOSING) return
      this.#readyState = CLOSING
      channel.close(payload)
    }

    // --- what the channel reports ---

    #opened({ protocol, extensions }: Negotiated): void {
      // close() may have been called before this task ran
      if (this.#readyState !== CONNECTING) return
      this.#readyState = OPEN
      this.#protocol = protocol
      this.#extensions = extensions
      this.dispatchEvent(new Event('open'))
    }

    #receive(data: string | Uint8Array<ArrayBuffer>): void {
      if (this.#readyState !== OPEN) return
      const value = typeof data === 'string' ? data : this.#binaryType === 'blob' ? new Blob([data]) : data.buffer
      this.dispatchEvent(new MessageEvent('message', { data: value, origin: this.#origin }))
    }

    #closed({ clean, code, reason, error }: Closed): void {
      this.#readyState = CLOSED
      if (error !== undefined) this.dispatchEvent(failureEvent(error))
      this.dispatchEvent(new CloseEvent('close', { wasClean: clean, code, reason }))
    }

    // --- handlers ---

    get onopen(): Handler<'open'> {
      return this.#handler('open')
    }
    set onopen(handler: Handler<'open'>) {
      this.#setHandler('open', handler)
    }
    get onmessage(): Handler<'message'> {
      return this.#handler('message')
    }
    set onmessage(handler: Handler<'message'>) {
      this.#setHandler('message', handler)
    }
    get onerror(): Handler<'error'> {
      return this.#handler('error')
    }
    set onerror(handler: Handler<'error'>) {
      this.#setHandler('error', handler)
    }
    get onclose(): Handler<'close'> {
      return this.#handler('close')
    }
    set onclose(handler: Handler<'close'>) {
      this.#setHandler('close', handler)
    }

    #handler<N extends EventName>(name: N): Handler<N> {
      return (this.#handlers.get(name) ?? null) as Handler<N>
    }

    /**
     * A handler takes its place among the listeners when it is first set. https://html.spec.whatwg.org/#event-handlers
     */
    #setHandler<N extends EventName>(name: N, handler: Handler<N>): void {
      if (!this.#handlers.has(name) && !callsHandlers())
        this.addEventListener(name, (event) => this.#handler(name)?.call(this, event as never))
      this.#handlers.set(name, typeof handler === 'function' ? handler : null)
    }
  }
  const made = /* @__PURE__ */ defineInterface('WebSocket', WebSocket, { CONNECTING, OPEN, CLOSING, CLOSED })
  return made as unknown as WebSocketClass
}
