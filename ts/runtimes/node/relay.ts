// The transports through a relay, for Node. They load `ws` when it is first needed, because Node 20 has no WebSocket.
import { createRequire } from 'node:module'
import * as wisp from '../../../shim/transports/wisp/transport.js'
import * as wsproxy from '../../../shim/transports/wsproxy.js'
import type { WebSocketConstructor } from '../../../shim/transports/relay-websocket.js'

const require = createRequire(import.meta.url)
// `ws` is preferred to the platform's WebSocket, because it can stop reading
const webSocket = (): WebSocketConstructor => require('ws')

/** @see wispTransport of shim/transports/wisp/transport.ts */
export function wispTransport(options: wisp.WispOptions): wisp.WispTransport {
  return {
    ...wisp.wispTransport({
      ...options,
      get WebSocket() {
        return options.WebSocket ?? webSocket()
      },
    }),
    recipe: () => ({ ...wisp.wispTransport(options).recipe!(), ws: true }),
  }
}

/** @see wsproxyTransport of shim/transports/wsproxy.ts */
export function wsproxyTransport(options: wsproxy.WsproxyOptions): ReturnType<typeof wsproxy.wsproxyTransport> {
  return {
    ...wsproxy.wsproxyTransport({ ...options, WebSocket: options.WebSocket ?? webSocket() }),
    recipe: () => ({ ...wsproxy.wsproxyTransport(options).recipe!(), ws: true }),
  }
}
