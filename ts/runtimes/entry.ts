// Starting the module from an entry, whatever the runtime. An entry exports init and initSync of here, and what it makes
// of `start`, with a statement for each: so bundlers leave out what an application does not import.
import { blockingOf } from '../libcurl/blocking.js'
import { current, hasCurrent } from '../libcurl/libcurl.js'
import { makeInit, type InitInput, type Runtime } from './init.js'

export { makeConnect } from '../connect/connect.js'
export { sharing } from '../connect/shared.js'
export { makeFetchSync } from '../fetch/fetch-sync.js'
export { defaultFetch } from '../fetch/default.js'
export { makeSession } from '../session/session.js'
export { makeWebSocketStream } from '../websocket/stream.js'
export { makeWebSocket } from '../websocket/websocket.js'

export interface Start extends ReturnType<typeof makeInit> {
  /** Starts the module, or waits until it is started. */
  start: () => Promise<void>
}

/** For a runtime with sockets: a call that needs the module starts it. */
export function starting(runtime: Runtime): Start {
  const { init, initSync } = makeInit(runtime)
  return { init, initSync, start: init }
}

/**
 * Makes a function that loads what blocking calls need, starts their Worker, and waits for it. Only in a browser's Worker
 * it has to be called: there nothing can be loaded while a call blocks.
 */
export function startingBlocking(...loads: (() => Promise<void>)[]): () => Promise<void> {
  return async () => {
    await Promise.all(loads.map((load) => load()))
    await blockingOf(current()).ready()
  }
}

/** For a runtime without sockets: a call that needs the module waits for init(), which gets a transport. */
export function startingByInit(runtime: Runtime): Start {
  const { init, initSync } = makeInit(runtime)
  let running: Promise<void> | null = null
  return {
    init: (input?: InitInput) => (running = init(input)),
    initSync,
    async start() {
      if (hasCurrent()) return
      if (!running) throw new TypeError('there is no transport here: call init({ transport }) first')
      await running
      await init() // starts it again if the module has trapped since
    },
  }
}
