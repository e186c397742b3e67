// Compresses and decompresses messages by permessage-deflate: RFC 7692 section 7.2 (C side:
// wasm/src/libcurl/permessage_deflate.c). A message is taken in pieces, and made in blocks of 64 KB at most, so that
// nothing piles up, however large a few bytes become.
import type { Libcurl } from './libcurl.js'
import type { Ptr } from './wasm-exports.js'

/** The size of a full block, in bytes. */
const BLOCK = 64 * 1024
const NO_MEMORY = -1

/** How the messages of one end are compressed. */
export interface Context {
  /** The base-2 logarithm of the most bytes that they refer back. */
  windowBits: number
  /** They may refer to messages before them. */
  takeover: boolean
}

/** The functions of the module for one direction. */
interface Coder {
  create(windowBits: number): Ptr
  feed(pointer: Ptr, at: Ptr, length: number, last: number): number
  drain(pointer: Ptr): number
  free(pointer: Ptr): void
}

/**
 * Compresses or decompresses messages. It has memory of the module from the first message on, or, without takeover,
 * while a message is incomplete.
 */
class MessageCoder {
  readonly #libcurl: Libcurl
  readonly #context: Context
  readonly #coder: Coder
  #pointer: Ptr = 0
  #last = false

  constructor(libcurl: Libcurl, context: Context, coder: Coder) {
    this.#libcurl = libcurl
    this.#context = context
    this.#coder = coder
  }

  /**
   * Takes a piece of a message, `length` bytes at `at`, which have to stay there until it is done. `last` says whether
   * it is the end of the message. Returns the length of the block that it makes. If the block is full, next() returns
   * that of the next one. @throws TypeError for invalid data, RangeError if there is no memory
   */
  begin(at: Ptr, length: number, last: boolean): number {
    if (this.#pointer === 0) this.#pointer = this.#coder.create(this.#context.windowBits)
    if (this.#pointer === 0) return this.#made(NO_MEMORY)
    this.#last = last
    return this.#made(this.#coder.feed(this.#pointer, at, length, last ? 1 : 0))
  }

  next(): number {
    return this.#made(this.#coder.drain(this.#pointer))
  }

  #made(length: number): number {
    if (length === NO_MEMORY) throw new RangeError('out of memory for permessage-deflate')
    if (length < 0) throw new TypeError('a message is not compressed as permessage-deflate says')
    if (this.#last && !this.#context.takeover && !this.isFull(length)) this.close()
    return length
  }

  isFull(length: number): boolean {
    return length === BLOCK
  }

  /** The block, valid until the next call into the module. */
  block(length: number): Uint8Array<ArrayBuffer> {
    return this.#libcurl.host.memory.slice(this.#libcurl.exports.decoder_output(), length)
  }

  /** Frees its memory. */
  close(): void {
    if (this.#pointer !== 0) this.#coder.free(this.#pointer)
    this.#pointer = 0
  }
}

export class Inflater extends MessageCoder {
  constructor(libcurl: Libcurl, context: Context) {
    const { inflater_new: create, inflater_feed: feed, inflater_drain: drain, inflater_free: free } = libcurl.exports
    super(libcurl, context, { create, feed, drain, free })
  }
}

export class Deflater extends MessageCoder {
  constructor(libcurl: Libcurl, context: Context) {
    const { deflater_new: create, deflater_feed: feed, deflater_drain: drain, deflater_free: free } = libcurl.exports
    super(libcurl, context, { create, feed, drain, free })
  }
}
