// Headers that fetch adds to a request. libcurl itself adds Host, User-Agent, Accept, Accept-Encoding and the body's
// length or Transfer-Encoding.
import type { FetchRequest } from './request.js'
import { networkError } from './network-error.js'

const CONDITIONAL = ['if-modified-since', 'if-none-match', 'if-unmodified-since', 'if-match', 'if-range']

/** Adds headers to a request. @throws TypeError where the standard has a network error */
export function addDefaults(request: FetchRequest): void {
  const { headers } = request
  // https://fetch.spec.whatwg.org/#concept-fetch step 14, with the same value as Node's
  headers.addDefault('Accept-Language', '*')
  addCacheControl(request)
  // https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch step 8.22: a part of an encoded body is useless
  if (headers.has('range')) headers.addDefault('Accept-Encoding', 'identity')
  readContentLength(request)
}

/** https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch steps 8.15 to 8.17 */
function addCacheControl({ headers, cache }: FetchRequest): void {
  if (cache === 'only-if-cached') throw networkError(new Error("there is no cache for init.cache 'only-if-cached'"))
  const mode = cache === 'default' && CONDITIONAL.some((name) => headers.has(name)) ? 'no-store' : cache
  if (mode === 'no-cache') headers.addDefault('Cache-Control', 'max-age=0')
  if (mode === 'no-store' || mode === 'reload') {
    headers.addDefault('Pragma', 'no-cache')
    headers.addDefault('Cache-Control', 'no-cache')
  }
}

/**
 * Takes the length of a stream from Content-Length, so that it is sent without chunked encoding. Without a body, the
 * header is dropped. A page cannot set it, so the standard does not cover this.
 */
function readContentLength({ headers, body }: FetchRequest): void {
  const given = headers.get('content-length')
  if (given === undefined) return
  headers.delete('content-length')
  if (!body) return
  if (!/^\d+$/.test(given)) throw networkError(new Error(`the header Content-Length is not a number, but '${given}'`))
  const length = Number(given)
  if (body.length === null) body.length = length
  else if (length !== body.length)
    throw networkError(new Error(`the header Content-Length is ${given}, but the body has ${body.length} bytes`))
}
