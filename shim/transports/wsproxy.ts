// wsproxy: one WebSocket for each TCP connection, wss://relay/prefix/host:port, with the bytes as they are. Only our
// own relay says why a connection has ended. With others, refused and unreachable look alike.
import { soon } from '../clock.js'
import { SyntheticNames } from './names.js'
import {
  TransportError,
  type InternetAddress,
  type Stream,
  type StreamEvents,
  type Transport,
  type TransportRecipe,
} from './transport.js'
import { RelayWebSocket, UNREAD_LIMIT, unreadReason, type WebSocketConstructor } from './relay-websocket.js'
import {
  CloseReason,
  errorOf,
  isRefusal,
  MAX_DATA_BYTES,
  relayReason,
  relayRecipe,
  relayUrl,
  wsproxyReason,
} from './relay.js'

export interface WsproxyOptions {
  /** The URL of the relay, without host:port, such as 'wss://relay.example/'. */
  url: string | URL
  /** The platform's by default. */
  WebSocket?: WebSocketConstructor
}

/** The close code of a WebSocket that was closed without one (RFC 6455, section 7.4.1). */
const NO_STATUS = 1005
/** Bytes. When the platform holds more than this, the stream is not writable. */
const BUFFER_MARK = 256 * 1024

/** A page does not learn more: the relay may be gone, not know the host, or not allow the page. */
const UNREACHED = 'the relay cannot be reached, or refused this connection'

class WsproxyStream implements Stream {
  readonly #webSocket: RelayWebSocket
  readonly #events: StreamEvents
  readonly #port: number
  #closed = false
  #opened = false
  #waiting = false
  #paused = false
  #received = 0
  #unread = 0

  constructor(
    url: string,
    private readonly host: string,
    remote: InternetAddress,
    WebSocket: WebSocketConstructor,
    events: StreamEvents,
  ) {
    this.#events = events
    this.#port = remote.port
    this.#webSocket = new RelayWebSocket(url, [], WebSocket, {
      opened: () => {
        this.#opened = true
        events.opened(null, remote)
      },
      message: (bytes) => this.#read(bytes),
      closed: (code, why) => this.#ended(code, why),
    })
  }

  /** The close code of our relay says what has happened. Another relay's may only say that it ended in order. */
  #ended(code: number, why: string): void {
    const reason = wsproxyReason(code)
    if (reason === CloseReason.VOLUNTARY || (code === NO_STATUS && this.#opened)) this.#events.closed()
    else if (reason === null)
      this.#events.failed(
        this.#opened ? 'ECONNRESET' : 'ECONNREFUSED',
        this.#opened
          ? `the relay closed the connection to ${this.host}:${this.#port} with code ${code}`
          : `${UNREACHED}${why && `: ${why}`}`,
      )
    else
      this.#events.failed(
        errorOf(reason) ?? 'ECONNRESET',
        relayReason(reason, this.host, this.#port),
        this.#received === 0 && isRefusal(reason),
      )
  }

  #read(bytes: Uint8Array): void {
    this.#received += bytes.length
    this.#unread += bytes.length
    if (this.#unread > UNREAD_LIMIT && this.#paused) {
      this.close()
      return this.#events.failed('ENOBUFS', unreadReason(this.host, this.#port))
    }
    this.#events.data(bytes)
  }

  get writable(): boolean {
    return this.#webSocket.open && !this.#waiting
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += MAX_DATA_BYTES) this.#webSocket.send(bytes.slice(at, at + MAX_DATA_BYTES))
    if (this.#webSocket.buffered > BUFFER_MARK && !this.#waiting) {
      this.#waiting = true
      soon(this.#look)
    }
  }

  /** Asks again and again, because a WebSocket has no event for it. In a hidden tab a timer would ask once a second. */
  #look = (): void => {
    if (this.#closed) return
    if (this.#webSocket.open && this.#webSocket.buffered > BUFFER_MARK / 2) return soon(this.#look)
    this.#waiting = false
    this.#events.drained()
  }

  /** The protocol cannot end one direction. */
  end(): void {}

  close(): void {
    this.#closed = true
    this.#webSocket.close()
  }

  pause(): void {
    this.#paused = true
    this.#webSocket.pause()
  }

  resume(): void {
    this.#paused = false
    this.#webSocket.resume()
  }

  release(chunk: Uint8Array): void {
    this.#unread -= chunk.length
  }

  attend(waited: boolean): void {
    this.#webSocket.attend(waited)
  }

  setNoDelay(): void {}
  setKeepAlive(): void {}
}

/** How the Worker of blocking calls makes this transport. @throws TypeError for an option that cannot be posted to it */
export function wsproxyRecipe(options: WsproxyOptions): TransportRecipe {
  return relayRecipe('wsproxy', options, ['url'])
}

/** TCP connections through a wsproxy relay, which resolves the names. @throws TypeError if `url` is no ws: or wss: URL */
export function wsproxyTransport(options: WsproxyOptions): Transport {
  const { url, WebSocket = globalThis.WebSocket as WebSocketConstructor } = options
  const relay = relayUrl(url)
  const names = new SyntheticNames()
  return {
    recipe: () => wsproxyRecipe(options),
    connect(remote, local, events) {
      if (remote.family === 'unix' || local) throw new TransportError('EOPNOTSUPP')
      const host = names.hostOf(remote.address)
      const target = new URL(relay)
      target.pathname += `${host.includes(':') ? `[${host}]` : host}:${remote.port}`
      return new WsproxyStream(target.href, host, remote, WebSocket, events)
    },
    resolve: async (name, family) => names.resolve(name, family),
  }
}
