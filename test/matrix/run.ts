// `make matrix`: runs the cells, prints a table, and lists the cells with an unexpected outcome.
// node build/matrix/run.js [--short] [--json] [CELL]
import { writeFileSync } from 'node:fs'
import { FAULTS, cells, everything, impossible, pairwise, selected, type Cell } from './axes.js'
import { Origin, Runner, type Ran } from './batches.js'
import { expectedOf } from './expected.js'
import { compare } from './native.js'

const BATCH = 24
const WORKERS = 2

const isRight = ({ cell, outcome, left }: Ran): boolean => expectedOf(cell).includes(outcome) && left.length === 0

/** The table: a row for each API and way, a column for each fault, with how many cells are right of how many. */
function table(ran: Ran[]): string {
  const faults = FAULTS.filter((fault) => ran.some(({ cell }) => cell.fault === fault))
  const rows = new Map<string, Map<string, [right: number, all: number]>>()
  for (const one of ran) {
    const row = `${one.cell.api} ${one.cell.way}`
    const counts = rows.get(row) ?? new Map<string, [number, number]>()
    rows.set(row, counts)
    const [right, all] = counts.get(one.cell.fault) ?? [0, 0]
    counts.set(one.cell.fault, [right + Number(isRight(one)), all + 1])
  }
  const legend = faults.map((fault, i) => `${String.fromCharCode(65 + (i % 26))}${i >= 26 ? "'" : ''}  ${fault}`)
  const letter = (i: number): string => legend[i]!.split(' ')[0]!
  const lines = [`${''.padEnd(22)}${faults.map((_, i) => letter(i).padStart(5)).join('')}`]
  for (const [name, counts] of rows) {
    const shown = faults.map((fault) => {
      const count = counts.get(fault)
      if (!count) return '·'
      return count[0] === count[1] ? String(count[1]) : `${count[0]}/${count[1]}`
    })
    lines.push(`${name.padEnd(22)}${shown.map((text) => text.padStart(5)).join('')}`)
  }
  return [...lines, '', ...legend].join('\n')
}

/** Mixes cells, so that a batch has many kinds. The order is the same in every run. */
function mixed(all: Cell[]): Cell[] {
  const step = 997 // prime, so that every cell is reached
  return all.map((_, i) => all[(i * step) % all.length]!)
}

export async function run(chosen: Cell[], progress: (done: number) => void = () => {}): Promise<Ran[]> {
  const origin = await new Origin().start()
  const waiting = mixed(chosen)
  const done: Ran[] = []
  const work = async (): Promise<void> => {
    const runner = new Runner(origin)
    while (waiting.length > 0) {
      const ran = await runner.run(waiting.splice(0, BATCH))
      done.push(...ran)
      if (process.env['MATRIX_VERBOSE'])
        for (const { name, outcome, ms, left } of ran) console.log([name, outcome, ms, ...left].join('  '))
      progress(done.length)
    }
    runner.close()
  }
  await Promise.all(Array.from({ length: chosen.length > BATCH ? WORKERS : 1 }, work))
  origin.peer.end()
  return done.sort((a, b) => chosen.indexOf(a.cell) - chosen.indexOf(b.cell))
}

async function compareWith(curl: string): Promise<number> {
  const origin = await new Origin().start()
  const { count, wrong } = await compare(origin, curl)
  origin.peer.end()
  for (const { name, who, outcome, expected } of wrong)
    console.log(`${who}: ${name}: ${outcome}, not ${expected.join(' or ')}`)
  console.log(`${count - wrong.length} of ${count} are as expected natively`)
  return wrong.length > 0 ? 1 : 0
}

async function main(args: string[]): Promise<number> {
  const flags = new Set(args.filter((arg) => arg.startsWith('--')))
  const pattern = args.find((arg) => !arg.startsWith('--'))
  if (flags.has('--native')) return compareWith(pattern!)
  const chosen = pattern ? selected(pattern) : flags.has('--short') ? pairwise() : cells()
  const start = performance.now()
  const progress = process.stdout.isTTY
    ? (done: number) => process.stdout.write(`\r${done} of ${chosen.length}`)
    : () => {}
  const ran = await run(chosen, progress)
  const failed = ran.filter((one) => !isRight(one))
  if (flags.has('--json'))
    writeFileSync('build/matrix/ran.json', JSON.stringify(ran.map(({ cell: _, ...rest }) => rest)))
  if (ran.length > 1) console.log(`\n${table(ran)}\n`)
  else console.log(`${ran[0]!.name}: ${ran[0]!.outcome} in ${ran[0]!.ms} ms`)
  for (const { name, cell, outcome, left, ms } of failed) {
    const expected = expectedOf(cell)
    if (!expected.includes(outcome)) console.log(`${name}: ${outcome}, not ${expected.join(' or ')}, in ${ms} ms`)
    for (const what of left) console.log(`${name} leaves behind ${what}`)
  }
  const excluded = new Map<string, number>()
  for (const cell of everything()) {
    const reason = impossible(cell)
    if (reason) excluded.set(reason, (excluded.get(reason) ?? 0) + 1)
  }
  if (chosen.length === cells().length)
    for (const [reason, count] of excluded) console.log(`${count} combinations are left out: ${reason}`)
  const seconds = Math.round((performance.now() - start) / 1000)
  console.log(
    `${ran.length - failed.length} of ${ran.length} cells are right, ${failed.length} are not, in ${seconds} s`,
  )
  return failed.length > 0 || ran.length === 0 ? 1 : 0
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof RangeError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
