// The entry for pages and Workers, and for unknown runtimes. The module and the certificates are files of this package,
// and a transport has to be given.
import { fetchModule } from '../../common/module.js'
import { makeRelayedEntry } from '../entry.js'
import type { CurlSession, CurlWebSocket, CurlWebSocketStream } from '../index.js'
import { browserRuntime } from './host.js'

export const { init, initSync, fetch, connect, Session, WebSocket, WebSocketStream } = makeRelayedEntry({
  ...browserRuntime,
  defaultModule: () => fetchModule(new URL('../../../curl.wasm', import.meta.url)),
  defaultModuleSync() {
    throw new TypeError('initSync() needs a module here: initSync({ module })')
  },
})
export type Session = CurlSession
export type WebSocket = CurlWebSocket
export type WebSocketStream = CurlWebSocketStream
export default init
export * from '../index.js'
