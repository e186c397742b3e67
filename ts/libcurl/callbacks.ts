// The callbacks of an easy handle (C side: wasm/src/libcurl/callbacks.c): from the module's imports to the
// application's functions.
//
// The arguments are libcurl's, in libcurl's order; a pointer and its length become one Uint8Array, a copy that the
// application may keep. The value of a *DATA option is passed where the man page has the user pointer. An exception
// cannot pass through libcurl: it is kept on the handle, libcurl gets the return value that ends the transfer, and the
// exception becomes the `cause` of the CurlError.
import { readAddress } from '../../shim/address.js'
import type { Address } from '../../shim/transports/transport.js'
import * as c from './constants.gen.js'
import type { Easy } from './easy.js'
import { reportLater } from '../common/exceptions.js'
import type { EasyPtr, MultiPtr, Ptr } from './wasm-exports.js'
import type { Libcurl } from './libcurl.js'
import {
  CURLOPT_HEADERFUNCTION,
  CURLOPT_INTERLEAVEFUNCTION,
  CURLOPT_PROGRESSFUNCTION,
  CURLOPT_WRITEFUNCTION,
  CURLOPT_XFERINFOFUNCTION,
} from './numbers.gen.js'
import type {
  CurlFileType,
  CurlInfoType,
  CurlIoCommand,
  CurlNotification,
  CurlPoll,
  CurlSocketPurpose,
} from './options.gen.js'
import { toBytes } from './options.js'
import { readSession, type ExportedSession } from './ssls.js'

/** The address a socket is about to be opened for. @see CURLOPT_OPENSOCKETFUNCTION(3) */
export type SocketAddress = Address & { socktype: number; protocol: number }

/** A file of a wildcard download. Numbers count only where `flags` has their bit. @see CURLOPT_CHUNK_BGN_FUNCTION(3) */
export interface FileInfo {
  filename: string
  filetype: CurlFileType
  perm: number
  uid: number
  gid: number
  size: number
  hardlinks: number
  flags: number
  strings: {
    time: string | null
    perm: string | null
    user: string | null
    group: string | null
    target: string | null
  }
}

/**
 * An entry of the HSTS cache. `expire` is 'YYYYMMDD HH:MM:SS', or undefined for never. @see CURLOPT_HSTSREADFUNCTION(3)
 */
export interface HstsEntry {
  host: string
  includeSubDomains: boolean
  expire?: string
}

/**
 * Every callback option of an easy handle. To return undefined means success: all bytes were written, the seek was
 * done, the transfer goes on.
 */
export interface EasyCallbacks {
  /**
   * CURL_WRITEFUNC_PAUSE pauses the transfer, and the chunk comes again after pause(CURLPAUSE_CONT). The decoder of a
   * compressed body (ACCEPT_ENCODING) stops meanwhile. @see CURLOPT_WRITEFUNCTION(3)
   */
  WRITEFUNCTION(chunk: Uint8Array<ArrayBuffer>, userdata: unknown): number | void
  /** One header line with its line end. @see CURLOPT_HEADERFUNCTION(3) */
  HEADERFUNCTION(line: Uint8Array<ArrayBuffer>, userdata: unknown): number | void
  /** @see CURLOPT_INTERLEAVEFUNCTION(3) */
  INTERLEAVEFUNCTION(packet: Uint8Array<ArrayBuffer>, userdata: unknown): number | void
  /**
   * Returns at most `size` bytes; null or undefined to end the upload; or CURL_READFUNC_PAUSE or CURL_READFUNC_ABORT.
   * @see CURLOPT_READFUNCTION(3)
   */
  READFUNCTION(size: number, userdata: unknown): Uint8Array | string | number | null | void
  /** @see CURLOPT_SEEKFUNCTION(3) */
  SEEKFUNCTION(userdata: unknown, offset: number, origin: number): number | void
  /** @see CURLOPT_IOCTLFUNCTION(3) */
  IOCTLFUNCTION(easy: Easy, cmd: CurlIoCommand, userdata: unknown): number | void
  /** @see CURLOPT_DEBUGFUNCTION(3) */
  DEBUGFUNCTION(easy: Easy, type: CurlInfoType, data: Uint8Array<ArrayBuffer>, userdata: unknown): void
  /** @see CURLOPT_PROGRESSFUNCTION(3) */
  PROGRESSFUNCTION(userdata: unknown, dltotal: number, dlnow: number, ultotal: number, ulnow: number): number | void
  /**
   * Counts are bytes. Any result except 0 and undefined ends the transfer. Needs NOPROGRESS false.
   * @see CURLOPT_XFERINFOFUNCTION(3)
   */
  XFERINFOFUNCTION(userdata: unknown, dltotal: number, dlnow: number, ultotal: number, ulnow: number): number | void
  /** @see CURLOPT_SOCKOPTFUNCTION(3) */
  SOCKOPTFUNCTION(userdata: unknown, s: number, purpose: CurlSocketPurpose): number | void
  /** Returns a socket of sockets.open(), or CURL_SOCKET_BAD. @see CURLOPT_OPENSOCKETFUNCTION(3) */
  OPENSOCKETFUNCTION(userdata: unknown, purpose: CurlSocketPurpose, address: SocketAddress): number
  /** Has to close the socket with sockets.close(). @see CURLOPT_CLOSESOCKETFUNCTION(3) */
  CLOSESOCKETFUNCTION(userdata: unknown, s: number): number | void
  /** @see CURLOPT_PREREQFUNCTION(3) */
  PREREQFUNCTION(
    userdata: unknown,
    primaryIp: string,
    localIp: string,
    primaryPort: number,
    localPort: number,
  ): number | void
  /** @see CURLOPT_RESOLVER_START_FUNCTION(3) */
  RESOLVER_START_FUNCTION(userdata: unknown): number | void
  /** @see CURLOPT_CHUNK_BGN_FUNCTION(3) */
  CHUNK_BGN_FUNCTION(info: FileInfo, userdata: unknown, remains: number): number | void
  /** @see CURLOPT_CHUNK_END_FUNCTION(3) */
  CHUNK_END_FUNCTION(userdata: unknown): number | void
  /** @see CURLOPT_FNMATCH_FUNCTION(3) */
  FNMATCH_FUNCTION(userdata: unknown, pattern: string, string: string): number
  /** Returns header lines, or CURL_TRAILERFUNC_ABORT. @see CURLOPT_TRAILERFUNCTION(3) */
  TRAILERFUNCTION(userdata: unknown): string[] | number | void
  /** Returns the next entry, null after the last one, or CURLSTS_FAIL. @see CURLOPT_HSTSREADFUNCTION(3) */
  HSTSREADFUNCTION(easy: Easy, userdata: unknown): HstsEntry | number | null | void
  /** @see CURLOPT_HSTSWRITEFUNCTION(3) */
  HSTSWRITEFUNCTION(
    easy: Easy,
    entry: HstsEntry,
    index: { index: number; total: number },
    userdata: unknown,
  ): number | void
}

export type CallbackName = keyof EasyCallbacks

/** The callbacks to which each *DATA option belongs. */
export const dataOptions: Readonly<Record<string, readonly CallbackName[]>> = {
  WRITEDATA: ['WRITEFUNCTION'],
  HEADERDATA: ['HEADERFUNCTION'],
  INTERLEAVEDATA: ['INTERLEAVEFUNCTION'],
  READDATA: ['READFUNCTION'],
  SEEKDATA: ['SEEKFUNCTION'],
  IOCTLDATA: ['IOCTLFUNCTION'],
  DEBUGDATA: ['DEBUGFUNCTION'],
  XFERINFODATA: ['PROGRESSFUNCTION', 'XFERINFOFUNCTION'],
  SOCKOPTDATA: ['SOCKOPTFUNCTION'],
  OPENSOCKETDATA: ['OPENSOCKETFUNCTION'],
  CLOSESOCKETDATA: ['CLOSESOCKETFUNCTION'],
  PREREQDATA: ['PREREQFUNCTION'],
  RESOLVER_START_DATA: ['RESOLVER_START_FUNCTION'],
  CHUNK_DATA: ['CHUNK_BGN_FUNCTION', 'CHUNK_END_FUNCTION'],
  FNMATCH_DATA: ['FNMATCH_FUNCTION'],
  TRAILERDATA: ['TRAILERFUNCTION'],
  HSTSREADDATA: ['HSTSREADFUNCTION'],
  HSTSWRITEDATA: ['HSTSWRITEFUNCTION'],
}

/** Options whose calls share one import, by number. */
const WRITERS: Record<number, 'WRITEFUNCTION' | 'HEADERFUNCTION' | 'INTERLEAVEFUNCTION'> = {
  [CURLOPT_WRITEFUNCTION]: 'WRITEFUNCTION',
  [CURLOPT_HEADERFUNCTION]: 'HEADERFUNCTION',
  [CURLOPT_INTERLEAVEFUNCTION]: 'INTERLEAVEFUNCTION',
}
const PROGRESS: Record<number, 'PROGRESSFUNCTION' | 'XFERINFOFUNCTION'> = {
  [CURLOPT_PROGRESSFUNCTION]: 'PROGRESSFUNCTION',
  [CURLOPT_XFERINFOFUNCTION]: 'XFERINFOFUNCTION',
}

/** Functions that read and write the module's own memory. */
const inPlace = new WeakSet<object>()

/** Marks a WRITEFUNCTION or HEADERFUNCTION that gets libcurl's own memory, not a copy: it is valid until it returns. */
export function withoutCopy(
  write: (bytes: Uint8Array<ArrayBuffer>) => number | void,
): (bytes: Uint8Array<ArrayBuffer>) => number | void {
  inPlace.add(write)
  return write
}

/**
 * Marks a READFUNCTION that writes into libcurl's buffer. It returns a number of bytes, CURL_READFUNC_PAUSE or _ABORT.
 */
export function readInto(read: (buffer: Uint8Array<ArrayBuffer>) => number): EasyCallbacks['READFUNCTION'] {
  inPlace.add(read)
  return read as never
}

type Call = (...args: never[]) => number | void

/** The imports of module "libcurl". `instance` is called when they are, which is after the instance exists. */
export function callbackImports(instance: () => Libcurl): Record<string, Call> {
  /**
   * Calls the application's function of one option. libcurl gets `failed` if the function throws, or if the handle is
   * not known any more.
   */
  const call = <N extends CallbackName>(
    pointer: EasyPtr,
    name: N,
    failed: number,
    run: (callback: EasyCallbacks[N], userdata: unknown, easy: Easy, libcurl: Libcurl) => number,
  ): number => {
    const libcurl = instance()
    const easy = libcurl.easies.get(pointer)
    const callback = easy?.callback(name)
    if (!easy || !callback) return failed
    libcurl.callbackDepth++
    try {
      const result: unknown = run(callback, easy.userdata(name), easy, libcurl)
      // WebAssembly would convert anything else to 0, which mostly means success
      if (typeof result !== 'number') throw new TypeError(`${name} returned ${typeof result} where a number is due`)
      return result
    } catch (error) {
      easy.fault ??= error
      return failed
    } finally {
      libcurl.callbackDepth--
    }
  }

  const inMulti = (
    pointer: MultiPtr,
    failed: number,
    run: (multi: NonNullable<ReturnType<Libcurl['multis']['get']>>, libcurl: Libcurl) => number,
  ): number => {
    const libcurl = instance()
    const multi = libcurl.multis.get(pointer)
    if (!multi) return failed
    try {
      const result: unknown = libcurl.inCallback(() => run(multi, libcurl))
      return typeof result === 'number' ? result : 0
    } catch (error) {
      multi.fault(error)
      return failed
    }
  }

  return {
    on_write: (easy: EasyPtr, option: number, data: Ptr, length: number) =>
      call(easy, WRITERS[option]!, c.CURL_WRITEFUNC_ERROR, (callback, userdata, handle, libcurl) => {
        const { memory } = libcurl.host
        const bytes = inPlace.has(callback) ? memory.slice(data, length) : memory.copy(data, length)
        const taken = callback(bytes, userdata) ?? length
        if (taken === c.CURL_WRITEFUNC_PAUSE) handle.holdReceiving()
        return taken
      }),

    on_read: (easy: EasyPtr, buffer: Ptr, size: number) =>
      call(easy, 'READFUNCTION', c.CURL_READFUNC_ABORT, (callback, userdata, _, libcurl) => {
        if (inPlace.has(callback)) return callback(libcurl.host.memory.slice(buffer, size) as never, userdata) as number
        const result = callback(size, userdata)
        if (result === null || result === undefined) return 0
        if (typeof result === 'number') {
          if (result === c.CURL_READFUNC_PAUSE || result === c.CURL_READFUNC_ABORT) return result
          throw new TypeError(
            `READFUNCTION returned the number ${result}: it returns bytes, null, CURL_READFUNC_PAUSE or CURL_READFUNC_ABORT`,
          )
        }
        const bytes = toBytes('READFUNCTION', result)
        if (bytes.length > size)
          throw new RangeError(`READFUNCTION returned ${bytes.length} bytes where at most ${size} were asked for`)
        libcurl.host.memory.bytes.set(bytes, buffer)
        return bytes.length
      }),

    on_seek: (easy: EasyPtr, offset: number, origin: number) =>
      call(
        easy,
        'SEEKFUNCTION',
        c.CURL_SEEKFUNC_FAIL,
        (callback, userdata) => callback(userdata, offset, origin) ?? c.CURL_SEEKFUNC_OK,
      ),

    on_ioctl: (easy: EasyPtr, cmd: CurlIoCommand) =>
      call(
        easy,
        'IOCTLFUNCTION',
        c.CURLIOE_FAILRESTART,
        (callback, userdata, handle) => callback(handle, cmd, userdata) ?? c.CURLIOE_OK,
      ),

    on_debug: (easy: EasyPtr, type: CurlInfoType, data: Ptr, length: number) =>
      call(easy, 'DEBUGFUNCTION', 0, (callback, userdata, handle, libcurl) => {
        callback(handle, type, libcurl.host.memory.copy(data, length), userdata)
        return 0
      }),

    on_progress: (easy: EasyPtr, option: number, dltotal: number, dlnow: number, ultotal: number, ulnow: number) =>
      call(easy, PROGRESS[option]!, 1, (callback, userdata) => callback(userdata, dltotal, dlnow, ultotal, ulnow) ?? 0),

    on_sockopt: (easy: EasyPtr, s: number, purpose: CurlSocketPurpose) =>
      call(
        easy,
        'SOCKOPTFUNCTION',
        c.CURL_SOCKOPT_ERROR,
        (callback, userdata) => callback(userdata, s, purpose) ?? c.CURL_SOCKOPT_OK,
      ),

    on_opensocket: (
      easy: EasyPtr,
      purpose: CurlSocketPurpose,
      _family: number,
      socktype: number,
      protocol: number,
      at: Ptr,
      length: number,
    ) =>
      call(easy, 'OPENSOCKETFUNCTION', c.CURL_SOCKET_BAD, (callback, userdata, _, libcurl) =>
        callback(userdata, purpose, { ...readAddress(libcurl.host.memory, at, length), socktype, protocol }),
      ),

    on_closesocket: (id: number, s: number) => {
      const libcurl = instance()
      try {
        const result: unknown = libcurl.inCallback(() => libcurl.closers.call(id, s))
        return typeof result === 'number' ? result : 1
      } catch (error) {
        reportLater(error)
        return 1
      }
    },

    on_prereq: (easy: EasyPtr, primaryIp: Ptr, localIp: Ptr, primaryPort: number, localPort: number) =>
      call(
        easy,
        'PREREQFUNCTION',
        c.CURL_PREREQFUNC_ABORT,
        (callback, userdata, _, { host: { memory } }) =>
          callback(userdata, memory.string(primaryIp), memory.string(localIp), primaryPort, localPort) ??
          c.CURL_PREREQFUNC_OK,
      ),

    on_resolver_start: (easy: EasyPtr) =>
      call(easy, 'RESOLVER_START_FUNCTION', 1, (callback, userdata) => callback(userdata) ?? 0),

    on_chunk_bgn: (easy: EasyPtr, info: Ptr, size: number, remains: number) =>
      call(easy, 'CHUNK_BGN_FUNCTION', c.CURL_CHUNK_BGN_FUNC_FAIL, (callback, userdata, _, libcurl) => {
        return callback(readFileInfo(libcurl, info, size), userdata, remains) ?? c.CURL_CHUNK_BGN_FUNC_OK
      }),

    on_chunk_end: (easy: EasyPtr) =>
      call(
        easy,
        'CHUNK_END_FUNCTION',
        c.CURL_CHUNK_END_FUNC_FAIL,
        (callback, userdata) => callback(userdata) ?? c.CURL_CHUNK_END_FUNC_OK,
      ),

    on_fnmatch: (easy: EasyPtr, pattern: Ptr, string: Ptr) =>
      call(easy, 'FNMATCH_FUNCTION', c.CURL_FNMATCHFUNC_FAIL, (callback, userdata, _, { host: { memory } }) =>
        callback(userdata, memory.string(pattern), memory.string(string)),
      ),

    on_trailer: (easy: EasyPtr, out: Ptr) =>
      call(easy, 'TRAILERFUNCTION', c.CURL_TRAILERFUNC_ABORT, (callback, userdata, _, libcurl) => {
        const result = callback(userdata)
        if (typeof result === 'number') return result
        libcurl.host.memory.setU32(out, libcurl.makeSlist(result ?? []))
        return c.CURL_TRAILERFUNC_OK
      }),

    on_hsts_read: (easy: EasyPtr, name: Ptr, size: number, expire: Ptr, subdomains: Ptr) =>
      call(easy, 'HSTSREADFUNCTION', c.CURLSTS_FAIL, (callback, userdata, handle, { host: { memory } }) => {
        const entry = callback(handle, userdata)
        if (typeof entry === 'number') return entry
        if (!entry) return c.CURLSTS_DONE
        // namelen is the room for the name without its terminator
        if (memory.writeString(name, size + 1, entry.host) < 0)
          throw new RangeError(`HSTSREADFUNCTION: the host name '${entry.host}' is too long`)
        if (memory.writeString(expire, HSTS_EXPIRE_SIZE, entry.expire ?? '') < 0)
          throw new RangeError(`HSTSREADFUNCTION: '${entry.expire}' is not 'YYYYMMDD HH:MM:SS'`)
        memory.setU32(subdomains, entry.includeSubDomains ? 1 : 0)
        return c.CURLSTS_OK
      }),

    on_hsts_write: (easy: EasyPtr, name: Ptr, expire: Ptr, subdomains: number, index: number, total: number) =>
      call(easy, 'HSTSWRITEFUNCTION', c.CURLSTS_FAIL, (callback, userdata, handle, { host: { memory } }) => {
        const until = memory.string(expire)
        const entry: HstsEntry = { host: memory.string(name), includeSubDomains: subdomains !== 0 }
        if (until !== UNLIMITED) entry.expire = until
        return callback(handle, entry, { index, total }, userdata) ?? c.CURLSTS_OK
      }),

    on_ssls_export: (easy: EasyPtr, ...session: ExportedSession) => {
      const libcurl = instance()
      const handle = libcurl.easies.get(easy)
      try {
        handle?.exported.push(readSession(libcurl, session))
        return c.CURLE_OK
      } catch (error) {
        handle!.fault ??= error
        return c.CURLE_OUT_OF_MEMORY
      }
    },

    on_socket: (multi: MultiPtr, easy: EasyPtr, s: number, what: CurlPoll, socketp: Ptr) =>
      inMulti(multi, -1, (handle, libcurl) =>
        handle.onSocket(libcurl.easies.get(easy) ?? null, s, what, socketp !== 0),
      ),

    on_idle: (admin: Ptr, share: Ptr, s: number, id: number) => instance().watchIdle(admin, share, s, id),

    on_timer: (multi: MultiPtr, ms: number) => inMulti(multi, -1, (handle) => handle.onTimer(ms)),

    on_push: (multi: MultiPtr, parent: EasyPtr, pushed: EasyPtr, count: number, headers: Ptr) =>
      inMulti(multi, c.CURL_PUSH_DENY, (handle, libcurl) => {
        const lines = Array.from({ length: count }, (_, i) =>
          libcurl.string(libcurl.exports.curl_pushheader_bynum(headers, i))!,
        )
        return handle.onPush(libcurl.easies.get(parent)!, pushed, lines)
      }),

    on_notify: (multi: MultiPtr, notification: CurlNotification, easy: EasyPtr) => {
      inMulti(multi, 0, (handle, libcurl) => (handle.onNotify(notification, libcurl.easies.get(easy) ?? null), 0))
    },
  }
}

/** What libcurl writes for an entry of the HSTS cache that never expires. */
const UNLIMITED = 'unlimited'

/** sizeof curl_hstsentry.expire */
const HSTS_EXPIRE_SIZE = 18

/** Reads `struct file_info` of wasm/src/libcurl/callbacks.c: twelve words. */
function readFileInfo(libcurl: Libcurl, at: Ptr, size: number): FileInfo {
  const { memory } = libcurl.host
  const word = (i: number): number => memory.u32(at + i * 4)
  const text = (i: number): string | null => libcurl.string(word(i))
  return {
    filename: memory.string(word(0)),
    filetype: word(1) as CurlFileType,
    perm: word(2),
    uid: word(3) | 0,
    gid: word(4) | 0,
    hardlinks: word(5) | 0,
    flags: word(6),
    size,
    strings: { time: text(7), perm: text(8), user: text(9), group: text(10), target: text(11) },
  }
}
