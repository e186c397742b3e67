// Setting options: from JavaScript values to libcurl's types, which come from its own table of options.
import {
  CURLE_UNKNOWN_OPTION,
  CURLOT_BLOB,
  CURLOT_LONG,
  CURLOT_OFF_T,
  CURLOT_SLIST,
  CURLOT_STRING,
  CURLOT_VALUES,
} from './constants.gen.js'
import { describe } from '../common/describe.js'
import { CurlError } from './errors.js'
import type { EasyPtr } from './wasm-exports.js'
import type { EasyOption, Libcurl } from './libcurl.js'

/** A switch: true and false, or 1 and 0. */
export type OnOff = boolean | number

/** Bytes. A string is encoded as UTF-8. */
export type Bytes = string | ArrayBuffer | ArrayBufferView

/** Finds an option by name, by full name ('CURLOPT_URL'), or by number. Throws CurlError (CURLE_UNKNOWN_OPTION). */
export function findOption(libcurl: Libcurl, option: string | number): EasyOption {
  const found = libcurl.option(
    typeof option === 'string' && option.startsWith('CURLOPT_') ? option.slice('CURLOPT_'.length) : option,
  )
  if (found) return found
  throw new CurlError(
    CURLE_UNKNOWN_OPTION,
    `libcurl has no option ${typeof option === 'number' ? option : `'${option}'`}`,
  )
}

export function wrongType(name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${name} takes ${expected}, not ${describe(value)}`)
}

/** Checks a `long`, which has 32 bits. Unsigned values are accepted too, because bit masks use all bits. */
export function toLong(name: string, value: unknown): number {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value !== 'number') throw wrongType(name, 'a number or a boolean', value)
  if (!Number.isInteger(value) || value < -(2 ** 31) || value >= 2 ** 32) {
    throw new RangeError(`${name} takes an integer of 32 bits, not ${value}`)
  }
  return value | 0
}

export function toOffT(name: string, value: unknown): number {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw wrongType(name, 'a number', value)
  const number = Number(value)
  if (!Number.isSafeInteger(number))
    throw new RangeError(`${name} takes an integer between -2^53 and 2^53, not ${value}`)
  return number
}

export function toText(name: string, value: unknown): string {
  if (typeof value !== 'string') throw wrongType(name, 'a string', value)
  if (value.includes('\0')) throw new RangeError(`${name} takes a string without NUL characters`)
  return value
}

export function toBytes(name: string, value: unknown): Uint8Array {
  if (typeof value === 'string') return new TextEncoder().encode(value)
  if (value instanceof Uint8Array) return value
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  throw wrongType(name, 'bytes (Uint8Array) or a string', value)
}

/** Checks a list of texts. Texts that are not UTF-8 are passed as bytes. */
export function toTexts(name: string, value: unknown): (string | Uint8Array)[] {
  if (!Array.isArray(value)) throw wrongType(name, 'an array of strings', value)
  return value.map((text, i) => (text instanceof Uint8Array ? text : toText(`${name}[${i}]`, text)))
}

/** Memory that libcurl keeps a pointer to. It is freed when the last handle that uses it releases it. */
export class Kept {
  #users = 1
  constructor(private readonly free: () => void) {}
  use(): this {
    this.#users++
    return this
  }
  release(): void {
    if (--this.#users === 0) this.free()
  }
}

/**
 * Sets an option of one of the plain types. Returns libcurl's result, and memory that has to live as long as the option
 * is set; null for an option of another type. Throws a TypeError or RangeError that names the option.
 */
export function setPlain(
  libcurl: Libcurl,
  easy: EasyPtr,
  option: EasyOption,
  value: unknown,
): { result: number; kept?: Kept } | null {
  const { exports } = libcurl
  const { id, name } = option
  const none = value === null || value === undefined
  switch (option.type) {
    case CURLOT_LONG:
    case CURLOT_VALUES:
      return { result: exports.easy_setopt_long(easy, id, toLong(name, value)) }
    case CURLOT_OFF_T:
      return { result: exports.easy_setopt_off_t(easy, id, toOffT(name, value)) }
    case CURLOT_STRING: {
      if (none) return { result: exports.easy_setopt_pointer(easy, id, 0) }
      const text = value instanceof URL ? value.href : value instanceof Uint8Array ? value : toText(name, value)
      return { result: libcurl.withString(text, (at) => exports.easy_setopt_pointer(easy, id, at)) }
    }
    case CURLOT_SLIST: {
      const list = libcurl.makeSlist(none ? [] : toTexts(name, value))
      const kept = new Kept(() => exports.curl_slist_free_all(list))
      return { result: exports.easy_setopt_pointer(easy, id, list), kept }
    }
    case CURLOT_BLOB: {
      if (none) return { result: exports.easy_setopt_pointer(easy, id, 0) }
      const bytes = toBytes(name, value)
      return { result: libcurl.withBytes(bytes, (at) => exports.easy_setopt_blob(easy, id, at, bytes.length)) }
    }
    default:
      return null
  }
}
