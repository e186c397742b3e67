// The entry for Node and Bun with the module inside the JavaScript: for programs in a single file.
import wasm from '../../../curl.inline.js'
import { makeEntry } from '../entry.js'
import type { CurlSession, CurlWebSocket, CurlWebSocketStream } from '../index.js'
import { inlineModule } from '../inline.js'
import { nodeRuntime } from './host.js'

export const { init, initSync, fetch, connect, Session, WebSocket, WebSocketStream } = makeEntry({
  ...nodeRuntime,
  ...inlineModule(wasm),
})
export type Session = CurlSession
export type WebSocket = CurlWebSocket
export type WebSocketStream = CurlWebSocketStream
export default init
export * from '../index.js'
export { wispTransport, wsproxyTransport } from './relay.js'
