// The options of a Session: checks them by name, and sets what they stand for in libcurl.
import type { HeadersInit } from '../../shim/platform.js'
import { pemBytes, type Pem } from '../common/pem.js'
import type { Easy } from '../libcurl/easy.js'
import { isUnrestricted, limitsConnecting, setOptions, type CurlOptions } from '../fetch/curl-init.js'
import type { FetchDefaults } from '../fetch/fetch.js'
import { HeaderList } from '../http/headers.js'
import type { Multi } from '../libcurl/multi.js'
import { setCredentials } from '../libcurl/named-options.js'
import { readHarOptions, type HarOptions } from './har.js'
import { isPlain, mergeOptions, NO_SETTINGS, type CallOptions, type CallSettings } from './call-options.js'

export type { Pem }

/** Options that concern each call. Those of the connections are in SessionOptions. */
export interface SessionDefaults extends CallOptions {
  /**
   * What relative URLs are resolved against, as in `new URL(input, baseUrl)`: 'https://api.example/v1/' with its slash.
   */
  baseUrl?: string | URL
  /** Sent with every request that has no header of that name. */
  headers?: HeadersInit
}

export interface SessionOptions extends SessionDefaults {
  /** For example 'http://user:password@host:3128' or 'socks5h://host'. '' is none, even if the environment has one. */
  proxy?: string | URL
  /** The certificates to trust, instead of the default ones. */
  ca?: Pem | readonly Pem[]
  /** The client's certificate, with those that signed it. It may contain the key too; else give `key`. */
  cert?: Pem
  key?: Pem
  /** The passphrase of the key. */
  passphrase?: string
  /** The most open connections. Transfers beyond that wait. */
  maxConnections?: number
  /** The most open connections to one host. */
  maxConnectionsPerHost?: number
  /** The most requests at a time on one HTTP/2 connection. 100 by default. */
  maxConcurrentStreams?: number
  /**
   * The most milliseconds until a connection is established, with TLS, without the wait for a free one. 5 minutes by
   * default.
   */
  connectTimeout?: number
  /**
   * Whether to use the alternatives that servers announce with the header Alt-Svc: HTTP/3, or another host or port. If
   * one cannot be reached, the origin itself is used. Not by default.
   */
  altSvc?: boolean
  /** Records all requests and responses, for session.har(). Not by default. */
  har?: boolean | HarOptions
  /** Options of libcurl by name, as in `init.curl.options`, which take precedence. */
  options?: CurlOptions
}

/** Options that the session sets itself, and what to use instead. */
export const REFUSED = {
  SHARE: 'the caches of the session',
  COOKIE: 'the header Cookie',
  COOKIEFILE: 'session.cookies.importNetscape()',
  COOKIEJAR: 'session.cookies.exportNetscape()',
  COOKIELIST: 'session.cookies',
  COOKIESESSION: 'session.cookies.delete()',
  HSTS: 'session.hsts',
  HSTS_CTRL: 'session.hsts',
  HSTSREADFUNCTION: 'session.hsts.import()',
  HSTSREADDATA: 'session.hsts.import()',
  HSTSWRITEFUNCTION: 'session.hsts.export()',
  HSTSWRITEDATA: 'session.hsts.export()',
  ALTSVC: 'session.altSvc',
  ALTSVC_CTRL: 'session.altSvc',
} as const

/** The largest number of milliseconds that libcurl accepts. */
const LONGEST = 2 ** 31 - 1
/** Of libcurl. @see CURLOPT_CONNECTTIMEOUT(3) */
const CONNECT_TIMEOUT_MS = 300_000

function refuse(option: string, expected: string): never {
  throw new TypeError(`Session: ${option} takes ${expected}`)
}

function checkCount(option: string, value: unknown): void {
  if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > LONGEST)
    refuse(option, `a whole number of at least 1, not ${String(value)}`)
}

function checkMilliseconds(option: string, value: unknown): void {
  if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > LONGEST)
    refuse(option, `whole milliseconds from 1 to ${LONGEST}, not ${String(value)}`)
}

function checkText(option: string, value: unknown): void {
  if (typeof value !== 'string') refuse(option, 'a string')
}

function isUrl(value: unknown): boolean {
  try {
    return new URL(String(value)) !== null
  } catch {
    return false
  }
}

const isPem = (value: unknown): boolean => typeof value === 'string' || value instanceof Uint8Array

function checkPem(option: string, value: unknown): void {
  if (!isPem(value)) refuse(option, 'PEM as a string or a Uint8Array')
}

const CHECKS: { readonly [O in keyof Required<SessionOptions>]: (option: O, value: unknown) => void } = {
  baseUrl: (option, value) => {
    if (!isUrl(value)) refuse(option, `an absolute URL, not '${String(value)}'`)
  },
  headers: () => {}, // HeaderList says what is wrong
  // call-options.ts says what is wrong with these
  retry: () => {},
  hooks: () => {},
  timeout: () => {},
  throwHttpErrors: () => {},
  searchParams: () => {},
  proxy: (option, value) => {
    if (typeof value !== 'string' && !(value instanceof URL)) refuse(option, 'a URL, or an empty string')
  },
  ca: (option, value) => {
    if (!(Array.isArray(value) ? value : [value]).every(isPem)) refuse(option, 'PEM as strings or Uint8Arrays')
  },
  cert: checkPem,
  key: checkPem,
  passphrase: checkText,
  maxConnections: checkCount,
  maxConnectionsPerHost: checkCount,
  maxConcurrentStreams: checkCount,
  connectTimeout: checkMilliseconds,
  altSvc: (option, value) => {
    if (typeof value !== 'boolean') refuse(option, 'a boolean')
  },
  har: (option, value) => {
    if (typeof value !== 'boolean' && (typeof value !== 'object' || value === null))
      refuse(option, 'a boolean, or an object of options')
  },
  options: (option, value) => {
    if (typeof value !== 'object' || value === null) refuse(option, 'an object')
  },
}

/** @throws TypeError that names the option */
function check(options: SessionOptions): void {
  if (typeof options !== 'object' || options === null) throw new TypeError('Session takes an object of options')
  for (const [option, value] of Object.entries(options)) {
    if (!Object.hasOwn(CHECKS, option)) throw new TypeError(`Session has no option '${option}'`)
    if (value !== undefined) CHECKS[option as keyof SessionOptions](option as never, value)
  }
  for (const option of ['key', 'passphrase'] as const)
    if (options[option] !== undefined && options.cert === undefined) refuse(option, "effect only with 'cert'")
}

function readHeaders(from: HeadersInit): HeaderList {
  const headers = new HeaderList()
  try {
    headers.fill(from)
  } catch (cause) {
    throw new TypeError(`Session: headers: ${(cause as Error).message}`, { cause })
  }
  return headers
}

/** The options that extend() takes. */
const OF_CALLS: ReadonlySet<string> = new Set<keyof SessionDefaults>([
  ...(['baseUrl', 'headers', 'retry', 'hooks', 'timeout', 'throwHttpErrors', 'searchParams'] as const),
])

/** The options, checked and copied, so that later changes of the object have no effect. */
export class Settings {
  readonly #options: SessionOptions
  readonly #headers: HeaderList
  readonly defaults: FetchDefaults
  readonly call: CallSettings
  /** Calls are the standard's fetch, unless they have options of their own. */
  readonly isPlain: boolean
  readonly altSvc: boolean
  /** null if nothing is recorded. */
  readonly har: Required<HarOptions> | null

  /**
   * `base` has what they extend.
   * @throws TypeError that names the option that is wrong; `options` are checked when the module runs
   */
  constructor(options: SessionOptions, base: Settings | null = null) {
    check(options)
    this.#options = { ...(base ? base.#options : {}), ...options }
    this.altSvc = this.#options.altSvc ?? false
    this.har = readHarOptions(this.#options.har ?? false)
    this.call = mergeOptions('Session: ', base?.call ?? NO_SETTINGS, options)
    this.isPlain = isPlain(this.call)
    this.#headers = readHeaders(options.headers ?? {})
    if (base) for (const [name, value] of base.#headers) this.#headers.addDefault(name, value)
    this.defaults = {
      baseUrl: options.baseUrl === undefined ? base?.defaults.baseUrl : String(options.baseUrl),
      headers: this.#headers,
      timeoutMs: this.call.timeouts.total,
    }
  }

  /** These settings with other defaults for calls. @throws TypeError that names the option that is wrong */
  extend(options: SessionDefaults): Settings {
    check(options)
    for (const option of Object.keys(options))
      if (!OF_CALLS.has(option))
        throw new TypeError(`session.extend() shares connections, so it cannot change '${option}': use a new Session`)
    return new Settings(options, this)
  }

  /**
   * Sets the options on a handle. `elsewhere`: it is for a redirect to another origin, which gets no credentials.
   * @throws TypeError that names the option of libcurl that is wrong
   */
  prepare(easy: Easy, elsewhere: boolean): void {
    const { proxy, ca, cert, key, passphrase, connectTimeout, options } = this.#options
    if (proxy !== undefined) easy.setopt('PROXY', String(proxy))
    setCredentials(easy, {
      ca: pemBytes('Session: ca', ca),
      ...(!elsewhere && {
        cert: pemBytes('Session: cert', cert),
        key: pemBytes('Session: key', key),
        passphrase,
      }),
    })
    if (this.connectionMs < Infinity) easy.setopt('CONNECTTIMEOUT_MS', LONGEST)
    else if (connectTimeout !== undefined) easy.setopt('CONNECTTIMEOUT_MS', connectTimeout)
    if (options) setOptions(easy, options, 'Session: options', REFUSED, elsewhere)
  }

  /** Whether credentials may go to every origin that a redirect leads to. */
  get unrestricted(): boolean {
    return isUnrestricted(this.#options.options) ?? false
  }

  /** PoolOptions.connectionMs: calls wait for a free connection only if there is a limit. */
  get connectionMs(): number {
    const { maxConnections, maxConnectionsPerHost, connectTimeout, options } = this.#options
    const waits = (maxConnections ?? maxConnectionsPerHost) !== undefined
    return waits && !limitsConnecting(options) ? (connectTimeout ?? CONNECT_TIMEOUT_MS) : Infinity
  }

  limit(multi: Multi): void {
    const { maxConnections, maxConnectionsPerHost, maxConcurrentStreams } = this.#options
    if (maxConnections !== undefined) multi.setopt('MAX_TOTAL_CONNECTIONS', maxConnections)
    if (maxConnectionsPerHost !== undefined) multi.setopt('MAX_HOST_CONNECTIONS', maxConnectionsPerHost)
    if (maxConcurrentStreams !== undefined) multi.setopt('MAX_CONCURRENT_STREAMS', maxConcurrentStreams)
  }
}
