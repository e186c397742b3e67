// What observers of fetch learn about each hop. Diagnostics channels, NODE_DEBUG and recorders of HAR all use this. An
// entry sets the observers of all fetches, and a pool may have its own. Without any, a hop costs one look at the list.
import type { ConnectionFacts } from '../http/connections.js'
import { HeaderList, type RawHeader } from '../http/headers.js'
import type { DebugKind } from '../libcurl/debug-kinds.js'
import type { Summary } from '../libcurl/summary.js'
import { noTimings, type Timings } from '../libcurl/timings.js'
import type { Body } from './body.js'

/** A hop that is about to be sent. */
export interface HopStart {
  readonly method: string
  /** Without fragment. */
  readonly url: string
  /** Those of this hop only, which an observer can change. libcurl adds others. */
  readonly headers: HeaderList
  /** An observer can replace it by one that gives the same bytes. */
  body: Body | null
}

/** The head of a response. */
export interface HopHead {
  /** '1.0', '1.1', '2' or '3'. */
  readonly version: string
  readonly status: number
  readonly statusText: string
  readonly headers: readonly RawHeader[]
}

/** The end of a hop. */
export interface HopEnd {
  /** null if it has succeeded, and if its body was cancelled. */
  error: unknown
  /** Whether all of the response has come. */
  complete: boolean
  /** Of this hop alone. */
  timings: Timings
  connection: ConnectionFacts
  /** libcurl's number of the connection, -1 for none. */
  connectionId: number
}

/** Gets what happens to one hop. It is called inside libcurl, and must not throw. */
export interface HopObserver {
  /** Calls `send`, which sends the hop, and returns what that returns. */
  around?<T>(send: () => T): T
  /** libcurl's trace, until this returns false. @see CURLOPT_DEBUGFUNCTION(3) */
  trace?(kind: DebugKind, bytes: Uint8Array): boolean
  /** The head of the final response, which may be a redirect. */
  head?(head: HopHead): void
  /** A part of the body, still with its content codings, in memory that is valid during the call only. */
  data?(bytes: Uint8Array): void
  ended(end: HopEnd): void
}

export interface Observer {
  /** Whether anybody wants to know now. */
  readonly active: boolean
  begin(hop: HopStart): HopObserver
}

/** A call with all its hops, once it is over. */
export interface CallReport {
  /** The first URL. */
  url: string
  /** 0 without a response. */
  status: number
  /** The version of HTTP, '' without a response. */
  version: string
  /** When it began, and when its last hop ended, by performance.now(). */
  began: number
  ended: number
  redirected: boolean
  /** The times of the last hop; null if none was sent. */
  last: Summary | null
  /** Bytes of the body as received, and decoded. */
  encodedBodySize: number
  decodedBodySize: number
}

/** What observes all fetches of a runtime. */
export interface Observers {
  hops: readonly Observer[]
  /** Gets each call when its body was read to its end, was cancelled, or has failed. */
  calls?: ((report: CallReport) => void) | undefined
}

let everywhere: readonly Observer[] = []
let calls: Observers['calls']

/** Sets the observers of all fetches of this instance of the package. */
export function observeAll(observers: Observers): void {
  everywhere = observers.hops
  calls = observers.calls
}

/** What gets reports of calls; undefined if nothing does. */
export const reporter = (): Observers['calls'] => calls

const isActive = ({ active }: Observer): boolean => active

/** What observers can change of a hop. */
interface Changed {
  readonly method: string
  readonly url: string
  lines: readonly string[]
  expects: boolean
  body: Body | null
}

/** Tells observers that a hop begins. null if there are none. `own` are those of its pool. */
export function observe(own: readonly Observer[], hop: Changed, headers: HeaderList): ObservedHop | null {
  if (!everywhere.some(isActive) && !own.some(isActive)) return null
  const copy = new HeaderList()
  copy.fill(headers)
  const start = { method: hop.method, url: hop.url, headers: copy, body: hop.body }
  const observers = [...everywhere, ...own].filter(isActive).map((observer) => observer.begin(start))
  return new ObservedHop(observers, () => {
    hop.lines = copy.lines()
    hop.expects = copy.has('expect')
    hop.body = start.body
  })
}

/** A hop with its observers. */
export class ObservedHop {
  readonly #observers: readonly HopObserver[]
  /** Applies what observers have changed. */
  readonly #apply: () => void
  #traced: readonly HopObserver[]
  #over = false

  constructor(observers: readonly HopObserver[], apply: () => void) {
    this.#observers = observers
    this.#apply = apply
    this.#traced = observers.filter(({ trace }) => trace)
  }

  /** Sends the hop. */
  send<T>(send: () => T): T {
    const applied = (): T => {
      this.#apply()
      return send()
    }
    const around = this.#observers.reduceRight(
      (inner, observer) => () => (observer.around ? observer.around(inner) : inner()),
      applied,
    )
    try {
      return around()
    } catch (error) {
      const nowhere = { remoteAddress: null, localAddress: null, tls: null }
      this.ended({ error, complete: false, timings: noTimings(0), connection: nowhere, connectionId: -1 })
      throw error
    }
  }

  /** Whether any of them reads the trace. */
  get traces(): boolean {
    return this.#traced.length > 0
  }

  /** Returns false once none of them needs more of it. */
  trace(kind: DebugKind, bytes: Uint8Array): boolean {
    if (this.traces) this.#traced = this.#traced.filter((observer) => observer.trace!(kind, bytes))
    return this.traces
  }

  head(head: HopHead): void {
    for (const observer of this.#observers) observer.head?.(head)
  }

  data(bytes: Uint8Array): void {
    for (const observer of this.#observers) observer.data?.(bytes)
  }

  ended(end: HopEnd): void {
    if (this.#over) return
    this.#over = true
    for (const observer of this.#observers) observer.ended(end)
  }
}
