// The main benchmark: `node bench/run.mjs [ROW...]`, which `make bench` calls. It compares Node's fetch, Debian's curl
// and this package, and prints medians over rounds in which they take turns, and which of the project's goals are met.
// Every round is a process of its own. If one transfers a wrong number of bytes, the run ends.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { chosen, columns, median, onCpu, startServers } from './shared.mjs'

const CONTESTANTS = ['fetch', 'curl', 'this']
const CURL = '/usr/bin/curl'
const MB = 1e6
const KB = 1024
const SMALL_GETS = 5000
/** How often the memory of a curl process is read, in milliseconds. */
const LOOK_MS = 10

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const CLIENTS = { fetch: path('client-fetch.mjs'), this: path('client-wasm.mjs') }

/**
 * A bash script that runs a command, and writes to descriptor 3 when it started, and the output of `time` at its end.
 */
const WRAPPER = String.raw`TIMEFORMAT='%3R %3U %3S'
printf '%s\n' "$EPOCHREALTIME" >&3
{ time "$@" 2>&4 4>&-; } 4>&2 2>&3`

const NOTES = `
Both clients in Node are warmed up. curl cannot be, so its CPU time, and its wall time for small GETs, are of the whole
process. For sequential requests, client and server share one CPU. Only this package and curl know the size of an upload in
advance.`

// --- what is measured ---

/**
 * The rows. `task` is what the clients do. They must receive `bytes`, or for an upload the server must. `warm` has what
 * is different in the warm-up. `per` says what the rate counts. A goal is [contestant, least ratio of the rates].
 *
 * For one request after another, client and nginx share one CPU (`cpu`), because they never work at the same time. With
 * two CPUs most of the time would be spent waking the one that sleeps: 50 of 68 us for each request of the simplest
 * client, and sometimes 0, as the scheduler decides. All contestants are faster with one.
 */
function rowsFor({ ports, cpu, sizes, ca }) {
  const at = (port, name, scheme = 'https') => `${scheme}://127.0.0.1:${ports[port]}/${name}`
  // a long warm-up, so that V8 has finished compiling
  const small = { requests: SMALL_GETS, bytes: SMALL_GETS * sizes.small, warm: { requests: SMALL_GETS } }
  const sequential = { ...small, kind: 'sequential' }
  const big = { kind: 'download', bytes: sizes.big }
  const bigOverTls = (port) => ({ ...big, ca, url: at(port, 'big'), warm: { url: at(port, 'warm') } })
  return [
    {
      name: 'small-http',
      title: 'small GETs in sequence, HTTP',
      per: 'requests',
      rounds: 7,
      goals: [['fetch', 3]],
      cpu,
      task: { ...sequential, url: at('http', 'small', 'http') },
    },
    {
      name: 'small-https',
      title: 'small GETs in sequence, HTTPS',
      per: 'requests',
      rounds: 7,
      goals: [['fetch', 3]],
      cpu,
      task: { ...sequential, ca, url: at('https', 'small') },
    },
    {
      name: 'small-h2',
      title: 'small GETs in sequence, HTTP/2 over TLS',
      per: 'requests',
      rounds: 7,
      without: 'fetch',
      cpu,
      task: { ...sequential, ca, http2: true, url: at('h2', 'small') },
    },
    {
      name: 'parallel',
      title: 'small GETs, 50 at a time, HTTP',
      per: 'requests',
      rounds: 7,
      goals: [['fetch', 1.7]],
      task: { ...small, kind: 'parallel', parallel: 50, url: at('http', 'small', 'http') },
    },
    {
      name: 'download-http',
      title: '1 GB download, HTTP',
      per: 'bytes',
      rounds: 7,
      goals: [
        ['fetch', 1.8],
        ['curl', 0.8],
      ],
      memory: true,
      task: { ...big, url: at('http', 'big', 'http'), warm: { url: at('http', 'warm', 'http') } },
    },
    {
      name: 'download-aes',
      title: '1 GB download, TLS_AES_256_GCM_SHA384',
      per: 'bytes',
      rounds: 3,
      goals: [['fetch', 1.1]],
      task: bigOverTls('aes'),
    },
    {
      name: 'download-chacha',
      title: '1 GB download, TLS_CHACHA20_POLY1305_SHA256',
      per: 'bytes',
      rounds: 3,
      goals: [['fetch', 1.3]],
      task: bigOverTls('chacha'),
    },
    {
      name: 'upload',
      title: '200 MB upload, HTTP',
      per: 'bytes',
      rounds: 5,
      task: { kind: 'upload', bytes: sizes.upload, url: at('sink', '', 'http'), warm: { bytes: sizes.upload / 10 } },
    },
    {
      name: 'cold',
      title: 'cold start: from the start of the process to the first byte',
      rounds: 11,
      task: { kind: 'cold', bytes: sizes.small, url: at('http', 'small', 'http') },
    },
  ]
}

// --- one round ---

const environment = (() => {
  const entries = Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name) && !/^NODE_|^SSL/.test(name))
  return { ...Object.fromEntries(entries), LC_ALL: 'C' }
})()

/** Runs a command to its end, with `more` in its environment, and only on `cpu`. Passes its process to `watch`. */
async function launch(command, { more = {}, cpu, watch = () => {} } = {}) {
  const child = spawn('bash', ['-c', WRAPPER, 'bash', ...onCpu(cpu, command)], {
    env: { ...environment, ...more },
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  })
  const result = { output: '', report: '', firstByteAt: 0 }
  child.stdout.on('data', (chunk) => {
    result.firstByteAt ||= performance.timeOrigin + performance.now()
    result.output += chunk.toString('latin1')
  })
  child.stdio[3].on('data', (chunk) => (result.report += chunk))
  watch(child)
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error(`${command.join(' ')} ended with status ${status}\n${result.output.slice(-500)}`)
  return { ...result, ...readReport(result.report) }
}

/** Parses the output on descriptor 3: when the process started, the report of a client in Node, and bash's `time`. */
function readReport(text) {
  const lines = text.trim().split('\n')
  const [real, user, system] = lines
    .at(-1)
    .split(' ')
    .map((seconds) => Number(seconds) * 1000)
  const report = lines.length === 3 ? JSON.parse(lines[1]) : undefined
  return { report, startedAt: Number(lines[0]) * 1000, wholeWall: real, wholeCpu: user + system }
}

async function runClient(contestant, { task, cpu }) {
  const more = contestant === 'fetch' && task.ca ? { NODE_EXTRA_CA_CERTS: task.ca } : {}
  const launched = await launch([process.execPath, CLIENTS[contestant], JSON.stringify(task)], { more, cpu })
  return task.kind === 'cold' ? coldResult(launched, launched.output.length) : launched.report
}

const coldResult = ({ firstByteAt, startedAt, wholeCpu }, bytes) => ({
  bytes,
  wall: firstByteAt - startedAt,
  cpu: wholeCpu,
})

/** The command line of curl. -q must be first, to ignore .curlrc. Globbing makes many requests in one process. */
function curlCommand({ kind, url, ca, http2, requests, parallel }, { upload }) {
  const command = [CURL, '-q', '-s', '-S', '-f', http2 ? '--http2' : '--http1.1', ...(ca ? ['--cacert', ca] : [])]
  const quiet = ['-o', '/dev/null', '-w', '%{http_version} %{size_download} %{time_total}\n']
  switch (kind) {
    case 'sequential':
      return [...command, ...quiet, `${url}?[1-${requests}]`]
    case 'parallel':
      return [
        ...command,
        ...quiet,
        '--no-progress-meter',
        '-Z',
        '--parallel-max',
        String(parallel),
        `${url}?[1-${requests}]`,
      ]
    case 'download':
      return [...command, ...quiet, url]
    case 'upload':
      return [...command, '-w', ' %{time_total}', '-T', upload, url]
    case 'cold':
      return [...command, url]
  }
}

/** Runs curl. For a single transfer curl measures the time itself, for others it is the time of the whole process. */
async function runCurl({ task, cpu, memory }, servers) {
  const peak = memory ? peakOfChild() : undefined
  const launched = await launch(curlCommand(task, servers), { cpu, watch: peak?.watch })
  if (task.kind === 'cold') return coldResult(launched, launched.output.length)
  const lines = launched.output
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
  const single = task.kind === 'download' || task.kind === 'upload'
  const wall = single ? Number(lines[0].at(-1)) * 1000 : launched.wholeWall
  const result = { bytes: curlBytes(task, lines), wall, cpu: launched.wholeCpu }
  return memory ? { ...result, memory: peak.bytes() - (await curlMemoryBefore(servers)) } : result
}

function curlBytes({ kind, http2 }, lines) {
  if (kind === 'upload') return Number(lines[0][0])
  const wrong = lines.find(([version]) => version !== (http2 ? '2' : '1.1'))
  if (wrong) throw new Error(`curl used HTTP version ${wrong[0]}`)
  return lines.reduce((sum, [, size]) => sum + Number(size), 0)
}

/**
 * The memory of curl when it has sent its request, and has received nothing: the growth of the others starts there too.
 */
async function curlMemoryBefore({ ports }) {
  const peak = peakOfChild()
  await launch([CURL, '-q', '-s', '-S', '-f', `http://127.0.0.1:${ports.sink}/wait`], { watch: peak.watch })
  return peak.bytes()
}

/** Watches the peak memory of bash's child until it has ended. */
function peakOfChild() {
  let bytes = 0
  const look = (bash) => {
    try {
      const child = readFileSync(`/proc/${bash}/task/${bash}/children`, 'latin1').trim()
      // before exec it is a copy of bash
      if (!child || readFileSync(`/proc/${child}/comm`, 'latin1').trim() !== 'curl') return
      const found = readFileSync(`/proc/${child}/status`, 'latin1').match(/^VmHWM:\s+(\d+) kB$/m)
      if (found) bytes = Math.max(bytes, Number(found[1]) * KB)
    } catch {
      // it has ended meanwhile
    }
  }
  const watch = (bash) => {
    const timer = setInterval(look, LOOK_MS, bash.pid)
    bash.once('close', () => clearInterval(timer))
  }
  return {
    watch,
    bytes() {
      if (bytes === 0) throw new Error('the memory of curl could not be read')
      return bytes
    },
  }
}

async function runRound(contestant, row, servers) {
  const result = contestant === 'curl' ? await runCurl(row, servers) : await runClient(contestant, row)
  if (result.bytes !== row.task.bytes) {
    throw new Error(`${row.name}: ${contestant} transferred ${result.bytes} bytes instead of ${row.task.bytes}`)
  }
  return result
}

// --- rows ---

/** Measures one row. Returns the medians: { fetch: { wall, cpu, memory }, ... } */
async function measure(row, servers) {
  const contestants = CONTESTANTS.filter((contestant) => contestant !== row.without)
  const results = Object.fromEntries(contestants.map((contestant) => [contestant, []]))
  for (let i = 0; i < row.rounds; i++) {
    for (const contestant of contestants) results[contestant].push(await runRound(contestant, row, servers))
  }
  const medianOf = (contestant, what) => median(results[contestant].map((result) => result[what]))
  return Object.fromEntries(
    contestants.map((name) => [
      name,
      { wall: medianOf(name, 'wall'), cpu: medianOf(name, 'cpu'), memory: medianOf(name, 'memory') },
    ]),
  )
}

/** The lines of a row: each has a label, a function for the number, and how many decimals are shown. */
function linesOf({ per, task, memory }) {
  const count = per === 'requests' ? task.requests : task.bytes / MB
  return [
    ...(per
      ? [
          {
            label: per === 'requests' ? 'requests/s' : 'MB/s',
            value: ({ wall }) => (count / wall) * 1000,
            digits: 0,
            rate: true,
          },
        ]
      : []),
    { label: 'wall ms', value: ({ wall }) => wall, digits: per ? 0 : 1 },
    { label: 'CPU ms', value: ({ cpu }) => cpu, digits: per ? 0 : 1 },
    ...(memory ? [{ label: 'peak RSS growth MB', value: (result) => result.memory / MB, digits: 1 }] : []),
  ]
}

function lineText({ label, value, digits }, medians) {
  const number = (contestant) => (medians[contestant] ? value(medians[contestant]).toFixed(digits) : '-')
  const ratio = (contestant) =>
    medians[contestant] ? (value(medians.this) / value(medians[contestant])).toFixed(2) : '-'
  return columns([`  ${label}`, ...CONTESTANTS.map(number), ratio('fetch'), ratio('curl')])
}

function goalTexts({ goals = [] }, { value }, medians) {
  return goals.map(([than, least]) => {
    const met = value(medians.this) / value(medians[than]) >= least
    return { met, text: `goal: at least ${least} x ${than}: ${met ? 'met' : 'MISSED'}` }
  })
}

function printRow(row, medians) {
  console.log(`${row.title}  [${row.name}, ${row.rounds} rounds]`)
  const lines = linesOf(row)
  for (const line of lines) console.log(lineText(line, medians))
  const goals = lines[0].rate ? goalTexts(row, lines[0], medians) : []
  for (const { text } of goals) console.log(`  ${text}`)
  return goals
}

async function runAll(wanted, servers) {
  const rows = chosen(rowsFor(servers), wanted)
  console.log(`Node ${process.version} on ${cpus().length} x ${cpus()[0].model}; medians; ratios are this / the other`)
  console.log(columns(['', ...CONTESTANTS, 'this/fetch', 'this/curl']))
  const goals = []
  for (const row of rows) goals.push(...printRow(row, await measure(row, servers)))
  if (goals.length) console.log(`${goals.filter(({ met }) => met).length} of ${goals.length} goals met`)
  console.log(NOTES)
}

if (!existsSync(CURL)) throw new Error(`${CURL} is missing: test/ensure-tools installs it`)
const servers = await startServers()
try {
  await Promise.race([runAll(process.argv.slice(2), servers), servers.failed])
} catch (error) {
  console.error(`bench: ${error.message}`)
  process.exitCode = 1
} finally {
  servers.stop()
}
