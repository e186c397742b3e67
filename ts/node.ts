// The entry for Node: the host's sockets, files and certificates; the module lies beside this package's JavaScript.
import { readFileSync } from 'node:fs'
import { makeInit } from './init.js'
import { loadModule, nodeHost } from './node-host.js'

const wasm = new URL('../curl.wasm', import.meta.url)

const { init, initSync } = makeInit({
  host: nodeHost,
  defaultModule: () => loadModule(wasm),
  defaultModuleSync: () => new WebAssembly.Module(readFileSync(wasm)),
  load: loadModule,
})

export default init
export { init, initSync }
export * from './index.js'
export { wispTransport, wsproxyTransport } from './relay-node.js'
