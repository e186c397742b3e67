// The benchmark of fetch: `node bench/fetch.mjs [ROW...]`, which `make bench` calls. It compares Node's fetch, undici's
// request() and this package's fetch, and prints medians over rounds in which they take turns. Every round is a process
// of its own. If one transfers a wrong number of bytes, the run ends.
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { chosen, columns, measureInTurns, median, startServers } from './shared.mjs'

const CONTESTANTS = ['fetch', 'undici', 'this']
const MB = 1e6
const GETS = 5000
const POSTS = 3000
const client = fileURLToPath(new URL('fetch/client.mjs', import.meta.url))
const clients = Object.fromEntries(
  CONTESTANTS.map((contestant) => [contestant, (task) => [client, { ...task, contestant }]]),
)

/**
 * The rows. A round must report `expected`, and the rate is of `count`. For requests in sequence, client and server
 * share one CPU (see run.mjs). For long transfers each has one of its own: otherwise the kernel runs both on the same
 * CPU for a part of the time, and rounds of the same contestant differed by half.
 */
function rowsFor({ ports, cpu, clientCpu, sizes }) {
  const at = (port, name) => `http://127.0.0.1:${ports[port]}/${name}`
  const small = { url: at('http', 'small'), requests: GETS, warm: {} }
  const requests = { unit: 'requests/s', expected: GETS * sizes.small, count: GETS, rounds: 7 }
  const bytes = { unit: 'MB/s', expected: sizes.big, count: sizes.big / MB, rounds: 9, cpu: clientCpu }
  return [
    { ...requests, name: 'get', title: 'small GETs in sequence', cpu, task: { ...small, kind: 'sequential' } },
    {
      ...requests,
      name: 'parallel',
      title: 'small GETs, 50 at a time',
      task: { ...small, kind: 'parallel', parallel: 50 },
    },
    {
      ...requests,
      name: 'json',
      title: 'JSON by POST, in sequence',
      expected: POSTS,
      count: POSTS,
      cpu,
      task: { kind: 'json', url: at('http', 'json'), requests: POSTS, warm: {} },
    },
    {
      ...bytes,
      name: 'download',
      title: '1 GB download, a stream',
      task: { kind: 'download', url: at('http', 'big'), warm: { url: at('http', 'warm') } },
    },
    {
      ...bytes,
      name: 'upload',
      title: '1 GB upload, a stream',
      task: { kind: 'upload', url: at('sink', ''), size: sizes.big, warm: { size: sizes.warm } },
    },
  ]
}

function printRow({ title, name, rounds, unit, count }, results) {
  const medianOf = (contestant, value) => median(results[contestant].map(value))
  const line = (label, value, digits) => {
    const [other, undici, own] = CONTESTANTS.map((contestant) => medianOf(contestant, value))
    const ratios = [own / other, own / undici].map((ratio) => ratio.toFixed(2))
    console.log(columns([`  ${label}`, ...[other, undici, own].map((number) => number.toFixed(digits)), ...ratios]))
    return own / other
  }
  console.log(`${title}  [${name}, ${rounds} rounds]`)
  const ahead = line(unit, ({ wall }) => (count / wall) * 1000, 0)
  line('CPU ms', ({ cpu }) => cpu, 0)
  line('peak RSS growth MB', ({ memory }) => memory / MB, 1)
  console.log(`  goal: ahead of fetch: ${ahead > 1 ? 'met' : 'MISSED'}`)
  return ahead > 1
}

const servers = await startServers()
try {
  const rows = chosen(rowsFor(servers), process.argv.slice(2))
  console.log(
    `Node ${process.version} on ${cpus().length} x ${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}; medians`,
  )
  console.log(columns(['', "Node's fetch", 'undici', 'this', 'this/fetch', 'this/undici']))
  const goals = []
  for (const row of rows) goals.push(printRow(row, await Promise.race([measureInTurns(row, clients), servers.failed])))
  console.log(`${goals.filter(Boolean).length} of ${goals.length} goals met`)
} catch (error) {
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
} finally {
  servers.stop()
}
