// The messages between the page and the Worker that runs the tool. The Worker holds the files and the bodies, and the
// page holds copies of what it shows.
import type { Command, Redirect } from '../command/shell.js'
import type { FileEntry, Infos, TraceEvent, WireEvent } from '../model.js'

/** The Worker answers with a message `answer` that has the same `id`. The comments say what its value is. */
export type Question =
  | { ask: 'read'; path: string } // Blob
  | { ask: 'write'; path: string; content: Blob | string } // nothing
  | { ask: 'remove'; path: string } // nothing
  | { ask: 'help'; argv: string[] } // string: what the tool prints, without a transfer
  | { ask: 'javascript'; argv: string[]; relay: string } // string: the JavaScript program for it
  | { ask: 'requests'; commands: Pick<Command, 'argv' | 'env' | 'redirects'>[] } // Requests: what the commands send
  | { ask: 'probe'; relay: string } // number: the relay's round trip in milliseconds

/** A run of the tool. */
export interface Order {
  run: number
  argv: string[]
  /** The variables that the line adds to the environment. */
  env: Record<string, string>
  redirects: Redirect[]
  /** The URL of the relay, or '' for none, without which nothing can be reached. */
  relay: string
  terminal: { columns: number; rows: number }
}

export type ToWorker =
  /** The first message. `ca` is a root certificate in PEM, to be trusted in addition to the package's. */
  | { type: 'start'; ca: string | null }
  /** Loads the module before the first run needs it, or again after that has failed. */
  | { type: 'load' }
  | ({ type: 'run' } & Order)
  | { type: 'stop'; run: number }
  /** The terminal has drawn `bytes` more of the output, so the tool may go on. */
  | { type: 'drawn'; run: number; bytes: number }
  | { type: 'question'; id: number; question: Question }

export type FromWorker =
  | { type: 'module'; loaded: number; total: number; ready: boolean }
  | { type: 'failed'; message: string }
  /** The connection to the relay has failed or ended. `reason` is a text. */
  | { type: 'relay'; url: string; reason: string }
  /** Output for the terminal. Long output is cut, and `omitted` says how much was left out so far. */
  | { type: 'output'; run: number; stream: 'stdout' | 'stderr'; bytes: Uint8Array }
  | { type: 'omitted'; run: number; bytes: number }
  | { type: 'connected'; run: number; connection: number; host: string; port: number; at: number }
  /** `error` is the name of an errno, or null. `reason` is the transport's text about it, or ''. */
  | { type: 'disconnected'; run: number; connection: number; error: string | null; reason: string }
  /** Collected, so that a fast transfer sends only a few messages in each frame. */
  | {
      type: 'events'
      run: number
      trace: TraceEvent[]
      wire: WireEvent[]
      received: [transfer: number, bytes: number][]
    }
  /** `result` is null for a transfer that was stopped. */
  | { type: 'done'; run: number; transfer: number; result: number | null; infos: Infos | null; body: Blob }
  | { type: 'exit'; run: number; status: number; duration: number; error: string | null }
  | { type: 'files'; files: FileEntry[] }
  | { type: 'answer'; id: number; value?: unknown; error?: string }
