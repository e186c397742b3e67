// The metrics of all workers, added up: gauges of those that live, and counters of those that have ended, too, because
// Prometheus takes a counter that falls for one that has begun again.
import type { Worker } from 'node:cluster'
import { AggregatorRegistry, Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client'
import type { MetricValues } from './messages.js'

/** How long a worker may take to answer, in milliseconds. After that, what it said last counts. */
const ANSWER_MS = 2000

export class MetricsOfAll {
  /** Those of this process, and how many workers there are. */
  #own = new Registry()
  #ended: Counter
  #collect: (worker: Worker, id: number) => void
  /** What each worker said last. */
  #last = new Map<Worker, MetricValues>()
  /** The counters of workers that have ended. */
  #lost: MetricValues = []
  #asked = new Map<number, (values: MetricValues | null) => void>()
  #id = 0

  /** @param collect Asks a worker, whose values go to collected(). */
  constructor(collect: (worker: Worker, id: number) => void) {
    this.#collect = collect
    collectDefaultMetrics({ register: this.#own })
    const registers = [this.#own]
    const workers = (): number => this.#last.size
    new Gauge({ name: 'relay_workers', help: 'Workers that live', registers, collect() { this.set(workers()) } }) // prettier-ignore
    this.#ended = new Counter({ name: 'relay_workers_ended_total', help: 'Workers that have died', registers })
  }

  join(worker: Worker): void {
    this.#last.set(worker, [])
  }

  gone(worker: Worker): void {
    const counters = (this.#last.get(worker) ?? []).filter(({ type }) => String(type) === 'counter')
    const sums = AggregatorRegistry.aggregate([this.#lost, counters]).getMetricsAsArray()
    this.#lost = sums as unknown as MetricValues // it has made them of such values
    this.#last.delete(worker)
  }

  died(): void {
    this.#ended.inc()
  }

  collected(worker: Worker, id: number, values: MetricValues): void {
    if (this.#last.has(worker)) this.#last.set(worker, values)
    this.#asked.get(id)?.(values)
  }

  /** In the format of Prometheus. */
  async text(): Promise<string> {
    await Promise.all([...this.#last.keys()].map((worker) => this.#ask(worker)))
    // levels of this process, such as the lag of its event loop, would only blur those of the workers
    const own = (await this.#own.getMetricsAsJSON()).filter(({ aggregator }) => aggregator === 'sum')
    return AggregatorRegistry.aggregate([own, this.#lost, ...this.#last.values()]).metrics()
  }

  #ask(worker: Worker): Promise<void> {
    return new Promise((resolve) => {
      const id = ++this.#id
      const done = (): void => {
        clearTimeout(timer)
        worker.off('exit', done)
        this.#asked.delete(id)
        resolve()
      }
      const timer = setTimeout(done, ANSWER_MS)
      worker.once('exit', done)
      this.#asked.set(id, done)
      this.#collect(worker, id)
    })
  }
}
