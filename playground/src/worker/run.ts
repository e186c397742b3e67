// Performs one run of the tool: connects its streams, observes its transport and its trace, and reports to the page.
import { infos as infoTable } from '../../../dist/ts/libcurl/constants.gen.js'
import { INTERRUPTED, runTool } from '../../../dist/ts/runtimes/browser/tool.js'
import type { Transport } from '../../../shim/transports/transport.js'
import type { Infos, TraceKind } from '../model.js'
import { Batches } from './batch.js'
import { Bodies } from './bodies.js'
import { environment, files, HOME } from './files.js'
import { TerminalOutput } from './output.js'
import type { FromWorker, Order } from './protocol.js'
import { connect } from './redirects.js'
import { tapped } from './wire.js'

/** Infos that are pointers into the module. */
const NO_INFO = new Set(['TLS_SSL_PTR', 'TLS_SESSION', 'PRIVATE', 'ACTIVESOCKET', 'LASTSOCKET'])
const INFOS = Object.keys(infoTable).filter((name) => !NO_INFO.has(name))

/** The exit status of a shell when it cannot open a file. */
const NO_FILE = 1

export interface Surroundings {
  module: Promise<WebAssembly.Module>
  /** Null if nothing can be reached. */
  transport: Transport | null
  post: (message: FromWorker) => void
  /** Sends the list of files to the page. Called before the end of a run is reported. */
  tellFiles: () => void
}

export class Run {
  readonly #stop = new AbortController()
  readonly #output: TerminalOutput
  readonly #order: Order
  readonly #post: (message: FromWorker) => void

  constructor(
    order: Order,
    private readonly around: Surroundings,
  ) {
    const { run } = (this.#order = order)
    const post = (this.#post = around.post)
    this.#output = new TerminalOutput(
      (stream, bytes) => post({ type: 'output', run, stream, bytes }),
      (bytes) => post({ type: 'omitted', run, bytes }),
    )
  }

  stop(): void {
    this.#stop.abort()
  }

  drawn(bytes: number): void {
    this.#output.drawn(bytes)
  }

  /** Resolves when the run has ended, and that is reported to the page. */
  async perform(): Promise<void> {
    const { run } = this.#order
    const begun = performance.now()
    const batches = new Batches(begun, (batch) => this.#post({ type: 'events', run, ...batch }))
    const bodies = new Bodies()
    const done = (transfer: number, result: number | null, infos: Infos | null): void => {
      batches.flush()
      this.#post({ type: 'done', run, transfer, result, infos, body: bodies.take(transfer) })
    }
    let status = NO_FILE
    let error: string | null = null
    try {
      status = await Promise.race([this.#tool(batches, bodies, done), this.#stopped()])
    } catch (problem) {
      error = (problem as Error).message
    }
    batches.flush()
    for (const transfer of bodies.left()) done(transfer, null, null)
    this.#output.report()
    this.around.tellFiles()
    this.#post({ type: 'exit', run, status, duration: performance.now() - begun, error })
  }

  /** Resolves when the run is stopped. The tool gets the same signal, but only after its module is loaded. */
  #stopped(): Promise<number> {
    return new Promise((resolve) => this.#stop.signal.addEventListener('abort', () => resolve(INTERRUPTED)))
  }

  async #tool(
    batches: Batches,
    bodies: Bodies,
    done: (transfer: number, result: number, infos: Infos) => void,
  ): Promise<number> {
    const { argv, env, redirects, terminal } = this.#order
    const { module, transport } = this.around
    const { interactive, ...streams } = connect(redirects, files, {
      stdin: new Blob([]).stream(),
      stdout: this.#output.stream('stdout'),
      stderr: this.#output.stream('stderr'),
      interactive: true,
    })
    return runTool(argv, {
      ...streams,
      ...(interactive && { terminal }),
      ...(transport && { transport: this.#tapped(transport, batches) }),
      env: { ...environment, COLUMNS: String(terminal.columns), ...env },
      files,
      cwd: HOME,
      module,
      signal: this.#stop.signal,
      trace: {
        debug: (transfer, type, data) => batches.trace(transfer, type as TraceKind, data),
        body(transfer, data) {
          bodies.add(transfer, data)
          batches.received(transfer, data.length)
        },
        done: (transfer, result, getinfo) => done(transfer, result, allInfos(getinfo)),
      },
    })
  }

  #tapped(transport: Transport, batches: Batches): Transport {
    const { run } = this.#order
    return tapped(transport, {
      connected: (connection, host, port) =>
        this.#post({ type: 'connected', run, connection, host, port, at: batches.at }),
      bytes: (connection, direction, bytes) => batches.wire(connection, direction, bytes),
      disconnected: (connection, error, reason = '') => {
        batches.flush()
        this.#post({ type: 'disconnected', run, connection, error, reason })
      },
    })
  }
}

function allInfos(getinfo: (info: string) => unknown): Infos {
  return Object.fromEntries(INFOS.map((name) => [name, getinfo(name)]))
}
