// CA certificates that are loaded when the first connection needs them, as a transport in front of another one.
//
// libcurl opens their file once it has sent a ClientHello, and a file is open at once or never. So the ClientHello waits
// for the certificates, as if the connection had no room for it; who speaks no TLS loads none.
import type { Stream, StreamEvents, Transport } from '../shim/transports/transport.js'
import { once } from './once.js'

export interface Trust {
  /** The content of their file. Throws an error with a code of errno's names if they have not come. */
  readonly certificates: () => Uint8Array
  /** `transport`, which loads them as well. */
  through(transport: Transport): Transport
}

/** How a TLS record with a handshake starts: RFC 8446, section 5.1. */
const HANDSHAKE = 22
const MAJOR_VERSION = 3
/** Where TLS is to be expected before anything is said. */
const HTTPS_PORT = 443

/** `load` resolves with the certificates, in PEM. */
export function trustOnDemand(load: () => Promise<string>): Trust {
  let loaded: Uint8Array | null = null
  const loading = once(async () => {
    loaded = new TextEncoder().encode(await load())
  })
  /** Without them libcurl says what is missing. */
  const ensure = (): Promise<void> => loading().catch(() => {})
  return {
    certificates() {
      if (!loaded) throw Object.assign(new Error('the CA certificates could not be loaded'), { code: 'EIO' })
      return loaded
    },
    through: (transport) => ({
      ...bound(transport),
      connect(remote, local, events) {
        if (loaded) return transport.connect(remote, local, events)
        if (remote.family !== 'unix' && remote.port === HTTPS_PORT) void ensure()
        return waiting(transport.connect(remote, local, events), events, ensure)
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

/** `stream`, whose first ClientHello waits for `ready`. */
function waiting(stream: Stream, events: StreamEvents, ready: () => Promise<void>): Stream {
  let state: 'plain' | 'waiting' | 'ready' | 'closed' = 'plain'
  const go = (): void => {
    if (state === 'closed') return
    state = 'ready'
    events.drained()
  }
  return {
    get writable() {
      return state !== 'waiting' && stream.writable
    },
    takes(bytes) {
      if (state === 'plain' && bytes[0] === HANDSHAKE && bytes[1] === MAJOR_VERSION) {
        state = 'waiting'
        void ready().then(go)
      }
      return state !== 'waiting' && stream.takes?.(bytes) !== false
    },
    write: (bytes) => stream.write(bytes),
    end: () => stream.end(),
    close() {
      state = 'closed'
      stream.close()
    },
    pause: () => stream.pause(),
    resume: () => stream.resume(),
    release: (chunk) => stream.release(chunk),
    attend: (waited) => stream.attend(waited),
    look: stream.look && (() => stream.look!()),
    setNoDelay: (on) => stream.setNoDelay(on),
    setKeepAlive: (on, idleMs) => stream.setKeepAlive(on, idleMs),
  }
}
