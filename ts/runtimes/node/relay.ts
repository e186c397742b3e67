// The transports through a relay, for Node, whose version 20 has no WebSocket of its own: `ws` is taken, once it is needed.
import { createRequire } from 'node:module'
import * as wisp from '../../../shim/transports/wisp/transport.js'
import * as wsproxy from '../../../shim/transports/wsproxy.js'
import type { WebSocketConstructor } from '../../../shim/transports/websocket.js'

const require = createRequire(import.meta.url)
// `ws` can stop reading, which the platform's WebSocket cannot: so it is the better one also where there are both
const webSocket = (): WebSocketConstructor => require('ws')

/** @see wispTransport of shim/transports/wisp/transport.ts */
export function wispTransport(options: wisp.WispOptions): wisp.WispTransport {
  return wisp.wispTransport({
    ...options,
    get WebSocket() {
      return options.WebSocket ?? webSocket()
    },
  })
}

/** @see wsproxyTransport of shim/transports/wsproxy.ts */
export function wsproxyTransport(options: wsproxy.WsproxyOptions): ReturnType<typeof wsproxy.wsproxyTransport> {
  return wsproxy.wsproxyTransport({ ...options, WebSocket: options.WebSocket ?? webSocket() })
}
