// The head of a frame that a client sends: RFC 6455 section 5.2. Its payload is masked in the module
// (wasm/src/libcurl/ws.c), where libcurl would do that byte by byte.
import { CURLWS_BINARY, CURLWS_CLOSE, CURLWS_PONG, CURLWS_TEXT } from '../libcurl/constants.gen.js'
import { fillRandom } from '../../shim/entropy.js'

const FIN = 0x80
const MASKED = 0x80
const KEY_SIZE = 4
/** The numbers of opcodes, by libcurl's flags. */
const OPCODES: Readonly<Record<number, number>> = {
  [CURLWS_TEXT]: 1,
  [CURLWS_BINARY]: 2,
  [CURLWS_CLOSE]: 8,
  [CURLWS_PONG]: 10,
}

/** Makes the head of a frame whose payload has `length` bytes. It ends with the key of the mask, which is random. */
export function frameHead(flags: number, length: number): Uint8Array<ArrayBuffer> {
  const long = length > 0xffff ? 8 : length > 125 ? 2 : 0
  const head = new Uint8Array(2 + long + KEY_SIZE)
  const view = new DataView(head.buffer)
  head[0] = FIN | OPCODES[flags]!
  head[1] = MASKED | (long === 8 ? 127 : long === 2 ? 126 : length)
  if (long === 2) view.setUint16(2, length)
  if (long === 8) view.setBigUint64(2, BigInt(length))
  fillRandom(head.subarray(2 + long))
  return head
}

/** The key of the mask, as a number whose lowest byte is the first of the key. */
export function keyOf(head: Uint8Array<ArrayBuffer>): number {
  return new DataView(head.buffer).getUint32(head.length - KEY_SIZE, true)
}
