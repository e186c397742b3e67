// The process that runs cells, many at the same time, and checks what they leave behind.
import { getEventListeners } from 'node:events'
import { init } from 'libcurl-wasm'
import type { Watchable } from '../../shim/reactor.js'
import { current } from '../../dist/js/internals.js'
import { PROXIED, type Cell } from './axes.js'
import { outcomeOf, type Outcome } from './clients.js'
import { baseline, leftovers, memoryText, type Baseline } from './leftovers.js'
import type { Places } from './place.js'
import { Ways } from './ways.js'

/** A cell and its address. */
export interface Task {
  cell: Cell
  address: string
  /** The URL of a relay that is only for this cell. */
  relay?: string
}

export interface Result {
  outcome: Outcome
  /** What it has left behind that is known to be its own. */
  left: string[]
  ms: number
}

export type Order =
  | { ask: 'start'; places: Places }
  | { ask: 'run'; tasks: Task[] }
  /** Takes the present state as the one to compare with. */
  | { ask: 'baseline' }
  | { ask: 'leftovers' }
  /** The memory as a text. */
  | { ask: 'memory' }

/** How long a cell may take, and how long it may take to end after an abort, in milliseconds. */
const LIMIT_MS = Number(process.env['MATRIX_LIMIT_MS'] ?? 20_000)
const ABORT_MS = 3000
/** After this time the caller gives up on a server that stalls, in milliseconds. */
const STALLED_MS = 400
const STOPPED_MS = 600

let places: Places
let ways: Ways
let before: Baseline

/** Uncaught errors. They belong to one of the cells that run. */
const uncaught: string[] = []
process.on('uncaughtException', (error) => void uncaught.push(`uncaught: ${error?.stack ?? error}`))
process.on('unhandledRejection', (error) => void uncaught.push(`unhandled: ${(error as Error)?.stack ?? error}`))
process.on('warning', (warning) => void uncaught.push(`warning: ${warning.stack ?? warning}`))

/** The outcome, or 'hung' if it takes longer than `ms`. */
async function within(ms: number, outcome: Promise<Outcome>): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'hung'>((resolve) => (timer = setTimeout(resolve, ms, 'hung')))
  return Promise.race([outcome, late]).finally(() => clearTimeout(timer))
}

function proxyOf({ way }: Cell): string {
  if (!PROXIED.includes(way)) return ''
  return way === 'socks5' ? places.socks5 : places.httpProxy
}

/** What the sockets to an address wait for and are ready for, as texts. Without the sockets of the tool. */
function waiting(address: string): string[] {
  const { descriptors } = current().host
  const found: string[] = []
  for (let [fd, seen] = [0, 0]; seen < descriptors.size; fd++) {
    if (!descriptors.has(fd)) continue
    seen++
    const socket = descriptors.get(fd) as unknown as Watchable & { peer?: { address?: string } | null }
    if (socket.peer?.address !== address) continue
    const { interest, idleDeliveries } = socket
    found.push(
      `its socket waits for ${interest}, is ready for ${socket.readiness()}, was told so ${idleDeliveries} times`,
    )
  }
  return found
}

async function runOne({ cell, address, relay }: Task): Promise<Result> {
  const controller = new AbortController()
  const timers: NodeJS.Timeout[] = []
  const abortIn = (ms: number): void => void timers.push(setTimeout(() => controller.abort(), ms))
  const { fault, reader } = cell
  const host = fault === 'unknown-name' ? `${address.replaceAll('.', '-')}.invalid` : address
  const port = fault === 'refused' ? 'refused' : `${cell.protocol} ${PORTLESS.has(fault) ? 'none' : fault}`
  const route = ways.open(cell, host, address, relay)
  if (fault.startsWith('stall') && !fault.endsWith('body')) abortIn(STALLED_MS)
  const start = performance.now()
  const call = outcomeOf({
    cell,
    host,
    port: places.ports[port]!,
    proxy: proxyOf(cell),
    transport: ways.transport(),
    signal: controller.signal,
    began() {
      if (timers.length > 0) return
      if (reader === 'stopped') abortIn(STOPPED_MS)
      else if (fault === 'stall-in-body') abortIn(STALLED_MS)
    },
  })
  let outcome = await within(LIMIT_MS, call)
  const ms = Math.round(performance.now() - start)
  const left: string[] = []
  if (outcome === 'hung') {
    left.push(...waiting(address))
    controller.abort()
    outcome = (await within(ABORT_MS, call)) === 'hung' ? 'hung, also when aborted' : 'hung'
  }
  for (const timer of timers) clearTimeout(timer)
  route.close()
  const listeners = getEventListeners(controller.signal, 'abort').length
  if (listeners > 0) left.push(`${listeners} listeners of the signal`)
  return { outcome, left, ms }
}

/** Faults for which the origin needs no port. */
const PORTLESS = new Set(['unknown-name', 'blocked', 'relay-down'])

async function answer(order: Order): Promise<unknown> {
  switch (order.ask) {
    case 'start':
      places = order.places
      ways = new Ways(places, process.argv.includes('--shared'))
      return init({ transport: ways.transport() })
    case 'run':
      return Promise.all(order.tasks.map(runOne))
    case 'baseline':
      before = await baseline()
      uncaught.length = 0
      return null
    case 'memory':
      return memoryText()
    case 'leftovers':
      return [...uncaught.splice(0), ...(await leftovers(before))]
  }
}

process.on('message', async ({ id, ...order }: Order & { id: number }) => {
  process.send!({ id, answer: (await answer(order as Order)) ?? null })
})
process.on('disconnect', () => process.exit())
