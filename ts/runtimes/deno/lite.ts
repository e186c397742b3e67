// The entry for Deno with the light module, which has HTTP and WebSockets only: as Node's, except what needs a
// permission.
import { makeEntry } from '../entry.js'
import type { CurlSession, CurlWebSocket, CurlWebSocketStream } from '../index.js'
import { fileModule } from '../node/host.js'
import { denoRuntime } from './host.js'

export const { init, initSync, fetch, connect, Session, WebSocket, WebSocketStream } = makeEntry({
  ...denoRuntime,
  ...fileModule(new URL('../../../curl-lite.wasm', import.meta.url)),
})
export type Session = CurlSession
export type WebSocket = CurlWebSocket
export type WebSocketStream = CurlWebSocketStream
export default init
export * from '../index.js'
