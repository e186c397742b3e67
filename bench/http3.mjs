// The benchmark of HTTP/3: `node bench/http3.mjs [ROW...]`, which `make bench` calls. It compares this package's HTTP/3
// with its own HTTP/2 and with a native client's HTTP/3 (Bun's fetch), all with one server, and prints medians over
// rounds in which they take turns. Every round is a process of its own.
import { existsSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { chosen, columns, measureInTurns, median, startServers } from './shared.mjs'

const MB = 1e6
const GETS = 5000
const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const ours = path('client-wasm.mjs')
const bun = path('../test/runtimes/node_modules/bun/bin/bun.exe')

/** Bun runs on a new machine only once the runtimes of the tests are installed. */
const CONTESTANTS = {
  http3: (task) => [ours, { ...task, http3: true }],
  http2: (task) => [ours, { ...task, http2: true }],
  ...(existsSync(bun) ? { bun: (task) => [path('client-bun.mjs'), task, bun] } : {}),
}

/** A goal is the least ratio of HTTP/3 to a contestant. A download has a CPU of its own, besides the server's. */
function rowsFor({ ports, clientCpu, sizes, ca }) {
  const at = (name) => `https://localhost:${ports.h3}/${name}`
  return [
    {
      name: 'download',
      title: '64 MiB download',
      unit: 'MB/s',
      expected: sizes.warm,
      count: sizes.warm / MB,
      rounds: 9,
      cpu: clientCpu,
      goals: { http2: 0.6, bun: 0.5 },
      task: { kind: 'download', url: at('warm'), ca, warm: {} },
    },
    {
      name: 'parallel',
      title: 'small GETs, 50 at a time, on one connection',
      unit: 'requests/s',
      expected: GETS * sizes.small,
      count: GETS,
      rounds: 7,
      goals: { http2: 0.8 },
      task: { kind: 'parallel', parallel: 50, oneConnection: true, url: at('small'), ca, requests: GETS, warm: {} },
    },
  ]
}

/** Prints a row, and returns whether its goals are met. */
function printRow({ title, name, rounds, unit, count, goals }, results) {
  console.log(`${title}  [${name}, ${rounds} rounds]`)
  const line = (label, value, digits) => {
    const numbers = Object.values(results).map((reports) => median(reports.map(value)))
    const ratios = numbers.slice(1).map((number) => numbers[0] / number)
    console.log(
      columns([`  ${label}`, ...numbers.map((n) => n.toFixed(digits)), ...ratios.map((ratio) => ratio.toFixed(2))]),
    )
    return Object.fromEntries(
      Object.keys(results)
        .slice(1)
        .map((contestant, i) => [contestant, ratios[i]]),
    )
  }
  const ratios = line(unit, ({ wall }) => (count / wall) * 1000, 0)
  line('CPU ms', ({ cpu }) => cpu, 0)
  const met = Object.entries(goals).map(([than, least]) => {
    if (!(than in ratios)) return true
    const reached = ratios[than] >= least
    console.log(`  goal: at least ${least} x ${than}: ${reached ? 'met' : 'MISSED'}`)
    return reached
  })
  return met.every(Boolean)
}

const servers = await startServers()
try {
  const rows = chosen(rowsFor(servers), process.argv.slice(2))
  console.log(
    `Node ${process.version} on ${cpus().length} x ${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}; medians`,
  )
  const names = Object.keys(CONTESTANTS)
  console.log(columns(['', ...names, ...names.slice(1).map((name) => `/ ${name}`)]))
  let met = true
  for (const row of rows)
    met = printRow(row, await Promise.race([measureInTurns(row, CONTESTANTS), servers.failed])) && met
  process.exitCode = met ? 0 : 1
} finally {
  servers.stop()
}
