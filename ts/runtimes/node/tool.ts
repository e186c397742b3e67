// The curl tool in Node and Bun, on the host's sockets and files.
import { loadModule, nodeHost } from './host.js'
import { once } from '../../common/once.js'
import { makeToJavaScript } from '../../tool/javascript/to-javascript.js'
import { makeRunTool, type ToolRuntime } from '../../tool/tool.js'

const wasm = new URL('../../../curl-tool.wasm', import.meta.url)

/** @internal */
export const toolRuntime: ToolRuntime = {
  module: once(() => loadModule(wasm)),
  load: loadModule,
  host: nodeHost,
}

export const runTool = makeRunTool(toolRuntime)
export const toJavaScript = makeToJavaScript(toolRuntime)
export { flushed } from '../../../shim/transports/node/stream.js'
export * from '../tool-index.js'
