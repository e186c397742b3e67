// Wisp, versions 1 and 2: all TCP and UDP of an instance through one WebSocket to a relay, which resolves the names.
import { SyntheticNames } from '../names.js'
import { relayRecipe, relayUrl } from '../relay.js'
import { TransportError, type Transport } from '../transport.js'
import { WispConnection, type WispOptions } from './connection.js'
import { WispDatagrams } from './datagrams.js'
import { WispStream } from './stream.js'

export type { WispOptions } from './connection.js'

export interface WispTransport extends Transport {
  /** Ends the connection to the relay, and with it all streams (ECANCELED). The next connect() makes a new one. */
  close(): void
}

/**
 * TCP and UDP through a Wisp relay. All connections share one WebSocket, which is opened when the instance starts. When
 * it is lost, the streams in it fail with ECONNRESET, and the next connection opens a new one.
 * @throws TypeError if `url` is no URL, or not one with ws: or wss:
 * @see https://github.com/MercuryWorkshop/wisp-protocol
 */
export function wispTransport(options: WispOptions): WispTransport {
  const url = relayUrl(options.url)
  const names = new SyntheticNames()
  let current: WispConnection | null = null
  const connection = (): WispConnection => {
    if (!current || current.over) current = new WispConnection({ ...options, url })
    return current
  }
  return {
    recipe: () => relayRecipe('wisp', options, ['url', 'version', 'password'], ['onmotd', 'onclose']),
    prepare() {
      try {
        connection()
      } catch {
        // connect() will throw the same error
      }
    },
    connect(remote, local, events) {
      if (remote.family === 'unix' || local) throw new TransportError('EOPNOTSUPP')
      return new WispStream(connection(), names.hostOf(remote.address), remote, events)
    },
    datagrams: (_family, _local, events) => new WispDatagrams(connection, names, events),
    resolve: async (name, family) => names.resolve(name, family),
    close() {
      current?.close()
      current = null
    },
  }
}
