// What bin/curl loads: the curl tool on the host's sockets and files, without what only the package's API has.
import type { WasmModule } from '../../../shim/platform.js'
import { flushed as streamsFlushed } from '../../../shim/transports/node/stream.js'
import { makeRunTool, type RunTool } from '../../tool/tool.js'
import { nodeRuntime } from './host.js'

/** Makes a runTool of the module, which may be compiled still. */
export const runToolOf = (module: Promise<WasmModule>): RunTool => makeRunTool({ ...nodeRuntime, module: () => module })
/** Resolves when the kernel has all bytes that were sent. Its type is written here: that of stream.ts needs @types/node. */
export const flushed: () => Promise<void> = streamsFlushed
