// A handler of the older form in both forms: interceptors of undici 6 call one, those of undici 7 the other.
import type { Duplex } from 'node:stream'
import type { Buffer } from 'node:buffer'
import type { RawHeader } from '../http/headers.js'
import { rawOf, type DispatchController, type DispatchHandler, type HeaderRecord } from './handler.js'

/** The handler itself if it has the newer form already. */
export function inBothForms(handler: DispatchHandler): DispatchHandler {
  const isObject = typeof handler === 'object' && handler !== null
  return isObject && typeof handler.onRequestStart !== 'function' ? new BothForms(handler) : handler
}

const rawOfRecord = (record: HeaderRecord): Buffer[] =>
  rawOf(Object.entries(record).flatMap(([name, values]) => [values].flat().map((value): RawHeader => [name, value])))

class BothForms implements DispatchHandler {
  constructor(private readonly handler: DispatchHandler) {}

  // --- the older form ---

  onConnect(abort: (reason?: Error) => void, context?: unknown): void {
    this.handler.onConnect?.(abort, context)
  }

  onUpgrade(status: number, headers: Buffer[], socket: Duplex): void {
    this.handler.onUpgrade?.(status, headers, socket)
  }

  onResponseStarted(): void {
    this.handler.onResponseStarted?.()
  }

  onHeaders(status: number, headers: Buffer[], resume: () => void, text: string): boolean | void {
    return this.handler.onHeaders?.(status, headers, resume, text)
  }

  onData(chunk: Buffer): boolean | void {
    return this.handler.onData?.(chunk)
  }

  onComplete(trailers: Buffer[]): void {
    this.handler.onComplete?.(trailers)
  }

  onError(error: Error): void {
    if (!this.handler.onError) throw error
    this.handler.onError(error)
  }

  onBodySent(chunk: Uint8Array | string): void {
    this.handler.onBodySent?.(chunk)
  }

  onRequestSent(): void {
    this.handler.onRequestSent?.()
  }

  // --- the newer form ---

  onRequestStart(controller: DispatchController, context: unknown): void {
    this.onConnect((reason) => controller.abort(reason), context)
  }

  onRequestUpgrade(_: DispatchController, status: number, headers: HeaderRecord, socket: Duplex): void {
    this.onUpgrade(status, rawOfRecord(headers), socket)
  }

  onResponseStart(controller: DispatchController, status: number, headers: HeaderRecord, text = ''): void {
    const goOn = this.onHeaders(status, rawOfRecord(headers), () => controller.resume(), text)
    if (goOn === false) controller.pause()
  }

  onResponseData(controller: DispatchController, chunk: Buffer): void {
    if (this.onData(chunk) === false) controller.pause()
  }

  onResponseEnd(_: DispatchController, trailers: HeaderRecord): void {
    this.onComplete(rawOfRecord(trailers))
  }

  onResponseError(_: DispatchController | undefined, error: Error): void {
    this.onError(error)
  }
}
