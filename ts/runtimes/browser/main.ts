// The entry for pages and Workers, and for unknown runtimes. The module and the certificates are files of this package,
// and a transport has to be given.
import { browserHost } from './host.js'
import { makeRelayedEntry } from '../entry.js'
import { fetchModule } from '../../common/module.js'
import type { CurlSession } from '../../session/session.js'
import type { CurlWebSocketStream } from '../../websocket/stream.js'
import type { CurlWebSocket } from '../../websocket/websocket.js'

const entry = makeRelayedEntry({
  host: browserHost,
  defaultModule: () => fetchModule(new URL('../../../curl.wasm', import.meta.url)),
  defaultModuleSync() {
    throw new TypeError('initSync() needs a module here: initSync({ module })')
  },
  load: fetchModule,
})

export const { init, initSync, fetch, connect, Session, WebSocket, WebSocketStream } = entry
export type Session = CurlSession
export type WebSocket = CurlWebSocket
export type WebSocketStream = CurlWebSocketStream

export default init
export * from '../index.js'
