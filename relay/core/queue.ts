// A queue of bytes that wait for an origin. It joins messages into blocks, so that many tiny messages cost their bytes
// and not an object each. Every block counts against a budget for as long as it is held. Knows no sockets.
import type { Budget } from './limits.js'

/**
 * Bytes that a block, or anything else that is held, costs besides its own: the objects of JavaScript and the
 * allocator.
 */
export const OBJECT_COST = 256
/** A queue begins with a small block, because there may be many queues, and doubles the size up to a large block. */
const LEAST_BLOCK = 1024
const MOST_BLOCK = 64 * 1024

export interface Block {
  bytes: Uint8Array
  /** How many messages end in it. */
  messages: number
  /** What it takes from the budget until it is given back. */
  cost: number
}

export class Queue {
  #budget: Budget
  #blocks: Block[] = []
  /** Bytes of the last block that are in use. */
  #used = 0
  #next = LEAST_BLOCK

  constructor(budget: Budget) {
    this.#budget = budget
  }

  get empty(): boolean {
    return this.#blocks.length === 0
  }

  /**
   * Adds a copy of one message, which must not be empty.
   * @throws Refusal if the budget does not allow it. Then nothing is added.
   */
  push(message: Uint8Array): void {
    let last = this.#blocks.at(-1)
    const fits = last ? Math.min(last.bytes.length - this.#used, message.length) : 0
    const rest = message.length - fits
    const block = rest > 0 ? this.#allocate(rest) : null
    last?.bytes.set(message.subarray(0, fits), this.#used)
    this.#used += fits
    if (block) {
      block.bytes.set(message.subarray(fits))
      this.#blocks.push(block)
      this.#used = rest
      last = block
    }
    if (last) last.messages++
  }

  #allocate(least: number): Block {
    const size = Math.max(least, this.#next)
    const cost = size + OBJECT_COST
    this.#budget.take(cost)
    this.#next = Math.min(this.#next * 2, MOST_BLOCK)
    return { bytes: new Uint8Array(size), messages: 0, cost }
  }

  /** Removes the first block. The caller must give its cost back to the budget. */
  shift(): Block | null {
    const block = this.#blocks.shift()
    if (!block) return null
    if (this.#blocks.length > 0) return block
    block.bytes = block.bytes.subarray(0, this.#used)
    this.#used = 0
    this.#next = LEAST_BLOCK
    return block
  }

  /** Drops everything, and gives its cost back. */
  clear(): void {
    for (const { cost } of this.#blocks.splice(0)) this.#budget.give(cost)
    this.#used = 0
    this.#next = LEAST_BLOCK
  }
}
