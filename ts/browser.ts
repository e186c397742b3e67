// The entry for pages and Workers.
import { browserHost, loadCertificates } from './browser-host.js'
import { makeInit } from './init.js'
import { fetchModule } from './module.js'

const { init, initSync } = makeInit({
  prepare: loadCertificates,
  host: browserHost,
  defaultModule: () => fetchModule(new URL('../curl.wasm', import.meta.url)),
  defaultModuleSync() {
    throw new TypeError('initSync() needs a module here: initSync({ module })')
  },
  load: fetchModule,
})

export default init
export { init, initSync }
export * from './index.js'
