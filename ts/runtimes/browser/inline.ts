// The entry for pages and Workers with the module and the certificates inside the JavaScript: for bundlers that do not
// copy other files of a package.
import cacert from '../../../cacert.inline.js'
import wasm from '../../../curl.inline.js'
import { fetchModule } from '../../common/module.js'
import { makeRelayedEntry } from '../entry.js'
import type { CurlSession, CurlWebSocket, CurlWebSocketStream } from '../index.js'
import { inlineModule } from '../inline.js'
import { webHost } from '../web-host.js'
import { noTransport } from './host.js'

export const { init, initSync, fetch, connect, Session, WebSocket, WebSocketStream } = makeRelayedEntry({
  ...inlineModule(wasm),
  load: fetchModule,
  host: () => webHost(noTransport, () => new TextEncoder().encode(cacert)),
})
export type Session = CurlSession
export type WebSocket = CurlWebSocket
export type WebSocketStream = CurlWebSocketStream
export default init
export * from '../index.js'
