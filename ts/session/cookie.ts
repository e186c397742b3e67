// A cookie in its two forms: an object for JSON, and a line of Netscape's format, which libcurl reads and writes.
import { isPublicSuffix } from '../libcurl/psl.js'

/**
 * A cookie, for JSON. It has all that libcurl keeps of a cookie, which does not include SameSite.
 * Bytes that are not UTF-8 become the lone surrogates U+DC80 to U+DCFF, as in Python. JSON keeps these.
 */
export interface Cookie {
  name: string
  value: string
  /** The name or address of a host, without a dot in front. */
  domain: string
  /** Whether hosts under `domain` get it too, because it was set with the attribute Domain. */
  includeSubdomains: boolean
  /** URLs under this path get it. A slash at its end has no meaning, and is dropped. */
  path: string
  secure: boolean
  httpOnly: boolean
  /** In seconds since 1970; null for a session cookie, which does not expire. */
  expires: number | null
}

/** A cookie to set. By default its path is '/', it does not expire, and everything else is false. */
export type CookieInit = Pick<Cookie, 'name' | 'value' | 'domain'> & Partial<Cookie>

const HTTP_ONLY = '#HttpOnly_'
// libcurl refuses control characters; the server would take the others for the end of the name or the value
const BAD_IN_NAME = /[\0-\x1f\x7f;=]/
const BAD_IN_VALUE = /[\0-\x1f\x7f;]/
/** https://url.spec.whatwg.org/#forbidden-domain-code-point, except the colons of an IPv6 address */
const DOMAIN = /^(?:[^\0-\x20\x7f-\uffff"#%/:;<>?@[\\\]^|]+|[\da-f:.]+)$/i
/** The most bytes that a name and its value may have together. */
const LONGEST = 4096
/** Lone surrogates that do not stand for a byte. */
const BAD_SURROGATE = /[\ud800-\udc7f\udd00-\udfff]/u

function wrong(name: unknown, what: string): TypeError {
  return new TypeError(`cookie '${String(name)}': ${what}`)
}

function textOf(cookie: CookieInit, field: 'name' | 'value' | 'domain' | 'path', fallback?: string): string {
  const value: unknown = cookie[field] ?? fallback
  if (typeof value !== 'string') throw wrong(cookie.name, `${field} is not a string`)
  if (BAD_SURROGATE.test(value)) throw wrong(cookie.name, `${field} has a lone surrogate`)
  return value
}

function flagOf(cookie: CookieInit, field: 'includeSubdomains' | 'secure' | 'httpOnly'): boolean {
  const value: unknown = cookie[field] ?? false
  if (typeof value !== 'boolean') throw wrong(cookie.name, `${field} is not a boolean`)
  return value
}

/** Cuts off fractions of a second, because libcurl has none. */
function expiresOf({ name, expires = null }: CookieInit): number | null {
  if (expires === null) return null
  if (typeof expires !== 'number' || !(Math.abs(expires) <= Number.MAX_SAFE_INTEGER))
    throw wrong(name, 'expires is neither null nor a number of seconds since 1970')
  return Math.floor(expires)
}

export function canonicalDomain(domain: string): string {
  return domain.replace(/^\./, '').replace(/^\[(.*)\]$/, '$1')
}

/**
 * Checks a cookie, and adds defaults.
 * @throws TypeError that names the cookie and the field, for what libcurl would drop or a server would get changed
 */
export function readCookie(from: CookieInit): Cookie {
  if (typeof from !== 'object' || from === null) throw new TypeError('a cookie is an object')
  const path = textOf(from, 'path', '/')
  const cookie: Cookie = {
    name: textOf(from, 'name'),
    value: textOf(from, 'value'),
    domain: canonicalDomain(textOf(from, 'domain')),
    includeSubdomains: flagOf(from, 'includeSubdomains'),
    path: path.length > 1 ? path.replace(/\/$/, '') : path,
    secure: flagOf(from, 'secure'),
    httpOnly: flagOf(from, 'httpOnly'),
    expires: expiresOf(from),
  }
  checkCharacters(cookie)
  checkRules(cookie)
  return cookie
}

function checkCharacters({ name, value, domain, path }: Cookie): void {
  if (name === '' || BAD_IN_NAME.test(name)) throw wrong(name, 'name is empty, or has a control character, = or ;')
  if (BAD_IN_VALUE.test(value)) throw wrong(name, 'value has a control character or ;')
  if (!DOMAIN.test(domain)) throw wrong(name, `domain '${domain}' is not a host in ASCII`)
  if (encode(name).length + encode(value).length > LONGEST)
    throw wrong(name, `name and value have over ${LONGEST} bytes`)
  if (!path.startsWith('/') || BAD_IN_VALUE.test(path)) throw wrong(name, `path '${path}' is not a path`)
}

/** https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#name-storage-model steps 9 and 20 to 22 */
function checkRules({ name, domain, includeSubdomains, path, secure }: Cookie): void {
  // libcurl checks the list only for cookies of responses, and does not count localhost as a public suffix
  if (includeSubdomains && domain.toLowerCase() !== 'localhost' && isPublicSuffix(domain))
    throw wrong(name, `domain '${domain}' is a public suffix, so includeSubdomains cannot be true`)
  if (name.startsWith('__Secure-') && !secure) throw wrong(name, 'a name with __Secure- needs secure')
  if (name.startsWith('__Host-') && !(secure && path === '/' && !includeSubdomains))
    throw wrong(name, "a name with __Host- needs secure, the path '/', and no includeSubdomains")
}

/** A key for what makes two cookies the same one for libcurl. */
export function identityOf({ name, domain, includeSubdomains, path }: Cookie): string {
  return JSON.stringify([name, domain.toLowerCase(), includeSubdomains, path])
}

// --- lines ---

const flag = (value: boolean): string => (value ? 'TRUE' : 'FALSE')

/** The line without its end, as libcurl writes it. https://curl.se/docs/http-cookies.html */
export function toLine(cookie: Cookie): Uint8Array<ArrayBuffer> {
  const { name, value, domain, includeSubdomains, path, secure, httpOnly, expires } = cookie
  const host = `${httpOnly ? HTTP_ONLY : ''}${includeSubdomains ? '.' : ''}${domain}`
  // 0 means that it does not expire, so 1 is used for what expired in 1970 or before
  const end = expires === null ? 0 : Math.max(1, expires)
  return encode([host, flag(includeSubdomains), path, flag(secure), end, name, value].join('\t'))
}

/** null for a comment or an empty line. @throws TypeError for an invalid line */
export function fromLine(line: Uint8Array): CookieInit | null {
  const text = decode(line).replace(/\r$/, '')
  const httpOnly = text.startsWith(HTTP_ONLY)
  if (text.trim() === '' || (text.startsWith('#') && !httpOnly)) return null
  const fields = (httpOnly ? text.slice(HTTP_ONLY.length) : text).split('\t')
  const [domain, tailmatch, path, secure, end, name, value = ''] = fields
  if (name === undefined || fields.length > 7)
    throw new TypeError('a line of a Netscape cookie file has seven fields, separated by tabs')
  if (!/^\d*(\.\d+)?$/.test(end!)) throw new TypeError(`'${end}' is not a number of seconds since 1970`)
  const seconds = Math.min(Math.floor(Number(end)), Number.MAX_SAFE_INTEGER)
  return {
    name,
    value,
    domain: canonicalDomain(domain!),
    includeSubdomains: tailmatch!.toUpperCase() === 'TRUE',
    path: path!,
    secure: secure!.toUpperCase() === 'TRUE',
    httpOnly,
    expires: seconds === 0 ? null : seconds,
  }
}

// --- text ---

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** A surrogate that stands for a byte: with the flag u, only lone ones match. */
const BYTE = /([\udc80-\udcff])/u

function encode(text: string): Uint8Array<ArrayBuffer> {
  if (!BYTE.test(text)) return encoder.encode(text)
  const bytes: number[] = []
  for (const part of text.split(BYTE))
    if (BYTE.test(part)) bytes.push(part.charCodeAt(0) & 0xff)
    else bytes.push(...encoder.encode(part))
  return Uint8Array.from(bytes)
}

function tryDecode(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

/** The length of a character in UTF-8, by its first byte. */
function lengthOf(lead: number): number {
  return lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
}

function decode(bytes: Uint8Array): string {
  const whole = tryDecode(bytes)
  if (whole !== null) return whole
  let text = ''
  for (let at = 0; at < bytes.length;) {
    const length = lengthOf(bytes[at]!)
    const character = tryDecode(bytes.subarray(at, at + length))
    text += character ?? String.fromCharCode(0xdc00 | bytes[at]!)
    at += character === null ? 1 : length
  }
  return text
}
