// The curl tool in Node and Bun, on the host's sockets and files.
import { makeToJavaScript } from '../../tool/javascript/to-javascript.js'
import { toolRuntime } from './command.js'

export { flushed, runTool } from './command.js'
/** @internal */
export { toolRuntime } from './command.js'
export const toJavaScript = makeToJavaScript(toolRuntime)
export * from '../tool-index.js'
