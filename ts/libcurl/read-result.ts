// What a read callback of the application has returned, for libcurl: that of READFUNCTION, or of a part of MIMEPOST.
import { CURL_READFUNC_ABORT, CURL_READFUNC_PAUSE } from './constants.gen.js'
import type { Easy } from './easy.js'
import type { Libcurl } from './libcurl.js'
import { toBytes } from './option-values.js'
import type { Ptr } from './wasm-exports.js'

/** At most as many bytes as were asked for, nothing for the end, CURL_READFUNC_PAUSE, or CURL_READFUNC_ABORT. */
export type ReadResult = Uint8Array | string | number | null | void

/**
 * Copies the bytes to libcurl's buffer, and returns what libcurl gets.
 * @throws TypeError and RangeError that name the callback
 */
export function giveRead(
  name: string,
  result: ReadResult,
  easy: Easy,
  libcurl: Libcurl,
  buffer: Ptr,
  size: number,
): number {
  if (result === null || result === undefined) return 0
  if (typeof result === 'number') {
    if (result === CURL_READFUNC_PAUSE) easy.holdSending()
    else if (result !== CURL_READFUNC_ABORT)
      throw new TypeError(
        `${name} returned the number ${result}: it returns bytes, null, CURL_READFUNC_PAUSE or CURL_READFUNC_ABORT`,
      )
    return result
  }
  const bytes = toBytes(name, result)
  if (bytes.length > size)
    throw new RangeError(`${name} returned ${bytes.length} bytes, and may return at most ${size}`)
  libcurl.host.memory.bytes.set(bytes, buffer)
  return bytes.length
}
