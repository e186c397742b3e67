// ProxyTransport in the instance of the main entry, with the host's sockets unless a relay is given.
import { makeProxyTransport } from '../../proxy-transport/proxy-transport.js'
import type { CurlProxyTransport } from '../../proxy-transport/proxy-transport.js'
import { Session, WebSocket, init, wispTransport } from './main.js'

/** A ProxyTransport of @mercuryworkshop/proxy-transports over libcurl: docs/interfaces.md. */
export const ProxyTransport = /* @__PURE__ */ makeProxyTransport({ init, Session, WebSocket, wispTransport })
export type ProxyTransport = CurlProxyTransport
export default ProxyTransport
export type * from '../proxy-transport-types.js'
