// The main program of bin/relay: parses the command line, starts the server, and ends it on a signal. With several
// workers, this process is their primary; see workers/. Only this file, process-log.ts and workers/ use the process.
import cluster from 'node:cluster'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { UsageError, helpText, parseCommandLine, type CommandLine } from './command-line.js'
import { hashPassword } from './relay.js'
import { startServer, type RelayServer } from './server.js'
import { processLog } from './process-log.js'
import { startWorkers } from './workers/primary.js'
import { runWorker } from './workers/worker.js'

/** Exit statuses, for a wrong command line and for any other error. */
const USAGE = 2
const FAILURE = 1

/** Resolves to the exit status, or to null if the server runs. */
export async function main(args: string[]): Promise<number | null> {
  try {
    if (cluster.isWorker) return runWorker()
    const command = parseCommandLine(args)
    if (command === 'help') return print(helpText())
    if (command === 'version') return print(`${version()}\n`)
    if (command === 'hash-password') return print(`${await hashPassword(await password())}\n`)
    await serve(command)
    return null
  } catch (error) {
    const usage = error instanceof UsageError || error instanceof RangeError
    process.stderr.write(`libcurl-wasm-relay: ${(error as Error).message}\n`)
    return usage ? USAGE : FAILURE
  }
}

function print(what: string): number {
  process.stdout.write(what)
  return 0
}

function version(): string {
  const file = new URL('../package.json', import.meta.url) // bundled, this is in relay/dist
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

async function password(): Promise<string> {
  const line = (await text(process.stdin)).replace(/\r?\n$/, '')
  if (line === '') throw new UsageError('--hash-password: there is no password on standard input')
  return line
}

async function serve(command: CommandLine): Promise<void> {
  const { drainTimeout, workers, logLevel } = command
  const log = processLog(logLevel)
  let server: RelayServer | null = null
  let ending = false
  const end = (signal: NodeJS.Signals): void => {
    if (ending || !server) process.exit(FAILURE) // a second signal does not wait
    ending = true
    log.info({ event: 'draining', signal, ms: drainTimeout })
    void server.close(drainTimeout).then(() => {
      log.info({ event: 'end' })
      process.exit(0)
    })
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  server = workers > 1 ? await startWorkers(command, log) : await startServer({ ...command, log })
  const metrics = server.metricsAddress ?? command.metrics
  const more = workers > 1 ? { workers } : {}
  log.info({ event: 'listening', ...server.address, tls: command.tls !== undefined, metrics, ...more })
}
