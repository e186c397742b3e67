// Calls the application's callbacks of an easy handle: Easy.setopt() registers them (easy-options.ts), and the module's
// imports of "libcurl", from on_write to on_ssh_hostkey, call them (C side: wasm/src/libcurl/callbacks.c).
//
// The callbacks of a multi handle are in multi-callbacks.ts, and the sources of MIMEPOST in mime.ts.
//
// An exception cannot pass through libcurl: it is kept on the handle, libcurl gets the return value that ends the
// transfer, and the exception becomes the `cause` of the CurlError.
import { readAddress } from '../../shim/address.js'
import { reportLater } from '../common/exceptions.js'
import type { CallbackName, EasyCallbacks, FileInfo, HstsEntry, SshKey } from './callback-types.js'
import * as c from './constants.gen.js'
import type { Easy } from './easy.js'
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
  CurlKhMatch,
  CurlKhType,
  CurlSocketPurpose,
} from './option-types.gen.js'
import { wrongType } from './option-values.js'
import { giveRead } from './read-result.js'
import type { EasyPtr, Ptr } from './wasm-exports.js'

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

/**
 * Makes a WRITEFUNCTION or HEADERFUNCTION that gets libcurl's own memory, and not a copy of it. The bytes are valid until
 * the function returns, or makes another call of this package. The function must not change them, nor transfer their buffer.
 * @see CURLOPT_WRITEFUNCTION(3)
 * @example
 * easy.setopt('WRITEFUNCTION', withoutCopy((chunk) => void hash.update(chunk)))
 */
export function withoutCopy(write: EasyCallbacks['WRITEFUNCTION']): EasyCallbacks['WRITEFUNCTION'] {
  if (typeof write !== 'function') throw wrongType('withoutCopy', 'a function', write)
  inPlace.add(write)
  return write
}

/**
 * Makes a READFUNCTION that writes into libcurl's own buffer. It gets the whole buffer, and returns how many bytes it has
 * written to its start, 0 to end the upload, CURL_READFUNC_PAUSE or CURL_READFUNC_ABORT. The buffer is valid until the
 * function returns, or makes another call of this package.
 * @see CURLOPT_READFUNCTION(3)
 * @example
 * easy.setopt('READFUNCTION', readInto((buffer) => fs.readSync(fd, buffer)))
 */
export function readInto(
  read: (buffer: Uint8Array<ArrayBuffer>, userdata: unknown) => number,
): EasyCallbacks['READFUNCTION'] {
  if (typeof read !== 'function') throw wrongType('readInto', 'a function', read)
  inPlace.add(read)
  return read as never
}

type Call = (...args: never[]) => number | void

/** The imports of module "libcurl". `instance` is called when they are, which is after the instance exists. */
export function easyCallbackImports(instance: () => Libcurl): Record<string, Call> {
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
      if (typeof result !== 'number')
        throw new TypeError(`${name} returned ${typeof result}, and has to return a number`)
      return result
    } catch (error) {
      easy.fault ??= error
      return failed
    } finally {
      libcurl.callbackDepth--
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
      call(easy, 'READFUNCTION', c.CURL_READFUNC_ABORT, (callback, userdata, handle, libcurl) => {
        if (inPlace.has(callback)) return callback(libcurl.host.memory.slice(buffer, size) as never, userdata) as number
        return giveRead('READFUNCTION', callback(size, userdata), handle, libcurl, buffer, size)
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

    on_ssh_key: (easy: EasyPtr, known: Ptr, found: Ptr, match: CurlKhMatch) =>
      call(easy, 'SSH_KEYFUNCTION', c.CURLKHSTAT_REJECT, (callback, userdata, handle, libcurl) =>
        callback(handle, readSshKey(libcurl, known), readSshKey(libcurl, found)!, match, userdata),
      ),

    on_ssh_hostkey: (easy: EasyPtr, keytype: CurlKhType, key: Ptr, length: number) =>
      call(easy, 'SSH_HOSTKEYFUNCTION', c.CURLE_PEER_FAILED_VERIFICATION, (callback, userdata, _, libcurl) =>
        callback(userdata, keytype, libcurl.host.memory.copy(key, length)),
      ),
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

/** Reads a curl_khkey: three words. A length of 0 means Base64, as the file of known hosts has it. */
function readSshKey(libcurl: Libcurl, at: Ptr): SshKey | null {
  if (at === 0) return null
  const { memory } = libcurl.host
  const [key, length, keytype] = [memory.u32(at), memory.u32(at + 4), memory.u32(at + 8) as CurlKhType]
  if (length > 0) return { keytype, key: memory.copy(key, length) }
  return { keytype, key: Uint8Array.from(atob(memory.string(key)), (char) => char.charCodeAt(0)) }
}
