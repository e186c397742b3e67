// Starts relays to test: in this process as a library on an HTTP server, or in a process of their own with bin/relay.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createRelay, type Relay, type RelayOptions } from 'libcurl-wasm-relay'
import { pino } from 'pino'
import { afterAll } from 'vitest'
import { listen } from '../servers/listening.js'

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

const BIN = fileURLToPath(new URL('../../bin/relay', import.meta.url))

/** Starts a relay, which is closed at the end of the test file. Loopback is allowed unless `options` say otherwise. */
export async function testRelay(options: RelayOptions = {}): Promise<TestRelay> {
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
    rss: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]) * 1024,
    exit,
  }
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
