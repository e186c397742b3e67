// The program of the Worker of blocking calls in browsers: see blocking.ts.
import type { Beginning, Request } from '../../../shim/transports/blocking/protocol.js'
import { serve } from '../../../shim/transports/blocking/worker.js'
import type { Transport, TransportRecipe } from '../../../shim/transports/transport.js'
import { wispTransport, type WispOptions } from '../../../shim/transports/wisp/transport.js'
import { wsproxyTransport, type WsproxyOptions } from '../../../shim/transports/wsproxy.js'

function make({ kind, options }: TransportRecipe): Transport {
  return kind === 'wisp' ? wispTransport(options as WispOptions) : wsproxyTransport(options as WsproxyOptions)
}

let served: ReturnType<typeof serve> | null = null

self.onmessage = ({ data }: MessageEvent<Beginning | Request>) => {
  if (served) return served.handle(data as Request)
  const { memory, recipe } = data as Beginning
  served = serve(make(recipe), memory, (message) => self.postMessage(message))
}
