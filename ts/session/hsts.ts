// The HSTS cache of a session: hosts that must be connected to over TLS only.
import { CURLE_UNSUPPORTED_PROTOCOL } from '../libcurl/constants.gen.js'
import type { HstsEntry } from '../libcurl/callback-types.js'
import { CurlError } from '../libcurl/errors.js'
import type { Core } from './core.js'

/** 'YYYYMMDD HH:MM:SS', as libcurl has it. */
const DATE = /^\d{8} \d\d:\d\d:\d\d$/
/** As many characters as libcurl has room for. */
const HOST = /^[^\s\0"]{1,2048}$/
/** With a time_t of 32 bits, an entry that expires after 2038, or never, is exported with a date before this one. */
const WRAPPED = '19700101'

export class Hsts {
  readonly #open: () => Core | Promise<Core>

  /** @internal */
  constructor(open: () => Core | Promise<Core>) {
    this.#open = open
  }

  /** All hosts, for JSON. @see CURLOPT_HSTSWRITEFUNCTION(3) */
  async export(): Promise<HstsEntry[]> {
    const core = await this.#open()
    const entries: HstsEntry[] = []
    const easy = core.handle()
    easy.setopt('HSTSWRITEFUNCTION', (_easy, entry) => void entries.push(unwrapped(entry)))
    easy.close() // makes libcurl write
    return entries
  }

  /**
   * Adds hosts that export() has returned. A host that is there already keeps the later date and the stricter rule.
   * Expired entries are dropped.
   * @throws TypeError that names the entry
   * @see CURLOPT_HSTSREADFUNCTION(3)
   */
  async import(entries: readonly HstsEntry[]): Promise<void> {
    if (!Array.isArray(entries)) throw new TypeError('hsts.import() takes an array')
    entries.forEach(check)
    const core = await this.#open()
    const rest = [...entries]
    const easy = core.handle()
    try {
      easy.setopt('HSTSREADFUNCTION', () => rest.shift() ?? null)
      // libcurl reads when a transfer starts; this one ends right then, because there is no such protocol
      easy.setopt('URL', 'none://none/')
      await core.pool.multi.perform(easy)
    } catch (error) {
      if (!(error instanceof CurlError) || error.number !== CURLE_UNSUPPORTED_PROTOCOL) throw error
    } finally {
      easy.close()
    }
  }
}

function unwrapped({ host, includeSubDomains, expire }: HstsEntry): HstsEntry {
  return expire === undefined || expire < WRAPPED ? { host, includeSubDomains } : { host, includeSubDomains, expire }
}

function check(entry: HstsEntry, index: number): void {
  const wrong = (what: string): TypeError => new TypeError(`hsts.import(): [${index}]${what}`)
  if (typeof entry !== 'object' || entry === null) throw wrong(' is not an object')
  if (typeof entry.host !== 'string' || !HOST.test(entry.host)) throw wrong('.host is not a host')
  if (typeof entry.includeSubDomains !== 'boolean') throw wrong('.includeSubDomains is not a boolean')
  if (entry.expire !== undefined && !DATE.test(String(entry.expire))) throw wrong(".expire is not 'YYYYMMDD HH:MM:SS'")
}
