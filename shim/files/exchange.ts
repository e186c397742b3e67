// A file to pass content between ts/ and libcurl, in either direction, during one call. It is in front of the file
// system. Its type is a device, because libcurl would replace a regular file by another one when it writes.
import { emptyStat, type FileStat, type FileSystem, type OpenFile } from './filesystem.js'

export const EXCHANGE = '/libcurl-wasm/exchange'

export class Exchange {
  /** To set before libcurl reads, or to read after libcurl has written. */
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
      // always at the end: libcurl does not seek in it
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
