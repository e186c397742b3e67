// The Worker of blocking calls in browsers: a Worker of the Worker that makes such calls. A page cannot block.
import type { Beginning } from '../../../shim/transports/blocking/protocol.js'
import { makeRingMemory } from '../../../shim/transports/blocking/ring.js'
import { BlockingTransport } from '../../../shim/transports/blocking/transport.js'
import type { Transport, TransportRecipe } from '../../../shim/transports/transport.js'
import { blockingTransports } from '../blocking.js'

function start(transport: Transport, recipe: TransportRecipe): BlockingTransport {
  const memory = makeRingMemory()
  // written like this, bundlers recognise it
  const worker = new Worker(new URL('./blocking-browser.js', import.meta.url), { type: 'module', name: 'libcurl-wasm' })
  const blocking = new BlockingTransport(
    {
      memory,
      startsAlone: false,
      post: (request, transfer) => worker.postMessage(request, transfer ?? []),
      attend: () => {},
      terminate: () => worker.terminate(),
    },
    transport,
  )
  worker.onmessage = () => blocking.announced()
  worker.onerror = (event) =>
    blocking.end(new Error(`the Worker for blocking calls has failed: ${event.message ?? 'it could not be loaded'}`))
  const beginning: Beginning = { memory, recipe }
  worker.postMessage(beginning)
  return blocking
}

export const browserBlocking = blockingTransports(start)
