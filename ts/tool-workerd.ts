// The curl tool in workerd. The files of a run are its own unless `files` is given.
import module from '../curl-tool.wasm'
import { fetchModule } from './module.js'
import { makeRunTool } from './tool.js'
import { workerdHost } from './workerd-host.js'

/** Runs the curl tool. @see ToolOptions */
export const runTool = makeRunTool({ module: async () => module, load: fetchModule, host: workerdHost })
export { INTERRUPTED, MemoryFileSystem, type FileSystem, type ToolOptions, type Trace } from './tool.js'
