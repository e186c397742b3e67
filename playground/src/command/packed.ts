// Bytes in the hash of a URL: deflated, and in base64url. A link may be a decompression bomb, so inflating stops at a
// limit.
import { join } from '../../../shim/bytes.js'

/** Thrown for a hash with no valid content, or content that cannot be put into a hash. */
export class PermalinkError extends Error {
  override readonly name = 'PermalinkError'
}

/** Deflates bytes, and writes them in base64url. */
export async function packed(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const deflated = await through(bytes, new CompressionStream('deflate-raw'), Infinity)
  const base64 = btoa(Array.from(deflated, (byte) => String.fromCharCode(byte)).join(''))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** @throws PermalinkError if it is not base64url. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  let binary: string
  try {
    binary = atob(/^[\w-]+$/.test(text) ? text.replaceAll('-', '+').replaceAll('_', '/') : '?')
  } catch {
    throw new PermalinkError('the link is broken: it is not base64')
  }
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

/** @throws PermalinkError for bytes that are not deflated, or are more than `most` after inflating. */
export async function inflated(bytes: Uint8Array<ArrayBuffer>, most: number): Promise<Uint8Array> {
  try {
    return await through(bytes, new DecompressionStream('deflate-raw'), most)
  } catch (error) {
    if (error instanceof PermalinkError) throw error
    throw new PermalinkError('the link is broken: its compressed text is incomplete')
  }
}

/** Sends bytes through a stream, and stops as soon as the result is too long. */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
  most: number,
): Promise<Uint8Array> {
  const writer = stream.writable.getWriter()
  // the reader gets the same errors
  writer.write(bytes).catch(() => {})
  writer.close().catch(() => {})
  const reader = stream.readable.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length
    if (length > most) {
      void reader.cancel().catch(() => {})
      throw new PermalinkError('the link is too long')
    }
    chunks.push(next.value)
  }
  return join(chunks, length)
}
