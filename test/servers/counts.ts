// What a transfer may leave behind: nothing. Counted inside the package, so from its built files.
import { current } from '../../dist/ts/libcurl.js'

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
