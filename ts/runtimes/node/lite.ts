// The entry for Node and Bun with the light module, which has HTTP and WebSockets only. The module is a file of this
// package.
import {
  defaultFetch,
  makeConnect,
  makeFetchSync,
  makeSession,
  makeWebSocket,
  makeWebSocketStream,
  sharing,
  starting,
  startingBlocking,
} from '../entry.js'
import type { CurlSession, CurlWebSocket, CurlWebSocketStream } from '../index.js'
import { nodeBlocking } from './blocking.js'
import { fileModule, nodeRuntime } from './host.js'

const { init, initSync, start } = starting({
  ...nodeRuntime,
  blocking: nodeBlocking,
  ...fileModule(new URL('../../../curl-lite.wasm', import.meta.url)),
})
const share = /* @__PURE__ */ sharing(start)

export { init, initSync, init as default }

/** The standard's fetch, over libcurl: docs/fetch.md. */
export const fetch = /* @__PURE__ */ defaultFetch(start)
/** A fetch that blocks its thread: docs/blocking.md. */
export const fetchSync = /* @__PURE__ */ makeFetchSync(initSync)
/** Starts what blocking calls need. In this runtime they start it by themselves. */
export const startBlocking = /* @__PURE__ */ startingBlocking(start)
/** A TCP connection as two web streams, with TLS or without: docs/connect.md. */
export const connect = /* @__PURE__ */ makeConnect(share)
/** A fetch with connections, cookies and caches of its own: docs/session.md. */
export const Session = /* @__PURE__ */ makeSession(start)
export type Session = CurlSession
/** The standard's WebSocket: docs/websocket.md. */
export const WebSocket = /* @__PURE__ */ makeWebSocket(share)
export type WebSocket = CurlWebSocket
/** The standard's WebSocketStream: docs/websocket.md. */
export const WebSocketStream = /* @__PURE__ */ makeWebSocketStream(share)
export type WebSocketStream = CurlWebSocketStream
export * from '../index.js'
export { wispTransport, wsproxyTransport, type ProxyOption } from './relay.js'
