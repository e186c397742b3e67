// The entry for Deno: as Node's, except what needs a permission. --allow-net, and --allow-read for this package, are
// enough.
import { denoHost } from './host.js'
import { makeEntry } from '../entry.js'
import { fileModule, loadModule } from '../node/host.js'
import type { CurlSession } from '../../session/session.js'
import type { CurlWebSocketStream } from '../../websocket/stream.js'
import type { CurlWebSocket } from '../../websocket/websocket.js'

const entry = makeEntry({
  ...fileModule(new URL('../../../curl.wasm', import.meta.url)),
  load: loadModule,
  host: denoHost,
})

export const { init, initSync, fetch, connect, Session, WebSocket, WebSocketStream } = entry
export type Session = CurlSession
export type WebSocket = CurlWebSocket
export type WebSocketStream = CurlWebSocketStream

export default init
export * from '../index.js'
