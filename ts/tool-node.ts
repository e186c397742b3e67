// The curl tool in Node.
import { loadModule, nodeHost } from './node-host.js'
import { once } from './once.js'
import { makeRunTool, type ToolRuntime } from './tool.js'

const wasm = new URL('../curl-tool.wasm', import.meta.url)

/** @internal */
export const toolRuntime: ToolRuntime = {
  module: once(() => loadModule(wasm)),
  load: loadModule,
  host: nodeHost,
}

/** Runs the curl tool, on the host's sockets and files. @see ToolOptions */
export const runTool = makeRunTool(toolRuntime)
export { flushed } from '../shim/transports/node.js'
export { INTERRUPTED, MemoryFileSystem, type FileSystem, type ToolOptions, type Trace } from './tool.js'
