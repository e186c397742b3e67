// The entry for workerd with the full module: SFTP and SCP, too. HTTP/3 needs UDP, which workerd's sockets do not have.
import module from '../../../curl-full.wasm'
import type { CurlSession, CurlWebSocket, CurlWebSocketStream } from '../index.js'
import { makeWorkerdEntry } from './entry.js'

export const { init, initSync, fetch, connect, Session, WebSocket, WebSocketStream } = makeWorkerdEntry(module)
export type Session = CurlSession
export type WebSocket = CurlWebSocket
export type WebSocketStream = CurlWebSocketStream
export default init
export * from '../index.js'
