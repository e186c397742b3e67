// The descriptor table. A new descriptor gets the lowest free number, as POSIX wants it, so numbers are reused at once:
// everything that waits for an event holds the object, never its number.
import { SystemError, errno } from './abi.js'

/** What a descriptor is ready for, in libcurl's bits (CURL_CSELECT_*). */
export const READABLE = 1
export const WRITABLE = 2
export const FAILED = 4

/**
 * What a read or a write answers that would have to wait: -EAGAIN, the one error that is returned and not thrown. It ends
 * most reads, and to throw it takes ten times as long.
 */
export const AGAIN = -errno.EAGAIN

/** Whatever stands behind a descriptor number. */
export interface Descriptor {
  /** READABLE | WRITABLE | FAILED, as poll(2) would see it at this moment. */
  readiness(): number
  /** Copies up to `into.length` bytes. 0 is the end, AGAIN where nothing is there yet. Throws SystemError. */
  read(into: Uint8Array): number
  /** Takes up to `from.length` bytes, which the caller may reuse afterwards, or answers AGAIN. Throws SystemError. */
  write(from: Uint8Array): number
  /** Brings readiness up to date without the event loop. Throws EDEADLK where that cannot be done. */
  look?(): void
  /** The size of the terminal it is, null where it is none. */
  terminal?(): TerminalSize | null
  /** Whether the terminal shows what is typed. */
  setEcho?(on: boolean): void
  /** Asks that read() answers AGAIN where it would have to wait. */
  setNonBlocking?(on: boolean): void
  /** Gives up everything it holds. Called once, when its last number is closed. */
  close(): void
}

export interface TerminalSize {
  columns: number
  rows: number
}

export class Descriptors {
  #table: (Descriptor | null)[] = []

  /** Enters a descriptor under the lowest free number. */
  add(descriptor: Descriptor): number {
    let fd = this.#table.indexOf(null)
    if (fd < 0) fd = this.#table.length
    this.#table[fd] = descriptor
    return fd
  }

  /** Throws EBADF for a number that is not open. */
  get(fd: number): Descriptor {
    const descriptor = this.#table[fd]
    if (!descriptor) throw new SystemError('EBADF')
    return descriptor
  }

  has(fd: number): boolean {
    return this.#table[fd] != null
  }

  /** Makes `to` another number of what `from` is, and closes what `to` was. */
  duplicate(from: number, to: number): void {
    const descriptor = this.get(from)
    if (from === to) return
    if (this.has(to)) this.close(to)
    while (this.#table.length < to) this.#table.push(null)
    this.#table[to] = descriptor
  }

  close(fd: number): void {
    const descriptor = this.get(fd)
    this.#table[fd] = null
    if (!this.#table.includes(descriptor)) descriptor.close()
  }

  closeAll(): void {
    for (const fd of this.#table.keys()) if (this.has(fd)) this.close(fd)
  }

  /** How many descriptors are open. */
  get size(): number {
    return this.#table.reduce((count, descriptor) => count + (descriptor ? 1 : 0), 0)
  }
}
