// The relay as a Worker of Cloudflare's runtime. A WebSocket, its timers and its sockets belong to the request that they
// came with, and other requests must not touch them. So each connection has its own timer, and requests share only
// numbers: the limits per address. They are those of one isolate, because others share nothing with it, unless Durable
// Objects count for all (limits-object.ts).
import { Admission, subprotocolOf, type Answer, type Asked } from '../core/admission.js'
import { Connection, refuse, sweepInterval, type Surroundings } from '../core/connection.js'
import type { Counters } from '../core/counters.js'
import { LocalVisitors, type Visitor, type Visitors } from '../core/limits.js'
import { silent, type Log } from '../core/log.js'
import type { Settings } from '../core/relay-options.js'
import { WorkerClientSocket, type ServerWebSocket } from './client-socket.js'
import { logTo } from './log.js'
import { ObjectVisitors, type LimitsNamespace } from './object-visitors.js'
import { settingsOf, type RelayOptions } from './relay-options.js'

export type { RelayOptions } from './relay-options.js'
export type { LogLine } from './log.js'
export { RelayLimits } from './limits-object.js'
export type { LimitsNamespace } from './object-visitors.js'
export type { CoreOptions } from '../core/relay-options.js'
export type { Resolve } from '../core/dial.js'

/** What a Worker gets as the third argument of its fetch handler. */
export interface Context {
  waitUntil(promise: Promise<unknown>): void
}

export interface Relay {
  /**
   * Answers a request for a WebSocket. Other requests get 404, except /healthz, which gets 200.
   * @param context Keeps the Worker until destinations have what the client has sent, after it has closed.
   */
  readonly fetch: (request: Request, context: Context) => Promise<Response>
}

declare const WebSocketPair: new () => { 0: ServerWebSocket; 1: ServerWebSocket }

/**
 * Needs the compatibility flag nodejs_compat.
 * @example
 * const relay = createRelay({ origins: ['https://app.example'], allowPorts: ['443'] })
 * export default { fetch: (request, env, context) => relay.fetch(request, context) }
 * @throws RangeError that names the wrong option.
 */
export function createRelay(options: RelayOptions = {}): Relay {
  const relay = new WorkerRelay(settingsOf(options), options)
  return { fetch: (request, context) => relay.fetch(request, context) }
}

/** A subprotocol (RFC 6455 section 4.1, RFC 9110 section 5.6.2). */
const TOKEN = /^[!#$%&'*+\-.^_`|~\da-z]+$/i

/** A Worker has nobody to ask it for numbers. Its log has those of each stream. */
const uncounted: Counters = { up: 0, down: 0, dropped: { up: 0, down: 0 }, refused: () => {}, streamEnded: () => {} }

class WorkerRelay {
  #settings: Settings
  #log: Log
  #addressOf: (request: Request) => string
  #admission: Admission
  #visitors: LocalVisitors
  #limits: LimitsNamespace | undefined
  #maxMessage: number
  #swept = 0

  constructor(settings: Settings, { log, limits, clientAddress = reportedAddress }: RelayOptions) {
    this.#settings = settings
    this.#log = log ? logTo(log) : silent
    this.#addressOf = clientAddress
    this.#limits = limits
    this.#admission = new Admission(settings, uncounted)
    this.#visitors = new LocalVisitors(settings)
    this.#maxMessage = Math.min(settings.maxMessage, settings.maxBuffered)
  }

  async fetch(request: Request, context: Context): Promise<Response> {
    try {
      return await this.#answer(request, context)
    } catch (error) {
      this.#log.error({ event: 'fault' }, String(error))
      return plain(500, 'an internal error of the relay')
    }
  }

  async #answer(request: Request, context: Context): Promise<Response> {
    // later, it would be missed only by a client
    if (typeof context?.waitUntil !== 'function') throw new TypeError('fetch() needs the context of the Worker')
    const { pathname: path, search } = new URL(request.url)
    const field = (name: string): string | undefined => request.headers.get(name) ?? undefined
    if (field('upgrade')?.toLowerCase() !== 'websocket') {
      return path === '/healthz' ? plain(200, 'ok') : plain(404, 'this server takes WebSockets only')
    }
    const address = this.#addressOf(request)
    const log = this.#admission.logOf(address, this.#log)
    const subprotocol = field('sec-websocket-protocol')
    const asked: Asked = {
      path,
      search: search.slice(1),
      origin: field('origin'),
      authorization: field('authorization'),
      subprotocol,
    }
    const wanted = this.#admission.wanted(asked)
    if ('status' in wanted) return this.#turnAway(wanted, log)
    if (request.method !== 'GET') return this.#turnAway({ status: 405, why: 'a WebSocket begins with GET' }, log)
    const offered = subprotocol?.split(',').map((one) => one.trim()) ?? []
    if (!offered.every((one) => TOKEN.test(one))) {
      return this.#turnAway({ status: 400, why: 'Sec-WebSocket-Protocol is invalid' }, log)
    }

    this.#sweep()
    const objects = this.#limits && new ObjectVisitors(this.#limits, this.#settings, log)
    const visitors: Visitors = objects ?? this.#visitors
    let visitor: Visitor | null
    try {
      visitor = await visitors.enter(address)
    } catch (error) {
      return this.#turnAway({ status: 503, why: (error as Error).message }, log)
    }
    const { login, refusal } = await this.#admission.admit(asked, wanted, visitor, log)
    const { 0: theirs, 1: ours } = new WebSocketPair()
    if (ours.bufferedAmount === undefined) {
      if (visitor) visitors.leave(visitor)
      throw new Error('this runtime does not report bufferedAmount, so a client could fill its memory')
    }
    const socket = new WorkerClientSocket(ours, this.#maxMessage)
    if (refusal || !visitor) {
      this.#admission.refused(refusal!, log)
      refuse(socket, wanted, refusal!, this.#settings, () => void (visitor && visitors.leave(visitor)))
    } else {
      let gone = (): void => {}
      context.waitUntil(new Promise<void>((resolve) => (gone = resolve)))
      let timer: ReturnType<typeof setInterval> | undefined
      const surroundings: Surroundings = {
        settings: this.#settings,
        counters: uncounted,
        visitors,
        closed: () => clearInterval(timer),
        left: () => gone(),
      }
      const connection = new Connection(surroundings, socket, wanted, login, visitor, log)
      timer = setInterval(() => {
        connection.sweep(performance.now())
        objects?.sweep()
      }, sweepInterval(this.#settings))
    }
    const chosen = subprotocolOf(offered)
    const headers = chosen === null ? {} : { 'sec-websocket-protocol': chosen }
    return new Response(null, { status: 101, headers, webSocket: theirs } as ResponseInit)
  }

  #turnAway(answer: Answer, log: Log): Response {
    this.#admission.turnedAway(answer, log)
    return plain(answer.status, answer.why)
  }

  /** Forgets addresses, now and then. */
  #sweep(): void {
    const now = performance.now()
    if (now - this.#swept < sweepInterval(this.#settings)) return
    this.#swept = now
    this.#visitors.sweep()
  }
}

/**
 * The address that the runtime reports. On Cloudflare that is in a header, which counts only there, because elsewhere a
 * client can invent it. workerd alone reports address and port.
 */
function reportedAddress(request: Request): string {
  const { colo, clientIp = '' } = (request as { cf?: { colo?: string; clientIp?: string } }).cf ?? {}
  if (colo !== undefined) return request.headers.get('cf-connecting-ip') ?? 'unknown'
  return /^\[?([\da-f.:]+?)\]?:\d+$/i.exec(clientIp)?.[1] ?? 'unknown'
}

function plain(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' } })
}
