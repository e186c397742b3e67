// Counts what a transfer may leave behind: there must be nothing. The counts are internals of the built package.
import { setTimeout as sleep } from 'node:timers/promises'
import { current } from '../../dist/js/internals.js'

export interface Counts {
  descriptors: number
  easies: number
  multis: number
  memory: number
  timers: number
}

export function counts(): Counts {
  const { host, easies, multis, exports } = current()
  return {
    descriptors: host.descriptors.size,
    easies: easies.size,
    multis: multis.size,
    memory: exports.memory_in_use(),
    timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name === 'Immediate').length,
  }
}

/** The counts once nothing has changed for a while. */
export async function settledCounts(): Promise<Counts> {
  for (let [before, same] = [counts(), 0]; ;) {
    await sleep(20)
    const now = counts()
    same = JSON.stringify(now) === JSON.stringify(before) ? same + 1 : 0
    if (same === 5) return now
    before = now
  }
}
