// The heads of frames: RFC 6455 section 5.2. Payloads that are sent are masked in the module (wasm/src/libcurl/ws.c),
// where libcurl would do that byte by byte.
import { fillRandom } from '../../shim/entropy.js'

export const CONTINUATION = 0
export const TEXT = 1
export const BINARY = 2
export const CLOSE = 8
export const PING = 9
export const PONG = 10

const FIN = 0x80
const RESERVED = 0x70
/** RSV1, which marks the first frame of a compressed message: RFC 7692 section 6 */
const COMPRESSED = 0x40
const MASKED = 0x80
const KEY_SIZE = 4
/** The most bytes of a control frame's payload, and the most that the length in the second byte can say. */
const SHORT = 125

/** The size of the head of a frame that a client sends, whose payload has `length` bytes. */
export function headSize(length: number): number {
  return 2 + (length > 0xffff ? 8 : length > SHORT ? 2 : 0) + KEY_SIZE
}

/** Random bytes for keys, each used once. It costs less to get many at a time. */
const random = new Uint8Array(256 * KEY_SIZE)
let used = random.length

/** Makes the head of a frame to send. It ends with the key of the mask, which is random. */
export function frameHead(opcode: number, length: number, isCompressed = false): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(headSize(length))
  const long = head.length - 2 - KEY_SIZE
  head[0] = FIN | (isCompressed ? COMPRESSED : 0) | opcode
  head[1] = MASKED | (long === 8 ? 127 : long === 2 ? 126 : length)
  if (long > 0)
    for (let at = 1 + long, rest = length; at > 1; at--, rest = Math.floor(rest / 256)) head[at] = rest % 256
  if (used === random.length) {
    fillRandom(random)
    used = 0
  }
  head.set(random.subarray(used, used + KEY_SIZE), 2 + long)
  used += KEY_SIZE
  return head
}

/** The key of the mask, as a number whose lowest byte is the first of the key. */
export function keyOf(head: Uint8Array<ArrayBuffer>): number {
  const at = head.length - KEY_SIZE
  return (head[at]! | (head[at + 1]! << 8) | (head[at + 2]! << 16) | (head[at + 3]! << 24)) >>> 0
}

/** Reads the heads of frames that a server sends, whose bytes come in pieces. */
export class HeadReader {
  readonly #head = new Uint8Array(10)
  #have = 0
  #size = 2
  /** The first frame of a message has come, but not its last. */
  #inMessage = false
  /** Whether messages may be compressed. */
  mayCompress = false
  /** Of the last complete head. CONTINUATION is replaced by the opcode of the message. */
  opcode = 0
  fin = true
  length = 0
  #message = TEXT
  /** Whether the message of the last complete head of a data frame is compressed. */
  isCompressed = false

  /**
   * Takes bytes from `at` on, up to the end of a head. Returns where it has stopped, and -1 - that if the head is not
   * complete. @throws Error if it is invalid
   */
  read(bytes: Uint8Array, at: number): number {
    while (this.#have < this.#size) {
      if (at === bytes.length) return -1 - at
      this.#head[this.#have++] = bytes[at++]!
      if (this.#have === 2) this.#check()
    }
    this.length = this.#length()
    this.#have = 0
    this.#size = 2
    return at
  }

  /** Checks the first two bytes. */
  #check(): void {
    const first = this.#head[0]!
    const second = this.#head[1]!
    const opcode = first & 0x0f
    this.fin = (first & FIN) !== 0
    const allowed = this.mayCompress && (opcode === TEXT || opcode === BINARY) ? COMPRESSED : 0
    if (first & RESERVED & ~allowed) throw new Error('the server has set reserved bits of a frame')
    if (second & MASKED) throw new Error('the server has masked a frame')
    if (opcode > PONG || (opcode > BINARY && opcode < CLOSE))
      throw new Error(`the server has sent a frame with the reserved opcode ${opcode}`)
    if (opcode >= CLOSE) {
      if (!this.fin) throw new Error('the server has fragmented a control frame')
      if (second > SHORT) throw new Error(`the server has sent a control frame of more than ${SHORT} bytes`)
    } else {
      if (opcode === CONTINUATION && !this.#inMessage)
        throw new Error('the server has continued a message that it has not begun')
      if (opcode !== CONTINUATION && this.#inMessage)
        throw new Error('the server has begun a message before the end of the last one')
      this.#inMessage = !this.fin
      if (opcode !== CONTINUATION) {
        this.#message = opcode
        this.isCompressed = (first & COMPRESSED) !== 0
      }
    }
    this.opcode = opcode === CONTINUATION ? this.#message : opcode
    this.#size = second === 127 ? 10 : second === 126 ? 4 : 2
  }

  /** The length of the payload. */
  #length(): number {
    const short = this.#head[1]!
    if (short <= SHORT) return short
    let length = 0
    for (let at = 2; at < this.#size; at++) length = length * 256 + this.#head[at]!
    if (length >= 2 ** 63) throw new Error('the server has sent a frame of 2^63 bytes or more')
    if (length <= (short === 126 ? SHORT : 0xffff))
      throw new Error(`the server has sent the length ${length} in more bytes than it needs`)
    return length
  }
}
