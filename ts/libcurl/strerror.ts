// libcurl's texts for its result codes, for each family of codes that has texts.
import type { StringPtr } from './wasm-exports.js'
import { current, type Libcurl } from './libcurl.js'
import { toLong } from './option-values.js'

function text(strerror: (libcurl: Libcurl) => StringPtr): string {
  const libcurl = current()
  return libcurl.string(strerror(libcurl))!
}

/** What a CURLcode means. @see curl_easy_strerror(3) */
export function easyStrerror(code: number): string {
  return text(({ exports }) => exports.curl_easy_strerror(toLong('easyStrerror', code)))
}

/** What a CURLMcode means. @see curl_multi_strerror(3) */
export function multiStrerror(code: number): string {
  return text(({ exports }) => exports.curl_multi_strerror(toLong('multiStrerror', code)))
}

/** What a CURLSHcode means. @see curl_share_strerror(3) */
export function shareStrerror(code: number): string {
  return text(({ exports }) => exports.curl_share_strerror(toLong('shareStrerror', code)))
}

/** What a CURLUcode means. @see curl_url_strerror(3) */
export function urlStrerror(code: number): string {
  return text(({ exports }) => exports.curl_url_strerror(toLong('urlStrerror', code)))
}
