// The transports of blocking calls, whatever the runtime: one for each transport that they correspond to.
import type { BlockingTransport } from '../../shim/transports/blocking/transport.js'
import type { Transport } from '../../shim/transports/transport.js'

/** `start` starts a Worker. */
export function blockingTransports(
  start: (transport: Transport) => BlockingTransport,
): (transport: Transport) => BlockingTransport {
  const started = new WeakMap<Transport, BlockingTransport>()
  return (transport) => {
    const known = started.get(transport)
    if (known && !known.over) return known
    if (!transport.recipe)
      throw new TypeError(
        'blocking calls need a transport that a Worker can make, and the one of init() is not such a one',
      )
    const made = start(transport)
    started.set(transport, made)
    return made
  }
}
