// What the primary and its workers say to each other, over the channel of node:cluster.
import type { AddressInfo } from 'node:net'
import type { MetricObjectWithValues, MetricValue } from 'prom-client'
import type { Answer, Ask } from '../../core/shared-limits.js'
import type { CommandLine } from '../command-line.js'

export type MetricValues = MetricObjectWithValues<MetricValue<string>>[]

export type ToPrimary =
  /** It listens to messages: those that were sent before are lost. */
  | { is: 'hello' }
  | { is: 'ready'; address: AddressInfo }
  /** It cannot start, and ends. */
  | { is: 'failed'; message: string }
  | { is: 'limits'; asks: Ask[] }
  | { is: 'collected'; id: number; values: MetricValues }
  /** A client asks this worker for the metrics of all. */
  | { is: 'scrape'; id: number }

export type ToWorker =
  | { is: 'start'; command: CommandLine }
  | { is: 'limits'; answers: Answer[] }
  | { is: 'collect'; id: number }
  | { is: 'scraped'; id: number; text: string }
  /** Accept no more clients, and end with the last stream, or after `ms` milliseconds. */
  | { is: 'drain'; ms: number }

/** Sends what is added in one turn of the event loop as one list, because each message is a system call. */
export class Batch<T> {
  #items: T[] = []

  constructor(private readonly send: (items: T[]) => void) {}

  add(item: T): void {
    if (this.#items.push(item) > 1) return
    setImmediate(() => {
      const items = this.#items
      this.#items = []
      this.send(items)
    })
  }
}
