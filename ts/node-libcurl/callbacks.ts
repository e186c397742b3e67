// The callbacks of node-libcurl over those of this package's Easy: `this` is the Easy, data are Buffers, and a result of
// the wrong type is an error that ends the transfer.
import { Buffer } from 'node:buffer'
import type { CallbackName, EasyCallbacks, FileInfo as OurFileInfo, HstsEntry } from '../libcurl/callback-types.js'
import { CURL_READFUNC_ABORT, CURL_READFUNC_PAUSE, CURL_TRAILERFUNC_ABORT } from '../libcurl/constants.gen.js'
import type { CurlHstsCacheEntry, FileInfo } from './option-types.js'

/** The application's function of one option, with `this` bound. */
export type Call = (...args: unknown[]) => unknown

/** The callbacks that node-libcurl has. */
export type BridgedName = Exclude<
  CallbackName,
  | 'CLOSESOCKETFUNCTION'
  | 'IOCTLFUNCTION'
  | 'OPENSOCKETFUNCTION'
  | 'RESOLVER_START_FUNCTION'
  | 'SOCKOPTFUNCTION'
  | 'SSH_KEYFUNCTION'
>

function checked(what: string, result: unknown, expected = 'an integer'): number {
  if (typeof result !== 'number') throw new TypeError(`Return value from the ${what} callback must be ${expected}.`)
  return result
}

/** The same bytes as a Buffer. */
const bufferOf = (bytes: Uint8Array<ArrayBuffer>): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const taking =
  (what: string) =>
  (call: Call): ((chunk: Uint8Array<ArrayBuffer>) => number) =>
  (chunk) =>
    checked(what, call(bufferOf(chunk), 1, chunk.length))

const progress =
  (call: Call): EasyCallbacks['XFERINFOFUNCTION'] =>
  (_userdata, dltotal, dlnow, ultotal, ulnow) =>
    checked('XFERINFO', call(dltotal, dlnow, ultotal, ulnow))

function fileInfo({ flags: _, strings, ...info }: OurFileInfo): FileInfo {
  const { time, perm, user, group, target } = strings
  return {
    ...info,
    filetype: info.filetype as number,
    time: new Date(0), // libcurl does not set it
    strings: { time: time ?? '', perm: perm ?? '', user: user ?? '', group: group ?? '', target },
  }
}

/** The longest host name that HSTSREADFUNCTION may return. A name of the DNS has 253 bytes at most (RFC 1035, 2.3.4). */
const LONGEST_HOST = 256

function hstsEntry(entry: unknown): HstsEntry {
  const wrong = (what: string): TypeError =>
    new TypeError(
      `HSTSREADFUNCTION returned ${what}. It returns null, an entry or an array of entries { host, includeSubDomains, ` +
        `expire }: please fix the HSTS callback.`,
    )
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) throw wrong('something else')
  const { host, includeSubDomains, expire } = entry as CurlHstsCacheEntry
  if (typeof host !== 'string') throw wrong('an entry whose host is not a string')
  if (Buffer.byteLength(host) > LONGEST_HOST) throw wrong(`a host of more than ${LONGEST_HOST} bytes`)
  if (typeof (includeSubDomains ?? false) !== 'boolean')
    throw wrong('an entry whose includeSubDomains is not a boolean')
  if (typeof (expire ?? '') !== 'string') throw wrong('an entry whose expire is not a string')
  if (expire && !/^\d{8} \d\d:\d\d:\d\d$/.test(expire)) throw wrong(`'${expire}' for 'YYYYMMDD HH:MM:SS'`)
  return { host, includeSubDomains: includeSubDomains ?? false, ...(expire && { expire }) }
}

/** Entries one by one, as libcurl asks for them: the function returns them so, or all at once. */
function hstsReader(call: Call): EasyCallbacks['HSTSREADFUNCTION'] {
  /** What is left of an array. */
  let rest: HstsEntry[] | null = null
  return () => {
    if (rest === null) {
      const result = call({ maxHostLengthBytes: LONGEST_HOST })
      if (result === null) return null
      if (!Array.isArray(result)) return hstsEntry(result)
      rest = result.map(hstsEntry)
    }
    const next = rest.shift()
    if (!next) rest = null
    return next ?? null
  }
}

/** For each option, what makes a callback of this package's Easy. */
export const BRIDGES: { readonly [N in BridgedName]: (call: Call) => EasyCallbacks[N] } = {
  WRITEFUNCTION: taking('WRITE'),
  HEADERFUNCTION: taking('HEADER'),
  INTERLEAVEFUNCTION: taking('INTERLEAVE'),
  READFUNCTION: (call) => (size) => {
    const buffer = Buffer.allocUnsafe(size)
    const result = checked('READ', call(buffer, 1, size))
    if (result === CURL_READFUNC_PAUSE) return result
    if (result < 0 || result === CURL_READFUNC_ABORT) return CURL_READFUNC_ABORT
    if (result > size)
      throw new RangeError(`The READ callback returned ${result}, and may write ${size} bytes at most.`)
    return buffer.subarray(0, result)
  },
  SEEKFUNCTION: (call) => (_userdata, offset, origin) => checked('SEEK', call(offset, origin)),
  DEBUGFUNCTION: (call) => (_easy, type, data) => void checked('DEBUG', call(type, bufferOf(data))),
  PROGRESSFUNCTION: progress,
  XFERINFOFUNCTION: progress,
  PREREQFUNCTION: (call) => (_userdata, primaryIp, localIp, primaryPort, localPort) =>
    checked('PREREQ', call(primaryIp, localIp, primaryPort, localPort), 'a number'),
  CHUNK_BGN_FUNCTION: (call) => (info, _userdata, remains) => checked('CHUNK_BGN', call(fileInfo(info), remains)),
  CHUNK_END_FUNCTION: (call) => () => checked('CHUNK_END', call()),
  FNMATCH_FUNCTION: (call) => (_userdata, pattern, string) => checked('FNMATCH', call(pattern, string)),
  TRAILERFUNCTION: (call) => () => {
    const lines = call()
    if (lines === false) return CURL_TRAILERFUNC_ABORT
    if (Array.isArray(lines) && lines.every((line) => typeof line === 'string')) return lines
    throw new TypeError('Return value from the Trailer callback must be an array of strings or false.')
  },
  HSTSREADFUNCTION: hstsReader,
  HSTSWRITEFUNCTION:
    (call) =>
    (_easy, { host, includeSubDomains, expire = null }, { index, total }) => {
      const count = Object.defineProperty({ index, total }, 'count', { value: total })
      return checked('HSTSWRITEFUNCTION', call({ host, includeSubDomains, expire }, count))
    },
  SSH_HOSTKEYFUNCTION: (call) => (_userdata, keytype, key) =>
    checked('SSH_HOSTKEYFUNCTION', call(keytype, bufferOf(key))),
}

export function isBridged(name: string): name is BridgedName {
  return Object.hasOwn(BRIDGES, name)
}
