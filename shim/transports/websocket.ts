// A WebSocket as the transports here use it: binary messages, in order, with what the platform can do about backpressure.
// @see https://websockets.spec.whatwg.org/

/** The part of the platform's WebSocket that is used. Node's `ws` has pause and resume as well. */
export interface WebSocketLike {
  binaryType: string
  readonly bufferedAmount: number
  readonly readyState: number
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number; reason: string; wasClean: boolean }) => void) | null
  onerror: (() => void) | null
  send(data: Uint8Array): void
  close(code?: number, reason?: string): void
  pause?(): void
  resume?(): void
}

export type WebSocketConstructor = new (url: string, protocols?: string | string[]) => WebSocketLike

export interface ChannelEvents {
  opened(): void
  message(bytes: Uint8Array): void
  /** It could not be made, or has ended. Nothing follows. */
  closed(code: number, reason: string, wasClean: boolean): void
}

const OPEN = 1

/** Bytes that may have arrived on a stream and not been read, where nothing can stop the sender. */
export const UNREAD_LIMIT = 64 * 1024 * 1024

export function unreadReason(host: string, port: number): string {
  return `${UNREAD_LIMIT} bytes of ${host}:${port} were not read, and this relay cannot be told to wait`
}

export class Channel {
  readonly #socket: WebSocketLike
  #closed = false
  #attended = true

  /** Throws SyntaxError for a URL that is none. */
  constructor(url: string, protocols: string[], WebSocket: WebSocketConstructor, events: ChannelEvents) {
    const socket = (this.#socket = protocols.length ? new WebSocket(url, protocols) : new WebSocket(url))
    // `ws` gives what it has read where it lies; the platform's would have to copy that
    socket.binaryType = socket.pause ? 'nodebuffer' : 'arraybuffer'
    socket.onopen = () => {
      this.attend(this.#attended)
      if (!this.#closed) events.opened()
    }
    socket.onmessage = ({ data }) => {
      const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data
      if (this.#closed || !(bytes instanceof Uint8Array)) return // text is for people
      events.message(bytes)
    }
    // an error says nothing in a browser, and an end follows it
    socket.onerror = () => {}
    socket.onclose = ({ code, reason, wasClean }) => {
      if (this.#closed) return
      this.#closed = true
      events.closed(code, reason, wasClean)
    }
  }

  get open(): boolean {
    return !this.#closed && this.#socket.readyState === OPEN
  }

  /** Bytes that have been sent and that the platform still has. */
  get buffered(): number {
    return this.#socket.bufferedAmount
  }

  /** Whether the platform can stop reading. */
  get pausable(): boolean {
    return this.#socket.pause !== undefined
  }

  send(bytes: Uint8Array): void {
    this.#socket.send(bytes)
  }

  pause(): void {
    this.#socket.pause?.()
  }

  resume(): void {
    this.#socket.resume?.()
  }

  /** Ends it; what has been sent is delivered. No event comes afterwards. */
  close(): void {
    this.#closed = true
    // while it is stopped, it does not hear the other end's answer either
    this.#socket.resume?.()
    this.#socket.close(1000)
  }

  /** Whether an event loop may end although this is open. The platform's WebSocket in a page has no say in that. */
  attend(waited: boolean): void {
    this.#attended = waited
    const { _socket: socket } = this.#socket as { _socket?: { ref(): void; unref(): void } }
    if (waited) socket?.ref()
    else socket?.unref()
  }
}
