// The transports through a relay, for Node. They load `ws` when it is first needed, because Node 20 has no WebSocket.
import { createRequire } from 'node:module'
import { relayUrl } from '../../../shim/transports/relay.js'
import * as wisp from '../../../shim/transports/wisp/transport.js'
import * as wsproxy from '../../../shim/transports/wsproxy.js'
import type { Transport } from '../../../shim/transports/transport.js'
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

/** @throws TypeError */
function proxyOf({ url, proxy, WebSocket }: wsproxy.WsproxyOptions & ProxyOption): URL | null {
  if (WebSocket && proxy) throw new TypeError('proxy is for the WebSocket of this package, and WebSocket is given, too')
  return WebSocket ? null : proxyFor(relayUrl(url), proxy, process.env)
}

/** `ws` is preferred to the platform's WebSocket, because it can stop reading. */
function webSocketThrough(proxy: URL | null): WebSocketConstructor {
  return proxy ? throughProxy(require('ws'), proxy) : require('ws')
}

/** The recipe of a transport whose Worker uses `ws`, too, and the same proxy, whatever its environment says. */
function recipeWith(recipe: Transport['recipe'], proxy: URL | null): Required<Pick<Transport, 'recipe'>> {
  return {
    recipe() {
      const { options, ...rest } = recipe!()
      return { ...rest, options: { ...(options as object), proxy: proxy?.href ?? '' }, ws: true }
    },
  }
}

/**
 * @throws TypeError for a wrong URL
 * @see wispTransport of shim/transports/wisp/transport.ts
 */
export function wispTransport({ proxy: given, ...options }: wisp.WispOptions & ProxyOption): wisp.WispTransport {
  const proxy = proxyOf({ ...options, ...(given !== undefined && { proxy: given }) })
  const transport = wisp.wispTransport({
    ...options,
    get WebSocket() {
      return options.WebSocket ?? webSocketThrough(proxy)
    },
  })
  const { recipe } = wisp.wispTransport(options)
  return Object.assign(transport, { remote: true, ...recipeWith(recipe, proxy) })
}

/**
 * @throws TypeError for a wrong URL
 * @see wsproxyTransport of shim/transports/wsproxy.ts
 */
export function wsproxyTransport({ proxy: given, ...options }: wsproxy.WsproxyOptions & ProxyOption): Transport {
  const proxy = proxyOf({ ...options, ...(given !== undefined && { proxy: given }) })
  const { recipe } = wsproxy.wsproxyTransport(options)
  const transport = wsproxy.wsproxyTransport({ ...options, WebSocket: options.WebSocket ?? webSocketThrough(proxy) })
  return Object.assign(transport, { remote: true, ...recipeWith(recipe, proxy) })
}
