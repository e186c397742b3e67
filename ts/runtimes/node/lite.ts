// The entry for Node and Bun with the light module, which has HTTP and WebSockets only. The module is a file of this
// package.
import { makeEntry } from '../entry.js'
import type { CurlSession, CurlWebSocket, CurlWebSocketStream } from '../index.js'
import { fileModule, nodeRuntime } from './host.js'

export const { init, initSync, fetch, connect, Session, WebSocket, WebSocketStream } = makeEntry({
  ...nodeRuntime,
  ...fileModule(new URL('../../../curl-lite.wasm', import.meta.url)),
})
export type Session = CurlSession
export type WebSocket = CurlWebSocket
export type WebSocketStream = CurlWebSocketStream
export default init
export * from '../index.js'
export { wispTransport, wsproxyTransport } from './relay.js'
