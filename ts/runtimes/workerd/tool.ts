// The curl tool in workerd. Each run has its own files, unless `files` is given.
import module from '../../../curl-tool.wasm'
import { makeToJavaScript } from '../../tool/javascript/to-javascript.js'
import { makeRunTool, type ToolRuntime } from '../../tool/tool.js'
import { workerdRuntime } from './host.js'

const toolRuntime: ToolRuntime = { ...workerdRuntime, module: async () => module }

export const runTool = makeRunTool(toolRuntime)
export const toJavaScript = makeToJavaScript(toolRuntime)
export * from '../tool-index.js'
