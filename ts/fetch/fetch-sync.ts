// fetchSync(): a fetch that blocks its thread until the whole response has come. It makes the same requests as fetch, and
// follows redirects in the same way: see Call. libcurl runs in this thread, so the callbacks of init.curl are called.
import type { BufferSource, RequestInfo } from '../../shim/platform.js'
import { checkedKind, isAsyncIterable } from '../common/chunks.js'
import { join } from '../../shim/bytes.js'
import { blockingOf, type Blocking } from '../libcurl/blocking.js'
import { CURLE_RECURSIVE_API_CALL } from '../libcurl/constants.gen.js'
import { CurlError } from '../libcurl/errors.js'
import { current, type Libcurl } from '../libcurl/libcurl.js'
import { Call, type FetchDefaults } from './fetch.js'
import type { Head } from './head.js'
import { isNetworkError, networkError, retraced } from './network-error.js'
import { Pool } from './pool.js'
import { isLocal, readRequest, urlOf, type FetchInit, type FetchRequest } from './request.js'
import { SyncResponse } from './sync-response.js'
import type { Transfer } from './transfer.js'

/** The init of fetch(), except what cannot be had while the thread is blocked. */
export interface FetchSyncInit extends Omit<FetchInit, 'body' | 'duplex' | 'integrity'> {
  body?: string | BufferSource | Blob | FormData | URLSearchParams | null
  /**
   * In milliseconds, for the call with all its redirects. A signal cannot abort the call, except from inside a callback
   * of init.curl: nothing else runs meanwhile.
   */
  timeout?: number
}

/** The type of fetchSync(). */
export type FetchSync = (input: RequestInfo | URL, init?: FetchSyncInit) => SyncResponse

/** `start` starts the module, unless it has been started. */
export function makeFetchSync(start: () => void, defaults: FetchDefaults = {}): FetchSync {
  let known: { libcurl: Libcurl; pool: Pool } | null = null
  const poolOf = (libcurl: Libcurl): Pool => {
    if (known?.libcurl !== libcurl) known = { libcurl, pool: new Pool({}, blockingOf(libcurl).multi) }
    return known.pool
  }
  return function fetchSync(input: RequestInfo | URL, ...[init]: [init?: FetchSyncInit]) {
    const url = urlOf(input, defaults.baseUrl)
    if (isLocal(url))
      throw new TypeError(`fetchSync: the platform reads URLs with ${url.protocol} only asynchronously: use fetch()`)
    const timeoutMs = readInit(init)
    const request = readRequest(input, url, init as FetchInit, defaults.headers)
    if (request.taken) {
      request.taken.cancel(undefined)
      throw new TypeError('fetchSync: the body of a Request is a stream: give it as init.body')
    }
    if (request.integrity !== '')
      throw new TypeError('fetchSync: integrity cannot be checked, because the platform digests only asynchronously')
    start()
    const libcurl = current()
    return perform(request, libcurl, () => poolOf(libcurl), timeoutMs)
  }
}

/** Refuses what cannot be had here. Returns the timeout, 0 for none. */
function readInit(init: FetchSyncInit | null | undefined): number {
  const { body, timeout } = init ?? {}
  if (body !== undefined && body !== null && !ArrayBuffer.isView(body)) {
    const kind = checkedKind(body, 'fetchSync: init.body')
    if (kind === 'ReadableStream' || isAsyncIterable(body) || typeof (body as { pipe?: unknown }).pipe === 'function')
      throw new TypeError(
        'fetchSync: init.body is a stream, which cannot be read while the thread is blocked: give bytes',
      )
  }
  if (timeout === undefined) return 0
  if (typeof timeout !== 'number' || !(timeout >= 0))
    throw new TypeError(`fetchSync: init.timeout is a number of milliseconds, not ${String(timeout)}`)
  return timeout === Infinity ? 0 : Math.ceil(timeout)
}

function perform(request: FetchRequest, libcurl: Libcurl, poolOf: () => Pool, timeoutMs: number): SyncResponse {
  const call = new Call(request, timeoutMs, null)
  try {
    request.signal?.throwIfAborted()
    if (libcurl.callbackDepth > 0)
      throw networkError(
        new CurlError(CURLE_RECURSIVE_API_CALL, 'fetchSync() cannot be called inside a callback of libcurl'),
      )
    const blocking = blockingOf(libcurl)
    readBlob(request, blocking)
    call.begin()
    return blocking.run((until) => run(call, poolOf(), blocking, until))
  } catch (error) {
    const cause = error === libcurl.trapped ? networkError(error) : error
    call.fail(cause)
    throw isNetworkError(cause) ? retraced(cause) : cause
  }
}

/** Reads a body that is a Blob, as a form is, too. */
function readBlob({ body }: FetchRequest, blocking: Blocking): void {
  if (!body || body.source instanceof Uint8Array) return
  try {
    body.source = blocking.readBlob(body.source as Blob)
  } catch (cause) {
    throw new TypeError('fetchSync: a Blob of init.body cannot be read in a Worker: give its bytes', { cause })
  }
}

type Until = (over: () => boolean) => void

/** The steps of the call, each of which blocks. */
function run(call: Call, pool: Pool, blocking: Blocking, until: Until): SyncResponse {
  for (;;) {
    if (!call.canBeRepeated && pool.endedJustNow) blocking.settle()
    const transfer = call.send(pool)
    transfer.head.catch(() => {}) // the failure is read below
    until(() => transfer.arrived !== null || transfer.failure !== null)
    const head = transfer.failure ? call.fallBack(pool, transfer, transfer.failure.error) : transfer.arrived!
    if (head && !call.follows(pool, transfer, head)) return respond(call, transfer, head, until)
  }
}

function respond(call: Call, transfer: Transfer, head: Head, until: Until): SyncResponse {
  const about = call.about(transfer, head)
  if (call.isBodiless(head)) {
    transfer.download.discard()
    until(() => transfer.download.isEnded)
    call.end()
    call.report(head)
    return new SyncResponse(null, about)
  }
  const bytes = readWhole(transfer, until)
  call.end()
  call.report(head)
  return new SyncResponse(bytes, about)
}

/** Receives the body. @throws its error */
function readWhole(transfer: Transfer, until: Until): Uint8Array<ArrayBuffer> {
  const { download } = transfer
  const chunks: Uint8Array<ArrayBuffer>[] = []
  for (;;) {
    const chunk = download.takeNow()
    if (chunk) chunks.push(chunk)
    else if (download.isEnded) break
    else until(() => download.isReady)
  }
  if (transfer.failure) throw transfer.failure.error
  return chunks.length === 1 ? chunks[0]! : join(chunks)
}
