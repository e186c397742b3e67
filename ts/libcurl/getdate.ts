// Dates as libcurl parses them (C side: wasm/src/libcurl/getdate.c).
import { current } from './libcurl.js'
import { toText } from './option-values.js'

/**
 * Parses a date, in the forms of HTTP, mail and FTP, such as 'Sun, 06 Nov 1994 08:49:37 GMT'. Returns seconds since
 * 1970; null if it is not a date, or too late for this build (with Debian 12's emcc, after January 2038).
 * @see curl_getdate(3)
 */
export function getdate(text: string): number | null {
  const libcurl = current()
  const seconds = libcurl.withString(toText('getdate', text), (at) => libcurl.exports.parse_date(at))
  return seconds === -1 ? null : seconds
}
