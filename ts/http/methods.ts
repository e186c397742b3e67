// Methods of requests. https://fetch.spec.whatwg.org/#methods
import { isToken } from './token.js'

const FORBIDDEN = new Set(['CONNECT', 'TRACE', 'TRACK'])
const NORMALIZED = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'])
/** RFC 9110, 9.2.2. The same list is in wasm/src/libcurl/reuse.c: libcurl sends only these again by itself. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/** Whether fetch can send a method: a token that is not forbidden. */
export function isUsableMethod(method: string): boolean {
  return isToken(method) && !FORBIDDEN.has(method.toUpperCase())
}

/** https://fetch.spec.whatwg.org/#concept-method-normalize */
export function normalizedMethod(method: string): string {
  const upper = method.toUpperCase()
  return NORMALIZED.has(upper) ? upper : method
}

/** Whether a server may be sent a request twice. */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method)
}
