// Copying a part of some bytes into a part of others.

/** Copies `from`, starting at `offset`, to `at` in `into`: as much as there is, and as fits. Returns how many bytes. */
export function fill(into: Uint8Array, at: number, from: Uint8Array, offset: number): number {
  const length = Math.max(0, Math.min(into.length - at, from.length - offset))
  // to make a view costs more than a short copy
  into.set(length === from.length ? from : from.subarray(offset, offset + length), at)
  return length
}
