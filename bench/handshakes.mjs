// The benchmark of new TLS connections: `node bench/handshakes.mjs [CHAIN/GROUP...]`, which `make bench` calls. Each
// request has a connection of its own, with a full handshake. It compares this package's fetch with Node's https, and
// prints milliseconds for a request, medians over rounds in which they take turns. Every round is a process of its own.
import { fileURLToPath } from 'node:url'
import { chosen, clientsOf, columns, measureInTurns, median, startServers } from './shared.mjs'

const REQUESTS = 40
const ROUNDS = 5
/** The most that a request may take, compared with Node's. */
const MOST = 1.3
const client = fileURLToPath(new URL('handshakes/client.mjs', import.meta.url))
const CONTESTANTS = ['node', 'this']

/** The keys of a chain are said in servers.mjs. Node 20 and Debian's nginx have no X25519MLKEM768. */
const CHAINS = { 'RSA-2048': 'rsa', 'P-256': 'https', 'P-384': 'p384' }
const ROWS = [
  ...Object.keys(CHAINS).map((chain) => [chain, 'X25519']),
  ...['P-256', 'P-384'].map((group) => ['P-256', group]),
]

function rowsFor({ ports, authorities, cpu, sizes }) {
  return ROWS.map(([chain, group]) => ({
    name: `${chain}/${group}`,
    rounds: ROUNDS,
    cpu,
    expected: REQUESTS * sizes.small,
    task: {
      kind: 'sequential',
      url: `https://127.0.0.1:${ports[CHAINS[chain]]}/small`,
      ca: authorities[CHAINS[chain]],
      group,
      requests: REQUESTS,
      warm: { requests: 100 },
    },
  }))
}

const servers = await startServers()
try {
  console.log(columns(['new connections, ms each', ...CONTESTANTS, 'this/node'], { label: 28 }))
  let met = true
  for (const row of chosen(rowsFor(servers), process.argv.slice(2))) {
    const results = await Promise.race([measureInTurns(row, clientsOf(client, CONTESTANTS)), servers.failed])
    const [other, own] = Object.values(results).map((reports) => median(reports.map(({ wall }) => wall / REQUESTS)))
    const ratio = own / other
    met &&= ratio <= MOST
    const verdict = `  goal: at most ${MOST} x node: ${ratio <= MOST ? 'met' : 'MISSED'}`
    console.log(columns([`  ${row.name}`, other.toFixed(2), own.toFixed(2), ratio.toFixed(2)], { label: 28 }) + verdict)
  }
  process.exitCode = met ? 0 : 1
} finally {
  servers.stop()
}
