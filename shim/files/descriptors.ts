// Open files as descriptors: flags, positions and types between the C side's numbers and a file system.
import {
  DT_BLK,
  DT_CHR,
  DT_DIR,
  DT_FIFO,
  DT_LNK,
  DT_REG,
  DT_SOCK,
  DT_UNKNOWN,
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  SEEK_CUR,
  SEEK_END,
  SEEK_SET,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFREG,
  S_IFSOCK,
  SystemError,
  systemCall,
} from '../abi.js'
import { READABLE, WRITABLE, type Descriptor, type TerminalSize } from '../descriptors.js'
import type { FileStat, FileSystem, FileType, OpenFile } from './filesystem.js'

const ACCESS_MODE = 3

const MODE_BITS: Record<FileType, number> = {
  file: S_IFREG,
  directory: S_IFDIR,
  symlink: S_IFLNK,
  fifo: S_IFIFO,
  socket: S_IFSOCK,
  character: S_IFCHR,
  block: S_IFBLK,
  unknown: 0,
}
const DIRENT_TYPES: Record<FileType, number> = {
  file: DT_REG,
  directory: DT_DIR,
  symlink: DT_LNK,
  fifo: DT_FIFO,
  socket: DT_SOCK,
  character: DT_CHR,
  block: DT_BLK,
  unknown: DT_UNKNOWN,
}

/** The numbers of a stat in the order of `struct shim_stat` in wasm/src/shim/syscalls.c. */
export function statNumbers(stat: FileStat): number[] {
  return [
    stat.dev,
    stat.ino,
    stat.mode | MODE_BITS[stat.type],
    stat.nlink,
    stat.uid,
    stat.gid,
    stat.rdev,
    stat.size,
    stat.blksize,
    stat.blocks,
    stat.atimeMs,
    stat.mtimeMs,
    stat.ctimeMs,
  ]
}

export class FileDescriptor implements Descriptor {
  /** Where the next read or write happens, null where the host keeps the position. */
  #position: number | null
  /** Whether the last read has found nothing, which only happens in non-blocking mode. */
  #starved = false

  constructor(
    private readonly file: OpenFile,
    private readonly append: boolean,
    seekable: boolean,
  ) {
    this.#position = seekable ? 0 : null
  }

  /** Files are always ready, as in poll(2). Whether a pipe is ready only an attempt to read shows. */
  readiness(): number {
    return this.#starved ? WRITABLE : READABLE | WRITABLE
  }

  /** The next read is the next attempt: there is no way to ask. */
  look(): void {
    this.#starved = false
  }

  read(into: Uint8Array): number {
    try {
      const count = systemCall(() => this.file.read(into, this.#position))
      if (this.#position !== null) this.#position += count
      return count
    } catch (error) {
      this.#starved = error instanceof SystemError && error.code === 'EAGAIN'
      throw error
    }
  }

  write(from: Uint8Array): number {
    const count = systemCall(() => this.file.write(from, this.append ? null : this.#position))
    if (this.#position !== null)
      this.#position = this.append ? systemCall(() => this.file.stat().size) : this.#position + count
    return count
  }

  /** Moves to an offset and returns the new position. */
  seek(offset: number, whence: number): number {
    const position = this.#position ?? systemCall(() => this.file.tell?.() ?? null)
    if (position === null) throw new SystemError('ESPIPE')
    const base = { [SEEK_SET]: 0, [SEEK_CUR]: position, [SEEK_END]: whence === SEEK_END ? this.stat().size : 0 }[whence]
    if (base === undefined || base + offset < 0) throw new SystemError('EINVAL')
    // a caller that only asks for the position leaves it with the host
    if (base + offset !== position) this.#position = base + offset
    return base + offset
  }

  truncate(length: number): void {
    systemCall(() => this.file.truncate(length))
  }

  terminal(): TerminalSize | null {
    return this.file.terminal?.() ?? null
  }

  setEcho(on: boolean): void {
    systemCall(() => this.file.setEcho?.(on))
  }

  setNonBlocking(on: boolean): void {
    systemCall(() => this.file.setNonBlocking?.(on))
  }

  stat(): FileStat {
    return systemCall(() => this.file.stat())
  }

  close(): void {
    systemCall(() => this.file.close())
  }
}

export class DirectoryDescriptor implements Descriptor {
  #next = 0
  constructor(
    private readonly entries: { name: string; type: FileType }[],
    readonly stat: () => FileStat,
  ) {}

  /** The next entry with its d_type, or null after the last one. */
  readdir(): { name: string; type: number } | null {
    const entry = this.entries[this.#next++]
    return entry ? { name: entry.name, type: DIRENT_TYPES[entry.type] } : null
  }

  readiness(): number {
    return READABLE
  }

  read(): number {
    throw new SystemError('EISDIR')
  }

  write(): number {
    throw new SystemError('EBADF')
  }

  close(): void {}
}

/** open(2): a file, or a folder for readdir(). */
export function openPath(files: FileSystem, path: string, flags: number, mode: number): Descriptor {
  if (flags & O_DIRECTORY || (!(flags & ACCESS_MODE) && !(flags & O_CREAT) && isDirectory(files, path))) {
    const entries = systemCall(() => files.readdir(path))
    return new DirectoryDescriptor(
      [{ name: '.', type: 'directory' }, { name: '..', type: 'directory' }, ...entries],
      () => systemCall(() => files.stat(path, true)),
    )
  }
  const access = flags & ACCESS_MODE
  const append = (flags & O_APPEND) !== 0
  const file = systemCall(() =>
    files.open(
      path,
      {
        read: access !== O_WRONLY,
        write: access === O_WRONLY || access === O_RDWR,
        append,
        create: (flags & O_CREAT) !== 0,
        exclusive: (flags & O_EXCL) !== 0,
        truncate: (flags & O_TRUNC) !== 0,
        noFollow: (flags & O_NOFOLLOW) !== 0,
      },
      mode,
    ),
  )
  try {
    return new FileDescriptor(file, append, systemCall(() => file.stat()).type === 'file')
  } catch (error) {
    file.close()
    throw error
  }
}

function isDirectory(files: FileSystem, path: string): boolean {
  try {
    return files.stat(path, true).type === 'directory'
  } catch {
    return false
  }
}

/**
 * A file that the host has open. The host keeps its position, which a shell's redirection shares with other processes.
 */
export function inheritedFile(file: OpenFile): FileDescriptor {
  return new FileDescriptor(file, false, false)
}
