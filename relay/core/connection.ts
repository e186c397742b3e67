// A client that is connected: its WebSocket with the protocol on it. Joins what happens on the WebSocket to what has to
// happen in the session, the channel and the limits.
import { encodeClose } from '../../shim/transports/wisp/protocol.js'
import { CloseReason, closeReasonText, wsproxyCode } from '../../shim/transports/relay.js'
import type { Wanted } from './admission.js'
import { ClientChannel } from './client-channel.js'
import { CloseCode, type ClientSocket, type ClientSocketEvents } from './client-socket.js'
import { Client, clipped, type ClientOwner } from './client.js'
import type { Counters } from './counters.js'
import { TokenBucket, type Visitor, type Visitors } from './limits.js'
import type { Log } from './log.js'
import type { Refusal } from './refusal.js'
import type { Settings } from './relay-options.js'
import { WispSession, type Session } from './wisp.js'
import { WsproxySession } from './wsproxy.js'

/** The shortest and the longest time between two calls of sweep(), in milliseconds. */
const SWEEP_MS = { least: 50, most: 5000 }
/** After this time without a word from a client it is pinged, in milliseconds. */
const PING_MS = 30_000

/** How often sweep() has to be called, in milliseconds. */
export function sweepInterval({ idleTimeout }: Settings): number {
  return Math.min(Math.max(idleTimeout / 4, SWEEP_MS.least), SWEEP_MS.most)
}

/** What a connection belongs to. Connections may share it. */
export interface Surroundings {
  settings: Settings
  counters: Counters
  visitors: Visitors
  /** The WebSocket is closed. */
  closed(connection: Connection): void
  /** The sockets to origins are closed, too. */
  left(connection: Connection): void
}

export class Connection implements ClientSocketEvents, ClientOwner {
  readonly client: Client
  readonly session: Session
  #socket: ClientSocket
  #surroundings: Surroundings
  /** performance.now() when the client last sent anything. */
  #heard = performance.now()
  /** The cost of what the socket holds until a message is complete. */
  #held = 0

  /**
   * @param login Whether the client still has to log in.
   * @param visitor Counts the client, until it has left.
   */
  constructor(
    surroundings: Surroundings,
    socket: ClientSocket,
    wanted: Wanted,
    login: boolean,
    visitor: Visitor,
    log: Log,
  ) {
    const { settings, counters } = surroundings
    this.#socket = socket
    this.#surroundings = surroundings
    const channel = new ClientChannel(socket, visitor.bytes, settings.maxBuffered)
    this.client = new Client(wanted.protocol, channel, settings, counters, log, visitor, this)
    const { client } = this
    this.session =
      wanted.protocol === 'wisp'
        ? new WispSession(client, wanted.version, login)
        : new WsproxySession(client, wanted.target)
    socket.listen(this)
    log.debug({ event: 'client', ...named(wanted) })
  }

  // --- what happens on the WebSocket ---

  message(bytes: Uint8Array, isBinary: boolean): void {
    this.heard()
    this.#charge(0)
    this.session.message(bytes, isBinary)
  }

  heard(): void {
    this.#heard = performance.now()
  }

  ping(payload: Uint8Array): void {
    this.heard()
    this.client.channel.pong(payload)
  }

  held(bytes: number): void {
    this.#charge(bytes)
    if (bytes === 0 || !this.client.waiting.exceeded) return
    if (this.client.channel.open) this.session.exceeded(this.client.waiting.refusal())
    else this.#socket.terminate()
  }

  #charge(bytes: number): void {
    this.client.waiting.charge(bytes - this.#held)
    this.#held = bytes
  }

  invalid(message: string): void {
    this.client.refused(CloseReason.INVALID, message)
  }

  /** From now on nothing is read for the client, however long the connection may take to end. */
  closing(code?: number): void {
    this.client.channel.leave()
    this.session.disconnected(code === undefined || code === CloseCode.NORMAL || code === CloseCode.NO_STATUS)
  }

  closed(code: number): void {
    this.#charge(0)
    this.#surroundings.closed(this)
    this.closing(code)
    this.client.channel.closed()
    this.client.disconnected()
  }

  /** The WebSocket and all sockets to origins are closed. */
  left(): void {
    this.#surroundings.visitors.leave(this.client.visitor)
    this.#surroundings.left(this)
  }

  // --- staying ---

  /** Closes streams on which nothing happens, and a client that shows no sign of life. */
  sweep(now: number): void {
    const { idleTimeout } = this.#surroundings.settings
    const deadline = now - idleTimeout
    this.session.sweep(deadline)
    if (this.#heard <= deadline) this.#socket.terminate()
    else if (this.#heard <= now - Math.min(PING_MS, idleTimeout / 3)) this.client.channel.ping()
  }

  terminate(): void {
    this.#socket.terminate()
  }
}

/** What the log says that a client wants. */
function named(wanted: Wanted): object {
  if (wanted.protocol === 'wisp') return wanted
  const { host, port } = wanted.target
  return { protocol: 'wsproxy', host: clipped(host), port }
}

/**
 * Answers a client that is refused within the protocol, because a page cannot see the status of HTTP. What the client
 * still sends is dropped.
 * @param closed Called when the connection has ended.
 */
export function refuse(
  socket: ClientSocket,
  { protocol }: Wanted,
  { reason }: Refusal,
  settings: Settings,
  closed = (): void => {},
): void {
  const channel = new ClientChannel(socket, new TokenBucket(0), settings.maxBuffered)
  const nothing = (): void => {}
  socket.listen({
    message: nothing,
    heard: nothing,
    ping: nothing,
    held: nothing,
    invalid: nothing,
    closing: nothing,
    closed: () => {
      channel.closed()
      closed()
    },
  })
  if (protocol === 'wisp') channel.send(encodeClose(0, reason))
  channel.close(protocol === 'wisp' ? CloseCode.POLICY_VIOLATION : wsproxyCode(reason), closeReasonText(reason))
}
