// The handler that dispatch() gets, in either of undici's forms, as one interface. The older form has onConnect,
// onHeaders, onData and so on, which return false to pause; the newer one has onRequestStart, onResponseStart and so
// on, which get a controller.
// @see https://undici.nodejs.org/#/docs/api/Dispatcher, Parameter: DispatchHandler
import { Buffer } from 'node:buffer'
import type { Duplex } from 'node:stream'
import type { RawHeader } from '../http/headers.js'
import { invalidArgument } from './errors.js'

/** Headers by their names in lower case, with an array for those that came more than once. */
export type HeaderRecord = Record<string, string | string[]>

/** What a handler of the newer form gets, to govern its exchange. */
export interface DispatchController {
  readonly aborted: boolean
  readonly paused: boolean
  readonly reason: Error | null
  /** Names and values in turn, as they were received. */
  rawHeaders: Buffer[] | null
  rawTrailers: Buffer[] | null
  abort(reason?: Error): void
  pause(): void
  resume(): void
}

/** A handler of either form. */
export interface DispatchHandler {
  onRequestStart?(controller: DispatchController, context: unknown): void
  onRequestUpgrade?(controller: DispatchController, statusCode: number, headers: HeaderRecord, socket: Duplex): void
  onResponseStart?(
    controller: DispatchController,
    statusCode: number,
    headers: HeaderRecord,
    statusMessage?: string,
  ): void
  onResponseData?(controller: DispatchController, chunk: Buffer): void
  onResponseEnd?(controller: DispatchController, trailers: HeaderRecord): void
  onResponseError?(controller: DispatchController | undefined, error: Error): void

  onConnect?(abort: (reason?: Error) => void, context?: unknown): void
  onUpgrade?(statusCode: number, headers: Buffer[], socket: Duplex): void
  onResponseStarted?(): void
  onHeaders?(statusCode: number, headers: Buffer[], resume: () => void, statusText: string): boolean | void
  onData?(chunk: Buffer): boolean | void
  onComplete?(trailers: Buffer[]): void
  onError?(error: Error): void

  onBodySent?(chunk: Uint8Array | string): void
  onRequestSent?(): void
}

/** What an exchange reports to. `head` and `data` return false to pause. */
export interface Listener {
  start(controller: DispatchController): void
  started(): void
  upgraded(controller: DispatchController, status: number, headers: readonly RawHeader[], socket: Duplex): void
  head(
    controller: DispatchController,
    status: number,
    headers: readonly RawHeader[],
    statusText: string,
  ): boolean | void
  data(controller: DispatchController, chunk: Buffer): boolean | void
  end(controller: DispatchController, trailers: readonly RawHeader[]): void
  error(controller: DispatchController | undefined, error: Error): void
  bodySent(chunk: Uint8Array | string): void
  requestSent(): void
}

const OLDER = { response: ['onHeaders', 'onData', 'onComplete'], upgrade: ['onUpgrade'] } as const

/** @throws UndiciError (UND_ERR_INVALID_ARG) that names the method that is missing */
export function listenerOf(handler: DispatchHandler, upgrades: boolean): Listener {
  if (typeof handler.onRequestStart === 'function') return new NewerListener(handler)
  check(handler, ['onConnect', 'onError', ...(upgrades ? OLDER.upgrade : OLDER.response)])
  if (handler.onBodySent !== undefined) check(handler, ['onBodySent'])
  return new OlderListener(handler)
}

function check(handler: DispatchHandler, names: readonly (keyof DispatchHandler)[]): void {
  for (const name of names) if (typeof handler[name] !== 'function') throw invalidArgument(`invalid ${name} method`)
}

/** Names and values in turn. */
export function rawOf(headers: readonly RawHeader[]): Buffer[] {
  const raw: Buffer[] = []
  for (const [name, value] of headers) raw.push(Buffer.from(name, 'latin1'), Buffer.from(value, 'latin1'))
  return raw
}

function recordOf(headers: readonly RawHeader[]): HeaderRecord {
  const record: HeaderRecord = {}
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    const before = Object.hasOwn(record, key) ? record[key]! : undefined
    const now = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value]
    // assigned, '__proto__' would set the prototype
    if (key === '__proto__')
      Object.defineProperty(record, key, { value: now, enumerable: true, configurable: true, writable: true })
    else record[key] = now
  }
  return record
}

class OlderListener implements Listener {
  constructor(private readonly handler: DispatchHandler) {}

  start(controller: DispatchController): void {
    this.handler.onConnect!((reason) => controller.abort(reason), null)
  }

  started(): void {
    this.handler.onResponseStarted?.()
  }

  upgraded(_: DispatchController, status: number, headers: readonly RawHeader[], socket: Duplex): void {
    this.handler.onUpgrade!(status, rawOf(headers), socket)
  }

  head(
    controller: DispatchController,
    status: number,
    headers: readonly RawHeader[],
    statusText: string,
  ): boolean | void {
    return this.handler.onHeaders!(status, rawOf(headers), () => controller.resume(), statusText)
  }

  data(_: DispatchController, chunk: Buffer): boolean | void {
    return this.handler.onData!(chunk)
  }

  end(_: DispatchController, trailers: readonly RawHeader[]): void {
    this.handler.onComplete!(rawOf(trailers))
  }

  error(_: DispatchController | undefined, error: Error): void {
    this.handler.onError!(error)
  }

  bodySent(chunk: Uint8Array | string): void {
    this.handler.onBodySent?.(chunk)
  }

  requestSent(): void {
    this.handler.onRequestSent?.()
  }
}

class NewerListener implements Listener {
  constructor(private readonly handler: DispatchHandler) {}

  start(controller: DispatchController): void {
    this.handler.onRequestStart!(controller, null)
  }

  started(): void {
    this.handler.onResponseStarted?.()
  }

  upgraded(controller: DispatchController, status: number, headers: readonly RawHeader[], socket: Duplex): void {
    controller.rawHeaders = rawOf(headers)
    this.handler.onRequestUpgrade?.(controller, status, recordOf(headers), socket)
  }

  head(controller: DispatchController, status: number, headers: readonly RawHeader[], statusText: string): void {
    controller.rawHeaders = rawOf(headers)
    this.handler.onResponseStart?.(controller, status, recordOf(headers), statusText)
  }

  data(controller: DispatchController, chunk: Buffer): void {
    this.handler.onResponseData?.(controller, chunk)
  }

  end(controller: DispatchController, trailers: readonly RawHeader[]): void {
    controller.rawTrailers = rawOf(trailers)
    this.handler.onResponseEnd?.(controller, recordOf(trailers))
  }

  error(controller: DispatchController | undefined, error: Error): void {
    if (typeof this.handler.onResponseError !== 'function') throw invalidArgument('invalid onResponseError method')
    this.handler.onResponseError(controller, error)
  }

  bodySent(chunk: Uint8Array | string): void {
    this.handler.onBodySent?.(chunk)
  }

  requestSent(): void {
    this.handler.onRequestSent?.()
  }
}
