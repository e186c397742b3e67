// The first argument of dispatch(), read and checked as undici does. Errors are undici's, with its words.
import process from 'node:process'
import { stringify } from 'node:querystring'
import type { CurlInit } from '../fetch/curl-init.js'
import { isToken } from '../http/token.js'
import { isomorphicEncode } from '../http/headers.js'
import { readBody, type RequestBody } from './body.js'
import { UndiciError, invalidArgument } from './errors.js'

/** What dispatch() gets. @see https://undici.nodejs.org/#/docs/api/Dispatcher, Parameter: DispatchOptions */
export interface DispatchOptions {
  origin?: string | URL
  /** With its query; or an absolute URL, for a proxy. */
  path: string
  method: string
  /** A string, bytes, a stream of Node's, an iterable of chunks, a FormData or a Blob. */
  body?: unknown
  /** Names and values in turn, pairs, or an object whose values may be arrays. */
  headers?: unknown
  /** Parameters to add to the path. */
  query?: Record<string, unknown> | null
  /** Whether it may be sent again. Without effect: libcurl decides by the method. */
  idempotent?: boolean
  /** Without effect, because nothing is pipelined. */
  blocking?: boolean
  /** A protocol to switch to, such as 'websocket'. */
  upgrade?: boolean | string | null
  /** In milliseconds, instead of the dispatcher's; 0 for no limit. */
  headersTimeout?: number | null
  bodyTimeout?: number | null
  /** Whether the connection is closed afterwards. */
  reset?: boolean | null
  /** Sends 'Expect: 100-continue', and the body when the server has agreed. */
  expectContinue?: boolean | null
}

/** Where requests go. */
export interface Origin {
  /** For example 'http://localhost:8080'. */
  readonly base: string
  readonly url: URL
  readonly hostname: string
  readonly port: number
  readonly secure: boolean
  /** How many exchanges with it run. */
  busy: number
  /** dispatch() has returned false, so there has to be an event 'drain'. */
  needsDrain: boolean
}

/** A request that was checked. */
export interface Request {
  origin: Origin
  path: string
  method: string
  /** Lines for CURLOPT_HTTPHEADER, without those about the body's length. */
  lines: string[]
  /** Names and values in turn, as they are sent with an upgrade. */
  headers: string[]
  expects: boolean
  body: RequestBody | null
  /** The protocol to switch to; null for none. */
  upgrade: string | null
  headersTimeout: number
  bodyTimeout: number
  /** What it needs that other requests do not. */
  curl: CurlInit | undefined
}

/** The dispatcher's defaults. */
export interface RequestDefaults {
  headersTimeout: number
  bodyTimeout: number
  strictContentLength: boolean
  /** Connections are not kept. */
  resets: boolean
}

const NOT_IN_PATHS = /[^\u0021-\u00ff]/
const NOT_IN_VALUES = /[^\t\x20-\x7e\x80-\xff]/
/** A path that libcurl sends as it is when it is a part of the URL: it converts '%2f' to '%2F'. */
const PLAIN_PATH = /^\/(?:[\x21\x22\x24\x26-\x7e]|%(?![a-f]|.[a-f]))*$/
const EXPECTING_BODY = new Set(['PUT', 'POST', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH'])
const NOTHING = new Uint8Array(0)
const KNOWN_ORIGINS = 1000

/** The origins of a dispatcher, by the text that was given. */
export class Origins {
  readonly #known = new Map<string, Origin>()

  /** @throws UndiciError (UND_ERR_INVALID_ARG) */
  of(given: unknown): Origin {
    if ((typeof given !== 'string' || given === '') && !(given instanceof URL))
      throw invalidArgument('opts.origin must be a non-empty string or URL.')
    const text = typeof given === 'string' ? given : given.origin
    return this.#known.get(text) ?? this.#add(text)
  }

  #add(text: string): Origin {
    const url = URL.canParse(text) ? new URL(text) : null
    if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
      throw invalidArgument(`Invalid URL protocol: the origin must start with \`http:\` or \`https:\`, not '${text}'`)
    // those that are busy are still known to their exchanges
    if (this.#known.size >= KNOWN_ORIGINS) this.#known.clear()
    const secure = url.protocol === 'https:'
    const origin: Origin = {
      base: url.origin,
      url: new URL(url.origin),
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port) || (secure ? 443 : 80),
      secure,
      busy: 0,
      needsDrain: false,
    }
    this.#known.set(text, origin)
    return origin
  }
}

/** @throws UndiciError (UND_ERR_INVALID_ARG, UND_ERR_NOT_SUPPORTED, UND_ERR_REQ_CONTENT_LENGTH_MISMATCH) */
export function readRequest(options: DispatchOptions, origins: Origins, defaults: RequestDefaults): Request {
  const { method, upgrade, expectContinue, reset } = options
  const path = readPath(options)
  if (typeof method !== 'string') throw invalidArgument('method must be a string')
  if (!isToken(method)) throw invalidArgument('invalid request method')
  if (upgrade && typeof upgrade !== 'string') throw invalidArgument('upgrade must be a string')
  if (upgrade && NOT_IN_VALUES.test(upgrade)) throw invalidArgument('invalid upgrade header')
  checkFlag('reset', reset)
  checkFlag('expectContinue', expectContinue)
  checkUnsupported(options as { maxRedirections?: unknown; servername?: unknown })
  const body = readBody(options.body)
  const headers = new ReadHeaders()
  headers.fill(options.headers)
  const resets = reset ?? (headers.closes || defaults.resets)
  const origin = origins.of(options.origin)
  return {
    origin,
    path,
    method,
    lines: headers.linesFor(body, Boolean(expectContinue)),
    headers: headers.flat,
    expects: Boolean(expectContinue),
    body: withLength(body, method, headers.contentLength, defaults.strictContentLength),
    upgrade: upgrade || null,
    headersTimeout: readTimeout('headersTimeout', options.headersTimeout) ?? defaults.headersTimeout,
    bodyTimeout: readTimeout('bodyTimeout', options.bodyTimeout) ?? defaults.bodyTimeout,
    curl: curlInit(path, resets),
  }
}

/** The URL for libcurl. */
export function urlOf({ origin, path }: Request): string {
  return PLAIN_PATH.test(path) ? origin.base + path : `${origin.base}/`
}

function curlInit(path: string, resets: boolean): CurlInit | undefined {
  const isPlain = PLAIN_PATH.test(path)
  if (isPlain && !resets) return undefined
  return {
    options: {
      ...(!isPlain && { REQUEST_TARGET: isomorphicEncode(path) as string }),
      ...(resets && { FORBID_REUSE: true }),
    },
  }
}

function readPath({ path, method, query }: DispatchOptions): string {
  if (typeof path !== 'string') throw invalidArgument('path must be a string')
  if (path[0] !== '/' && !/^https?:\/\//.test(path) && method !== 'CONNECT')
    throw invalidArgument('path must be an absolute URL or start with a slash')
  if (NOT_IN_PATHS.test(path)) throw invalidArgument('invalid request path')
  if (!query) return path
  if (/[?#]/.test(path)) throw invalidArgument('Query params cannot be passed when url already contains "?" or "#".')
  const parameters = stringify(query as never)
  return parameters === '' ? path : `${path}?${parameters}`
}

function checkFlag(name: string, value: unknown): void {
  if (value !== null && value !== undefined && typeof value !== 'boolean') throw invalidArgument(`invalid ${name}`)
}

function readTimeout(name: string, value: unknown): number | undefined {
  if (value === null || value === undefined) return undefined
  if (!Number.isFinite(value) || (value as number) < 0) throw invalidArgument(`invalid ${name}`)
  return value as number
}

/** Refuses what would be ignored. */
function checkUnsupported({ maxRedirections, servername }: { maxRedirections?: unknown; servername?: unknown }): void {
  if (maxRedirections !== null && maxRedirections !== undefined && maxRedirections !== 0)
    throw invalidArgument('maxRedirections is not supported, use the redirect interceptor')
  if (servername)
    throw new UndiciError('UND_ERR_NOT_SUPPORTED', 'servername is not supported: TLS gets the name of the origin')
}

/** The body with the length that was declared for it. Methods that expect a body get an empty one. */
function withLength(
  body: RequestBody | null,
  method: string,
  declared: number | null,
  strict: boolean,
): RequestBody | null {
  if (!body) return EXPECTING_BODY.has(method) ? { length: 0, type: null, source: NOTHING, stream: null } : null
  if (body.length === null) return { ...body, length: declared }
  if (declared !== null && declared !== body.length) mismatch(strict)
  return body
}

function mismatch(strict: boolean): void {
  const error = new UndiciError('UND_ERR_REQ_CONTENT_LENGTH_MISMATCH')
  if (strict) throw error
  process.emitWarning(error)
}

/** Reads headers in all forms that undici takes. */
class ReadHeaders {
  /** Names and values in turn. */
  readonly flat: string[] = []
  contentLength: number | null = null
  closes = false
  #hasHost = false
  #hasType = false
  #hasAccept = false

  fill(headers: unknown): void {
    if (headers === null || headers === undefined) return
    if (typeof headers !== 'object') throw invalidArgument('headers must be an object or an array')
    if (Array.isArray(headers)) {
      if (headers.length % 2 !== 0) throw invalidArgument('headers array must be even')
      for (let at = 0; at < headers.length; at += 2) this.#add(headers[at], headers[at + 1])
    } else if (Symbol.iterator in headers) {
      for (const pair of headers as Iterable<unknown>) {
        if (!Array.isArray(pair) || pair.length !== 2) throw invalidArgument('headers must be in key-value pair format')
        this.#add(pair[0], pair[1])
      }
    } else {
      for (const name of Object.keys(headers)) this.#add(name, (headers as Record<string, unknown>)[name])
    }
  }

  #add(name: unknown, value: unknown): void {
    if (value === undefined) return
    const key = String(name)
    if (!isToken(key)) throw invalidArgument('invalid header key')
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) this.#one(key, valueOf(key, each))
  }

  #one(name: string, value: string): void {
    switch (name.toLowerCase()) {
      case 'host':
        if (this.#hasHost) throw invalidArgument('duplicate host header')
        this.#hasHost = true
        break
      case 'content-length':
        if (this.contentLength !== null) throw invalidArgument('duplicate content-length header')
        if (!/^\d+$/.test(value)) throw invalidArgument('invalid content-length header')
        this.contentLength = Number(value)
        return
      case 'transfer-encoding':
      case 'keep-alive':
      case 'upgrade':
        throw invalidArgument(`invalid ${name.toLowerCase()} header`)
      case 'connection':
        for (const token of value.split(',')) {
          if (!isToken(token.trim())) throw invalidArgument('invalid connection header')
          if (token.trim().toLowerCase() === 'close') this.closes = true
        }
        if (!this.closes) return
        break
      case 'expect':
        throw new UndiciError('UND_ERR_NOT_SUPPORTED', 'expect header not supported')
      case 'content-type':
        this.#hasType = true
        break
      case 'accept':
        this.#hasAccept = true
    }
    this.flat.push(name, value)
  }

  linesFor(body: RequestBody | null, expects: boolean): string[] {
    const { flat } = this
    const lines: string[] = []
    for (let at = 0; at < flat.length; at += 2)
      lines.push(flat[at + 1] === '' ? `${flat[at]};` : `${flat[at]}: ${flat[at + 1]}`)
    if (body?.type && !this.#hasType) lines.push(`content-type: ${body.type}`)
    if (expects) lines.push('expect: 100-continue')
    // otherwise libcurl would send '*/*'
    if (!this.#hasAccept) lines.push('Accept:')
    return lines
  }
}

function valueOf(name: string, value: unknown): string {
  if (value === null) return ''
  if (typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol')
    throw invalidArgument(`invalid ${name} header`)
  const text = String(value)
  if (NOT_IN_VALUES.test(text)) throw invalidArgument(`invalid ${name} header`)
  return text
}
