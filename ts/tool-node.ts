// The curl tool in Node.
import { readFile } from 'node:fs/promises'
import { nodeHost } from './node-host.js'
import { once } from './once.js'
import { makeRunTool, type ToolRuntime } from './tool.js'

const wasm = new URL('../curl-tool.wasm', import.meta.url)

/** @internal */
export const toolRuntime: ToolRuntime = {
  module: once(async () => WebAssembly.compile(await readFile(wasm))),
  host: nodeHost,
}

/** Runs the curl tool, on the host's sockets and files. @see ToolOptions */
export const runTool = makeRunTool(toolRuntime)
export { flushed } from '../shim/transports/node.js'
export { INTERRUPTED, MemoryFileSystem, type FileSystem, type ToolOptions, type Trace } from './tool.js'
