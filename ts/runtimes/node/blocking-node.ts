// The program of the Worker of blocking calls in Node, Bun and Deno: see blocking.ts.
import { parentPort, workerData } from 'node:worker_threads'
import type { Beginning, Request } from '../../../shim/transports/blocking/protocol.js'
import { serve } from '../../../shim/transports/blocking/worker.js'
import { nodeTransport } from '../../../shim/transports/node/transport.js'
import type { Transport, TransportRecipe } from '../../../shim/transports/transport.js'
import type { WispOptions } from '../../../shim/transports/wisp/transport.js'
import type { WsproxyOptions } from '../../../shim/transports/wsproxy.js'
import { wispTransport, wsproxyTransport } from './relay.js'

function make({ kind, options }: TransportRecipe): Transport {
  if (kind === 'wisp') return wispTransport(options as WispOptions)
  if (kind === 'wsproxy') return wsproxyTransport(options as WsproxyOptions)
  return nodeTransport
}

const port = parentPort!
const { memory, recipe } = workerData as Beginning
const { handle, gone } = serve(make(recipe), memory, (message) => port.postMessage(message))
port.on('message', (request: Request) => handle(request))
process.on('exit', gone)
