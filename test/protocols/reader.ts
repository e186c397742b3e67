// What uploads of the tests read from.

/** READFUNCTION for an upload of bytes, or of a text. */
export function reader(from: Uint8Array | string): (size: number) => Uint8Array {
  const bytes = Buffer.from(from)
  let at = 0
  return (size) => bytes.subarray(at, (at += Math.min(size, bytes.length - at)))
}
