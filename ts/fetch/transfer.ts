// One hop of a fetch: a transfer of libcurl, from the first byte of its request to the last one of its response.
//
// It is waiting for its head, then receiving its body, then over. The handle goes back to the pool at once when it is
// over; what is told about the transfer later was read before.
import {
  CURLE_ABORTED_BY_CALLBACK,
  CURLE_WEIRD_SERVER_REPLY,
  CURLPAUSE_RECV,
  CURLPAUSE_SEND,
} from '../libcurl/constants.gen.js'
import { readCodings } from '../libcurl/decoder.js'
import { CurlError } from '../libcurl/errors.js'
import { current } from '../libcurl/libcurl.js'
import { Upload } from '../libcurl/upload.js'
import type { Body } from './body.js'
import type { Connection } from '../http/connections.js'
import { applyCurlInit, isDecoded } from './curl-init.js'
import { Download } from './download.js'
import { networkError } from './network-error.js'
import type { Handle, Hop, Receiver } from './handle.js'
import { isomorphicDecode, type RawHeader } from '../http/headers.js'
import type { Pool } from './pool.js'
import { noTimings, readTimings, type Timings } from '../libcurl/timings.js'

/** The start of a response. */
export interface Head {
  /** Such as '1.1' and '2'. */
  version: string
  status: number
  statusText: string
  headers: RawHeader[]
}

const STATUS_LINE = /^HTTP\/(\S+) +(\d{3}) ?(.*)$/
/** A header that tells where the body ends. With a blank before its colon, libcurl does not know it. */
const FRAMING = /^(content-length|transfer-encoding|content-encoding)[\t ]+:/i
const MAX_LENGTH = 2n ** 63n - 1n

const NOWHERE: Connection = { remoteAddress: null, localAddress: null, tls: null }

export class Transfer implements Receiver {
  readonly download: Download
  /** null where there is no body, and once the transfer is over. */
  upload: Upload | null
  readonly isSecure: boolean
  /** It went over TLS for the host's sake, though its URL has http. https://fetch.spec.whatwg.org/#concept-main-fetch step 9 */
  isUpgraded = false
  /** The answer has come on a connection of HTTP/1 that was there before: it may be one to nothing. */
  isStale = false
  /** Which the request has had. */
  readonly method: string
  /** Resolves at the end of the headers. */
  readonly head: Promise<Head>
  readonly informational: Head[] = []
  readonly trailers: RawHeader[] = []
  /** Aborts it, once the body has come, when somebody reads on. */
  lateSignal: AbortSignal | null = null
  #aborted: { reason: unknown } | null = null
  readonly #libcurl = current()
  readonly #pool: Pool
  /** The handle has options that are for this transfer only. */
  readonly #own: boolean
  readonly #redirectMs: number
  /** It was said that the server has to agree before the body comes. */
  readonly #expects: boolean
  #resolveHead!: (head: Head) => void
  #rejectHead!: (error: unknown) => void
  /** Whose lines are coming. */
  #coming: Head | null = null
  /** The last one that was complete. */
  #complete: Head | null = null
  #delivered = false
  /** null once the transfer is over. */
  #handle: Handle | null
  #timings: Timings | null = null
  #connection: Connection | null = null
  /** What libcurl was stopped for. */
  #fault: CurlError | null = null
  #failure: { error: unknown } | null = null
  #waiting: { resolve: () => void; reject: (error: unknown) => void }[] = []

  /** @throws TypeError and CurlError for what libcurl does not take */
  constructor(pool: Pool, hop: Hop, redirectMs: number) {
    this.#pool = pool
    this.#own = hop.curl !== undefined || hop.omitsCookies || hop.elsewhere
    this.method = hop.method
    this.#redirectMs = redirectMs
    this.#expects = hop.lines.some((line) => /^expect:/i.test(line))
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
    this.upload = hop.body && new Upload(hop.body.source, () => this.#resume(), streamLength(hop.body), false)
    this.head = new Promise((resolve, reject) => {
      this.#resolveHead = resolve
      this.#rejectHead = reject
    })
    const handle = pool.take(this.#own, hop.elsewhere)
    this.#handle = handle
    handle.transfer = this
    try {
      handle.configure(hop)
      if (hop.curl) applyCurlInit(handle.easy, hop.curl, pool.options.refused, hop.elsewhere)
      handle.onDebug = hop.curl?.onDebug?.bind(hop.curl)
      pool.start(handle, (error) => this.#end(error))
      if (!this.upload) return
      this.upload.failed = (reason) => this.#uploadFailed(reason)
      this.upload.begin()
    } catch (error) {
      this.#release()
      throw error
    }
  }

  // --- what libcurl tells ---

  /** HEADERFUNCTION */
  readHeader(bytes: Uint8Array): void {
    const line = isomorphicDecode(bytes).replace(/\r?\n$/, '')
    if (!this.#coming) {
      const status = STATUS_LINE.exec(line)
      if (status) this.#coming = { version: status[1]!, status: Number(status[2]), statusText: status[3]!, headers: [] }
      else if (line !== '') addHeader(this.trailers, line)
    } else if (line === '') this.#endHead(this.#coming)
    // for libcurl, this line ends the head
    else if (line.startsWith('\r')) throw new Error('the response has a line that begins with a carriage return')
    else if (FRAMING.test(line)) throw new Error(`the response has a blank before the colon of '${line}'`)
    else {
      addHeader(this.#coming.headers, line)
      checkLength(this.#coming.headers.at(-1))
    }
  }

  #endHead(head: Head): void {
    this.#coming = null
    if (head.status < 200 && head.status !== 101) return void this.informational.push(head)
    const handle = this.#handle!
    if (!this.isSecure && this.#pool.options.stateful) this.isUpgraded = handle.easy.getinfo('SCHEME') === 'https'
    if (this.isSecure || this.isUpgraded) this.#pool.connections.readHandshake(handle.easy)
    if (head.status === 408) this.isStale = head.version < '2' && handle.easy.getinfo('NUM_CONNECTS') === 0
    this.#complete = head
    this.download.decode(isDecoded(handle.easy) ? this.#readCodings(head) : [])
    if (!this.#mayGoOn(head.status)) this.#deliver()
  }

  #readCodings({ headers }: Head): string[] {
    const values = headers.filter(([name]) => name.toLowerCase() === 'content-encoding').map(([, value]) => value)
    if (values.length === 0) return []
    try {
      return readCodings(values.join())
    } catch (error) {
      this.#fault = error as CurlError
      throw error
    }
  }

  /** Whether libcurl may go on by itself, with credentials or without Expect: so that the head has to wait. */
  #mayGoOn(status: number): boolean {
    switch (status) {
      case 401: // libcurl has chosen by now how to authenticate, if it has with what
        return this.#handle!.easy.getinfo('HTTPAUTH_USED') !== 0
      case 417:
        return this.#expects
      default:
        return status === 407
    }
  }

  #deliver(): void {
    if (this.#delivered || !this.#complete) return
    this.#delivered = true
    this.#resolveHead(this.#complete)
  }

  /** WRITEFUNCTION */
  readBody(bytes: Uint8Array): number {
    this.#deliver()
    return this.download.write(bytes)
  }

  #end(error: CurlError | undefined): void {
    if (!this.#handle) return
    if (error) error = this.#fault ?? error
    // libcurl does not mind a head that ends with the connection and not with its empty line
    if (!error && !this.#complete) error = new CurlError(CURLE_WEIRD_SERVER_REPLY, 'The response ends within its head')
    this.#release(error)
    if (error) {
      error.timings = this.timings
      return this.#fail(networkError(error))
    }
    this.#deliver()
    this.download.end()
    for (const { resolve } of this.#waiting.splice(0)) resolve()
  }

  /** A body that has come may be none, also when the transfer is over. */
  #undecodable(error: CurlError): unknown {
    error.timings = this.timings
    if (this.#handle) this.#end(error)
    return (this.#failure ??= { error: networkError(error) }).error
  }

  /** https://fetch.spec.whatwg.org/#concept-http-network-fetch, processBodyError: the response is not waited for. */
  #uploadFailed(reason: unknown): void {
    if (!this.#handle) return
    this.#end(new CurlError(CURLE_ABORTED_BY_CALLBACK, 'The stream that is the body has failed', { cause: reason }))
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

  /** Ends everything for a reason, which whoever waits meets at once. Also when the body has come, but was not read. */
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

  /** As a response sees it. */
  get aborted(): { reason: unknown } | null {
    this.#checkAbort()
    return this.#aborted
  }

  /** The response was collected. Whoever waits for its end gets it if it is near. */
  #forgotten(): void {
    if (this.#waiting.length > 0) this.download.discard()
    else this.cancel()
  }

  /** Frees the connection, or the stream on it. Nobody reads any more. */
  cancel(reason?: unknown): void {
    if (!this.#handle) return
    this.#release(reason)
    const error = reason ?? new DOMException('the body was cancelled', 'AbortError')
    this.download.end(error)
    for (const { reject } of this.#waiting.splice(0)) reject(error)
    this.#failure ??= { error }
  }

  /** The transfer is over: nothing of the request is needed any more, neither sent nor kept. */
  #release(reason?: unknown): void {
    this.upload?.cancel(reason)
    this.upload = null
    const handle = this.#handle!
    // a module that has failed can tell nothing any more
    this.#connection = this.#libcurl.trapped ? NOWHERE : this.#readConnection(handle)
    this.#timings = this.#libcurl.trapped ? noTimings(this.#redirectMs) : readTimings(handle.easy, this.#redirectMs)
    this.#handle = null
    // from inside libcurl, also when its Multi is being closed, the handle cannot be taken out yet
    if (this.#libcurl.callbackDepth > 0 || handle.easy.multi) queueMicrotask(() => this.#pool.give(handle, this.#own))
    else this.#pool.give(handle, this.#own)
  }

  // --- what is known of it ---

  get timings(): Timings {
    return this.#timings ?? readTimings(this.#handle!.easy, this.#redirectMs)
  }

  get connection(): Connection {
    return this.#connection ?? this.#readConnection(this.#handle!)
  }

  #readConnection(handle: Handle): Connection {
    return this.#pool.connections.of(handle.easy)
  }

  /** As a response sees it: a failure of the body. */
  get failure(): { error: unknown } | null {
    return this.#failure
  }

  /** Nothing more comes of it. */
  get isOver(): boolean {
    return this.#handle === null
  }

  get whole(): Uint8Array<ArrayBuffer> | null {
    this.#checkAbort()
    return this.download.whole
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

function addHeader(headers: RawHeader[], line: string): void {
  const colon = line.indexOf(':')
  if (colon > 0) headers.push([line.slice(0, colon), trim(line.slice(colon + 1))])
}

/** What was said of a stream's length. Of what can be read again it is known. */
function streamLength({ source, length }: Body): number | null {
  return 'next' in source ? length : null
}

/** libcurl ignores a length that it cannot hold. */
function checkLength([name, value]: RawHeader = ['', '']): void {
  if (name.length !== 'content-length'.length || name.toLowerCase() !== 'content-length') return
  const [digits] = /\d{19,}/.exec(value) ?? []
  if (digits && BigInt(digits) > MAX_LENGTH) throw new Error(`the response has the Content-Length ${value}`)
}

function trim(value: string): string {
  return value.replace(/^[\t ]+|[\t ]+$/g, '')
}
