// The benchmark of the option `connections` of wispTransport: `node bench/connections.mjs`. A small exchange is made again
// and again beside big downloads through the same relay, over a link of 10 Mbit/s and 20 ms each way, whose queue holds
// 100 KB, and over one that loses one packet in a hundred instead (loss/network.py). The numbers of connections take
// turns. Only root may make the namespaces it needs.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { columns, median } from './shared.mjs'

const DELAY_MS = 20
const ROUNDS = 3
const CONNECTIONS = [1, 2, 4]
const DOWNLOADS = [0, 1, 4]
const LINKS = [
  { name: '10 Mbit/s', loss: 0, shape: ['rate', '10mbit', 'burst', '16kb', 'limit', '100kb'] },
  { name: '1 % loss', loss: 0.01 },
]
/** Addresses for measuring networks. @see RFC 2544 appendix C.2.2 */
const [SERVER, CLIENT] = ['198.18.0.1', '198.18.0.2']

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const namespaces = ['server', 'client'].map((name) => `libcurl-wasm-${name}-${process.pid}`)
const [inServer, inClient] = namespaces.map((name) => ['netns', 'exec', name])
const ip = (...words) => execFileSync('ip', words)

/** Starts a program, and resolves with the first line that it prints, and a function that ends it. */
async function start(command, parameters) {
  const child = spawn(command, parameters, { stdio: ['pipe', 'pipe', 'inherit'] })
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
  if (value === undefined) throw new Error(`${parameters.join(' ')} does not start`)
  return {
    line: value,
    async end() {
      child.kill()
      await once(child, 'exit')
    },
  }
}

async function link({ loss, shape }, seed) {
  const ends = namespaces.map((name, i) => `${name}=${[SERVER, CLIENT][i]}`)
  const running = await start('python3', [path('loss/network.py'), loss, DELAY_MS, seed, ...ends])
  if (shape) {
    const [{ ifname }] = JSON.parse(ip('-j', '-n', namespaces[0], 'link', 'show', 'up')).filter(({ ifname }) => ifname !== 'lo') // prettier-ignore
    ip(...inServer, 'tc', 'qdisc', 'add', 'dev', ifname, 'root', 'tbf', ...shape)
  }
  return running
}

async function measure(downloads, kind) {
  const rows = new Map(CONNECTIONS.map((connections) => [connections, { exchanges: [], rates: [] }]))
  for (let seed = 0; seed < ROUNDS; seed++) {
    for (const [connections, { exchanges, rates }] of rows) {
      const through = await link(kind, seed)
      const server = await start('ip', [...inServer, process.execPath, path('connections/server.mjs'), SERVER])
      const task = [SERVER, ...server.line.split(' '), connections, downloads]
      const client = await start('ip', [...inClient, process.execPath, path('connections/client.mjs'), ...task])
      const report = JSON.parse(client.line)
      exchanges.push(...report.exchanges)
      rates.push(report.rate)
      await server.end()
      await through.end()
    }
  }
  return rows
}

try {
  for (const name of namespaces) {
    ip('netns', 'add', name)
    ip('-n', name, 'link', 'set', 'lo', 'up')
  }

  console.log(
    columns(['link', 'downloads', 'connections', 'an exchange, ms', 'slowest, ms', 'MB/s'], { label: 12, width: 17 }),
  )
  for (const kind of LINKS) {
    for (const downloads of DOWNLOADS) {
      for (const [connections, { exchanges, rates }] of await measure(downloads, kind)) {
        const times = [median(exchanges), Math.max(...exchanges)].map((ms) => ms.toFixed(0))
        const cells = [kind.name, downloads, connections, ...times, (median(rates) / 1e6).toFixed(2)]
        console.log(columns(cells.map(String), { label: 12, width: 17 }))
      }
    }
  }
} finally {
  for (const name of namespaces) ip('netns', 'del', name)
}
