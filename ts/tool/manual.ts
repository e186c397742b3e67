// Gives the tool curl's manual when it prints it (C side: wasm/src/tool/manual.c). The manual is a JavaScript module of
// this package, because every runtime and every bundler finds and loads one by itself.
import { storeString, type Instance } from './c-string.js'

/** Resolves with the manual and 1, or with why it cannot be loaded and 0. */
function load(): Promise<[text: string, loaded: number]> {
  return import('../../manual.inline.js').then(
    ({ default: manual }) => [manual, 1],
    (error: unknown) => [error instanceof Error ? error.message : String(error), 0],
  )
}

/**
 * Stores the manual, or why it cannot be loaded, as a C string for the program to free, and writes its address to `out`.
 * Resolves with 1 if it is the manual, else with 0. Throws RangeError if there is no memory for it.
 */
export async function storeManual(out: number, instance: () => Instance): Promise<number> {
  const [text, loaded] = await load()
  const program = instance()
  program.memory.setU32(out, storeString(program, text))
  return loaded
}
