// The body of a response: from WRITEFUNCTION to a stream. What the reader has not asked for waits here, up to a mark;
// then the transfer pauses, and with it the sender. The stream itself holds nothing, so it closes exactly when its last
// byte has been read.
//
// libcurl writes 16 KB at a time, several times a call. They are copied once, into memory that the reader then gets.
//
// What is compressed waits as it came, and is decoded when the reader asks: so a body that is not read takes no more
// memory than that, whatever it comes to.
import { CURL_WRITEFUNC_PAUSE } from '../libcurl/constants.gen.js'
import { Decoder } from '../libcurl/decoder.js'
import { soon } from '../../shim/clock.js'
import type { Allocate } from '../../shim/memory.js'
import { join } from './body.js'
import { Gathered } from './gathered.js'

/** Bytes that wait before the transfer pauses, until half of them are left. */
const HIGH_WATER_MARK = 256 * 1024
/** The largest chunk that the reader gets, in bytes: malloc keeps memory of this size, of twice as much it gives it back. */
const BLOCK = 64 * 1024
/** Decoded bytes that are given before the host's events get their turn. */
const BURST = 1024 * 1024
/** Bytes of a body nobody wants that are still received, so that the connection can be used again. */
const DISCARD_LIMIT = 64 * 1024
/** And how long that may take. */
const DISCARD_MS = 3000

/** What a download does to its transfer. */
export interface Sender {
  resume(): void
  cancel(): void
  /** The reader asks for what had come whole: an abort is not listened for any more. */
  checkAbort(): void
  /** The application has forgotten the stream. */
  forgotten(): void
  /** What has come cannot be decoded. Returns what the reader is to meet. */
  fail(error: unknown): unknown
}

/** The open stream, which only its own source holds: the application may forget it. */
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
  /** null before it is open, and once it is closed, has failed or was cancelled. */
  #outlet: WeakRef<Outlet> | null = null
  /** How the body is coded. */
  #codings: readonly string[] = []
  #decoder: Decoder | null = null
  /** Decoded bytes that were given since the host's events had their turn. */
  #burst = 0
  /** The stream has given something. */
  #given = false
  /** The outlet, while a reader waits: somebody may wait for what nobody else holds. */
  #wanted: Outlet | null = null
  #flushing = false
  /** Bytes that may still come while nobody wants them. */
  #discarding: number | null = null
  #patience: ReturnType<typeof setTimeout> | undefined
  /** Called once, when nothing more comes. */
  complete: () => void = () => {}
  /** Called once, when the stream is closed, has failed or was cancelled, or is forgotten. */
  closed: () => void = () => {}

  constructor(sender: Sender, allocate: Allocate) {
    this.#sender = sender
    this.#queue = new Gathered(BLOCK, allocate)
  }

  /** The sender has been stopped. */
  get paused(): boolean {
    return this.#paused
  }

  /** Undoes these codings, from now on. */
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
    this.#flushSoon()
    return bytes.length
  }

  /** All bytes have come, or an error that the reader meets after those that have. */
  end(error?: unknown): void {
    if (this.#ended) return
    this.#ended = error === undefined ? {} : { error }
    clearTimeout(this.#patience)
    this.complete()
    if (this.#queue.length === 0 && (!this.#decoder || this.#decoder.isComplete)) this.#finish()
    else this.#flushSoon()
  }

  /** The reader meets the error at once. */
  abort(error: unknown): void {
    this.#ended = { error }
    clearTimeout(this.#patience)
    this.#queue.clear()
    this.#finish()
  }

  /** The body as a stream. Whoever wants it calls this once. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const outlet = {} as Outlet
    this.#outlet = new WeakRef(outlet)
    if (!this.#ended) outlets.register(outlet, this)
    // a prototype could have members of these names: https://github.com/whatwg/fetch/issues/882
    const source: UnderlyingByteSource = {
      __proto__: null,
      start: (controller: ReadableByteStreamController) => {
        outlet.controller = controller
        if (this.#ended && this.#queue.length === 0) this.#finish()
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

  /** The whole body, if it has come and the stream has given nothing of it: whoever takes it cancels the stream. */
  get whole(): Uint8Array<ArrayBuffer> | null {
    if (!this.#ended || 'error' in this.#ended || !this.#outlet || this.#given) return null
    const bytes = this.#queue.exact()
    return this.#codings.length === 0 ? bytes : this.#decodeWhole(bytes)
  }

  /** What is small. The rest, and what cannot be decoded, goes through the stream. */
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
      return chunks.length === 1 ? chunks[0]! : join(chunks, size)
    } catch {
      return null
    } finally {
      decoder?.close()
    }
  }

  /** Nobody wants the body. What is left of it is let in if it is short, for the sake of the connection. */
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

  /** Once libcurl has returned: what it writes in one call reaches the reader as one chunk. */
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
    if (!outlet || !this.#outlet) return
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

  /** What the reader gets next, null before it has come. @throws CurlError where it cannot be decoded */
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
    if (!this.#outlet) return
    const controller = this.#outlet.deref()?.controller
    this.#close()
    // none where it is forgotten
    if (controller && 'error' in this.#ended!) controller.error(this.#ended.error)
    else if (controller) {
      controller.close()
      controller.byobRequest?.respond(0) // whoever reads into a buffer waits for it
    }
    this.closed()
  }

  #close(): void {
    this.#outlet = this.#wanted = null
    this.#decoder?.close()
    this.#decoder = null
  }

  #cancelled(): void {
    this.#close()
    this.#queue.clear()
    if (!this.#ended) this.#sender.cancel()
    this.closed()
  }

  /** Nobody can read the stream any more. */
  forget(): void {
    if (!this.#outlet) return
    this.#close()
    this.#queue.clear()
    if (!this.#ended) this.#sender.forgotten()
    this.closed()
  }
}
