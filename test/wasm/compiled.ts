// Code of the modules, compiled and linked alone, to call its functions.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '../servers/scratch.js'

export const root = new URL('../..', import.meta.url).pathname

/**
 * The functions `names` of what emcc makes of `inputs`, which are files and flags. Imports return 0. To be called while a
 * test file is loaded.
 */
export function compiled<Exports>(inputs: string[], ...names: string[]): Exports & { memory: WebAssembly.Memory } {
  const out = join(scratch(), 'compiled.wasm')
  const flags = ['--no-entry', '-sSTANDALONE_WASM', '-sALLOW_MEMORY_GROWTH']
  const exported = `-sEXPORTED_FUNCTIONS=${names.map((name) => `_${name}`)}`
  execFileSync('emcc', [...flags, exported, ...inputs, '-o', out], { stdio: 'pipe' })
  const module = new WebAssembly.Module(readFileSync(out))
  const imports: Record<string, Record<string, () => number>> = {}
  for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = () => 0
  const { exports } = new WebAssembly.Instance(module, imports)
  ;(exports._initialize as () => void)?.()
  return exports as never
}
