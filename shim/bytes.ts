// Copying bytes: a part of some into a part of others, and several arrays into one.

/** Copies `from`, starting at `offset`, to `at` in `into`: as much as there is, and as fits. Returns how many bytes. */
export function fill(into: Uint8Array, at: number, from: Uint8Array, offset: number): number {
  const length = Math.max(0, Math.min(into.length - at, from.length - offset))
  // to make a view costs more than a short copy
  into.set(length === from.length ? from : from.subarray(offset, offset + length), at)
  return length
}

/** Joins several arrays into one. `size` is their total length in bytes, for those who know it already. */
export function join(chunks: readonly Uint8Array[], size = totalOf(chunks)): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

function totalOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0)
}
