// Header lists: those of requests, which keep the order and the case they were given in, and those of responses.
//
// The platform's Headers would convert names to lower case, and in a page drop headers that a page may not send or see.
// There is no origin here that needs protection, so headers are read with the guard 'none'.
// https://fetch.spec.whatwg.org/#concept-header
import { lazy } from '../common/once.js'
import { isToken } from './token.js'

/** A header as it was received: its bytes as ISO-8859-1. */
export type RawHeader = [name: string, value: string]

const SURROUNDING_WHITESPACE = /^[\t\n\r ]+|[\t\n\r ]+$/g
const FORBIDDEN_IN_VALUES = /[\0\n\r]/
const BEYOND_A_BYTE = /[^\0-\xff]/
const BEYOND_ASCII = /[^\0-\x7f]/

function checkName(name: string): string {
  if (!isToken(name)) throw new TypeError(`'${name}' is not a valid header name`)
  return name
}

/** https://fetch.spec.whatwg.org/#concept-header-value-normalize */
function checkValue(name: string, from: string): string {
  if (BEYOND_A_BYTE.test(from)) throw new TypeError(`the value of header ${name} has characters beyond ISO-8859-1`)
  const value = from.replace(SURROUNDING_WHITESPACE, '')
  if (FORBIDDEN_IN_VALUES.test(value)) throw new TypeError(`the value of header ${name} has a NUL or a line end`)
  return value
}

export class HeaderList {
  readonly #headers: RawHeader[] = []
  /** The names of the headers, in lower case. For as few as there are, a Map is slower. */
  readonly #keys: string[] = []

  /**
   * Adds a HeadersInit: a Headers, pairs, or a record. @throws TypeError
   * https://fetch.spec.whatwg.org/#concept-headers-fill
   */
  fill(init: unknown): void {
    if ((typeof init !== 'object' && typeof init !== 'function') || init === null)
      throw new TypeError('headers takes a Headers, an array of pairs or a record')
    if (!(Symbol.iterator in init)) {
      for (const name of Object.keys(init)) this.append(name, (init as Record<string, unknown>)[name])
      return
    }
    for (const pair of init as Iterable<unknown>) {
      if (typeof pair !== 'object' || pair === null || !(Symbol.iterator in pair))
        throw new TypeError('headers takes pairs of a name and a value')
      const [name, value, ...more] = pair as Iterable<unknown>
      if (value === undefined || more.length > 0) throw new TypeError('headers takes pairs of a name and a value')
      this.append(String(name), value)
    }
  }

  /** Adds a header. Values of one name are combined, under the spelling that came first. @throws TypeError */
  append(name: string, value: unknown): void {
    checkName(name)
    const checked = checkValue(name, String(value))
    const key = name.toLowerCase()
    const there = this.#headers[this.#keys.indexOf(key)]
    if (there) there[1] += (key === 'cookie' ? '; ' : ', ') + checked
    else this.#add(key, name, checked)
  }

  /** `name` in lower case, as in the other methods. */
  get(name: string): string | undefined {
    return this.#headers[this.#keys.indexOf(name)]?.[1]
  }

  has(name: string): boolean {
    return this.#keys.includes(name)
  }

  delete(name: string): void {
    const at = this.#keys.indexOf(name)
    if (at < 0) return
    this.#keys.splice(at, 1)
    this.#headers.splice(at, 1)
  }

  [Symbol.iterator](): Iterator<RawHeader> {
    return this.#headers.values()
  }

  /** Adds a header, unless there is one of that name. */
  addDefault(name: string, value: string): void {
    const key = name.toLowerCase()
    if (!this.has(key)) this.#add(key, name, value)
  }

  #add(key: string, name: string, value: string): void {
    this.#keys.push(key)
    this.#headers.push([name, value])
  }

  /**
   * Lines for CURLOPT_HTTPHEADER. There 'Name;' is a header with an empty value, while 'Name:' would remove the header.
   */
  lines(): string[] {
    return this.#headers.map(([name, value]) => (value === '' ? `${name};` : `${name}: ${value}`))
  }
}

/**
 * Text for setopt, which encodes strings in UTF-8. Text that is not ASCII is passed as bytes, one for each character.
 */
export function isomorphicEncode(text: string): string | Uint8Array {
  return BEYOND_ASCII.test(text) ? Uint8Array.from(text, (character) => character.charCodeAt(0)) : text
}

/** https://infra.spec.whatwg.org/#isomorphic-decode: TextDecoder's 'latin1' is windows-1252, which is not the same. */
export function isomorphicDecode(bytes: Uint8Array): string {
  // ASCII, which is the same in UTF-8, is decoded twelve times as fast that way
  const ascii = utf8.decode(bytes)
  if (ascii.length === bytes.length && !BEYOND_ASCII.test(ascii)) return ascii
  let text = ''
  for (let at = 0; at < bytes.length; at += DECODED_AT_ONCE)
    text += String.fromCharCode.apply(null, bytes.subarray(at, at + DECODED_AT_ONCE) as unknown as number[])
  return text
}
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
/** How many arguments one call has: engines have a limit. */
const DECODED_AT_ONCE = 8192

/** Whether the standard accepts a header. All are in response.curl.rawHeaders. */
export function isHeader([name, value]: RawHeader): boolean {
  return isToken(name) && !FORBIDDEN_IN_VALUES.test(value)
}

function immutable(): never {
  throw new TypeError('the headers of a response from the network are immutable')
}

/** The headers of a response, with the guard 'immutable'. In pages too, Set-Cookie is visible. */
export function responseHeaders(headers: readonly RawHeader[]): Headers {
  return new (headersClass())(headers)
}

/** The class is made when it is first needed, as that of response.ts. */
const headersClass = lazy(
  () =>
    class ResponseHeaders extends Headers {
      constructor(headers: readonly RawHeader[]) {
        super()
        for (const header of headers) if (isHeader(header)) super.append(...header)
      }
      override append(): never {
        return immutable()
      }
      override set(): never {
        return immutable()
      }
      override delete(): never {
        return immutable()
      }
    },
)
