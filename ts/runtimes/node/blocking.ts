// The Worker of blocking calls in Node, Bun and Deno: one for each thread that makes such calls, and for each transport.
// It starts with the first call, and does not keep the process alive.
import { Worker } from 'node:worker_threads'
import type { Beginning } from '../../../shim/transports/blocking/protocol.js'
import { makeRingMemory } from '../../../shim/transports/blocking/ring.js'
import { BlockingTransport } from '../../../shim/transports/blocking/transport.js'
import type { Transport, TransportRecipe } from '../../../shim/transports/transport.js'
import { blockingTransports } from '../blocking.js'

function start(transport: Transport, recipe: TransportRecipe): BlockingTransport {
  const memory = makeRingMemory()
  const beginning: Beginning = { memory, recipe }
  const url = new URL('./blocking-node.js', import.meta.url)
  // this process' own options may be for its program only, such as a loader
  const worker = new Worker(url, { workerData: beginning, execArgv: [], name: 'libcurl-wasm' })
  const blocking = new BlockingTransport(
    {
      memory,
      startsAlone: true,
      post: (request, transfer) => worker.postMessage(request, transfer),
      attend: (waited) => (waited ? worker.ref() : worker.unref()),
      terminate: () => void worker.terminate(),
    },
    transport,
  )
  worker
    .on('message', () => blocking.announced())
    .on('error', (error) => blocking.end(new Error('the Worker for blocking calls has failed', { cause: error })))
    .on('exit', () => blocking.end(new Error('the Worker for blocking calls has ended')))
    .unref()
  return blocking
}

export const nodeBlocking = blockingTransports(start)
