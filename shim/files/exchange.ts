// A file that is not the file system's: what ts/ puts in, libcurl reads, and the other way round, all while one call
// goes on. It says that it is a device: a regular file would be replaced by another one when libcurl writes it.
import { emptyStat, type FileStat, type FileSystem, type OpenFile } from './filesystem.js'

export const EXCHANGE = '/libcurl-wasm/exchange'

export class Exchange {
  /** Set before libcurl reads, read after libcurl has written. */
  content: Uint8Array = new Uint8Array(0)

  open(truncate: boolean): OpenFile {
    if (truncate) this.content = new Uint8Array(0)
    let at = 0
    return {
      read: (into, position) => {
        const start = position ?? at
        const part = this.content.subarray(start, start + into.length)
        into.set(part)
        if (position === null) at += part.length
        return part.length
      },
      // always at the end: nobody seeks in it
      write: (from) => {
        const longer = new Uint8Array(this.content.length + from.length)
        longer.set(this.content)
        longer.set(from, this.content.length)
        this.content = longer
        return from.length
      },
      stat: () => this.stat(),
      truncate: () => void (this.content = new Uint8Array(0)),
      close: () => {},
    }
  }

  stat(): FileStat {
    return emptyStat('character', 0o666)
  }
}

/** `base` with the exchange in it. */
export function withExchange(base: FileSystem, exchange: Exchange): FileSystem {
  return {
    ...base,
    open: (path, flags, mode) => (path === EXCHANGE ? exchange.open(flags.truncate) : base.open(path, flags, mode)),
    stat: (path, follow) => (path === EXCHANGE ? exchange.stat() : base.stat(path, follow)),
  }
}
