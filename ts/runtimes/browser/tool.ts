// The curl tool in pages and Workers. A transport has to be given. Each run has its own files, unless `files` is given.
import { fetchModule } from '../../common/module.js'
import { once } from '../../common/once.js'
import { makeToJavaScript } from '../../tool/javascript/to-javascript.js'
import { makeRunTool, type ToolRuntime } from '../../tool/tool.js'
import { browserRuntime } from './host.js'

const toolRuntime: ToolRuntime = {
  ...browserRuntime,
  module: once(() => fetchModule(new URL('../../../curl-tool.wasm', import.meta.url))),
}

export const runTool = makeRunTool(toolRuntime)
export const toJavaScript = makeToJavaScript(toolRuntime)
export * from '../tool-index.js'
