// The curl tool in pages and Workers. A transport has to be given; the files of a run are its own unless `files` is given.
import { browserHost, loadCertificates } from './browser-host.js'
import { fetchModule } from './init.js'
import { once } from './once.js'
import { makeRunTool } from './tool.js'

const compile = once(() => fetchModule(new URL('../curl-tool.wasm', import.meta.url)))

/** Runs the curl tool. @see ToolOptions */
export const runTool = makeRunTool({
  async module() {
    const [module] = await Promise.all([compile(), loadCertificates()])
    return module
  },
  host: browserHost,
})
export { INTERRUPTED, MemoryFileSystem, type FileSystem, type ToolOptions, type Trace } from './tool.js'
