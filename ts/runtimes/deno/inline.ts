// The entry for Deno with the module inside the JavaScript: for programs in a single file.
import wasm from '../../../curl.inline.js'
import { denoHost } from './host.js'
import { makeEntry } from '../entry.js'
import { inlineModule } from '../inline.js'
import { loadModule } from '../node/host.js'
import type { CurlSession } from '../../session/session.js'
import type { CurlWebSocketStream } from '../../websocket/stream.js'
import type { CurlWebSocket } from '../../websocket/websocket.js'

const entry = makeEntry({
  ...inlineModule(wasm),
  load: loadModule,
  host: denoHost,
})

export const { init, initSync, fetch, connect, Session, WebSocket, WebSocketStream } = entry
export type Session = CurlSession
export type WebSocket = CurlWebSocket
export type WebSocketStream = CurlWebSocketStream

export default init
export * from '../index.js'
