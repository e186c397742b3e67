// CA certificates that are loaded with the first connection, as a transport in front of another one.
//
// Where a handshake starts libcurl opens their file, and a file is open at once or never. So no connection stands before
// the certificates are there: while they come, the relay connects.
import { forwarding } from '../../shim/transports/forwarding.js'
import type { StreamEvents, Transport } from '../../shim/transports/transport.js'
import { once } from '../common/once.js'

export interface Trust {
  /** The content of their file. Throws an error with a code of errno's names if they have not come. */
  readonly certificates: () => Uint8Array
  /** `transport`, which loads them as well. */
  through(transport: Transport): Transport
}

/** `load` resolves with the certificates, in PEM. */
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
    through: (transport) => ({
      ...bound(transport),
      connect(remote, local, events) {
        if (loaded) return transport.connect(remote, local, events)
        const held = new HeldEvents(events)
        const stream = transport.connect(remote, local, held)
        // without them libcurl says what is missing, if they are needed at all
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

/** The calls of a transport, which may be an object of a class, without the object. */
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

/** Events that wait, in their order, until release(). */
class HeldEvents implements StreamEvents {
  #held: (() => void)[] | null = []

  constructor(private readonly events: StreamEvents) {}

  release(): void {
    const held = this.#held ?? []
    this.#held = null
    for (const tell of held) tell()
  }

  /** Nobody hears of them any more. */
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
