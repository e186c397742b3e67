// Loads the CA certificates with the first connection, by a transport that wraps another one.
//
// libcurl opens their file when a TLS handshake starts, and opening a file cannot wait. So no connection is reported as
// established before the certificates are there. The relay connects while they are loading.
import { forwarding } from '../../shim/transports/forwarding.js'
import type { StreamEvents, Transport } from '../../shim/transports/transport.js'
import { once } from '../common/once.js'

export interface Trust {
  /** Loads the certificates before the first connection does. */
  preload(): void
  /** The content of their file. Throws an error whose code is the name of an errno if they are not loaded. */
  readonly certificates: () => Uint8Array
  /** Wraps a transport, so that its first connection loads the certificates. */
  through(transport: Transport): Transport
}

/** `load` resolves with the certificates, as PEM. */
export function trustOnDemand(load: () => Promise<string>): Trust {
  let loaded: Uint8Array | null = null
  const loading = once(async () => {
    loaded = new TextEncoder().encode(await load())
  })
  return {
    certificates() {
      if (!loaded) throw Object.assign(new Error('the CA certificates could not be loaded'), { code: 'EIO' })
      return loaded
    },
    // if it fails, the first connection tries again
    preload: () => void loading().catch(() => {}),
    through: (transport) => ({
      ...bound(transport),
      connect(remote, local, events) {
        if (loaded) return transport.connect(remote, local, events)
        const held = new HeldEvents(events)
        const stream = transport.connect(remote, local, held)
        // if loading fails, libcurl reports what is missing, if the connection needs it
        void loading()
          .catch(() => {})
          .then(() => held.release())
        return forwarding(stream, {
          close() {
            held.drop()
            stream.close()
          },
        })
      },
    }),
  }
}

/** The methods of a transport as functions, because it may be an instance of a class. */
function bound(transport: Transport): Transport {
  const { connect, resolve, checkBind, listen, datagrams, interfaces, prepare } = transport
  return {
    connect: connect.bind(transport),
    resolve: resolve.bind(transport),
    checkBind: checkBind?.bind(transport),
    listen: listen?.bind(transport),
    datagrams: datagrams?.bind(transport),
    interfaces: interfaces?.bind(transport),
    prepare: prepare?.bind(transport),
  }
}

/** Holds events back, in order, until release(). */
class HeldEvents implements StreamEvents {
  #held: (() => void)[] | null = []

  constructor(private readonly events: StreamEvents) {}

  release(): void {
    const held = this.#held ?? []
    this.#held = null
    for (const tell of held) tell()
  }

  /** Drops the events that are held. */
  drop(): void {
    if (this.#held) this.#held.length = 0
  }

  #tell(event: () => void): void {
    if (this.#held) this.#held.push(event)
    else event()
  }

  opened(...addresses: Parameters<StreamEvents['opened']>): void {
    this.#tell(() => this.events.opened(...addresses))
  }
  data(chunk: Uint8Array): void {
    this.#tell(() => this.events.data(chunk))
  }
  drained(): void {
    this.#tell(() => this.events.drained())
  }
  ended(): void {
    this.#tell(() => this.events.ended())
  }
  closed(): void {
    this.#tell(() => this.events.closed())
  }
  failed(...failure: Parameters<StreamEvents['failed']>): void {
    this.#tell(() => this.events.failed(...failure))
  }
}
