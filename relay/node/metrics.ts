// The relay's counters for Prometheus. Labels are few, and their values never come from a client.
import { Counter, Gauge, Registry } from 'prom-client'
import type { Counters, Protocol } from '../core/counters.js'
import { closeReasonText } from '../../shim/transports/relay.js'

/** Values that are read when Prometheus scrapes. */
export interface Levels {
  clients(protocol: Protocol): number
  sockets(): number
  buffered(): number
}

export class Metrics implements Counters {
  readonly registry = new Registry()
  #refused: Counter<'reason'>
  #streams: Counter<'reason'>
  /** Bytes from clients to origins, and back. Plain numbers, because they change with every chunk. */
  up = 0
  down = 0
  /** Datagrams that were dropped, because there was no room for them. */
  dropped = { up: 0, down: 0 }

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
    const counter = (name: string, help: string, total: (direction: 'up' | 'down') => number): void => {
      new Counter({
        name,
        help,
        labelNames: ['direction'],
        registers,
        collect() {
          this.reset()
          for (const direction of ['up', 'down'] as const) this.inc({ direction }, total(direction))
        },
      })
    }
    counter('relay_bytes_total', 'Bytes of streams, up to origins and down to clients', (direction) => this[direction])
    counter(
      'relay_datagrams_dropped_total',
      'Datagrams of UDP that were dropped, because a queue was full',
      (direction) => this.dropped[direction],
    )
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
