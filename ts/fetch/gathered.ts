// Bytes that are written piece by piece and taken as one: each is copied once, as a rule, into memory that is as large as
// what was taken last.
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

  /** `most` is the size in bytes of the largest memory that is made before it is needed. */
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
      if (room > 0) this.#blocks[this.#blocks.length - 1] = block!.subarray(0, this.#filled)
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

  /** All of it, and forgets it. Its buffer may be larger, with zeros after it. */
  take(): Uint8Array<ArrayBuffer> {
    const all = this.#joined()
    this.#last = this.#length
    this.clear()
    return all
  }

  /** All of it, in a buffer of exactly that size. */
  exact(): Uint8Array<ArrayBuffer> {
    const all = this.#joined()
    return all.length === all.buffer.byteLength ? all : all.slice()
  }

  clear(): void {
    this.#blocks = []
    this.#filled = this.#length = 0
  }

  #joined(): Uint8Array<ArrayBuffer> {
    const last = this.#blocks.at(-1)
    if (!last) return new Uint8Array(0)
    const filled = this.#filled < last.length ? last.subarray(0, this.#filled) : last
    if (this.#blocks.length === 1) {
      last.fill(0, this.#filled) // nobody is to see what the memory was before
      return filled
    }
    return join([...this.#blocks.slice(0, -1), filled], this.#length)
  }
}
