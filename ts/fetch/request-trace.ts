// What the diagnostics channels of a runtime tell about a hop. The channels themselves are in ts/runtimes/node/.
import type { Endpoint } from '../http/connections.js'
import type { HeaderList, RawHeader } from '../http/headers.js'
import type { Timings } from '../libcurl/timings.js'
import type { HopEnd, HopHead, HopStart } from './observe.js'

/** The request of a hop. */
export class TracedRequest {
  readonly method: string
  /** Without fragment. */
  readonly url: string
  readonly #headers: HeaderList
  #sent = false

  /** @internal */
  constructor({ method, url, headers }: HopStart) {
    this.method = method
    this.url = url
    this.#headers = headers
  }

  /** Those that fetch sets. libcurl adds others, such as User-Agent and Cookie. */
  get headers(): readonly RawHeader[] {
    return [...this.#headers]
  }

  /** Sets a header of this hop, instead of one of that name. @throws TypeError if it is not valid, or sent already */
  setHeader(name: string, value: string): void {
    if (this.#sent) throw new TypeError(`the header ${name} can only be set at the start of a request`)
    this.#headers.delete(name.toLowerCase())
    this.#headers.append(name, value)
  }

  /** @internal */
  close(): void {
    this.#sent = true
  }
}

/**
 * The message of the channels about a hop, the same one at each of them. Subscribers can add properties of their own.
 * It has all headers, also those that are secret.
 */
export interface RequestTrace {
  readonly request: TracedRequest
  /** From the headers of the response on. */
  response?: HopHead
  /** What has failed. Not there if the body was cancelled. */
  error?: unknown
  /** At the end, as the next ones: of this hop alone, in milliseconds. */
  timings?: Timings
  /** Whether all of the response has come. */
  complete?: boolean
  remoteAddress?: Endpoint | null
}

export function noteEnd(trace: RequestTrace, { error, timings, complete, connection }: HopEnd): void {
  if (error !== null) trace.error = error
  Object.assign(trace, { timings, complete, remoteAddress: connection.remoteAddress })
}
