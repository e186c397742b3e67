// The primary of several workers, which share one port (node:cluster). It starts them, replaces those that die, counts for
// the limits per address, adds up the metrics, and drains them all. It handles no client itself.
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import { sweepInterval } from '../../core/connection.js'
import { VisitorsOfAll, type Answer } from '../../core/shared-limits.js'
import type { CommandLine } from '../command-line.js'
import { settingsOf } from '../relay-options.js'
import { handler, listen, metricsPlace, stop, type Place, type RelayServer } from '../server.js'
import { Batch, type ToPrimary, type ToWorker } from './messages.js'
import { MetricsOfAll } from './metrics.js'

/** After how long a worker that has died is replaced, in milliseconds: longer each time, until one has lived. */
const RESTART_MS = { least: 100, most: 10_000 }
/** A worker that has lived for so long counts as healthy, in milliseconds. */
const LIVED_MS = 60_000
/** How long a worker may take to end after a drain, in milliseconds. */
const END_MS = 5000
const LONGEST_TIMEOUT = 2 ** 31 - 1

/**
 * Starts the workers. Resolves when all of them listen.
 * @throws Error that says why one of them cannot start.
 */
export async function startWorkers(command: CommandLine, log: Logger): Promise<RelayServer> {
  const primary = new Primary(command, log)
  try {
    return await primary.start()
  } catch (error) {
    await primary.close(0)
    throw error
  }
}

class Primary {
  #command: CommandLine
  #log: Logger
  #visitors: VisitorsOfAll<number>
  #metrics = new MetricsOfAll((worker, id) => tell(worker, { is: 'collect', id }))
  #metricsServer: http.Server | null = null
  #workers = new Set<Worker>()
  #restarts = new Set<NodeJS.Timeout>()
  #sweeper: NodeJS.Timeout
  #ending = false

  constructor(command: CommandLine, log: Logger) {
    const settings = settingsOf(command.relay)
    this.#command = command
    this.#log = log
    this.#visitors = new VisitorsOfAll(settings)
    this.#sweeper = setInterval(() => this.#visitors.sweep(), sweepInterval(settings)).unref()
    cluster.schedulingPolicy = cluster.SCHED_RR
    // not JSON, which has no NaN
    cluster.setupPrimary({ serialization: 'advanced' })
  }

  async start(): Promise<RelayServer> {
    const { listen: place, metrics = metricsPlace(place.port), workers } = this.#command
    // one that is replaced after all have died listens on the same port again
    const listening = { ...place, port: place.port || (await freePort(place)) }
    this.#command = { ...this.#command, listen: listening, metrics }
    const metricsAddress = typeof metrics === 'object' ? await this.#serveMetrics(metrics) : null
    const addresses = await Promise.all(Array.from({ length: workers }, () => this.#first()))
    return { address: addresses[0]!, metricsAddress, close: (ms) => this.close(ms) }
  }

  #serveMetrics(place: Place): Promise<AddressInfo> {
    this.#metricsServer = http.createServer(handler(() => this.#ending, () => this.#metrics.text())) // prettier-ignore
    return listen(this.#metricsServer, place, this.#log, 'the metrics')
  }

  // --- one worker ---

  /** Starts a worker that must not fail. */
  #first(): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#fork(0, (result) => (result instanceof Error ? reject(result) : resolve(result)))
    })
  }

  /**
   * @param failures How many of its predecessors have died soon.
   * @param started Called when it listens, or with an error if it has ended before.
   */
  #fork(failures: number, started: (result: AddressInfo | Error) => void): void {
    const worker = cluster.fork()
    const since = performance.now()
    const answers = new Batch<Answer>((answers) => tell(worker, { is: 'limits', answers }))
    let problem = ''
    this.#workers.add(worker)
    this.#visitors.join(worker.id, (answer) => answers.add(answer))
    worker.on('message', (message: ToPrimary) => {
      switch (message.is) {
        case 'hello':
          if (this.#ending) return void worker.process.kill('SIGKILL')
          return tell(worker, { is: 'start', command: this.#command })
        case 'ready':
          this.#log.info({ event: 'worker', worker: worker.process.pid })
          this.#metrics.join(worker)
          return started(message.address)
        case 'failed':
          problem = message.message
          return
        case 'limits':
          return message.asks.forEach((ask) => this.#visitors.ask(worker.id, ask))
        case 'collected':
          return this.#metrics.collected(worker, message.id, message.values)
        case 'scrape':
          return void this.#metrics.text().then((text) => tell(worker, { is: 'scraped', id: message.id, text }))
      }
    })
    worker.on('error', (error) => this.#log.error({ event: 'fault', err: error }))
    worker.on('exit', (code, signal) => {
      this.#workers.delete(worker)
      this.#visitors.gone(worker.id)
      this.#metrics.gone(worker)
      if (this.#ending) return
      this.#metrics.died()
      const { pid } = worker.process
      this.#log.error({ event: 'worker ended', worker: pid, code, signal }, problem || undefined)
      started(new Error(problem || `a worker has ended with ${signal ?? `status ${code}`} before it was ready`))
      const lived = performance.now() - since >= LIVED_MS
      this.#replace(lived ? 0 : failures + 1)
    })
  }

  #replace(failures: number): void {
    const ms = Math.min(RESTART_MS.least * 2 ** Math.max(failures - 1, 0), RESTART_MS.most)
    const timer = setTimeout(() => {
      this.#restarts.delete(timer)
      this.#fork(failures, () => {})
    }, ms)
    this.#restarts.add(timer)
  }

  // --- the end ---

  async close(ms: number): Promise<void> {
    this.#ending = true
    for (const timer of this.#restarts) clearTimeout(timer)
    const killing = setTimeout(() => this.#kill(), Math.min(ms + END_MS, LONGEST_TIMEOUT))
    await Promise.all(
      [...this.#workers].map((worker) => {
        tell(worker, { is: 'drain', ms })
        return new Promise((resolve) => worker.once('exit', resolve))
      }),
    )
    clearTimeout(killing)
    clearInterval(this.#sweeper)
    if (this.#metricsServer) stop([this.#metricsServer])
  }

  #kill(): void {
    for (const worker of this.#workers) worker.process.kill('SIGKILL')
  }
}

function tell(worker: Worker, message: ToWorker): void {
  // it fails if the worker has just died, which 'exit' reports
  worker.process.send(message, undefined, undefined, () => {})
}

async function freePort({ host }: Place): Promise<number> {
  const server = net.createServer().listen({ host, port: 0 })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
