// The relay on Node: takes WebSocket upgrades of any HTTP server, decides which clients may connect, and keeps them until
// they or it end. Clients share nothing except counters, so any number of relays can run side by side.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Socket } from 'node:net'
import type { Registry } from 'prom-client'
import { WebSocketServer } from 'ws'
import { Admission, subprotocolOf, type Answer, type Asked, type Wanted } from '../core/admission.js'
import type { Client } from '../core/client.js'
import { Connection, refuse, sweepInterval, type Surroundings } from '../core/connection.js'
import type { Protocol } from '../core/counters.js'
import type { Visitor, Visitors } from '../core/limits.js'
import type { Log } from '../core/log.js'
import type { Refusal } from '../core/refusal.js'
import { NodeClientSocket, RelayWebSocket } from './client-socket.js'
import { clientAddress } from './forwarded.js'
import { Metrics } from './metrics.js'
import { unmaskFast } from './receiver.js'
import type { NodeSettings } from './relay-options.js'

/**
 * Limits for the parts of an unfinished message. ws keeps each fragment, with everything that was read together with
 * it, and each piece of a frame as the network brought it. So there may be few fragments, and pieces must not be too
 * small on average.
 */
const MAX_FRAGMENTS = 64
const LEAST_PIECE = 512

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

export class WebSocketRelay implements Relay {
  #settings: NodeSettings
  #log: Log
  #server: WebSocketServer
  #admission: Admission
  #visitors: Visitors
  #metrics: Metrics
  #surroundings: Surroundings
  #connections = new Set<Connection>()
  /** All clients, also those that have left while their sockets are closing. */
  #clients = new Set<Client>()
  #draining = false
  /** The header Server-Timing for the client that is being accepted. */
  #timing = ''
  #sweeper: NodeJS.Timeout

  /** @param visitors Counts for the limits per address. */
  constructor(settings: NodeSettings, log: Log, visitors: Visitors) {
    this.#settings = settings
    this.#visitors = visitors
    this.#log = log
    const maxMessage = Math.min(settings.maxMessage, settings.maxBuffered)
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      autoPong: false,
      maxPayload: maxMessage,
      maxFragments: MAX_FRAGMENTS,
      maxBufferedChunks: MAX_FRAGMENTS + Math.ceil(maxMessage / LEAST_PIECE),
      closeTimeout: settings.idleTimeout,
      WebSocket: RelayWebSocket,
      handleProtocols: (offered) => subprotocolOf([...offered]) ?? false,
    } as ConstructorParameters<typeof WebSocketServer>[0])
    this.#server.on('headers', (headers) => {
      if (this.#timing) headers.push(this.#timing)
    })
    const sum = (value: (client: Client) => number): number =>
      [...this.#clients].reduce((total, client) => total + value(client), 0)
    this.#metrics = new Metrics({
      clients: (protocol: Protocol) =>
        [...this.#connections].filter(({ client }) => client.protocol === protocol).length,
      sockets: () => sum((client) => client.sockets),
      buffered: () => sum((client) => client.waiting.used + client.channel.pending),
    })
    this.#admission = new Admission(settings, this.#metrics)
    this.#surroundings = {
      settings,
      counters: this.#metrics,
      visitors,
      closed: (connection) => void this.#connections.delete(connection),
      left: ({ client }) => void this.#clients.delete(client),
    }
    this.#sweeper = setInterval(() => this.#sweep(), sweepInterval(settings)).unref()
  }

  get metrics(): Registry {
    return this.#metrics.registry
  }

  get draining(): boolean {
    return this.#draining
  }

  // --- coming in ---

  readonly handleUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', ignore) // until ws has a listener
    this.#upgrade(request, socket, head).catch((error: unknown) => {
      this.#log.error({ event: 'fault', err: error })
      socket.destroy()
    })
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const since = performance.now()
    const { headers } = request
    const forwarded = headers['x-forwarded-for'] as string | string[] | undefined
    const peer = (socket as Socket).remoteAddress ?? request.socket?.remoteAddress
    const address = clientAddress(peer, forwarded?.toString(), this.#settings.trustedProxies)
    const log = this.#admission.logOf(address, this.#log)
    const [path = '/', search = ''] = (request.url ?? '/').split('?', 2)
    const { origin, authorization, 'sec-websocket-protocol': subprotocol } = headers
    const asked: Asked = { path, search, origin, authorization, subprotocol }
    if (this.#draining) return this.#turnAway(socket, log, DRAINING)
    const wanted = this.#admission.wanted(asked)
    if ('status' in wanted) return this.#turnAway(socket, log, wanted)

    const visitors = this.#visitors
    const entering = visitors.enter(address)
    const visitor = entering instanceof Promise ? await entering : entering
    if (socket.destroyed) return void (visitor && visitors.leave(visitor))
    // until the client is accepted, its socket counts for its address
    const leave = (): void => void (visitor && visitors.leave(visitor))
    socket.once('close', leave)
    const { login, refusal } = await this.#admission.admit(asked, wanted, visitor, log)
    if (this.#draining) return this.#turnAway(socket, log, DRAINING)
    if (socket.destroyed) return
    // not for one that is refused, because it would help to tell an unknown user from a wrong password
    this.#timing = refusal ? '' : `Server-Timing: admit;dur=${(performance.now() - since).toFixed(1)}`
    socket.cork() // the answer and the first packet are one write
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      socket.off('error', ignore)
      unmaskFast(ws)
      const client = new NodeClientSocket(ws as RelayWebSocket, socket)
      if (refusal || !visitor) return this.#refuse(client, socket, wanted, refusal!, log)
      socket.off('close', leave)
      this.#enter(client, wanted, login, visitor, log)
    })
    socket.uncork()
  }

  /** Answers with HTTP, without a WebSocket. */
  #turnAway(socket: Duplex, log: Log, answer: Answer): void {
    this.#admission.turnedAway(answer, log)
    const body = `${answer.why}\n`
    socket.end(
      `HTTP/1.1 ${answer.status} ${TEXTS[answer.status]}\r\nConnection: close\r\nContent-Type: text/plain\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      () => socket.destroy(),
    )
  }

  /** Answers within the protocol. What the client still sends is dropped, and no limit counts it. */
  #refuse(client: NodeClientSocket, socket: Duplex, wanted: Wanted, refusal: Refusal, log: Log): void {
    this.#admission.refused(refusal, log)
    refuse(client, wanted, refusal, this.#settings)
    socket.removeAllListeners('data').resume()
    socket.end()
  }

  #enter(socket: NodeClientSocket, wanted: Wanted, login: boolean, visitor: Visitor, log: Log): void {
    const connection = new Connection(this.#surroundings, socket, wanted, login, visitor, log)
    this.#connections.add(connection)
    this.#clients.add(connection.client)
  }

  // --- staying ---

  #sweep(): void {
    const now = performance.now()
    for (const connection of this.#connections) connection.sweep(now)
    this.#visitors.sweep()
  }

  // --- the end ---

  async drain(ms: number): Promise<void> {
    this.#draining = true
    const deadline = performance.now() + ms
    for (;;) {
      for (const { session } of this.#connections) if (session.idle) session.shutdown()
      const left = deadline - performance.now()
      if (this.#connections.size === 0 || left <= 0) break
      await delay(Math.min(RETIRE_MS, left))
    }
    for (const { session } of this.#connections) session.shutdown()
    const farewell = performance.now() + FAREWELL_MS
    while (this.#connections.size > 0 && performance.now() < farewell) await delay(RETIRE_MS / 10)
    for (const connection of this.#connections) connection.terminate()
    clearInterval(this.#sweeper)
  }

  close(): Promise<void> {
    return this.drain(0)
  }
}

const DRAINING: Answer = { status: 503, why: 'the relay is shutting down' }
const TEXTS: Readonly<Record<number, string>> = { 403: 'Forbidden', 404: 'Not Found', 503: 'Service Unavailable' }

const ignore = (): void => {}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
