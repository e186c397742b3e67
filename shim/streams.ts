// Standard input, output and error as web streams.
import { SystemError } from './abi.js'
import { AGAIN, FAILED, READABLE, WRITABLE, type Descriptor, type TerminalSize } from './descriptors.js'
import { Watchable, type Reactor } from './reactor.js'

/** Bytes from a ReadableStream. It is read one chunk ahead, and only once a reader has asked for bytes. */
export class StreamInput extends Watchable implements Descriptor {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  #chunk: Uint8Array | null = null
  #pulling = false
  #ended = false
  #failed = false
  /** Whether the last read() found nothing. */
  wanted = false

  get starved(): boolean {
    return this.wanted && this.readiness() === 0
  }

  constructor(
    stream: ReadableStream<Uint8Array>,
    private readonly reactor: Reactor,
    private readonly size: TerminalSize | null,
  ) {
    super()
    this.#reader = stream.getReader()
  }

  readiness(): number {
    return this.#chunk || this.#ended || this.#failed ? READABLE | (this.#failed ? FAILED : 0) : 0
  }

  read(into: Uint8Array): number {
    this.wanted = false
    if (!this.#chunk) {
      if (this.#failed) throw new SystemError('EIO')
      if (this.#ended) return 0
      this.wanted = true
      this.#pull()
      return AGAIN
    }
    const part = this.#chunk.subarray(0, into.length)
    into.set(part)
    this.#chunk = part.length < this.#chunk.length ? this.#chunk.subarray(part.length) : null
    this.reactor.moved(this)
    return part.length
  }

  #pull(): void {
    if (this.#pulling || this.#chunk || this.#ended || this.#failed) return
    this.#pulling = true
    const settled = (change: () => void): void => {
      this.#pulling = false
      change()
      this.reactor.notify(this)
    }
    this.#reader.read().then(
      ({ done, value }) => {
        if (done) return settled(() => (this.#ended = true))
        if (!(value instanceof Uint8Array)) return settled(() => (this.#failed = true))
        // an empty chunk is not the end
        if (value.length === 0) return settled(() => this.#pull())
        settled(() => (this.#chunk = value))
      },
      () => settled(() => (this.#failed = true)),
    )
  }

  attend(waited: boolean): void {
    if (waited) this.#pull()
  }

  terminal(): TerminalSize | null {
    return this.size
  }

  write(): number {
    throw new SystemError('EBADF')
  }

  close(): void {
    this.reactor.unwatch(this)
    // nothing reads the rest: its source may stop
    this.#reader.cancel().catch(() => {})
  }
}

/** How many bytes wait for a stream before it is `full`: each wait costs the producer a turn of the event loop. */
const FULL = 256 * 1024

/**
 * Bytes for a WritableStream. A write always takes everything. The producer checks `clogged` before it goes on, or
 * `full` where waiting is hard to do, and waits for drained().
 */
export class StreamOutput implements Descriptor {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>
  /** Whether the stream did not take something that was written, or the end. */
  failed = false
  #last: Promise<unknown> = Promise.resolve()
  /** How many bytes the stream has not taken yet. */
  #waiting = 0

  constructor(
    stream: WritableStream<Uint8Array>,
    private readonly size: TerminalSize | null,
  ) {
    this.#writer = stream.getWriter()
    this.#writer.closed.catch(() => (this.failed = true))
  }

  readiness(): number {
    return WRITABLE | (this.failed ? FAILED : 0)
  }

  read(): number {
    throw new SystemError('EBADF')
  }

  write(from: Uint8Array): number {
    if (this.failed) throw new SystemError('EPIPE')
    const { length } = from
    this.#waiting += length
    this.#last = this.#writer.write(from.slice()).then(
      () => (this.#waiting -= length),
      () => (this.failed = true),
    )
    return length
  }

  /** Whether the stream wants no more for the moment. */
  get clogged(): boolean {
    return !this.failed && (this.#writer.desiredSize ?? 1) <= 0
  }

  /** Whether the stream wants no more, and much waits for it. */
  get full(): boolean {
    return this.#waiting >= FULL && this.clogged
  }

  /** Resolves when the stream wants more, or has failed. */
  async drained(): Promise<void> {
    // a stream that never wants more (a high-water mark of 0) still takes its chunks one by one
    await Promise.race([this.#writer.ready.catch(() => {}), this.#last])
  }

  terminal(): TerminalSize | null {
    return this.size
  }

  close(): void {
    this.#writer.close().catch(() => (this.failed = true))
  }

  /** Resolves when the stream has taken everything after close(), or has failed. */
  async finished(): Promise<void> {
    await this.#writer.closed.catch(() => {})
  }
}
