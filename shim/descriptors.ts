// The descriptor table. A new descriptor gets the lowest free number, as POSIX requires, so numbers are soon used
// again: everything that waits for an event keeps the object, never its number.
import { SystemError, errno } from './abi.js'

/** What a descriptor is ready for, in libcurl's bits (CURL_CSELECT_*). */
export const READABLE = 1
export const WRITABLE = 2
export const FAILED = 4

/**
 * What a read or a write returns when it would have to wait: -EAGAIN, the one error that is returned and not thrown. It
 * ends most reads, and throwing it takes ten times as long.
 */
export const AGAIN = -errno.EAGAIN

/** What a descriptor number refers to. */
export interface Descriptor {
  /** READABLE | WRITABLE | FAILED, as poll(2) would see it at this moment. */
  readiness(): number
  /**
   * Copies up to `into.length` bytes. Returns their number, 0 at the end, AGAIN if there are none yet. Throws
   * SystemError.
   */
  read(into: Uint8Array): number
  /** Takes up to `from.length` bytes, which the caller may reuse afterwards, or returns AGAIN. Throws SystemError. */
  write(from: Uint8Array): number
  /** Brings readiness up to date without the event loop. Throws EDEADLK where that cannot be done. */
  look?(): void
  /** The size of the terminal, null if it is no terminal. */
  terminal?(): TerminalSize | null
  /** Sets whether the terminal shows what is typed. */
  setEcho?(on: boolean): void
  /** Makes read() return AGAIN where it would have to wait. */
  setNonBlocking?(on: boolean): void
  /** Frees everything it holds. Called once, when its last number is closed. */
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

  /** dup2(2): makes `to` refer to the same object as `from`, and closes what `to` was. */
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
