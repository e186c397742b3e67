// The transports through a relay, for Node. They load `ws` when it is first needed, because Node 20 has no WebSocket.
import { createRequire } from 'node:module'
import { relayUrl } from '../../../shim/transports/relay.js'
import * as wisp from '../../../shim/transports/wisp/transport.js'
import * as wsproxy from '../../../shim/transports/wsproxy.js'
import type { Transport, TransportRecipe } from '../../../shim/transports/transport.js'
import type { WebSocketConstructor } from '../../../shim/transports/relay-websocket.js'
import { proxyFor, throughProxy } from './relay-proxy.js'

const require = createRequire(import.meta.url)

export interface ProxyOption {
  /**
   * An HTTP proxy on the way to the relay: 'http://user:password@proxy.example:3128', or with https:. '' is none. By
   * default the one that the environment names: `https_proxy`, or `http_proxy` for ws:, and `no_proxy`, as for curl.
   */
  proxy?: string | URL
}

/**
 * The class for WebSockets to these relays, which may be behind different proxies.
 * @throws TypeError
 */
function webSocketFor(
  relays: readonly (string | URL)[],
  { proxy, WebSocket }: { WebSocket?: WebSocketConstructor } & ProxyOption,
): () => WebSocketConstructor {
  if (WebSocket) {
    if (proxy) throw new TypeError('proxy is for the WebSocket of this package, and WebSocket is given, too')
    return () => WebSocket
  }
  const through = (url: URL): URL | null => proxyFor(url, proxy, process.env)
  // `ws` is preferred to the platform's WebSocket, because it can stop reading
  if (!relays.map(relayUrl).map(through).some(Boolean)) return () => require('ws')
  return () =>
    class {
      constructor(url: string, protocols?: string[]) {
        const Ws = require('ws')
        const one = through(new URL(url))
        return new (one ? throughProxy(Ws, one) : Ws)(url, protocols)
      }
    } as unknown as WebSocketConstructor
}

/** With `ws` in the Worker, too, and the same proxy. Its environment is a copy of ours. */
function withProxy({ kind, options }: TransportRecipe, { proxy }: ProxyOption): TransportRecipe {
  return { kind, options: { ...(options as object), ...(proxy !== undefined && { proxy: `${proxy}` }) }, ws: true }
}

/**
 * @throws TypeError for a wrong URL
 * @see wispTransport of shim/transports/wisp/transport.ts
 */
export function wispTransport(given: wisp.WispOptions & ProxyOption): wisp.WispTransport {
  const { proxy: _, ...options } = given
  const webSocket = webSocketFor([options.url ?? options.urls ?? []].flat(), given)
  const transport = wisp.wispTransport({
    ...options,
    get WebSocket() {
      return webSocket()
    },
  })
  return Object.assign(transport, { remote: true, recipe: () => withProxy(wisp.wispRecipe(options), given) })
}

/**
 * @throws TypeError for a wrong URL
 * @see wsproxyTransport of shim/transports/wsproxy.ts
 */
export function wsproxyTransport(given: wsproxy.WsproxyOptions & ProxyOption): Transport {
  const { proxy: _, ...options } = given
  const transport = wsproxy.wsproxyTransport({ ...options, WebSocket: webSocketFor([options.url], given)() })
  return Object.assign(transport, { remote: true, recipe: () => withProxy(wsproxy.wsproxyRecipe(options), given) })
}
