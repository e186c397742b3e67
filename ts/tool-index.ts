// What './tool' exports, whatever the runtime.
export { MemoryFileSystem } from '../shim/files/memory.js'
export type { FileStat, FileSystem, FileType, OpenFile, OpenFlags } from '../shim/files/filesystem.js'
export type { TerminalSize } from '../shim/descriptors.js'
export type { Transport } from '../shim/transports/transport.js'
export type { ModuleSource } from './module.js'
export type { ToJavaScript, ToJavaScriptOptions } from './to-javascript.js'
export { INTERRUPTED, type RunTool, type ToolOptions } from './tool.js'
export type { Trace } from './trace.js'
