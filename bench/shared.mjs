// What the benchmarks share: their servers, rounds in processes of their own, and tables of results.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** How long a round may take, in milliseconds. */
const TIMEOUT_MS = 120_000

/**
 * Starts servers.mjs. Resolves with what it sends, a promise that rejects if it ends, and a function that ends it.
 * `inside` is a command that runs it, with its own command line after it.
 */
export async function startServers({ inside = [] } = {}) {
  const [command, ...parameters] = [...inside, process.execPath, fileURLToPath(new URL('servers.mjs', import.meta.url))]
  const child = spawn(command, parameters, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  const failed = once(child, 'exit').then(([code]) =>
    Promise.reject(new Error(`the servers ended with status ${code}`)),
  )
  const [servers] = await Promise.race([once(child, 'message'), failed])
  const stop = () => {
    failed.catch(() => {})
    child.disconnect()
  }
  return { ...servers, failed, stop }
}

/** Makes a command run only on one CPU, if one is given. */
export function onCpu(cpu, command) {
  return cpu === undefined ? command : ['taskset', '-c', cpu, ...command]
}

/**
 * Runs one round in a process of its own, of Node unless `runtime` is another one: `client` gets the task as its
 * argument, and reports on descriptor 3 (see measure.mjs). Its other output is only used if it fails. With `cpu` it only
 * runs on that CPU. `inside` is a command that runs it, with its own command line after it. `trusted` is a file with an
 * authority that it trusts.
 */
export async function roundInProcess(client, task, { cpu, timeout, runtime = process.execPath, inside = [], trusted }) {
  const [command, ...parameters] = [...inside, ...onCpu(cpu, [runtime, client, JSON.stringify(task)])]
  const env = { ...process.env, ...(trusted && { NODE_EXTRA_CA_CERTS: trusted }) }
  const child = spawn(command, parameters, { env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'], timeout })
  const [, errors, report, [status, signal]] = await Promise.all([
    ...[child.stdout, child.stderr, child.stdio[3]].map(text),
    once(child, 'exit'),
  ])
  if (signal) throw new Error(`did not end within ${timeout / 1000} s`)
  if (status !== 0) throw new Error(/^\w*Error: .*/m.exec(errors)?.[0] ?? `status ${status}`)
  return JSON.parse(report)
}

/** The clients for measureInTurns() that are one program, which gets its contestant's name in the task. */
export function clientsOf(program, contestants) {
  return Object.fromEntries(contestants.map((contestant) => [contestant, (task) => [program, { ...task, contestant }]]))
}

/**
 * Runs the rounds of a row, in which the contestants take turns. `clients` has a function for each, which makes the
 * parameters of roundInProcess() of the row's task: [client, task, runtime]. Resolves with the reports of each.
 */
export async function measureInTurns({ name, rounds, task, expected, cpu }, clients) {
  const results = Object.fromEntries(Object.keys(clients).map((contestant) => [contestant, []]))
  for (let i = 0; i < rounds; i++) {
    for (const [contestant, clientFor] of Object.entries(clients)) {
      const [client, own, runtime] = clientFor(task)
      const report = await roundInProcess(client, own, { cpu, timeout: TIMEOUT_MS, runtime, trusted: task.ca })
      if (report.bytes !== expected)
        throw new Error(`${name}: ${contestant} reported ${report.bytes} bytes instead of ${expected}`)
      results[contestant].push(report)
    }
  }
  return results
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Makes a line of a table. The first column is `label` characters wide, the others `width`. */
export function columns(cells, { label = 22, width = 13 } = {}) {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(label) : cell.padStart(width))).join('')
}

/** The rows with these names, or all rows if there are no names. */
export function chosen(rows, names) {
  const unknown = names.filter((name) => !rows.some((row) => row.name === name))
  if (unknown.length)
    throw new Error(`there is no row ${unknown.join(', ')}, only ${rows.map(({ name }) => name).join(', ')}`)
  return names.length === 0 ? rows : rows.filter(({ name }) => names.includes(name))
}
