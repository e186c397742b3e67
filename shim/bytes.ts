// Copying a part of some bytes into a part of others.

/** Copies from one offset on to another one, as much as there is and as there is room for. Returns how many bytes. */
export function fill(into: Uint8Array, at: number, from: Uint8Array, offset: number): number {
  const length = Math.max(0, Math.min(into.length - at, from.length - offset))
  // a view of its own costs more than a short copy
  into.set(length === from.length ? from : from.subarray(offset, offset + length), at)
  return length
}
