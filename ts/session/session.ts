// A session: a fetch() with connections, cookies and caches of its own, which end with it. Docs: docs/session.md
import { makeFetch, type Fetch } from '../fetch/fetch.js'
import { networkError } from '../fetch/network-error.js'
import { AltSvc } from './alt-svc.js'
import { Cookies } from './cookies.js'
import { Core } from './core.js'
import { Hsts } from './hsts.js'
import { Settings, type SessionOptions } from './session-options.js'
import { TlsSessions } from './tls-sessions.js'

/**
 * It shares nothing with other sessions or with the fetch() of the package. It starts the module when it is first used.
 */
export class CurlSession {
  /** fetch() with the session's options, over which `init` takes precedence. @throws TypeError once it is closed */
  readonly fetch: Fetch
  readonly cookies: Cookies
  readonly tlsSessions: TlsSessions
  readonly hsts: Hsts
  readonly altSvc: AltSvc
  readonly #init: () => Promise<void>
  readonly #settings: Settings
  #opening: Promise<Core> | null = null
  #core: Core | null = null
  #closing: Promise<void> | null = null

  /** @internal */
  constructor(init: () => Promise<void>, options: SessionOptions) {
    this.#init = init
    this.#settings = new Settings(options)
    const open = (): Core | Promise<Core> => this.#open()
    this.cookies = new Cookies(open)
    this.tlsSessions = new TlsSessions(open)
    this.hsts = new Hsts(open)
    this.altSvc = new AltSvc(open)
    this.fetch = makeFetch(() => {
      const core = this.#open()
      return core instanceof Core ? core.pool : core.then(({ pool }) => pool)
    }, this.#settings.defaults)
  }

  #open(): Core | Promise<Core> {
    if (this.#closing) throw networkError(new Error('the session is closed'))
    return this.#core ?? (this.#opening ??= this.#start())
  }

  async #start(): Promise<Core> {
    try {
      await this.#init()
      return (this.#core = Core.open(this.#settings))
    } catch (error) {
      this.#opening = null // so that a second attempt can succeed
      throw error
    }
  }

  /**
   * Closes all connections and frees all memory. Running calls, and bodies that have not completely come, fail with a
   * TypeError whose cause says that the session was closed.
   */
  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    await null // libcurl cannot be entered from inside a callback
    const core = this.#opening && (await this.#opening.catch(() => null))
    await core?.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** Makes the class Session of an entry, whose `init` starts the module unless it has been started. */
export function makeSession(init: () => Promise<void>): new (options?: SessionOptions) => CurlSession {
  return class Session extends CurlSession {
    /** @throws TypeError that names the option that is wrong */
    constructor(options: SessionOptions = {}) {
      super(init, options)
    }
  }
}
