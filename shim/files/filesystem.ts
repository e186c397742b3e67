// What a file system is: the interface between open files and where their bytes are. Calls are synchronous, as C needs
// them, and throw errors whose `code` is one of errno's names, as node:fs does.

import type { TerminalSize } from '../descriptors.js'

export type FileType = 'file' | 'directory' | 'symlink' | 'fifo' | 'socket' | 'character' | 'block' | 'unknown'

export interface FileStat {
  type: FileType
  /** Permission bits. */
  mode: number
  size: number
  dev: number
  ino: number
  nlink: number
  uid: number
  gid: number
  rdev: number
  blksize: number
  blocks: number
  /** Milliseconds since the epoch. */
  atimeMs: number
  mtimeMs: number
  ctimeMs: number
}

/** A stat for what has only a type and a mode. */
export function emptyStat(type: FileType, mode: number): FileStat {
  return {
    type,
    mode,
    size: 0,
    dev: 0,
    ino: 1,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev: 0,
    blksize: 4096,
    blocks: 0,
    atimeMs: 0,
    mtimeMs: 0,
    ctimeMs: 0,
  }
}

export interface OpenFlags {
  read: boolean
  write: boolean
  append: boolean
  create: boolean
  exclusive: boolean
  truncate: boolean
  noFollow: boolean
}

export interface OpenFile {
  /** Reads at `position`, or, if it is null, where the last read ended. Returns how many bytes, 0 at the end. */
  read(into: Uint8Array, position: number | null): number
  write(from: Uint8Array, position: number | null): number
  stat(): FileStat
  truncate(length: number): void
  /** Where the next read without a position happens, null if that is unknown or does not exist. */
  tell?(): number | null
  terminal?(): TerminalSize | null
  setEcho?(on: boolean): void
  setNonBlocking?(on: boolean): void
  close(): void
}

/** A name is a string. A byte of it that is not UTF-8 is a lone surrogate: see path.ts. */
export interface FileSystem {
  open(path: string, flags: OpenFlags, mode: number): OpenFile
  stat(path: string, follow: boolean): FileStat
  readdir(path: string): { name: string; type: FileType }[]
  readlink(path: string): string
  rename(from: string, to: string): void
  unlink(path: string): void
  mkdir(path: string, mode: number): void
  rmdir(path: string): void
  /** Times are milliseconds since the epoch. */
  utimes(path: string, atimeMs: number, mtimeMs: number): void
  cwd(): string
  /**
   * What is open under a number of the host, such as the descriptors of node:fs. Closing it leaves the number open. A
   * file system without such numbers does not have this.
   */
  descriptor?(number: number): OpenFile
}
