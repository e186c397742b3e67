// The host's own file system, by node:fs.
import fs from 'node:fs'
import net from 'node:net'
import tty from 'node:tty'
import { sleep } from '../clock.js'
import type { TerminalSize } from '../descriptors.js'
import { inheritedFile, type FileDescriptor } from './descriptors.js'
import type { FileStat, FileSystem, FileType, OpenFile, OpenFlags } from './filesystem.js'
import { encodePath, isBytePath } from './path.js'

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

/** Repeats a call while it fails with EAGAIN: terminals and pipes of the host may be non-blocking. */
function blocking<T>(call: () => T): T {
  for (;;) {
    try {
      return call()
    } catch (error) {
      if ((error as { code?: string }).code !== 'EAGAIN') throw error
      sleep(1)
    }
  }
}

function terminalSize(): TerminalSize {
  const { columns, rows } = process.stdout.isTTY ? process.stdout : process.stderr
  return { columns: columns ?? 80, rows: rows ?? 24 }
}

/** The codes of Ctrl-C, and of the other keys that a terminal handles itself when it is not in raw mode. */
const [INTERRUPT, END_OF_FILE, ERASE, BACKSPACE, ENTER, KILL] = [3, 4, 127, 8, 13, 21]

/**
 * Reads a line from a terminal without showing it. Node can switch the echo off only together with the terminal's own
 * line editing, so that is done here.
 */
class HiddenInput {
  #terminal: tty.ReadStream
  constructor(private readonly fd: number) {
    this.#terminal = new tty.ReadStream(fd)
    this.#terminal.setRawMode(true)
  }

  read(into: Uint8Array): number {
    const key = new Uint8Array(1)
    let length = 0
    while (length < into.length && blocking(() => fs.readSync(this.fd, key)) === 1) {
      const [code] = key
      if (code === INTERRUPT) {
        this.end()
        process.kill(process.pid, 'SIGINT')
        return 0 // for a process that handles the signal itself
      } else if (code === ENTER || code === 10) {
        into[length++] = 10
        break
      } else if (code === END_OF_FILE) break
      else if (code === KILL) length = 0
      else if (code === ERASE || code === BACKSPACE) length = lastCharacter(into, length)
      else into[length++] = code!
    }
    return length
  }

  end(): void {
    if (this.#terminal.destroyed) return
    this.#terminal.setRawMode(false)
    this.#terminal.destroy()
  }
}

/** Where the last character of the first `length` bytes begins. In UTF-8 it has up to four bytes. */
function lastCharacter(bytes: Uint8Array, length: number): number {
  let start = Math.max(0, length - 1)
  while (start > 0 && (bytes[start]! & 0xc0) === 0x80) start--
  return start
}

class NodeFile implements OpenFile {
  #hidden: HiddenInput | null = null
  /** A descriptor of the same file for reads that do not wait. */
  #nonBlocking: number | null = null
  constructor(
    readonly fd: number,
    private readonly owned: boolean,
  ) {}

  read(into: Uint8Array, position: number | null): number {
    if (this.#hidden) return this.#hidden.read(into)
    try {
      if (this.#nonBlocking !== null) return fs.readSync(this.#nonBlocking, into)
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

  truncate(length: number): void {
    fs.ftruncateSync(this.fd, length)
  }

  terminal(): TerminalSize | null {
    return tty.isatty(this.fd) ? terminalSize() : null
  }

  setEcho(on: boolean): void {
    this.#hidden?.end()
    this.#hidden = on ? null : new HiddenInput(this.fd)
  }

  /**
   * Node has no fcntl(2). But on Linux a pipe or terminal can be opened once more, and a socket stops blocking when
   * node:net takes it. Otherwise reads still block, which makes no difference for a regular file.
   */
  setNonBlocking(on: boolean): void {
    const { type } = this.stat()
    if (this.#nonBlocking !== null && this.#nonBlocking !== this.fd) fs.closeSync(this.#nonBlocking)
    this.#nonBlocking = null
    if (!on) return
    if (type === 'socket') {
      new net.Socket({ fd: this.fd, readable: false, writable: false }).unref()
      this.#nonBlocking = this.fd
    }
    if (type !== 'fifo' && type !== 'character') return
    try {
      this.#nonBlocking = fs.openSync(`/proc/self/fd/${this.fd}`, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
    } catch {
      // there is no /proc, or it may not be opened
    }
  }

  close(): void {
    this.#hidden?.end()
    if (this.#nonBlocking !== null && this.#nonBlocking !== this.fd) fs.closeSync(this.#nonBlocking)
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

/** Standard input, output or error of the process. */
class InheritedFile extends NodeFile {
  constructor(fd: 0 | 1 | 2) {
    super(fd, false)
  }

  /** Read from Linux' /proc, because Node has no call for it. */
  tell(): number | null {
    if (this.stat().type !== 'file') return null
    try {
      return Number(/^pos:\s*(\d+)/m.exec(fs.readFileSync(`/proc/self/fdinfo/${this.fd}`, 'latin1'))?.[1] ?? NaN)
    } catch {
      return null
    }
  }
}

/** Standard input, output and error of the process. */
export function nodeStandard(): [FileDescriptor, FileDescriptor, FileDescriptor] {
  const [input, output, error] = ([0, 1, 2] as const).map((fd) => inheritedFile(new InheritedFile(fd)))
  return [input!, output!, error!]
}

/** A file name as node:fs needs it. */
function host(name: string): string | Buffer {
  return isBytePath(name) ? Buffer.from(encodePath(name)) : name
}

/** The file system of the host. */
export const nodeFileSystem: FileSystem = {
  open: (name, flags, mode) => new NodeFile(fs.openSync(host(name), nodeFlags(flags), mode), true),
  stat: (name, follow) => fileStat(follow ? fs.statSync(host(name)) : fs.lstatSync(host(name))),
  readdir: (name) =>
    fs.readdirSync(host(name), { withFileTypes: true }).map((entry) => ({ name: entry.name, type: typeOf(entry) })),
  readlink: (name) => fs.readlinkSync(host(name)),
  rename: (from, to) => fs.renameSync(host(from), host(to)),
  unlink: (name) => fs.unlinkSync(host(name)),
  mkdir: (name, mode) => void fs.mkdirSync(host(name), mode),
  rmdir: (name) => fs.rmdirSync(host(name)),
  // as dates: Node takes a negative number for the present
  utimes: (name, atimeMs, mtimeMs) => fs.utimesSync(host(name), new Date(atimeMs), new Date(mtimeMs)),
  cwd: () => process.cwd(),
  descriptor: (number) => new NodeFile(number, false),
}
