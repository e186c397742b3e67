// One request and its response: a transfer of libcurl that reports to a handler of undici's.
//
// The handler is called in a microtask, once libcurl has returned: it may dispatch, abort and throw. Until then, and
// while it pauses, what has come waits here. Bytes wait up to the high-water mark; then the transfer pauses, and with
// it the sender.
import { Buffer } from 'node:buffer'
import {
  CURLE_WEIRD_SERVER_REPLY,
  CURLPAUSE_RECV,
  CURLPAUSE_SEND,
  CURL_WRITEFUNC_PAUSE,
} from '../libcurl/constants.gen.js'
import { reportLater } from '../common/exceptions.js'
import { CurlError } from '../libcurl/errors.js'
import { current } from '../libcurl/libcurl.js'
import { Upload } from '../libcurl/upload.js'
import { applyCurlInit } from '../fetch/curl-init.js'
import { Gathered } from '../fetch/gathered.js'
import type { Handle, Receiver } from '../fetch/handle.js'
import { addTrailer, announcedLength, mayGoOn, readHead, type Head } from '../fetch/head.js'
import type { Pool } from '../fetch/pool.js'
import type { RawHeader } from '../http/headers.js'
import { beginsHead } from '../http/lines.js'
import { isIdempotent } from '../http/methods.js'
import { Alarm } from './alarm.js'
import { sentChunks } from './body.js'
import { UndiciError, undiciError, type SocketFacts } from './errors.js'
import type { Listener } from './handler.js'
import type { Owner, Running } from './owner.js'
import { urlOf, type Request } from './request.js'

/** Bytes that may wait before the transfer pauses. It resumes when half of them are left. */
const HIGH_WATER_MARK = 256 * 1024
/** The largest chunk that the handler gets, in bytes. */
const BLOCK = 64 * 1024
const REFUSED = { SHARE: 'a Session' }

export class Exchange implements Receiver, Running {
  /** Where it is among those of its dispatcher. */
  place = -1
  /** null if there is no body, or only bytes; and once the transfer is over. */
  upload: Upload | null = null
  rawHeaders: Buffer[] | null = null
  rawTrailers: Buffer[] | null = null
  readonly request: Request
  readonly #owner: Owner
  readonly #listener: Listener
  #handle: Handle | null = null
  #pool: Pool | null = null
  /** An upload has taken the body. */
  #uploads = false
  /** Bytes of the lines that have come after the body. */
  #trailerSize = 0
  /** The last head that was complete, and whether it is among those to report. */
  #complete: Head | null = null
  #delivered = false
  /** Bytes of the response's body that are still to come, while the request has a body; null if it is not known. */
  #left: number | null = null
  /** Heads to report. */
  readonly #heads: Head[] = []
  #started = false
  #queue: Gathered | null = null
  #received = 0
  readonly #trailers: RawHeader[] = []
  /** Set when the transfer is over. */
  #ended: { error?: unknown } | null = null
  /** The handler has paused. */
  #stopped = false
  /** The transfer is paused, because too much waits. */
  #paused = false
  #reporting = false
  #scheduled = false
  #over = false
  #reason: Error | null = null
  readonly #alarm = new Alarm(this)
  /** The number of the connection of the handle's last transfer. */
  #before = -1
  /** When the transfer has begun, by performance.now(). */
  #began = 0
  /** Bytes of the request's body that were sent when the alarm looked last. */
  #sent = -1

  constructor(request: Request, owner: Owner, listener: Listener) {
    this.request = request
    this.#owner = owner
    this.#listener = listener
    // it may fail before it is read
    request.body?.stream?.on('error', (error) => this.abort(error))
  }

  // --- DispatchController ---

  get aborted(): boolean {
    return this.#reason !== null
  }

  get reason(): Error | null {
    return this.#reason
  }

  get paused(): boolean {
    return this.#stopped
  }

  pause(): void {
    this.#stopped = true
  }

  resume(): void {
    if (!this.#stopped) return
    this.#stopped = false
    this.#schedule()
  }

  abort(reason?: unknown): void {
    if (this.#over) return
    const error = (reason ?? new UndiciError('UND_ERR_ABORTED')) as Error
    this.#reason = error
    this.#fail(error)
  }

  // --- the start ---

  /** Lets the handler know. false if it has aborted. */
  start(): boolean {
    try {
      this.#listener.start(this)
    } catch (error) {
      this.abort(error)
    }
    return !this.#over
  }

  /** Begins, unless it was aborted. */
  begin(pool: Pool): void {
    if (this.#over) return
    const { method, body } = this.request
    const repeatable = isIdempotent(method) && (body === null || !('next' in body.source))
    const waiting = repeatable ? null : pool.settled()
    if (waiting) void waiting.then(() => this.#begin(pool))
    else if (current().callbackDepth > 0) queueMicrotask(() => this.#begin(pool))
    else this.#begin(pool)
  }

  #begin(pool: Pool): void {
    if (this.#over) return
    const { request } = this
    const { method, lines, expects, curl } = request
    const body = request.body && { ...request.body }
    try {
      if (pool.multi.broken) throw pool.multi.broken
      if (body && 'next' in body.source) body.source = sentChunks(body.source, body.length, this.#listener)
      const handle = (this.#handle = pool.take(curl !== undefined, false))
      this.#pool = pool
      handle.transfer = this
      handle.configure({
        url: urlOf(request),
        method,
        lines,
        expects,
        body,
        onNewConnection: false,
        omitsCookies: false,
        timeoutMs: 0,
        phases: null,
        elsewhere: false,
        curl,
      })
      if (curl) applyCurlInit(handle.easy, curl, REFUSED, false)
      if (body) {
        const target = { resume: () => this.#resume(), failed: (reason: unknown) => this.#uploadFailed(reason) }
        this.#uploads = true
        this.upload = new Upload(body.source, target, 'next' in body.source ? body.length : null, false)
      }
      this.#began = performance.now()
      this.#before = handle.easy.summary().connection
      this.#alarm.set(earliest(this.#owner.connectTimeout, request.headersTimeout))
      pool.start(handle, (error) => this.#end(error))
      this.upload?.begin()
      this.#reportSent(body?.source)
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Chunks report by themselves that they are sent. */
  #reportSent(source: unknown): void {
    if (this.#over || (source !== undefined && 'next' in (source as object))) return
    if (source instanceof Uint8Array && source.length > 0) this.#listener.bodySent(source)
    this.#listener.requestSent()
  }

  #uploadFailed(reason: unknown): void {
    this.#fail(reason)
  }

  // --- what libcurl reports ---

  /** A whole head, or a line that comes after the body. */
  readHeaders(lines: Uint8Array): void {
    if (!this.#handle) return
    const isHead = beginsHead(lines)
    const size = (isHead ? 0 : this.#trailerSize) + lines.length
    if (size > this.#owner.maxHeaderSize) throw new UndiciError('UND_ERR_HEADERS_OVERFLOW')
    if (isHead) return this.#endHead(readHead(lines))
    this.#trailerSize = size
    addTrailer(this.#trailers, lines)
  }

  #endHead(head: Head): void {
    const { status } = head
    if (status === 101) throw new UndiciError('UND_ERR_SOCKET', 'bad upgrade')
    if (status === 100) return // libcurl has waited for it
    if (status < 200) return this.#add(head)
    this.#complete = head
    if (!mayGoOn(this.#handle!.easy, status, this.request.expects)) this.#deliver()
  }

  #deliver(): void {
    if (this.#delivered || !this.#complete) return
    this.#delivered = true
    if (this.upload) {
      this.#left = announcedLength(this.#complete, this.request.method)
      this.#endIfAllCame()
    }
    this.#add(this.#complete)
    this.#owner.connected(this)
  }

  #add(head: Head): void {
    this.#heads.push(head)
    this.#alarm.set(head.status < 200 ? this.request.headersTimeout : this.request.bodyTimeout)
    this.#schedule()
  }

  /** WRITEFUNCTION. Copies the bytes. */
  readBody(bytes: Uint8Array): number {
    this.#deliver()
    const queue = (this.#queue ??= new Gathered(BLOCK, (size) => current().host.memory.room(size)))
    if (queue.length >= HIGH_WATER_MARK) {
      this.#paused = true
      return CURL_WRITEFUNC_PAUSE
    }
    this.#received += bytes.length
    const { maxResponseSize } = this.#owner
    if (maxResponseSize >= 0 && this.#received > maxResponseSize) throw new UndiciError('UND_ERR_RES_EXCEEDED_MAX_SIZE')
    queue.add(bytes)
    if (this.#left !== null) {
      this.#left -= bytes.length
      this.#endIfAllCame()
    }
    this.#alarm.restart()
    this.#schedule()
    return bytes.length
  }

  /** Ends the transfer when the response is complete, although the request's body is not: the server wants no more. */
  #endIfAllCame(): void {
    if (this.#left === 0) queueMicrotask(() => this.#end(undefined))
  }

  #end(error: CurlError | undefined): void {
    if (!this.#handle) return
    // libcurl accepts a head that ends with the connection instead of its empty line
    if (!error && !this.#complete)
      error = new CurlError(CURLE_WEIRD_SERVER_REPLY, 'The response ended within its headers')
    const failure = error && { error: this.#errorOf(error) }
    this.#release(failure?.error)
    if (!failure) this.#deliver()
    this.#ended = failure ?? {}
    this.#schedule()
  }

  /** undici's error for one of libcurl. */
  #errorOf(error: CurlError): unknown {
    const { hostname } = this.request.origin
    if (this.#pool!.multi.broken) return error // nothing more is known
    return undiciError(error, {
      hostname,
      connected: this.#isConnected,
      socket: this.#facts(),
      closing: this.#complete?.headers.some(isClosing) ?? false,
    })
  }

  get #isConnected(): boolean {
    return this.#handle!.easy.getinfo('PRETRANSFER_TIME_T') > 0
  }

  #facts(): SocketFacts {
    const { easy } = this.#handle!
    const { localAddress, remoteAddress } = this.#pool!.connections.of(easy)
    return {
      localAddress: localAddress?.address,
      localPort: localAddress?.port,
      remoteAddress: remoteAddress?.address,
      remotePort: remoteAddress?.port,
      bytesWritten: easy.getinfo('REQUEST_SIZE') + easy.getinfo('SIZE_UPLOAD_T'),
      bytesRead: easy.getinfo('HEADER_SIZE') + easy.getinfo('SIZE_DOWNLOAD_T'),
    }
  }

  get madeConnection(): boolean {
    return this.#handle !== null && this.#handle.easy.getinfo('NUM_CONNECTS') > 0
  }

  // --- what the handler gets ---

  #schedule(): void {
    if (this.#scheduled || this.#reporting || this.#over) return
    this.#scheduled = true
    queueMicrotask(() => {
      this.#scheduled = false
      this.#report()
    })
  }

  /** Reports what waits, in its order, until the handler pauses. What it throws ends the exchange. */
  #report(): void {
    this.#reporting = true
    try {
      while (!this.#over && !this.#stopped && this.#reportNext());
    } catch (error) {
      this.abort(error)
    }
    this.#reporting = false
  }

  /** Reports the next thing. false if there is none. */
  #reportNext(): boolean {
    const head = this.#heads.shift()
    if (head) {
      if (!this.#started) {
        this.#started = true
        this.#listener.started()
        if (this.#over) return false
      }
      const { status, headers, statusText } = head
      if (this.#listener.head(this, status, headers, statusText) === false && status >= 200) this.#stopped = true
      return true
    }
    const queue = this.#queue
    if (queue && queue.length > 0) {
      const { buffer, byteOffset, length } = queue.take()
      if (this.#paused && queue.length <= HIGH_WATER_MARK / 2) {
        this.#paused = false
        this.#alarm.restart()
        this.#resume()
      }
      if (this.#listener.data(this, Buffer.from(buffer, byteOffset, length)) === false) this.#stopped = true
      return true
    }
    if (!this.#ended) return false
    if ('error' in this.#ended) this.#fail(this.#ended.error)
    else this.#succeed()
    return false
  }

  #succeed(): void {
    this.#finish(undefined)
    try {
      this.#listener.end(this, this.#trailers)
    } catch (error) {
      this.#reportError(error)
    }
  }

  /** Ends the exchange at once. */
  #fail(error: unknown): void {
    if (this.#over) return
    this.#finish(error)
    this.#reportError(error)
  }

  #reportError(error: unknown): void {
    try {
      this.#listener.error(this, error as Error)
    } catch (thrown) {
      reportLater(thrown)
    }
  }

  #finish(error: unknown): void {
    this.#over = true
    if (this.#handle) this.#release(error)
    // a body that no transfer has begun to send
    const source = this.request.body?.source
    if (!this.#uploads && source && 'next' in source) source.cancel(this.#reason ? undefined : error)
    this.#alarm.stop()
    this.#queue?.clear()
    this.#owner.ended(this, error)
  }

  // --- the transfer ---

  /** Continues after a pause, unless the other direction still waits. */
  #resume(): void {
    if (current().callbackDepth > 0) return queueMicrotask(() => this.#resume())
    if (!this.#handle) return
    const paused = (this.#paused ? CURLPAUSE_RECV : 0) | (this.upload?.paused ? CURLPAUSE_SEND : 0)
    try {
      this.#handle.easy.pause(paused)
    } catch (error) {
      this.#end(error as CurlError)
    }
  }

  /** Ends the transfer, and gives its handle back to the pool. */
  #release(reason?: unknown): void {
    // as with undici, a stream gets the error of the network, and is only destroyed by an abort
    this.upload?.cancel(this.#reason ? undefined : reason)
    this.upload = null
    const handle = this.#handle!
    this.#handle = null
    this.#pool!.give(handle, this.request.curl !== undefined)
  }

  // --- timeouts ---

  /** The alarm has expired. It is set again if the time does not count, or not all of it. */
  expired(): void {
    if (this.#over || this.#ended) return
    if (!this.#delivered) this.#earlyExpired()
    else if (this.#stopped || this.#paused) this.#alarm.restart()
    else this.#fail(new UndiciError('UND_ERR_BODY_TIMEOUT'))
  }

  /** Before the headers there is one alarm, for connecting and for what comes after the request. */
  #earlyExpired(): void {
    const { connectTimeout } = this.#owner
    const { easy } = this.#handle!
    const { queue, connection } = easy.summary()
    if (this.#isConnected) return this.#headersExpired()
    // it waits for a free connection
    if (queue === 0 && connection === this.#before) return this.#alarm.again(this.#alarm.ms)
    if (connectTimeout === 0) return this.#alarm.again(this.#alarm.ms)
    const waited = performance.now() - this.#began - queue / 1000
    if (waited >= connectTimeout - 1) this.#fail(new UndiciError('UND_ERR_CONNECT_TIMEOUT'))
    else this.#alarm.again(connectTimeout - waited)
  }

  /** The time counts from the last byte of the request, or while the server does not read it. */
  #headersExpired(): void {
    const { headersTimeout } = this.request
    if (headersTimeout === 0) return
    const { easy } = this.#handle!
    const { request } = easy.summary()
    const sent = easy.getinfo('SIZE_UPLOAD_T')
    const stalled = !this.upload?.paused && sent === this.#sent
    this.#sent = sent
    const waited = request > 0 ? performance.now() - this.#began - request / 1000 : 0
    if (waited >= headersTimeout - 1 || (request === 0 && stalled))
      return this.#fail(new UndiciError('UND_ERR_HEADERS_TIMEOUT'))
    this.#alarm.again(headersTimeout - waited)
  }
}

/** The shorter of two limits, of which 0 is none. */
function earliest(one: number, other: number): number {
  return one > 0 && other > 0 ? Math.min(one, other) : one + other
}

function isClosing([name, value]: RawHeader): boolean {
  return name.toLowerCase() === 'connection' && /\bclose\b/i.test(value)
}
