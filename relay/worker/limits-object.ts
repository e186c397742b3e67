// The limits for all isolates: a Durable Object for each address (or user) that clients come from, which counts them.
// Each client has a WebSocket to the object of its address, and counts while that is open. So an isolate that dies gives
// back what it held, because its connections end. If such an end is lost, or nobody has waited for the place, the pings of
// the client are missing, and its place is given to others.
// The object hibernates while nothing is asked. The runtime keeps its WebSockets, which are what has to be remembered:
// the allowance of attempts is full again after a second. A debt of bytes is forgotten, but relays know their own.
import { VisitorsOfAll, type Ask } from '../core/shared-limits.js'
import type { VisitorLimits } from '../core/limits.js'

/** What a client sends from time to time, and what the runtime answers without waking the object. */
export const PING = 'ping'
export const PONG = 'pong'
/** After this time without a ping a client counts as gone, in milliseconds. */
export const LEASE_MS = 90_000
/** A place whose client has never sent one is given to others after this time, in milliseconds. */
export const CONFIRM_MS = 15_000
/** The header of the object's answer with the bytes that the address has spent already. */
export const MISSING = 'x-missing'
/** The status for one client too many. */
export const TOO_MANY = 429

/** The end of a WebSocket in the object. */
interface ObjectWebSocket {
  send(message: string): void
  close(code: number): void
  serializeAttachment(value: Client): void
  deserializeAttachment(): Client
}

/** What the runtime remembers of a client. */
interface Client {
  key: string
  limits: VisitorLimits
  /** Date.now() when it came. */
  since: number
}

/** The part of DurableObjectState that is used. */
interface State {
  acceptWebSocket(ws: ObjectWebSocket): void
  getWebSockets(): ObjectWebSocket[]
  setWebSocketAutoResponse(pair: object): void
  getWebSocketAutoResponseTimestamp(ws: ObjectWebSocket): Date | null
}

declare const WebSocketPair: new () => { 0: object; 1: ObjectWebSocket }
declare const WebSocketRequestResponsePair: new (request: string, response: string) => object

/** The URL by which a relay asks the object for a place for one more client. */
export function placeUrl(key: string, { clientsPerAddress, connectsPerSecond, bytesPerSecond }: VisitorLimits): string {
  const limits = JSON.stringify({ clientsPerAddress, connectsPerSecond, bytesPerSecond })
  return `https://limits/?${new URLSearchParams({ key, limits }).toString()}`
}

/** The class of the objects. The Worker that is deployed has to export it. */
export class RelayLimits {
  #state: State
  #visitors: VisitorsOfAll<ObjectWebSocket> | null = null

  /** The runtime calls it, also when the object wakes up. */
  constructor(state: object) {
    this.#state = state as State
    this.#state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG))
    for (const ws of this.#state.getWebSockets()) this.#enter(ws, ws.deserializeAttachment())
  }

  /** A relay asks for a place for one more client. */
  fetch(request: Request): Response {
    const { searchParams } = new URL(request.url)
    const limits = JSON.parse(searchParams.get('limits')!) as VisitorLimits
    const client: Client = { key: searchParams.get('key')!, limits, since: Date.now() }
    const { 0: theirs, 1: ours } = new WebSocketPair()
    let missing = this.#enter(ours, client)
    if (missing === null && this.#forget()) missing = this.#enter(ours, client)
    if (missing === null) return new Response(null, { status: TOO_MANY })
    this.#state.acceptWebSocket(ours)
    ours.serializeAttachment(client)
    const headers = { [MISSING]: String(missing) }
    return new Response(null, { status: 101, headers, webSocket: theirs } as ResponseInit)
  }

  webSocketMessage(ws: ObjectWebSocket, message: string): void {
    for (const ask of JSON.parse(message) as Ask[]) this.#visitors!.ask(ws, ask)
  }

  webSocketClose(ws: ObjectWebSocket): void {
    this.#leave(ws)
  }

  webSocketError(ws: ObjectWebSocket): void {
    this.#leave(ws)
  }

  /** Counts a client. Returns the bytes that its address has spent already, or null if there are too many clients. */
  #enter(ws: ObjectWebSocket, { key, limits }: Client): number | null {
    this.#visitors ??= new VisitorsOfAll(limits)
    let entered: number | null = null
    let told = (missing: number | null): void => void (entered = missing)
    this.#visitors.join(ws, (answer) => {
      if (answer[0] === 'entered') return told(answer[2])
      try {
        ws.send(JSON.stringify([answer]))
      } catch {
        // it has just ended, which is reported
      }
    })
    this.#visitors.ask(ws, ['enter', 0, key])
    told = () => {}
    if (entered === null) this.#visitors.gone(ws)
    return entered
  }

  #leave(ws: ObjectWebSocket): void {
    this.#visitors?.gone(ws)
    try {
      ws.close(1000)
    } catch {
      // the connection has broken
    }
  }

  /** Gives back the places of clients without a sign of life. Whether there were any. */
  #forget(): boolean {
    const now = Date.now()
    const gone = this.#state.getWebSockets().filter((ws) => {
      const pinged = this.#state.getWebSocketAutoResponseTimestamp(ws)?.getTime()
      return pinged === undefined ? ws.deserializeAttachment().since < now - CONFIRM_MS : pinged < now - LEASE_MS
    })
    for (const ws of gone) this.#leave(ws)
    return gone.length > 0
  }
}
