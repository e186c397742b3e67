// A call of session.fetch with options that the standard's fetch does not have: its attempts, and the hooks and the
// waiting between them. A call without such options does not come here.
import type { RequestInfo } from '../../shim/platform.js'
import { extractBody, isReplayable } from '../fetch/body.js'
import { perform } from '../fetch/fetch.js'
import { isNetworkError, networkError, retraced } from '../fetch/network-error.js'
import type { PhaseLimits } from '../fetch/phase-limits.js'
import type { Pool } from '../fetch/pool.js'
import { cancelBody, readRequest, type FetchInit, type FetchRequest } from '../fetch/request.js'
import type { CurlResponse } from '../fetch/response.js'
import { HeaderList, type RawHeader } from '../http/headers.js'
import { CurlError } from '../libcurl/errors.js'
import { hasPhases, type CallSettings, type SessionInit } from './call-options.js'
import { changedRequest, checkReturned, hookRequest, type HookName, type HookRequest, type HookState } from './hooks.js'
import { HttpError, httpError } from './http-error.js'
import { Interruptions, type WaitingCalls } from './interruptions.js'
import { backoff, delayAfterResponse } from './retry.js'

type Outcome = { response: Response } | { error: Error }

/** Reads the arguments of a call. @throws TypeError that names what is wrong */
export function readCall(
  input: RequestInfo | URL,
  url: URL,
  init: SessionInit | null | undefined,
  headers: Iterable<RawHeader>,
  searchParams: CallSettings['searchParams'],
): FetchRequest {
  const json = init?.json
  if (json !== undefined && init!.body !== undefined && init!.body !== null)
    throw new TypeError('fetch: init has both body and json')
  const text = json === undefined ? undefined : jsonText(json)
  const request = readRequest(input, withParams(url, searchParams), init as FetchInit, headers)
  if (text === undefined) return request
  try {
    if (request.taken) throw new TypeError('fetch: init.json is given, but the Request has a body')
    if (request.method === 'GET' || request.method === 'HEAD')
      throw new TypeError(`fetch: init.json needs a method that has a body, such as POST, not ${request.method}`)
  } catch (error) {
    request.taken?.cancel(error)
    throw error
  }
  request.headers.addDefault('Content-Type', 'application/json')
  return { ...request, body: { ...extractBody(text, false), type: 'application/json' } }
}

function jsonText(json: unknown): string {
  let text: string | undefined
  try {
    text = JSON.stringify(json)
  } catch (cause) {
    throw new TypeError(`fetch: init.json: ${(cause as Error).message}`, { cause })
  }
  if (text === undefined) throw new TypeError(`fetch: init.json is a ${typeof json}, which JSON does not have`)
  return text
}

/** Sets parameters in the query of a URL. The rest of the query is not encoded anew, unless one of them is in it. */
function withParams(url: URL, params: CallSettings['searchParams']): URL {
  if (params.length === 0) return url
  const changed = new URL(url)
  for (const [name] of params) if (changed.searchParams.has(name)) changed.searchParams.delete(name)
  const added = String(new URLSearchParams(params as [string, string][]))
  changed.search = changed.search.length > 1 ? `${changed.search}&${added}` : added
  return changed
}

/** Drops the body of a response that nobody gets, so that its connection is free. */
function drop({ body, bodyUsed }: Response): void {
  if (body && !bodyUsed && !body.locked) body.cancel().catch(() => {})
}

export class SessionCall {
  #request: FetchRequest
  readonly #settings: CallSettings
  /** null without limits for phases. */
  readonly #phases: PhaseLimits | null
  readonly #open: () => Pool | Promise<Pool>
  readonly #interruptions: Interruptions
  /** The request as the hooks see it. */
  #seen: HookRequest | null = null
  #retryCount = 0
  /** An attempt has begun, which cancels the body if it fails. */
  #begun = false
  /** The failure that the call is about to reject with, unless a hook has thrown it. */
  #failure: unknown = null

  constructor(request: FetchRequest, settings: CallSettings, open: () => Pool | Promise<Pool>, waiting: WaitingCalls) {
    this.#request = request
    this.#settings = settings
    this.#phases = hasPhases(settings.timeouts) ? settings.timeouts : null
    this.#open = open
    this.#interruptions = new Interruptions(request.signal, settings.timeouts.total, waiting)
  }

  async run(): Promise<CurlResponse> {
    try {
      return (await this.#attempts()) as CurlResponse
    } catch (error) {
      if (!this.#begun) cancelBody(this.#request, error)
      throw this.#isFailure(error) ? await this.#beforeError(retraced(error)) : error
    }
  }

  /** Whether an error is about the response or the network, and not from a hook, a signal or a wrong argument. */
  #isFailure(error: unknown): error is Error {
    return error === this.#failure && !this.#request.signal?.aborted
  }

  async #attempts(): Promise<Response> {
    await this.#opened()
    for (;;) {
      const outcome = await this.#attempt()
      const delay = this.#delay(outcome)
      if (delay === null) return this.#finish(outcome)
      const error = 'error' in outcome ? outcome.error : await this.#httpError(outcome.response)
      await this.#during(this.#interruptions.pause(delay))
      this.#retryCount++
      for (const hook of this.#settings.hooks.beforeRetry) await this.#call('beforeRetry', hook, { error })
      this.#takeChanges('beforeRetry')
    }
  }

  /** Opens the session, and reads the body of a Request that was given, so that it can be sent again if it is short. */
  async #opened(): Promise<void> {
    const opened = this.#open()
    if (opened instanceof Promise) await this.#during(this.#interruptions.until(opened))
    const { taken } = this.#request
    if (!taken) return
    const measured = taken.measured().catch((cause: unknown) => Promise.reject(networkError(cause)))
    const body = await this.#during(this.#interruptions.until(measured))
    this.#request = { ...this.#request, body, taken: null }
  }

  /** Waits, and notes an interruption as the failure of the call. */
  async #during<T>(waiting: Promise<T>): Promise<T> {
    try {
      return await waiting
    } catch (error) {
      throw (this.#failure = error)
    }
  }

  async #attempt(): Promise<Outcome> {
    let response = await this.#beforeRequest()
    if (!response) {
      try {
        response = await this.#send()
      } catch (error) {
        return { error: error as Error }
      }
    }
    return { response: await this.#afterResponse(response) }
  }

  async #beforeRequest(): Promise<Response | undefined> {
    const { beforeRequest } = this.#settings.hooks
    for (const hook of beforeRequest) {
      const response = (await this.#call('beforeRequest', hook, {})) as Response | undefined
      if (!response) continue
      if (!this.#begun) cancelBody(this.#request, new DOMException('a hook has given the response', 'AbortError'))
      return response
    }
    this.#takeChanges('beforeRequest')
  }

  #send(): Promise<CurlResponse> {
    this.#interruptions.check()
    const { left } = this.#interruptions
    const { headers: given } = this.#request
    const headers = new HeaderList()
    headers.fill(given)
    this.#begun = true
    return perform({ ...this.#request, headers }, this.#open, left === Infinity ? 0 : Math.ceil(left), this.#phases)
  }

  async #afterResponse(response: Response): Promise<Response> {
    try {
      for (const hook of this.#settings.hooks.afterResponse) {
        const replacement = (await this.#call('afterResponse', hook, { response })) as Response | undefined
        if (!replacement || replacement === response) continue
        if (replacement.body !== response.body) drop(response)
        response = replacement
      }
      return response
    } catch (error) {
      drop(response)
      throw error
    }
  }

  /** The milliseconds before the next attempt; null if there is none. */
  #delay(outcome: Outcome): number | null {
    const { retry } = this.#settings
    const { method, body } = this.#request
    if (!retry || this.#retryCount >= retry.limit || !retry.methods.includes(method.toUpperCase())) return null
    if (body && !isReplayable(body)) return null
    let delay: number | null = null
    if ('response' in outcome) delay = delayAfterResponse(retry, outcome.response, this.#retryCount + 1)
    else {
      const { cause } = outcome.error
      const isListed = cause instanceof CurlError && retry.errorCodes.includes(cause.code) && cause.phase !== 'total'
      if (isListed) delay = backoff(retry, this.#retryCount + 1)
    }
    // to wait in vain would only make the answer late
    return delay !== null && delay < this.#interruptions.left ? delay : null
  }

  async #finish(outcome: Outcome): Promise<Response> {
    if ('error' in outcome) {
      if (isNetworkError(outcome.error)) this.#failure = outcome.error
      throw outcome.error
    }
    const { response } = outcome
    let throws
    try {
      throws = this.#settings.throws(response.status)
    } catch (error) {
      drop(response)
      throw error
    }
    if (!throws) return response
    throw (this.#failure = await this.#httpError(response))
  }

  #httpError(response: Response): Promise<HttpError> {
    const { method, url } = this.#request
    return this.#during(this.#interruptions.until(httpError(response, method, url.href)))
  }

  async #beforeError(error: Error): Promise<Error> {
    for (const hook of this.#settings.hooks.beforeError)
      error = ((await this.#call('beforeError', hook, { error })) as Error | undefined) ?? error
    return error
  }

  // --- hooks ---

  async #call<S>(name: HookName, hook: (state: HookState & S) => unknown, state: S): Promise<unknown> {
    this.#seen ??= hookRequest(this.#request)
    let value = hook({ request: this.#seen, retryCount: this.#retryCount, ...state })
    if (value instanceof Object && 'then' in value) value = await this.#interrupted(value as PromiseLike<unknown>)
    checkReturned(name, value)
    return value
  }

  /** Waits for a hook. Only what interrupts it is a failure of the call. */
  async #interrupted(value: PromiseLike<unknown>): Promise<unknown> {
    const settled = Promise.resolve(value).then(
      (result) => ({ result }),
      (thrown: unknown) => ({ thrown }),
    )
    const end = await this.#during(this.#interruptions.until(settled))
    if ('thrown' in end) throw end.thrown
    return end.result
  }

  #takeChanges(name: HookName): void {
    if (this.#seen) this.#request = changedRequest(this.#request, this.#seen, name)
  }
}
