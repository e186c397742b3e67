// What a file system in memory consists of: regular files, folders, symbolic links, and what they have in common. Knows
// no paths.
import { fileError } from './errors.js'
import type { FileStat, FileType } from './filesystem.js'

/** What a new file or folder loses of its mode. */
export const UMASK = 0o022
const BLOCK = 512
/** Bytes by which a large file grows: small enough to waste little, large enough that 1 GiB is only 4096 chunks. */
const CHUNK = 256 * 1024

let lastInode = 0

export class Inode {
  readonly ino = ++lastInode
  size = 0
  nlink = 0
  atimeMs = Date.now()
  mtimeMs = this.atimeMs
  ctimeMs = this.atimeMs

  constructor(
    readonly type: FileType,
    readonly mode: number,
  ) {}

  modified(): void {
    this.mtimeMs = this.ctimeMs = Date.now()
  }

  stat(): FileStat {
    const { type, mode, size, ino, nlink, atimeMs, mtimeMs, ctimeMs } = this
    const blocks = Math.ceil(size / BLOCK)
    return {
      ...{ type, mode: mode & 0o7777, size, dev: 1, ino, nlink, uid: 0, gid: 0, rdev: 0, blksize: 4096, blocks },
      ...{ atimeMs, mtimeMs, ctimeMs },
    }
  }
}

/** Its bytes are in numbered chunks. Bytes without a chunk, or beyond the end of their chunk, are zero. */
export class RegularFile extends Inode {
  readonly #chunks = new Map<number, Uint8Array>()

  constructor(mode: number) {
    super('file', mode & ~UMASK)
  }

  read(into: Uint8Array, position: number): number {
    const count = Math.max(0, Math.min(into.length, this.size - position))
    for (let done = 0; done < count;) {
      const offset = (position + done) % CHUNK
      const part = into.subarray(done, Math.min(count, done + CHUNK - offset))
      const bytes = this.#chunks.get(Math.floor((position + done) / CHUNK))?.subarray(offset, offset + part.length)
      if (bytes) part.set(bytes)
      part.fill(0, bytes?.length ?? 0)
      done += part.length
    }
    this.atimeMs = Date.now()
    return count
  }

  write(from: Uint8Array, position: number): void {
    if (position + from.length > Number.MAX_SAFE_INTEGER) throw fileError('EFBIG', 'write')
    for (let done = 0; done < from.length;) {
      const offset = (position + done) % CHUNK
      const part = from.subarray(done, done + CHUNK - offset)
      this.#room(Math.floor((position + done) / CHUNK), offset + part.length).set(part, offset)
      done += part.length
      this.size = Math.max(this.size, position + done)
    }
    this.modified()
  }

  truncate(size: number): void {
    if (size > Number.MAX_SAFE_INTEGER) throw fileError('EFBIG', 'ftruncate')
    const last = Math.floor(size / CHUNK)
    for (const [index, chunk] of this.#chunks) {
      if (index > last) this.#chunks.delete(index)
      // a copy frees the memory, and keeps nothing beyond the end
      else if (index === last && size < this.size) this.#chunks.set(index, chunk.slice(0, size % CHUNK))
    }
    this.size = size
    this.modified()
  }

  /** A chunk with room for `length` bytes. Only the first one starts small, because most files are small. */
  #room(index: number, length: number): Uint8Array {
    const chunk = this.#chunks.get(index)
    if (chunk && chunk.length >= length) return chunk
    const grown = allocate(index > 0 ? CHUNK : Math.min(CHUNK, Math.max(length, 2 * (chunk?.length ?? 0))))
    if (chunk) grown.set(chunk)
    this.#chunks.set(index, grown)
    return grown
  }
}

function allocate(length: number): Uint8Array {
  try {
    return new Uint8Array(length)
  } catch {
    throw fileError('ENOSPC', 'write')
  }
}

export class Directory extends Inode {
  readonly entries = new Map<string, Inode>()
  /** Its own '.'. */
  override nlink = 1

  constructor(
    mode: number,
    /** Null for the root. */
    public parent: Directory | null,
  ) {
    super('directory', mode)
  }

  get(name: string): Inode | undefined {
    if (name === '.') return this
    return name === '..' ? (this.parent ?? this) : this.entries.get(name)
  }

  /** Links a name to an inode, or, if that is undefined, to nothing. What was there loses a link. */
  set(name: string, inode: Inode | undefined): void {
    this.modified()
    const old = this.entries.get(name)
    if (old) {
      old.nlink--
      old.ctimeMs = this.ctimeMs
    }
    if (!inode) return void this.entries.delete(name)
    inode.nlink++
    this.entries.set(name, inode)
  }

  /** Whether this folder is `ancestor` or somewhere in it. */
  isWithin(ancestor: Inode): boolean {
    return this === ancestor || (this.parent?.isWithin(ancestor) ?? false)
  }
}

export class Symlink extends Inode {
  constructor(readonly target: string) {
    super('symlink', 0o777)
    this.size = new TextEncoder().encode(target).length
  }
}
