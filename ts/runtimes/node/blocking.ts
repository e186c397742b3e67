// The Worker of blocking calls in Node, Bun and Deno: one for each thread that makes such calls, and for each transport.
// It starts with the first call, and does not keep the process alive.
import { existsSync } from 'node:fs'
import type { Beginning } from '../../../shim/transports/blocking/protocol.js'
import { makeRingMemory } from '../../../shim/transports/blocking/ring.js'
import { BlockingTransport } from '../../../shim/transports/blocking/transport.js'
import type { Transport, TransportRecipe } from '../../../shim/transports/transport.js'
import { blockingTransports } from '../blocking.js'
import { workers } from './builtin.js'

/** @throws TypeError if this is a program in one file */
function programUrl(): URL {
  const here: string | undefined = import.meta.url // undefined in a bundle that is CommonJS
  const url = here === undefined ? null : new URL('./blocking-node.js', here)
  // the Worker could not report it while this thread is blocked
  if (url && (url.protocol !== 'file:' || existsSync(url))) return url
  throw new TypeError(
    'blocking calls need the file blocking-node.js of libcurl-wasm, which is not in a bundle: keep the package external',
  )
}

function start(transport: Transport, recipe: TransportRecipe): BlockingTransport {
  const memory = makeRingMemory()
  const beginning: Beginning = { memory, recipe }
  const url = programUrl()
  // this process' own options may be for its program only, such as a loader
  const worker = new (workers().Worker)(url, { workerData: beginning, execArgv: [], name: 'libcurl-wasm' })
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
