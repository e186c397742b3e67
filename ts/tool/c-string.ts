// Strings that are stored in the memory of the tool's module.
import type { Memory } from '../../shim/memory.js'

/** The instance of a run. */
export interface Instance {
  exports: { malloc(size: number): number }
  memory: Memory
}

/** Stores a C string, which the program frees. Returns its address. @throws RangeError if there is no memory for it */
export function storeString({ exports, memory }: Instance, text: string | Uint8Array): number {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  const at = exports.malloc(bytes.length + 1)
  if (at === 0) throw new RangeError('out of memory')
  memory.writeString(at, bytes.length + 1, bytes)
  return at
}
