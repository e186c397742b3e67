// A cookie in its two forms: an object of JSON, and a line of Netscape's format, which is how libcurl tells and takes them.
import { isPublicSuffix } from '../libcurl/psl.js'

/**
 * A cookie as JSON has it. Nothing that libcurl knows of one is missing; SameSite is not among that.
 * Bytes that are not UTF-8 are the lone surrogates U+DC80 to U+DCFF, as in Python, which JSON keeps.
 */
export interface Cookie {
  name: string
  value: string
  /** A host's name or address, without a dot in front. */
  domain: string
  /** Whether hosts under `domain` get it as well: it was set with the attribute Domain. */
  includeSubdomains: boolean
  /** Of URLs that get it; a slash at its end has no meaning, and is dropped. */
  path: string
  secure: boolean
  httpOnly: boolean
  /** In seconds since 1970; null for a session cookie, which has no end. */
  expires: number | null
}

/** A cookie to set. By default its path is '/', it has no end, and all else is false. */
export type CookieInit = Pick<Cookie, 'name' | 'value' | 'domain'> & Partial<Cookie>

const HTTP_ONLY = '#HttpOnly_'
// libcurl refuses control characters; the others would end the name or the value on their way to the server
const BAD_IN_NAME = /[\0-\x1f\x7f;=]/
const BAD_IN_VALUE = /[\0-\x1f\x7f;]/
/** https://url.spec.whatwg.org/#forbidden-domain-code-point, but for the colons of an IPv6 address */
const DOMAIN = /^(?:[^\0-\x20\x7f-\uffff"#%/:;<>?@[\\\]^|]+|[\da-f:.]+)$/i
/** Bytes of a name and its value: what servers may use. */
const LONGEST = 4096
/** Surrogates that stand for no byte. */
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

/** A fraction of a second is cut off, for libcurl has none. */
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
 * Checks what was given, and adds what was left out.
 * @throws TypeError, naming the cookie and the field, for what libcurl would drop or a server would not get as it is
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
  // libcurl looks at the list only for the cookies of responses, and says there that localhost is not on it
  if (includeSubdomains && domain.toLowerCase() !== 'localhost' && isPublicSuffix(domain))
    throw wrong(name, `domain '${domain}' is a public suffix, so includeSubdomains cannot be true`)
  if (name.startsWith('__Secure-') && !secure) throw wrong(name, 'a name with __Secure- needs secure')
  if (name.startsWith('__Host-') && !(secure && path === '/' && !includeSubdomains))
    throw wrong(name, "a name with __Host- needs secure, the path '/', and no includeSubdomains")
}

/** What makes two cookies the same one for libcurl. */
export function identityOf({ name, domain, includeSubdomains, path }: Cookie): string {
  return JSON.stringify([name, domain.toLowerCase(), includeSubdomains, path])
}

// --- lines ---

const flag = (value: boolean): string => (value ? 'TRUE' : 'FALSE')

/** The line without its end, as libcurl writes it. https://curl.se/docs/http-cookies.html */
export function toLine(cookie: Cookie): Uint8Array<ArrayBuffer> {
  const { name, value, domain, includeSubdomains, path, secure, httpOnly, expires } = cookie
  const host = `${httpOnly ? HTTP_ONLY : ''}${includeSubdomains ? '.' : ''}${domain}`
  // 0 is "no end", so what ended in 1970 or before ends a second later
  const end = expires === null ? 0 : Math.max(1, expires)
  return encode([host, flag(includeSubdomains), path, flag(secure), end, name, value].join('\t'))
}

/** null for what is no cookie but a comment. @throws TypeError for what is neither */
export function fromLine(line: Uint8Array): CookieInit | null {
  const text = decode(line).replace(/\r$/, '')
  const httpOnly = text.startsWith(HTTP_ONLY)
  if (text.trim() === '' || (text.startsWith('#') && !httpOnly)) return null
  const fields = (httpOnly ? text.slice(HTTP_ONLY.length) : text).split('\t')
  const [domain, tailmatch, path, secure, end, name, value = ''] = fields
  if (name === undefined || fields.length > 7)
    throw new TypeError('a line of Netscape has seven fields, with tabs between')
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

/** By the first byte of a character in UTF-8. */
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
