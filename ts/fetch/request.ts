// The two arguments of fetch(), read as the constructor of Request reads them.
// https://fetch.spec.whatwg.org/#dom-request
//
// That constructor itself is not used: in a page it drops headers that a page may not send, and everywhere it costs
// more than all else here.
import type { BodyInit } from '../../shim/platform.js'
import { checkedKind, kindOf } from '../common/chunks.js'
import { extractBody, takeRequestBody, type Body, type TakenBody } from './body.js'
import type { CurlInit } from './curl-init.js'
import { HeaderList, type RawHeader } from '../http/headers.js'
import { isUsableMethod, normalizedMethod } from '../http/methods.js'

/**
 * The standard's init, and `curl`. Accepted without effect: credentials (the only cookies are those in `headers`; in a
 * Session, 'omit' neither sends nor keeps cookies), referrer and referrerPolicy (there is no document that refers),
 * keepalive, priority and window. `cache` adds the request headers for caches on the way, because there is none here.
 */
export interface FetchInit extends Omit<RequestInit, 'body'> {
  /** Also any async iterable of Uint8Arrays, such as a stream of Node's. */
  body?: BodyInit | AsyncIterable<Uint8Array> | null
  /** Needed with a stream as the body. */
  duplex?: 'half'
  /** What curl offers beyond the standard. */
  curl?: CurlInit
}

/** https://fetch.spec.whatwg.org/#concept-request; redirects change it. */
export interface FetchRequest {
  method: string
  url: URL
  /** The first URL. The client has no origin of its own, so it has that of this one. */
  first: URL
  readonly headers: HeaderList
  body: Body | null
  /** The body of the Request that was given: its length is not known yet. */
  readonly taken: TakenBody | null
  readonly mode: string
  readonly redirect: string
  readonly cache: string
  readonly credentials: string
  readonly integrity: string
  readonly signal: AbortSignal | null
  /** The Request that was given: in Node, its signal stops working once the Request is collected. */
  readonly given: Request | null
  readonly curl: CurlInit | undefined
}

const SAFELISTED_METHODS = new Set(['GET', 'HEAD', 'POST'])

const ENUMERATIONS = {
  mode: ['cors', 'same-origin', 'no-cors', 'navigate'],
  credentials: ['same-origin', 'include', 'omit'],
  cache: ['default', 'no-store', 'reload', 'no-cache', 'force-cache', 'only-if-cached'],
  redirect: ['follow', 'error', 'manual'],
  priority: ['auto', 'high', 'low'],
  duplex: ['half'],
  referrerPolicy: [
    '',
    'no-referrer',
    'no-referrer-when-downgrade',
    'same-origin',
    'origin',
    'strict-origin',
    'origin-when-cross-origin',
    'strict-origin-when-cross-origin',
    'unsafe-url',
  ],
} as const
type Enumeration = keyof typeof ENUMERATIONS

/** Schemes that the platform's fetch handles without a network. */
const LOCAL_SCHEMES = new Set(['about:', 'blob:', 'data:'])

export function isLocal(url: URL): boolean {
  return LOCAL_SCHEMES.has(url.protocol)
}

export const isRequest = (input: unknown): input is Request => kindOf(input) === 'Request'

/** What relative URLs are resolved against: the page's base URL; undefined where there is no page. */
function baseUrl(): string | undefined {
  const { document, location } = globalThis as { document?: { baseURI: string }; location?: { href: string } }
  return document?.baseURI ?? location?.href
}

function parseUrl(input: unknown, base: string | undefined = baseUrl()): URL {
  try {
    return new URL(String(input), base)
  } catch (cause) {
    throw new TypeError(`fetch: '${input}' is not a valid URL`, { cause })
  }
}

/** @throws TypeError https://fetch.spec.whatwg.org/#dom-request steps 5 and 6 */
export function urlOf(input: unknown, base?: string): URL {
  if (isRequest(input)) return new URL(input.url)
  const url = parseUrl(input, base)
  if (url.username !== '' || url.password !== '')
    throw new TypeError(`fetch: '${input}' has credentials: use the header Authorization instead`)
  return url
}

/** @throws TypeError */
function readMethod(from: unknown): string {
  const method = String(from)
  if (!isUsableMethod(method)) throw new TypeError(`fetch: '${method}' is not a method that fetch can send`)
  return normalizedMethod(method)
}

function readEnumeration(init: FetchInit, name: Enumeration): string | undefined {
  const value: unknown = init[name as keyof FetchInit]
  if (value === undefined) return undefined
  const text = String(value)
  const values: readonly string[] = ENUMERATIONS[name]
  if (!values.includes(text))
    throw new TypeError(`fetch: init.${name} takes ${values.map((each) => `'${each}'`).join(', ')}, not '${text}'`)
  return text
}

function readSignal(signal: unknown): AbortSignal | null {
  if (signal === null) return null
  if (checkedKind(signal, 'fetch: init.signal') !== 'AbortSignal')
    throw new TypeError('fetch: init.signal is not an AbortSignal')
  return signal as AbortSignal
}

/** Checks members that have no effect, but can be invalid. */
function checkRest(init: FetchInit): void {
  const { referrer, window } = init as { referrer?: unknown; window?: unknown }
  if (window !== undefined && window !== null) throw new TypeError('fetch: init.window can only be null')
  if (referrer !== undefined && referrer !== '') parseUrl(referrer)
  readEnumeration(init, 'priority')
  readEnumeration(init, 'referrerPolicy')
}

/** @throws TypeError https://fetch.spec.whatwg.org/#dom-request */
export function readRequest(
  input: unknown,
  url: URL,
  given: FetchInit | null | undefined,
  defaults: Iterable<RawHeader> = [],
): FetchRequest {
  const init = given ?? {}
  if (typeof init !== 'object' && typeof init !== 'function') throw new TypeError('fetch: init is not an object')
  const from = isRequest(input) ? input : null
  checkRest(init)

  // steps 17 to 23
  const mode = readEnumeration(init, 'mode') ?? from?.mode ?? 'cors'
  if (init.mode === 'navigate') throw new TypeError("fetch: init.mode cannot be 'navigate'")
  const cache = readEnumeration(init, 'cache') ?? from?.cache ?? 'default'
  if (cache === 'only-if-cached' && mode !== 'same-origin')
    throw new TypeError("fetch: init.cache 'only-if-cached' needs the mode 'same-origin'")
  const credentials = readEnumeration(init, 'credentials') ?? from?.credentials ?? 'same-origin'
  const redirect = readEnumeration(init, 'redirect') ?? from?.redirect ?? 'follow'
  const integrity = init.integrity !== undefined ? String(init.integrity) : (from?.integrity ?? '')
  // step 25
  const method = init.method !== undefined ? readMethod(init.method) : (from?.method ?? 'GET')
  // step 26
  const signal = init.signal !== undefined ? readSignal(init.signal) : (from?.signal ?? null)
  // step 32
  if (mode === 'no-cors' && !SAFELISTED_METHODS.has(method))
    throw new TypeError(`fetch: the mode 'no-cors' does not allow the method ${method}`)
  // step 33
  const headers = new HeaderList()
  if (init.headers !== undefined) headers.fill(init.headers)
  else if (from) headers.fill(from.headers)
  for (const [name, value] of defaults) headers.addDefault(name, value)

  // steps 34 to 41
  const hasInitBody = init.body !== undefined && init.body !== null
  const bodiless = method === 'GET' || method === 'HEAD'
  if (bodiless && (hasInitBody || from?.body))
    throw new TypeError(`fetch: a request with the method ${method} cannot have a body`)
  const body = hasInitBody ? readBody(init, mode, headers) : null
  const taken = from && !hasInitBody && !bodiless ? takeRequestBody(from) : null

  return {
    method,
    url,
    first: url,
    headers,
    body,
    taken,
    mode,
    redirect,
    cache,
    credentials,
    integrity,
    signal,
    given: from,
    curl: init.curl,
  }
}

/** Cancels the stream of a request that no transfer has begun to send. */
export function cancelBody({ body, taken }: FetchRequest, reason: unknown): void {
  if (body && 'next' in body.source) body.source.cancel(reason)
  taken?.cancel(reason)
}

/** steps 36 and 38 */
function readBody(init: FetchInit, mode: string, headers: HeaderList): Body {
  const body = extractBody(init.body, Boolean(init.keepalive))
  if (body.type !== null) headers.addDefault('Content-Type', body.type)
  if ('next' in body.source) {
    if (readEnumeration(init, 'duplex') === undefined)
      throw new TypeError("fetch: a stream as init.body needs init.duplex 'half'")
    if (mode !== 'cors' && mode !== 'same-origin')
      throw new TypeError(`fetch: the mode '${mode}' does not allow a stream as the body`)
  }
  return body
}
