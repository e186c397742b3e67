// A session: a fetch() with connections, cookies and caches of its own, which end with it. Docs: docs/session.md
import type { RequestInfo } from '../../shim/platform.js'
import { makeFetch } from '../fetch/fetch.js'
import { networkError } from '../fetch/network-error.js'
import type { Pool } from '../fetch/pool.js'
import { isLocal, urlOf } from '../fetch/request.js'
import type { CurlResponse } from '../fetch/response.js'
import { AltSvc } from './alt-svc.js'
import { SessionCall, readCall } from './call.js'
import { isStandard, mergeOptions, type SessionInit } from './call-options.js'
import { Cookies } from './cookies.js'
import { Core } from './core.js'
import { HarRecorder } from './har.js'
import type { Har } from './har-format.js'
import { Hsts } from './hsts.js'
import { WaitingCalls } from './interruptions.js'
import { Settings, type SessionDefaults, type SessionOptions } from './session-options.js'
import { TlsSessions } from './tls-sessions.js'

/**
 * The standard's fetch with more options. Without these it does what `fetch` does. A response that comes from a hook has
 * no `curl`.
 */
export type SessionFetch = (input: RequestInfo | URL, init?: SessionInit) => Promise<CurlResponse>

/** What a session and those that extend it have in common. */
class Shared {
  readonly cookies: Cookies
  readonly tlsSessions: TlsSessions
  readonly hsts: Hsts
  readonly altSvc: AltSvc
  /** Calls that wait while no transfer of theirs runs. */
  readonly waiting = new WaitingCalls()
  /** null unless the session has the option har. */
  readonly recorder: HarRecorder | null
  readonly #init: () => Promise<void>
  readonly #settings: Settings
  #opening: Promise<Core> | null = null
  #core: Core | null = null
  #closing: Promise<void> | null = null

  constructor(init: () => Promise<void>, settings: Settings) {
    this.#init = init
    this.#settings = settings
    this.recorder = settings.har && new HarRecorder(settings.har)
    const open = (): Core | Promise<Core> => this.#open()
    this.cookies = new Cookies(open)
    this.tlsSessions = new TlsSessions(open)
    this.hsts = new Hsts(open)
    this.altSvc = new AltSvc(open)
  }

  pool(): Pool | Promise<Pool> {
    const core = this.#open()
    return core instanceof Core ? core.pool : core.then(({ pool }) => pool)
  }

  #open(): Core | Promise<Core> {
    if (this.#closing) throw networkError(new Error('the session is closed'))
    return this.#core ?? (this.#opening ??= this.#start())
  }

  async #start(): Promise<Core> {
    try {
      await this.#init()
      return (this.#core = Core.open(this.#settings, this.recorder))
    } catch (error) {
      this.#opening = null // so that a second attempt can succeed
      throw error
    }
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    this.waiting.end(new Error('the session was closed'))
    await null // libcurl cannot be entered from inside a callback
    const core = this.#opening && (await this.#opening.catch(() => null))
    await core?.close()
  }
}

/** What a session is made of that extends another one. */
class Extension {
  constructor(
    readonly shared: Shared,
    readonly settings: Settings,
  ) {}
}

/**
 * It shares nothing with other sessions or with the fetch() of the package. It starts the module when it is first used.
 */
export abstract class CurlSession {
  /** fetch() with the session's options, over which `init` takes precedence. @throws TypeError once it is closed */
  readonly fetch: SessionFetch
  readonly #shared: Shared
  readonly #settings: Settings

  /** @internal */
  constructor(init: () => Promise<void>, options: SessionOptions | Extension) {
    const isExtension = options instanceof Extension
    const settings = (this.#settings = isExtension ? options.settings : new Settings(options))
    const shared = (this.#shared = isExtension ? options.shared : new Shared(init, settings))
    const open = (): Pool | Promise<Pool> => shared.pool()
    const { defaults } = settings
    const standard = makeFetch(open, defaults)
    const extended = async (input: RequestInfo | URL, init?: SessionInit | null): Promise<CurlResponse> => {
      const call = init ? mergeOptions('fetch: init.', settings.call, init) : settings.call
      const url = urlOf(input, defaults.baseUrl)
      if (isLocal(url)) return standard(input, init ?? undefined)
      const request = readCall(input, url, init, defaults.headers ?? [], call.searchParams)
      return new SessionCall(request, call, open, shared.waiting).run()
    }
    this.fetch = (input, ...[init]) => {
      try {
        return settings.isPlain && isStandard(init) ? standard(input, init) : extended(input, init)
      } catch (error) {
        return Promise.reject(error) // of a getter of init
      }
    }
  }

  get cookies(): Cookies {
    return this.#shared.cookies
  }

  get tlsSessions(): TlsSessions {
    return this.#shared.tlsSessions
  }

  get hsts(): Hsts {
    return this.#shared.hsts
  }

  get altSvc(): AltSvc {
    return this.#shared.altSvc
  }

  /**
   * The same session with other defaults for calls: both share connections, cookies and caches, and close() of one closes
   * the other. Headers and parameters are added, and replace those of the same name; so do the members of `retry` and
   * `timeout`. Hooks come after those that are there.
   * @throws TypeError that names an option that is wrong, or one of the connections, such as `proxy`
   */
  abstract extend(options: SessionDefaults): CurlSession

  /**
   * What was recorded since the session was made, as an HTTP Archive 1.2: `JSON.stringify(await session.har())` is a file
   * that DevTools and other viewers open. Transfers that still run are in it as far as they have come. It can also be
   * called once the session is closed.
   * @throws TypeError unless the session has the option `har`
   */
  async har(): Promise<Har> {
    const { recorder } = this.#shared
    if (!recorder) throw new TypeError('session.har() needs a session that records: new Session({ har: true })')
    return recorder.har()
  }

  /** @internal */
  protected extension(options: SessionDefaults): Extension {
    return new Extension(this.#shared, this.#settings.extend(options))
  }

  /**
   * Closes all connections and frees all memory. Running calls, and bodies that have not completely come, fail with a
   * TypeError whose cause says that the session was closed.
   */
  close(): Promise<void> {
    return this.#shared.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** Makes the class Session of an entry, whose `init` starts the module unless it has been started. */
export function makeSession(init: () => Promise<void>): new (options?: SessionOptions) => CurlSession {
  return class Session extends CurlSession {
    /** @throws TypeError that names the option that is wrong */
    constructor(options: SessionOptions | Extension = {}) {
      super(init, options)
    }

    override extend(options: SessionDefaults): CurlSession {
      return new Session(this.extension(options))
    }
  }
}
