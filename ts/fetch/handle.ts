// An easy handle that performs one transfer after another. Callbacks and options that all transfers share are set once;
// the others are set when they change.
import { readInto, withoutCopy } from '../libcurl/callbacks.js'
import { CURL_READFUNC_ABORT } from '../libcurl/constants.gen.js'
import { Easy } from '../libcurl/easy.js'
import type { Upload } from '../libcurl/upload.js'
import type { Body } from './body.js'
import type { CurlInit } from './curl-init.js'
import { DEBUG_KINDS, type DebugKind } from '../libcurl/debug-kinds.js'
import { isomorphicEncode } from '../http/headers.js'
import type { ObservedHop } from './observe.js'
import type { PhaseLimits, PhaseWatch } from './phase-limits.js'
import { userAgent } from '../http/user-agent.js'

/** One hop of a fetch, as libcurl is to perform it. */
export interface Hop {
  /** Without fragment. */
  url: string
  method: string
  /** Lines for CURLOPT_HTTPHEADER. */
  lines: readonly string[]
  /** There is a header Expect. */
  expects: boolean
  body: Body | null
  /** No kept connection is used. */
  onNewConnection: boolean
  /** Cookies are neither sent nor kept. */
  omitsCookies: boolean
  /** 0 for no limit. */
  timeoutMs: number
  phases: PhaseLimits | null
  /** It goes to another origin than the first URL, so it must not get the credentials. */
  elsewhere: boolean
  curl: CurlInit | undefined
}

/** The transfer that a handle performs. It receives libcurl's callbacks. */
export interface Receiver {
  /** null if there is no body, and once the transfer is over. */
  readonly upload: Upload | null
  /** A whole head, or a line that comes after the body. */
  readHeaders(lines: Uint8Array): void
  /** WRITEFUNCTION, with its return value. */
  readBody(bytes: Uint8Array): number
  /** Ends it. All that waits for it fails with the reason. */
  abort(reason: unknown): void
}

/** What all handles of a pool have in common. */
export interface Preparation {
  /**
   * Sets the options of all transfers on a new handle. `elsewhere`: a redirect leads to another origin, which must not
   * get the credentials.
   */
  prepare(easy: Easy, elsewhere: boolean): void
  /** Whether the handles have cookies and HSTS, which change what is sent. */
  stateful: boolean
  /** A head that gets longer than so many bytes is read early. libcurl has a limit, too. */
  mostHead: number
}

/** Bodies up to this size in bytes are given to libcurl whole, so that it can sign them and send them again. */
const WHOLE_BYTES = 1024 * 1024
/** The most bytes that one read from a socket can return. */
const DOWNLOAD_BYTES = 128 * 1024
const UPLOAD_BYTES = 256 * 1024
const NOTHING = new Uint8Array(0)
const COOKIE_LINE = /^cookie: /i

export class Handle {
  readonly easy = new Easy()
  /** Where it is among the busy ones of its pool. */
  place = -1
  /** The current transfer. */
  transfer: Receiver | null = null
  /** The onDebug callback of the current transfer. */
  onDebug: CurlInit['onDebug']
  #url = ''
  #lines: string | null = null
  #method = ''
  /** The last method was HEAD. */
  #bodiless = false
  #onNewConnection = false
  /** libcurl has a copy of the body. */
  #whole = false
  /** The header Cookie of the last hop. */
  #cookie: string | null = null
  #timeoutMs = 0
  /** What reads libcurl's trace, besides onDebug. */
  #watch: PhaseWatch | null = null
  /** The same. */
  #observed: ObservedHop | null = null
  readonly #stateful: boolean
  readonly #forgetHead: () => void

  /** @param elsewhere The handle is for another origin than the pool's credentials. */
  constructor({ prepare, stateful, mostHead }: Preparation, elsewhere: boolean) {
    const { easy } = this
    this.#stateful = stateful
    easy.setopt(
      'WRITEFUNCTION',
      withoutCopy((bytes) => this.transfer!.readBody(bytes)),
    )
    this.#forgetHead = easy.readHeads(
      withoutCopy((lines) => this.transfer!.readHeaders(lines)),
      mostHead,
    )
    // an upload that was cancelled must not look like a complete one
    easy.setopt(
      'READFUNCTION',
      readInto((buffer) => this.transfer!.upload?.read(buffer) ?? CURL_READFUNC_ABORT),
    )
    easy.setopt('SEEKFUNCTION', (_userdata, offset) => this.transfer!.upload?.seek(offset))
    easy.setopt('DEBUGFUNCTION', (_easy, type, bytes) => this.#debug(DEBUG_KINDS[type]!, bytes))
    easy.setopt('CERTINFO', true)
    easy.setopt('ACCEPT_ENCODING', '')
    easy.setopt('HTTP_CONTENT_DECODING', false) // the download decodes
    easy.setopt('USERAGENT', userAgent())
    easy.setopt('SUPPRESS_CONNECT_HEADERS', true)
    easy.setopt('BUFFERSIZE', DOWNLOAD_BYTES)
    easy.setopt('UPLOAD_BUFFERSIZE', UPLOAD_BYTES)
    prepare(easy, elsewhere)
  }

  /** Sets the options of this hop. */
  configure({ url, method, lines, body, onNewConnection, omitsCookies, timeoutMs }: Hop): void {
    if (url !== this.#url) this.easy.setopt('URL', (this.#url = url))
    if (onNewConnection !== this.#onNewConnection)
      this.easy.setopt('FRESH_CONNECT', (this.#onNewConnection = onNewConnection))
    if (timeoutMs !== this.#timeoutMs) this.easy.setopt('TIMEOUT_MS', (this.#timeoutMs = timeoutMs))
    if (omitsCookies) this.easy.setopt('COOKIEFILE', null)
    const more = this.#setBody(method, body)
    const rest = this.#stateful && !omitsCookies ? this.#setCookie(lines) : lines
    const all = more.length > 0 ? [...rest, ...more] : rest
    const joined = all.join('\n')
    if (joined === this.#lines) return
    this.easy.setopt('HTTPHEADER', all.map(isomorphicEncode))
    this.#lines = joined
  }

  /** Gives a header Cookie to libcurl, which sends it together with its own cookies. Returns the other lines. */
  #setCookie(lines: readonly string[]): readonly string[] {
    const line = lines.find((each) => COOKIE_LINE.test(each)) ?? null
    const value = line && isomorphicEncode(line.replace(COOKIE_LINE, ''))
    if (line !== this.#cookie) this.easy.setopt('COOKIE', value as string | null)
    this.#cookie = line
    return line === null ? lines : lines.filter((each) => each !== line)
  }

  /** Sets the method and the body. Returns header lines that keep libcurl from adding headers of its own. */
  #setBody(method: string, body: Body | null): string[] {
    const { easy } = this
    if (method !== this.#method) easy.setopt('CUSTOMREQUEST', (this.#method = method))
    if (method === 'HEAD') {
      easy.setopt('NOBODY', true)
      this.#bodiless = true
      return []
    }
    if (this.#bodiless) easy.setopt('NOBODY', false) // COPYPOSTFIELDS does not unset it
    this.#bodiless = false
    // https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch step 8.5: these have a length without a body
    const bytes = body?.source ?? (method === 'POST' || method === 'PUT' ? NOTHING : null)
    if (bytes === null) {
      easy.setopt('HTTPGET', true)
      return []
    }
    if (bytes instanceof Uint8Array && bytes.length <= WHOLE_BYTES) {
      easy.setopt('COPYPOSTFIELDS', bytes)
      this.#whole = true
      return body?.type ? [] : ['Content-Type:']
    }
    easy.setopt('UPLOAD', true).setopt('INFILESIZE_LARGE', body!.length ?? -1)
    return ['Expect:']
  }

  #debug(kind: DebugKind, bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#watch?.trace(kind, bytes) === false) this.#watch = null
    if (this.#observed?.trace(kind, bytes) === false) this.#observed = null
    this.onDebug?.(kind, bytes)
    // the trace has all bytes that are sent and received
    if (!this.#watch && !this.#observed && !this.onDebug) this.easy.setopt('VERBOSE', false)
  }

  /** Gives libcurl's trace to a watch, until that needs no more of it. */
  trace(watch: PhaseWatch): void {
    this.#watch = watch
    this.easy.setopt('VERBOSE', true)
  }

  /** Gives libcurl's trace to observers, until they need no more of it. */
  observe(observed: ObservedHop): void {
    this.#observed = observed
    this.easy.setopt('VERBOSE', true)
  }

  /** Releases the transfer, and frees libcurl's copy of the body. */
  clear(): void {
    this.transfer = null
    this.#forgetHead()
    if (this.#watch || this.#observed) this.easy.setopt('VERBOSE', false)
    this.#watch = this.#observed = null
    if (this.#whole) this.easy.setopt('COPYPOSTFIELDS', null)
    this.#whole = false
  }
}
