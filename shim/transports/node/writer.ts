// Writes the bytes of one socket of Node. Node's streams take longer for a write than the kernel does, so this calls
// write(2) on the socket's own descriptor, and gives to Node's stream only what the kernel has left, to learn when there
// is room again. Of the socket it knows only how to write; stream.ts connects, reads and closes it.
import { writeSync } from 'node:fs'
import type { Socket } from 'node:net'
import { fill } from '../../bytes.js'
import { BufferPool } from './buffers.js'
import { descriptorOf, unwrittenBytes } from './handle.js'
import * as turn from './turn.js'

/** A shorter write goes out at once, if no socket has had one in this turn of the event loop: see turn.ts. */
const GATHERED = 16 * 1024
/**
 * Bytes are gathered up to this size: four sends of 64 KB with their framing, or sixteen records of TLS. A write that is
 * as long by itself goes out at once, without a copy.
 */
const BLOCK = 272 * 1024
/** A writer that holds this many bytes is full. The last write may go beyond it. */
const HIGH_WATER_MARK = 64 * 1024

const blocks = new BufferPool([BLOCK], 4 * 1024 * 1024)

/**
 * - idle: the kernel has everything that was sent.
 * - waiting: the kernel is full. Node's stream has the first piece, and reports when the kernel has taken it.
 * - overtaking: as waiting, but the first piece is written here, too. See overtake().
 * - broken: the connection is. What is written is dropped.
 */
export type WriterState = 'idle' | 'waiting' | 'overtaking' | 'broken'

export class Writer {
  #socket: Socket
  #drained: () => void
  #state: WriterState = 'idle'
  #full = false
  /** Gathered bytes: the first #filled ones. */
  #block: Uint8Array | null = null
  #filled = 0
  /** What the kernel has not taken. */
  #pieces: Uint8Array[] = []
  #onceIdle: (() => void) | null = null

  /** @param drained Called when the writer was full, and the kernel has taken everything. */
  constructor(socket: Socket, drained: () => void) {
    this.#socket = socket
    this.#drained = drained
  }

  get state(): WriterState {
    return this.#state
  }

  /** Whether it holds so much that the caller should wait for `drained`. */
  get full(): boolean {
    return this.#full
  }

  /** Takes all of `bytes`. The caller may overwrite them afterwards. */
  write(bytes: Uint8Array): void {
    const isShort = bytes.length < GATHERED
    if (this.#block !== null || (!isShort && bytes.length < BLOCK)) return this.#gather(bytes, queueMicrotask)
    if (isShort && this.#state === 'idle' && !turn.isFirst()) return this.#gather(bytes, turn.later)
    const taken = this.#offer(bytes)
    if (taken < bytes.length) this.#keep(Buffer.from(bytes.subarray(taken)))
  }

  /** Copies into a block, until that is full or `later` calls back. One large write costs half as much. */
  #gather(bytes: Uint8Array, later: (flush: () => void) => void): void {
    for (let offset = 0; offset < bytes.length;) {
      if (this.#block === null) {
        later(this.flush)
        this.#block = blocks.take(BLOCK)
      }
      const length = fill(this.#block, this.#filled, bytes, offset)
      this.#filled += length
      offset += length
      if (this.#filled === BLOCK) this.flush()
    }
  }

  /** Sends what is gathered. */
  readonly flush = (): void => {
    if (this.#block === null) return
    const gathered = this.#block.subarray(0, this.#filled)
    this.#block = null
    this.#filled = 0
    const taken = this.#offer(gathered)
    if (taken < gathered.length) this.#keep(gathered.subarray(taken))
    else blocks.give(gathered)
  }

  /** Offers bytes to the kernel, unless others wait. Returns how many it has taken. */
  #offer(bytes: Uint8Array): number {
    return this.#state === 'idle' ? this.#writeNow(bytes) : 0
  }

  /** write(2). Returns how many bytes the kernel has taken. Errors are ignored: Node meets them again and reports them. */
  #writeNow(bytes: Uint8Array): number {
    const fd = descriptorOf(this.#socket)
    if (fd < 0) return 0
    try {
      return writeSync(fd, bytes)
    } catch {
      return 0
    }
  }

  /** Keeps what the kernel has not taken. Nobody else may change these bytes. */
  #keep(bytes: Uint8Array): void {
    if (this.#state === 'broken') return
    this.#pieces.push(bytes)
    if (this.#pieces.reduce((sum, { length }) => sum + length, 0) >= HIGH_WATER_MARK) this.#full = true
    if (this.#state === 'idle') this.#wait()
  }

  /** Gives the first piece to Node, and no other before the kernel has it. So it is known what Node has still to write. */
  #wait(): void {
    this.#state = 'waiting'
    this.#socket.write(this.#pieces[0]!, this.#written)
  }

  /** Node is done with the first piece. It reports no error for what a socket that has broken did not write. */
  #written = (error?: Error | null): void => {
    if (this.#state === 'overtaking') return
    if (error || this.#socket.destroyed) return this.#break()
    this.#drop()
    this.#writePieces()
    if (this.#pieces.length > 0) return this.#wait()
    this.#state = 'idle'
    if (this.#onceIdle) return this.#onceIdle()
    if (!this.#full) return
    this.#full = false
    this.#drained()
  }

  #break(): void {
    this.#state = 'broken'
    this.#pieces.length = 0
  }

  /** Writes pieces until the kernel takes no more. */
  #writePieces(): void {
    while (this.#pieces.length > 0) {
      const first = this.#pieces[0]!
      const taken = this.#writeNow(first)
      if (taken < first.length) return void (this.#pieces[0] = first.subarray(taken))
      this.#drop()
    }
  }

  /** Drops the first piece, which the kernel has. */
  #drop(): void {
    blocks.give(this.#pieces.shift()!)
  }

  /** Calls `last` once the kernel has everything, instead of what was to be called before. Not if the connection breaks. */
  onceIdle(last: () => void): void {
    this.flush()
    if (this.#state === 'idle') last()
    else this.#onceIdle = last
  }

  /**
   * Writes what waits without the event loop, also the rest of what Node's stream has. Returns whether the kernel has
   * everything. Before the event loop runs again the caller must destroy the socket of a writer that is overtaking,
   * because Node would write its part once more.
   */
  overtake(): boolean {
    this.flush()
    if (this.#state === 'waiting') {
      const left = unwrittenBytes(this.#socket)
      if (left === undefined) return false
      this.#state = 'overtaking'
      const first = this.#pieces[0]!
      this.#pieces[0] = first.subarray(first.length - left)
    }
    if (this.#state === 'overtaking') this.#writePieces()
    return this.#pieces.length === 0
  }
}
