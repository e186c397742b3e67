// The end of a relay for limits that hold for all isolates: asks the Durable Objects of limits-object.ts. It belongs to one
// client, because a connection of the runtime belongs to the request that made it. If the object cannot be asked, new
// clients and new streams are refused: otherwise a flood that overloads it would switch the limits off. Streams that are
// open go on, and the connection is made again.
import { Abort, within } from '../core/dial.js'
import type { VisitorLimits, Visitors } from '../core/limits.js'
import type { Log } from '../core/log.js'
import { Refusal } from '../core/refusal.js'
import { SharedVisitors, type Answer, type Ask, type SharedVisitor } from '../core/shared-limits.js'
import { CloseReason } from '../../shim/transports/relay.js'
import { LEASE_MS, MISSING, PING, PONG, TOO_MANY, placeUrl } from './limits-object.js'

/** How often a client shows that it is there, in milliseconds. */
const PING_MS = LEASE_MS / 3
/** How long bytes are gathered before other isolates learn of them, in milliseconds: each message costs something. */
const REPORT_MS = 1000

/** A namespace of Durable Objects, as far as it is used. */
export interface LimitsNamespace {
  idFromName(name: string): object
  get(id: object): { fetch(url: string, init: RequestInit): Promise<Response> }
}

/** The end of a WebSocket in the relay. */
interface RelayWebSocket {
  accept(): void
  send(message: string): void
  close(code: number): void
  addEventListener(type: 'message', listener: (event: { data: string }) => void): void
  addEventListener(type: 'close' | 'error', listener: () => void): void
}

type Limits = VisitorLimits & { connectTimeout: number }

export class ObjectVisitors implements Visitors {
  #visitors: SharedVisitors
  #namespace: LimitsNamespace
  #limits: Limits
  #log: Log
  #key = ''
  #socket: RelayWebSocket | null = null
  #opening = false
  #left = false
  /** performance.now() when the last ping was sent, and when the object last sent anything. */
  #pinged = 0
  #heard = 0
  /** Attempts without an answer, by their number: they are asked for again if the connection breaks. */
  #attempts = new Map<number, Ask>()

  constructor(namespace: LimitsNamespace, limits: Limits, log: Log) {
    this.#namespace = namespace
    this.#limits = limits
    this.#log = log
    this.#visitors = new SharedVisitors(limits, (ask) => this.#ask(ask), REPORT_MS)
  }

  /** To be called once. @throws Refusal if the object cannot be asked. */
  enter(address: string): Promise<SharedVisitor | null> {
    return this.#visitors.enter(address)
  }

  leave(visitor: SharedVisitor): void {
    this.#visitors.leave(visitor)
  }

  #ask(ask: Ask): void {
    switch (ask[0]) {
      case 'enter':
        this.#key = ask[2]
        return void this.#open(ask[1])
      case 'leave':
        this.#left = true
        return this.#close()
      case 'attempt':
        this.#attempts.set(ask[1], ask)
        return this.#socket ? this.#tell([ask]) : void this.#open(null)
      case 'spent':
        // without a connection nobody learns of them, but this client still pays
        return this.#tell([ask])
    }
  }

  #tell(asks: Ask[]): void {
    if (asks.length > 0) this.#send(JSON.stringify(asks))
  }

  #send(message: string): void {
    try {
      this.#socket?.send(message)
    } catch {
      this.#lost()
    }
  }

  /** Takes a place. @param entering The number of the question, null if the client is here already. */
  async #open(entering: number | null): Promise<void> {
    if (this.#opening || this.#left) return
    this.#opening = true
    let missing: number | null
    try {
      missing = await this.#connect()
    } catch (error) {
      const { message } = error as Error
      this.#log.error({ event: 'limits unreachable' }, message)
      return this.#refuse(`the limits cannot be asked: ${message}`)
    } finally {
      this.#opening = false
    }
    if (entering !== null) this.#visitors.answer(['entered', entering, missing])
    else if (missing === null) this.#refuse('too many clients from this address')
    this.#tell([...this.#attempts.values()])
  }

  #refuse(why: string): void {
    this.#attempts.clear()
    this.#visitors.unanswered(new Refusal(CloseReason.THROTTLED, why))
  }

  /** Returns the bytes that the address has spent already, or null if there are too many clients. */
  async #connect(): Promise<number | null> {
    const object = this.#namespace.get(this.#namespace.idFromName(this.#key))
    const headers = { upgrade: 'websocket' }
    const ask = (): Promise<Response> => object.fetch(placeUrl(this.#key, this.#limits), { headers })
    // a place that is given too late is never confirmed
    const response = await within(this.#limits.connectTimeout, new Abort(), ask)
    if (response.status === TOO_MANY) return null
    const { webSocket } = response as { webSocket?: RelayWebSocket | null }
    if (!webSocket) throw new Error(`status ${response.status}`)
    this.#listen(webSocket)
    return Number(response.headers.get(MISSING))
  }

  #listen(socket: RelayWebSocket): void {
    const lost = (): void => {
      if (this.#socket === socket) this.#lost()
    }
    socket.accept()
    socket.addEventListener('message', ({ data }) => {
      this.#heard = performance.now()
      if (data === PONG) return
      for (const answer of JSON.parse(data) as Answer[]) {
        if (answer[0] === 'attempted') this.#attempts.delete(answer[1])
        this.#visitors.answer(answer)
      }
    })
    socket.addEventListener('close', lost)
    socket.addEventListener('error', lost)
    this.#socket = socket
    this.#heard = performance.now()
    this.#ping()
    if (this.#left) this.#close()
  }

  /** The connection has ended, or is silent. sweep() makes another one, if no attempt does it before. */
  #lost(): void {
    this.#log.warn({ event: 'limits lost' }, 'the connection to the limits has ended')
    this.#close()
    if (this.#attempts.size > 0) void this.#open(null)
  }

  #close(): void {
    const socket = this.#socket
    this.#socket = null
    try {
      socket?.close(1000)
    } catch {
      // it has ended already
    }
  }

  /** Shows that the client is here, and takes a place again if it has been lost. */
  sweep(): void {
    const now = performance.now()
    if (this.#socket && now - this.#heard > LEASE_MS) this.#lost()
    if (!this.#socket) return void this.#open(null)
    if (now - this.#pinged >= PING_MS) this.#ping()
  }

  #ping(): void {
    this.#pinged = performance.now()
    this.#send(PING)
  }
}
