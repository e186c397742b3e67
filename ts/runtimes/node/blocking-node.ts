// The program of the Worker of blocking calls in Node, Bun and Deno: see blocking.ts.
import { parentPort, workerData } from 'node:worker_threads'
import type { Beginning, Request } from '../../../shim/transports/blocking/protocol.js'
import { serve } from '../../../shim/transports/blocking/worker.js'
import { nodeTransport } from '../../../shim/transports/node/transport.js'
import type { Transport, TransportRecipe } from '../../../shim/transports/transport.js'
import * as wisp from '../../../shim/transports/wisp/transport.js'
import * as wsproxy from '../../../shim/transports/wsproxy.js'
import * as relay from './relay.js'

function make({ kind, options, ws }: TransportRecipe): Transport {
  if (kind === 'node') return nodeTransport
  if (kind === 'wisp') return (ws ? relay : wisp).wispTransport(options as wisp.WispOptions)
  return (ws ? relay : wsproxy).wsproxyTransport(options as wsproxy.WsproxyOptions)
}

const port = parentPort!
const { memory, recipe } = workerData as Beginning
const { handle, gone } = serve(make(recipe), memory, (message) => port.postMessage(message))
port.on('message', (request: Request) => handle(request))
process.on('exit', gone)
