// Bytes that are written piece by piece and taken block by block: each is copied once, as a rule, into memory that is as
// large as what was taken last.
import type { Allocate } from '../../shim/memory.js'
import { join } from './body.js'

export class Gathered {
  /** What is full, and what is being filled up to #filled. */
  #blocks: Uint8Array<ArrayBuffer>[] = []
  #filled = 0
  #length = 0
  /** How much was taken last. */
  #last = 0
  readonly #most: number
  readonly #allocate: Allocate

  /** `most` is the size in bytes of the largest block, unless more is written at once. */
  constructor(most: number, allocate: Allocate) {
    this.#most = most
    this.#allocate = allocate
  }

  /** In bytes. */
  get length(): number {
    return this.#length
  }

  /** Copies the bytes: they may be gone afterwards. */
  add(bytes: Uint8Array): void {
    let block = this.#blocks.at(-1)
    const room = block ? block.length - this.#filled : 0
    if (bytes.length <= room) block!.set(bytes, this.#filled)
    else {
      if (block) this.#blocks[this.#blocks.length - 1] = this.#cut(block)
      // as much as last time, and then as much again as there is
      const expected = Math.min(Math.max(this.#last - this.#length, this.#length), this.#most)
      block = this.#allocate(Math.max(bytes.length, expected))
      block.set(bytes)
      this.#blocks.push(block)
      this.#filled = 0
    }
    this.#filled += bytes.length
    this.#length += bytes.length
  }

  /** The first block, and forgets it; there has to be one. Its buffer may be larger, with zeros after it. */
  take(): Uint8Array<ArrayBuffer> {
    let block = this.#blocks.shift()!
    if (this.#blocks.length === 0) block = this.#cut(block)
    this.#length -= block.length
    this.#last = block.length
    return block
  }

  /** All of it, in a buffer of exactly that size. */
  exact(): Uint8Array<ArrayBuffer> {
    const [first] = this.#blocks
    return first && first.buffer.byteLength === this.#length ? first : join(this.#parts(), this.#length)
  }

  clear(): void {
    this.#blocks = []
    this.#filled = this.#length = 0
  }

  /** The last block without what is free of it. */
  #cut(last: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (this.#filled === last.length) return last
    last.fill(0, this.#filled) // nobody is to see what the memory was before
    return last.subarray(0, this.#filled)
  }

  #parts(): Uint8Array<ArrayBuffer>[] {
    const last = this.#blocks.at(-1)
    return last ? [...this.#blocks.slice(0, -1), this.#cut(last)] : []
  }
}
