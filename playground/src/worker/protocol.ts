// The messages between the page and the Worker that runs the tool. The Worker has the files and the bodies; the page has
// copies of what it shows.
import type { Redirect } from '../command/shell.js'
import type { FileEntry, Infos, TraceEvent, WireEvent } from '../model.js'

/** Answered by `answer` with the same `id`. */
export type Question =
  | { ask: 'read'; path: string } // Blob
  | { ask: 'write'; path: string; content: Blob | string } // nothing
  | { ask: 'remove'; path: string } // nothing
  | { ask: 'help'; argv: string[] } // string: what the tool prints, without a transfer
  | { ask: 'javascript'; argv: string[]; relay: string } // string: the program that it is, by toJavaScript
  | { ask: 'probe'; relay: string } // number: the relay's round trip in milliseconds

/** What the tool is run with. */
export interface Order {
  run: number
  argv: string[]
  /** What the line adds to the environment. */
  env: Record<string, string>
  redirects: Redirect[]
  /** The URL of the relay; '' for none, so that nothing can be reached. */
  relay: string
  terminal: { columns: number; rows: number }
}

export type ToWorker =
  /** First of all. `ca` is a root certificate, PEM, that is trusted besides the package's. */
  | { type: 'start'; ca: string | null }
  /** Loads the module, so that the first run need not; once more after it has failed. */
  | { type: 'load' }
  | ({ type: 'run' } & Order)
  | { type: 'stop'; run: number }
  /** The terminal has drawn so many bytes of what it was sent: the tool may go on. */
  | { type: 'drawn'; run: number; bytes: number }
  | { type: 'question'; id: number; question: Question }

export type FromWorker =
  | { type: 'module'; loaded: number; total: number; ready: boolean }
  | { type: 'failed'; message: string }
  /** Why the connection to the relay has failed or ended, in words. */
  | { type: 'relay'; url: string; reason: string }
  /** Output for the terminal: of long output its beginning, and then how much was left out so far. */
  | { type: 'output'; run: number; stream: 'stdout' | 'stderr'; bytes: Uint8Array }
  | { type: 'omitted'; run: number; bytes: number }
  | { type: 'connected'; run: number; connection: number; host: string; port: number; at: number }
  /** An errno's name, or null; `reason` are the transport's words for it, '' for none. */
  | { type: 'disconnected'; run: number; connection: number; error: string | null; reason: string }
  /** In batches, so that a fast transfer is a few messages a frame. */
  | {
      type: 'events'
      run: number
      trace: TraceEvent[]
      wire: WireEvent[]
      received: [transfer: number, bytes: number][]
    }
  /** `result` is null for one that was stopped. */
  | { type: 'done'; run: number; transfer: number; result: number | null; infos: Infos | null; body: Blob }
  | { type: 'exit'; run: number; status: number; duration: number; error: string | null }
  | { type: 'files'; files: FileEntry[] }
  | { type: 'answer'; id: number; value?: unknown; error?: string }
