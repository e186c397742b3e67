// The entry for pages and Workers with the light module, which has HTTP and WebSockets only.
import { fetchModule } from '../../common/module.js'
import { makeRelayedEntry } from '../entry.js'
import type { CurlSession, CurlWebSocket, CurlWebSocketStream } from '../index.js'
import { browserRuntime, trust } from './host.js'

export const { init, initSync, fetch, connect, Session, WebSocket, WebSocketStream } = makeRelayedEntry({
  ...browserRuntime,
  defaultModule() {
    // while the module is loaded, because it is there to start fast
    trust.preload()
    return fetchModule(new URL('../../../curl-lite.wasm', import.meta.url))
  },
  defaultModuleSync() {
    throw new TypeError('initSync() needs a module here: initSync({ module })')
  },
})
export type Session = CurlSession
export type WebSocket = CurlWebSocket
export type WebSocketStream = CurlWebSocketStream
export default init
export * from '../index.js'
