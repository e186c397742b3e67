// The options of a session that a call can have, too: checks them by name, and merges those of the session with those of
// a session that extends it, or of a call.
import { describe } from '../common/describe.js'
import { kindOf } from '../common/chunks.js'
import type { PhaseLimits } from '../fetch/phase-limits.js'
import type { FetchInit } from '../fetch/request.js'
import { isUsableMethod } from '../http/methods.js'
import { CURLcode } from '../libcurl/constants.gen.js'
import type { HookName, Hooks } from './hooks.js'
import { RETRY_DEFAULTS, type RetryOptions } from './retry.js'

/** Limits in milliseconds: of a call, and of the phases of each of its transfers. */
export interface Timeouts extends PhaseLimits {
  /** Of a call, with its redirects, retries, waiting and hooks, until the last byte has come. */
  total?: number
}

/** Parameters for the query of the URL. A name with the value undefined is left out. */
export type SearchParams =
  | string
  | URLSearchParams
  | readonly (readonly [name: string, value: string | number | boolean])[]
  | Readonly<Record<string, string | number | boolean | undefined>>

/** Options of a session, over which those of a call take precedence. None of them has an effect by default. */
export interface CallOptions {
  /**
   * Sends a request again if it fails, or if its response has one of some statuses. A number is the `limit`. A body
   * that is a stream cannot be sent again.
   */
  retry?: number | RetryOptions
  /** Functions to call in the course of each call. Those of a call come after those of the session. */
  hooks?: Hooks
  /**
   * The most milliseconds for a call, or for each of its phases. A number is `total`. By default without limit. The
   * `cause` of the error is a CurlError with the code CURLE_OPERATION_TIMEDOUT and the name of the `phase`.
   */
  timeout?: number | Timeouts
  /**
   * Whether to reject with an HttpError if the status is 400 or more, or one for which a function returns true. Not by
   * default.
   */
  throwHttpErrors?: boolean | ((status: number) => boolean)
  /** Parameters to set in the query of the URL. Those that it has under other names stay. */
  searchParams?: SearchParams
}

/** The init of `session.fetch`. */
export interface SessionInit extends FetchInit, CallOptions {
  /** A body as JSON, with the header Content-Type: application/json. It needs a method that has a body. */
  json?: unknown
}

/** The options, checked. */
export interface CallSettings {
  readonly retry: Required<RetryOptions> | null
  readonly hooks: { readonly [N in HookName]: NonNullable<Hooks[N]> }
  readonly timeouts: Timeouts
  readonly throws: (status: number) => boolean
  readonly searchParams: readonly (readonly [string, string])[]
}

const never = (): boolean => false

export const NO_SETTINGS: CallSettings = {
  retry: null,
  hooks: { beforeRequest: [], beforeRetry: [], afterResponse: [], beforeError: [] },
  timeouts: {},
  throws: never,
  searchParams: [],
}

export function hasPhases(timeouts: Timeouts): boolean {
  return Object.keys(timeouts).some((phase) => phase !== 'total')
}

/** Whether a call is the standard's fetch, perhaps with a limit for its time. */
export function isPlain({ retry, hooks, timeouts, throws, searchParams }: CallSettings): boolean {
  return (
    !retry &&
    Object.values(hooks).every((list) => list.length === 0) &&
    !hasPhases(timeouts) &&
    throws === never &&
    searchParams.length === 0
  )
}

/** The largest number of milliseconds that libcurl and timers accept. */
const LONGEST = 2 ** 31 - 1
const PHASES: readonly (keyof Timeouts)[] = ['dns', 'connect', 'tls', 'firstByte', 'idle', 'total']

function refuse(option: string, expected: string, value: unknown): never {
  throw new TypeError(`${option} takes ${expected}, not ${describe(value)}`)
}

function checkInteger(option: string, value: unknown, least: number, what: string): void {
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > LONGEST)
    refuse(option, `${what} from ${least} to ${LONGEST}`, value)
}

function checkObject(option: string, value: unknown, or: string): void {
  if (kindOf(value) !== 'Object') refuse(option, `${or}an object`, value)
}

/** The members that are not undefined. @throws TypeError that names a member that is none */
function members<T extends object>(option: string, value: T, known: readonly string[]): T {
  for (const name of Object.keys(value))
    if (!known.includes(name)) throw new TypeError(`${option} has no option '${name}': it has ${known.join(', ')}`)
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T
}

function checkList(option: string, value: unknown, what: string, isGood: (item: never) => boolean): void {
  if (!Array.isArray(value)) refuse(option, `an array of ${what}`, value)
  for (const item of value) if (!isGood(item as never)) refuse(option, `an array of ${what}`, item)
}

const isFunction = (value: unknown): boolean => typeof value === 'function'

const CODES: ReadonlySet<unknown> = new Set(Object.values(CURLcode))

const RETRY_CHECKS: { readonly [O in keyof RetryOptions]-?: (option: string, value: unknown) => void } = {
  limit: (option, value) => checkInteger(option, value, 0, 'a whole number'),
  methods: (option, value) => checkList(option, value, 'methods', isUsableMethodName),
  statusCodes: (option, value) =>
    checkList(
      option,
      value,
      'statuses from 100 to 999',
      (item: number) => Number.isInteger(item) && item >= 100 && item < 1000,
    ),
  errorCodes: (option, value) =>
    checkList(option, value, "codes such as 'CURLE_RECV_ERROR'", (item) => CODES.has(item)),
  maxRetryAfter: (option, value) => checkInteger(option, value, 0, 'whole milliseconds'),
  backoffLimit: (option, value) => checkInteger(option, value, 0, 'whole milliseconds'),
  delay: (option, value) => {
    if (!isFunction(value)) refuse(option, 'a function', value)
  },
  jitter: (option, value) => {
    if (typeof value !== 'boolean' && !isFunction(value)) refuse(option, 'a boolean or a function', value)
  },
}

function isUsableMethodName(method: unknown): boolean {
  return typeof method === 'string' && (isUsableMethod(method) || method.toUpperCase() === 'TRACE')
}

function mergeRetry(option: string, before: Required<RetryOptions> | null, value: number | RetryOptions) {
  if (typeof value !== 'number') checkObject(option, value, 'a number or ')
  const given = typeof value === 'number' ? { limit: value } : members(option, value, Object.keys(RETRY_CHECKS))
  for (const [name, member] of Object.entries(given))
    RETRY_CHECKS[name as keyof RetryOptions](typeof value === 'number' ? option : `${option}.${name}`, member)
  const merged: Required<RetryOptions> = { ...(before ?? RETRY_DEFAULTS), ...given }
  return merged.limit === 0 ? null : { ...merged, methods: merged.methods.map((method) => method.toUpperCase()) }
}

function mergeHooks(option: string, before: CallSettings['hooks'], value: Hooks): CallSettings['hooks'] {
  checkObject(option, value, '')
  const merged: Record<string, readonly unknown[]> = { ...before }
  for (const [name, list] of Object.entries(members(option, value, Object.keys(before)))) {
    checkList(`${option}.${name}`, list, 'functions', isFunction)
    merged[name] = [...merged[name]!, ...list]
  }
  return merged as unknown as CallSettings['hooks']
}

/** A limit that is undefined ends the one before. */
function mergeTimeouts(option: string, before: Timeouts, value: number | Timeouts): Timeouts {
  if (typeof value !== 'object') {
    checkInteger(option, value, 1, 'an object or whole milliseconds')
    return { ...before, total: value }
  }
  checkObject(option, value, 'a number or ')
  for (const [phase, limit] of Object.entries(members(option, value, PHASES)))
    checkInteger(`${option}.${phase}`, limit, 1, 'whole milliseconds')
  return members(option, { ...before, ...value }, PHASES)
}

function readThrows(option: string, value: boolean | ((status: number) => boolean)): (status: number) => boolean {
  if (typeof value === 'function') return value
  if (typeof value !== 'boolean') refuse(option, 'a boolean or a function', value)
  return value ? (status) => status >= 400 : never
}

function readSearchParams(option: string, value: SearchParams): [string, string][] {
  if (typeof value === 'string' || kindOf(value) === 'URLSearchParams')
    return [...new URLSearchParams(value as string | URLSearchParams)]
  const isPairs = Array.isArray(value)
  if (!isPairs) checkObject(option, value, 'a string, a URLSearchParams, an array of pairs or ')
  return (isPairs ? (value as unknown[]) : Object.entries(value)).flatMap((pair): [string, string][] => {
    if (!Array.isArray(pair) || pair.length !== 2) refuse(option, 'pairs of a name and a value', pair)
    const [name, text] = pair as [unknown, unknown]
    if (text === undefined && !isPairs) return []
    if (typeof text !== 'string' && typeof text !== 'number' && typeof text !== 'boolean')
      refuse(`${option}.${String(name)}`, 'a string, a number or a boolean', text)
    return [[String(name), String(text)]]
  })
}

/** The parameters of both, where those of the second replace those of the same name. */
function mergeSearchParams(before: CallSettings['searchParams'], more: [string, string][]) {
  const names = new Set(more.map(([name]) => name))
  return [...before.filter(([name]) => !names.has(name)), ...more]
}

/** The options that take precedence over others. `where` is what comes before a name. @throws TypeError with the name */
export function mergeOptions(where: string, before: CallSettings, options: CallOptions): CallSettings {
  const { retry, hooks, timeout, throwHttpErrors, searchParams } = options
  const paramsOption = `${where}searchParams`
  return {
    retry: retry === undefined ? before.retry : mergeRetry(`${where}retry`, before.retry, retry),
    hooks: hooks === undefined ? before.hooks : mergeHooks(`${where}hooks`, before.hooks, hooks),
    timeouts: timeout === undefined ? before.timeouts : mergeTimeouts(`${where}timeout`, before.timeouts, timeout),
    throws: throwHttpErrors === undefined ? before.throws : readThrows(`${where}throwHttpErrors`, throwHttpErrors),
    searchParams:
      searchParams === undefined
        ? before.searchParams
        : mergeSearchParams(before.searchParams, readSearchParams(paramsOption, searchParams)),
  }
}

/** Whether an init has nothing beyond the standard and `curl`. */
export function isStandard(init: SessionInit | null | undefined): boolean {
  return (
    init === undefined ||
    init === null ||
    (init.retry === undefined &&
      init.hooks === undefined &&
      init.timeout === undefined &&
      init.throwHttpErrors === undefined &&
      init.searchParams === undefined &&
      init.json === undefined)
  )
}
