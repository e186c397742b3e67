// The benchmark of a bad network: `node bench/loss.mjs`, which `make bench` calls. Ten files at a time come over one
// connection of HTTP/3 and of HTTP/2, from the same server, through a link that is slow and loses packets
// (loss/network.py). Prints medians over rounds in which both take turns. Only root may make the namespaces it needs.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { columns, median, roundInProcess, startServers } from './shared.mjs'

const STREAMS = 10
const FILES = 20
const DELAY_MS = 10
const ROUNDS = 5
const TIMEOUT_MS = 120_000
/** Addresses for measuring networks. @see RFC 2544 appendix C.2.2 */
const [SERVER, CLIENT] = ['198.18.0.1', '198.18.0.2']

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const namespaces = ['server', 'client'].map((name) => `libcurl-wasm-${name}-${process.pid}`)
const [inServer, inClient] = namespaces.map((name) => ['ip', 'netns', 'exec', name])
const ip = (...words) => execFileSync('ip', words)

/** Connects the namespaces. Resolves with a function that ends the link, and resolves with what it counted. */
async function link(loss, seed) {
  const ends = namespaces.map((name, i) => `${name}=${[SERVER, CLIENT][i]}`)
  const child = spawn('python3', [path('loss/network.py'), loss, DELAY_MS, seed, ...ends], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  if ((await lines.next()).value !== 'up') throw new Error('the link does not start')
  return async () => {
    child.stdin.end()
    const [passed, lost] = (await lines.next()).value.split(' ').map(Number)
    await once(child, 'exit')
    return { passed, lost }
  }
}

async function measure(loss, { ports, sizes, ca }) {
  const task = {
    kind: 'parallel',
    parallel: STREAMS,
    oneConnection: true,
    requests: FILES,
    url: `https://localhost:${ports.h3}/medium`,
    resolve: [`localhost:${ports.h3}:${SERVER}`],
    ca,
    warm: { requests: 2 },
  }
  const results = { http3: [], http2: [] }
  const counts = { passed: 0, lost: 0 }
  for (let seed = 0; seed < ROUNDS; seed++) {
    for (const [version, walls] of Object.entries(results)) {
      const end = await link(loss, seed)
      const own = { ...task, [version]: true }
      const { bytes, wall } = await roundInProcess(path('client-wasm.mjs'), own, {
        inside: inClient,
        timeout: TIMEOUT_MS,
      })
      if (bytes !== FILES * sizes.medium) throw new Error(`${version} received ${bytes} bytes`)
      walls.push(wall)
      const { passed, lost } = await end()
      counts.passed += passed
      counts.lost += lost
    }
  }
  return {
    http3: median(results.http3),
    http2: median(results.http2),
    share: counts.lost / (counts.passed + counts.lost),
  }
}

/** Prints a row, and returns whether HTTP/3 is ahead. */
function print(loss, { http3, http2, share }) {
  const ratio = http2 / http3
  const row = [`  loss ${(loss * 100).toFixed(0)} %, ms`, http3.toFixed(0), http2.toFixed(0), ratio.toFixed(2)]
  console.log(`${columns(row)}  (${(share * 100).toFixed(1)} % of the packets were lost)`)
  return ratio >= 1
}

if (process.getuid() !== 0) {
  console.log('loss: left out, because only root may make network namespaces')
  process.exit()
}
let servers
try {
  for (const name of namespaces) {
    ip('netns', 'add', name)
    ip('-n', name, 'link', 'set', 'lo', 'up')
  }
  // the congestion control of Caddy's QUIC, for its TCP
  execFileSync(inServer[0], [...inServer.slice(1), 'sysctl', '-q', '-w', 'net.ipv4.tcp_congestion_control=reno'])
  servers = await startServers({ inside: inServer })
  console.log(
    `${FILES} files of ${servers.sizes.medium / 1024} KiB, ${STREAMS} at a time, ${2 * DELAY_MS} ms there and back`,
  )
  console.log(columns(['', 'http3', 'http2', 'h2 / h3']))
  print(0, await measure(0, servers))
  const ahead = print(0.02, await measure(0.02, servers))
  console.log(`  goal: HTTP/3 ahead with 2 % loss: ${ahead ? 'met' : 'MISSED'}`)
  process.exitCode = ahead ? 0 : 1
} finally {
  servers?.stop()
  // the ones that were made
  for (const name of namespaces) spawnSync('ip', ['netns', 'delete', name], { stdio: 'ignore' })
}
