// Whether a failed request is sent again, and when.
import type { CurlCode } from '../libcurl/constants.gen.js'

/** When a request is sent again. */
export interface RetryOptions {
  /** The most retries of a call. 2 by default, once there is the option `retry`; 0 for none. */
  limit?: number
  /** GET, PUT, HEAD, DELETE, OPTIONS and TRACE by default: to repeat another one may do twice what it asks for. */
  methods?: readonly string[]
  /** 408, 413, 429, 500, 502, 503, 504, 521, 522 and 524 by default. 413 only if the response has Retry-After. */
  statusCodes?: readonly number[]
  /**
   * Errors of the network, as in `error.cause.code`. By default those that may pass: a connection that could not be
   * made or broke before the response, and timeouts of phases. The limit of the whole call is never one of them.
   */
  errorCodes?: readonly CurlCode[]
  /**
   * The most milliseconds that a response may ask for with Retry-After, in seconds or as a date. If it asks for more,
   * the request is not sent again. 60,000 by default.
   */
  maxRetryAfter?: number
  /** The most milliseconds that `delay` may give. 60,000 by default. */
  backoffLimit?: number
  /**
   * Milliseconds to wait before a retry, without Retry-After. `attemptCount` is 1 for the first. By default 1,000, and
   * twice as long each time.
   */
  delay?: (attemptCount: number) => number
  /**
   * Makes delays differ, so that many clients do not come back at the same moment: `true`, the default, takes a random
   * part of the delay; a function gets the delay and returns another one. It does not apply to Retry-After.
   */
  jitter?: boolean | ((delay: number) => number)
}

export const RETRY_DEFAULTS: Required<RetryOptions> = {
  limit: 2,
  methods: ['GET', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'],
  statusCodes: [408, 413, 429, 500, 502, 503, 504, 521, 522, 524],
  errorCodes: [
    'CURLE_COULDNT_RESOLVE_PROXY',
    'CURLE_COULDNT_RESOLVE_HOST',
    'CURLE_COULDNT_CONNECT',
    'CURLE_OPERATION_TIMEDOUT',
    'CURLE_SSL_CONNECT_ERROR',
    'CURLE_QUIC_CONNECT_ERROR',
    'CURLE_GOT_NOTHING',
    'CURLE_SEND_ERROR',
    'CURLE_RECV_ERROR',
    'CURLE_HTTP2',
    'CURLE_HTTP2_STREAM',
    'CURLE_HTTP3',
  ],
  maxRetryAfter: 60_000,
  backoffLimit: 60_000,
  delay: (attemptCount) => 1000 * 2 ** (attemptCount - 1),
  jitter: true,
}

/** The status of a body that is too large, so that the same one is too large again, unless the server says when. */
const CONTENT_TOO_LARGE = 413
/** The three forms of a date in HTTP. They are in GMT, which the third does not say. */
const HTTP_DATE = /^[A-Z][a-z]{2,8},? [\dA-Za-z: -]+?( GMT)?$/

function milliseconds(option: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0) return value
  throw new TypeError(`${option} returned ${String(value)}, not a number of milliseconds`)
}

/** The milliseconds before a retry, by `delay` and `jitter`. @throws TypeError if these give none */
export function backoff({ delay, jitter, backoffLimit }: Required<RetryOptions>, attemptCount: number): number {
  const whole = Math.min(milliseconds('retry.delay', delay(attemptCount)), backoffLimit)
  if (typeof jitter === 'function') return Math.min(milliseconds('retry.jitter', jitter(whole)), backoffLimit)
  return jitter ? Math.random() * whole : whole
}

function parseDate(text: string | null): number {
  const [, zone] = HTTP_DATE.exec(text ?? '') ?? [null, null]
  if (zone === null) return NaN
  return Date.parse(zone === undefined ? `${text} GMT` : text!)
}

/**
 * The milliseconds that a response asks to wait for, 0 for a date that has passed; null if it does not ask. A date is
 * compared with the server's clock, if the response has that.
 * @see RFC 9110, 10.2.3
 */
export function retryAfter(headers: Headers, now = Date.now()): number | null {
  const text = headers.get('retry-after')?.trim() ?? ''
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const date = parseDate(text)
  if (Number.isNaN(date)) return null
  const sent = parseDate(headers.get('date'))
  return Math.max(0, date - (Number.isNaN(sent) ? now : sent))
}

/** The milliseconds before the request of a response is sent again; null if it is not. */
export function delayAfterResponse(
  retry: Required<RetryOptions>,
  response: Response,
  attemptCount: number,
): number | null {
  if (!retry.statusCodes.includes(response.status)) return null
  const asked = retryAfter(response.headers)
  if (asked !== null) return asked > retry.maxRetryAfter ? null : asked
  return response.status === CONTENT_TOO_LARGE ? null : backoff(retry, attemptCount)
}
