// Starts the relay as a Worker in workerd, and a server of DNS over HTTPS for it.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { afterAll } from 'vitest'
import { httpServer } from '../servers/listening.js'
import type { Resolve } from 'libcurl-wasm-relay'
import type { LogLine } from './relays.js'

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const { default: binary } = createRequire(path('../runtimes/package.json'))('workerd') as { default: string }

export interface WorkerProcess {
  child: ChildProcess
  port: number
  /** The port of the second isolate. */
  otherPort: number | null
  log: LogLine[]
  output: () => string
  close(): void
}

/** What a test that has failed does not end. */
const running = new Set<() => void>()
afterAll(() => running.forEach((close) => close()))

const bundled = new Map<string, Promise<string>>()

/** A Worker as one module, as Cloudflare's tools make it. */
async function bundle(input: string): Promise<string> {
  const made = await rolldown({ input, external: /^(cloudflare|node):/ })
  const { output } = await made.generate({ format: 'esm' })
  return output[0].code
}

/**
 * Starts a Worker, by default worker.js, whose variables are `variables`: what JSON can have.
 * @param configuration worker.capnp, or worker-isolates.capnp.
 */
export async function startWorker(
  variables: object,
  worker = path('worker.js'),
  configuration = 'worker.capnp',
): Promise<WorkerProcess> {
  const code = bundled.get(worker) ?? bundle(worker)
  bundled.set(worker, code)
  const bindings = Object.entries(variables).map(([name, value]) => {
    const text = JSON.stringify(value)
    // a string in capnp's syntax has the escapes of C
    return typeof value === 'string'
      ? `(name = "${name}", text = ${text})`
      : `(name = "${name}", json = ${JSON.stringify(text)})`
  })
  const folder = mkdtempSync(join(tmpdir(), 'libcurl-wasm-worker-'))
  writeFileSync(join(folder, 'worker.js'), await code)
  const list = bindings.map((binding) => `${binding}, `).join('')
  const config = readFileSync(path(configuration), 'utf8').replaceAll('bindings = [', `bindings = [${list}`)
  writeFileSync(join(folder, 'config.capnp'), config)
  const child = spawn(binary, ['serve', join(folder, 'config.capnp'), '--control-fd=3'], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const close = (): void => {
    running.delete(close)
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  running.add(close)
  const log: LogLine[] = []
  let output = ''
  for (const stream of [child.stdout!, child.stderr!]) {
    createInterface(stream).on('line', (line) => {
      output += `${line}\n`
      if (line.startsWith('{"')) log.push(JSON.parse(line) as LogLine)
    })
  }
  const ports: Record<string, number> = {}
  const listening = new Promise<void>((resolve) => {
    createInterface(child.stdio[3] as Readable).on('line', (line) => {
      const { socket, port } = JSON.parse(line) as { socket: string; port: number }
      ports[socket] = port
      if (Object.keys(ports).length === config.split('address = ').length - 1) resolve()
    })
  })
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`workerd does not start: ${output}`)))
  await Promise.race([listening, ended])
  ended.catch(() => {})
  return { child, port: ports.http!, otherPort: ports.other ?? null, log, output: () => output, close }
}

/** A server of DNS over HTTPS (application/dns-json) that answers with the addresses of `resolve`. */
export async function dohServer(resolve: Resolve): Promise<{ url: string; close(): unknown }> {
  const asked = new Map<string, Promise<string[]>>()
  const server = await httpServer(async (request, response) => {
    const { searchParams } = new URL(request.url!, 'http://localhost')
    const [name, type] = [searchParams.get('name')!, searchParams.get('type')!]
    // both types are one question to `resolve`
    const again = asked.get(name)
    const answer = again ?? resolve(name)
    if (again) asked.delete(name)
    else asked.set(name, answer)
    const addresses = await answer.catch(() => null)
    const records = (addresses ?? [])
      .filter((address) => address.includes(':') === (type === 'AAAA'))
      .map((data) => ({ name, type: type === 'A' ? 1 : 28, TTL: 60, data }))
    response.setHeader('content-type', 'application/dns-json')
    response.end(JSON.stringify({ Status: addresses ? 0 : 3, Answer: records }))
  })
  return { url: `${server.url}/dns-query`, close: () => server.close() }
}
