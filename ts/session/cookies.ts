// The cookies of a session. libcurl stores, expires and sends them; here they are only listed, set and removed.
import type { Easy } from '../libcurl/easy.js'
import { canonicalDomain, fromLine, identityOf, readCookie, toLine, type Cookie, type CookieInit } from './cookie.js'
import type { Core } from './core.js'

/** Selects the cookies that have all the given values. */
export interface CookieFilter {
  name?: string
  /** Exactly this domain, not those under it. */
  domain?: string
  path?: string
}

const NETSCAPE_HEAD = '# Netscape HTTP Cookie File\n# https://curl.se/docs/http-cookies.html\n\n'
const FILTERS = ['name', 'domain', 'path'] as const

export class Cookies {
  readonly #open: () => Core | Promise<Core>

  /** @internal */
  constructor(open: () => Core | Promise<Core>) {
    this.#open = open
  }

  /** All cookies that have not expired, or those that match a filter. For JSON: set() accepts the array. */
  async list(filter: CookieFilter = {}): Promise<Cookie[]> {
    checkFilter(filter)
    const { control } = await this.#open()
    return cookiesOf(control).filter((cookie) => matches(cookie, filter))
  }

  /**
   * Adds cookies. Each replaces the one with the same name, domain, path and includeSubdomains; one that has expired
   * removes it. All are checked before the first one is added.
   * @throws TypeError that names the cookie and the field
   */
  async set(cookies: CookieInit | readonly CookieInit[]): Promise<void> {
    const { control } = await this.#open()
    // as an array of unknowns, because the type of Array.isArray does not cover read-only arrays
    const all: readonly unknown[] = Array.isArray(cookies) ? cookies : [cookies]
    add(
      control,
      all.map((cookie) => readCookie(cookie as CookieInit)),
    )
  }

  /** Removes the cookies that match a filter, which must not be empty. Returns how many there were. */
  async delete(filter: CookieFilter): Promise<number> {
    checkFilter(filter)
    if (FILTERS.every((field) => filter[field] === undefined))
      throw new TypeError('cookies.delete() takes a name, a domain or a path; clear() removes all')
    const { control } = await this.#open()
    const found = cookiesOf(control).filter((cookie) => matches(cookie, filter))
    for (const cookie of found) addLine(control, toLine({ ...cookie, expires: 1 }))
    return found.length
  }

  async clear(): Promise<void> {
    const { control } = await this.#open()
    control.setopt('COOKIELIST', 'ALL')
  }

  /** The bytes of a cookies.txt, as curl and others use it. They are UTF-8 if the cookies are. */
  async exportNetscape(): Promise<Uint8Array<ArrayBuffer>> {
    const { control } = await this.#open()
    const blob = new Blob([NETSCAPE_HEAD, ...linesOf(control).flatMap((line) => [line, '\n'])])
    return new Uint8Array(await blob.arrayBuffer())
  }

  /**
   * Adds the cookies of a cookies.txt, as set() does.
   * @throws TypeError that names the line
   */
  async importNetscape(file: string | Uint8Array): Promise<void> {
    if (typeof file !== 'string' && !(file instanceof Uint8Array))
      throw new TypeError('cookies.importNetscape() takes a string or a Uint8Array')
    const { control } = await this.#open()
    add(control, readFile(typeof file === 'string' ? new TextEncoder().encode(file) : file))
  }
}

function checkFilter(filter: CookieFilter): void {
  for (const [field, value] of Object.entries(filter)) {
    if (!(FILTERS as readonly string[]).includes(field)) throw new TypeError(`cookies have no filter '${field}'`)
    if (value !== undefined && typeof value !== 'string') throw new TypeError(`the filter '${field}' is not a string`)
  }
}

function matches(cookie: Cookie, { name, domain, path }: CookieFilter): boolean {
  return (
    (name === undefined || cookie.name === name) &&
    (domain === undefined || cookie.domain.toLowerCase() === canonicalDomain(domain).toLowerCase()) &&
    (path === undefined || cookie.path === path)
  )
}

function linesOf(easy: Easy): Uint8Array<ArrayBuffer>[] {
  return easy.cookieLines()
}

function cookiesOf(easy: Easy): Cookie[] {
  return linesOf(easy).map((line) => fromLine(line) as Cookie)
}

function addLine(easy: Easy, line: Uint8Array): void {
  easy.setopt('COOKIELIST', line as never) // as bytes, which the type does not allow
}

/** Adds cookies, and checks that they are there: libcurl does not report one that it drops. @throws Error */
function add(easy: Easy, cookies: readonly Cookie[]): void {
  for (const cookie of cookies) addLine(easy, toLine(cookie))
  const there = new Set(cookiesOf(easy).map(identityOf))
  const now = Date.now() / 1000
  const latest = new Map(cookies.map((cookie) => [identityOf(cookie), cookie]))
  for (const [identity, { name, expires }] of latest)
    if (!there.has(identity) && (expires === null || expires > now))
      throw new Error(`cookie '${name}': libcurl does not accept it`)
}

function readFile(file: Uint8Array): Cookie[] {
  const cookies: Cookie[] = []
  let number = 0
  for (let at = 0; at < file.length;) {
    const end = file.indexOf(0x0a, at)
    const line = file.subarray(at, end < 0 ? file.length : end)
    at += line.length + 1
    number++
    try {
      const cookie = fromLine(line)
      if (cookie) cookies.push(readCookie(cookie))
    } catch (cause) {
      throw new TypeError(`line ${number}: ${(cause as Error).message}`, { cause })
    }
  }
  return cookies
}
