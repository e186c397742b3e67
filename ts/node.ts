// The entry for Node: the host's sockets, files and certificates; the module lies beside this package's JavaScript.
import { readFileSync } from 'node:fs'
import { defaultFetch } from './fetch/default.js'
import { makeInit } from './init.js'
import { loadModule, nodeHost } from './node-host.js'
import { makeSession, type CurlSession } from './session/session.js'

const wasm = new URL('../curl.wasm', import.meta.url)

const { init, initSync } = makeInit({
  host: nodeHost,
  defaultModule: () => loadModule(wasm),
  defaultModuleSync: () => new WebAssembly.Module(readFileSync(wasm)),
  load: loadModule,
})

/** fetch of the Fetch standard, by libcurl: docs/fetch.md. Calls init() by itself. */
export const fetch = defaultFetch(init)

/** A fetch with connections, cookies and caches of its own: docs/session.md. Calls init() by itself. */
export const Session = makeSession(init)
export type Session = CurlSession

export default init
export { init, initSync }
export * from './index.js'
export { wispTransport, wsproxyTransport } from './relay-node.js'
