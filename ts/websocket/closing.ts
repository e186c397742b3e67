// How a WebSocket ends: by the closing handshake, by a failure, or because its connection is lost. RFC 6455 section 7
//
// It is connecting, open, closing (one end has begun the closing handshake), failing (nothing is read any more, and
// what is queued goes out before our Close frame), then over.
import { soon } from '../../shim/clock.js'
import type { RawConnection } from '../connect/raw-connection.js'
import { ABNORMAL, framePayload, readClose } from './close-info.js'
import type { Incoming } from './incoming.js'
import type { Outgoing } from './outgoing.js'

/** How long a closing connection waits for the other end to read what is queued, and to answer. In milliseconds. */
const CLOSE_MS = 10_000
/** How often it looks in that time. What was read before the last look does not prolong it. */
const LOOKS = 4

/** How the connection ended. */
export interface Closed {
  /** Whether there was a closing handshake. */
  clean: boolean
  code: number
  reason: string
  /** Why it failed. */
  error?: unknown
}

function abnormal(error?: unknown): Closed {
  return { clean: false, code: ABNORMAL, reason: '', error }
}

/** What is called. */
export interface ClosingEvents {
  /** The other end has begun the closing handshake. */
  closing(): void
  /** Called last, in a task. */
  closed(how: Closed): void
}

const CONNECTING = 'connecting'
const OPEN = 'open'
const CLOSING = 'closing'
const FAILING = 'failing'
const OVER = 'over'

export class Closing {
  readonly #events: ClosingEvents
  readonly #incoming: Incoming
  readonly #outgoing: Outgoing
  #state: typeof CONNECTING | typeof OPEN | typeof CLOSING | typeof FAILING | typeof OVER = CONNECTING
  #connection: RawConnection | null = null
  /** The server's Close frame. */
  #received: { code: number; reason: string } | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #reported = false

  constructor(events: ClosingEvents, incoming: Incoming, outgoing: Outgoing) {
    this.#events = events
    this.#incoming = incoming
    this.#outgoing = outgoing
  }

  /** Owns a connection while it is being established. Closes it and returns false if all is over already. */
  connecting(connection: RawConnection): boolean {
    this.#connection = connection
    connection.onBroken((error) => this.lose(error))
    if (this.#state !== OVER) return true
    connection.close()
    return false
  }

  opened(): void {
    this.#state = OPEN
  }

  // --- the closing handshake ---

  /** Begins the closing handshake, after what is queued. `payload` is that of the Close frame. */
  close(payload: Uint8Array): void {
    if (this.#state === CONNECTING) return this.lose(new Error('the WebSocket was closed before it was open'))
    if (this.#state !== OPEN) return
    this.#state = CLOSING
    this.#outgoing.close(payload)
    this.#expectEnd(abnormal())
  }

  /** Takes the server's Close frame. */
  received(payload: Uint8Array): void {
    const close = readClose(payload)
    if (typeof close === 'number')
      return this.#incoming.refuse(close, new Error('the Close frame of the server is invalid'))
    this.#received = close
    this.#incoming.stop(() => this.#answer(close, payload))
  }

  #answer(close: { code: number; reason: string }, payload: Uint8Array): void {
    if (this.#state === OVER) return
    if (this.#outgoing.closeSent) return this.#settle()
    this.#events.closing()
    this.#state = CLOSING
    this.#outgoing.answerClose(payload.subarray(0, 2))
    this.#expectEnd({ clean: false, ...close })
  }

  /** Our Close frame was sent. */
  sent(): void {
    if (this.#state === FAILING) return this.#hangUp()
    if (this.#received) return this.#settle()
    this.#expectEnd(abnormal())
    this.#incoming.readWithoutWindow()
  }

  /** Both Close frames were sent. Waits for the server to end the connection. */
  #settle(): void {
    const how = { clean: true, ...this.#received! }
    this.#release()
    void this.#connection!.linger(false).then(() => this.#report(how))
  }

  /** Drops the connection if, for CLOSE_MS, the other end neither reads what is queued nor answers. */
  #expectEnd(how: Closed, looks = LOOKS): void {
    clearTimeout(this.#timer)
    const { sent } = this.#outgoing
    const look = (): void => {
      if (this.#outgoing.sent > sent) this.#expectEnd(how)
      else if (looks > 1) this.#expectEnd(how, looks - 1)
      else this.#drop(how)
    }
    this.#timer = setTimeout(look, CLOSE_MS / LOOKS)
  }

  // --- failing ---

  /**
   * Fails the connection, and reports that at once. With a `code`, what is queued and a Close frame still go out.
   * https://websockets.spec.whatwg.org/#fail-the-websocket-connection
   */
  fail(code: number | null, error: unknown): void {
    if (this.#state === OVER || this.#state === FAILING) return
    const how = abnormal(error)
    this.#report(how)
    if (code === null || this.#outgoing.closeSent) return this.#hangUp()
    this.#state = FAILING
    this.#incoming.stop()
    this.#outgoing.close(framePayload(code))
    this.#expectEnd(how)
  }

  /** Handles an error of sending. What has come is still read, because a Close frame of the other end may say why. */
  broken(error: unknown): void {
    if (this.#received || this.#state === FAILING) return this.#drop({ ...abnormal(), ...this.#received })
    this.#incoming.readRest()
    // if it has come, the attempt to answer it ends the connection
    if (!this.#received) this.fail(null, error)
  }

  /** The connection is lost, or could not be made. */
  lose(error: unknown): void {
    this.#drop(abnormal(error))
  }

  /** Cancels the opening. Does nothing once it is open. */
  abandon(error: unknown): void {
    if (this.#state === CONNECTING) this.lose(error)
  }

  // --- the end ---

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
    this.#report(how)
  }

  #release(): void {
    this.#state = OVER
    clearTimeout(this.#timer)
    this.#incoming.stop()
    this.#outgoing.stop()
  }

  #report(how: Closed): void {
    if (this.#reported) return
    this.#reported = true
    soon(() => this.#events.closed(how))
  }
}
