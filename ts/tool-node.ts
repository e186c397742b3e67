// The curl tool in Node.
import { loadModule, nodeHost } from './node-host.js'
import { once } from './once.js'
import { makeToJavaScript } from './to-javascript.js'
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

/**
 * The program that does with this package what a curl command line does: with fetch where fetch can say it, else with
 * Easy. `argv` are the arguments after the tool's name. It connects to nothing and changes no file. What the program
 * does not do is said in comments at its top. Rejects with what the tool says of arguments that it refuses. docs/tool.md
 */
export const toJavaScript = makeToJavaScript(toolRuntime)
export { flushed } from '../shim/transports/node.js'
export { INTERRUPTED, MemoryFileSystem, type FileSystem, type ToolOptions, type Trace } from './tool.js'
export type { ToJavaScript, ToJavaScriptOptions } from './to-javascript.js'
