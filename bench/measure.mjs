// Measures one round in a client process. client-fetch.mjs, client-wasm.mjs, fetch/client.mjs and relay/client-node.mjs
// call round() with a function for each kind of task. The task is the argument of the process. After a warm-up on the
// same connections the round is measured, and reported on descriptor 3 as one line of JSON. The parent checks how many
// bytes were transferred.
import { readFileSync, writeFileSync, writeSync } from 'node:fs'

const REPORT = 3
const KB = 1024

/** A field of /proc/self/status in bytes: VmRSS is the memory in use, and VmHWM its peak. */
function status(field) {
  const [, kilobytes] = readFileSync('/proc/self/status', 'latin1').match(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm'))
  return kilobytes * KB
}

/** Resets VmHWM, because compiling the module has used more memory than most transfers do. @see proc(5) */
const forgetPeak = () => writeFileSync('/proc/self/clear_refs', '5')

/**
 * Runs and reports the task of this process: { kind, url, requests, bytes, warm, ... }, where `warm` has what is
 * different in the warm-up. Each function of `kinds` does a task, and returns how many bytes of bodies it has received
 * (for an upload: how many the server has received), or an object with that as `bytes` and more to report.
 */
export async function round(kinds) {
  const task = JSON.parse(process.argv[2])
  const work = kinds[task.kind]
  if (task.warm) await work({ ...task, ...task.warm })
  forgetPeak()
  const before = status('VmRSS')
  const cpuBefore = process.cpuUsage()
  const start = performance.now()
  const result = await work(task)
  const wall = performance.now() - start
  const { user, system } = process.cpuUsage(cpuBefore)
  const more = typeof result === 'number' ? { bytes: result } : result
  const report = { ...more, wall, cpu: (user + system) / 1000, memory: status('VmHWM') - before }
  writeSync(REPORT, `${JSON.stringify(report)}\n`)
}

/** Runs `parallel` workers at the same time. All take from the same supply of `requests`. */
export async function window(parallel, requests, worker) {
  let left = requests
  let bytes = 0
  const take = () => left-- > 0
  const count = (n) => void (bytes += n)
  await Promise.all(Array.from({ length: parallel }, () => worker(take, count)))
  return bytes
}
