// Bytes that are written piece by piece and taken block by block. As a rule each is copied once, into a block that is
// as large as the one taken last.
import type { Allocate } from '../../shim/memory.js'
import { join } from '../../shim/bytes.js'

export class Gathered {
  /** Full blocks, and as the last one that which is being filled, so far up to #filled. */
  #blocks: Uint8Array<ArrayBuffer>[] = []
  #filled = 0
  #length = 0
  /** The size in bytes of the block taken last. */
  #last = 0
  readonly #most: number
  readonly #allocate: Allocate

  /** `most` is the largest size of a block in bytes, except where more is written at once. */
  constructor(most: number, allocate: Allocate) {
    this.#most = most
    this.#allocate = allocate
  }

  /** In bytes. */
  get length(): number {
    return this.#length
  }

  /** Copies the bytes, so that their memory may be reused afterwards. */
  add(bytes: Uint8Array): void {
    let block = this.#blocks.at(-1)
    const room = block ? block.length - this.#filled : 0
    if (bytes.length <= room) block!.set(bytes, this.#filled)
    else {
      if (block) this.#blocks[this.#blocks.length - 1] = this.#cut(block)
      // room for as much as was taken last; beyond that, the total doubles
      const expected = Math.min(Math.max(this.#last - this.#length, this.#length), this.#most)
      block = this.#allocate(Math.max(bytes.length, expected))
      block.set(bytes)
      this.#blocks.push(block)
      this.#filled = 0
    }
    this.#filled += bytes.length
    this.#length += bytes.length
  }

  /** Removes and returns the first block; there has to be one. Its buffer may be larger, with zeros after it. */
  take(): Uint8Array<ArrayBuffer> {
    let block = this.#blocks.shift()!
    if (this.#blocks.length === 0) block = this.#cut(block)
    this.#length -= block.length
    this.#last = block.length
    return block
  }

  /** All bytes. They stay here. */
  all(): Uint8Array<ArrayBuffer> {
    const [first] = this.#blocks
    return first?.length === this.#length ? first : join(this.#parts(), this.#length)
  }

  clear(): void {
    this.#blocks = []
    this.#filled = this.#length = 0
  }

  /** The used part of the last block. */
  #cut(last: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (this.#filled === last.length) return last
    last.fill(0, this.#filled) // the memory may contain old data, which must not be exposed
    return last.subarray(0, this.#filled)
  }

  #parts(): Uint8Array<ArrayBuffer>[] {
    const last = this.#blocks.at(-1)
    return last ? [...this.#blocks.slice(0, -1), this.#cut(last)] : []
  }
}
