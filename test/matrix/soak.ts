// `make soak MINUTES=n [SEED=n]`: runs random cells, a fixed number at the same time, and sometimes cuts the WebSocket
// that many of them share. It compares every byte of every body. Once a minute it waits until nothing runs, and checks
// what has grown.
import { RELAYED, cells, nameOf, type Cell } from './axes.js'
import { Origin, SHARED } from './batches.js'
import { expectedOf } from './expected.js'
import { more, type Levels } from './levels.js'
import { Peer } from './peer.js'
import type { Result } from './worker.js'

/** How many cells run at the same time. */
const CONCURRENCY = 16
const PERIOD_MS = 60_000
/** The average time between two cuts of the shared WebSockets, in milliseconds. */
const CUT_MS = 4000

/** The longest time until a client has noticed a cut, in milliseconds. What it starts before is lost too. */
const NOTICED_MS = 2000

/** Random numbers that are the same for the same seed: mulberry32, in the public domain. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const [minutes, seed = Date.now() % 1_000_000] = process.argv.slice(2).filter(Boolean).map(Number)
if (!(minutes! > 0)) {
  console.error('MINUTES is how long it is to run, such as 20')
  process.exit(2)
}
console.log(`seed ${seed}`)

// in milliseconds: long, because on a busy machine a cell may be slow without hanging
process.env['MATRIX_LIMIT_MS'] ??= '60000'
const random = randomOf(seed)
// most transfers of an application succeed
const [faulty, well] = [cells(), cells().filter(({ fault }) => fault === 'none' || fault === 'upload')]
const pick = (from: Cell[]): Cell => from[Math.floor(random() * from.length)]!
const origin = await new Origin().start()
const worker = new Peer(new URL('worker.js', import.meta.url), ['--shared'])
await worker.ask({ ask: 'start', places: origin.places })

const count = { right: 0, wrong: 0, hung: 0, cut: 0 }
/** When the shared WebSockets were last cut. */
let lastCut = -Infinity
const problems: string[] = []
/** The names of the cells since the last quiet moment, by their addresses. */
const names = new Map<string, string>()

async function one(): Promise<void> {
  const cell = pick(random() < 0.4 ? well : faulty)
  const task = await origin.taskOf(cell)
  names.set(task.address, nameOf(cell))
  const start = performance.now()
  const [{ outcome, left }] = (await worker.ask<Result[]>({ ask: 'run', tasks: [task] }, 120_000)) as [Result]
  const collateral =
    RELAYED.includes(cell.way) && lastCut > start - NOTICED_MS && /^(CURLE_|no |ended|10|aborted)/.test(outcome)
  const right = expectedOf(cell).includes(outcome) && left.length === 0
  if (outcome.startsWith('hung')) count.hung++
  else if (right) return void count.right++
  else if (collateral) return void count.cut++
  else count.wrong++
  problems.push([nameOf(cell), outcome, ...left].join(': '))
  console.log(problems.at(-1))
}

/** Starts cells until `end`, and waits until the last has ended. */
async function load(end: number): Promise<void> {
  const cutting = setInterval(() => {
    if (random() > 500 / CUT_MS) return
    const cut = (): number => (lastCut = performance.now())
    cut()
    // on a busy machine this takes a while
    void origin.peer.ask({ ask: 'cut', address: '127.0.0.1' }).then(cut)
  }, 500)
  const lane = async (): Promise<void> => {
    while (performance.now() < end) await one()
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, lane))
  clearInterval(cutting)
}

/** The cells that have left connections behind. */
async function connections(): Promise<string[]> {
  const addresses = [...names.keys()]
  const left = await origin.peer.ask<string[]>({ ask: 'left', addresses, kept: addresses })
  const cells = left.map((address) => names.get(address)!)
  names.clear()
  return cells
}

/** Compares the state when nothing runs with that after the first minute. */
async function quiet(): Promise<string[]> {
  const left = await connections()
  const before = { relay_clients: SHARED }
  const levels = await origin.peer.ask<Levels>({ ask: 'levels', relay: origin.places.relay, before })
  return [
    ...left.map((name) => `a connection of ${name}`),
    ...more(before, levels).map((what) => `${what} of the relay`),
    ...(await worker.ask<string[]>({ ask: 'leftovers' }, 30_000)),
  ]
}

const finish = performance.now() + minutes! * 60_000
let grown: string[] = []
for (let minute = 1; performance.now() < finish; minute++) {
  await load(Math.min(finish, performance.now() + PERIOD_MS))
  if (minute === 1) {
    await connections()
    await worker.ask({ ask: 'baseline' })
  } else grown = await quiet()
  const memory = await worker.ask<string>({ ask: 'memory' })
  console.log(
    `minute ${minute}: ${JSON.stringify(count)}; ${memory}; more than after the first: ${grown.join(', ') || 'nothing'}`,
  )
}
origin.peer.end()
worker.end()
console.log(
  `${count.right} right, ${count.wrong} wrong, ${count.hung} hung, ${count.cut} lost with a WebSocket that was cut under them; ` +
    `grown: ${grown.join(', ') || 'nothing'}; seed ${seed}`,
)
process.exitCode = count.wrong + count.hung + grown.length > 0 ? 1 : 0
