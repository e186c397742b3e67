// The curl tool in pages and Workers. A transport has to be given; the files of a run are its own unless `files` is given.
import { browserHost, loadCertificates } from './browser-host.js'
import { fetchModule } from './module.js'
import { once } from './once.js'
import { makeRunTool } from './tool.js'

/** Runs the curl tool. @see ToolOptions */
export const runTool = makeRunTool({
  module: once(() => fetchModule(new URL('../curl-tool.wasm', import.meta.url))),
  load: fetchModule,
  prepare: loadCertificates,
  host: browserHost,
})
export { INTERRUPTED, MemoryFileSystem, type FileSystem, type ToolOptions, type Trace } from './tool.js'
