// The data of the page: the runs of the tool, each with its transfers, its trace and its bytes on the wire. The Worker
// fills it (see worker/protocol.ts), and the panels show it. It knows no DOM.

import type { Timing } from './panels/phases.js'

/** One of CURLINFO_TEXT ... CURLINFO_SSL_DATA_OUT, as CURLOPT_DEBUGFUNCTION(3) numbers them. */
export type TraceKind = 0 | 1 | 2 | 3 | 4 | 5 | 6
export const TEXT = 0
export const HEADER_IN = 1
export const HEADER_OUT = 2
export const DATA_IN = 3
export const DATA_OUT = 4
export const SSL_DATA_IN = 5
export const SSL_DATA_OUT = 6

export interface TraceEvent {
  transfer: number
  kind: TraceKind
  /** Milliseconds since the run began. */
  at: number
  /** How many bytes there were. `bytes` has the first of them, and all of a text or a header. */
  size: number
  bytes: Uint8Array
}

/** Bytes that the page sends through the relay, or receives through it. */
export interface WireEvent {
  connection: number
  direction: 'out' | 'in'
  at: number
  size: number
  /** The first of the `size` bytes. */
  bytes: Uint8Array
}

export interface Connection {
  id: number
  /** As the relay sees it: a name if the relay resolves it. */
  host: string
  port: number
  openedAt: number
  sent: number
  received: number
  /** The name of an errno, or null after an orderly end. Undefined while the connection is open. */
  ended?: string | null
  /** The relay's own text about the end. */
  reason?: string
  events: WireEvent[]
}

/** The values of curl_easy_getinfo at the end, by name. Times are in microseconds. */
export type Infos = Record<string, unknown>

export interface Transfer {
  number: number
  trace: TraceEvent[]
  /** Bytes of the body so far, decoded. */
  received: number
  /** A CURLcode. Null while the transfer goes on, and after it was stopped. */
  result: number | null
  infos: Infos | null
  /** The body as curl wrote it, decoded. Null until the transfer has ended or was stopped. */
  body: Blob | null
  /** Set if `body` is only the beginning, because the link of a shared run has no more. */
  cut?: true
  /** The times of a shared run, which has not the trace that they are found in. */
  timing?: Timing
}

export interface Run {
  id: number
  /** The command line as it was typed. */
  text: string
  argv: readonly string[]
  /** Milliseconds since 1970. */
  startedAt: number
  /** In milliseconds. Null while it goes on. */
  duration: number | null
  /** The exit status: null while it goes on, and 130 after it was stopped. */
  status: number | null
  transfers: Transfer[]
  connections: Connection[]
  /** Set for a run that was not made here, but recorded elsewhere and opened from a link. */
  shared?: Shared
}

export interface Shared {
  /** When the run began, in milliseconds since 1970, as the link says. Null if it does not. */
  recordedAt: number | null
  /** What the link has no room for, in words. */
  omitted: readonly string[]
}

/** Whether a run has ended without success. One that the user has stopped has not failed. */
export function failed(run: Run | null | undefined): boolean {
  return run != null && run.status !== null && run.status !== 0 && run.status !== 130
}

export interface FileEntry {
  path: string
  size: number
  modifiedAt: number
}

export type RelayState = 'unknown' | 'connecting' | 'up' | 'down'

export interface State {
  /** Newest last. */
  runs: Run[]
  /** The run that the panels show. */
  shown: Run | null
  files: FileEntry[]
  relay: { url: string; state: RelayState; /** round trip in milliseconds */ rtt: number | null; detail: string }
  /** Loading the module: bytes of its file. `total` is 0 while it is not known. */
  module: { loaded: number; total: number; state: 'idle' | 'loading' | 'ready' | 'failed'; detail: string }
}

/** What can change. However often a topic changes, its listeners are called once, before the next frame is drawn. */
export type Topic = 'runs' | 'shown' | 'trace' | 'wire' | 'body' | 'files' | 'relay' | 'module'

export class Store {
  readonly state: State = {
    runs: [],
    shown: null,
    files: [],
    relay: { url: '', state: 'unknown', rtt: null, detail: '' },
    module: { loaded: 0, total: 0, state: 'idle', detail: '' },
  }
  readonly #listeners = new Map<Topic, Set<() => void>>()
  readonly #changed = new Set<Topic>()
  #scheduled = false

  on(topics: Topic | readonly Topic[], listener: () => void): () => void {
    const list = typeof topics === 'string' ? [topics] : topics
    for (const topic of list) {
      if (!this.#listeners.has(topic)) this.#listeners.set(topic, new Set())
      this.#listeners.get(topic)!.add(listener)
    }
    return () => list.forEach((topic) => this.#listeners.get(topic)?.delete(listener))
  }

  changed(...topics: Topic[]): void {
    for (const topic of topics) this.#changed.add(topic)
    if (this.#scheduled) return
    this.#scheduled = true
    requestAnimationFrame(() => {
      this.#scheduled = false
      const listeners = new Set([...this.#changed].flatMap((topic) => [...(this.#listeners.get(topic) ?? [])]))
      this.#changed.clear()
      for (const listener of listeners) listener()
    })
  }

  show(run: Run | null): void {
    this.state.shown = run
    this.changed('shown')
  }
}
