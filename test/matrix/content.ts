// The content of the bodies: each byte depends on its position, so that lost and doubled bytes are noticed.

const PERIOD = 251 * 1024
const pattern = Buffer.from(Uint8Array.from({ length: 2 * PERIOD }, (_, i) => (i % 251) ^ ((i % PERIOD) >> 10)))

/** The bytes of a body from `at` on: `length` or fewer. */
export function content(at: number, length: number): Buffer {
  const start = at % PERIOD
  return pattern.subarray(start, start + Math.min(length, PERIOD))
}

/** Pieces of a body of `length` bytes. */
export function* pieces(length: number, size = 64 * 1024): Generator<Buffer> {
  for (let at = 0; at < length; at += size) yield content(at, Math.min(size, length - at))
}

/** Checks a body as it arrives. */
export class Check {
  length = 0
  wrong = false

  take(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      const expected = content(this.length, chunk.length - at)
      if (expected.compare(chunk, at, at + expected.length) !== 0) this.wrong = true
      at += expected.length
      this.length += expected.length
    }
  }
}
