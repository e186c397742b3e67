// A message while it arrives. Its pieces are joined as they come, so its cost depends on its size and not on the number
// of its fragments. Called by incoming.ts, which limits the size of a message.
import type { Memory } from '../../shim/memory.js'

/** The smallest and the largest size of a block, in bytes. */
const SMALLEST = 1024
const LARGEST = 1024 * 1024

/**
 * A binary message, in blocks. Each is as large as all before it together, up to LARGEST, or takes all that is to come
 * if that is less than LARGEST.
 */
export class BinaryMessage {
  readonly #memory: Memory
  #blocks: Uint8Array<ArrayBuffer>[] = []
  /** Bytes of the last block that are used. */
  #used = 0
  #size = 0

  constructor(memory: Memory) {
    this.#memory = memory
  }

  /** Copies a piece, after which at most `toCome` more bytes follow. @throws RangeError if there is no memory */
  push(piece: Uint8Array, toCome: number): void {
    const last = this.#blocks.at(-1)
    const fitting = last ? Math.min(piece.length, last.length - this.#used) : 0
    if (fitting > 0) last!.set(piece.subarray(0, fitting), this.#used)
    this.#used += fitting
    this.#size += piece.length
    const rest = piece.subarray(fitting)
    if (rest.length === 0) return
    const before = this.#size - rest.length
    const whole = rest.length + toCome
    const wanted = whole <= LARGEST ? whole : Math.min(Math.max(before, SMALLEST), LARGEST)
    const block = this.#memory.room(Math.max(rest.length, wanted))
    block.set(rest)
    this.#blocks.push(block)
    this.#used = rest.length
  }

  /** Returns the message, and keeps nothing of it. @throws RangeError if there is no memory */
  take(): Uint8Array<ArrayBuffer> {
    const [blocks, size] = [this.#blocks, this.#size]
    this.clear()
    if (blocks.length === 1 && blocks[0]!.length === size) return blocks[0]!
    const whole = this.#memory.room(size)
    let at = 0
    for (const block of blocks) {
      whole.set(block.subarray(0, size - at), at)
      at += block.length
    }
    return whole
  }

  clear(): void {
    this.#blocks = []
    this.#used = 0
    this.#size = 0
  }
}

/** How many pieces of text are joined at a time. With += alone, an engine would keep an object for each. */
const PIECES = 256

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A text message that has come as a whole. @throws TypeError for invalid UTF-8, RangeError if there is no memory */
export function wholeText(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}

/** A text message in pieces. Each piece is checked to be UTF-8 when it comes, not at the end. */
export class TextMessage {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #text = ''
  #pieces: string[] = []

  /** @throws TypeError for invalid UTF-8, RangeError if there is no memory */
  push(piece: Uint8Array): void {
    const text = this.#decoder.decode(piece, { stream: true })
    if (text === '') return
    if (this.#pieces.push(text) === PIECES) this.#join()
  }

  /** Returns the message, which ends with `piece`, and keeps nothing of it. @throws TypeError, RangeError */
  end(piece: Uint8Array): string {
    const last = this.#decoder.decode(piece)
    this.#pieces.push(last)
    this.#join()
    const text = this.#text
    this.clear()
    return text
  }

  #join(): void {
    this.#text += this.#pieces.join('')
    this.#pieces = []
  }

  clear(): void {
    this.#text = ''
    this.#pieces = []
  }
}
