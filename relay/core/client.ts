// One client: a WebSocket, what its limits have counted, and its lines in the log. It counts for its address until the
// last of its sockets is closed, so that a client cannot get around a limit by connecting again.
import type { ClientChannel } from './client-channel.js'
import { Budget, type Visitor } from './limits.js'
import type { Counters, Protocol } from './counters.js'
import type { Log } from './log.js'
import type { Admitting } from './dial.js'
import type { Settings } from './relay-options.js'
import { Refusal, tooManyAttempts } from './refusal.js'
import { CloseReason, closeReasonText } from '../../shim/transports/relay.js'

/** Facts about a stream, for its line in the log. */
export interface StreamRecord {
  protocol: 'tcp' | 'udp'
  host: string
  port: number
  /** The address that was connected to. */
  address?: string
  up: number
  down: number
  /** performance.now() when it began. */
  since: number
}

export function streamRecord(protocol: 'tcp' | 'udp', host: string, port: number): StreamRecord {
  return { protocol, host: clipped(host), port, up: 0, down: 0, since: performance.now() }
}

/** How many characters of a text from outside the log has at most: clients and name servers send what they like. */
const MAX_LOGGED = 255

/** Cuts a text for the log. */
export function clipped(text: string): string {
  return text.slice(0, MAX_LOGGED)
}

/** Reasons that are logged as refusals: the client asked for something that is not allowed or not possible. */
const REFUSALS: ReadonlySet<number> = new Set([CloseReason.INVALID, CloseReason.BLOCKED, CloseReason.THROTTLED])

/** What a client belongs to. */
export interface ClientOwner {
  /** Called once, when the client has disconnected and all its sockets are closed. */
  left(): void
}

export class Client {
  /** Bytes that wait for origins or for the rest of their message, with the cost of holding them. */
  readonly waiting: Budget
  #sockets = 0
  #connected = true

  constructor(
    readonly protocol: Protocol,
    readonly channel: ClientChannel,
    readonly settings: Settings,
    readonly metrics: Counters,
    readonly log: Log,
    readonly visitor: Visitor,
    private readonly owner: ClientOwner,
  ) {
    this.waiting = new Budget(settings.maxBuffered)
  }

  get sockets(): number {
    return this.#sockets
  }

  /** Counts a socket, until socketGone() is called. @throws Refusal @see admitAttempt for the promise */
  admitSocket(): Admitting {
    if (this.#sockets >= this.settings.streams) {
      throw new Refusal(CloseReason.THROTTLED, `more than ${this.settings.streams} streams`)
    }
    const admission = this.admitAttempt()
    this.#sockets++
    return admission
  }

  /**
   * Counts an attempt to connect or to log in. If its address has tried too often in this second, throws a Refusal, or
   * rejects with one if another process has to say so.
   */
  admitAttempt(): Admitting {
    const taken = this.visitor.attempt()
    if (taken === true) return
    if (taken === false) throw tooManyAttempts(this.settings.connectsPerSecond)
    return taken.then((admitted) => {
      if (!admitted) throw tooManyAttempts(this.settings.connectsPerSecond)
    })
  }

  socketGone(): void {
    this.#sockets--
    this.#settle()
  }

  disconnected(): void {
    this.#connected = false
    this.#settle()
  }

  #settle(): void {
    if (!this.#connected && this.#sockets === 0) this.owner.left()
  }

  /** Logs and counts a stream that has ended. @param byClient Whether the client has closed it. */
  streamEnded(record: StreamRecord, reason: number, detail: string, byClient = false): void {
    const { since, ...what } = record
    const refused = !byClient && REFUSALS.has(reason)
    const line = { event: refused ? 'stream refused' : 'stream', ...what, ms: Math.round(performance.now() - since) }
    this.log[refused ? 'warn' : 'info'](
      { ...line, reason: closeReasonText(reason), code: reason, byClient },
      clipped(detail),
    )
    this.metrics.streamEnded(reason, byClient)
  }

  /** Logs and counts a client that was rejected, or closed because of what it did. */
  refused(reason: number, detail: string): void {
    this.log.warn({ event: 'client refused', reason: closeReasonText(reason), code: reason }, clipped(detail))
    this.metrics.refused(closeReasonText(reason))
  }
}
