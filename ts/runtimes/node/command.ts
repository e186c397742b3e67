// What bin/curl loads: the curl tool on the host's sockets and files, without what only the package's API has.
import { flushed as streamsFlushed } from '../../../shim/transports/node/stream.js'
import { once } from '../../common/once.js'
import { makeRunTool, type ToolRuntime } from '../../tool/tool.js'
import { loadModule, nodeRuntime } from './host.js'

const wasm = new URL('../../../curl-tool.wasm', import.meta.url)

/** @internal */
export const toolRuntime: ToolRuntime = { ...nodeRuntime, module: once(() => loadModule(wasm)) }

export const runTool = makeRunTool(toolRuntime)
/** Resolves when the kernel has all bytes that were sent. Its type is written here: that of stream.ts needs @types/node. */
export const flushed: () => Promise<void> = streamsFlushed
