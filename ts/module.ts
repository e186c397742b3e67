// Where a module can come from, and how it gets compiled.
import { platformFetch } from './fetch/platform.js'

/** A URL, what fetch() takes or returns, bytes, or a compiled module. */
export type ModuleSource = string | URL | Request | Response | BufferSource | WebAssembly.Module

export function isModuleSource(value: unknown): value is ModuleSource {
  return (
    typeof value === 'string' ||
    value instanceof URL ||
    value instanceof Request ||
    value instanceof Response ||
    value instanceof ArrayBuffer ||
    value instanceof WebAssembly.Module ||
    ArrayBuffer.isView(value)
  )
}

/** Compiles what `source` is or resolves with; `load` is for addresses. Throws TypeError for something else. */
export async function compileModule(
  source: ModuleSource | Promise<ModuleSource>,
  load: (url: string | URL) => Promise<WebAssembly.Module>,
): Promise<WebAssembly.Module> {
  const from = await source
  if (!isModuleSource(from))
    throw new TypeError(`a module is a URL, a Request, a Response, bytes or a WebAssembly.Module, not ${String(from)}`)
  if (from instanceof WebAssembly.Module) return from
  if (typeof from === 'string' || from instanceof URL) return load(from)
  if (from instanceof Response) return compileResponse(from)
  if (from instanceof Request) return compileResponse(await platformFetch(from))
  return WebAssembly.compile(from)
}

/** Loads what a URL names with the platform's fetch. */
export async function fetchModule(url: string | URL): Promise<WebAssembly.Module> {
  return compileResponse(await platformFetch(url))
}

const WASM_TYPE = 'application/wasm'

async function compileResponse(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok) throw new Error(`cannot load ${response.url || 'the module'}: HTTP status ${response.status}`)
  // A server that names another type is common, and no reason to fail; the streaming compiler insists on it.
  if (WebAssembly.compileStreaming !== undefined && response.headers.get('content-type') === WASM_TYPE)
    return WebAssembly.compileStreaming(response)
  return WebAssembly.compile(await response.arrayBuffer())
}
