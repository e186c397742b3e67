// What the benchmarks have in common: their servers, and how results become a table.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What servers.mjs sends, with a promise that rejects when it ends, and a way to end it. */
export async function startServers() {
  const child = fork(fileURLToPath(new URL('servers.mjs', import.meta.url)))
  const failed = once(child, 'exit').then(([code]) =>
    Promise.reject(new Error(`the servers have ended with status ${code}`)),
  )
  const [servers] = await Promise.race([once(child, 'message'), failed])
  const stop = () => {
    failed.catch(() => {})
    child.disconnect()
  }
  return { ...servers, failed, stop }
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** A line of a table: the first column is `label` wide, the others `width`. */
export function columns(cells, { label = 22, width = 13 } = {}) {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(label) : cell.padStart(width))).join('')
}

/** The rows that are asked for by name: all of them if none is. */
export function chosen(rows, names) {
  const unknown = names.filter((name) => !rows.some((row) => row.name === name))
  if (unknown.length)
    throw new Error(`no row is called ${unknown.join(', ')}; there are ${rows.map(({ name }) => name).join(', ')}`)
  return names.length === 0 ? rows : rows.filter(({ name }) => names.includes(name))
}
