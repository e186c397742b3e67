// What the entries for workerd have in common: a module that is imported, because workerd does not compile WebAssembly
// at run time, and fetch with connections of its own for each call.
import { makeConnect } from '../../connect/connect.js'
import { sharing } from '../../connect/shared.js'
import { makeFetch, type Fetch } from '../../fetch/fetch.js'
import { Pool } from '../../fetch/pool.js'
import { makeSession } from '../../session/session.js'
import { makeWebSocketStream } from '../../websocket/stream.js'
import { makeWebSocket } from '../../websocket/websocket.js'
import { makeInit } from '../init.js'
import { workerdRuntime } from './host.js'
import { belonging } from './requests.js'
import { Separate } from './separate.js'

export function makeWorkerdEntry(module: WebAssembly.Module) {
  const { init, initSync } = makeInit({
    ...workerdRuntime,
    defaultModule: async () => module,
    defaultModuleSync: () => module,
  })

  /**
   * The standard's fetch, over libcurl: docs/fetch.md. Calls init() by itself. In workerd, sockets and timers belong to
   * the request that is being answered, and cannot be used for another one. So each call has its own connection, which
   * is closed when the body has been read or cancelled.
   */
  const fetch: Fetch = async (input, fetchInit) => {
    await init()
    const pool = new Pool()
    const close = belonging(() => pool.close(new Error('the call that had this connection is over')))
    try {
      const response = await makeFetch(() => pool)(input, fetchInit)
      // a response for a data: URL is the platform's, without `curl`
      if (response.curl) response.curl.finished.then(close, close)
      else close()
      return response
    } catch (error) {
      close()
      throw error
    }
  }

  /**
   * A fetch with its own connections, cookies and caches, within one request: docs/session.md. Calls init() by itself.
   */
  const Session = makeSession(init)

  const share = sharing(init, Separate)
  /** A TCP connection as two web streams, with TLS or without: docs/connect.md. */
  const connect = makeConnect(share)
  /** The standard's WebSocket: docs/websocket.md. */
  const WebSocket = makeWebSocket(share)
  /** The standard's WebSocketStream: docs/websocket.md. */
  const WebSocketStream = makeWebSocketStream(share)

  return { init, initSync, fetch, connect, Session, WebSocket, WebSocketStream }
}
