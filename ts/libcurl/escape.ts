// Percent-encoding, byte by byte, as libcurl does it.
import { CURLE_OUT_OF_MEMORY } from './constants.gen.js'
import { CurlError } from './errors.js'
import { current } from './libcurl.js'
import { toBytes, toText, type Bytes } from './option-values.js'

/** Keeps a byte order mark, as any other character. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

function outOfMemory(what: string): CurlError {
  return new CurlError(CURLE_OUT_OF_MEMORY, `${what}: out of memory`)
}

/**
 * Percent-encodes all bytes except letters, digits, '-', '.', '_' and '~'. A string is encoded as UTF-8.
 * @throws CurlError if there is no memory
 * @see curl_easy_escape(3)
 */
export function escape(text: Bytes): string {
  const bytes = toBytes('escape', text)
  // for libcurl, a length of 0 means that the text ends with a NUL
  if (bytes.length === 0) return ''
  const libcurl = current()
  const at = libcurl.withBytes(bytes, (from) => libcurl.exports.curl_easy_escape(0, from, bytes.length))
  const escaped = libcurl.string(at)
  if (escaped === null) throw outOfMemory('escape')
  libcurl.exports.curl_free(at)
  return escaped
}

/**
 * The bytes of a percent-encoded text. A '%' without two hexadecimal digits stays as it is.
 * @throws CurlError if there is no memory
 * @see curl_easy_unescape(3)
 */
export function unescapeBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = encoder.encode(toText('unescape', text))
  if (bytes.length === 0) return new Uint8Array()
  const libcurl = current()
  const { exports, host } = libcurl
  return libcurl.withSpace(4, (length) => {
    const at = libcurl.withBytes(bytes, (from) => exports.curl_easy_unescape(0, from, bytes.length, length))
    if (at === 0) throw outOfMemory('unescape')
    const unescaped = host.memory.copy(at, host.memory.u32(length))
    exports.curl_free(at)
    return unescaped
  })
}

/** The same as text, from UTF-8; invalid bytes become U+FFFD. @throws CurlError @see curl_easy_unescape(3) */
export function unescape(text: string): string {
  return decoder.decode(unescapeBytes(text))
}
