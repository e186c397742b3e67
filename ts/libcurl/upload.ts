// The source behind READFUNCTION and SEEKFUNCTION: the body of a request, or a part of one. If libcurl asks before
// there are bytes, the transfer pauses until there are. Reading ahead stops at the high-water mark.
import { CURL_READFUNC_PAUSE, CURL_SEEKFUNC_CANTSEEK, CURL_SEEKFUNC_OK } from './constants.gen.js'
import { fill } from '../../shim/bytes.js'
import { makeNext, soon } from '../../shim/clock.js'
import { streamChunks, toChunk, type Chunks, type Source } from '../common/chunks.js'

/** Bytes that are read ahead of libcurl, which pauses when it has taken them all. Half as much took a tenth longer. */
const HIGH_WATER_MARK = 1024 * 1024

/** The transfer that sends what an upload reads. */
export interface UploadTarget {
  /** Continues after a pause. */
  resume(): void
  /** The source has failed. libcurl gets the failure with its next read. */
  failed?(reason: unknown): void
}

export class Upload {
  readonly #source: Source
  readonly #target: UploadTarget
  readonly #next = makeNext()
  /** The declared number of bytes, if there is one. */
  readonly #size: number | null
  /** The last byte of a declared size is held back until the stream ends. */
  #waits = true
  #mayStopWaiting: boolean
  /** The chunks being read. For a Blob, its stream from the last position that libcurl asked for. */
  #chunks: Chunks | null = null
  #queue: Uint8Array[] = []
  /** How much of the first chunk libcurl has taken. */
  #offset = 0
  /** How many bytes libcurl has not yet taken. */
  #queued = 0
  /** How many bytes have been read. */
  #received = 0
  /** How many bytes libcurl has taken. */
  #position = 0
  #reading = false
  #paused = false
  #goingOn = false
  #ended = false
  #failure: { reason: unknown } | null = null

  /**
   * `size` is the number of bytes; another number is an error. With `waits`, the last byte is not sent until a stream
   * ends; without, only until pending events have been handled.
   */
  constructor(source: Source, target: UploadTarget, size: number | null = null, waits = true) {
    this.#source = source
    this.#target = target
    this.#size = size
    this.#mayStopWaiting = !waits
  }

  /**
   * Starts reading a stream before libcurl does, which may be too late if the server responds before it reads the body.
   */
  begin(): void {
    if ('next' in this.#source && !this.#reading && !this.#chunks) void this.#readAhead()
  }

  /** libcurl waits for more. */
  get paused(): boolean {
    return this.#paused
  }

  /**
   * READFUNCTION: fills libcurl's buffer with all the bytes there are, because each read costs a system call. Returns
   * how many, 0 at the end, or CURL_READFUNC_PAUSE. Throws the error of the stream.
   */
  read(buffer: Uint8Array): number {
    if (this.#source instanceof Uint8Array) return this.#taken(fill(buffer, 0, this.#source, this.#position))
    const allowed = this.#allowed()
    const length = this.#take(allowed < buffer.length ? buffer.subarray(0, Math.max(0, allowed)) : buffer)
    if (!this.#reading && !this.#ended && this.#queued < HIGH_WATER_MARK) void this.#readAhead()
    if (length > 0 || this.#ended) return length
    this.#paused = true
    if (this.#size !== null && this.#received === this.#size) this.#stopWaiting()
    return CURL_READFUNC_PAUSE
  }

  #stopWaiting(): void {
    if (!this.#mayStopWaiting) return
    this.#mayStopWaiting = false
    soon(() => {
      this.#waits = false
      this.#continue()
    })
  }

  /**
   * How many bytes libcurl may take. The last byte of a declared size waits for the end of the stream: once libcurl has
   * it, it does not read again, so a stream that has more would not be noticed.
   */
  #allowed(): number {
    return this.#size === null || this.#ended || !this.#waits ? Infinity : this.#size - 1 - this.#position
  }

  #taken(length: number): number {
    this.#position += length
    return length
  }

  #take(buffer: Uint8Array): number {
    if (this.#failure && (this.#queued === 0 || buffer.length === 0)) throw this.#failure.reason
    let length = 0
    while (length < buffer.length && this.#queue.length > 0) {
      const first = this.#queue[0]!
      const part = fill(buffer, length, first, this.#offset)
      this.#offset += part
      if (this.#offset === first.length) {
        this.#queue.shift()
        this.#offset = 0
      }
      length += part
    }
    this.#queued -= length
    return this.#taken(length)
  }

  async #readAhead(): Promise<void> {
    this.#reading = true
    let chunks: Chunks | null = this.#chunks
    try {
      chunks ??= this.#chunks = this.#open()
      while (this.#queued < HIGH_WATER_MARK) {
        const { done, value } = await chunks.next()
        if (chunks !== this.#chunks) return // libcurl has sought meanwhile
        if (done) {
          this.#checkSize(this.#received)
          this.#ended = true
          break
        }
        const chunk = toChunk(value)
        this.#received += chunk.length
        this.#checkSize(Math.max(this.#received, this.#size ?? 0))
        // for libcurl, 0 bytes mean the end
        if (chunk.length === 0) continue
        this.#queue.push(chunk)
        this.#queued += chunk.length
        this.#continueSoon()
      }
    } catch (reason) {
      if (chunks !== this.#chunks) return
      this.#failure = { reason }
      chunks?.cancel(reason)
      this.#target.failed?.(reason)
    }
    this.#reading = false
    this.#next(this.#continue) // the queue is full, or the source has ended
  }

  #checkSize(received: number): void {
    if (this.#size === null || received === this.#size) return
    const what = received < this.#size ? `has ended after ${received}` : 'has more'
    throw new RangeError(`a stream whose size was given as ${this.#size} bytes ${what}`)
  }

  #open(): Chunks {
    const source = this.#source as Blob | Chunks
    return 'next' in source ? source : streamChunks(source.slice(this.#position).stream())
  }

  /** Continues in a task of its own, so that libcurl finds all that the stream has ready. */
  #continueSoon(): void {
    if (!this.#paused || this.#goingOn) return
    this.#goingOn = true
    soon(() => {
      this.#goingOn = false
      this.#continue()
    })
  }

  #continue = (): void => {
    if (!this.#paused) return
    this.#paused = false
    this.#target.resume()
  }

  /** SEEKFUNCTION: libcurl sends again, on another connection or with another authentication. */
  seek(offset: number): number {
    if (offset === this.#position) return CURL_SEEKFUNC_OK
    if ('next' in this.#source) return CURL_SEEKFUNC_CANTSEEK
    this.#position = offset
    this.#chunks?.cancel()
    this.#chunks = null
    this.#queue = []
    this.#offset = this.#queued = this.#received = 0
    this.#reading = this.#ended = false
    this.#failure = null
    return CURL_SEEKFUNC_OK
  }

  /** Stops reading, because the transfer has ended. */
  cancel(reason?: unknown): void {
    if (!this.#ended && !this.#failure) (this.#chunks ?? this.#unread())?.cancel(reason)
    this.#chunks = null
    this.#queue = []
    this.#ended = true
  }

  /** The stream, if nothing has been read of it. */
  #unread(): Chunks | null {
    return 'next' in this.#source ? this.#source : null
  }
}
