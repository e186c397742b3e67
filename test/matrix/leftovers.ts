// Checks that cells leave nothing behind: compares the process that has run them with its state before.
import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { current } from '../../dist/js/internals.js'
import { more, type Levels } from './levels.js'

const collect = (globalThis as { gc?: () => void }).gc!

function levels(): Levels {
  const { host, easies, multis } = current()
  const found: Levels = {
    descriptors: host.descriptors.size,
    'easy handles': easies.size,
    'multi handles': multis.size,
    'file descriptors': readdirSync('/proc/self/fd').length,
  }
  for (const name of process.getActiveResourcesInfo()) found[name] = (found[name] ?? 0) + 1
  return found
}

/** How long it may take until everything that is closed is freed, in milliseconds. */
const SETTLING_MS = 4000
/** How long the process must be idle, in milliseconds, and which share of that it may use the CPU. */
const IDLE_MS = 150
const BUSY = 0.5
/** How many bytes the module may grow, because libcurl's caches of names and TLS sessions fill. */
const MODULE_BYTES = 512 * 1024
/** How many bytes the heap may vary because of compiled code. A body that is not freed is larger. */
const HEAP_BYTES = 12e6

export interface Baseline {
  levels: Levels
  module: number
  heap: number
}

function memory(): Omit<Baseline, 'levels'> {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return { module: current().exports.memory_in_use(), heap: heapUsed + external }
}

/** The memory as a text for people. */
export function memoryText(): string {
  const { module, heap } = memory()
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
  return `module ${mb(module)}, heap ${mb(heap)}, resident ${mb(process.memoryUsage.rss())}`
}

/** The state once everything before has settled. */
export async function baseline(): Promise<Baseline> {
  for (let [before, same] = [levels(), 0]; same < 5;) {
    await sleep(20)
    const now = levels()
    same = JSON.stringify(now) === JSON.stringify(before) ? same + 1 : 0
    before = now
  }
  return { levels: levels(), ...memory() }
}

/** What is left behind, as texts. */
export async function leftovers(before: Baseline): Promise<string[]> {
  let left: string[] = []
  let now = memory()
  for (const end = performance.now() + SETTLING_MS; performance.now() < end; await sleep(20)) {
    left = more(before.levels, levels())
    if (left.length > 0) continue
    // closed objects only become garbage after the function that closed them has returned
    now = memory()
    if (now.heap <= before.heap + HEAP_BYTES) break
  }
  const start = process.cpuUsage()
  await sleep(IDLE_MS)
  const { user, system } = process.cpuUsage(start)
  const used = (user + system) / 1000 / IDLE_MS
  if (used > BUSY) left.push(`busy: ${Math.round(100 * used)} % of a CPU`)
  if (now.module > before.module + MODULE_BYTES) left.push(`${now.module - before.module} bytes in the module`)
  if (now.heap > before.heap + HEAP_BYTES) left.push(`${now.heap - before.heap} bytes of the heap`)
  return left
}
