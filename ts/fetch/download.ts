// The body of a response: from WRITEFUNCTION to a stream. Bytes that the reader has not asked for wait here, up to the
// high-water mark; then the transfer pauses, and with it the sender. The stream itself holds nothing, so it closes
// exactly when its last byte has been read.
//
// libcurl writes 16 KB at a time, several times in one call. Bytes are copied once, into memory that the reader gets.
//
// A compressed body waits compressed, and is decoded when the reader asks for more. So a body that is not read takes no
// more memory than the high-water mark, however large it is decoded.
import { CURL_WRITEFUNC_PAUSE } from '../libcurl/constants.gen.js'
import { Decoder } from '../libcurl/decoder.js'
import { join } from '../../shim/bytes.js'
import { soon } from '../../shim/clock.js'
import type { Allocate } from '../../shim/memory.js'
import { Gathered } from './gathered.js'

/** Bytes that may wait before the transfer pauses. It resumes when half of them are left. */
const HIGH_WATER_MARK = 256 * 1024
/**
 * The largest chunk that the reader gets, in bytes: malloc keeps freed blocks of this size, but not of twice as much.
 */
const BLOCK = 64 * 1024
/** Decoded bytes that the reader gets before the host's event loop gets a turn. */
const BURST = 1024 * 1024
/** Bytes of a discarded body that are still received, so that the connection can be used again. */
const DISCARD_LIMIT = 64 * 1024
/** How long receiving them may take. */
const DISCARD_MS = 3000

/** What a download asks of its transfer. */
export interface Sender {
  resume(): void
  cancel(): void
  /** Checks for an abort, because nothing listens for one once the whole body has come. */
  checkAbort(): void
  /** The stream has been garbage-collected. */
  forgotten(): void
  /** The body cannot be decoded. Returns the error for the reader. */
  fail(error: unknown): unknown
}

/** What is told about the end of a body. */
export interface Follower {
  /** The last byte has come, or an error. */
  complete(): void
  /** The body was read to its end, has failed, was cancelled or was collected. */
  closed(): void
}

/** The open stream. Only its own source holds it, so that it can be garbage-collected. */
interface Outlet {
  controller: ReadableByteStreamController
}

const outlets = new FinalizationRegistry<Download>((download) => download.forget())

export class Download {
  readonly #sender: Sender
  readonly #queue: Gathered
  #paused = false
  /** Set when the last byte has come. */
  #ended: { error?: unknown } | null = null
  /** null before it is open, and once it is closed. */
  #outlet: WeakRef<Outlet> | null = null
  /** The body was read to its end, has failed, was cancelled or was collected. */
  #closed = false
  /** The content codings of the body. */
  #codings: readonly string[] = []
  #decoder: Decoder | null = null
  /** Decoded bytes that the reader got since the event loop last had a turn. */
  #burst = 0
  /** The reader has got a chunk. */
  #given = false
  /** The outlet, while a reader waits: a stream that is read must not be collected, even if nothing else holds it. */
  #wanted: Outlet | null = null
  #flushing = false
  /** Bytes of a discarded body that may still come; null while it is wanted. */
  #discarding: number | null = null
  #patience: ReturnType<typeof setTimeout> | undefined
  #follower: Follower | null = null
  /** Bytes of the body that have come. */
  received = 0
  /** Bytes of the body that were decoded. */
  #decodedSize = 0

  constructor(sender: Sender, allocate: Allocate) {
    this.#sender = sender
    this.#queue = new Gathered(BLOCK, allocate)
  }

  /** Whether the transfer is paused. */
  get paused(): boolean {
    return this.#paused
  }

  /**
   * Tells `follower`, once each, also what has happened already. A function is not assigned to a property here, because
   * V8 puts `x.y = () => …` into the old generation, where all that it refers to outlives the young one.
   */
  follow(follower: Follower): void {
    this.#follower = follower
    if (this.#ended) follower.complete()
    if (this.#closed) follower.closed()
  }

  /** Sets the content codings to undo. */
  decode(codings: readonly string[]): void {
    this.#codings = codings
  }

  /** WRITEFUNCTION. Copies the bytes. */
  write(bytes: Uint8Array): number {
    if (this.#discarding !== null) return this.#discard(bytes.length)
    if (this.#queue.length >= HIGH_WATER_MARK) {
      this.#paused = true
      return CURL_WRITEFUNC_PAUSE
    }
    this.#queue.add(bytes)
    this.received += bytes.length
    this.#flushSoon()
    return bytes.length
  }

  /** The size of what has come, in bytes, as far as it is decoded. */
  get decodedSize(): number {
    return this.#codings.length === 0 ? this.received : this.#decodedSize
  }

  /** All bytes have come, or an error, which the reader gets after the bytes that have come. */
  end(error?: unknown): void {
    if (this.#ended) return
    this.#ended = error === undefined ? {} : { error }
    clearTimeout(this.#patience)
    this.#follower?.complete()
    if (this.#queue.length === 0 && (!this.#decoder || this.#decoder.isComplete)) this.#finish()
    else this.#flushSoon()
  }

  /** Fails the stream at once. */
  abort(error: unknown): void {
    this.#ended = { error }
    clearTimeout(this.#patience)
    this.#queue.clear()
    this.#finish()
  }

  /** Until stream() is called, the body is forgotten when `owner` is collected. */
  heldBy(owner: object): void {
    if (!this.#ended) outlets.register(owner, this, this)
  }

  /** The body as a stream. To be called once. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const outlet = {} as Outlet
    outlets.unregister(this)
    if (!this.#closed) this.#outlet = new WeakRef(outlet)
    if (!this.#ended) outlets.register(outlet, this)
    // without a prototype, which could have members of these names: https://github.com/whatwg/fetch/issues/882
    const source: UnderlyingByteSource = {
      __proto__: null,
      start: (controller: ReadableByteStreamController) => {
        outlet.controller = controller
        if (this.#closed) this.#shut(controller)
        else if (this.#ended && this.#queue.length === 0) this.#finish()
      },
      pull: () => {
        if (this.#ended) this.#sender.checkAbort()
        this.#wanted = outlet
        if (this.#burst < BURST) return this.#flush()
        this.#burst = 0
        soon(() => this.#flush())
      },
      cancel: () => this.#cancelled(),
      type: 'bytes',
      autoAllocateChunkSize: undefined,
    } as never
    return new ReadableStream(source, { __proto__: null, highWaterMark: 0, size: undefined } as never)
  }

  /** For a caller that blocks: whether there is enough to take, or nothing more comes. */
  get isReady(): boolean {
    return this.#paused || this.#ended !== null
  }

  /** Nothing more comes. */
  get isEnded(): boolean {
    return this.#ended !== null
  }

  /**
   * For a caller that blocks, instead of the stream: takes what has come, and lets the transfer go on. null if there is
   * nothing. @throws the error for the reader if it cannot be decoded
   */
  takeNow(): Uint8Array<ArrayBuffer> | null {
    let chunk
    try {
      chunk = this.#next()
    } catch (error) {
      throw this.#sender.fail(error)
    }
    if (this.#queue.length <= HIGH_WATER_MARK / 2) this.#resume()
    return chunk
  }

  /**
   * The whole body, if it has come and the reader has got none of it. Its buffer may be larger. A caller that uses it
   * cancels the stream, or, if there is none, calls used().
   */
  get whole(): Uint8Array<ArrayBuffer> | null {
    if (!this.#ended || 'error' in this.#ended || this.#closed || this.#given) return null
    const bytes = this.#queue.all()
    return this.#codings.length === 0 ? bytes : this.#decodeWhole(bytes)
  }

  /** Decodes a small body. A larger one, or one that cannot be decoded, goes through the stream. */
  #decodeWhole(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
    if (bytes.length === 0) return bytes
    if (bytes.length > BLOCK) return null
    let decoder: Decoder | null = null
    try {
      decoder = new Decoder(this.#codings)
      decoder.feed(bytes)
      const chunks = []
      let size = 0
      for (let chunk = decoder.drain(); chunk; chunk = decoder.drain()) {
        chunks.push(chunk)
        size += chunk.length
        if (size > BURST) return null
      }
      decoder.end()
      this.#decodedSize = size
      return chunks.length === 1 ? chunks[0]! : join(chunks, size)
    } catch {
      return null
    } finally {
      decoder?.close()
    }
  }

  /** The whole body was used without a stream. */
  used(): void {
    this.#cancelled()
  }

  /** Drops the body. If little of it is left, that is received, so that the connection can be used again. */
  discard(): void {
    this.#discarding = DISCARD_LIMIT - this.#queue.length
    this.#queue.clear()
    if (this.#ended) return
    this.#patience = setTimeout(() => this.#sender.cancel(), DISCARD_MS)
    this.#resume()
  }

  #discard(length: number): number {
    this.#discarding! -= length
    if (this.#discarding! < 0) queueMicrotask(() => this.#sender.cancel())
    return length
  }

  /** Flushes once libcurl has returned, so that what it writes in one call reaches the reader as one chunk. */
  #flushSoon(): void {
    if (!this.#wanted || this.#flushing) return
    this.#flushing = true
    queueMicrotask(() => {
      this.#flushing = false
      this.#flush()
    })
  }

  #flush(): void {
    const outlet = this.#wanted
    if (!outlet || this.#closed) return
    let chunk
    try {
      chunk = this.#next()
    } catch (error) {
      return this.abort(this.#sender.fail(error))
    }
    if (chunk) {
      this.#wanted = null
      this.#given = true
      outlet.controller.enqueue(chunk)
    }
    if (this.#queue.length <= HIGH_WATER_MARK / 2) this.#resume()
    if (this.#ended && this.#queue.length === 0 && (!chunk || !this.#decoder || this.#decoder.isComplete))
      this.#finish()
  }

  /** What the reader gets next; null if that has not come. @throws CurlError if it cannot be decoded */
  #next(): Uint8Array<ArrayBuffer> | null {
    if (this.#codings.length > 0) return this.#decoded()
    return this.#queue.length > 0 ? this.#queue.take() : null
  }

  #decoded(): Uint8Array<ArrayBuffer> | null {
    if (!this.#decoder && this.#queue.length === 0) return null
    const decoder = (this.#decoder ??= new Decoder(this.#codings))
    for (;;) {
      const chunk = decoder.drain()
      if (chunk) {
        this.#burst += chunk.length
        this.#decodedSize += chunk.length
        return chunk
      }
      if (this.#queue.length === 0) break
      decoder.feed(this.#queue.take())
    }
    if (this.#ended && !('error' in this.#ended)) decoder.end()
    return null
  }

  #resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#sender.resume()
  }

  #finish(): void {
    if (this.#closed) return
    const controller = this.#outlet?.deref()?.controller
    this.#close()
    // none if the stream was collected, or is not open
    if (controller) this.#shut(controller)
    this.#follower?.closed()
  }

  #shut(controller: ReadableByteStreamController): void {
    if (this.#ended && 'error' in this.#ended) return controller.error(this.#ended.error)
    controller.close()
    controller.byobRequest?.respond(0) // a BYOB reader waits for this
  }

  #close(): void {
    this.#closed = true
    this.#outlet = this.#wanted = null
    this.#decoder?.close()
    this.#decoder = null
  }

  #cancelled(): void {
    this.#close()
    this.#queue.clear()
    if (!this.#ended) this.#sender.cancel()
    this.#follower?.closed()
  }

  /** The stream was collected. */
  forget(): void {
    if (this.#closed) return
    this.#close()
    this.#queue.clear()
    if (!this.#ended) this.#sender.forgotten()
    this.#follower?.closed()
  }
}
