// Loads the CA certificates with the first connection that may use TLS, by a transport that wraps another one.
//
// libcurl opens their file when a TLS handshake starts, and opening a file cannot wait. So nothing arrives on a
// connection before the certificates are there. Meanwhile the relay connects.
import { forwarding } from '../../shim/transports/forwarding.js'
import type { DatagramEvents, Datagrams, StreamEvents, Transport } from '../../shim/transports/transport.js'
import { once } from '../common/once.js'

export interface Trust {
  /** The content of their file. Throws an error whose code is the name of an errno if they are not loaded. */
  readonly certificates: () => Uint8Array
  /** Loads them now, for blocking calls, which cannot. */
  load(): Promise<void>
  /** Wraps a transport, so that its first connection that may use TLS loads the certificates. */
  through(transport: Transport): Transport
}

/** `load` resolves with the certificates, as PEM. */
export function trustOnDemand(load: () => Promise<string>): Trust {
  let loaded: Uint8Array | null = null
  let needed = false
  const loading = once(async () => {
    loaded = new TextEncoder().encode(await load())
  })
  /** Holds events back until they are loaded. If that fails, libcurl reports what is missing, if it needs it. */
  function hold(): Held {
    const held = new Held()
    void loading()
      .catch(() => {})
      .then(() => held.release())
    return held
  }
  return {
    certificates() {
      if (!loaded) throw Object.assign(new Error('the CA certificates could not be loaded'), { code: 'EIO' })
      return loaded
    },

    load: loading,

    through: (transport) => ({
      ...bound(transport),

      secure() {
        needed = true
        if (!loaded) void loading().catch(() => {}) // then the next connection tries again
        transport.secure?.()
      },

      connect(remote, local, events) {
        if (loaded || !needed) return transport.connect(remote, local, events)
        const held = hold()
        const stream = transport.connect(remote, local, heldStream(held, events))
        return forwarding(stream, {
          close() {
            held.drop()
            stream.close()
          },
        })
      },

      ...(transport.datagrams && {
        datagrams(family, local, events) {
          if (loaded || !needed) return transport.datagrams!(family, local, events)
          const held = hold()
          return announcing(held, transport.datagrams!(family, local, heldDatagrams(held, events)))
        },
      }),
    }),
  }
}

/** The methods of a transport as functions, because it may be an instance of a class. */
function bound(transport: Transport): { [Member in keyof Required<Omit<Transport, 'recipe'>>]: Transport[Member] } {
  const { remote, connect, resolve, resolveHttps, checkBind, listen, datagrams, interfaces, prepare, secure } =
    transport
  return {
    remote,
    connect: connect.bind(transport),
    resolve: resolve.bind(transport),
    resolveHttps: resolveHttps?.bind(transport),
    checkBind: checkBind?.bind(transport),
    listen: listen?.bind(transport),
    datagrams: datagrams?.bind(transport),
    interfaces: interfaces?.bind(transport),
    prepare: prepare?.bind(transport),
    secure: secure?.bind(transport),
  }
}

/** Holds events back, in order, until release(). */
class Held {
  #waiting: (() => void)[] | null = []

  tell(event: () => void): void {
    if (this.#waiting) this.#waiting.push(event)
    else event()
  }

  get size(): number {
    return this.#waiting?.length ?? 0
  }

  release(): void {
    const waiting = this.#waiting ?? []
    this.#waiting = null
    for (const event of waiting) event()
  }

  /** Drops the events that are held. */
  drop(): void {
    if (this.#waiting) this.#waiting.length = 0
  }
}

function heldStream(held: Held, events: StreamEvents): StreamEvents {
  return {
    opened: (...addresses) => held.tell(() => events.opened(...addresses)),
    data: (chunk) => held.tell(() => events.data(chunk)),
    drained: () => held.tell(() => events.drained()),
    ended: () => held.tell(() => events.ended()),
    closed: () => held.tell(() => events.closed()),
    failed: (...failure) => held.tell(() => events.failed(...failure)),
  }
}

/** The most datagrams that are held. More are dropped, as a full socket does. */
const MOST_DATAGRAMS = 256

function heldDatagrams(held: Held, events: DatagramEvents): DatagramEvents {
  return {
    received(...datagram) {
      if (held.size < MOST_DATAGRAMS) held.tell(() => events.received(...datagram))
    },
    failed: (...failure) => held.tell(() => events.failed(...failure)),
  }
}

/** `datagrams` without read(), which would get what is held back; without it every datagram is announced. */
function announcing(held: Held, datagrams: Datagrams): Datagrams {
  return {
    get local() {
      return datagrams.local
    },
    ...(datagrams.connect && { connect: (remote) => datagrams.connect!(remote) }),
    send: (bytes, to) => datagrams.send(bytes, to),
    attend: (waited) => datagrams.attend(waited),
    close() {
      held.drop()
      datagrams.close()
    },
  }
}
