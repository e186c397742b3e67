// The page's side of the Worker: starts it, sends it orders, and writes its reports into the store. If a Worker does
// not stop a run when told to, it is terminated and replaced.
import type { Connection, Run, Store, Transfer } from '../model.js'
import type { FromWorker, Order, Question, ToWorker } from './protocol.js'

/** How long the Worker may take to stop a run, in milliseconds. */
const PATIENCE_MS = 1500
export const INTERRUPTED = 130

/** What is shown of a run while it goes on. */
export interface RunListener {
  output(stream: 'stdout' | 'stderr', bytes: Uint8Array, drawn: () => void): void
  /** How many bytes the terminal did not get so far. */
  omitted(bytes: number): void
}

interface Going {
  run: Run
  listener: RunListener
  ended: (error: string | null) => void
}

export class Tool {
  #worker: Worker
  readonly #going = new Map<number, Going>()
  readonly #questions = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  #nextQuestion = 0

  constructor(
    private readonly store: Store,
    private readonly create: () => Worker,
    private readonly ca: string | null,
    /** Called when the connection to a relay has failed or ended. */
    private readonly relayLost: (url: string, reason: string) => void,
  ) {
    this.#worker = this.#start()
  }

  #start(): Worker {
    const worker = this.create()
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#heard(data)
    worker.onerror = (event) => {
      this.#module({ state: 'failed', detail: event.message || 'the Worker could not be started' })
    }
    worker.postMessage({ type: 'start', ca: this.ca } satisfies ToWorker)
    return worker
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message)
  }

  /** Loads the module, unless it is loaded or loading. */
  load(): void {
    const { state } = this.store.state.module
    if (state === 'loading' || state === 'ready') return
    this.#module({ state: 'loading', detail: '' })
    this.#post({ type: 'load' })
  }

  /** Starts a run. Resolves when it has ended: with null, or with an error if it could not be run. */
  run(run: Run, order: Omit<Order, 'run' | 'argv'>, listener: RunListener): Promise<string | null> {
    this.load()
    return new Promise((ended) => {
      this.#going.set(run.id, { run, listener, ended })
      this.#post({ type: 'run', run: run.id, argv: [...run.argv], ...order })
    })
  }

  stop(run: Run): void {
    if (!this.#going.has(run.id)) return
    this.#post({ type: 'stop', run: run.id })
    setTimeout(() => {
      if (this.#going.has(run.id))
        this.#replace('the command did not stop, so the Worker was restarted, and the files in memory are lost')
    }, PATIENCE_MS)
  }

  ask(question: Question): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = this.#nextQuestion++
      this.#questions.set(id, { resolve, reject })
      this.#post({ type: 'question', id, question })
    })
  }

  #replace(reason: string): void {
    this.#worker.terminate()
    for (const { reject } of this.#questions.values()) reject(new Error(reason))
    this.#questions.clear()
    for (const id of [...this.#going.keys()])
      this.#ended(id, INTERRUPTED, Date.now() - this.#going.get(id)!.run.startedAt, reason)
    this.#module({ state: 'idle', loaded: 0, detail: '' })
    this.#worker = this.#start()
    this.load()
  }

  #module(change: Partial<Store['state']['module']>): void {
    Object.assign(this.store.state.module, change)
    this.store.changed('module')
  }

  #heard(message: FromWorker): void {
    switch (message.type) {
      case 'module': {
        const { loaded, total, ready } = message
        return this.#module({ loaded, total, state: ready ? 'ready' : 'loading' })
      }
      case 'failed':
        return this.#module({ state: 'failed', detail: message.message })
      case 'relay':
        return this.relayLost(message.url, message.reason)
      case 'files':
        this.store.state.files = message.files
        return this.store.changed('files')
      case 'answer': {
        const question = this.#questions.get(message.id)
        this.#questions.delete(message.id)
        if (message.error === undefined) question?.resolve(message.value)
        else question?.reject(new Error(message.error))
        return
      }
      case 'exit':
        return this.#ended(message.run, message.status, message.duration, message.error)
      default: {
        const going = this.#going.get(message.run)
        if (going) this.#told(going, message)
      }
    }
  }

  #told({ run, listener }: Going, message: Extract<FromWorker, { run: number }>): void {
    switch (message.type) {
      case 'output': {
        const { stream, bytes } = message
        const drawn = (): void => this.#post({ type: 'drawn', run: run.id, bytes: bytes.length })
        return listener.output(stream, bytes, drawn)
      }
      case 'omitted':
        return listener.omitted(message.bytes)
      case 'connected': {
        const { connection: id, host, port, at: openedAt } = message
        run.connections.push({ id, host, port, openedAt, sent: 0, received: 0, events: [] })
        return this.store.changed('wire')
      }
      case 'disconnected': {
        const connection = connectionOf(run, message.connection)
        if (connection) Object.assign(connection, { ended: message.error, reason: message.reason })
        return this.store.changed('wire')
      }
      case 'events':
        return this.#events(run, message)
      case 'done': {
        const { transfer, result, infos, body } = message
        Object.assign(transferOf(run, transfer), { result, infos, body })
        return this.store.changed('runs', 'body', 'trace')
      }
    }
  }

  #events(run: Run, { trace, wire, received }: Extract<FromWorker, { type: 'events' }>): void {
    for (const event of trace) transferOf(run, event.transfer).trace.push(event)
    for (const event of wire) {
      const connection = connectionOf(run, event.connection)
      if (!connection) continue
      connection.events.push(event)
      if (event.direction === 'out') connection.sent += event.size
      else connection.received += event.size
    }
    for (const [transfer, bytes] of received) transferOf(run, transfer).received += bytes
    if (trace.length > 0) this.store.changed('trace')
    if (wire.length > 0) this.store.changed('wire')
    if (received.length > 0) this.store.changed('body')
  }

  #ended(id: number, status: number, duration: number, error: string | null): void {
    const going = this.#going.get(id)
    if (!going) return
    this.#going.delete(id)
    Object.assign(going.run, { status, duration })
    for (const connection of going.run.connections) connection.ended ??= null
    this.store.changed('runs', 'trace', 'wire', 'body')
    going.ended(error)
  }
}

function connectionOf(run: Run, id: number): Connection | undefined {
  return run.connections.find((connection) => connection.id === id)
}

function transferOf(run: Run, number: number): Transfer {
  let transfer = run.transfers.find((each) => each.number === number)
  if (!transfer) {
    transfer = { number, trace: [], received: 0, result: null, infos: null, body: null }
    run.transfers.push(transfer)
  }
  return transfer
}
