// What a transfer costs when there are many: `node bench/scale.mjs [ROW...]`, which `make bench` calls. It prints the CPU
// time of a small GET with 1 to 2,000 at a time, and with 2,000 connections beside them that do nothing, as medians over
// rounds in which the rows take turns. If the cost of a transfer stays, the cost of all grows linearly. Every round is a
// process of its own. If one receives a wrong number of bytes, the run ends.
import { fileURLToPath } from 'node:url'
import { chosen, columns, measureInTurns, median, startServers } from './shared.mjs'

const REQUESTS = 20_000
const ROUNDS = 3
const MANY = 2000
/** The row that the others are compared with, and how many times its cost a transfer may have. */
const BASE = 'at-10'
const MOST = 1.5

const client = fileURLToPath(new URL('client-wasm.mjs', import.meta.url))

function rowsFor({ ports, ca, clientCpu, sizes }) {
  const plain = (host) => `http://${host}:${ports.http}/small`
  const secure = { url: `https://127.0.0.1:${ports.h2}/small`, http2: true, oneConnection: true, ca }
  const row = (name, title, parallel, more = {}) => ({
    name,
    title,
    rounds: 1,
    cpu: clientCpu,
    expected: REQUESTS * sizes.small,
    task: {
      kind: 'parallel',
      url: plain('127.0.0.1'),
      requests: REQUESTS,
      parallel,
      connections: 2 * MANY, // so that they stay open after the warm-up
      warm: { requests: Math.max(REQUESTS / 4, parallel) },
      ...more,
    },
  })
  // other connections than those of the row, because their host has another name
  const idle = { warm: { url: plain('localhost'), requests: MANY, parallel: MANY } }
  return [
    ...[1, 10, 100, 500, 1000, MANY].map((n) => row(`at-${n}`, `${n} at a time`, n)),
    row('idle', `10 at a time, beside ${MANY} idle connections`, 10, idle),
    ...[10, 50, 500].map((n) => row(`h2-${n}`, `${n} at a time, HTTP/2`, n, secure)),
  ]
}

const servers = await startServers()
try {
  const all = rowsFor(servers)
  const wanted = chosen(all, process.argv.slice(2))
  const rows = [...new Set([all.find(({ name }) => name === BASE), ...wanted])]
  const costs = new Map(rows.map((row) => [row, []]))
  for (let i = 0; i < ROUNDS; i++) {
    for (const row of rows) {
      const measured = measureInTurns(row, { this: (task) => [client, task] })
      const { this: reports } = await Promise.race([measured, servers.failed])
      costs.get(row).push((reports[0].cpu / REQUESTS) * 1000)
    }
  }
  const cost = (row) => median(costs.get(row))
  const least = cost(rows.find(({ name }) => name === BASE))
  console.log(columns(['small GETs, CPU of each', 'us', `to ${BASE}`], { label: 48 }))
  for (const row of rows) {
    const ratio = cost(row) / least
    const verdict =
      row.task.parallel > 10 || row.name === 'idle'
        ? `  goal: at most ${MOST}: ${ratio <= MOST ? 'met' : 'MISSED'}`
        : ''
    const cells = [`  ${row.title}  [${row.name}]`, cost(row).toFixed(0), ratio.toFixed(2)]
    console.log(columns(cells, { label: 48 }) + verdict)
  }
} catch (error) {
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
} finally {
  servers.stop()
}
