// Unmasks what clients send, four bytes at a time. ws does it byte by byte, unless its optional dependency of C is
// installed, and that was half of the relay's CPU time for an upload: 48 us for 32 KB instead of 8 us.
import * as ws from 'ws'

/** Internals of ws: a frame whose header is parsed, and the next `n` bytes of the connection. */
interface Receiver {
  _masked: boolean
  _mask: Uint8Array
  _payloadLength: number
  consume(n: number): Buffer
}

/** Shorter ones are left to ws, and with them all headers, which are consumed in the same way. */
const LEAST = 48
const UNMASKED = new Uint8Array(4)

/** Makes the receiver of a WebSocket unmask with this module. Must be called before it has received anything. */
export function unmaskFast(socket: ws.WebSocket): void {
  const { _receiver } = socket as unknown as { _receiver: Receiver }
  _receiver.consume = consumeUnmasked
}

const { consume } = (ws as unknown as { Receiver: { prototype: Receiver } }).Receiver.prototype

/** Replaces consume() of ws, which unmasks what it gets from it. */
function consumeUnmasked(this: Receiver, n: number): Buffer {
  const bytes = consume.call(this, n)
  if (n >= LEAST && n === this._payloadLength && this._masked) {
    unmask(bytes, this._mask)
    this._mask = UNMASKED // so that ws leaves it as it is
  }
  return bytes
}

/** Unmasks in place. @see RFC 6455 section 5.3 */
export function unmask(bytes: Uint8Array, mask: Uint8Array): void {
  const { buffer, byteOffset, length } = bytes
  const at = (i: number): number => mask[i & 3]!
  const before = length < 4 ? length : -byteOffset & 3 // words are aligned
  const words = new Int32Array(buffer, length < 4 ? 0 : byteOffset + before, (length - before) >> 2)
  for (let i = 0; i < before; i++) bytes[i]! ^= at(i)
  const word = at(before) | (at(before + 1) << 8) | (at(before + 2) << 16) | (at(before + 3) << 24)
  for (let i = 0; i < words.length; i++) words[i]! ^= word
  for (let i = before + words.length * 4; i < length; i++) bytes[i]! ^= at(i)
}
