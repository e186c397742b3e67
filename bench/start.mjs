// Measures the steps of a start: `node bench/start.mjs`, which is `make bench BENCH=start`. Each round is a process of
// its own, so that everything is done for the first time. It prints medians and minima, in milliseconds. On a busy
// machine only the minima mean something.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { columns, median, startServers } from './shared.mjs'

const ROUNDS = 15
const client = fileURLToPath(new URL('client-start.mjs', import.meta.url))

/** [step, what it is, goal in ms] */
const STEPS = [
  ['import', "import of the package's JavaScript"],
  ['read', 'reading curl.wasm'],
  ['compile', 'WebAssembly.compile'],
  ['init', 'init() from the compiled module', 15],
  ['first', 'first HTTPS request', 40],
  ['first connect', '  until connected'],
  ['first tls', '  TLS handshake'],
  ['authorities', "    of which Node's CA certificates"],
  ['second', 'second one, on a new connection'],
  ['second tls', '  TLS handshake'],
]

function runOnce(url, { ca, trusted }) {
  const env = { ...process.env, ...(trusted ? { NODE_EXTRA_CA_CERTS: trusted } : {}) }
  return JSON.parse(execFileSync(process.execPath, [client, url, ...(ca ? [ca] : [])], { env, encoding: 'utf8' }))
}

/** Applies `pick` to the times of each step over the rounds. */
function steps(rounds, pick) {
  return Object.fromEntries(Object.keys(rounds[0]).map((step) => [step, pick(rounds.map((round) => round[step]))]))
}

const least = (numbers) => Math.min(...numbers)

/**
 * Measures with all of Node's CA certificates, and with only one: the difference of the handshakes is what they cost.
 */
function measure({ ports, ca }) {
  const url = `https://127.0.0.1:${ports.https}/small`
  const whole = []
  const alone = []
  for (let i = 0; i < ROUNDS; i++) {
    whole.push(runOnce(url, { trusted: ca }))
    alone.push(runOnce(url, { ca }))
  }
  return [median, least].map((pick) => {
    const result = steps(whole, pick)
    return { ...result, authorities: result['first tls'] - steps(alone, pick)['first tls'] }
  })
}

const line = (cells) => columns(cells, { label: 38, width: 9 })

const servers = await startServers()
try {
  const results = measure(servers)
  console.log(line([`start, ms, ${ROUNDS} rounds`, 'median', 'least']))
  for (const [step, title, goal] of STEPS) {
    const verdict = goal ? `  goal: at most ${goal}: ${results[0][step] <= goal ? 'met' : 'MISSED'}` : ''
    console.log(line([title, ...results.map((result) => result[step].toFixed(1))]) + verdict)
  }
} catch (error) {
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
} finally {
  servers.stop()
}
