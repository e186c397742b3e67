// The transports of blocking calls, whatever the runtime: one for each transport that they correspond to. Each runtime
// starts their Workers in its own way.
import type { BlockingTransport } from '../../shim/transports/blocking/transport.js'
import type { Transport, TransportRecipe } from '../../shim/transports/transport.js'

/** @throws TypeError if this thread cannot block */
function checkThread(): void {
  if (typeof SharedArrayBuffer === 'undefined')
    throw new TypeError(
      'blocking calls need SharedArrayBuffer, which browsers have where the page is cross-origin isolated: its response ' +
        'needs Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp',
    )
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1) // returns at once, because the word is 0
  } catch (cause) {
    throw new TypeError('this thread cannot block: make blocking calls in a Worker', { cause })
  }
}

/** `start` starts a Worker. */
export function blockingTransports(
  start: (transport: Transport, recipe: TransportRecipe) => BlockingTransport,
): (transport: Transport) => BlockingTransport {
  const started = new WeakMap<Transport, BlockingTransport>()
  return (transport) => {
    const known = started.get(transport)
    if (known && !known.over) return known
    const recipe = transport.recipe?.()
    if (!recipe)
      throw new TypeError(
        'blocking calls need a transport that a Worker can make, and the one of init() is not such a one',
      )
    checkThread()
    const made = start(transport, recipe)
    started.set(transport, made)
    return made
  }
}
