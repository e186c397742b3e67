// Wisp, versions 1 and 2: all TCP and UDP of an instance through one WebSocket, or a few, to a relay, which resolves the
// names.
import { SyntheticNames } from '../names.js'
import { relayRecipe } from '../relay.js'
import { TransportError, type Transport, type TransportRecipe } from '../transport.js'
import { WispConnection, type WispOptions } from './connection.js'
import { WispDatagrams } from './datagrams.js'
import { relaysOf, type Relay, type RelayState, type RelayStatus } from './relays.js'
import { WispStream } from './stream.js'

export type { WispOptions } from './connection.js'
export type { RelayState, RelayStatus } from './relays.js'

/** How the Worker of blocking calls makes this transport. @throws TypeError for an option that cannot be posted to it */
export function wispRecipe(options: WispOptions): TransportRecipe {
  const posted = ['url', 'urls', 'version', 'password', 'connections']
  return relayRecipe('wisp', options, posted, ['onmotd', 'onclose', 'onstatechange'])
}

export interface WispTransport extends Transport {
  /** `open` if one of its connections is, and otherwise `connecting` if one is; `failed` if all relays are. */
  readonly state: RelayState
  /** What is known about each relay, in the order given. */
  readonly relays: readonly RelayStatus[]
  /** Ends the connections to relays, and with them all streams (ECANCELED). The next connect() makes a new one. */
  close(): void
}

/**
 * TCP and UDP through a Wisp relay. All connections share one WebSocket, which is opened when the instance starts. When
 * it is lost, the streams in it fail with ECONNRESET, and the next connection opens a new one: to the first relay that
 * has not failed lately, and if it does not greet, to the next. A stream fails when each was tried once, with the code
 * of the last and a reason that names all.
 * @throws TypeError for `url` and `urls` together, or neither, or what is no URL with ws: or wss:
 * @throws RangeError if `connections` is not a whole number from 1 on
 * @see https://github.com/MercuryWorkshop/wisp-protocol
 */
export function wispTransport(options: WispOptions): WispTransport {
  const { connections: wanted = 1, onstatechange } = options
  if (!Number.isInteger(wanted) || wanted < 1)
    throw new RangeError(`connections is a whole number from 1 on, not ${wanted}`)
  const relays = relaysOf(options.url, options.urls)
  const names = new SyntheticNames()
  let connections: WispConnection[] = []
  let reporting = false

  const changed = (): void => {
    if (!onstatechange || reporting) return
    reporting = true
    queueMicrotask(() => {
      reporting = false
      onstatechange(stateOf(relays, connections))
    })
  }
  /** The one for the next stream, which waits only if none is open. */
  const best = (): WispConnection | null =>
    connections
      .filter(({ over }) => !over)
      .reduce<WispConnection | null>((one, each) => (one && !isBetter(each, one) ? one : each), null)
  /** Makes up for those that are over, and returns the one for the next stream. */
  const connection = (): WispConnection => {
    connections = connections.filter(({ over }) => !over)
    while (connections.length < wanted) connections.push(new WispConnection(options, relays, changed, best))
    return best()!
  }
  return {
    recipe: () => wispRecipe(options),
    get state() {
      return stateOf(relays, connections)
    },
    get relays() {
      return relays.map((relay) => statusOf(relay, connections))
    },
    prepare() {
      connection()
    },
    connect(remote, local, events) {
      if (remote.family === 'unix' || local) throw new TransportError('EOPNOTSUPP')
      return new WispStream(connection(), names.hostOf(remote.address), remote, events)
    },
    datagrams: (_family, _local, events) => new WispDatagrams(connection, names, events),
    resolve: async (name, family) => names.resolve(name, family),
    close() {
      for (const each of connections.splice(0)) each.close()
    },
  }
}

function isBetter(a: WispConnection, b: WispConnection): boolean {
  return a.open === b.open ? a.size < b.size : a.open
}

function stateOf(relays: readonly Relay[], connections: readonly WispConnection[]): RelayState {
  if (connections.some(({ open }) => open)) return 'open'
  if (connections.some(({ over }) => !over)) return 'connecting'
  return relays.every(({ failures }) => failures > 0) ? 'failed' : 'idle'
}

function statusOf(relay: Relay, connections: readonly WispConnection[]): RelayStatus {
  const own = connections.filter((each) => each.relay === relay && !each.over)
  return {
    origin: relay.url.origin,
    state: stateOf([relay], own),
    roundTrip: relay.roundTrip,
    streams: own.reduce((sum, { size }) => sum + size, 0),
    lastError: relay.lastError,
  }
}
