// The ways to the origin. The package has one transport in a process, and this one chooses a way by the address of the
// cell.
import { once } from 'node:events'
import net from 'node:net'
import { Duplex } from 'node:stream'
import { streamTransport, wispTransport, wsproxyTransport, type Transport, type WispTransport } from 'libcurl-wasm'
import { nodeTransport } from '../../dist/js/internals.js'
import { RELAYED, type Cell, type Way } from './axes.js'
import { isBlocked, type Places } from './place.js'

/** Node's sockets as web streams, as in the example in shim/transports/streams.ts. */
const streams = streamTransport(async (host, port, signal) => {
  if (isBlocked(host)) throw Object.assign(new Error('not there'), { code: 'EACCES' })
  const socket = net.connect({ port, host, signal })
  await once(socket, 'connect')
  return Duplex.toWeb(socket) as never
})

export interface Route {
  transport: Transport
  close(): void
}

function through(way: Way, relay: string): Route {
  const close = (transport: WispTransport): Route => ({ transport, close: () => transport.close() })
  switch (way) {
    case 'wisp1':
      return close(wispTransport({ url: relay, version: 1 }))
    case 'wisp2':
      return close(wispTransport({ url: relay }))
    case 'wsproxy':
      return { transport: wsproxyTransport({ url: relay }), close: () => {} }
    case 'streams':
      return { transport: streams, close: () => {} }
    default:
      return { transport: nodeTransport, close: () => {} }
  }
}

export class Ways {
  readonly #routes = new Map<string, Transport>()
  /** The routes that cells share: as in an application, one WebSocket has many connections. */
  readonly #shared = new Map<Way, Route>()

  /** @param together Whether cells share a relay even if one may have to wait for another. */
  constructor(
    private readonly places: Places,
    private readonly together = false,
  ) {}

  /** Whether a cell has its own relay connection, so that what happens to it does not affect other cells. */
  #alone({ way, fault, reader }: Cell): boolean {
    if (['ws-cut', 'relay-killed', 'relay-down'].includes(fault)) return true
    return !this.together && way === 'wisp1' && (reader !== 'fast' || fault.startsWith('stall'))
  }

  /**
   * From now on connections to `key`, an address or a name, take the way of this cell: through `own`, if it has a relay
   * that is its own.
   */
  open(cell: Cell, key: string, address: string, own?: string): Route {
    const alone = RELAYED.includes(cell.way) && this.#alone(cell)
    let route = this.#shared.get(cell.way)
    if (alone || !route) {
      const relay = cell.fault === 'relay-down' ? this.places.noRelay : this.places.relay
      route = through(cell.way, own ?? `${relay}${alone ? address : '127.0.0.1'}/`)
      if (!alone) this.#shared.set(cell.way, route)
    }
    const { transport } = route
    this.#routes.set(key, transport)
    return {
      transport,
      close: () => {
        this.#routes.delete(key)
        if (alone) route.close()
      },
    }
  }

  /** The transport for init(). Connections that belong to no cell, such as to a proxy, are direct. */
  transport(): Transport {
    const names = new Map<string, Transport>()
    return {
      connect: (remote, local, events) => {
        const address = remote.family === 'unix' ? '' : remote.address
        const transport = this.#routes.get(address) ?? names.get(address) ?? nodeTransport
        return transport.connect(remote, local, events)
      },
      resolve: async (name, family, servers, signal) => {
        const transport = this.#routes.get(name) ?? nodeTransport
        const found = await transport.resolve(name, family, servers, signal)
        for (const { address } of found) names.set(address, transport)
        return found
      },
    }
  }
}
