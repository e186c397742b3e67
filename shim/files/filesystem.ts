// What a file system is: the interface between open files and where their bytes are. Calls are synchronous, as C wants
// them, and throw errors with a `code` of errno's names, as node:fs does.

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
  /** Reads at `position`, or where the last read ended when it is null. 0 is the end. */
  read(into: Uint8Array, position: number | null): number
  write(from: Uint8Array, position: number | null): number
  stat(): FileStat
  close(): void
}

export interface FileSystem {
  open(path: string, flags: OpenFlags, mode: number): OpenFile
  /** Standard input, output and error, by number. */
  standard(fd: 0 | 1 | 2): OpenFile
  stat(path: string, follow: boolean): FileStat
  readdir(path: string): { name: string; type: FileType }[]
  readlink(path: string): string
  rename(from: string, to: string): void
  unlink(path: string): void
  mkdir(path: string, mode: number): void
  rmdir(path: string): void
  cwd(): string
}
