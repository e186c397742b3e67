// A worker: a relay with a server of its own, on the port of all. It asks its primary for what the workers share, and
// obeys it alone: signals are for the primary, which also gets those that are sent to all processes of a group.
import { SharedVisitors, type Answer, type Ask } from '../../core/shared-limits.js'
import type { CommandLine } from '../command-line.js'
import { processLog } from '../process-log.js'
import { startServer, type RelayServer } from '../server.js'
import type { Relay } from '../websocket-relay.js'
import { Batch, type ToPrimary, type ToWorker } from './messages.js'

const FAILURE = 1
/** How long bytes are gathered before other workers learn of them, in milliseconds. */
const REPORT_MS = 20

type WorkerServer = RelayServer & { relay: Relay }

/** Runs until the primary ends it. If the primary dies, node:cluster ends it. Returns null, as it has no status yet. */
export function runWorker(): null {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => {})
  let server: Promise<WorkerServer> | null = null
  let answer: (answer: Answer) => void = () => {}
  const scraping = new Map<number, (text: string) => void>()
  let scrapes = 0

  const start = async (command: CommandLine): Promise<WorkerServer> => {
    const asks = new Batch<Ask>((asks) => tell({ is: 'limits', asks }))
    const started = await startServer(
      { ...command, log: processLog(command.logLevel) },
      {
        visitors(limits) {
          const visitors = new SharedVisitors(limits, (ask) => asks.add(ask), REPORT_MS)
          answer = (one) => visitors.answer(one)
          return visitors
        },
        scrape: () =>
          new Promise((resolve) => {
            scraping.set(++scrapes, resolve)
            tell({ is: 'scrape', id: scrapes })
          }),
      },
    )
    tell({ is: 'ready', address: started.address })
    return started
  }

  process.on('message', (message: ToWorker) => {
    switch (message.is) {
      case 'start':
        server = start(message.command)
        return void server.catch((error: Error) => {
          process.send!({ is: 'failed', message: error.message } satisfies ToPrimary, () => process.exit(FAILURE))
        })
      case 'limits':
        return message.answers.forEach((one) => answer(one))
      case 'collect':
        return void server!
          .then(({ relay }) => relay.metrics.getMetricsAsJSON())
          .then((values) => tell({ is: 'collected', id: message.id, values }))
      case 'scraped':
        scraping.get(message.id)!(message.text)
        return void scraping.delete(message.id)
      case 'drain':
        return void server!.then((running) => running.close(message.ms)).then(() => process.exit(0), () => {}) // prettier-ignore
    }
  })
  tell({ is: 'hello' })
  return null
}

function tell(message: ToPrimary): void {
  // it fails only if the primary has died
  process.send!(message, undefined, undefined, () => {})
}
