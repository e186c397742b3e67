// Reads a Readable of Node when libcurl asks for bytes, and says when it has more: for setUploadStream() of a Curl and
// setDataStream() of a part.
import { Buffer } from 'node:buffer'
import type { Readable } from 'node:stream'

export class Pull {
  readonly stream: Readable
  readonly #ready: () => void
  readonly #failed: (error: Error) => void
  /** What is left of a chunk that was longer than what was asked for. */
  #rest: Buffer | null = null
  #ended = false

  /** `ready` is called when read() may have more, or the end, and `failed` when the stream fails or is destroyed. */
  constructor(stream: Readable, ready: () => void, failed: (error: Error) => void) {
    this.stream = stream
    this.#ready = ready
    this.#failed = failed
    stream.on('readable', ready).on('end', this.#onEnd).on('error', failed).on('close', this.#onClose)
  }

  #onEnd = (): void => {
    this.#ended = true
    this.#ready()
  }

  #onClose = (): void => {
    if (!this.#ended) this.#failed(new Error('Curl upload stream was unexpectedly destroyed'))
  }

  /** At most `size` bytes; null at the end; undefined if there are none yet. */
  read(size: number): Buffer | null | undefined {
    const chunk: Buffer | string | null = this.#rest ?? this.#take(size)
    if (chunk === null) return this.#ended || this.stream.readableEnded ? null : undefined
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    this.#rest = bytes.length > size ? bytes.subarray(size) : null
    // for libcurl, no bytes are the end
    return bytes.length === 0 ? this.read(size) : bytes.subarray(0, size)
  }

  /** A chunk of a stream of objects, or the bytes that there are: read() with a size waits until there are as many. */
  #take(size: number): Buffer | string | null {
    const { stream } = this
    if (stream.readableObjectMode) return stream.read()
    return stream.read(Math.min(size, stream.readableLength) || undefined)
  }

  /** Leaves the stream alone from now on. */
  detach(): void {
    const { stream } = this
    stream.off('readable', this.#ready).off('end', this.#onEnd).off('error', this.#failed).off('close', this.#onClose)
  }
}
