// Compressed bodies that come to a thousand times their size and more.
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib'

const MB = 1024 * 1024

/** A frame of zstd with blocks of one repeated byte, and a window of some power of two. */
export function zstdZeros(size: number, windowLog = 20): Buffer {
  const blocks = []
  for (let left = size; left > 0; left -= 65536) {
    const block = Buffer.alloc(4)
    block.writeUIntLE((Math.min(left, 65536) << 3) | 2 | (left <= 65536 ? 1 : 0), 0, 3)
    blocks.push(block)
  }
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3]), ...blocks])
}

/** In most of the memory that a decoder of it can ask for. */
function brotliZeros(size: number): Buffer {
  const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 5 }
  return brotliCompressSync(Buffer.alloc(size), { params })
}

/** How many zeros each of the bombs comes to. */
export const BOMB_SIZE = 96 * MB

/** By content coding. */
export const BOMBS: Record<string, Buffer> = {
  gzip: gzipSync(Buffer.alloc(BOMB_SIZE), { level: 1 }),
  deflate: deflateSync(Buffer.alloc(BOMB_SIZE), { level: 1 }),
  br: brotliZeros(BOMB_SIZE),
  zstd: zstdZeros(BOMB_SIZE),
}
