// A message while it comes. Its pieces are joined as they arrive, so that it costs what its size is, however many fragments
// it has. Called by the channel, which holds the limit of a message's size.
import type { Memory } from '../../shim/memory.js'

/** The smallest and the largest block that is filled with bytes. */
const SMALLEST = 1024
const LARGEST = 1024 * 1024

/** A binary message, in blocks that are each as large as all before it. */
export class IncomingBytes {
  readonly #memory: Memory
  #blocks: Uint8Array<ArrayBuffer>[] = []
  /** Bytes of the last block that are taken. */
  #used = 0
  #size = 0

  constructor(memory: Memory) {
    this.#memory = memory
  }

  /** Copies a piece, after which `toCome` bytes follow at most. @throws RangeError when there is no memory */
  push(piece: Uint8Array, toCome: number): void {
    const last = this.#blocks.at(-1)
    const fitting = last ? Math.min(piece.length, last.length - this.#used) : 0
    if (fitting > 0) last!.set(piece.subarray(0, fitting), this.#used)
    this.#used += fitting
    this.#size += piece.length
    const rest = piece.subarray(fitting)
    if (rest.length === 0) return
    const before = this.#size - rest.length
    const wanted = Math.min(Math.max(before, SMALLEST), LARGEST, rest.length + toCome)
    const block = this.#memory.room(Math.max(rest.length, wanted))
    block.set(rest)
    this.#blocks.push(block)
    this.#used = rest.length
  }

  /** The message, of which nothing is kept. @throws RangeError when there is no memory */
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

/** Pieces of text that are joined in one go: an engine keeps an object for each that is only added. */
const PIECES = 256

/** A text. Whether it is UTF-8 shows with each piece, and not at its end. */
export class IncomingText {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #text = ''
  #pieces: string[] = []

  /** @throws TypeError for what is not UTF-8, RangeError when there is no memory */
  push(piece: Uint8Array): void {
    const text = this.#decoder.decode(piece, { stream: true })
    if (text === '') return
    if (this.#pieces.push(text) === PIECES) this.#join()
  }

  /** The message, which ends with `piece`. Nothing of it is kept. @throws TypeError, RangeError */
  end(piece: Uint8Array): string {
    const last = this.#decoder.decode(piece)
    if (this.#text === '' && this.#pieces.length === 0) return last
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
