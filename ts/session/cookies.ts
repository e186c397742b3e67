// The cookies of a session. They are libcurl's: it stores, expires and sends them, here they are only told and taken.
import type { Easy } from '../libcurl/easy.js'
import { canonicalDomain, fromLine, identityOf, readCookie, toLine, type Cookie, type CookieInit } from './cookie.js'
import type { Core } from './core.js'

/** Which cookies: those that have all that is given here. */
export interface CookieFilter {
  name?: string
  /** Exactly this one, not those under it. */
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

  /** All cookies that have not expired, or those of a filter. For JSON: set() takes the array back. */
  async list(filter: CookieFilter = {}): Promise<Cookie[]> {
    checkFilter(filter)
    const { control } = await this.#open()
    return cookiesOf(control).filter((cookie) => matches(cookie, filter))
  }

  /**
   * Adds cookies, each in the place of the one with its name, domain, path and includeSubdomains. One that has expired
   * removes that. All are checked before the first one is added.
   * @throws TypeError, naming the cookie and the field
   */
  async set(cookies: CookieInit | readonly CookieInit[]): Promise<void> {
    const { control } = await this.#open()
    // as an array of unknowns, for Array.isArray does not know read-only ones
    const all: readonly unknown[] = Array.isArray(cookies) ? cookies : [cookies]
    add(
      control,
      all.map((cookie) => readCookie(cookie as CookieInit)),
    )
  }

  /** Removes the cookies of a filter, which has to say something. Returns how many these were. */
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

  /** The bytes of a cookies.txt, as curl and others have them: they are UTF-8 if the cookies are. */
  async exportNetscape(): Promise<Uint8Array<ArrayBuffer>> {
    const { control } = await this.#open()
    const blob = new Blob([NETSCAPE_HEAD, ...linesOf(control).flatMap((line) => [line, '\n'])])
    return new Uint8Array(await blob.arrayBuffer())
  }

  /**
   * Adds the cookies of a cookies.txt, as set() does.
   * @throws TypeError, naming the line
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
  easy.setopt('COOKIELIST', line as never) // as bytes: the type knows text only
}

/** @throws Error if libcurl has dropped one without saying so */
function add(easy: Easy, cookies: readonly Cookie[]): void {
  for (const cookie of cookies) addLine(easy, toLine(cookie))
  const there = new Set(cookiesOf(easy).map(identityOf))
  const now = Date.now() / 1000
  const latest = new Map(cookies.map((cookie) => [identityOf(cookie), cookie]))
  for (const [identity, { name, expires }] of latest)
    if (!there.has(identity) && (expires === null || expires > now))
      throw new Error(`cookie '${name}': libcurl does not take it`)
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
