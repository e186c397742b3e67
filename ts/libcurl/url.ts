// URLs, parsed and assembled by libcurl, as a transfer does it.
import * as c from './constants.gen.js'
import { CurlUrlError } from './errors.js'
import type { UrlPtr } from './wasm-exports.js'
import { born, closed } from './lifetime.js'
import { current, type Libcurl } from './libcurl.js'
import { toText, wrongType } from './option-values.js'

const PARTS = {
  URL: c.CURLUPART_URL,
  SCHEME: c.CURLUPART_SCHEME,
  USER: c.CURLUPART_USER,
  PASSWORD: c.CURLUPART_PASSWORD,
  OPTIONS: c.CURLUPART_OPTIONS,
  HOST: c.CURLUPART_HOST,
  PORT: c.CURLUPART_PORT,
  PATH: c.CURLUPART_PATH,
  QUERY: c.CURLUPART_QUERY,
  FRAGMENT: c.CURLUPART_FRAGMENT,
  ZONEID: c.CURLUPART_ZONEID,
} as const

/** The parts of a URL, by name without 'CURLUPART_'. */
export type UrlPart = keyof typeof PARTS

/** Finds a part by name or by full name ('CURLUPART_HOST'). Throws a CurlUrlError that names it. */
function findPart(part: string): UrlPart {
  const name = part.replace(/^CURLUPART_/, '')
  if (Object.hasOwn(PARTS, name)) return name as UrlPart
  throw new CurlUrlError(c.CURLUE_UNKNOWN_PART, `a URL has no part '${part}'`)
}

function check(libcurl: Libcurl, result: number, what: string): void {
  if (result === c.CURLUE_OK) return
  throw new CurlUrlError(result, `${what}: ${libcurl.string(libcurl.exports.curl_url_strerror(result))}`)
}

function orOutOfMemory(url: UrlPtr): UrlPtr {
  if (url === 0) throw new CurlUrlError(c.CURLUE_OUT_OF_MEMORY, 'curl_url: out of memory')
  return url
}

/** Makes a CURLU from a text, a URL or a CurlUrl. The caller frees it. Error messages begin with `what`. */
export function makeUrl(libcurl: Libcurl, from: unknown, flags: number, what: string): UrlPtr {
  const { exports } = libcurl
  if (from instanceof CurlUrl) return orOutOfMemory(exports.curl_url_dup(from.pointer))
  const text = from instanceof URL ? from.href : toText(what, from)
  const url = orOutOfMemory(exports.curl_url())
  const result = libcurl.withString(text, (at) => exports.curl_url_set(url, PARTS.URL, at, flags))
  if (result !== c.CURLUE_OK) exports.curl_url_cleanup(url)
  check(libcurl, result, `${what}: '${text}'`)
  return url
}

/**
 * A URL and its parts. It differs from the platform's URL: nothing is percent-encoded unless a flag asks for it, and
 * every scheme that libcurl supports has a host. Flags are a sum of CURLU_*.
 * @see libcurl-url(3)
 */
export class CurlUrl {
  readonly #libcurl: Libcurl
  #pointer: UrlPtr

  /**
   * Parses a URL, copies another CurlUrl, or makes an empty one, to be assembled from parts.
   * @throws CurlUrlError for a URL that libcurl does not accept
   * @see curl_url(3), curl_url_dup(3)
   */
  constructor(url?: string | URL | CurlUrl, flags = 0) {
    const libcurl = current()
    this.#libcurl = libcurl
    this.#pointer =
      url === undefined ? orOutOfMemory(libcurl.exports.curl_url()) : makeUrl(libcurl, url, flags, 'CurlUrl')
    born(this, 'CurlUrl')
  }

  /** The handle itself. Throws if it is closed. @internal */
  get pointer(): UrlPtr {
    if (this.#pointer === 0) throw new TypeError('this URL is closed')
    return this.#pointer
  }

  /**
   * A part, or with 'URL' the whole; null for a part that the URL does not have. Parts are as in the URL, or decoded
   * with CURLU_URLDECODE.
   * @throws CurlUrlError for a whole without scheme or host, or one that a flag does not allow
   * @see curl_url_get(3)
   */
  get(part: UrlPart | `CURLUPART_${UrlPart}`, flags = 0): string | null {
    const name = findPart(part)
    const { exports, host } = this.#libcurl
    return this.#libcurl.withSpace(4, (out) => {
      const result = exports.curl_url_get(this.pointer, PARTS[name], out, flags)
      if (c.CURLUcode[result] === `CURLUE_NO_${name}`) return null
      check(this.#libcurl, result, `get('${part}')`)
      const at = host.memory.u32(out)
      const text = this.#libcurl.string(at)
      exports.curl_free(at)
      return text
    })
  }

  /**
   * Sets a part, or with null removes it. 'URL' sets the whole, which may be relative to the current URL. A part is
   * given as it is to be in the URL; with CURLU_URLENCODE it is encoded.
   * @throws CurlUrlError for a part that libcurl does not accept; the URL does not change then
   * @see curl_url_set(3)
   */
  set(part: UrlPart | `CURLUPART_${UrlPart}`, value: string | null, flags = 0): this {
    const name = findPart(part)
    if (value !== null && typeof value !== 'string') throw wrongType(part, 'a string or null', value)
    const set = (at: number): number => this.#libcurl.exports.curl_url_set(this.pointer, PARTS[name], at, flags)
    const result = value === null ? set(0) : this.#libcurl.withString(toText(part, value), set)
    check(this.#libcurl, result, `set('${part}', ${value === null ? 'null' : `'${value}'`})`)
    return this
  }

  /** The whole URL. @throws CurlUrlError if it lacks its scheme or host */
  toString(): string {
    return this.get('URL')!
  }

  /** Frees it. A transfer that uses it has its own copy. @see curl_url_cleanup(3) */
  close(): void {
    if (this.#pointer === 0) return
    this.#libcurl.exports.curl_url_cleanup(this.#pointer)
    this.#pointer = 0 as UrlPtr
    closed(this)
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
