// The heads of frames that are sent and received, and the mask of a payload, which the module makes.
import { describe, expect, it } from 'vitest'
import init from 'libcurl-wasm'
import { current } from '../../dist/js/internals.js'
import { BINARY, CLOSE, HeadReader, PING, PONG, TEXT, frameHead, keyOf } from '../../ts/websocket/frame.js'

it.each([
  [TEXT, 0, [0x81, 0x80]],
  [BINARY, 125, [0x82, 0xfd]],
  [BINARY, 126, [0x82, 0xfe, 0, 126]],
  [TEXT, 0xffff, [0x81, 0xfe, 0xff, 0xff]],
  [TEXT, 0x10000, [0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 0]],
  [BINARY, 2 ** 33 + 5, [0x82, 0xff, 0, 0, 0, 2, 0, 0, 0, 5]],
  [CLOSE, 2, [0x88, 0x82]],
  [PONG, 4, [0x8a, 0x84]],
])('opcode %i and a length of %i', (opcode, length, start) => {
  const head = frameHead(opcode, length)
  expect([...head.subarray(0, start.length)]).toEqual(start)
  expect(head).toHaveLength(start.length + 4)
})

it('has RSV1 if it is compressed', () => {
  expect([...frameHead(TEXT, 1, true).subarray(0, 2)]).toEqual([0xc1, 0x81])
  expect([...frameHead(BINARY, 1, true).subarray(0, 2)]).toEqual([0xc2, 0x81])
})

it('has another key in each frame', () => {
  expect(new Set(Array.from({ length: 1000 }, () => keyOf(frameHead(TEXT, 1)))).size).toBe(1000)
})

it('masks any part of a payload as RFC 6455 says', async () => {
  await init()
  const { exports, host } = current()
  const at = exports.malloc(256)
  const head = frameHead(BINARY, 100)
  const key = head.subarray(-4)
  for (const offset of [0, 1, 2, 3, 4, 5, 16, 65_530, 2 ** 32 + 3, 2 ** 40 + 2])
    for (let length = 0; length < 70; length++) {
      const payload = Uint8Array.from({ length }, (_, i) => i * 37)
      host.memory.bytes.fill(0xee, at, at + 256)
      host.memory.bytes.set(payload, at + 3)
      exports.ws_mask(at + 3, length, keyOf(head), offset)
      const masked = payload.map((byte, i) => byte ^ key[(offset + i) % 4]!)
      expect([...host.memory.bytes.subarray(at + 3, at + 3 + length)]).toEqual([...masked])
      expect(host.memory.bytes[at + 2]).toBe(0xee)
      expect(host.memory.bytes[at + 3 + length]).toBe(0xee)
    }
  exports.free(at)
})

describe('a head that is received', () => {
  /** Reads the heads one byte at a time. Returns opcode, fin and length of each. */
  const read = (...bytes: number[]): [number, boolean, number][] => {
    const reader = new HeadReader()
    const heads: [number, boolean, number][] = []
    for (const byte of bytes)
      if (reader.read(Uint8Array.of(byte), 0) === 1) heads.push([reader.opcode, reader.fin, reader.length])
    return heads
  }

  it('has a length of 1, 3 or 9 bytes', () => {
    expect(read(0x81, 125, 0x82, 126, 0, 126, 0x82, 126, 0xff, 0xff)).toEqual([
      [TEXT, true, 125],
      [BINARY, true, 126],
      [BINARY, true, 0xffff],
    ])
    expect(read(0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0, 0x82, 127, 0, 0x1f, 255, 255, 255, 255, 255, 255)).toEqual([
      [BINARY, true, 0x10000],
      [BINARY, true, Number.MAX_SAFE_INTEGER],
    ])
  })

  it('continues a message, also after a control frame', () => {
    expect(read(0x01, 0, 0x89, 0, 0x00, 1, 0x80, 0, 0x82, 0)).toEqual([
      [TEXT, false, 0],
      [PING, true, 0],
      [TEXT, false, 1],
      [TEXT, true, 0],
      [BINARY, true, 0],
    ])
  })

  it('may have RSV1 where a message begins, if messages may be compressed', () => {
    /** Whether the message is compressed at each head. */
    const isCompressed = (...heads: number[]): boolean[] => {
      const reader = new HeadReader()
      reader.mayCompress = true
      return heads.map((first) => {
        reader.read(Uint8Array.of(first, 0), 0)
        return reader.isCompressed
      })
    }
    expect(isCompressed(0xc1, 0x42, 0x89, 0x80, 0x01, 0x80)).toEqual([true, true, true, true, false, false])
    for (const first of [0xc0, 0xc8, 0xc9, 0xca, 0xa1, 0x91])
      expect(() => isCompressed(0x01, first)).toThrow('reserved bits')
  })

  it.each([
    ['reserved bits', [0xc1, 0]],
    ['masked', [0x81, 0x80]],
    ['opcode 3', [0x83, 0]],
    ['opcode 11', [0x8b, 0]],
    ['fragmented a control', [0x09, 0]],
    ['of more than 125 bytes', [0x89, 126]],
    ['not begun', [0x80, 0]],
    ['before the end', [0x01, 0, 0x81, 0]],
    ['the length 125 in more bytes', [0x82, 126, 0, 125]],
    ['the length 65535 in more bytes', [0x82, 127, 0, 0, 0, 0, 0, 0, 0xff, 0xff]],
    ['2^63', [0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0]],
  ])('is refused: %s', (message, bytes) => {
    expect(() => read(...bytes)).toThrow(message)
  })
})
