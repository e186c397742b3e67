// One hop of a fetch: a transfer of libcurl, from the first byte of its request to the last one of its response.
//
// It waits for its head, then receives its body, then it is over. The handle then goes back to the pool at once, so
// what the transfer reports later is read before.
import {
  CURLE_ABORTED_BY_CALLBACK,
  CURLE_OPERATION_TIMEDOUT,
  CURLE_WEIRD_SERVER_REPLY,
  CURLPAUSE_RECV,
  CURLPAUSE_SEND,
} from '../libcurl/constants.gen.js'
import { readCodings } from '../libcurl/decoder.js'
import { CurlError } from '../libcurl/errors.js'
import { current } from '../libcurl/libcurl.js'
import { Upload } from '../libcurl/upload.js'
import type { Body } from './body.js'
import type { ConnectionFacts } from '../http/connections.js'
import { applyCurlInit, isDecoded, limitsConnecting } from './curl-init.js'
import { Download } from './download.js'
import { networkError } from './network-error.js'
import { PhaseWatch } from './phase-limits.js'
import type { Handle, Hop, Receiver } from './handle.js'
import { addTrailer, announcedLength, mayGoOn, readHead, type Head } from './head.js'
import type { RawHeader } from '../http/headers.js'
import { beginsHead, type StatusLine } from '../http/lines.js'
import type { HopEnd, ObservedHop } from './observe.js'
import type { Pool } from './pool.js'
import type { Summary } from '../libcurl/summary.js'
import { noTimings, timingsOf, type Timings } from '../libcurl/timings.js'

const NOWHERE: ConnectionFacts = { remoteAddress: null, localAddress: null, tls: null }

export class Transfer implements Receiver {
  readonly download: Download
  /** null if there is no body, and once the transfer is over. */
  upload: Upload | null
  readonly isSecure: boolean
  /** It used TLS because of HSTS, though its URL has http. https://fetch.spec.whatwg.org/#concept-main-fetch step 9 */
  isUpgraded = false
  /** A status 408 came on a kept HTTP/1 connection, so it may be no answer to this request. */
  isStale = false
  /** The method of the request. */
  readonly method: string
  /** Resolves at the end of the headers. */
  readonly head: Promise<Head>
  readonly informational: (StatusLine & { headers: readonly RawHeader[] })[] = []
  readonly trailers: RawHeader[] = []
  /** Aborts reading of a body that has come: it is checked whenever more is read. */
  lateSignal: AbortSignal | null = null
  #aborted: { reason: unknown } | null = null
  readonly #libcurl = current()
  readonly #pool: Pool
  /** The handle has options for this transfer only. */
  readonly #own: boolean
  readonly #redirectMs: number
  readonly #timeoutMs: number
  /** null without limits for phases. */
  readonly #watch: PhaseWatch | null
  /** The request has the header Expect. */
  readonly #expects: boolean
  #resolveHead!: (head: Head) => void
  #rejectHead!: (error: unknown) => void
  /** The last head that was complete. */
  #complete: Head | null = null
  #delivered = false
  /** Bytes of the response's body that are still to come, while the request has a body; null if it is not known. */
  #left: number | null = null
  /** null once the transfer is over. */
  #handle: Handle | null
  /** Of the transfer when it ended. */
  #summary: Summary | null = null
  #timings: Timings | null = null
  #connection: ConnectionFacts | null = null
  /** The error that stopped libcurl. */
  #fault: CurlError | null = null
  #failure: { error: unknown } | null = null
  /** null if nobody observes it. */
  readonly #observed: ObservedHop | null
  #waiting: { resolve: () => void; reject: (error: unknown) => void }[] = []

  /** @throws TypeError and CurlError for what libcurl does not accept */
  constructor(pool: Pool, hop: Hop, redirectMs: number, observed: ObservedHop | null) {
    this.#pool = pool
    this.#observed = observed
    this.#own = hop.curl !== undefined || hop.omitsCookies || hop.elsewhere
    this.method = hop.method
    this.#redirectMs = redirectMs
    this.#timeoutMs = hop.timeoutMs
    this.#expects = hop.expects
    this.isSecure = hop.url.startsWith('https:')
    const { memory } = this.#libcurl.host
    const sender = {
      resume: () => this.#resume(),
      cancel: () => this.cancel(),
      checkAbort: () => this.#checkAbort(),
      forgotten: () => this.#forgotten(),
      fail: (error: unknown) => this.#undecodable(error as CurlError),
    }
    this.download = new Download(sender, (size) => memory.room(size))
    const target = { resume: sender.resume, failed: (reason: unknown) => this.#uploadFailed(reason) }
    this.upload = hop.body && new Upload(hop.body.source, target, streamLength(hop.body), false)
    this.head = new Promise((resolve, reject) => {
      this.#resolveHead = resolve
      this.#rejectHead = reject
    })
    this.#watch = this.#watching(hop)
    const handle = pool.take(this.#own, hop.elsewhere)
    this.#handle = handle
    handle.transfer = this
    try {
      handle.configure(hop)
      if (hop.curl) applyCurlInit(handle.easy, hop.curl, pool.options.refused, hop.elsewhere)
      handle.onDebug = hop.curl?.onDebug?.bind(hop.curl)
      this.#watch?.begin()
      if (this.#watch?.traces) handle.trace(this.#watch)
      if (observed?.traces) handle.observe(observed)
      pool.start(handle, (error) => this.#end(error))
      this.upload?.begin()
    } catch (error) {
      this.#release()
      throw error
    }
    if (this.#handle) this.#watch?.look()
  }

  #watching({ phases, curl }: Hop): PhaseWatch | null {
    const connectionMs = limitsConnecting(curl?.options) ? Infinity : this.#pool.options.connectionMs
    if (!phases && connectionMs === Infinity) return null
    const transfer = this
    return new PhaseWatch(phases ?? {}, connectionMs, {
      summary: () => this.#handle!.easy.summary(),
      get isConnected() {
        return transfer.#handle!.easy.getinfo('PRETRANSFER_TIME_T') > 0
      },
      get isPaused() {
        return transfer.download.paused || (transfer.upload?.paused ?? false)
      },
      get moved() {
        const { easy } = transfer.#handle!
        return easy.getinfo('SIZE_UPLOAD_T') + easy.getinfo('SIZE_DOWNLOAD_T')
      },
      expired: (error) => this.#end(error),
    })
  }

  // --- what libcurl reports ---

  /** A whole head, or a line that comes after the body. */
  readHeaders(lines: Uint8Array): void {
    if (!this.#handle) return
    if (beginsHead(lines)) this.#endHead(readHead(lines))
    else addTrailer(this.trailers, lines)
  }

  #endHead(head: Head): void {
    const { version, status, statusText } = head
    if (status < 200 && status !== 101)
      return void this.informational.push({ version, status, statusText, headers: head.headers })
    const handle = this.#handle!
    if (!this.isSecure && this.#pool.options.stateful) this.isUpgraded = handle.easy.getinfo('SCHEME') === 'https'
    if (this.isSecure || this.isUpgraded) this.#pool.connections.readHandshake(handle.easy)
    if (status === 408) this.isStale = version < '2' && handle.easy.getinfo('NUM_CONNECTS') === 0
    this.#complete = head
    this.download.decode(head.isCoded && isDecoded(handle.easy) ? this.#readCodings(head) : [])
    if (!mayGoOn(handle.easy, status, this.#expects)) this.#deliver()
  }

  #readCodings({ headers }: Head): string[] {
    const values = headers.filter(([name]) => name.toLowerCase() === 'content-encoding').map(([, value]) => value)
    try {
      return readCodings(values.join())
    } catch (error) {
      this.#fault = error as CurlError
      throw error
    }
  }

  #deliver(): void {
    if (this.#delivered || !this.#complete) return
    this.#delivered = true
    this.#observed?.head(this.#complete)
    if (this.upload) {
      this.#left = announcedLength(this.#complete, this.method)
      this.#endIfAllCame()
    }
    this.#resolveHead(this.#complete)
  }

  /** WRITEFUNCTION */
  readBody(bytes: Uint8Array): number {
    this.#deliver()
    const taken = this.download.write(bytes)
    // what is not taken now comes again
    if (this.#observed !== null && taken === bytes.length) this.#observed.data(bytes)
    if (this.#left !== null && taken === bytes.length) {
      this.#left -= taken
      this.#endIfAllCame()
    }
    return taken
  }

  /** Ends the transfer when the response is complete, although the request's body is not: the server wants no more. */
  #endIfAllCame(): void {
    if (this.#left === 0) queueMicrotask(() => this.#end(undefined))
  }

  #end(error: CurlError | undefined): void {
    if (!this.#handle) return
    if (error) error = this.#fault ?? error
    // libcurl accepts a head that ends with the connection instead of its empty line
    if (!error && !this.#complete)
      error = new CurlError(CURLE_WEIRD_SERVER_REPLY, 'The response ended within its headers')
    this.#release(error)
    if (error) {
      error.timings = this.timings
      if (error.number === CURLE_OPERATION_TIMEDOUT && this.#isOver()) error.phase = 'total'
      const failure = networkError(error)
      this.#observed?.ended(this.#facts(failure, false))
      return this.#fail(failure)
    }
    this.#deliver()
    this.#observed?.ended(this.#facts(null, true))
    this.download.end()
    for (const { resolve } of this.#waiting.splice(0)) resolve()
  }

  /** Whether an ended transfer has taken all the time that it had. libcurl rounds to a millisecond. */
  #isOver(): boolean {
    return this.#timeoutMs > 0 && (this.#summary?.total ?? 0) >= (this.#timeoutMs - 1) * 1000
  }

  /** Fails a body that cannot be decoded, also when the transfer is over. Returns the error for the reader. */
  #undecodable(error: CurlError): unknown {
    error.timings = this.timings
    if (this.#handle) this.#end(error)
    return (this.#failure ??= { error: networkError(error) }).error
  }

  /** https://fetch.spec.whatwg.org/#concept-http-network-fetch, processBodyError: the response is not awaited. */
  #uploadFailed(reason: unknown): void {
    if (!this.#handle) return
    this.#end(new CurlError(CURLE_ABORTED_BY_CALLBACK, 'The stream of the request body failed', { cause: reason }))
  }

  #fail(error: unknown): void {
    this.#failure = { error }
    this.#rejectHead(error)
    this.download.end(error)
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }

  // --- what fetch does ---

  /** Continues after a pause, unless the other direction still waits. */
  #resume(): void {
    if (this.#libcurl.callbackDepth > 0) return queueMicrotask(() => this.#resume())
    if (!this.#handle) return
    const paused = (this.download.paused ? CURLPAUSE_RECV : 0) | (this.upload?.paused ? CURLPAUSE_SEND : 0)
    try {
      this.#handle.easy.pause(paused)
    } catch (error) {
      this.#end(error as CurlError)
    }
  }

  /**
   * Ends everything; all that waits fails with the reason at once. Also applies to a body that has come but is not
   * read.
   */
  abort(reason: unknown): void {
    this.#aborted = { reason }
    this.#failure ??= { error: reason }
    this.#rejectHead(reason)
    this.download.abort(reason)
    this.cancel(reason)
  }

  #checkAbort(): void {
    if (this.lateSignal?.aborted) this.abort(this.lateSignal.reason)
  }

  /** BodyState.aborted */
  get aborted(): { reason: unknown } | null {
    this.#checkAbort()
    return this.#aborted
  }

  /** The response was collected. If something waits for its end, the rest is received, if it is short. */
  #forgotten(): void {
    if (this.#waiting.length > 0) this.download.discard()
    else this.cancel()
  }

  /** Frees the connection, or the stream on it. Nothing is read any more. */
  cancel(reason?: unknown): void {
    if (!this.#handle) return
    this.#release(reason)
    this.#observed?.ended(this.#facts(reason ?? null, false))
    const error = reason ?? new DOMException('the body was cancelled', 'AbortError')
    this.download.end(error)
    for (const { reject } of this.#waiting.splice(0)) reject(error)
    this.#failure ??= { error }
  }

  /** Ends the transfer, and gives its handle back to the pool. The request is no longer needed. */
  #release(reason?: unknown): void {
    this.upload?.cancel(reason)
    this.upload = null
    this.#watch?.stop()
    const handle = this.#handle!
    // a module that has trapped can report nothing
    if (this.#libcurl.trapped) {
      this.#connection = NOWHERE
      this.#timings = noTimings(this.#redirectMs)
    } else {
      this.#summary = handle.easy.summary()
      this.#connection = this.#pool.connections.of(handle.easy, this.#summary.connection)
    }
    this.#handle = null
    this.#pool.give(handle, this.#own)
  }

  // --- what is known of it ---

  /** Its times in microseconds; null if the module has trapped. */
  get summary(): Summary | null {
    return this.#summary ?? this.#handle?.easy.summary() ?? null
  }

  /** For observers, once it is over. */
  #facts(error: unknown, complete: boolean): HopEnd {
    const timings = this.#summary ? timingsOf(this.#summary, 0) : noTimings(0)
    return { error, complete, timings, connection: this.connection, connectionId: this.#summary?.connection ?? -1 }
  }

  get timings(): Timings {
    if (this.#summary) return (this.#timings ??= timingsOf(this.#summary, this.#redirectMs))
    return this.#timings ?? timingsOf(this.#handle!.easy.summary(), this.#redirectMs)
  }

  get connection(): ConnectionFacts {
    if (this.#connection) return this.#connection
    const { easy } = this.#handle!
    return this.#pool.connections.of(easy)
  }

  /** Whether it ended without a byte of the request having been sent. */
  get isUnsent(): boolean {
    return this.#summary?.requestSize === 0
  }

  /** BodyState.failure */
  get failure(): { error: unknown } | null {
    return this.#failure
  }

  get whole(): Uint8Array<ArrayBuffer> | null {
    this.#checkAbort()
    return this.download.whole
  }

  /** For a caller that blocks: the head, once `head` has resolved. */
  get arrived(): Head | null {
    return this.#delivered ? this.#complete : null
  }

  /** Resolves when the last byte has come; rejects as the body does. */
  ended(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#handle) this.#waiting.push({ resolve, reject })
      else if (this.#failure) reject(this.#failure.error)
      else resolve()
    })
  }
}

/** The declared length of a stream. Upload knows the length of other sources. */
function streamLength({ source, length }: Body): number | null {
  return 'next' in source ? length : null
}
