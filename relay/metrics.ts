// The relay's counters for Prometheus. Labels are few, and their values never come from a client.
import { Counter, Gauge, Registry } from 'prom-client'
import { closeReasonText } from '../shim/transports/relay.js'

export type Protocol = 'wisp' | 'wsproxy'

/** Values that are read when Prometheus scrapes. */
export interface Levels {
  clients(protocol: Protocol): number
  sockets(): number
  buffered(): number
}

export class Metrics {
  readonly registry = new Registry()
  #refused: Counter<'reason'>
  #streams: Counter<'reason'>
  /** Bytes from clients to origins, and back. Plain numbers, because they change with every chunk. */
  up = 0
  down = 0

  constructor(levels: Levels) {
    const registers = [this.registry]
    const gauge = (name: string, help: string, value: () => number): void => {
      new Gauge({ name, help, registers, collect: function () { this.set(value()) } }) // prettier-ignore
    }
    new Gauge({
      name: 'relay_clients',
      help: 'WebSockets that are open',
      labelNames: ['protocol'],
      registers,
      collect() {
        for (const protocol of ['wisp', 'wsproxy'] as const) this.set({ protocol }, levels.clients(protocol))
      },
    })
    gauge('relay_origin_sockets', 'Sockets to origins, including those that are closing', levels.sockets)
    gauge('relay_buffered_bytes', 'Bytes that this process holds', levels.buffered)
    const total = (direction: 'up' | 'down'): number => this[direction]
    new Counter({
      name: 'relay_bytes_total',
      help: 'Bytes of streams, up to origins and down to clients',
      labelNames: ['direction'],
      registers,
      collect() {
        this.reset()
        for (const direction of ['up', 'down'] as const) this.inc({ direction }, total(direction))
      },
    })
    this.#refused = new Counter({
      name: 'relay_clients_refused_total',
      help: 'WebSockets that were refused, or closed because of what the client did',
      labelNames: ['reason'],
      registers,
    })
    this.#streams = new Counter({
      name: 'relay_streams_total',
      help: 'Streams that have ended, by the reason',
      labelNames: ['reason'],
      registers,
    })
  }

  refused(reason: string): void {
    this.#refused.inc({ reason })
  }

  streamEnded(reason: number, byClient: boolean): void {
    this.#streams.inc({ reason: byClient ? 'closed by the client' : closeReasonText(reason) })
  }
}
