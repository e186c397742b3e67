// The curl tool in Deno.
import { denoHost } from './deno-host.js'
import { loadModule } from './node-host.js'
import { once } from './once.js'
import { makeRunTool } from './tool.js'

/** Runs the curl tool, on the host's sockets and files. @see ToolOptions */
export const runTool = makeRunTool({
  module: once(() => loadModule(new URL('../curl-tool.wasm', import.meta.url))),
  load: loadModule,
  host: denoHost,
})
export { flushed } from '../shim/transports/node.js'
export { INTERRUPTED, MemoryFileSystem, type FileSystem, type ToolOptions, type Trace } from './tool.js'
