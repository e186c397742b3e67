// Assigns the trace events of transfers to connections of the relay. libcurl's trace says what it does ("Trying",
// "Reusing", "left intact"), and the page sees which connections are opened. The texts are those of lib/cf-ip-happy.c,
// lib/url.c and lib/multi.c of curl 8.
import { DATA_IN, DATA_OUT, TEXT, type Connection, type Run, type TraceEvent, type Transfer } from '../model.js'
import { textOf } from './text.js'

/** An attempt: "  Trying [::1]:443..." comes at the moment when libcurl opens the connection. */
const TRYING = /^\s*Trying (?:\[([^\]]+)\]|([^:\s]+)):(\d+)\.\.\./
const ESTABLISHED = /^Established (2nd )?connection to (\S+) \((\S+) port (\d+)\)/
const REUSING = /^(?:Re-?using|Multiplexed|Found) .*connection.*(?:with|to) (?:host|proxy) (\S+)/i
const NUMBER = /^(?:Connection #(\d+) to host|(?:closing|shutting down) connection #(\d+))/
const NEXT = /^Issue another request to this URL/

interface Attempt {
  /** Its id. Null for a connection that the page has not seen. */
  connection: number | null
  address: string
  port: number
}

/** What is known about the connections while the trace is read. */
interface Known {
  /** The attempts of each transfer, in order. */
  attempts: Map<number, Attempt[]>
  /** The newest connection to each host, by curl's name for it. */
  byHost: Map<string, number>
  /** The connections by libcurl's number. */
  byNumber: Map<number, number>
}

/** The part of a transfer that uses one connection. A redirect begins another part. */
interface Leg {
  events: { event: TraceEvent; second: boolean }[]
  /** The connection, and the second one that FTP has for data. */
  first: number | null
  second: number | null
  reused: string | null
  number: number | null
}

/** How a transfer got its first connection. 'none' if it failed before, or needs none. */
export function howConnected({ trace, infos, timing }: Transfer): 'new' | 'reused' | 'none' {
  if (timing) return timing.connection
  for (const { kind, bytes } of trace) {
    const text = kind === TEXT ? textOf(bytes) : ''
    if (REUSING.test(text)) return 'reused'
    if (ESTABLISHED.test(text)) return 'new'
  }
  // a new connection over which TLS has failed
  return Number(infos?.['NUM_CONNECTS']) > 0 ? 'new' : 'none'
}

/** For the id of each connection, the events of all its transfers, in order of time. */
export function eventsByConnection(run: Run): Map<number, TraceEvent[]> {
  const known: Known = { attempts: attemptsOf(run), byHost: new Map(), byNumber: new Map() }
  const legs = run.transfers.flatMap((transfer) => legsOf(transfer, known))
  const found = new Map<number, TraceEvent[]>()
  const only = run.connections.length === 1 ? run.connections[0]!.id : null
  for (const leg of legs) {
    const numbered = leg.number === null ? undefined : known.byNumber.get(leg.number)
    const reused = leg.reused === null ? undefined : known.byHost.get(leg.reused)
    const first = leg.first ?? numbered ?? reused ?? only
    for (const { event, second } of leg.events) {
      const connection = second ? leg.second : first
      if (connection === null) continue
      if (!found.has(connection)) found.set(connection, [])
      found.get(connection)!.push(event)
    }
  }
  for (const events of found.values()) events.sort((a, b) => a.at - b.at)
  return found
}

/** All attempts of a run with their connections. Both are in order of time, and matched for each port. */
function attemptsOf(run: Run): Map<number, Attempt[]> {
  const tries = run.transfers.flatMap((transfer) => transfer.trace.flatMap((event) => triedBy(transfer, event)))
  tries.sort((a, b) => a.at - b.at)
  const waiting = new Map<number, Connection[]>()
  for (const connection of run.connections) {
    if (!waiting.has(connection.port)) waiting.set(connection.port, [])
    waiting.get(connection.port)!.push(connection)
  }
  const found = new Map<number, Attempt[]>()
  for (const { transfer, address, port } of tries) {
    const connection = waiting.get(port)?.shift()?.id ?? null
    if (!found.has(transfer)) found.set(transfer, [])
    found.get(transfer)!.push({ connection, address, port })
  }
  return found
}

function triedBy(transfer: Transfer, event: TraceEvent) {
  if (event.kind !== TEXT) return []
  const match = TRYING.exec(textOf(event.bytes))
  if (!match) return []
  return [{ transfer: transfer.number, at: event.at, address: (match[1] ?? match[2])!, port: Number(match[3]) }]
}

function legsOf(transfer: Transfer, known: Known): Leg[] {
  const legs: Leg[] = []
  let leg = newLeg()
  legs.push(leg)
  const attempts = [...(known.attempts.get(transfer.number) ?? [])]
  /** Attempts that have neither won nor lost yet. */
  const open: Attempt[] = []
  for (const event of transfer.trace) {
    const second = leg.second !== null && (event.kind === DATA_IN || event.kind === DATA_OUT)
    if (event.kind === TEXT) {
      const text = textOf(event.bytes)
      if (NEXT.test(text)) {
        settle(leg, known)
        legs.push((leg = newLeg()))
      } else if (TRYING.test(text)) open.push(...attempts.splice(0, 1))
      else note(leg, text, open, known)
    }
    leg.events.push({ event, second })
  }
  // if no connection is established, the events belong to the newest attempt
  if (leg.first === null && leg.reused === null) leg.first = open.at(-1)?.connection ?? null
  settle(leg, known)
  return legs
}

const newLeg = (): Leg => ({ events: [], first: null, second: null, reused: null, number: null })

function settle(leg: Leg, known: Known): void {
  if (leg.number !== null && leg.first !== null) known.byNumber.set(leg.number, leg.first)
}

function note(leg: Leg, text: string, open: Attempt[], known: Known): void {
  const established = ESTABLISHED.exec(text)
  if (established) {
    const [, second, host, address, port] = established
    const won = open.filter((attempt) => attempt.address === address && attempt.port === Number(port)).at(-1)
    if (!won || won.connection === null) return
    const { connection } = won
    // the other attempts have lost
    open.length = 0
    if (second) return void (leg.second = connection)
    leg.first = connection
    known.byHost.set(host!, connection)
    return
  }
  const reused = REUSING.exec(text)?.[1]
  if (reused !== undefined) leg.reused = reused
  const number = NUMBER.exec(text)?.slice(1).find(Boolean)
  if (number !== undefined) leg.number = Number(number)
}
