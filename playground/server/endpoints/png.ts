// Draws a picture at the first request: waves of colour, in which a wrong byte is easy to see.
import { deflateSync } from 'node:zlib'

const WIDTH = 320
const HEIGHT = 200

/** The CRC of the PNG specification, appendix D. zlib.crc32() would need Node 20.15. */
function crc(bytes: Uint8Array): number {
  let value = 0xffffffff
  for (const byte of bytes) {
    value ^= byte
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0)
  }
  return ~value >>> 0
}

function chunk(type: string, data: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc(typed))
  return Buffer.concat([length, typed, sum])
}

function draw(): Buffer {
  const rows = Array.from({ length: HEIGHT }, (_, y) => {
    const row = Buffer.alloc(1 + WIDTH * 3) // a filter of 0, then red, green, blue
    for (let x = 0; x < WIDTH; x++) {
      const wave = Math.sin(x / 27 + Math.sin(y / 31) * 2) + Math.sin(y / 19 - x / 53)
      const colour = [30 + 18 * wave + y / 4, 90 + 45 * wave, 150 + 40 * Math.cos(wave * 2) + x / 8]
      row.set(colour.map(Math.round), 1 + x * 3)
    }
    return row
  })
  const header = Buffer.alloc(13)
  header.writeUInt32BE(WIDTH)
  header.writeUInt32BE(HEIGHT, 4)
  header.set([8, 2], 8) // 8 bits, true colour
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const data = deflateSync(Buffer.concat(rows))
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

let drawn: Buffer | undefined

export function samplePng(): Buffer {
  return (drawn ??= draw())
}
