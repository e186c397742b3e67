// A file system in memory, for browsers and Workers. Inodes are in folders, and paths and errors are those of Linux,
// for one user with all rights. The page shares it with the program: it adds, reads and watches files.
import { fileError } from './errors.js'
import type { FileStat, FileSystem, FileType, OpenFile, OpenFlags } from './filesystem.js'
import { Directory, Inode, RegularFile, Symlink, UMASK } from './inodes.js'

/** Bytes of a name, and symbolic links in a path, as on Linux. */
const NAME_MAX = 255
const LINKS_MAX = 40

const encoder = new TextEncoder()

/**
 * An open regular file, folder or null device. A folder has only a stat. What is neither file nor folder is the device.
 */
class MemoryFile implements OpenFile {
  #position = 0

  constructor(
    private readonly inode: Inode,
    private readonly flags: OpenFlags,
    private readonly changed: () => void,
  ) {}

  read(into: Uint8Array, position: number | null): number {
    const { inode } = this
    if (!this.flags.read) throw fileError('EBADF', 'read')
    if (inode instanceof Directory) throw fileError('EISDIR', 'read')
    if (!(inode instanceof RegularFile)) return 0
    const count = inode.read(into, position ?? this.#position)
    if (position === null) this.#position += count
    return count
  }

  write(from: Uint8Array, position: number | null): number {
    const { inode } = this
    if (!this.flags.write) throw fileError('EBADF', 'write')
    if (!(inode instanceof RegularFile) || from.length === 0) return from.length
    const at = this.flags.append ? inode.size : (position ?? this.#position)
    inode.write(from, at)
    if (position === null) this.#position = at + from.length
    this.changed()
    return from.length
  }

  stat(): FileStat {
    return this.inode.stat()
  }

  truncate(length: number): void {
    const { inode } = this
    if (!this.flags.write || length < 0 || !(inode instanceof RegularFile)) throw fileError('EINVAL', 'ftruncate')
    inode.truncate(length)
    this.changed()
  }

  tell(): number {
    return this.#position
  }

  close(): void {}
}

/** Where a path ends: a name in a folder, and the inode at that name. */
interface Place {
  directory: Directory
  /** '.' or '..' if the path ends with that, '.' for '/'. */
  name: string
  inode: Inode | undefined
  /** Whether a slash follows the name, which only a folder may have. */
  slash: boolean
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '')
}

const READ: OpenFlags = {
  ...{ read: true, write: false, append: false },
  ...{ create: false, exclusive: false, truncate: false, noFollow: false },
}
const REPLACE: OpenFlags = { ...READ, read: false, write: true, create: true, truncate: true }

export class MemoryFileSystem implements FileSystem {
  readonly #root = new Directory(0o755, null)
  readonly #cwd: string = '/'
  readonly #listeners = new Set<() => void>()
  #pending = false

  /** Starts with `files`, and with /tmp and /dev/null. Relative paths start at `cwd`, an absolute path. */
  constructor(files: Record<string, Uint8Array | string> = {}, { cwd = '/' }: { cwd?: string } = {}) {
    const device = new Directory(0o755, this.#root)
    device.set('null', new Inode('character', 0o666))
    this.#root.set('dev', device)
    this.#root.set('tmp', new Directory(0o1777, this.#root))
    this.#makeParents(`${cwd}/`)
    this.#cwd = `/${namesOf(cwd).join('/')}`
    for (const [path, content] of Object.entries(files)) this.writeFile(path, content)
  }

  /** A copy of a file's bytes. */
  readFile(path: string): Uint8Array<ArrayBuffer> {
    const file = this.open(path, READ, 0)
    const bytes = new Uint8Array(file.stat().size)
    file.read(bytes, 0)
    return bytes
  }

  /** Makes a file, with the folders that it is in, or replaces its content. Text becomes UTF-8. */
  writeFile(path: string, content: Uint8Array | string): void {
    this.#makeParents(path)
    const file = this.open(path, REPLACE, 0o666)
    file.write(typeof content === 'string' ? encoder.encode(content) : content, 0)
  }

  /** The absolute path, size and mtimeMs of every regular file. */
  files(): IterableIterator<[path: string, size: number, mtimeMs: number]> {
    return this.#filesIn(this.#root, '/')
  }

  /** Calls `listener` in a microtask after changes, once for all of them. Returns a function that ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  symlink(target: string, path: string): void {
    const call = `symlink '${target}' -> '${path}'`
    const { directory, name, inode, slash } = this.#resolve(path, false, call)
    if (inode) throw fileError('EEXIST', call)
    if (slash || target === '') throw fileError('ENOENT', call)
    directory.set(name, new Symlink(target))
    this.#changed()
  }

  open(path: string, flags: OpenFlags, mode: number): OpenFile {
    const call = `open '${path}'`
    const { create, truncate } = flags
    const exclusive = create && flags.exclusive
    const follow = path.endsWith('/') ? !create : !exclusive && !flags.noFollow
    const { directory, name, inode, slash } = this.#resolve(path, follow, call)
    if (slash && create) throw fileError('EISDIR', call)
    if (inode && exclusive) throw fileError('EEXIST', call)
    if (inode instanceof Symlink) throw fileError('ELOOP', call)
    if (inode instanceof Directory && (flags.write || create || truncate)) throw fileError('EISDIR', call)
    if (!inode && !create) throw fileError('ENOENT', call)
    if (slash && !(inode instanceof Directory)) throw fileError('ENOTDIR', call)

    const file = inode ?? new RegularFile(mode)
    if (!inode) {
      directory.set(name, file)
      this.#changed()
    } else if (truncate && inode instanceof RegularFile) {
      inode.truncate(0)
      this.#changed()
    }
    return new MemoryFile(file, flags, this.#changed)
  }

  stat(path: string, follow: boolean): FileStat {
    return this.#find(path, follow, `${follow ? 'stat' : 'lstat'} '${path}'`).stat()
  }

  readdir(path: string): { name: string; type: FileType }[] {
    const call = `scandir '${path}'`
    const inode = this.#find(path, true, call)
    if (!(inode instanceof Directory)) throw fileError('ENOTDIR', call)
    return Array.from(inode.entries, ([name, { type }]) => ({ name, type }))
  }

  readlink(path: string): string {
    const call = `readlink '${path}'`
    const inode = this.#find(path, false, call)
    if (!(inode instanceof Symlink)) throw fileError('EINVAL', call)
    return inode.target
  }

  rename(from: string, to: string): void {
    const call = `rename '${from}' -> '${to}'`
    const source = this.#resolve(from, false, call)
    const target = this.#resolve(to, false, call)
    const { inode } = source
    const replaced = target.inode
    const isDirectory = inode instanceof Directory
    if ([source.name, target.name].some((name) => name === '.' || name === '..')) throw fileError('EBUSY', call)
    if (!inode) throw fileError('ENOENT', call)
    if (!isDirectory && (source.slash || target.slash)) throw fileError('ENOTDIR', call)
    if (target.directory.isWithin(inode)) throw fileError('EINVAL', call)
    if (replaced && source.directory.isWithin(replaced)) throw fileError('ENOTEMPTY', call)
    if (replaced === inode) return
    if (replaced instanceof Directory) {
      if (!isDirectory) throw fileError('EISDIR', call)
      if (replaced.entries.size > 0) throw fileError('ENOTEMPTY', call)
    } else if (replaced && isDirectory) throw fileError('ENOTDIR', call)

    target.directory.set(target.name, inode)
    source.directory.set(source.name, undefined)
    if (isDirectory) inode.parent = target.directory
    this.#changed()
  }

  unlink(path: string): void {
    const call = `unlink '${path}'`
    const { directory, name, inode, slash } = this.#resolve(path, false, call)
    if (!inode) throw fileError('ENOENT', call)
    if (inode instanceof Directory) throw fileError('EISDIR', call)
    if (slash) throw fileError('ENOTDIR', call)
    directory.set(name, undefined)
    this.#changed()
  }

  mkdir(path: string, mode: number): void {
    const call = `mkdir '${path}'`
    const { directory, name, inode } = this.#resolve(path, false, call)
    if (inode) throw fileError('EEXIST', call)
    directory.set(name, new Directory(mode & ~UMASK, directory))
    this.#changed()
  }

  rmdir(path: string): void {
    const call = `rmdir '${path}'`
    const { directory, name, inode } = this.#resolve(path, false, call)
    if (!inode) throw fileError('ENOENT', call)
    if (!(inode instanceof Directory)) throw fileError('ENOTDIR', call)
    if (inode === this.#root) throw fileError('EBUSY', call)
    if (name === '.') throw fileError('EINVAL', call)
    if (inode.entries.size > 0) throw fileError('ENOTEMPTY', call)
    directory.set(name, undefined)
    this.#changed()
  }

  utimes(path: string, atimeMs: number, mtimeMs: number): void {
    const inode = this.#find(path, true, `utime '${path}'`)
    inode.atimeMs = atimeMs
    inode.mtimeMs = mtimeMs
    inode.ctimeMs = Date.now()
    this.#changed()
  }

  cwd(): string {
    return this.#cwd
  }

  /** Walks a path up to its last name, which may be missing. `follow` says whether to follow a symbolic link there. */
  #resolve(path: string, follow: boolean, call: string): Place {
    if (path === '') throw fileError('ENOENT', call)
    const names = namesOf(path.startsWith('/') ? path : `${this.#cwd}/${path}`).reverse()
    let slash = path.endsWith('/')
    let directory = this.#root
    for (let links = 0; ;) {
      const name = names.pop() ?? '.'
      const last = names.length === 0
      if (encoder.encode(name).length > NAME_MAX) throw fileError('ENAMETOOLONG', call)
      const inode = directory.get(name)
      if (inode instanceof Symlink && (follow || !last)) {
        if (++links > LINKS_MAX) throw fileError('ELOOP', call)
        const { target } = inode
        if (target.startsWith('/')) directory = this.#root
        if (last && target.endsWith('/')) slash = true
        names.push(...namesOf(target).reverse())
      } else if (last) return { directory, name, inode, slash }
      else if (!inode) throw fileError('ENOENT', call)
      else if (!(inode instanceof Directory)) throw fileError('ENOTDIR', call)
      else directory = inode
    }
  }

  /** The inode at a path. A slash at the end follows a link there. */
  #find(path: string, follow: boolean, call: string): Inode {
    const { inode, slash } = this.#resolve(path, follow || path.endsWith('/'), call)
    if (!inode) throw fileError('ENOENT', call)
    if (slash && !(inode instanceof Directory)) throw fileError('ENOTDIR', call)
    return inode
  }

  /** Makes the missing folders before the last slash. */
  #makeParents(path: string): void {
    for (let end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
      const parent = path.slice(0, end)
      if (!this.#resolve(parent, true, `mkdir '${parent}'`).inode) this.mkdir(parent, 0o777)
    }
  }

  *#filesIn(directory: Directory, path: string): IterableIterator<[string, number, number]> {
    for (const [name, inode] of directory.entries) {
      if (inode instanceof Directory) yield* this.#filesIn(inode, `${path}${name}/`)
      else if (inode instanceof RegularFile) yield [path + name, inode.size, inode.mtimeMs]
    }
  }

  readonly #changed = (): void => {
    if (this.#pending || this.#listeners.size === 0) return
    this.#pending = true
    queueMicrotask(() => {
      this.#pending = false
      for (const listener of this.#listeners) listener()
    })
  }
}
