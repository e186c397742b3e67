// A WebSocket connection, used by both interfaces: joins what it receives (incoming.ts), what it sends (outgoing.ts)
// and how it ends (closing.ts). https://websockets.spec.whatwg.org/, RFC 6455
//
// It uses CONNECT_ONLY and not WRITEFUNCTION, because a transfer waits only for bytes to read: libcurl would not report
// when a queued message can be sent, and a pause would leave frames in its buffers.
import type { RawConnection } from '../connect/raw-connection.js'
import { Closing, type ClosingEvents } from './closing.js'
import type { Negotiated } from './handshake.js'
import { Incoming, type Window } from './incoming.js'
import { Outgoing } from './outgoing.js'

/** What the channel calls, each time in a task of its own. */
export interface Listener extends ClosingEvents {
  opened(negotiated: Negotiated): void
  message(data: string | Uint8Array<ArrayBuffer>): void
}

export class WebSocketChannel {
  readonly #listener: Listener
  readonly #incoming: Incoming
  readonly #outgoing: Outgoing
  readonly #closing: Closing

  constructor(listener: Listener, window: Window, maxMessage: number) {
    this.#listener = listener
    this.#incoming = new Incoming(
      {
        message: (data) => listener.message(data),
        ping: (payload) => this.#outgoing.pong(payload),
        close: (payload) => this.#closing.received(payload),
        ended: (error) => this.#closing.lose(error),
        invalid: (code, error) => this.#closing.fail(code, error),
      },
      window,
      maxMessage,
    )
    this.#outgoing = new Outgoing({
      closeSent: () => this.#closing.sent(),
      broken: (error) => this.#closing.broken(error),
      unreadable: (error) => this.#closing.fail(null, error),
    })
    this.#closing = new Closing(listener, this.#incoming, this.#outgoing)
  }

  /** Waits for the connection. `check` checks the response. */
  async open(dialing: Promise<{ connection: RawConnection; check: () => Negotiated }>): Promise<void> {
    try {
      const { connection, check } = await dialing
      if (!this.#closing.connecting(connection)) return
      await connection.opened
      const negotiated = check()
      const { deflate } = negotiated
      this.#closing.opened()
      this.#outgoing.start(connection, deflate?.client ?? null)
      this.#incoming.start(connection, deflate?.server ?? null, () => this.#listener.opened(negotiated))
    } catch (error) {
      this.#closing.lose(error)
    }
  }

  /** Cancels the opening. Does nothing once it is open. */
  abandon(error: unknown): void {
    this.#closing.abandon(error)
  }

  /** Stops reading until resume(), so that the other end has to wait. */
  pause(): void {
    this.#incoming.pause()
  }

  resume(): void {
    this.#incoming.resume()
  }

  /** Sends a message. `done` is called when it is sent. Once closing, only bufferedAmount grows. Keeps no bytes of it. */
  send(data: string | Uint8Array | Blob, done?: () => void): void {
    this.#outgoing.send(data, done)
  }

  /** Bytes of messages that are not sent yet, including those that never will be. */
  get bufferedAmount(): number {
    return this.#outgoing.bufferedAmount
  }

  /** Begins the closing handshake, after what is queued. `payload` is that of the Close frame. */
  close(payload: Uint8Array): void {
    this.#closing.close(payload)
  }
}
