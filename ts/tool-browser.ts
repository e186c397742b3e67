// The curl tool in pages and Workers. A transport has to be given; the files of a run are its own unless `files` is given.
import { browserHost, loadCertificates } from './browser-host.js'
import { fetchModule } from './module.js'
import { once } from './once.js'
import { makeToJavaScript } from './to-javascript.js'
import { makeRunTool, type ToolRuntime } from './tool.js'

const toolRuntime: ToolRuntime = {
  module: once(() => fetchModule(new URL('../curl-tool.wasm', import.meta.url))),
  load: fetchModule,
  prepare: loadCertificates,
  host: browserHost,
}

/** Runs the curl tool. @see ToolOptions */
export const runTool = makeRunTool(toolRuntime)

/**
 * The program that does with this package what a curl command line does: with fetch where fetch can say it, else with
 * Easy. `argv` are the arguments after the tool's name. It connects to nothing and changes no file. What the program
 * does not do is said in comments at its top. Rejects with what the tool says of arguments that it refuses. docs/tool.md
 */
export const toJavaScript = makeToJavaScript(toolRuntime)
export { INTERRUPTED, MemoryFileSystem, type FileSystem, type ToolOptions, type Trace } from './tool.js'
export type { ToJavaScript, ToJavaScriptOptions } from './to-javascript.js'
