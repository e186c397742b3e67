// Collects the events of a run's transfers and connections, and sends them as one message in each frame. It limits the
// bytes that it keeps of each event, transfer and connection, and counts the rest.
import { DATA_IN, type TraceEvent, type TraceKind, type WireEvent } from '../model.js'

const FRAME_MS = 16
/** How many bytes are kept of one event, and of all events of a connection, or of a transfer's data. */
const EVENT_BYTES = 16 * 1024
const TOTAL_BYTES = 1024 * 1024
/** How many bytes are kept of one text or header, because a server may send any number. */
const TEXT_BYTES = 256 * 1024
/** How many events are sent one by one. After that, events of the same kind become one in each frame. */
const EVENTS = 4000

export interface Batch {
  trace: TraceEvent[]
  wire: WireEvent[]
  received: [transfer: number, bytes: number][]
}

/** How much may still be kept of one transfer or connection. */
class Allowance {
  #bytes = TOTAL_BYTES
  #events = EVENTS

  /** A copy of the bytes that may be kept. */
  take(bytes: Uint8Array, limit: number): Uint8Array {
    this.#events--
    const kept = bytes.slice(0, Math.max(0, Math.min(limit, this.#bytes)))
    this.#bytes -= kept.length
    return kept
  }

  get spent(): boolean {
    return this.#bytes <= 0 || this.#events <= 0
  }
}

export class Batches {
  #trace: TraceEvent[] = []
  #wire: WireEvent[] = []
  readonly #received = new Map<number, number>()
  readonly #allowances = new Map<string, Allowance>()
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(
    private readonly begun: number,
    private readonly send: (batch: Batch) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get at(): number {
    return this.now() - this.begun
  }

  trace(transfer: number, kind: TraceKind, data: Uint8Array): void {
    const isText = kind < DATA_IN
    const allowance = this.#allowance(`transfer ${transfer} ${isText}`)
    const last = isText || !allowance.spent ? null : this.#trace.find((e) => e.transfer === transfer && e.kind === kind)
    if (last) last.size += data.length
    else {
      const bytes = isText ? data.slice(0, TEXT_BYTES) : allowance.take(data, EVENT_BYTES)
      this.#trace.push({ transfer, kind, at: this.at, size: data.length, bytes })
    }
    this.#schedule()
  }

  wire(connection: number, direction: 'out' | 'in', data: Uint8Array): void {
    const allowance = this.#allowance(`connection ${connection}`)
    const alike = (e: WireEvent): boolean => e.connection === connection && e.direction === direction
    const last = allowance.spent ? this.#wire.find(alike) : null
    if (last) last.size += data.length
    else {
      const bytes = allowance.take(data, EVENT_BYTES)
      this.#wire.push({ connection, direction, at: this.at, size: data.length, bytes })
    }
    this.#schedule()
  }

  received(transfer: number, bytes: number): void {
    this.#received.set(transfer, (this.#received.get(transfer) ?? 0) + bytes)
    this.#schedule()
  }

  /** Sends what is collected. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const [trace, wire, received] = [this.#trace, this.#wire, [...this.#received]]
    if (trace.length + wire.length + received.length === 0) return
    this.#trace = []
    this.#wire = []
    this.#received.clear()
    this.send({ trace, wire, received })
  }

  #allowance(key: string): Allowance {
    let allowance = this.#allowances.get(key)
    if (!allowance) this.#allowances.set(key, (allowance = new Allowance()))
    return allowance
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.flush(), FRAME_MS)
  }
}
