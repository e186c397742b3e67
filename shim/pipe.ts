// A pipe in memory. libcurl makes one to wake itself up, and the resolver delivers its answers through one.
import { SystemError } from './abi.js'
import { fill } from './bytes.js'
import { AGAIN, READABLE, WRITABLE, type Descriptor } from './descriptors.js'
import { Watchable, type Reactor } from './reactor.js'

/** Bytes: as much as a pipe holds on Linux. */
const CAPACITY = 65536

/** The reading end. */
export class PipeReader extends Watchable implements Descriptor {
  #chunks: Uint8Array[] = []
  #offset = 0
  #length = 0
  #ended = false
  closed = false

  constructor(readonly reactor: Reactor) {
    super()
  }

  /** Adds bytes, which the pipe owns from then on. */
  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes)
    this.#length += bytes.length
    this.reactor.notify(this)
  }

  end(): void {
    this.#ended = true
    this.reactor.notify(this)
  }

  get room(): number {
    return CAPACITY - this.#length
  }

  readiness(): number {
    return this.#length > 0 || this.#ended ? READABLE : 0
  }

  read(into: Uint8Array): number {
    if (this.#length === 0) {
      if (this.#ended) return 0
      return AGAIN
    }
    let filled = 0
    while (filled < into.length && this.#length > 0) {
      const chunk = this.#chunks[0]!
      const part = fill(into, filled, chunk, this.#offset)
      filled += part
      this.#length -= part
      this.#offset += part
      if (this.#offset === chunk.length) {
        this.#chunks.shift()
        this.#offset = 0
      }
    }
    this.reactor.moved(this)
    return filled
  }

  write(): number {
    throw new SystemError('EBADF')
  }

  close(): void {
    this.closed = true
    this.reactor.unwatch(this)
  }

  attend(): void {}
}

/** The writing end. */
export class PipeWriter extends Watchable implements Descriptor {
  constructor(readonly reader: PipeReader) {
    super()
  }

  readiness(): number {
    return this.reader.room > 0 || this.reader.closed ? WRITABLE : 0
  }

  read(): number {
    throw new SystemError('EBADF')
  }

  write(from: Uint8Array): number {
    if (this.reader.closed) throw new SystemError('EPIPE')
    const part = from.slice(0, this.reader.room)
    if (part.length === 0) return AGAIN
    this.reader.push(part)
    return part.length
  }

  close(): void {
    this.reader.reactor.unwatch(this)
    this.reader.end()
  }

  attend(): void {}
}
