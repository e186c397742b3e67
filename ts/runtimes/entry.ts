// What the entries have in common, whatever the runtime: starting the module, and the API that starts it by itself.
import { makeConnect } from '../connect/connect.js'
import { sharing } from '../connect/shared.js'
import { defaultFetch } from '../fetch/default.js'
import type { Fetch } from '../fetch/fetch.js'
import { makeInit, type InitInput, type Runtime } from './init.js'
import { hasCurrent } from '../libcurl/libcurl.js'
import { makeSession } from '../session/session.js'
import { makeWebSocketStream } from '../websocket/stream.js'
import { makeWebSocket } from '../websocket/websocket.js'

/** What an entry exports in addition to index.ts. */
export interface Entry extends ReturnType<typeof makeInit> {
  /** The standard's fetch, over libcurl: docs/fetch.md. */
  fetch: Fetch
  /** A fetch with connections, cookies and caches of its own: docs/session.md. */
  Session: ReturnType<typeof makeSession>
  /** A TCP connection as two web streams, with TLS or without: docs/connect.md. */
  connect: ReturnType<typeof makeConnect>
  /** The standard's WebSocket: docs/websocket.md. */
  WebSocket: ReturnType<typeof makeWebSocket>
  /** The standard's WebSocketStream: docs/websocket.md. */
  WebSocketStream: ReturnType<typeof makeWebSocketStream>
}

/** `start` starts the module, or waits until it is started. */
function startedBy(start: () => Promise<void>): Omit<Entry, 'init' | 'initSync'> {
  const share = sharing(start)
  return {
    fetch: defaultFetch(start),
    Session: makeSession(start),
    connect: makeConnect(share),
    WebSocket: makeWebSocket(share),
    WebSocketStream: makeWebSocketStream(share),
  }
}

/** Makes an entry for a runtime with sockets: a call that needs the module starts it. */
export function makeEntry(runtime: Runtime): Entry {
  const { init, initSync } = makeInit(runtime)
  return { init, initSync, ...startedBy(init) }
}

/**
 * Makes an entry for a runtime without sockets: a call that needs the module waits for init(), which gets a transport.
 */
export function makeRelayedEntry(runtime: Runtime): Entry {
  const { init: start, initSync } = makeInit(runtime)
  let starting: Promise<void> | null = null
  return {
    init: (input?: InitInput) => (starting = start(input)),
    initSync,
    ...startedBy(async () => {
      if (hasCurrent()) return
      if (!starting) throw new TypeError('there is no transport here: call init({ transport }) first')
      await starting
      await start() // starts it again if the module has trapped since
    }),
  }
}
