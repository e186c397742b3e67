// Compressed bodies that decompress to a thousand times their size and more.
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib'

const MB = 1024 * 1024

/** A zstd frame with blocks of one repeated byte, and a window of 2^windowLog. */
export function zstdZeros(size: number, windowLog = 20): Buffer {
  const blocks = []
  for (let left = size; left > 0; left -= 65536) {
    const block = Buffer.alloc(4)
    block.writeUIntLE((Math.min(left, 65536) << 3) | 2 | (left <= 65536 ? 1 : 0), 0, 3)
    blocks.push(block)
  }
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3]), ...blocks])
}

/** Zeros in brotli, with the largest window, so that a decoder needs the most memory. */
function brotliZeros(size: number): Buffer {
  const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 5 }
  return brotliCompressSync(Buffer.alloc(size), { params })
}

/** The decompressed size of each bomb. */
export const BOMB_SIZE = 96 * MB

/** By content coding. */
export const BOMBS: Record<string, Buffer> = {
  gzip: gzipSync(Buffer.alloc(BOMB_SIZE), { level: 1 }),
  deflate: deflateSync(Buffer.alloc(BOMB_SIZE), { level: 1 }),
  br: brotliZeros(BOMB_SIZE),
  zstd: zstdZeros(BOMB_SIZE),
}
