// What observes all fetches in Node, Bun and Deno.
import type { HostOptions } from '../../../shim/host.js'
import type { Observers } from '../../fetch/observe.js'
import { RequestChannels } from './channels.js'
import { debugLog } from './debug-log.js'
import { resourceTimings } from './resource-timings.js'

export function nodeObservers(environment: HostOptions['environment']): Observers {
  const channels = new RequestChannels()
  const log = debugLog(environment)
  return { hops: log ? [channels, log] : [channels], calls: resourceTimings() }
}
