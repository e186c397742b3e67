// The alt-svc cache of a session. libcurl has one in each easy handle, reads it from a file when it is told the file's
// name, and writes it when the handle ends: so what one handle has learned goes into the next one as such a file.
import { CURLALTSVC_H1, CURLALTSVC_H2, CURLALTSVC_READONLYFILE } from '../libcurl/constants.gen.js'
import { EXCHANGE } from '../../shim/files/exchange.js'
import type { Easy } from '../libcurl/easy.js'
import { current } from '../libcurl/libcurl.js'

const PROTOCOLS = CURLALTSVC_H1 | CURLALTSVC_H2
/** A line of an origin: its protocol, host and port, and the same of the alternative. https://curl.se/docs/alt-svc.html */
const LINE = /^(\S+ \S+ \d+) \S+ \S+ \d+ "[\d: ]+" [01] 0$/
/** A header that comes with every response is learned once in this time: it costs the handle. */
const AGAIN_MS = 60_000
/** libcurl knows as many entries. */
const REMEMBERED = 5000

export class AltSvcStore {
  /** Lines by origin. */
  #lines = new Map<string, string[]>()
  /** Counts changes. */
  #version = 0
  readonly #loaded = new WeakMap<Easy, { version: number; lines: Map<string, string[]> }>()
  /** When a header was learned last. */
  readonly #learned = new Map<string, number>()

  get text(): string {
    return [...this.#lines.values()]
      .flat()
      .map((line) => `${line}\n`)
      .join('')
  }

  /** Gives a new handle what is known. */
  prepare(easy: Easy): void {
    this.#loaded.set(easy, { version: this.#version, lines: this.#lines })
    current().host.exchange.content = new TextEncoder().encode(this.text)
    easy.setopt('ALTSVC', EXCHANGE)
    easy.setopt('ALTSVC_CTRL', PROTOCOLS | CURLALTSVC_READONLYFILE)
  }

  /** Whether a handle knows what the session knows, and the other way round. */
  isCurrent(easy: Easy): boolean {
    return this.#loaded.get(easy)!.version === this.#version && this.#news(easy) === null
  }

  /** What a handle has been told last, if that is news. */
  #news(easy: Easy): string | null {
    const header = easy.header('Alt-Svc')
    if (!header) return null
    const key = `${new URL(easy.getinfo('EFFECTIVE_URL')!).origin} ${header.value}`
    return performance.now() - (this.#learned.get(key) ?? -Infinity) < AGAIN_MS ? null : key
  }

  /** Closes a handle, and takes what it has learned. */
  retire(easy: Easy): void {
    const news = this.#news(easy)
    if (news !== null) easy.setopt('ALTSVC_CTRL', PROTOCOLS) // so that it writes
    const { exchange } = current().host
    exchange.content = new Uint8Array(0)
    easy.close()
    if (news === null) return
    this.#learned.set(news, performance.now())
    if (this.#learned.size > REMEMBERED) this.#learned.delete(this.#learned.keys().next().value!)
    this.#merge(this.#loaded.get(easy)!.lines, byOrigin(new TextDecoder().decode(exchange.content)))
  }

  /** Other handles have learned too: only what is not as it was before counts. */
  #merge(before: Map<string, string[]>, after: Map<string, string[]>): void {
    const changed = new Map(this.#lines)
    for (const origin of new Set([...before.keys(), ...after.keys()])) {
      const lines = after.get(origin) ?? []
      if (String(lines) === String(before.get(origin) ?? [])) continue
      changed.delete(origin)
      if (lines.length > 0) changed.set(origin, lines)
    }
    this.#lines = changed
    this.#version++
  }

  /** @throws TypeError, naming the line */
  add(text: string): void {
    for (const [index, line] of text.split('\n').entries())
      if (isEntry(line) && !LINE.test(line)) throw new TypeError(`altSvc.import(): line ${index + 1} is not an entry`)
    this.#lines = new Map([...this.#lines, ...byOrigin(text)])
    this.#version++
  }
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

/** What has the cache; null where the session has none. */
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
   * What servers have said with the header Alt-Svc, as a file that `curl --alt-svc` takes.
   * @throws TypeError without the option altSvc
   * @see CURLOPT_ALTSVC(3)
   */
  async export(): Promise<string> {
    return (await this.#store()).text
  }

  /**
   * Takes what export() has told. It replaces what is known of the same origins.
   * @throws TypeError, naming the line, or without the option altSvc
   */
  async import(text: string): Promise<void> {
    if (typeof text !== 'string') throw new TypeError('altSvc.import() takes a string')
    const store = await this.#store()
    store.add(text)
  }
}
