// Code of the modules, compiled and linked alone, to call its functions.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '../servers/scratch.js'

export const root = new URL('../..', import.meta.url).pathname

/**
 * The functions `names` of what emcc makes of `inputs`, which are files and flags. Imports return 0; getentropy() also
 * fills its bytes. To be called while a test file is loaded.
 */
export function compiled<Exports>(inputs: string[], ...names: string[]): Exports & { memory: WebAssembly.Memory } {
  const out = join(scratch(), 'compiled.wasm')
  const flags = ['--no-entry', '-sSTANDALONE_WASM', '-sALLOW_MEMORY_GROWTH']
  const exported = `-sEXPORTED_FUNCTIONS=${names.map((name) => `_${name}`)}`
  execFileSync('emcc', [...flags, exported, ...inputs, '-o', out], { stdio: 'pipe' })
  const module = new WebAssembly.Module(readFileSync(out))
  type Import = (...args: number[]) => number
  const imports: Record<string, Record<string, Import>> = {}
  for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = () => 0
  const { exports } = new WebAssembly.Instance(module, {
    ...imports,
    env: { ...imports['env'], getentropy: fill },
  })
  function fill(at: number, length: number): number {
    const { buffer } = exports['memory'] as WebAssembly.Memory
    crypto.getRandomValues(new Uint8Array(buffer as ArrayBuffer, at, length))
    return 0
  }
  ;(exports._initialize as () => void)?.()
  return exports as never
}
