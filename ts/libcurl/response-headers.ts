// The headers of a response, as curl_easy_header(3) and curl_easy_nextheader(3) find them. An Easy has both calls.
import type { Memory } from '../../shim/memory.js'
import * as c from './constants.gen.js'
import { CurlHeaderError } from './errors.js'
import type { Libcurl } from './libcurl.js'
import { toLong, toText } from './option-values.js'
import type { EasyPtr, Ptr } from './wasm-exports.js'

/** A header of a response. @see curl_easy_header(3) */
export interface Header {
  /** As it came; case is not changed. */
  name: string
  /** Without whitespace around it. Decoded as UTF-8, or as ISO-8859-1 if it is not valid UTF-8. */
  value: string
  /** How many headers have this name. `index` says which of them this is, from 0. */
  amount: number
  index: number
  /** One of CURLH_HEADER, CURLH_TRAILER, CURLH_CONNECT, CURLH_1XX, CURLH_PSEUDO. */
  origin: number
}

const ORIGINS = c.CURLH_HEADER | c.CURLH_TRAILER | c.CURLH_CONNECT | c.CURLH_1XX | c.CURLH_PSEUDO

/** The results that say that there is no such header. */
const NOT_FOUND: ReadonlySet<number> = new Set([
  c.CURLHE_BADINDEX,
  c.CURLHE_MISSING,
  c.CURLHE_NOHEADERS,
  c.CURLHE_NOREQUEST,
])

/** What Easy.header() does. */
export function findHeader(
  libcurl: Libcurl,
  easy: EasyPtr,
  name: string,
  options: { index?: number; origin?: number; request?: number },
): Header | undefined {
  const { index = 0 } = options
  const { origin, request } = headerScope(options)
  if (toLong('header: index', index) < 0) throw new RangeError(`header: index takes a number from 0, not ${index}`)
  const { exports, host } = libcurl
  return libcurl.withSpace(4, (out) => {
    const result = libcurl.withString(toText('header', name), (at) =>
      exports.curl_easy_header(easy, at, index, origin, request, out),
    )
    if (result === c.CURLHE_OK) return readHeader(host.memory, host.memory.u32(out))
    if (NOT_FOUND.has(result)) return undefined
    throw new CurlHeaderError(result, `header('${name}') failed: ${c.CURLHcode[result] ?? `code ${result}`}`)
  })
}

/** What Easy.headers() does. */
export function allHeaders(
  { exports, host }: Libcurl,
  easy: EasyPtr,
  options: { origin?: number; request?: number },
): Header[] {
  const { origin, request } = headerScope(options)
  const headers = []
  for (
    let at = exports.curl_easy_nextheader(easy, origin, request, 0);
    at !== 0;
    at = exports.curl_easy_nextheader(easy, origin, request, at)
  ) {
    headers.push(readHeader(host.memory, at))
  }
  return headers
}

/**
 * Checks which headers are wanted. For bad arguments libcurl's iterator finds nothing; here it throws, as header()
 * does.
 */
function headerScope(options: { origin?: number; request?: number }): { origin: number; request: number } {
  const { origin = c.CURLH_HEADER, request = -1 } = options
  if (toLong('origin of headers', origin) <= 0 || origin > ORIGINS)
    throw new CurlHeaderError(
      c.CURLHE_BAD_ARGUMENT,
      `bad argument: the origin of headers is a sum of CURLH_*, not ${origin}`,
    )
  if (toLong('request of headers', request) < -1)
    throw new CurlHeaderError(
      c.CURLHE_BAD_ARGUMENT,
      `bad argument: the request of headers is a number from -1, not ${request}`,
    )
  return { origin, request }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Decodes a value, which may have any bytes: https://www.rfc-editor.org/rfc/rfc9110#section-5.5 */
function headerText(memory: Memory, at: Ptr): string {
  const bytes = memory.slice(at, memory.bytes.indexOf(0, at) - at)
  try {
    return utf8.decode(bytes)
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  }
}

/** struct curl_header */
function readHeader(memory: Memory, at: Ptr): Header {
  return {
    name: headerText(memory, memory.u32(at)),
    value: headerText(memory, memory.u32(at + 4)),
    amount: memory.u32(at + 8),
    index: memory.u32(at + 12),
    // libcurl adds an extra bit, so that code has to use a mask
    origin: memory.u32(at + 16) & ORIGINS,
  }
}
