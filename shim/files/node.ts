// The host's own file system, by node:fs.
import fs from 'node:fs'
import type { FileStat, FileSystem, FileType, OpenFile, OpenFlags } from './filesystem.js'

interface Kind {
  isFile(): boolean
  isDirectory(): boolean
  isSymbolicLink(): boolean
  isFIFO(): boolean
  isSocket(): boolean
  isCharacterDevice(): boolean
  isBlockDevice(): boolean
}

function typeOf(entry: Kind): FileType {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'directory'
  if (entry.isSymbolicLink()) return 'symlink'
  if (entry.isFIFO()) return 'fifo'
  if (entry.isSocket()) return 'socket'
  if (entry.isCharacterDevice()) return 'character'
  if (entry.isBlockDevice()) return 'block'
  return 'unknown'
}

function fileStat(stats: fs.Stats): FileStat {
  const { size, dev, ino, nlink, uid, gid, rdev, blksize, blocks, atimeMs, mtimeMs, ctimeMs } = stats
  return {
    type: typeOf(stats),
    mode: stats.mode & 0o7777,
    size,
    dev,
    ino,
    nlink,
    uid,
    gid,
    rdev,
    blksize,
    blocks,
    atimeMs,
    mtimeMs,
    ctimeMs,
  }
}

const pause = new Int32Array(new SharedArrayBuffer(4))

/** Runs a call on a descriptor that the host may have made non-blocking, as terminals and pipes can be. */
function blocking<T>(call: () => T): T {
  for (;;) {
    try {
      return call()
    } catch (error) {
      if ((error as { code?: string }).code !== 'EAGAIN') throw error
      Atomics.wait(pause, 0, 0, 1)
    }
  }
}

class NodeFile implements OpenFile {
  constructor(
    readonly fd: number,
    private readonly owned: boolean,
  ) {}

  read(into: Uint8Array, position: number | null): number {
    try {
      return blocking(() => fs.readSync(this.fd, into, 0, into.length, position))
    } catch (error) {
      // a closed pipe on Windows
      if ((error as { code?: string }).code === 'EOF') return 0
      throw error
    }
  }

  write(from: Uint8Array, position: number | null): number {
    return blocking(() => fs.writeSync(this.fd, from, 0, from.length, position))
  }

  stat(): FileStat {
    return fileStat(fs.fstatSync(this.fd))
  }

  close(): void {
    if (this.owned) fs.closeSync(this.fd)
  }
}

function nodeFlags(flags: OpenFlags): number {
  const { constants } = fs
  let bits = flags.read && flags.write ? constants.O_RDWR : flags.write ? constants.O_WRONLY : constants.O_RDONLY
  if (flags.append) bits |= constants.O_APPEND
  if (flags.create) bits |= constants.O_CREAT
  if (flags.exclusive) bits |= constants.O_EXCL
  if (flags.truncate) bits |= constants.O_TRUNC
  if (flags.noFollow) bits |= constants.O_NOFOLLOW ?? 0
  return bits
}

export const nodeFileSystem: FileSystem = {
  open: (path, flags, mode) => new NodeFile(fs.openSync(path, nodeFlags(flags), mode), true),
  standard: (fd) => new NodeFile(fd, false),
  stat: (path, follow) => fileStat(follow ? fs.statSync(path) : fs.lstatSync(path)),
  readdir: (path) =>
    fs.readdirSync(path, { withFileTypes: true }).map((entry) => ({ name: entry.name, type: typeOf(entry) })),
  readlink: (path) => fs.readlinkSync(path),
  rename: (from, to) => fs.renameSync(from, to),
  unlink: (path) => fs.unlinkSync(path),
  mkdir: (path, mode) => void fs.mkdirSync(path, mode),
  rmdir: (path) => fs.rmdirSync(path),
  cwd: () => process.cwd(),
}
