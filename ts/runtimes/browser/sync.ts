// The entry for pages and Workers with blocking calls, too, which only a Worker can make: docs/blocking.md. A transport
// has to be given.
import {
  defaultFetch,
  makeConnect,
  makeFetchSync,
  makeSession,
  makeWebSocket,
  makeWebSocketStream,
  sharing,
  startingBlocking,
  startingByInit,
} from '../entry.js'
import type { CurlSession, CurlWebSocket, CurlWebSocketStream } from '../index.js'
import { browserBlocking } from './blocking.js'
import { browserRuntime, loadTrust, urlModule } from './host.js'

const { init, initSync, start } = startingByInit({
  ...browserRuntime,
  blocking: browserBlocking,
  ...urlModule(() => new URL('../../../curl.wasm', import.meta.url)),
})
const share = /* @__PURE__ */ sharing(start)

export { init, initSync, init as default }

/** The standard's fetch, over libcurl: docs/fetch.md. */
export const fetch = /* @__PURE__ */ defaultFetch(start)
/** A fetch that blocks its thread: docs/blocking.md. */
export const fetchSync = /* @__PURE__ */ makeFetchSync(initSync)
/** Starts what blocking calls need. Wait for it before the first one. */
export const startBlocking = /* @__PURE__ */ startingBlocking(start, loadTrust)
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
