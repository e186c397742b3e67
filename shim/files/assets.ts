// A file system in front of another one, which adds files made by the program: above all the CA certificates. They are
// read-only, and made when they are first used.
import { emptyStat, type FileStat, type FileSystem, type OpenFile } from './filesystem.js'

const BLOCK = 512

function assetStat(size: number): FileStat {
  return { ...emptyStat('file', 0o444), size, blocks: Math.ceil(size / BLOCK) }
}

function denied(code: string): Error & { code: string } {
  return Object.assign(new Error(code), { code })
}

/** A file that is one array of bytes. */
export class AssetFile implements OpenFile {
  #position = 0
  constructor(private readonly content: Uint8Array) {}

  read(into: Uint8Array, position: number | null): number {
    const at = position ?? this.#position
    const part = this.content.subarray(at, at + into.length)
    into.set(part)
    if (position === null) this.#position += part.length
    return part.length
  }

  write(): number {
    throw denied('EBADF')
  }

  truncate(): void {
    throw denied('EINVAL')
  }

  stat(): FileStat {
    return assetStat(this.content.length)
  }

  close(): void {}
}

export interface Assets {
  /** Path -> the function that makes the content. */
  [path: string]: () => Uint8Array
}

/** `base` with `assets` on top. */
export function withAssets(base: FileSystem, assets: Assets): FileSystem {
  const contents = new Map<string, Uint8Array>()
  const contentOf = (path: string): Uint8Array => {
    let content = contents.get(path)
    if (!content) contents.set(path, (content = assets[path]!()))
    return content
  }
  const isAsset = (path: string): boolean => Object.hasOwn(assets, path)
  const guarded = (path: string): void => {
    if (isAsset(path)) throw denied('EROFS')
  }
  return {
    readdir: (path) => base.readdir(path),
    readlink: (path) => base.readlink(path),
    mkdir: (path, mode) => base.mkdir(path, mode),
    rmdir: (path) => base.rmdir(path),
    cwd: () => base.cwd(),
    open(path, flags, mode) {
      if (!isAsset(path)) return base.open(path, flags, mode)
      if (flags.write) throw denied('EROFS')
      return new AssetFile(contentOf(path))
    },
    stat: (path, follow) => (isAsset(path) ? assetStat(contentOf(path).length) : base.stat(path, follow)),
    rename(from, to) {
      guarded(from)
      guarded(to)
      base.rename(from, to)
    },
    unlink(path) {
      guarded(path)
      base.unlink(path)
    },
    utimes(path, atimeMs, mtimeMs) {
      guarded(path)
      base.utimes(path, atimeMs, mtimeMs)
    },
  }
}
