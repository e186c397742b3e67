// What curl knows about a response: the property `curl` of the responses of fetch().
import type { Endpoint, TlsInfo } from '../http/connections.js'
import type { RawHeader } from '../http/headers.js'
import type { Redirect } from './redirect.js'
import type { Timings } from '../libcurl/timings.js'
import type { Head } from './head.js'
import type { Transfer } from './transfer.js'

/** An informational response, such as 103 Early Hints, which comes before the final one. */
export interface Informational {
  status: number
  statusText: string
  headers: readonly RawHeader[]
}

/** `response.curl`. It is about the last hop, except `redirects` and the timings. */
export class CurlInfo {
  readonly #transfer: Transfer
  readonly #head: Head
  /** '1.0', '1.1', '2' or '3'. */
  readonly httpVersion: string
  /** The method of the last request; a redirect may have changed it. */
  readonly effectiveMethod: string
  /** The redirects that were followed, in order. */
  readonly redirects: readonly Redirect[]
  readonly informational: readonly Informational[]

  /** @internal */
  constructor(transfer: Transfer, head: Head, redirects: readonly Redirect[]) {
    this.#transfer = transfer
    this.#head = head
    this.httpVersion = head.version
    this.effectiveMethod = transfer.method
    this.redirects = redirects
    this.informational = transfer.informational
  }

  /** The headers as received: in order, with duplicates, case unchanged. Values are bytes as ISO-8859-1. */
  get rawHeaders(): readonly RawHeader[] {
    return this.#head.headers
  }

  /** The server or proxy that the connection goes to. */
  get remoteAddress(): Endpoint | null {
    return this.#transfer.connection.remoteAddress
  }

  get localAddress(): Endpoint | null {
    return this.#transfer.connection.localAddress
  }

  /** The TLS of the connection, which may be older than this request. null without TLS. */
  get tls(): TlsInfo | null {
    return this.#transfer.connection.tls
  }

  /** In milliseconds: the timings so far, and complete once `finished` has resolved. */
  get timings(): Timings {
    return this.#transfer.timings
  }

  /** Resolves with the timings when the last byte of the body has come, and rejects if the transfer fails before. */
  get finished(): Promise<Timings> {
    return this.#transfer.ended().then(() => this.timings)
  }

  /** The headers after the body, usually none. Resolves and rejects as `finished` does. */
  get trailers(): Promise<readonly RawHeader[]> {
    return this.#transfer.ended().then(() => this.#transfer.trailers)
  }
}
