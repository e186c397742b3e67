// The curl tool in Node and Bun, on the host's sockets and files.
import { once } from '../../common/once.js'
import { makeToJavaScript } from '../../tool/javascript/to-javascript.js'
import { makeRunTool, type ToolRuntime } from '../../tool/tool.js'
import { loadModule, nodeRuntime } from './host.js'

const wasm = new URL('../../../curl-tool.wasm', import.meta.url)

/** @internal */
export const toolRuntime: ToolRuntime = { ...nodeRuntime, module: once(() => loadModule(wasm)) }

export { flushed } from './command.js'
export const runTool = makeRunTool(toolRuntime)
export const toJavaScript = makeToJavaScript(toolRuntime)
export * from '../tool-index.js'
