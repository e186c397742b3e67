// Buffers for the bytes of sockets, used again and again: otherwise a transfer would make as much garbage as data, and
// the process would grow. The transport of Node and the relay read into them.
import type { OnReadOpts } from 'node:net'

export class BufferPool {
  #free: Map<number, ArrayBuffer[]>
  #kept: number

  /** @param kept How many bytes of free buffers are kept, for each size. */
  constructor(sizes: readonly number[], kept: number) {
    this.#free = new Map(sizes.map((size) => [size, []]))
    this.#kept = kept
  }

  /** A buffer of `size` bytes, from `offset` on. */
  take(size: number, offset = 0): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#free.get(size)!.pop() ?? Buffer.allocUnsafeSlow(size).buffer, offset)
  }

  /** Gives back the buffer that `bytes` are in. If it is of no size of this pool, nothing happens. */
  give({ buffer }: Uint8Array): void {
    const free = this.#free.get(buffer.byteLength)
    if (free && free.length * buffer.byteLength < this.#kept) free.push(buffer as ArrayBuffer)
  }
}

export interface Reading {
  /** How many bytes a quiet connection reads at once, and how many a busy one. */
  small: number
  large: number
  /** A connection becomes busy when it fills its buffer, and is quiet again when it reads less than this at once. */
  busy: number
  /** Bytes that stay free in front of what is read, such as for a header. */
  room?: number
  kept: number
}

/** Buffers that connections are read into. */
export class ReadBuffers extends BufferPool {
  #reading: Required<Reading>

  constructor({ small, large, busy, room = 0, kept }: Reading) {
    super([room + small, room + large], kept)
    this.#reading = { small, large, busy, room, kept }
  }

  /**
   * The option `onread` of node:net for one connection: reads each time into another buffer.
   * @param read Gets a buffer, which is its own until it gives it back, and how many bytes were read into it. The room
   *   is in front of it, in the same ArrayBuffer. Returns whether to go on reading.
   */
  onread(read: (buffer: Uint8Array<ArrayBuffer>, length: number) => boolean): OnReadOpts {
    const { small, large, busy, room } = this.#reading
    let size = small
    const next = (): Uint8Array => this.take(room + size, room)
    return {
      // node:net also takes a function, which its types do not say
      buffer: next as unknown as Uint8Array,
      callback(length, buffer) {
        if (length === size) size = large
        else if (length < busy) size = small
        return read(buffer as Uint8Array<ArrayBuffer>, length)
      },
    }
  }
}
