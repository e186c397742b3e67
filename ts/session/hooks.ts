// Functions of the application that are called in the course of a call: their types, and the request that they see.
import { describe } from '../common/describe.js'
import { kindOf } from '../common/chunks.js'
import type { FetchRequest } from '../fetch/request.js'
import { HeaderList } from '../http/headers.js'
import { isUsableMethod, normalizedMethod } from '../http/methods.js'

/** A request that hooks can change. Changes also apply to retries. */
export interface HookRequest {
  /** An absolute URL. */
  url: string
  method: string
  /** With those of the session. libcurl adds others, such as User-Agent and Cookie. */
  headers: Headers
  /** What is sent, for instance to sign it. null without a body, and for a stream. */
  readonly body: Uint8Array<ArrayBuffer> | Blob | null
}

/** What every hook gets. */
export interface HookState {
  request: HookRequest
  /** 0 for the first attempt of a call. */
  retryCount: number
}

/**
 * Functions that are called in the course of a call, one after another; they may be async. If one throws, the call
 * rejects with that. Redirects are followed inside an attempt, so no hook is called for them.
 */
export interface Hooks {
  /** Before every attempt. If one returns a Response, nothing is sent, and the rest of them is not called. */
  beforeRequest?: readonly ((state: HookState) => Response | void | Promise<Response | void>)[]
  /**
   * Before every retry, after the waiting. `error` is an HttpError, also without `throwHttpErrors`, or what fetch would
   * have rejected with. Throw something to give up.
   */
  beforeRetry?: readonly ((state: HookState & { error: Error }) => void | Promise<void>)[]
  /**
   * After the headers of every response, also of one that is followed by a retry. A Response that one returns takes
   * its place; the body is then cancelled, unless that has it. If you read the body, read that of a clone().
   */
  afterResponse?: readonly ((state: HookState & { response: Response }) => Response | void | Promise<Response | void>)[]
  /**
   * Before the call rejects with an HttpError or with a failure of the network. An error that one returns takes its
   * place. Not for the reason of a signal, nor for what a hook throws.
   */
  beforeError?: readonly ((state: HookState & { error: Error }) => Error | void | Promise<Error | void>)[]
}

export type HookName = keyof Hooks

/** What hooks return instead of nothing. The kinds work for classes of other realms, too. */
export const RETURNS = { beforeRequest: 'Response', beforeRetry: null, afterResponse: 'Response', beforeError: 'Error' }

/** @throws TypeError for what a hook must not return */
export function checkReturned(name: HookName, value: unknown): void {
  const kind = RETURNS[name]
  if (value === undefined || (kind !== null && (kindOf(value) === kind || isResponse(value, kind)))) return
  throw new TypeError(`hooks.${name} returned ${describe(value)}, not ${kind ? `a ${kind} or ` : ''}undefined`)
}

const isResponse = (value: unknown, kind: string): boolean =>
  kind === 'Response' ? value instanceof Response : value instanceof Error

/** What hooks see of a request. */
export function hookRequest({ url, method, headers, body }: FetchRequest): HookRequest {
  const source = body && !('next' in body.source) ? body.source : null
  return { url: url.href, method, headers: new Headers([...headers]), body: source }
}

/** The request after hooks have changed what they see of it. @throws TypeError that names the hook */
export function changedRequest(request: FetchRequest, seen: HookRequest, name: HookName): FetchRequest {
  const where = `hooks.${name}: request`
  const method = normalizedMethod(String(seen.method))
  if (!isUsableMethod(method)) throw new TypeError(`${where}.method is '${method}', which fetch cannot send`)
  if (request.body && (method === 'GET' || method === 'HEAD'))
    throw new TypeError(`${where}.method is ${method}, but there is a body`)
  const headers = changedHeaders(request.headers, seen.headers, where)
  if (String(seen.url) === request.url.href) return { ...request, method, headers }
  const url = parseUrl(seen.url, where)
  return { ...request, method, headers, url, first: url }
}

function parseUrl(given: unknown, where: string): URL {
  try {
    return new URL(String(given))
  } catch (cause) {
    throw new TypeError(`${where}.url is '${given}', which is not an absolute URL`, { cause })
  }
}

/** Headers has names in lower case only, so that those which were there before keep their spelling. */
function changedHeaders(before: HeaderList, seen: unknown, where: string): HeaderList {
  const spelling = new Map([...before].map(([name]) => [name.toLowerCase(), name]))
  const headers = new HeaderList()
  try {
    headers.fill(seen)
  } catch (cause) {
    throw new TypeError(`${where}.headers: ${(cause as Error).message}`, { cause })
  }
  const spelled = new HeaderList()
  spelled.fill([...headers].map(([name, value]) => [spelling.get(name) ?? name, value]))
  return spelled
}
