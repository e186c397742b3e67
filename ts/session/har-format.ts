// HTTP Archive 1.2: the types, and what its parts are made from.
// http://www.softwareishard.com/blog/har-12-spec/
import type { RawHeader } from '../http/headers.js'
import { isSecret } from '../http/secrets.js'
import type { Timings } from '../libcurl/timings.js'

/** An archive, for JSON.stringify(). */
export interface Har {
  log: { version: '1.2'; creator: { name: string; version: string }; entries: HarEntry[] }
}

/** A hop of a fetch: a redirect, or an attempt of a retry, is an entry of its own. */
export interface HarEntry {
  /** As ISO 8601. */
  startedDateTime: string
  /** In milliseconds, as all times: the sum of the timings. */
  time: number
  request: HarRequest
  response: HarResponse
  cache: Record<string, never>
  timings: HarTimings
  /** Of the server, or of the proxy. */
  serverIPAddress?: string
  /** libcurl's number of the connection. */
  connection?: string
  /** Not there for an entry that is complete. */
  comment?: string
}

export interface HarNameValue {
  name: string
  value: string
}

export interface HarCookie extends HarNameValue {
  path?: string
  domain?: string
  /** As ISO 8601. */
  expires?: string
  httpOnly?: boolean
  secure?: boolean
}

export interface HarRequest {
  method: string
  url: string
  httpVersion: string
  cookies: HarCookie[]
  headers: HarNameValue[]
  queryString: HarNameValue[]
  postData?: { mimeType: string; text: string; params: HarNameValue[]; comment?: string; encoding?: 'base64' }
  /** In bytes, -1 if it is not known. */
  headersSize: number
  bodySize: number
}

export interface HarResponse {
  /** 0 if there was none. */
  status: number
  statusText: string
  httpVersion: string
  cookies: HarCookie[]
  headers: HarNameValue[]
  content: HarContent
  redirectURL: string
  headersSize: number
  /** In bytes as received, so compressed if it was; -1 if it is not known. */
  bodySize: number
  /** Why it has failed, where DevTools writes that, too. */
  _error?: string
}

export interface HarContent {
  /** In bytes, decoded. Of a body that is left out it is the size as received. */
  size: number
  /** The bytes that compression saved. */
  compression?: number
  mimeType: string
  text?: string
  /** The text is base64, because the body is not UTF-8. */
  encoding?: 'base64'
  comment?: string
}

/** -1 for a phase that was not needed. `connect` includes `ssl`. */
export interface HarTimings {
  blocked: number
  dns: number
  connect: number
  ssl: number
  send: number
  wait: number
  receive: number
}

/** Headers, without those that are secret unless they are wanted. */
export function harHeaders(headers: readonly RawHeader[], secrets: boolean): HarNameValue[] {
  return headers.filter(([name]) => secrets || !isSecret(name)).map(([name, value]) => ({ name, value }))
}

export function headerOf(headers: readonly RawHeader[], name: string): string {
  return headers
    .filter((header) => header[0].toLowerCase() === name)
    .map(([, value]) => value)
    .join(', ')
}

export const harQuery = (url: string): HarNameValue[] =>
  [...new URL(url).searchParams].map(([name, value]) => ({ name, value }))

function pairOf(text: string): HarNameValue {
  const at = text.indexOf('=')
  return at < 0 ? { name: '', value: text } : { name: text.slice(0, at).trim(), value: text.slice(at + 1).trim() }
}

/** The cookies of the header Cookie. */
export function sentCookies(headers: readonly RawHeader[]): HarCookie[] {
  return headerOf(headers, 'cookie')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .map(pairOf)
}

/** The cookies of the headers Set-Cookie. https://www.rfc-editor.org/rfc/rfc6265#section-5.2 */
export function receivedCookies(headers: readonly RawHeader[]): HarCookie[] {
  return headers.filter(([name]) => name.toLowerCase() === 'set-cookie').map(([, value]) => receivedCookie(value))
}

function receivedCookie(header: string): HarCookie {
  const [pair = '', ...attributes] = header.split(';')
  const cookie: HarCookie = { ...pairOf(pair.trim()), httpOnly: false, secure: false }
  for (const attribute of attributes) {
    const [name = '', ...rest] = attribute.split('=')
    const value = rest.join('=').trim()
    switch (name.trim().toLowerCase()) {
      case 'path':
        cookie.path = value
        break
      case 'domain':
        cookie.domain = value
        break
      case 'expires':
        if (!Number.isNaN(Date.parse(value))) cookie.expires = new Date(value).toISOString()
        break
      case 'httponly':
        cookie.httpOnly = true
        break
      case 'secure':
        cookie.secure = true
    }
  }
  return cookie
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000
const ifNeeded = (ms: number): number => (ms > 0 ? rounded(ms) : -1)

export function harTimings({ queue, dns, tcp, tls, request, firstByte, download }: Timings): HarTimings {
  return {
    blocked: ifNeeded(queue),
    dns: ifNeeded(dns),
    connect: ifNeeded(tcp + tls),
    ssl: ifNeeded(tls),
    send: rounded(request),
    wait: rounded(firstByte),
    receive: rounded(download),
  }
}

/** The time of an entry: `ssl` is a part of `connect`. */
export function harTime({ blocked, dns, connect, send, wait, receive }: HarTimings): number {
  return rounded([blocked, dns, connect, send, wait, receive].reduce((sum, ms) => sum + Math.max(0, ms), 0))
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes as text, or as base64 if they are not UTF-8. */
export function harText(bytes: Uint8Array): { text: string; encoding?: 'base64' } {
  try {
    return { text: utf8.decode(bytes) }
  } catch {
    return { text: toBase64(bytes), encoding: 'base64' }
  }
}

/** The comment of a body that is not whole. */
export const CUT = 'only the beginning was recorded'

/** Without the beginning of a UTF-8 character at its end. */
export function wholeCharacters(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) break
    if (byte < 0xc0) continue // a byte inside a character
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return length > back ? bytes.subarray(0, bytes.length - back) : bytes
  }
  return bytes
}

function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(binary)
}
