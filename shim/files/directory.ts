// A file system as a process in another folder sees it: relative paths start there.
import type { FileSystem } from './filesystem.js'

/** `base` with `cwd`, an absolute path in it, as the current folder. */
export function startingAt(base: FileSystem, cwd: string): FileSystem {
  // only joined: the file system resolves '..' itself, because it knows the symbolic links. '' is no path, and stays ''
  const at = (path: string): string => (path === '' || path.startsWith('/') ? path : `${cwd}/${path}`)
  return {
    open: (path, flags, mode) => base.open(at(path), flags, mode),
    stat: (path, follow) => base.stat(at(path), follow),
    readdir: (path) => base.readdir(at(path)),
    readlink: (path) => base.readlink(at(path)),
    rename: (from, to) => base.rename(at(from), at(to)),
    unlink: (path) => base.unlink(at(path)),
    mkdir: (path, mode) => base.mkdir(at(path), mode),
    rmdir: (path) => base.rmdir(at(path)),
    utimes: (path, atimeMs, mtimeMs) => base.utimes(at(path), atimeMs, mtimeMs),
    cwd: () => cwd,
  }
}
