// fetch() over libcurl: the algorithms of https://fetch.spec.whatwg.org/#fetching for a client without an origin, and
// so without CORS, service workers, referrers and a cache of its own. Each hop is one transfer of libcurl.
import type { RequestInfo } from '../../shim/platform.js'
import { current } from '../libcurl/libcurl.js'
import { onAbort } from '../common/signals.js'
import { isReplayable } from './body.js'
import { isUnrestricted } from './curl-init.js'
import { addDefaults } from './defaults.js'
import type { Hop } from './handle.js'
import type { RawHeader } from '../http/headers.js'
import { isIdempotent } from '../http/methods.js'
import { matchesIntegrity } from './integrity.js'
import { CurlInfo } from './info.js'
import { platformFetch } from '../common/platform.js'
import { observe, reporter } from './observe.js'
import type { Pool } from './pool.js'
import { hasBadPort } from '../http/ports.js'
import type { Head } from './head.js'
import { isRedirect, locationUrl, redirect, type Redirect } from './redirect.js'
import { cancelBody, isLocal, readRequest, urlOf, type FetchInit, type FetchRequest } from './request.js'
import { makeResponse, type About, type CurlResponse } from './response.js'
import { isNetworkError, networkError, retraced } from './network-error.js'
import type { PhaseLimits } from './phase-limits.js'
import { Transfer } from './transfer.js'

/** https://fetch.spec.whatwg.org/#null-body-status */
const NULL_BODY_STATUSES = new Set([204, 205, 304])

/** The type of fetch(). */
export type Fetch = (input: RequestInfo | URL, init?: FetchInit) => Promise<CurlResponse>

/** Defaults for all calls of a fetch(). */
export interface FetchDefaults {
  /** The URL that relative URLs are resolved against. */
  baseUrl?: string
  headers?: Iterable<RawHeader>
  /** In milliseconds, for a call with all its redirects, until the last byte has come. */
  timeoutMs?: number
}

/** Makes a fetch() that takes its handles from a pool. */
export function makeFetch(openPool: () => Pool | Promise<Pool>, defaults: FetchDefaults = {}): Fetch {
  // https://fetch.spec.whatwg.org/#fetch-method
  // not async: each async function that a call passes through makes it slower
  return function fetch(input: RequestInfo | URL, ...[init]: [init?: FetchInit]) {
    try {
      const url = urlOf(input, defaults.baseUrl)
      if (isLocal(url)) return platformFetch(input, init as RequestInit) as Promise<CurlResponse>
      const request = readRequest(input, url, init, defaults.headers)
      return perform(request, openPool, defaults.timeoutMs ?? 0)
    } catch (error) {
      return Promise.reject(error)
    }
  }
}

/**
 * Performs a request, which is changed by that. `timeoutMs` is for all its hops, 0 for no limit; `phases` for each. If
 * it fails, its body is cancelled.
 */
export async function perform(
  request: FetchRequest,
  openPool: () => Pool | Promise<Pool>,
  timeoutMs: number,
  phases: PhaseLimits | null = null,
): Promise<CurlResponse> {
  const call = new Call(request, timeoutMs, phases)
  try {
    request.signal?.throwIfAborted() // step 4
    const opened = openPool()
    const pool = opened instanceof Promise ? await opened : opened
    if (pool.multi.broken) throw networkError(pool.multi.broken)
    // libcurl cannot be entered from inside a callback
    if (current().callbackDepth > 0) await null
    return await call.run(pool)
  } catch (error) {
    call.fail(error)
    throw isNetworkError(error) ? retraced(error) : error
  }
}

/** One call of fetch(), as the steps between which it waits: run() below awaits them, and fetchSync() blocks. */
export class Call {
  readonly #request: FetchRequest
  readonly #redirects: Redirect[] = []
  readonly #timeoutMs: number
  readonly #phases: PhaseLimits | null
  #transfer: Transfer | null = null
  /** How long the hops before this one have taken. */
  #earlierMs = 0
  /** The request is sent again because the connection was the wrong one. */
  #again = false
  /** Transfers whose response was a redirect, and whose body may still come. */
  readonly #left: Transfer[] = []
  #stopListening: () => void = () => {}
  #reported = false
  /** By performance.now(), as the next one. */
  readonly #began = performance.now()
  /** When the last byte has come. */
  #ended = 0

  constructor(request: FetchRequest, timeoutMs: number, phases: PhaseLimits | null) {
    this.#request = request
    this.#timeoutMs = timeoutMs
    this.#phases = phases
    const { signal } = request
    if (signal?.aborted) this.#abort()
    else if (signal) this.#stopListening = onAbort(signal, this.#abort)
  }

  /** https://fetch.spec.whatwg.org/#abort-fetch, also while the body is being read. */
  #abort = (): void => {
    const reason: unknown = this.#request.signal!.reason
    this.end()
    if (this.#transfer) this.#transfer.abort(reason)
    else cancelBody(this.#request, reason)
  }

  /** Stops listening for an abort, and cancels transfers that were redirects. */
  end(): void {
    this.#stopListening()
    for (const transfer of this.#left.splice(0)) transfer.cancel()
  }

  /** Cancels all transfers of a call that has failed, or what it would have sent. */
  fail(error: unknown): void {
    this.end()
    if (this.#transfer) this.#transfer.cancel()
    else cancelBody(this.#request, error)
    this.report(null)
  }

  /** Reports once that the call is over. `head` is that of its response. */
  report(head: Head | null): void {
    const report = reporter()
    const transfer = this.#transfer
    if (!report || !transfer || this.#reported) return
    this.#reported = true
    report({
      url: this.#request.first.href,
      status: head?.status ?? 0,
      version: head?.version ?? '',
      began: this.#began,
      ended: this.#ended || performance.now(),
      redirected: this.#redirects.length > 0,
      last: transfer.summary,
      encodedBodySize: head ? transfer.download.received : 0,
      decodedBodySize: head ? transfer.download.decodedSize : 0,
    })
  }

  /** https://fetch.spec.whatwg.org/#concept-main-fetch and #concept-http-fetch */
  async run(pool: Pool): Promise<CurlResponse> {
    const request = this.#request
    if (request.taken)
      request.body = await request.taken.measured().catch((cause: unknown) => Promise.reject(networkError(cause)))
    this.begin()
    for (;;) {
      if (!this.canBeRepeated) await pool.settled()
      const transfer = this.send(pool)
      const head = await transfer.head.catch((error: unknown) => this.fallBack(pool, transfer, error))
      if (head && !this.follows(pool, transfer, head)) return this.#respond(transfer, head)
    }
  }

  /** To be called once the body is known. */
  begin(): void {
    this.#request.signal?.throwIfAborted()
    addDefaults(this.#request)
  }

  /** Whether libcurl sends it again if a kept connection ends before the response. */
  get canBeRepeated(): boolean {
    const { method, body } = this.#request
    return isIdempotent(method) && (body === null || isReplayable(body))
  }

  /** Begins the next hop. */
  send(pool: Pool): Transfer {
    this.#request.signal?.throwIfAborted()
    return (this.#transfer = this.#send(pool, this.#earlierMs, this.#again))
  }

  /** After a failure before the head: null if the request can be sent elsewhere. Otherwise throws the error. */
  fallBack(pool: Pool, transfer: Transfer, error: unknown): null {
    if (!this.#fallsBack(pool, transfer)) throw error
    this.#earlierMs = transfer.timings.total
    return null
  }

  /** After the head: whether another hop follows. If not, this is the response. */
  follows(pool: Pool, transfer: Transfer, head: Head): boolean {
    const request = this.#request
    request.signal?.throwIfAborted()
    if (transfer.isUpgraded) this.#upgrade()
    this.#again = !this.#again && isToBeRepeated(request, head, transfer)
    if (!this.#again) {
      const location = this.#redirected(head)
      if (!location) return false
      const { method, url } = request
      redirect(request, head.status, location, this.#redirects.length, this.#isUnrestricted(pool))
      this.#redirects.push({ method, url: url.href, status: head.status, location: location.href })
    }
    this.#earlierMs = transfer.timings.total
    this.#left.push(transfer)
    transfer.download.discard()
    return true
  }

  /**
   * Whether a failed transfer went to an alternative service, and can now be sent to the origin itself.
   * @see RFC 7838, 2.4
   */
  #fallsBack(pool: Pool, transfer: Transfer): boolean {
    const { body, signal, url } = this.#request
    const isRepeatable = transfer.isUnsent && !signal?.aborted && (body === null || isReplayable(body))
    return isRepeatable && pool.options.fallBack(url)
  }

  /** https://fetch.spec.whatwg.org/#concept-http-network-fetch */
  #send(pool: Pool, redirectMs: number, onNewConnection: boolean): Transfer {
    const { url, first, method, headers, body, credentials, curl } = this.#request
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw networkError(new Error(`the scheme of a URL is http: or https:, not ${url.protocol}`))
    // https://fetch.spec.whatwg.org/#concept-main-fetch step 5
    if (hasBadPort(url))
      throw networkError(new Error(`port ${url.port} is blocked, because it belongs to another service`))
    const omitsCookies = credentials === 'omit' && pool.options.stateful
    // at least 1, because 0 means no limit
    const timeoutMs = this.#timeoutMs && Math.max(1, Math.round(this.#timeoutMs - redirectMs))
    const lines = headers.lines()
    const expects = headers.has('expect')
    const elsewhere = url !== first && url.origin !== first.origin && !this.#isUnrestricted(pool)
    const hop: Hop = {
      url: withoutFragment(url),
      method,
      lines,
      expects,
      body,
      onNewConnection,
      omitsCookies,
      timeoutMs,
      phases: this.#phases,
      elsewhere,
      curl,
    }
    const observed = observe(pool.options.observers, hop, headers)
    if (!observed) return new Transfer(pool, hop, redirectMs, null)
    return observed.send(() => new Transfer(pool, hop, redirectMs, observed))
  }

  #isUnrestricted(pool: Pool): boolean {
    return isUnrestricted(this.#request.curl?.options) ?? pool.options.unrestricted
  }

  /**
   * https://fetch.spec.whatwg.org/#concept-main-fetch step 9, which libcurl has done. If it was the first URL, that
   * changes too.
   */
  #upgrade(): void {
    const url = new URL(this.#request.url)
    url.protocol = 'https:'
    this.#request.url = url
    if (this.#redirects.length === 0) this.#request.first = url
  }

  /** Where a redirect leads; null if none is followed. https://fetch.spec.whatwg.org/#concept-http-fetch step 8 */
  #redirected(head: Head): URL | null {
    const { redirect, url } = this.#request
    // https://fetch.spec.whatwg.org/#concept-http-network-fetch step 10.5
    if (head.status === 101) throw networkError(new Error('the server switches protocols'))
    // https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch step 15: there is no window for a prompt
    if (head.status === 407) throw networkError(new Error('the proxy asks for authentication (status 407)'))
    if (!isRedirect(head.status)) return null
    if (redirect === 'error')
      throw networkError(new Error("the response is a redirect, while init.redirect is 'error'"))
    // the standard hides the response from the client's origin; here there is none
    return redirect === 'manual' ? null : locationUrl(head, url)
  }

  /** What the response is made from. */
  about(transfer: Transfer, head: Head): About {
    const { url, first } = this.#request
    const visited = [url, ...this.#redirects.map((hop) => new URL(hop.url))]
    return {
      type: visited.every((each) => each === first || each.origin === first.origin)
        ? ('basic' as const)
        : ('cors' as const),
      url: withoutFragment(url),
      redirected: this.#redirects.length > 0,
      head,
      curl: new CurlInfo(transfer, head, this.#redirects),
      body: transfer,
    }
  }

  /** Step 23: whether the response has no body, whatever the server sends. */
  isBodiless({ status }: Head): boolean {
    return this.#request.method === 'HEAD' || NULL_BODY_STATUSES.has(status)
  }

  /** https://fetch.spec.whatwg.org/#concept-main-fetch from step 20 */
  async #respond(transfer: Transfer, head: Head): Promise<CurlResponse> {
    const { integrity } = this.#request
    this.#request.body = null // so that it can be freed while the response is kept
    const about = this.about(transfer, head)
    const { download } = transfer
    if (this.isBodiless(head)) {
      if (integrity !== '') throw networkError(new Error('there is no body that could match init.integrity'))
      this.end()
      this.report(head)
      download.discard()
      return makeResponse(null, about)
    }
    const { signal } = this.#request
    download.follow({
      complete: () => {
        this.end()
        transfer.lateSignal = signal
        this.#ended = performance.now()
      },
      closed: () => {
        this.end()
        transfer.lateSignal = null
        this.report(head)
      },
    })
    if (integrity === '') return makeResponse(download, about, current().host.readsMembers)
    // step 24
    const bytes = new Uint8Array(await new Response(download.stream()).arrayBuffer())
    if (!(await matchesIntegrity(bytes, integrity)))
      throw networkError(new Error('the body does not match init.integrity'))
    return makeResponse(bytes, about)
  }
}

/**
 * Whether the status is about the connection and not about the request: it is the wrong one for the server (421), or
 * the server was about to close it after it had been idle for too long (408).
 * https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch step 16, and RFC 9110, 15.5.9
 */
function isToBeRepeated({ body }: FetchRequest, { status }: Head, transfer: Transfer): boolean {
  return (status === 421 || (status === 408 && transfer.isStale)) && (body === null || isReplayable(body))
}

/** The URL for libcurl and for the response: https://fetch.spec.whatwg.org/#concept-response-url */
function withoutFragment({ href }: URL): string {
  const hash = href.indexOf('#')
  return hash < 0 ? href : href.slice(0, hash)
}
