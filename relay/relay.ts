// The relay as a library: takes WebSocket upgrades of any HTTP server, decides which clients may connect, and keeps
// them until they or it end. Clients share nothing except counters, so any number of relays can run side by side.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Socket } from 'node:net'
import { pino, type Logger } from 'pino'
import type { Registry } from 'prom-client'
import { WebSocketServer, type WebSocket } from 'ws'
import { SUBPROTOCOL, encodeClose } from '../shim/transports/wisp/protocol.js'
import { ClientChannel } from './client-channel.js'
import { Client, clipped } from './client.js'
import { ClientSocket } from './client-socket.js'
import { clientAddress } from './forwarded.js'
import { TokenBucket, Visitors, type Visitor } from './limits.js'
import { Metrics, type Protocol } from './metrics.js'
import { settingsOf, type RelayOptions, type Settings } from './relay-options.js'
import { originAllowed } from './origins.js'
import { Refusal, refusalOf } from './refusal.js'
import { WispSession, type Session } from './wisp.js'
import { WsproxySession, targetOf, type Target } from './wsproxy.js'
import { CloseReason, closeReasonText, wsproxyCode } from '../shim/transports/relay.js'

export { hashPassword } from './auth.js'
export type { RelayOptions } from './relay-options.js'
export type { Resolve } from './resolver.js'

/**
 * Limits for the parts of an unfinished message. ws keeps each fragment, with everything that was read together with
 * it, and each piece of a frame as the network brought it. So there may be few fragments, and pieces must not be too
 * small on average.
 */
const MAX_FRAGMENTS = 64
const LEAST_PIECE = 512

/** The shortest and the longest time between two looks for silent streams and clients, in milliseconds. */
const SWEEP_MS = { least: 50, most: 5000 }
/** After this time without a word from a client it is pinged, in milliseconds. */
const PING_MS = 30_000
/** How often a draining relay looks for clients that have nothing left to do, in milliseconds. */
const RETIRE_MS = 100
/** How long closing may take once all clients are told, in milliseconds. */
const FAREWELL_MS = 2000

export interface Relay {
  /** The listener of an HTTP server's 'upgrade' event. Bound. */
  readonly handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** The registry of prom-client with the relay's counters. */
  readonly metrics: Registry
  /** Whether it has stopped accepting clients. */
  readonly draining: boolean
  /**
   * Accepts no more clients. Closes those without streams, and the others when their last stream has ended, or when
   * `ms` milliseconds are over. Resolves when all are gone.
   */
  drain(ms: number): Promise<void>
  /** Closes everything now. Streams end with an error. Resolves when all are gone. */
  close(): Promise<void>
}

/**
 * @example
 * const relay = createRelay({ origins: ['https://example.org'] })
 * server.on('upgrade', relay.handleUpgrade)
 * @throws RangeError that names the wrong option.
 */
export function createRelay(options: RelayOptions = {}): Relay {
  return new WebSocketRelay(settingsOf(options), options.log ?? pino({ level: 'silent' }))
}

/** A client that is connected. */
interface Entry {
  client: Client
  session: Session
  ws: WebSocket
  /** performance.now() when the client last sent anything. */
  heard: number
}

/** What a request asks for. */
type Wanted = { protocol: 'wisp'; version: 1 | 2 } | { protocol: 'wsproxy'; target: Target }

class WebSocketRelay implements Relay {
  #settings: Settings
  #log: Logger
  #server: WebSocketServer
  #visitors: Visitors
  #metrics: Metrics
  #entries = new Set<Entry>()
  /** All clients, also those that have left while their sockets are closing. */
  #clients = new Set<Client>()
  #count = 0
  #draining = false
  #sweeper: NodeJS.Timeout

  constructor(settings: Settings, log: Logger) {
    this.#settings = settings
    this.#log = log
    this.#visitors = new Visitors(settings)
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      autoPong: false,
      maxPayload: this.#maxMessage,
      maxFragments: MAX_FRAGMENTS,
      maxBufferedChunks: MAX_FRAGMENTS + Math.ceil(this.#maxMessage / LEAST_PIECE),
      closeTimeout: settings.idleTimeout,
      WebSocket: ClientSocket,
      handleProtocols: subprotocolOf,
    } as ConstructorParameters<typeof WebSocketServer>[0])
    const sum = (value: (client: Client) => number): number =>
      [...this.#clients].reduce((total, client) => total + value(client), 0)
    this.#metrics = new Metrics({
      clients: (protocol: Protocol) => [...this.#entries].filter(({ client }) => client.protocol === protocol).length,
      sockets: () => sum((client) => client.sockets),
      buffered: () => sum((client) => client.waiting.used + client.channel.pending),
    })
    const every = Math.min(Math.max(settings.idleTimeout / 4, SWEEP_MS.least), SWEEP_MS.most)
    this.#sweeper = setInterval(() => this.#sweep(), every).unref()
  }

  /** No longer than what may be kept for an origin. */
  get #maxMessage(): number {
    return Math.min(this.#settings.maxMessage, this.#settings.maxBuffered)
  }

  get metrics(): Registry {
    return this.#metrics.registry
  }

  get draining(): boolean {
    return this.#draining
  }

  // --- coming in ---

  readonly handleUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => {})
    this.#upgrade(request, socket, head).catch((error: unknown) => {
      this.#log.error({ event: 'fault', err: error })
      socket.destroy()
    })
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { headers } = request
    const forwarded = headers['x-forwarded-for'] as string | string[] | undefined
    const peer = (socket as Socket).remoteAddress ?? request.socket?.remoteAddress
    const address = clientAddress(peer, forwarded?.toString(), this.#settings.trustedProxies)
    const log = this.#log.child({ client: ++this.#count, from: address })
    const [path = '/', search = ''] = (request.url ?? '/').split('?', 2)
    const wanted = wantedOf(path, headers['sec-websocket-protocol'])
    if (this.#draining) return this.#turnAway(socket, log, 503, 'the relay is shutting down')
    if (!originAllowed(headers.origin, this.#settings.origins)) {
      return this.#turnAway(socket, log, 403, 'this origin may not connect')
    }
    if (!wanted) return this.#turnAway(socket, log, 404, "neither a path that ends in '/' nor /host:port")

    const visitor = this.#visitors.enter(address)
    // until the client is accepted, its socket counts for its address
    const leave = (): void => void (visitor && this.#visitors.leave(visitor))
    socket.once('close', leave)
    let refusal: Refusal | null = null
    let login = false
    try {
      if (!visitor) throw new Refusal(CloseReason.THROTTLED, 'too many clients from this address')
      login = await this.#mustLogIn(request, search, wanted, visitor, log)
    } catch (error) {
      refusal = refusalOf(error)
    }
    if (this.#draining) return this.#turnAway(socket, log, 503, 'the relay is shutting down')
    if (socket.destroyed) return
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      if (refusal || !visitor) return this.#refuse(ws, socket, wanted, refusal!, log)
      socket.off('close', leave)
      this.#enter(ws as ClientSocket, socket, wanted, login, visitor, log)
    })
  }

  /** Whether the client still has to log in, in the handshake of Wisp v2. @throws Refusal */
  async #mustLogIn(
    request: IncomingMessage,
    search: string,
    wanted: Wanted,
    visitor: Visitor,
    log: Logger,
  ): Promise<boolean> {
    const { authenticator } = this.#settings
    if (!authenticator.required) return false
    if (!visitor.connects.tryTake())
      throw new Refusal(CloseReason.THROTTLED, `more than ${visitor.connects.perSecond} attempts a second`)
    const user = await authenticator.request(request, new URLSearchParams(search))
    if (user !== null) {
      log.info({ event: 'login', user })
      return false
    }
    const later = wanted.protocol === 'wisp' && wanted.version === 2
    if (later && (authenticator.hasPasswords || authenticator.hasKeys)) return true
    throw new Refusal(CloseReason.CREDENTIALS_MISSING, closeReasonText(CloseReason.CREDENTIALS_MISSING))
  }

  /** Answers with HTTP, without a WebSocket: the page or the path is wrong, or the relay ends. */
  #turnAway(socket: Duplex, log: Logger, status: number, why: string): void {
    log.warn({ event: 'client refused', status }, why)
    this.#metrics.refused(`HTTP ${status}`)
    const body = `${why}\n`
    socket.end(
      `HTTP/1.1 ${status} ${TEXTS[status]}\r\nConnection: close\r\nContent-Type: text/plain\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      () => socket.destroy(),
    )
  }

  /**
   * Answers within the protocol, because a page cannot see the status of HTTP. What the client still sends is dropped,
   * and no limit counts it.
   */
  #refuse(ws: WebSocket, socket: Duplex, { protocol }: Wanted, { reason, message }: Refusal, log: Logger): void {
    ws.on('error', () => {})
    log.warn({ event: 'client refused', reason: closeReasonText(reason), code: reason }, message)
    this.#metrics.refused(closeReasonText(reason))
    const channel = new ClientChannel(ws, new TokenBucket(0), this.#settings.maxBuffered)
    if (protocol === 'wisp') channel.send(encodeClose(0, reason))
    channel.close(protocol === 'wisp' ? POLICY_VIOLATION : wsproxyCode(reason), closeReasonText(reason))
    socket.removeAllListeners('data').resume()
    socket.end()
  }

  #enter(ws: ClientSocket, socket: Duplex, wanted: Wanted, login: boolean, visitor: Visitor, log: Logger): void {
    const channel = new ClientChannel(ws, visitor.bytes, this.#settings.maxBuffered)
    const client: Client = new Client(wanted.protocol, channel, this.#settings, this.#metrics, log, visitor, () => {
      this.#clients.delete(client)
      this.#visitors.leave(visitor)
    })
    this.#clients.add(client)
    const session =
      wanted.protocol === 'wisp'
        ? new WispSession(client, wanted.version, login)
        : new WsproxySession(client, wanted.target)
    const entry: Entry = { client, session, ws, heard: performance.now() }
    this.#entries.add(entry)
    const heard = (): void => void (entry.heard = performance.now())
    // the cost of what ws holds until a message is complete
    let held = 0
    const charge = (now: number): void => {
      client.waiting.charge(now - held)
      held = now
    }
    ws.on('message', (data, isBinary) => {
      heard()
      charge(0)
      session.message(data as Buffer, isBinary)
    })
    // called for each piece, after ws has handled it
    socket.on('data', () => {
      charge(ws.held)
      if (held === 0 || !client.waiting.exceeded) return
      if (channel.open) session.exceeded(client.waiting.refusal())
      else ws.terminate()
    })
    ws.on('ping', heard)
    ws.on('pong', heard)
    // invalid frames and messages that are too long: ws closes the connection with the code of RFC 6455
    ws.on('error', (error) => client.refused(CloseReason.INVALID, error.message))
    // from now on nothing is read for the client, however long the connection may take to end
    const leave = (code?: number): void => {
      channel.leave()
      session.disconnected(code === undefined || code === NORMAL || code === NO_STATUS)
    }
    ws.on('closing', leave)
    socket.once('end', () => leave(ABNORMAL))
    ws.on('close', (code) => {
      charge(0)
      this.#entries.delete(entry)
      leave(code)
      client.disconnected()
    })
    const target = (target: Target) => ({ protocol: 'wsproxy', host: clipped(target.host), port: target.port })
    log.debug({ event: 'client', ...(wanted.protocol === 'wsproxy' ? target(wanted.target) : wanted) })
  }

  // --- staying ---

  #sweep(): void {
    const now = performance.now()
    const { idleTimeout } = this.#settings
    const deadline = now - idleTimeout
    for (const { session, client, ws, heard } of this.#entries) {
      session.sweep(deadline)
      if (heard <= deadline) ws.terminate()
      else if (heard <= now - Math.min(PING_MS, idleTimeout / 3)) client.channel.ping()
    }
    this.#visitors.sweep()
  }

  // --- the end ---

  async drain(ms: number): Promise<void> {
    this.#draining = true
    const deadline = performance.now() + ms
    for (;;) {
      for (const { session } of this.#entries) if (session.idle) session.shutdown()
      const left = deadline - performance.now()
      if (this.#entries.size === 0 || left <= 0) break
      await delay(Math.min(RETIRE_MS, left))
    }
    for (const { session } of this.#entries) session.shutdown()
    const farewell = performance.now() + FAREWELL_MS
    while (this.#entries.size > 0 && performance.now() < farewell) await delay(RETIRE_MS / 10)
    for (const { ws } of this.#entries) ws.terminate()
    clearInterval(this.#sweeper)
  }

  close(): Promise<void> {
    return this.drain(0)
  }
}

/** WebSocket close codes (RFC 6455 section 7.4.1). */
const NORMAL = 1000
const NO_STATUS = 1005
const ABNORMAL = 1006
const POLICY_VIOLATION = 1008

const TEXTS: Readonly<Record<number, string>> = { 403: 'Forbidden', 404: 'Not Found', 503: 'Service Unavailable' }

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Chooses one of the subprotocols that a client offers: Wisp v2, then 'binary', then its first. False for none. */
function subprotocolOf(offered: Set<string>): string | false {
  for (const one of [SUBPROTOCOL, 'binary']) if (offered.has(one)) return one
  // with 'base64' the client would encode its bytes, and decode ours
  return [...offered].find((one) => one !== 'base64') ?? false
}

function wantedOf(path: string, subprotocol: string | undefined): Wanted | null {
  if (path.endsWith('/')) return { protocol: 'wisp', version: subprotocol === undefined ? 1 : 2 }
  const target = targetOf(path)
  return target && { protocol: 'wsproxy', target }
}
