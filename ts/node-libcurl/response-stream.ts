// The body of a response as a stream of Node, for CurlFeature.StreamResponse. While the stream is full, libcurl's callback
// pauses the transfer, and the server is stopped by backpressure.
import type { Buffer } from 'node:buffer'
import { Readable } from 'node:stream'

/** The transfer that writes into the stream. */
export interface Sender {
  /** Continues after a pause. */
  resume(): void
  /** The reader has destroyed the stream. */
  stop(reason: Error): void
}

export class ResponseStream extends Readable {
  readonly #sender: Sender
  #full = false
  #failure: Error | null = null

  constructor(sender: Sender, highWaterMark: number | undefined) {
    super(highWaterMark === undefined ? {} : { highWaterMark })
    this.#sender = sender
  }

  /** Takes a chunk, unless it is full: then the transfer has to pause, and offers the chunk again. */
  accept(chunk: Buffer): boolean {
    if (this.#full) return false
    this.#full = !this.push(chunk)
    return true
  }

  override _read(): void {
    if (!this.#full) return
    this.#full = false
    this.#sender.resume()
  }

  /** If the reader does this, the transfer ends, and that is reported where its errors are. */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (this.#failure) return callback(this.listenerCount('error') > 0 ? this.#failure : null)
    this.#sender.stop(error ?? new Error('Curl response stream was unexpectedly destroyed'))
    callback(null)
  }

  /** The transfer has failed. A reader that does not listen for errors is told by 'close' alone. */
  fail(error: Error): void {
    if (this.#failure) return
    this.#failure = error
    // the reader has destroyed it, and gets the error that this has caused
    if (!this.destroyed) this.destroy()
    else if (this.listenerCount('error') > 0) this.emit('error', error)
  }
}
