// The options of a CurlDispatcher: checks them by name, and sets what they stand for in libcurl. They have undici's
// names where undici has them.
import { maxHeaderSize as NODE_MAX_HEADER_SIZE } from 'node:http'
import { setOptions, type CurlOptions } from '../fetch/curl-init.js'
import { CURL_HTTP_VERSION_1_1 } from '../libcurl/constants.gen.js'
import type { Easy } from '../libcurl/easy.js'
import type { Multi } from '../libcurl/multi.js'
import { setCredentials } from '../libcurl/named-options.js'
import { describe } from '../common/describe.js'
import { pemBytes, type Pem } from '../common/pem.js'
import { invalidArgument } from './errors.js'

/** TLS, with Node's names. */
export interface DispatcherTls {
  /** The authorities to trust, instead of the default ones. */
  ca?: Pem | readonly Pem[]
  /** The client's certificate, with its chain, and its key. */
  cert?: Pem
  key?: Pem
  passphrase?: string
  /** false accepts any server. */
  rejectUnauthorized?: boolean
  /** In milliseconds, as connectTimeout. */
  timeout?: number
}

export interface CurlDispatcherOptions {
  /** The most connections to one origin; others wait. No limit by default. */
  connections?: number | null
  /** 0 closes each connection after its response. Otherwise 1, because libcurl does not pipeline. */
  pipelining?: 0 | 1
  /** Whether HTTP/2 is used where the server offers it. true by default. */
  allowH2?: boolean
  /** The most requests at a time on one HTTP/2 connection. 100 by default. */
  maxConcurrentStreams?: number
  /** Milliseconds until a connection is established, with TLS. 10 seconds by default; 0: none. */
  connectTimeout?: number
  /** Milliseconds from the end of the request to the end of the response's headers. 300 seconds by default; 0: none. */
  headersTimeout?: number
  /** Milliseconds without a byte of the body. 300 seconds by default; 0 for no limit. */
  bodyTimeout?: number
  /** The most bytes of a response's headers. Node's own limit by default: 16 KiB, or --max-http-header-size. */
  maxHeaderSize?: number
  /** The most bytes of a response's body; -1, the default, for no limit. */
  maxResponseSize?: number
  /** Whether a wrong Content-Length of a request is an error, and not only a warning. true by default. */
  strictContentLength?: boolean
  connect?: DispatcherTls
  /** For example 'http://localhost:3128' or 'socks5h://localhost'. None by default, whatever the environment says. */
  proxy?: string | URL
  /** Options of libcurl by name, which take precedence: { INTERFACE: 'eth1' }. */
  options?: CurlOptions
}

/** The largest number of milliseconds that libcurl accepts. */
const LONGEST = 2 ** 31 - 1

type Check = (name: string, value: unknown) => void

function refuse(name: string, expected: string, value: unknown): never {
  throw invalidArgument(`CurlDispatcher: ${name} takes ${expected}, not ${describe(value)}`)
}

const wholeFrom =
  (least: number, text: string): Check =>
  (name, value) => {
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > LONGEST) refuse(name, text, value)
  }
const count = wholeFrom(1, 'a whole number of at least 1')
const milliseconds = wholeFrom(0, 'whole milliseconds, 0 for no limit')
const flag: Check = (name, value) => {
  if (typeof value !== 'boolean') refuse(name, 'a boolean', value)
}
const text: Check = (name, value) => {
  if (typeof value !== 'string') refuse(name, 'a string', value)
}
const isPem = (value: unknown): boolean => typeof value === 'string' || value instanceof Uint8Array
const pem: Check = (name, value) => {
  if (!isPem(value)) refuse(name, 'PEM as a string or bytes', value)
}
const object: Check = (name, value) => {
  if (typeof value !== 'object') refuse(name, 'an object', value)
}

const TLS_CHECKS: { readonly [N in keyof Required<DispatcherTls>]: Check } = {
  ca: (name, value) => {
    if (!(Array.isArray(value) ? value : [value]).every(isPem)) refuse(name, 'PEM as strings or bytes', value)
  },
  cert: pem,
  key: pem,
  passphrase: text,
  rejectUnauthorized: flag,
  timeout: milliseconds,
}

const CHECKS: { readonly [N in keyof Required<CurlDispatcherOptions>]: Check } = {
  connections: count,
  pipelining: (name, value) => {
    if (value !== 0 && value !== 1) refuse(name, '0 or 1, because libcurl does not pipeline', value)
  },
  allowH2: flag,
  maxConcurrentStreams: count,
  connectTimeout: milliseconds,
  headersTimeout: milliseconds,
  bodyTimeout: milliseconds,
  maxHeaderSize: count,
  maxResponseSize: wholeFrom(-1, 'bytes, -1 for no limit'),
  strictContentLength: flag,
  connect: (name, value) => {
    object(name, value)
    check(`${name}.`, TLS_CHECKS, value as object)
  },
  proxy: (name, value) => {
    if (typeof value !== 'string' && !(value instanceof URL)) refuse(name, 'a URL, or an empty string', value)
  },
  options: object,
}

/** null is as undefined, as in undici. @throws UndiciError (UND_ERR_INVALID_ARG) that names the option */
function check(where: string, checks: Readonly<Record<string, Check>>, options: object): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(checks, name)) throw invalidArgument(`CurlDispatcher has no option '${where}${name}'`)
    if (value !== undefined && value !== null) checks[name]!(`${where}${name}`, value)
  }
}

/** The options, checked and copied, so that later changes of the object have no effect. */
export class Settings {
  readonly connections: number | null
  readonly maxHeaderSize: number
  readonly maxResponseSize: number
  readonly defaults: { headersTimeout: number; bodyTimeout: number; strictContentLength: boolean; resets: boolean }
  readonly connectTimeout: number
  readonly tls: DispatcherTls
  readonly proxy: string
  readonly options: CurlOptions
  readonly #allowH2: boolean
  readonly #maxConcurrentStreams: number | null

  /** @throws UndiciError (UND_ERR_INVALID_ARG) that names the option; `options` are checked when the module runs */
  constructor(given: CurlDispatcherOptions) {
    if (typeof given !== 'object' || given === null) throw invalidArgument('CurlDispatcher takes an object of options')
    check('', CHECKS, given)
    this.connections = given.connections ?? null
    this.maxHeaderSize = given.maxHeaderSize ?? NODE_MAX_HEADER_SIZE
    this.maxResponseSize = given.maxResponseSize ?? -1
    this.defaults = {
      headersTimeout: given.headersTimeout ?? 300_000,
      bodyTimeout: given.bodyTimeout ?? 300_000,
      strictContentLength: given.strictContentLength ?? true,
      resets: given.pipelining === 0,
    }
    this.tls = { ...given.connect }
    this.connectTimeout = this.tls.timeout ?? given.connectTimeout ?? 10_000
    this.proxy = String(given.proxy ?? '')
    this.options = { ...given.options }
    this.#allowH2 = given.allowH2 ?? true
    this.#maxConcurrentStreams = given.maxConcurrentStreams ?? null
  }

  /** Sets the options of all transfers on a new handle. @throws TypeError that names the option of libcurl */
  prepare(easy: Easy): void {
    // an exchange sends what the handler's request has, and gives what the server has sent
    easy.setopt('ACCEPT_ENCODING', null).setopt('USERAGENT', null).setopt('PATH_AS_IS', true)
    easy.setopt('PROXY', this.proxy)
    if (!this.#allowH2) easy.setopt('HTTP_VERSION', CURL_HTTP_VERSION_1_1)
    // libcurl's own limit would count the wait for a free connection, so the exchange limits connecting
    easy.setopt('CONNECTTIMEOUT_MS', LONGEST)
    const { ca, cert, key, passphrase, rejectUnauthorized } = this.tls
    if (rejectUnauthorized === false) easy.setopt('SSL_VERIFYPEER', false).setopt('SSL_VERIFYHOST', 0)
    setCredentials(easy, {
      ca: pemBytes('connect.ca', ca),
      cert: pemBytes('connect.cert', cert),
      key: pemBytes('connect.key', key),
      passphrase: passphrase ?? undefined,
    })
    setOptions(easy, this.options, 'CurlDispatcher: options', {}, false)
  }

  limit(multi: Multi): void {
    if (this.connections !== null) multi.setopt('MAX_HOST_CONNECTIONS', this.connections)
    if (this.#maxConcurrentStreams !== null) multi.setopt('MAX_CONCURRENT_STREAMS', this.#maxConcurrentStreams)
  }
}
