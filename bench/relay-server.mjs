// The benchmark of the relay as a server: `node bench/relay-server.mjs [ROW...]`, which `make bench-relay-server` calls.
// It compares bin/relay, the server of wisp-js and what no relay on ws can do without (relay-server/bare.mjs), with many
// clients, many streams, much data, and clients that do not read. It prints medians over rounds in which they take
// turns, and whether this relay is ahead. Every round has a server, an origin and clients of its own, each a process.
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import net from 'node:net'
import { cpus, loadavg } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { chosen, columns, median, onCpu } from './shared.mjs'

const ROUNDS = 3
const IDLE = 10_000
const CLIENTS = 1000
const STREAMS = 10
const EXCHANGES = 10_000
const MANY = 500
const BULK = 50
const DEAF = 100
/** File descriptors that a relay needs for 1,000 clients with 10 streams each, and some more. */
const DESCRIPTORS = 12_000
/** How long something is measured, and how long it runs before, in milliseconds. */
const MEASURE_MS = 800
const WARM_MS = 400
/** The wait before memory is measured. */
const SETTLE_MS = 1000
/** Memory of deaf clients is measured when it has not grown for so long, or after LONGEST_MS. */
const STILL_MS = 800
const LONGEST_MS = 4000
/** In this time every idle client is pinged once, by this relay and by wisp-js: after 30 seconds, or a little later. */
const PINGED_MS = 36_000
/** The most that an idle client may take, in KB. */
const MOST_KB = 12
const KB = 1024
const MB = 1e6
/** What counts as level: medians of the same program differ by so much. */
const LEVEL = 0.95

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Servers that are one process run on the first CPU, and origins and clients on the last one. */
const [, first, last = first] = readFileSync('/proc/self/status', 'latin1').match(
  /^Cpus_allowed_list:\s+(\d+)(?:.*?(\d+))?$/m,
)

// --- contestants ---

/** As a user would start it who lets one address have so much. */
const relay = (port, ...more) => [
  path('../bin/relay'),
  ...['--host', '127.0.0.1', '--port', port, '--metrics', 'off', '--log-level', 'silent', '--allow-loopback'],
  ...['--connect-rate', '0', '--clients', '1000000', '--streams', '1000', ...more],
]
const wispJs = (port) => [
  path('node_modules/@mercuryworkshop/wisp-js/src/bin/server_cli.mjs'),
  ...['-H', '127.0.0.1', '-P', port, '-L', 'NONE', '-O', '{"allow_loopback_ips":true}'],
]
const bare = (kind) => (port) => [path('relay-server/bare.mjs'), kind, port]

/** The command line of each, its CPU, and the version of Wisp that clients speak: none on bare TCP. */
const CONTESTANTS = {
  'bare net': { command: bare('net'), cpu: first },
  'bare ws': { command: bare('ws'), cpu: first, wisp: 2 },
  this: { command: relay, cpu: first, wisp: 2 },
  '2 workers': { command: (port) => relay(port, '--workers', '2'), wisp: 2 },
  'wisp-js': { command: wispJs, cpu: first, wisp: 2 },
}
const [NET, WS, THIS, WORKERS, OTHER] = Object.keys(CONTESTANTS)
const RELAYS = [WS, THIS, OTHER]

// --- processes ---

const running = new Set()
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')))

function started(child) {
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

async function end(child) {
  if (!running.has(child)) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return `${port}`
}

function childrenOf(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').filter(Boolean)
}

/** A server that is measured, with its workers. */
class Server {
  constructor(child, to) {
    this.child = child
    this.to = to
    this.pids = [child.pid, ...childrenOf(child.pid)]
  }

  static async start({ command, cpu, wisp }) {
    const port = await freePort()
    const [program, ...parameters] = onCpu(cpu, [process.execPath, ...command(port)])
    const child = started(spawn(program, parameters, { stdio: ['ignore', 'ignore', 'inherit'] }))
    for (let accepted = false; !accepted; await sleep(20)) {
      if (child.exitCode !== null) throw new Error(`${command(port)[0]} ended with status ${child.exitCode}`)
      const probe = net.connect({ port, host: '127.0.0.1' })
      accepted = await new Promise((resolve) => probe.on('connect', () => resolve(true)).on('error', () => resolve(false))) // prettier-ignore
      probe.destroy()
    }
    return new Server(child, { port, wisp })
  }

  /** Resident memory in bytes. What processes share counts for each with its part. */
  get memory() {
    const of = (pid) => Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))[1]) * KB
    return this.pids.map(of).reduce((sum, bytes) => sum + bytes)
  }

  /** CPU time of all threads, of user and system, in milliseconds. */
  get cpu() {
    const tasks = this.pids.flatMap((pid) => readdirSync(`/proc/${pid}/task`).map((id) => `/proc/${pid}/task/${id}`))
    const ms = tasks.map((task) => Number.parseInt(readFileSync(`${task}/schedstat`, 'latin1')) / 1e6)
    return ms.reduce((sum, one) => sum + one)
  }
}

async function startOrigin() {
  const [program, ...parameters] = onCpu(last, [process.execPath, path('relay-server/origin.mjs')])
  const child = started(spawn(program, parameters, { stdio: ['ignore', 'pipe', 'inherit'] }))
  const [line] = await once(createInterface(child.stdout), 'line')
  return { child, port: Number(line) }
}

/** Starts a process with clients. Resolves with a function that calls one of its functions. */
function startClients() {
  const [execPath, ...execArgv] = onCpu(last, [process.execPath])
  const child = started(fork(path('relay-server/clients.mjs'), { execPath, execArgv }))
  let [id, calls] = [0, new Map()]
  child.on('message', ({ id, error, result }) => {
    const { resolve, reject } = calls.get(id)
    calls.delete(id)
    if (error) reject(new Error(error))
    else resolve(result)
  })
  child.once('exit', () => calls.forEach(({ reject }) => reject(new Error('the clients have ended'))))
  const call = (name, task = {}) =>
    new Promise((resolve, reject) => {
      calls.set(++id, { resolve, reject })
      child.send({ id, name, task })
    })
  return { child, call }
}

// --- rows ---

/** Runs `work`, and resolves with what it did, and the milliseconds and CPU time of the server meanwhile. */
async function timed(server, work) {
  const [cpu, since] = [server.cpu, performance.now()]
  const result = await work()
  return { result, ms: performance.now() - since, cpu: server.cpu - cpu }
}

const grown = (server, before, count) => (server.memory - before) / count / KB

const percentile = (times, p) => times.sort((a, b) => a - b)[Math.floor(times.length * p)]

async function transfer(server, { call }, start, count, clients) {
  await call('connect', { to: server.to, count: clients })
  await call(start, { count })
  await sleep(WARM_MS)
  const { result, cpu } = await timed(server, () => call('count', { ms: MEASURE_MS }))
  return { rate: result.bytes / MB / (result.ms / 1000), cost: cpu / (result.bytes / MB) }
}

const TRANSFER = [
  { key: 'rate', label: 'MB/s', more: true },
  { key: 'cost', label: 'CPU ms for each MB', digits: 2 },
]

/** The rows of one direction: one stream, and many of 10 clients. */
const transferRows = (name, start, one) => [
  {
    name: `${name}-1`,
    title: `${one} in one stream`,
    contestants: RELAYS,
    values: TRANSFER,
    run: (server, clients) => transfer(server, clients, start, 1, 1),
  },
  {
    name: `${name}-500`,
    title: `${MANY} ${start}, of 10 clients`,
    contestants: [WS, THIS, WORKERS, OTHER],
    values: TRANSFER,
    run: (server, clients) => transfer(server, clients, start, MANY, 10),
  },
]

/**
 * The rows. `run` measures one round, and `values` are the numbers of its report that are printed. `more` is better, or
 * else less. With `named`, it takes long, and runs only if it is named. This relay has the goal to be ahead of wisp-js,
 * or level with a bare ws, and to have at most `most`.
 */
const ROWS = [
  {
    name: 'idle',
    title: `${IDLE} clients that do nothing`,
    contestants: [NET, WS, THIS, OTHER],
    values: [
      { key: 'memory', label: 'KB resident for each', digits: 1, most: MOST_KB },
      { key: 'cost', label: 'CPU us to accept one', digits: 0 },
    ],
    async run(server, { call }) {
      const before = server.memory
      const { cpu: cost } = await timed(server, () => call('connect', { to: server.to, count: IDLE }))
      await sleep(SETTLE_MS)
      return { memory: grown(server, before, IDLE), cost: (cost / IDLE) * 1000 }
    },
  },
  {
    name: 'pings',
    title: `${IDLE} clients that do nothing, until each has been pinged once`,
    contestants: [THIS, OTHER],
    rounds: 1,
    named: true,
    values: [{ key: 'cpu', label: 'CPU us for each in half a minute', digits: 1 }],
    async run(server, { call }) {
      await call('connect', { to: server.to, count: IDLE })
      await sleep(SETTLE_MS)
      const { cpu } = await timed(server, () => sleep(PINGED_MS))
      return { cpu: (cpu / IDLE) * 1000 }
    },
  },
  {
    name: 'connects',
    title: 'clients that come and leave',
    contestants: [NET, WS, THIS, WORKERS, OTHER],
    values: [
      { key: 'rate', label: 'connects a second', more: true },
      { key: 'cost', label: 'CPU us for each' },
    ],
    async run(server, { call }) {
      await call('churn', { to: server.to, ms: WARM_MS })
      const { result, cpu } = await timed(server, () => call('churn', { to: server.to, ms: MEASURE_MS }))
      return { rate: (result.count / result.ms) * 1000, cost: (cpu / result.count) * 1000 }
    },
  },
  {
    name: 'streams',
    title: `${CLIENTS} clients with ${STREAMS} streams each`,
    contestants: [WS, THIS, WORKERS, OTHER],
    values: [
      { key: 'memory', label: 'KB resident for each stream', digits: 1 },
      { key: 'opens', label: 'streams opened a second', more: true },
      { key: 'rate', label: 'small requests a second', more: true },
      { key: 'cost', label: 'CPU us for each request' },
    ],
    async run(server, { call }) {
      await call('connect', { to: server.to, count: CLIENTS })
      await sleep(WARM_MS)
      const before = server.memory
      const { ms } = await timed(server, () => call('exchangers', { count: STREAMS }))
      const exchanges = await timed(server, () => call('exchange', { count: EXCHANGES, parallel: 100 }))
      return {
        opens: ((CLIENTS * STREAMS) / ms) * 1000,
        memory: grown(server, before, CLIENTS * STREAMS),
        rate: (EXCHANGES / exchanges.ms) * 1000,
        cost: (exchanges.cpu / EXCHANGES) * 1000,
      }
    },
  },
  ...transferRows('down', 'downloads', 'a download'),
  ...transferRows('up', 'uploads', 'an upload'),
  {
    name: 'beside',
    title: `small requests beside ${BULK} downloads`,
    contestants: [WS, THIS, WORKERS, OTHER],
    values: [
      { key: 'other', label: 'ms of 99 %, another client', digits: 1 },
      { key: 'same', label: 'ms of 99 %, the same client', digits: 1 },
    ],
    async run(server, bulk, start) {
      const small = start()
      const clients = [small, bulk]
      for (const { call } of clients) {
        await call('connect', { to: server.to, count: 1 })
        await call('exchangers', { count: 1 })
      }
      await bulk.call('downloads', { count: BULK })
      await sleep(WARM_MS)
      const p99 = async ({ call }) => percentile(await call('exchange', { ms: MEASURE_MS }), 0.99)
      return { other: await p99(small), same: await p99(bulk) }
    },
  },
  {
    name: 'deaf',
    title: `${DEAF} clients that stop reading a download`,
    contestants: RELAYS,
    values: [{ key: 'memory', label: 'KB resident for each', digits: 0 }],
    async run(server, { call }) {
      await call('connect', { to: server.to, count: DEAF })
      await call('deaf')
      const before = server.memory
      await call('downloads', { count: DEAF })
      let most = before
      for (let [began, grew] = [performance.now(), performance.now()]; ;) {
        await sleep(100)
        const now = performance.now()
        const { memory } = server
        if (memory > most + MB) grew = now
        most = Math.max(most, memory)
        if (now - grew > STILL_MS || now - began > LONGEST_MS) break
      }
      return { memory: (most - before) / DEAF / KB }
    },
  },
]

// --- rounds ---

async function round(row, contestant) {
  const [server, origin] = await Promise.all([Server.start(CONTESTANTS[contestant]), startOrigin()])
  const children = [server.child, origin.child]
  const start = () => {
    const { child, call } = startClients()
    children.push(child)
    return { call: (name, task) => call(name, { origin: origin.port, ...task }) }
  }
  try {
    return await row.run(server, start(), start)
  } finally {
    await Promise.all(children.map(end))
  }
}

async function measure(row) {
  const reports = Object.fromEntries(row.contestants.map((name) => [name, []]))
  for (let i = 0; i < (row.rounds ?? ROUNDS); i++) {
    for (const name of row.contestants) {
      try {
        reports[name].push(await round(row, name))
      } catch (error) {
        throw new Error(`${row.name}: ${name}: ${error.message}`)
      }
    }
  }
  return reports
}

const WIDTHS = { label: 34, width: 11 }
const RATIOS = [OTHER, WS]

/** What a value says about the goal, and whether it is met. */
function verdictOf({ most }, value, better) {
  if (most !== undefined && value > most) return { met: false, text: `more than ${most}` }
  if (better(OTHER) > 1) return { met: true, text: most === undefined ? 'ahead' : `ahead, at most ${most}` }
  if (better(WS) >= LEVEL) return { met: true, text: `level with ${WS}` }
  return { met: false, text: 'BEHIND' }
}

/** Prints a row. Returns whether its goals are met. */
function print({ name, title, values, rounds }, reports) {
  console.log(`${title}  [${name}${rounds ? `, ${rounds} round` : ''}]`)
  const verdicts = values.map((value) => {
    const { key, label, digits = 0, more = false } = value
    const medians = Object.fromEntries(
      Object.entries(reports).map(([contestant, list]) => [contestant, median(list.map((report) => report[key]))]),
    )
    const better = (other) => (more ? medians[THIS] / medians[other] : medians[other] / medians[THIS])
    const number = (one, digits) => (Number.isFinite(one) ? one.toFixed(digits) : '-')
    const verdict = verdictOf(value, medians[THIS], better)
    const cells = [
      `  ${label}`,
      ...Object.keys(CONTESTANTS).map((contestant) => number(medians[contestant], digits)),
      ...RATIOS.map((other) => number(better(other), 2)),
    ]
    console.log(`${columns(cells, WIDTHS)}  ${verdict.text}`)
    return verdict.met
  })
  return verdicts.every(Boolean)
}

const NOTES = `
The last columns say how many times better this relay is than others. A ${WS} is a relay on ws without limits, names,
errors or a log, and ${NET} only accepts connections. All but "${WORKERS}" run on one CPU, and clients and origin on
another one, so a relay that is slow for its CPU time waits for them. CPU times say more than rates on a busy machine.
Memory is what a process has grown by, as the system sees it.`

/** Node raises its limit as far as it may. */
function checkDescriptors() {
  const [, most] = readFileSync('/proc/self/limits', 'latin1').match(/^Max open files\s+\d+\s+(\S+)/m)
  if (Number(most) < DESCRIPTORS)
    throw new Error(`a process may only open ${most} files, and ${DESCRIPTORS} are needed: ulimit -n ${DESCRIPTORS}`)
}

try {
  checkDescriptors()
  const names = process.argv.slice(2)
  const rows = chosen(ROWS, names).filter(({ named }) => !named || names.length > 0)
  const { length, 0: cpu } = cpus()
  const load = loadavg()[0].toFixed(1)
  console.log(`Node ${process.version} on ${length} x ${cpu.model}, load ${load}; medians of ${ROUNDS} rounds`)
  console.log(columns(['', ...Object.keys(CONTESTANTS), ...RATIOS.map((name) => `x ${name}`)], WIDTHS))
  let met = 0
  for (const row of rows) met += print(row, await measure(row))
  console.log(`${met} of ${rows.length} rows: ahead of ${OTHER}, or level with ${WS}`)
  console.log(NOTES)
} catch (error) {
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
}
