// The entry for workerd.
import module from '../../../curl.wasm'
import type { CurlSession, CurlWebSocket, CurlWebSocketStream } from '../index.js'
import { makeWorkerdEntry } from './entry.js'

export const { init, initSync, fetch, connect, Session, WebSocket, WebSocketStream } = makeWorkerdEntry(module)
export type Session = CurlSession
export type WebSocket = CurlWebSocket
export type WebSocketStream = CurlWebSocketStream
export default init
export * from '../index.js'
