// https://fetch.spec.whatwg.org/#concept-http-redirect-fetch
import { isReplayable } from './body.js'
import type { FetchRequest } from './request.js'
import { networkError } from './network-error.js'
import type { Head } from './head.js'

const REDIRECT_STATUSES = new Set([301, 302, 303, 307, 308])
const MAX_REDIRECTS = 20

/**
 * Headers about the body, removed with it. A page cannot set the last three, so the standard does not name them.
 * https://fetch.spec.whatwg.org/#request-body-header-name
 */
const BODY_HEADERS = [
  'content-encoding',
  'content-language',
  'content-location',
  'content-type',
  'content-length',
  'transfer-encoding',
  'expect',
]
/** Headers meant for one origin only. The standard has only Authorization; a page cannot set the others. */
const CREDENTIAL_HEADERS = ['authorization', 'proxy-authorization', 'cookie']

/** A redirect that was followed. */
export interface Redirect {
  method: string
  url: string
  status: number
  /** The URL it led to. */
  location: string
}

export function isRedirect(status: number): boolean {
  return REDIRECT_STATUSES.has(status)
}

/**
 * The URL of the header Location; null without one: then the response is not a redirect.
 * @throws TypeError if it is not a URL
 * https://fetch.spec.whatwg.org/#concept-response-location-url
 */
export function locationUrl({ headers }: Head, current: URL): URL | null {
  const locations = new Set(headers.filter(([name]) => name.toLowerCase() === 'location').map(([, value]) => value))
  if (locations.size === 0) return null
  if (locations.size > 1) throw networkError(new Error('the response has several Location headers'))
  const [location] = locations as unknown as [string]
  let url: URL
  try {
    url = new URL(escapeBytes(location), current)
  } catch (error) {
    throw networkError(error)
  }
  if (url.hash === '') url.hash = current.hash
  return url
}

/** Percent-encodes bytes that are not ASCII, also where they are not UTF-8. */
function escapeBytes(location: string): string {
  return location.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`)
}

const hasCredentials = (url: URL): boolean => url.username !== '' || url.password !== ''

/**
 * Changes a request into the one that follows a redirect. `unrestricted` keeps credentials in it, whatever the origin.
 * @throws TypeError where the standard has a network error
 */
export function redirect(
  request: FetchRequest,
  status: number,
  location: URL,
  redirects: number,
  unrestricted: boolean,
): void {
  // step 6
  if (location.protocol !== 'http:' && location.protocol !== 'https:')
    throw networkError(new Error(`a redirect leads to the scheme ${location.protocol}, which is not followed`))
  // step 7
  if (redirects === MAX_REDIRECTS) throw networkError(new Error(`there are more than ${MAX_REDIRECTS} redirects`))
  // steps 9 and 10
  if (request.mode === 'cors' && hasCredentials(location) && location.origin !== request.first.origin)
    throw networkError(new Error('a redirect to another origin has credentials in its URL'))
  // https://fetch.spec.whatwg.org/#concept-main-fetch step 12, for redirects
  if (request.mode === 'same-origin' && location.origin !== request.first.origin)
    throw networkError(new Error(`a redirect leads to ${location.origin}, which the mode 'same-origin' does not allow`))
  // step 11
  if (status !== 303 && request.body && !isReplayable(request.body))
    throw networkError(new Error(`a redirect with status ${status} needs the body again, which was a stream`))
  // step 12
  if (
    ((status === 301 || status === 302) && request.method === 'POST') ||
    (status === 303 && request.method !== 'GET' && request.method !== 'HEAD')
  ) {
    request.method = 'GET'
    request.body = null
    for (const name of BODY_HEADERS) request.headers.delete(name)
  }
  // step 13
  if (location.origin !== request.url.origin) {
    request.headers.delete('host')
    if (!unrestricted) for (const name of CREDENTIAL_HEADERS) request.headers.delete(name)
  }
  // step 14: the source of the body is sent again, from its start. Step 18
  request.url = location
}
