// The sources of a WebAssembly module, and compiling it.
import type { BufferSource, WasmModule } from '../../shim/platform.js'
import { kindOf } from './chunks.js'
import { platformFetch } from './platform.js'

/** A URL, a Request, a Response, bytes, or a compiled module. */
export type ModuleSource = string | URL | Request | Response | BufferSource | WasmModule

/** Kinds by name: in Node, to use Response itself loads Node's HTTP client, which takes 15 ms. */
const KINDS = new Set(['URL', 'Request', 'Response', 'ArrayBuffer', 'WebAssembly.Module'])

export function isModuleSource(value: unknown): value is ModuleSource {
  return typeof value === 'string' || ArrayBuffer.isView(value) || KINDS.has(kindOf(value))
}

/**
 * Compiles a module from `source`. `load` loads and compiles one from a URL. Throws TypeError for an invalid source.
 */
export async function compileModule(
  source: ModuleSource | Promise<ModuleSource>,
  load: (url: string | URL) => Promise<WasmModule>,
): Promise<WasmModule> {
  const from = await source
  if (!isModuleSource(from))
    throw new TypeError(`a module is a URL, a Request, a Response, bytes or a WebAssembly.Module, not ${String(from)}`)
  if (typeof from === 'string') return load(from)
  switch (kindOf(from)) {
    case 'WebAssembly.Module':
      return from as WasmModule
    case 'URL':
      return load(from as URL)
    case 'Response':
      return compileResponse(from as Response)
    case 'Request':
      return compileResponse(await platformFetch(from as Request))
    default:
      return WebAssembly.compile(from as BufferSource)
  }
}

/** Loads a module with the platform's fetch, and compiles it. */
export async function fetchModule(url: string | URL): Promise<WasmModule> {
  return compileResponse(await platformFetch(url))
}

const WASM_TYPE = 'application/wasm'

async function compileResponse(response: Response): Promise<WasmModule> {
  if (!response.ok) throw new Error(`cannot load ${response.url || 'the module'}: HTTP status ${response.status}`)
  // The streaming compiler requires this type. A server with another one is common, and no reason to fail.
  if (WebAssembly.compileStreaming !== undefined && response.headers.get('content-type') === WASM_TYPE)
    return WebAssembly.compileStreaming(response)
  return WebAssembly.compile(await response.arrayBuffer())
}
