// The curl tool in workerd. The files of a run are its own unless `files` is given.
import module from '../curl-tool.wasm'
import { fetchModule } from './module.js'
import { makeToJavaScript } from './to-javascript.js'
import { makeRunTool, type ToolRuntime } from './tool.js'
import { workerdHost } from './workerd-host.js'

const toolRuntime: ToolRuntime = { module: async () => module, load: fetchModule, host: workerdHost }

export const runTool = makeRunTool(toolRuntime)
export const toJavaScript = makeToJavaScript(toolRuntime)
export * from './tool-index.js'
