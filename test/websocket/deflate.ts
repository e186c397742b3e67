// Makes and reads messages that are compressed by permessage-deflate (RFC 7692), with Node's zlib.
import { constants, createDeflateRaw, createInflateRaw, deflateRawSync } from 'node:zlib'
import { CONTINUATION, TEXT, frame } from './peer.js'

export const END = Buffer.of(0, 0, 0xff, 0xff)
const { Z_SYNC_FLUSH } = constants

/** JSON of about `size` bytes, with text that needs several bytes in UTF-8. */
export function json(size: number, seed = 1): string {
  const names = ['\u00e9tienne', 'zo\u00eb', '\u738b\u82b3', 'olga', '\ud83d\ude00', 'mallory', 'trent', 'peggy']
  let state = seed
  const random = (limit: number): number => (state = (state * 16807) % 2147483647) % limit
  let text = '['
  while (text.length < size)
    text += JSON.stringify({ id: random(1e6), user: names[random(8)], friends: [names[random(8)], names[random(8)]] })
  return text + ']'
}

export const noise = (size: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(size)
  for (let at = 0; at < size; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536))
  return bytes
}

/** Compresses messages, of which each may refer to those before it. */
export function compressor(windowBits = 15): (message: string | Uint8Array) => Promise<Buffer> {
  const zlib = createDeflateRaw({ windowBits })
  return async (message) => {
    const chunks: Buffer[] = []
    const collect = (chunk: Buffer): void => void chunks.push(chunk)
    zlib.on('data', collect)
    zlib.write(message)
    await new Promise<void>((resolve) => zlib.flush(Z_SYNC_FLUSH, () => resolve()))
    zlib.off('data', collect)
    return Buffer.concat(chunks).subarray(0, -4)
  }
}

/** Decompresses messages. It accepts only references within the window. */
export function decompressor(windowBits = 15): (message: Uint8Array) => Promise<Buffer> {
  const zlib = createInflateRaw({ windowBits })
  return async (message) => {
    const chunks: Buffer[] = []
    const collect = (chunk: Buffer): void => void chunks.push(chunk)
    zlib.on('data', collect)
    zlib.write(Buffer.concat([message, END]))
    await new Promise<void>((resolve, reject) => {
      zlib.once('error', reject)
      zlib.flush(() => resolve())
    })
    zlib.off('data', collect)
    return Buffer.concat(chunks)
  }
}

export const deflated = (message: string | Uint8Array): Buffer =>
  deflateRawSync(message, { finishFlush: Z_SYNC_FLUSH }).subarray(0, -4)

/** A compressed message in one frame. */
export const compressed = (message: string | Uint8Array, opcode: number = TEXT): Buffer =>
  frame(opcode, deflated(message), { rsv: 4 })

/** Splits a payload into fragments, of which the first is marked as compressed. */
export function fragments(opcode: number, payload: Buffer, size: number): Buffer[] {
  const count = Math.max(1, Math.ceil(payload.length / size))
  return Array.from({ length: count }, (_, i) =>
    frame(i ? CONTINUATION : opcode, payload.subarray(i * size, (i + 1) * size), {
      fin: i === count - 1,
      rsv: i ? 0 : 4,
    }),
  )
}

/** The farthest reference of deflate data with blocks of any type. RFC 1951 */
export function farthest(data: Buffer): number {
  let [at, most] = [0, 0]
  const bit = (): number => (data[at >> 3]! >> (at++ & 7)) & 1
  const bits = (count: number): number => {
    let value = 0
    for (let i = 0; i < count; i++) value |= bit() << i
    return value
  }
  /** Makes a reader of symbols from the lengths of their codes. */
  const reader = (lengths: number[]): (() => number) => {
    const codes = new Map<number, number>()
    let code = 0
    for (let length = 1; length <= 15; length++, code <<= 1)
      for (const [symbol, each] of lengths.entries()) if (each === length) codes.set((1 << length) | code++, symbol)
    return () => {
      let read = 1
      while (!codes.has(read)) {
        read = (read << 1) | bit()
        if (read > 0xffff) throw new Error('no such code')
      }
      return codes.get(read)!
    }
  }
  const repeat = (length: number, count: number): number[] => Array.from({ length: count }, () => length)
  while (data.length * 8 - at >= 3) {
    bit()
    const type = bits(2)
    if (type === 0) {
      at = (at + 7) & ~7
      const length = bits(16)
      at += 16 + length * 8
      continue
    }
    let literals = [...repeat(8, 144), ...repeat(9, 112), ...repeat(7, 24), ...repeat(8, 8)]
    let distances = repeat(5, 30)
    if (type === 2) {
      const [literalCount, distanceCount, count] = [bits(5) + 257, bits(5) + 1, bits(4) + 4]
      const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
      const lengths = repeat(0, 19)
      for (const each of order.slice(0, count)) lengths[each] = bits(3)
      const next = reader(lengths)
      const all: number[] = []
      while (all.length < literalCount + distanceCount) {
        const symbol = next()
        if (symbol < 16) all.push(symbol)
        else if (symbol === 16) all.push(...repeat(all.at(-1)!, 3 + bits(2)))
        else all.push(...repeat(0, symbol === 17 ? 3 + bits(3) : 11 + bits(7)))
      }
      literals = all.slice(0, literalCount)
      distances = all.slice(literalCount)
    }
    const [literal, distance] = [reader(literals), reader(distances)]
    for (let symbol = literal(); symbol !== 256; symbol = literal()) {
      if (symbol < 256) continue
      if (symbol >= 265 && symbol < 285) bits((symbol - 261) >> 2)
      const code = distance()
      const extra = code < 2 ? 0 : (code >> 1) - 1
      const base = code < 2 ? code + 1 : 1 + ((2 + (code & 1)) << extra)
      most = Math.max(most, base + bits(extra))
    }
  }
  return most
}
