// The frames that are sent: their head, and the mask of their payload, which the module makes.
import { expect, it } from 'vitest'
import init from 'libcurl-wasm'
import { current } from '../../dist/js/internals.js'
import { CURLWS_BINARY, CURLWS_CLOSE, CURLWS_PONG, CURLWS_TEXT } from '../../ts/libcurl/constants.gen.js'
import { frameHead, keyOf } from '../../ts/websocket/frame.js'

it.each([
  [CURLWS_TEXT, 0, [0x81, 0x80]],
  [CURLWS_BINARY, 125, [0x82, 0xfd]],
  [CURLWS_BINARY, 126, [0x82, 0xfe, 0, 126]],
  [CURLWS_TEXT, 0xffff, [0x81, 0xfe, 0xff, 0xff]],
  [CURLWS_TEXT, 0x10000, [0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 0]],
  [CURLWS_BINARY, 2 ** 33 + 5, [0x82, 0xff, 0, 0, 0, 2, 0, 0, 0, 5]],
  [CURLWS_CLOSE, 2, [0x88, 0x82]],
  [CURLWS_PONG, 4, [0x8a, 0x84]],
])('flags %i and a length of %i', (flags, length, start) => {
  const head = frameHead(flags, length)
  expect([...head.subarray(0, start.length)]).toEqual(start)
  expect(head).toHaveLength(start.length + 4)
})

it('has another key in each frame', () => {
  expect(new Set(Array.from({ length: 100 }, () => keyOf(frameHead(CURLWS_TEXT, 1)))).size).toBe(100)
})

it('masks any part of a payload as RFC 6455 says', async () => {
  await init()
  const { exports, host } = current()
  const at = exports.malloc(256)
  const head = frameHead(CURLWS_BINARY, 100)
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
