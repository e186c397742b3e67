// The benchmark of relayed connections: `node bench/relay.mjs [ROW...]`, which `make bench-relay` calls. It compares
// libcurl.js, epoxy and this package, in Node and in Chromium, all through one relay to the same servers. It prints
// medians over rounds in which they take turns, and which of the project's goals are met. Every round is a process or a
// page of its own. A contestant that fails, or receives wrong bytes, has no result in that row, and the notes say why.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { startChromium } from './relay/chromium.mjs'
import { chosen, columns, median, onCpu, roundInProcess, startServers } from './shared.mjs'

const OTHERS = ['libcurl.js', 'epoxy']
const CONTESTANTS = [...OTHERS, 'lite', 'this']
const BARE = 'bare'
const MB = 1e6
/** How long a round of small requests takes, and its warm-up, in milliseconds. */
const SMALL_MS = 600
const SMALL_WARM_MS = 300
const UPLOAD = 32 * 2 ** 20
const UPLOAD_WARM = 2 * 2 ** 20
/** libcurl.js only sends about half a megabyte a second, so it uploads less. */
const SLOW_UPLOAD = 512 * 1024
const SLOW_UPLOAD_WARM = 64 * 1024
const IDLE_MS = 2000
/** The wait before idleness is measured: V8 collects garbage when nothing has happened for some seconds. */
const SETTLE_MS = 4000
/** Less than this counts as no CPU time, in milliseconds per second: the timer that ends a round uses some. */
const NO_CPU = 1
const TIMEOUT_MS = 60_000

const path = (name) => fileURLToPath(new URL(name, import.meta.url))

// --- what is measured ---

const requestRate = ({ bytes, wall }, { size }) => (bytes / size / wall) * 1000
const byteRate = ({ bytes, wall }) => (bytes / MB / wall) * 1000
const wallTime = ({ wall }) => wall
const cpuLoad = ({ cpu, wall }) => (cpu / wall) * 1000
const memoryGrowth = ({ memory }) => memory / MB

const AHEAD = { 'libcurl.js': 1, epoxy: 1 }
const SMALL = { ...AHEAD, epoxy: 2 }
const SECURE = { 'libcurl.js': 3, epoxy: 3 }

/**
 * The rows. `value` computes the number of a row from the report of a round, and `also` has more such numbers. This
 * package, or its entry `ours`, must be `least` times better than each contestant, or have at most the number `most`. `task` is for work.js,
 * `warm` has what is different in the warm-up, and `other` what is different for a contestant. `bare` also measures the
 * round trip without a library. With `cpu` the client in Node shares that CPU with the relay and the server (see
 * run.mjs).
 */
function rowsFor({ ports, cpu, sizes }) {
  const at = (port, name, scheme = 'https') => `${scheme}://127.0.0.1:${ports[port]}/${name}`
  const small = { kind: 'sequential', size: sizes.small, ms: SMALL_MS, warm: { ms: SMALL_WARM_MS } }
  const requests = { unit: 'requests/s', value: requestRate, rounds: 5 }
  const bytes = { unit: 'MB/s', value: byteRate, rounds: 3 }
  const download = (port, scheme) => ({
    kind: 'download',
    url: at(port, 'warm', scheme),
    size: sizes.warm,
    warm: {
      url: at(port, 'short', scheme),
      size: sizes.short,
      cipherUrl: scheme === 'http' ? undefined : at(port, 'cipher'),
    },
  })
  return [
    {
      ...requests,
      name: 'small-http',
      title: 'small GETs in sequence, HTTP',
      least: SMALL,
      cpu,
      bare: true,
      task: { ...small, url: at('http', 'small', 'http') },
    },
    {
      ...requests,
      name: 'small-https',
      title: 'small GETs in sequence, HTTPS',
      least: SMALL,
      cpu,
      task: { ...small, url: at('https', 'small') },
    },
    {
      ...requests,
      name: 'parallel',
      title: 'small GETs, 50 at a time, HTTP',
      least: AHEAD,
      task: { ...small, kind: 'parallel', parallel: 50, url: at('http', 'small', 'http') },
    },
    {
      ...bytes,
      name: 'download-http',
      title: '64 MB download, HTTP',
      least: AHEAD,
      also: [{ unit: 'RSS growth, MB', value: memoryGrowth, digits: 1, lower: true }],
      task: download('http', 'http'),
    },
    {
      ...bytes,
      name: 'download-https',
      title: '64 MB download, TLS 1.3, the cipher that both sides agree on',
      least: SECURE,
      task: download('https'),
    },
    {
      ...bytes,
      name: 'download-aes',
      title: '64 MB download, TLS_AES_256_GCM_SHA384',
      least: SECURE,
      task: download('aes'),
    },
    {
      ...bytes,
      name: 'upload',
      title: '32 MB upload, HTTP',
      least: AHEAD,
      task: { kind: 'upload', url: at('sink', '', 'http'), size: UPLOAD, warm: { size: UPLOAD_WARM } },
      other: { 'libcurl.js': { size: SLOW_UPLOAD, warm: { size: SLOW_UPLOAD_WARM } } },
    },
    {
      name: 'cold',
      title: 'cold start, from loading the library to the first response',
      unit: 'ms',
      value: wallTime,
      digits: 1,
      lower: true,
      rounds: 5,
      least: AHEAD,
      ours: 'lite',
      task: { kind: 'cold', url: at('http', 'small', 'http'), size: sizes.small },
    },
    {
      name: 'idle',
      title: 'idle, with an open connection',
      unit: 'CPU ms/s',
      value: cpuLoad,
      digits: 2,
      lower: true,
      rounds: 1,
      most: NO_CPU,
      task: { kind: 'idle', ms: IDLE_MS, warm: { url: at('http', 'small', 'http'), ms: SETTLE_MS } },
    },
  ]
}

// --- one round ---

/**
 * Starts bin/relay as a user would, except that a benchmark needs loopback, and connections without a limit. With `cpu`
 * it only runs on that CPU.
 */
async function startRelay(cpu) {
  const options = ['--host', '127.0.0.1', '--port', '0', '--allow-loopback', '--connect-rate', '0']
  const [command, ...parameters] = onCpu(cpu, [process.execPath, path('../bin/relay'), ...options])
  const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'inherit'] })
  process.once('exit', () => child.kill('SIGKILL'))
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`the relay ended with status ${code}`)
  })
  const lines = createInterface(child.stdout)
  const [line] = await Promise.race([once(lines, 'line'), failed])
  const stop = () => {
    failed.catch(() => {})
    child.kill('SIGKILL')
  }
  return { url: `ws://127.0.0.1:${JSON.parse(line).port}/`, failed, stop }
}

const clientInNode = path('relay/client-node.mjs')

// --- rows ---

/** Measures one row. Returns a list of reports for each contestant, or the error with which it failed. */
async function measure({ rounds, task, other = {}, bare, cpu }, round, more) {
  const names = bare ? [...CONTESTANTS, BARE] : CONTESTANTS
  const results = Object.fromEntries(names.map((name) => [name, []]))
  for (let i = 0; i < rounds; i++) {
    for (const name of names) {
      if (results[name] instanceof Error) continue
      try {
        results[name].push(await round({ ...task, ...other[name], ...more, contestant: name }, cpu))
      } catch (error) {
        results[name] = error
      }
    }
  }
  return results
}

const WIDTHS = { label: 30, width: 14 }

/** Makes a line: the medians of the contestants, and how many times better this package is than each other one. */
function lineOf(label, { value, digits = 0, lower = false }, { task, ours = 'this' }, results) {
  const medians = Object.fromEntries(
    Object.entries(results)
      .filter(([, reports]) => !(reports instanceof Error))
      .map(([name, reports]) => [name, median(reports.map((report) => value(report, task)))]),
  )
  const better = (other) => (lower ? medians[other] / medians[ours] : medians[ours] / medians[other])
  const number = (value, digits) => (Number.isFinite(value) ? value.toFixed(digits) : '-')
  const measured = CONTESTANTS.map((name) => number(medians[name], medians[name] < 10 ? digits + 1 : digits))
  const cells = [label, ...measured, ...OTHERS.map((name) => number(better(name), 2))]
  return { medians, better, text: columns(cells, WIDTHS) }
}

/** The goals of a line, each as [text, whether it was met]. */
function goalsOf({ least, most, ours = 'this' }, { medians, better }) {
  if (most !== undefined) return [[`at most ${most}`, medians[ours] <= most]]
  return Object.entries(least).map(([name, times]) => {
    const what = times === 1 ? `ahead of ${name}` : `at least ${times} x ${name}`
    if (medians[name] === undefined) return [`${what}, which failed`, medians[ours] !== undefined]
    return [what, better(name) >= times]
  })
}

/** Measures and prints a row. Returns its goals, and notes. */
async function printRow(row, runtimes, more) {
  console.log(`${row.title}  [${row.name}, ${row.rounds} ${row.rounds === 1 ? 'round' : 'rounds'}]`)
  const [goals, notes] = [[], []]
  for (const [runtime, round] of Object.entries(runtimes)) {
    const results = await measure(row, round, more)
    const line = lineOf(`  ${runtime.padEnd(10)}${row.unit}`, row, row, results)
    console.log(line.text)
    for (const also of row.also ?? []) {
      console.log(lineOf(`  ${runtime.padEnd(10)}${also.unit}`, also, row, results).text)
    }
    if (row.bare) {
      const most = line.medians[BARE] / line.medians.epoxy
      console.log(
        `  ${runtime.padEnd(10)}a bare WebSocket: ${line.medians[BARE].toFixed(0)}, which is ${most.toFixed(2)} x epoxy`,
      )
    }
    const reached = goalsOf(row, line)
    goals.push(...reached)
    console.log(
      `  ${runtime.padEnd(10)}${reached.map(([what, met]) => `${what}: ${met ? 'met' : 'MISSED'}`).join('; ')}`,
    )
    for (const [name, reports] of Object.entries(results)) {
      if (reports instanceof Error) notes.push(`${row.name}, ${runtime}: ${name} failed: ${reports.message}`)
      else if (reports[0].cipher) notes.push(`${row.name}, ${runtime}: ${name} used ${reports[0].cipher}`)
    }
  }
  return { goals, notes }
}

const NOTES = `
The last columns say how many times better this package is: faster, sooner, or with less. \`lite\` is its light module,
for which the cold start has its goals.
All contestants use their defaults, verify the certificate of the server, and keep connections open. libcurl.js has no
option for certificates, so the benchmark's certificate replaces its built-in ones. libcurl.js and epoxy are made for
browsers: in Node they get \`ws\`, which this package uses too, and the other objects of a page that they need.
Small GETs have 1 KB. In sequence in Node, client, relay and server share one CPU: with two, most of the time is spent
waking one that sleeps, which no client can avoid. libcurl.js uploads 0.5 MB instead of 32. epoxy gets a stream, because it
would send 32 MB as one message. In Chromium, every library is bundled with what the page imports of it, and CPU and
memory are those of the page's process.`

async function runAll(names, servers, relay, pinned, chromium) {
  const runtimes = {
    Node: (task, cpu) =>
      roundInProcess(clientInNode, cpu === undefined ? task : { ...task, relay: pinned.url }, {
        cpu,
        timeout: TIMEOUT_MS,
      }),
    Chromium: chromium.round,
  }
  const more = { relay: relay.url, ca: readFileSync(servers.ca, 'utf8') }
  const { length, 0: cpu } = cpus()
  const load = loadavg()[0].toFixed(1)
  console.log(`Node ${process.version} and ${chromium.version} on ${length} x ${cpu.model}, load ${load}; medians`)
  console.log(columns(['', ...CONTESTANTS, ...OTHERS.map((name) => `x ${name}`)], WIDTHS))
  const [goals, notes] = [[], []]
  for (const row of chosen(rowsFor(servers), names)) {
    const printed = await printRow(row, runtimes, more)
    goals.push(...printed.goals)
    notes.push(...printed.notes)
  }
  console.log(`${goals.filter(([, met]) => met).length} of ${goals.length} goals met`)
  console.log(NOTES)
  for (const note of notes) console.log(note)
}

const servers = await startServers()
const relay = await startRelay()
const pinned = await startRelay(servers.cpu)
const chromium = await startChromium(TIMEOUT_MS)
try {
  await Promise.race([
    runAll(process.argv.slice(2), servers, relay, pinned, chromium),
    servers.failed,
    relay.failed,
    pinned.failed,
  ])
} catch (error) {
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
} finally {
  await chromium.close()
  relay.stop()
  pinned.stop()
  servers.stop()
}
