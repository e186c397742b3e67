// The entry for Node: the host's sockets, files and certificates; the module lies beside this package's JavaScript.
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { fetchModule, makeInit } from './init.js'
import { nodeHost } from './node-host.js'

const wasm = new URL('../curl.wasm', import.meta.url)

async function load(url: string | URL): Promise<WebAssembly.Module> {
  const text = String(url)
  if (/^(https?|data|blob):/.test(text)) return fetchModule(url)
  return WebAssembly.compile(await readFile(text.startsWith('file:') ? fileURLToPath(url) : text))
}

const { init, initSync } = makeInit({
  host: nodeHost,
  defaultModule: () => load(wasm),
  defaultModuleSync: () => new WebAssembly.Module(readFileSync(wasm)),
  load,
})

export default init
export { init, initSync }
export * from './index.js'
export { wispTransport, wsproxyTransport } from './relay-node.js'
