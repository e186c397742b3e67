// The alt-svc cache of a session. libcurl has a cache in each easy handle: it reads it from a file when the file's name
// is set, and writes it when the handle ends. Such a file passes what one handle has learned to the next one.
import { CURLALTSVC_H1, CURLALTSVC_H2, CURLALTSVC_H3, CURLALTSVC_READONLYFILE } from '../libcurl/constants.gen.js'
import { EXCHANGE } from '../../shim/files/exchange.js'
import type { Easy } from '../libcurl/easy.js'
import { current } from '../libcurl/libcurl.js'

const PROTOCOLS = CURLALTSVC_H1 | CURLALTSVC_H2 | CURLALTSVC_H3
/** An entry: protocol, host and port of an origin, then those of its alternative. https://curl.se/docs/alt-svc.html */
const LINE = /^(\S+ (\S+ \d+)) \S+ (\S+ \d+) "[\d: ]+" [01] 0$/
/** A header that comes with every response is learned once in this time, because to learn it, the handle is closed. */
const AGAIN_MS = 60_000
/** How long an origin has no alternatives after one that could not be reached. */
const BROKEN_MS = 5 * 60_000
/** As many entries as libcurl keeps. */
const REMEMBERED = 5000

export class AltSvcStore {
  /** Entries by origin. */
  #lines = new Map<string, string[]>()
  /** Increases with every change. */
  #version = 0
  readonly #loaded = new WeakMap<Easy, { version: number; lines: Map<string, string[]> }>()
  /** When each header was last learned, by performance.now(). */
  readonly #learned = new Map<string, number>()
  /** When an alternative of each origin could not be reached, by performance.now(). */
  readonly #broken = new Map<string, number>()

  get text(): string {
    return [...this.#lines.values()]
      .flat()
      .map((line) => `${line}\n`)
      .join('')
  }

  /** Puts all entries into a new handle. */
  prepare(easy: Easy): void {
    this.#loaded.set(easy, { version: this.#version, lines: this.#lines })
    current().host.exchange.content = new TextEncoder().encode(this.text)
    easy.setopt('ALTSVC', EXCHANGE)
    easy.setopt('ALTSVC_CTRL', PROTOCOLS | CURLALTSVC_READONLYFILE)
  }

  /** Whether a handle and the session have the same entries. */
  isCurrent(easy: Easy): boolean {
    return this.#loaded.get(easy)!.version === this.#version && this.#news(easy) === null
  }

  /** The key of the last Alt-Svc header that a handle got, if it is to be learned; else null. */
  #news(easy: Easy): string | null {
    const header = easy.header('Alt-Svc')
    if (!header) return null
    const key = `${new URL(easy.getinfo('EFFECTIVE_URL')!).origin} ${header.value}`
    return performance.now() - (this.#learned.get(key) ?? -Infinity) < AGAIN_MS ? null : key
  }

  /** Closes a handle, and takes over what it has learned. */
  retire(easy: Easy): void {
    const news = this.#news(easy)
    if (news !== null) easy.setopt('ALTSVC_CTRL', PROTOCOLS) // without READONLYFILE, so that libcurl writes the file
    const { exchange } = current().host
    exchange.content = new Uint8Array(0)
    easy.close()
    if (news === null) return
    this.#learned.set(news, performance.now())
    if (this.#learned.size > REMEMBERED) this.#learned.delete(this.#learned.keys().next().value!)
    this.#merge(this.#loaded.get(easy)!.lines, byOrigin(new TextDecoder().decode(exchange.content)))
  }

  /** Takes over the origins that a handle has changed, because other handles may have changed others meanwhile. */
  #merge(before: Map<string, string[]>, after: Map<string, string[]>): void {
    const changed = new Map(this.#lines)
    for (const origin of new Set([...before.keys(), ...after.keys()])) {
      const lines = after.get(origin) ?? []
      if (String(lines) === String(before.get(origin) ?? [])) continue
      changed.delete(origin)
      if (lines.length > 0 && !this.#isBroken(placeOf(lines[0]!))) changed.set(origin, lines)
    }
    this.#lines = changed
    this.#version++
  }

  /**
   * Forgets the alternatives of an origin, because no connection could be made. Returns false if there were none at
   * another host or port: where only the protocol differs, libcurl has tried the others itself.
   */
  fallBack({ hostname, port, protocol }: URL): boolean {
    const place = `${hostname} ${port || (protocol === 'https:' ? 443 : 80)}`
    const left = [...this.#lines].filter(([, lines]) => placeOf(lines[0]!) !== place || lines.every(isSamePlace))
    if (left.length === this.#lines.size) return false
    this.#lines = new Map(left)
    this.#version++
    this.#broken.set(place, performance.now())
    if (this.#broken.size > REMEMBERED) this.#broken.delete(this.#broken.keys().next().value!)
    return true
  }

  #isBroken(place: string): boolean {
    return performance.now() - (this.#broken.get(place) ?? -Infinity) < BROKEN_MS
  }

  /** @throws TypeError that names the line */
  add(text: string): void {
    for (const [index, line] of text.split('\n').entries())
      if (isEntry(line) && !LINE.test(line)) throw new TypeError(`altSvc.import(): line ${index + 1} is not an entry`)
    this.#lines = new Map([...this.#lines, ...byOrigin(text)])
    this.#version++
  }
}

/** Host and port of the origin. */
const placeOf = (line: string): string => LINE.exec(line)![2]!

function isSamePlace(line: string): boolean {
  const [, , origin, alternative] = LINE.exec(line)!
  return origin === alternative
}

function isEntry(line: string): boolean {
  return line.trim() !== '' && !line.startsWith('#')
}

function byOrigin(text: string): Map<string, string[]> {
  const lines = new Map<string, string[]>()
  for (const line of text.split('\n').filter(isEntry)) {
    const origin = LINE.exec(line)![1]!
    lines.set(origin, [...(lines.get(origin) ?? []), line])
  }
  return lines
}

/** The owner of the cache, which is null if the session has none. */
interface Owner {
  readonly altSvc: AltSvcStore | null
}

export class AltSvc {
  readonly #open: () => Owner | Promise<Owner>

  /** @internal */
  constructor(open: () => Owner | Promise<Owner>) {
    this.#open = open
  }

  async #store(): Promise<AltSvcStore> {
    const { altSvc } = await this.#open()
    if (!altSvc) throw new TypeError('this session has no alt-svc: new Session({ altSvc: true })')
    return altSvc
  }

  /**
   * What servers have sent in the header Alt-Svc, as a file for `curl --alt-svc`.
   * @throws TypeError without the option altSvc
   * @see CURLOPT_ALTSVC(3)
   */
  async export(): Promise<string> {
    return (await this.#store()).text
  }

  /**
   * Adds what export() has returned. It replaces entries of the same origins.
   * @throws TypeError that names the line, or without the option altSvc
   */
  async import(text: string): Promise<void> {
    if (typeof text !== 'string') throw new TypeError('altSvc.import() takes a string')
    const store = await this.#store()
    store.add(text)
  }
}
