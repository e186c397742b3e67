// The WebSocket interface. https://websockets.spec.whatwg.org/#the-websocket-interface
import type { Shared } from '../connect/shared.js'
import { Channel, type Closed } from './channel.js'
import { clampedShort, closePayload } from './close-info.js'
import { dial, type WebSocketOptions } from './dial.js'
import { CloseEvent, failureEvent, type FailureEvent } from './events.js'
import { checkProtocols, parseUrl } from './handshake.js'

const CONNECTING = 0
const OPEN = 1
const CLOSING = 2
const CLOSED = 3

/** Messages that are read ahead of the tasks which deliver them. */
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

/** What new WebSocket() makes. */
export class CurlWebSocket extends EventTarget {
  static readonly CONNECTING = CONNECTING
  static readonly OPEN = OPEN
  static readonly CLOSING = CLOSING
  static readonly CLOSED = CLOSED
  declare readonly CONNECTING: 0
  declare readonly OPEN: 1
  declare readonly CLOSING: 2
  declare readonly CLOSED: 3

  readonly #url: URL
  readonly #channel: Channel
  #readyState = CONNECTING
  #protocol = ''
  #binaryType: 'blob' | 'arraybuffer' = 'blob'
  readonly #handlers = new Map<EventName, Handler<never>>()

  /** @internal */
  constructor(
    share: () => Promise<Shared>,
    url: string | URL,
    protocols: string | Iterable<string>,
    options: WebSocketOptions,
  ) {
    super()
    this.#url = parseUrl(url)
    const dialing = dial(share, this.#url, checkProtocols(protocols), options)
    this.#channel = new Channel(
      {
        opened: (protocol) => this.#opened(protocol),
        message: (data) => this.#receive(data),
        closing: () => (this.#readyState = Math.max(this.#readyState, CLOSING)),
        closed: (how) => this.#closed(how),
      },
      WINDOW,
    )
    void this.#channel.open(dialing)
  }

  /** As it was parsed. */
  get url(): string {
    return this.#url.href
  }

  /** CONNECTING (0), OPEN (1), CLOSING (2) or CLOSED (3). */
  get readyState(): number {
    return this.#readyState
  }

  /** Bytes of messages, text as UTF-8, that have not been given to the network. Those that never will be stay in it. */
  get bufferedAmount(): number {
    return this.#channel.bufferedAmount
  }

  /** None is supported. */
  get extensions(): string {
    return ''
  }

  /** The subprotocol that the server has chosen. */
  get protocol(): string {
    return this.#protocol
  }

  /** What binary messages come as. */
  get binaryType(): 'blob' | 'arraybuffer' {
    return this.#binaryType
  }
  set binaryType(type: 'blob' | 'arraybuffer') {
    // as WebIDL has it, other values change nothing
    if (type === 'blob' || type === 'arraybuffer') this.#binaryType = type
  }

  /**
   * Sends a message: a string as text, bytes and Blobs as binary. @throws DOMException (InvalidStateError) while it is
   * connecting. Once it is closing, nothing is sent, and bufferedAmount grows.
   */
  send(data: string | ArrayBufferLike | ArrayBufferView | Blob): void {
    if (arguments.length === 0) throw new TypeError('send() takes a message')
    if (this.#readyState === CONNECTING) throw new DOMException('the WebSocket is not open yet', 'InvalidStateError')
    if (data instanceof Blob) this.#channel.send(data)
    else if (ArrayBuffer.isView(data))
      this.#channel.send(new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice())
    else if (data instanceof ArrayBuffer) this.#channel.send(new Uint8Array(data).slice())
    else this.#channel.send(String(data))
  }

  /**
   * Begins the closing handshake, after what has been sent; while it is connecting, the attempt fails. @throws
   * DOMException: InvalidAccessError for a code that is neither 1000 nor between 3000 and 4999, SyntaxError for a reason
   * of more than 123 bytes of UTF-8
   */
  close(code?: number, reason?: string): void {
    const given = code === undefined ? null : clampedShort(code)
    // a reason needs a code on the wire
    const payload = closePayload(given, String(reason ?? ''))
    if (this.#readyState >= CLOSING) return
    this.#readyState = CLOSING
    this.#channel.close(payload)
  }

  // --- what the channel tells ---

  #opened(protocol: string): void {
    // it may have been closed while this was on its way
    if (this.#readyState !== CONNECTING) return
    this.#readyState = OPEN
    this.#protocol = protocol
    this.dispatchEvent(new Event('open'))
  }

  #receive(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#readyState !== OPEN) return
    const value = typeof data === 'string' ? data : this.#binaryType === 'blob' ? new Blob([data]) : data.buffer
    this.dispatchEvent(new MessageEvent('message', { data: value, origin: this.#url.origin }))
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

  /** A handler takes its place among the listeners when it is first set. https://html.spec.whatwg.org/#event-handlers */
  #setHandler<N extends EventName>(name: N, handler: Handler<N>): void {
    if (!this.#handlers.has(name))
      super.addEventListener(name, (event) => this.#handler(name)?.call(this, event as never))
    this.#handlers.set(name, typeof handler === 'function' ? handler : null)
  }

  override addEventListener<N extends EventName>(
    type: N,
    listener: ((event: WebSocketEvents[N]) => unknown) | EventListenerObject | null,
    options?: AddEventListenerOptions | boolean,
  ): void
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: AddEventListenerOptions | boolean,
  ): void
  override addEventListener(...args: [never, never, never?]): void {
    super.addEventListener(...args)
  }
}

for (const [name, value] of Object.entries({ CONNECTING, OPEN, CLOSING, CLOSED }))
  Object.defineProperty(CurlWebSocket.prototype, name, { value, enumerable: true })
Object.defineProperty(CurlWebSocket.prototype, Symbol.toStringTag, { value: 'WebSocket', configurable: true })

/** The class WebSocket. */
export interface WebSocketClass {
  /**
   * Connects at once. `url` begins with ws: or wss:, or http: or https: for the same; in pages it may be relative.
   * `options` are beyond the standard. @throws DOMException (SyntaxError) for a URL, or subprotocols, that cannot be
   */
  new (url: string | URL, protocols?: string | Iterable<string>, options?: WebSocketOptions): CurlWebSocket
  readonly prototype: CurlWebSocket
  readonly CONNECTING: 0
  readonly OPEN: 1
  readonly CLOSING: 2
  readonly CLOSED: 3
}

export function makeWebSocket(share: () => Promise<Shared>): WebSocketClass {
  return class WebSocket extends CurlWebSocket {
    constructor(url: string | URL, protocols: string | Iterable<string> = [], options: WebSocketOptions = {}) {
      if (arguments.length === 0) throw new TypeError('a WebSocket takes a URL')
      super(share, url, protocols, options)
    }
  }
}
