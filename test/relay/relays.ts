// Starts relays to test: in this process as a library on an HTTP server, or in a process of their own with bin/relay. With
// RELAY=worker in the environment both are the Worker in workerd, so that the same tests test it; see worker-setup.ts.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createRelay, type Relay, type RelayOptions } from 'libcurl-wasm-relay'
import { pino } from 'pino'
import { Resolver } from 'node:dns/promises'
import { parseCommandLine } from '../../relay/node/command-line.js'
import { afterAll } from 'vitest'
import { listen } from '../servers/listening.js'
import { dohServer, startWorker, type WorkerProcess } from './workerd.js'

export type LogLine = Record<string, unknown> & { event: string; msg?: string }

export interface TestRelay {
  relay: Relay
  port: number
  /** 'ws://127.0.0.1:port', without a slash. */
  url: string
  log: LogLine[]
}

/** What to close at the end of the test file, because afterAll() inside of a test does not work. */
const closing: (() => unknown)[] = []
afterAll(() => Promise.all(closing.map((close) => close())))

export const onWorker = process.env.RELAY === 'worker'

const BIN = fileURLToPath(new URL('../../bin/relay', import.meta.url))

/** Starts a relay, which is closed at the end of the test file. Loopback is allowed unless `options` say otherwise. */
export async function testRelay(options: RelayOptions = {}): Promise<TestRelay> {
  if (onWorker) {
    const { port, log } = await workerRelay({ allowRanges: ['127.0.0.0/8', '::1'], ...options })
    const relay = new Proxy({} as Relay, { get: () => notThere })
    return { relay, port, url: `ws://127.0.0.1:${port}`, log }
  }
  const log: LogLine[] = []
  const sink = { write: (line: string) => void log.push(JSON.parse(line)) }
  const relay = createRelay({ allowRanges: ['127.0.0.0/8', '::1'], log: pino({ level: 'debug' }, sink), ...options })
  const server = await listen(http.createServer(), 'http')
  server.server.on('upgrade', relay.handleUpgrade)
  closing.push(async () => {
    await relay.close()
    await server.close()
  })
  return { relay, port: server.port, url: `ws://127.0.0.1:${server.port}`, log }
}

function notThere(): never {
  throw new Error('a Worker does not have this: name the test in worker-setup.ts')
}

/** Starts the Worker with options of the relay on Node, as far as it has them. `resolve` is asked by DNS over HTTPS. */
async function workerRelay({
  resolve,
  dnsServers,
  udp,
  trustedProxies,
  log,
  ...options
}: RelayOptions): Promise<WorkerProcess> {
  const doh = await dohServer(resolve ?? resolverOf(dnsServers ?? []))
  const worker = await startWorker({ options: { ...options, dohServer: doh.url } })
  closing.push(() => {
    worker.close()
    return doh.close()
  })
  return worker
}

function resolverOf(servers: readonly string[]): NonNullable<RelayOptions['resolve']> {
  const resolver = new Resolver({ timeout: 3000, tries: 2 })
  if (servers.length > 0) resolver.setServers(servers)
  return async (host) => {
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  }
}

export interface RelayProcess {
  child: ChildProcess
  port: number
  metricsPort: number | null
  url: string
  log: LogLine[]
  /** Returns everything it has printed. */
  output: () => string
  /** Resident memory in bytes. */
  rss(): number
  exit: Promise<{ status: number | null; signal: string | null }>
}

/** Starts `bin/relay` on a free port of loopback. It is killed at the end of the test file. */
export async function relayProcess(...args: string[]): Promise<RelayProcess> {
  if (onWorker) {
    const command = parseCommandLine(['--allow-loopback', ...args])
    if (typeof command === 'string') throw new Error(command)
    const { child, port, log, output } = await workerRelay(command.relay)
    const exit = once(child, 'exit').then(([status, signal]) => ({ status, signal }))
    return {
      child,
      port,
      metricsPort: null,
      url: `ws://127.0.0.1:${port}`,
      log,
      output,
      rss: () => residentOf(child),
      exit,
    }
  }
  const child = spawn(process.execPath, [BIN, '--host', '127.0.0.1', '--port', '0', '--allow-loopback', ...args])
  const exit = once(child, 'exit').then(([status, signal]) => ({ status, signal }))
  closing.push(() => child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (output += chunk))
  const log: LogLine[] = []
  const listening = await new Promise<LogLine>((resolve, reject) => {
    createInterface(child.stdout!).on('line', (text) => {
      const line = JSON.parse(text) as LogLine
      log.push(line)
      if (line.event === 'listening') resolve(line)
    })
    void exit.then(() => reject(new Error(`the relay has ended: ${output}`)))
  })
  const metrics = listening.metrics as { port?: number } | string
  const port = listening.port as number
  return {
    child,
    port,
    metricsPort: typeof metrics === 'object' ? metrics.port! : null,
    url: `ws://127.0.0.1:${port}`,
    log,
    output: () => output,
    rss: () => residentOf(child),
    exit,
  }
}

function residentOf({ pid }: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024
}

/** Runs bin/relay until it ends. */
export async function runRelay(
  args: string[],
  input = '',
): Promise<{ status: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [BIN, ...args])
  child.stdin.end(input)
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const [status] = await once(child, 'close')
  return { status, stdout, stderr }
}

/** Waits until `met` returns true. The test's own time limit ends it. */
export async function until(met: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await met())) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** Waits until a number does not change any more, and returns it. */
export async function stable(value: () => number): Promise<number> {
  for (let [before, same] = [value(), 0]; ;) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    const now = value()
    same = now === before ? same + 1 : 0
    if (same === 6) return now
    before = now
  }
}
