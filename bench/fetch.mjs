// The benchmark of fetch: `node bench/fetch.mjs [ROW...]`, which `make bench` calls. It compares Node's fetch, undici's
// request() and this package's fetch, and prints medians over rounds in which they take turns. Every round is a process
// of its own. If one transfers a wrong number of bytes, the run ends.
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { chosen, clientsOf, columns, measureInTurns, median, startServers } from './shared.mjs'

const CONTESTANTS = ['fetch', 'undici', 'this']
/** undici's request(), whose body is read through a Response of the platform. Printed below rows of small answers. */
const THROUGH_RESPONSE = 'response'
const MB = 1e6
const GETS = 5000
const POSTS = 3000
const client = fileURLToPath(new URL('fetch/client.mjs', import.meta.url))

/**
 * The rows. A round must report `expected`, and the rate is of `count`. For requests in sequence, client and server
 * share one CPU (see run.mjs). For long transfers each has one of its own: otherwise the kernel runs both on the same
 * CPU for a part of the time, and rounds of the same contestant differed by half.
 */
function rowsFor({ ports, cpu, clientCpu, sizes, ca }) {
  const at = (port, name) => `http://127.0.0.1:${ports[port]}/${name}`
  const small = { url: at('http', 'small'), requests: GETS, warm: {} }
  const requests = { unit: 'requests/s', expected: GETS * sizes.small, count: GETS, rounds: 7 }
  const bytes = { unit: 'MB/s', expected: sizes.big, count: sizes.big / MB, rounds: 9, cpu: clientCpu }
  return [
    {
      ...requests,
      name: 'get',
      goals: { fetch: 2.2, undici: 0.8 },
      title: 'small GETs in sequence',
      throughResponse: true,
      cpu,
      task: { ...small, kind: 'sequential' },
    },
    {
      ...requests,
      name: 'parallel',
      goals: { fetch: 2, undici: 0.5 },
      title: 'small GETs, 50 at a time',
      throughResponse: true,
      task: { ...small, kind: 'parallel', parallel: 50 },
    },
    {
      ...requests,
      name: 'h2',
      goals: { undici: 1.5 },
      title: 'small GETs, 50 at a time, on one connection of HTTP/2',
      without: 'fetch',
      task: {
        kind: 'parallel',
        url: `https://127.0.0.1:${ports.h2}/small`,
        http2: true,
        ca,
        parallel: 50,
        requests: GETS,
        warm: {},
      },
    },
    {
      ...requests,
      name: 'json',
      goals: { fetch: 2.5 },
      title: 'JSON by POST, in sequence',
      expected: POSTS,
      count: POSTS,
      cpu,
      task: { kind: 'json', url: at('http', 'json'), requests: POSTS, warm: {} },
    },
    {
      ...bytes,
      name: 'download',
      goals: { fetch: 1.3 },
      title: '1 GB download, a stream',
      task: { kind: 'download', url: at('http', 'big'), warm: { url: at('http', 'warm') } },
    },
    {
      ...bytes,
      name: 'upload',
      goals: { fetch: 1.2 },
      title: '1 GB upload, a stream',
      task: { kind: 'upload', url: at('sink', ''), size: sizes.big, warm: { size: sizes.warm } },
    },
  ]
}

/** Prints a row, and returns for each of its goals whether it is met. */
function printRow({ title, name, rounds, unit, count, goals }, results) {
  const own = (value) => median(results.this.map(value))
  const line = (label, value, digits) => {
    const numbers = CONTESTANTS.map((contestant) => results[contestant] && median(results[contestant].map(value)))
    const ratios = Object.fromEntries(CONTESTANTS.slice(0, 2).map((other, i) => [other, own(value) / numbers[i]]))
    const text = (number, digits) => (Number.isFinite(number) ? number.toFixed(digits) : '-')
    console.log(
      columns([
        `  ${label}`,
        ...numbers.map((number) => text(number, digits)),
        ...Object.values(ratios).map((ratio) => text(ratio, 2)),
      ]),
    )
    return ratios
  }
  console.log(`${title}  [${name}, ${rounds} rounds]`)
  const ratios = line(unit, ({ wall }) => (count / wall) * 1000, 0)
  line('CPU ms', ({ cpu }) => cpu, 0)
  line('peak RSS growth MB', ({ memory }) => memory / MB, 1)
  return Object.entries(goals).map(([other, least]) => {
    const met = ratios[other] >= least
    console.log(`  goal: at least ${least} x ${other}: ${met ? 'met' : 'MISSED'}`)
    return met
  })
}

const wallOf = (reports) => median(reports.map(({ wall }) => wall))

const servers = await startServers()
try {
  const rows = chosen(rowsFor(servers), process.argv.slice(2))
  console.log(
    `Node ${process.version} on ${cpus().length} x ${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}; medians`,
  )
  console.log(columns(['', "Node's fetch", 'undici', 'this', 'this/fetch', 'this/undici']))
  const goals = []
  for (const row of rows) {
    const contestants = CONTESTANTS.filter((contestant) => contestant !== row.without)
    if (row.throughResponse) contestants.push(THROUGH_RESPONSE)
    const { [THROUGH_RESPONSE]: through, ...results } = await Promise.race([
      measureInTurns(row, clientsOf(client, contestants)),
      servers.failed,
    ])
    goals.push(...printRow(row, results))
    if (through)
      console.log(
        `  undici, read through a Response: ${(wallOf(results.undici) / wallOf(through)).toFixed(2)} x undici`,
      )
  }
  console.log(`${goals.filter(Boolean).length} of ${goals.length} goals met`)
} catch (error) {
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
} finally {
  servers.stop()
}
