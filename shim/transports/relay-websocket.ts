// The WebSocket to a relay, as the transports here use it: binary messages, in order, with the backpressure that the
// platform has.
// @see https://websockets.spec.whatwg.org/

/** The part of the platform's WebSocket that is used here. Node's `ws` has pause and resume as well. */
export interface WebSocketLike {
  binaryType: string
  readonly bufferedAmount: number
  readonly readyState: number
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number; reason: string; wasClean: boolean }) => void) | null
  onerror: ((event: { message?: unknown; error?: unknown }) => void) | null
  send(data: Uint8Array): void
  close(code?: number, reason?: string): void
  pause?(): void
  resume?(): void
}

export type WebSocketConstructor = new (url: string, protocols?: string | string[]) => WebSocketLike

export interface RelayWebSocketEvents {
  opened(): void
  message(bytes: Uint8Array): void
  /**
   * The WebSocket could not be opened, or has ended. No event follows. `refused` is true if the platform says why it
   * could not be opened, and the reason is not in what was asked for: nobody is reached, or lets us in.
   */
  closed(code: number, reason: string, wasClean: boolean, refused: boolean): void
}

interface Referenced {
  ref(): void
  unref(): void
}

/** What a WebSocket of `ws` has: its socket, and until it is open the request for it. */
interface OfWs {
  _socket?: Referenced | null
  _req?: { socket: Referenced | null; once(event: 'socket', listener: () => void): void } | null
}

const OPEN = 1

/** How many bytes of a stream may have arrived and not been read, where nothing stops the sender. */
export const UNREAD_LIMIT = 64 * 1024 * 1024

/** @param asked Whether the relay was asked to wait. */
export function unreadReason(host: string, port: number, asked = false): string {
  const why = asked ? 'the relay has sent more than it may' : 'this relay cannot be asked to wait'
  return `${UNREAD_LIMIT} bytes from ${host}:${port} are unread, and ${why}`
}

/** Whether an error of `ws` is one that another subprotocol would not change. Others may drop the connection for it. */
function isRefused(message: string, code: unknown): boolean {
  return /\b(?:response|status):? (?:401|403|407|429|503)\b/.test(message) || (!!code && code !== 'ECONNRESET')
}

export class RelayWebSocket {
  readonly #socket: WebSocketLike
  #closed = false
  #attended = true
  /** Why it could not be opened, or broke, where the platform says so. */
  #error = ''
  #refused = false

  /** Throws SyntaxError if `url` is no URL of a WebSocket. */
  constructor(url: string, protocols: string[], WebSocket: WebSocketConstructor, events: RelayWebSocketEvents) {
    const socket = (this.#socket = protocols.length ? new WebSocket(url, protocols) : new WebSocket(url))
    // as 'nodebuffer', `ws` hands out a message without copying it
    socket.binaryType = socket.pause ? 'nodebuffer' : 'arraybuffer'
    const { _req: request } = socket as OfWs
    request?.once('socket', () => this.attend(this.#attended))
    socket.onopen = () => {
      this.attend(this.#attended)
      if (!this.#closed) events.opened()
    }
    socket.onmessage = ({ data }) => {
      const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data
      if (this.#closed || !(bytes instanceof Uint8Array)) return // text is meant for people
      events.message(bytes)
    }
    // a close event follows. A browser's error event has no details, and Bun's has the URL, which may be secret
    socket.onerror = ({ message, error }) => {
      if (typeof message !== 'string') return
      this.#error = message.replaceAll(url, new URL(url).host)
      this.#refused = isRefused(message, (error as { code?: unknown } | undefined)?.code)
    }
    socket.onclose = ({ code, reason, wasClean }) => {
      if (this.#closed) return
      this.#closed = true
      events.closed(code, reason || this.#error, wasClean, this.#refused)
    }
  }

  get open(): boolean {
    return !this.#closed && this.#socket.readyState === OPEN
  }

  /** Bytes that were sent and that the platform still holds. */
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

  /** Ends it. What was sent is still delivered. No event follows. */
  close(): void {
    this.#closed = true
    // while it is paused, it does not read the other end's answer either
    this.#socket.resume?.()
    this.#socket.close(1000)
  }

  /** Sets whether this keeps the event loop alive. Has an effect only with `ws`. */
  attend(waited: boolean): void {
    this.#attended = waited
    const { _socket, _req } = this.#socket as OfWs
    const socket = _socket ?? _req?.socket
    if (waited) socket?.ref()
    else socket?.unref()
  }
}
