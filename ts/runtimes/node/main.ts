// The entry for Node and Bun, with the host's sockets, files and certificates. The module is a file of this package.
import { makeEntry } from '../entry.js'
import { fileModule, loadModule, nodeHost } from './host.js'
import type { CurlSession } from '../../session/session.js'
import type { CurlWebSocketStream } from '../../websocket/stream.js'
import type { CurlWebSocket } from '../../websocket/websocket.js'

const entry = makeEntry({
  ...fileModule(new URL('../../../curl.wasm', import.meta.url)),
  load: loadModule,
  host: nodeHost,
})

export const { init, initSync, fetch, connect, Session, WebSocket, WebSocketStream } = entry
export type Session = CurlSession
export type WebSocket = CurlWebSocket
export type WebSocketStream = CurlWebSocketStream

export default init
export * from '../index.js'
export { wispTransport, wsproxyTransport } from './relay.js'

/** @internal For this package's own tests, which need internals of the instance that they use. */
export * as _internals from '../internals.js'
