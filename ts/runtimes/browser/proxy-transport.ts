// ProxyTransport for pages and Workers, with a module of its own: bare-mux loads this file by its URL.
import { wispTransport } from '../../../shim/transports/wisp/transport.js'
import { makeProxyTransport } from '../../proxy-transport/proxy-transport.js'
import type { CurlProxyTransport } from '../../proxy-transport/proxy-transport.js'
import { Session, WebSocket, init } from './main.js'

/** A ProxyTransport of @mercuryworkshop/proxy-transports over libcurl: docs/interfaces.md. */
export const ProxyTransport = /* @__PURE__ */ makeProxyTransport({ init, Session, WebSocket, wispTransport })
export type ProxyTransport = CurlProxyTransport
export default ProxyTransport
export type * from '../proxy-transport-types.js'
