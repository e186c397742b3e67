// Dates as libcurl reads them (twin: wasm/src/libcurl/getdate.c).
import { current } from './libcurl.js'
import { toText } from './options.js'

/**
 * The seconds since 1970 of a date, in the forms that HTTP, mail and FTP have: 'Sun, 06 Nov 1994 08:49:37 GMT'. null for
 * what is none, or is too late for this build (with Debian 12's emcc, after January 2038).
 * @see curl_getdate(3)
 */
export function getdate(text: string): number | null {
  const libcurl = current()
  const seconds = libcurl.withString(toText('getdate', text), (at) => libcurl.exports.parse_date(at))
  return seconds === -1 ? null : seconds
}
