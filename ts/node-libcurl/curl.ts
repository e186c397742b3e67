// node-libcurl's Curl: a transfer with events, in a Multi that all share.
import { Buffer } from 'node:buffer'
import { EventEmitter } from 'node:events'
import type { Readable } from 'node:stream'
import * as c from '../libcurl/constants.gen.js'
import { version } from '../libcurl/libcurl.js'
import { CurlCode } from './codes.gen.js'
import { Easy, multiOf, type GetInfoReturn } from './easy.js'
import { CurlFeature, CurlReadFunc, CurlWriteFunc, type CurlGlobalInit, type CurlPause } from './enums.js'
import { CurlEasyError } from './errors.js'
import { parseHeaders, type HeaderInfo } from './headers.js'
import type { CurlyMimePart } from './mime-parts.js'
import { abort, isBroken, Multi, run } from './multi.js'
import { info, option, type CurlInfoName, type CurlOptionName } from './options.js'
import type { OptionValue } from './option-types.js'
import { Pull } from './pull.js'
import { ResponseStream } from './response-stream.js'
import { started } from './start.js'
import { versionOf, type CurlVersionInfoNativeBindingObject } from './version.js'

type ProgressCallback = OptionValue<'XFERINFOFUNCTION'>

let shared: Multi | null = null

/** The Multi of every Curl that has none of its own. */
function sharedMulti(): Multi {
  if (!shared || isBroken(shared)) shared = new Multi()
  return shared
}

/** The events, and what their listeners get. */
interface Events {
  /** A chunk of the body. */
  data: [chunk: Buffer, curlInstance: Curl]
  /** A line of the headers. */
  header: [chunk: Buffer, curlInstance: Curl]
  /** The body, with CurlFeature.StreamResponse. */
  stream: [stream: Readable, status: number, headers: Buffer | HeaderInfo[], curlInstance: Curl]
  end: [status: number, data: string | Buffer, headers: Buffer | HeaderInfo[], curlInstance: Curl]
  error: [error: Error, errorCode: CurlCode, curlInstance: Curl]
}
type Listener<E extends keyof Events> = (this: Curl, ...args: Events[E]) => void

const EVENTS = ['data', 'header', 'stream', 'end', 'error'] as const satisfies (keyof Events)[]

export interface Curl {
  on<E extends keyof Events>(event: E, listener: Listener<E>): this
  on(event: string, listener: Function): this
  once<E extends keyof Events>(event: E, listener: Listener<E>): this
  once(event: string, listener: Function): this
}

export class Curl extends EventEmitter {
  /** libcurl's version and those of the libraries in it. @see curl_version(3) */
  static getVersion = (): string => {
    started()
    return version()
  }

  /** The User-Agent of every new Curl. null is none. */
  static defaultUserAgent: string | null = 'libcurl-wasm'

  /** libcurl's version as a number: 8 bits each for major, minor and patch. */
  static get VERSION_NUM(): number {
    return versionOf().versionNumber
  }

  /** The infos by name. */
  static info = info

  /** The options by name. */
  static option = option

  /** How many handles are in the Multi that all share. */
  static getCount = (): number => sharedMulti().getCount()

  /** What libcurl is made of. @see curl_version_info(3) */
  static getVersionInfo = (): CurlVersionInfoNativeBindingObject => versionOf()

  /** The same as three lines, like those of `curl -V`. */
  static getVersionInfoString = (): string => {
    const { protocols, features } = versionOf()
    return `Version: ${Curl.getVersion()}\nProtocols: ${protocols.join(', ')}\nFeatures: ${features.join(', ')}`
  }

  static isVersionGreaterOrEqualThan = (x: number, y: number, z = 0): boolean =>
    Curl.VERSION_NUM >= (x << 16) + (y << 8) + z

  /** @deprecated Does nothing. */
  static globalInit = (_flags: CurlGlobalInit): void => {}

  /** @deprecated Does nothing. */
  static globalCleanup = (): void => {}

  /** Whether perform() was called, and the transfer has not ended. */
  isRunning = false
  /** The handle that does the transfer. */
  readonly handle: Easy
  protected multiInstance: Multi | undefined
  protected chunks: Buffer[] = []
  protected headerChunks: Buffer[] = []
  protected features = CurlFeature.Empty
  /** Callbacks that are the application's, and not those below. */
  readonly #own = new Set<'WRITEFUNCTION' | 'HEADERFUNCTION'>()
  #response: ResponseStream | null = null
  #highWaterMark: number | undefined
  #upload: Pull | null = null
  #uploadFailure: Error | null = null
  #streamProgress: ProgressCallback = null

  /** @param cloneHandle the handle to use instead of a new one */
  constructor(cloneHandle?: Easy)
  /** @internal */
  constructor(cloneHandle?: Easy, original?: Curl)
  constructor(cloneHandle?: Easy, original?: Curl) {
    super()
    this.handle = cloneHandle ?? new Easy()
    if (original) for (const name of original.#own) this.#own.add(name)
    this.#setWriters()
    if (!original) this.handle.setOpt('USERAGENT', Curl.defaultUserAgent)
  }

  /** Sets the callbacks that are not the application's. */
  #setWriters(): void {
    if (!this.#own.has('WRITEFUNCTION')) this.handle.setOpt('WRITEFUNCTION', (chunk) => this.#write(chunk))
    if (!this.#own.has('HEADERFUNCTION')) this.handle.setOpt('HEADERFUNCTION', (chunk) => this.#writeHeader(chunk))
  }

  get isOpen(): boolean {
    return this.handle.isOpen
  }

  /** Unique in this process. */
  get id(): number {
    return this.handle.id
  }

  // --- features and options ---

  /** Enables features. @throws Error while it is running */
  enable(bitmask: CurlFeature): this {
    this.#refuseWhileRunning()
    this.features |= bitmask
    return this
  }

  /** Disables features. @throws Error while it is running */
  disable(bitmask: CurlFeature): this {
    this.#refuseWhileRunning()
    this.features &= ~bitmask
    return this
  }

  #refuseWhileRunning(): void {
    if (this.isRunning) throw new Error('You should not change the features while a request is running.')
  }

  #has(feature: CurlFeature): boolean {
    return (this.features & feature) !== 0
  }

  /**
   * Sets an option, by name or by number. null for WRITEFUNCTION and HEADERFUNCTION brings the events back.
   * @throws CurlEasyError for an option or value that libcurl does not accept
   * @throws TypeError and RangeError for a value of the wrong type or size; both name the option
   * @see curl_easy_setopt(3)
   */
  setOpt<N extends CurlOptionName>(which: N, value: OptionValue<N>): this {
    const name = started().option(which)?.name
    if (name === 'WRITEFUNCTION' || name === 'HEADERFUNCTION') {
      if (!value) {
        this.#own.delete(name)
        this.#setWriters()
        return this
      }
      this.#own.add(name)
    }
    const code = this.handle.setOpt(which, value)
    if (code === CurlCode.CURLE_UNKNOWN_OPTION)
      throw new CurlEasyError(`Unknown option given: libcurl has no option ${String(which)}.`, code)
    this.#check(`setOpt(${String(which)})`, code)
    return this
  }

  /**
   * Reads a result of the transfer, by name or by number.
   * @throws CurlEasyError for an info that there is not
   * @see curl_easy_getinfo(3)
   */
  getInfo(which: 'CERTINFO' | 'COOKIELIST' | 'SSL_ENGINES'): GetInfoReturn<string[]>['data']
  getInfo(which: Exclude<CurlInfoName, 'CERTINFO'>): GetInfoReturn['data']
  getInfo(which: CurlInfoName): GetInfoReturn<unknown>['data'] {
    const { code, data } = this.handle.getInfo(which as 'RESPONSE_CODE')
    this.#check(`getInfo(${String(which)})`, code)
    return data
  }

  #check(call: string, code: CurlCode): void {
    if (code !== CurlCode.CURLE_OK) throw new CurlEasyError(`${call} failed. Error: ${Easy.strError(code)}`, code)
  }

  /** Sets XFERINFOFUNCTION. It is called if NOPROGRESS is false. */
  setProgressCallback(cb: ProgressCallback): this {
    this.handle.setOpt('XFERINFOFUNCTION', cb)
    return this
  }

  /** Sets the progress callback of the next request, if that has a stream. NOPROGRESS need not be set. */
  setStreamProgressCallback(cb: ProgressCallback): this {
    this.#streamProgress = cb
    return this
  }

  /** How many bytes the stream of the response holds before the transfer pauses. null is Node's default. */
  setStreamResponseHighWaterMark(highWaterMark: number | null): this {
    this.#highWaterMark = highWaterMark || undefined
    return this
  }

  /** Sets the parts of MIMEPOST from plain data. */
  setMimePost(parts: CurlyMimePart[]): this {
    this.handle.setMimePost(parts)
    return this
  }

  /** Sets the Multi for its requests. undefined is the one that all share. */
  setMulti(multi: Multi | undefined): this {
    this.multiInstance = multi
    return this
  }

  /** Sets a stream that the next request uploads. null removes it. @throws Error for what is no stream */
  setUploadStream(stream: Readable | null): this {
    if (!stream) {
      this.#leaveUpload()
      return this
    }
    if (stream === this.#upload?.stream) return this
    if (typeof stream.on !== 'function' || typeof stream.read !== 'function')
      throw new Error('The passed value to setUploadStream does not look like a stream')
    this.#leaveUpload()
    const upload = new Pull(
      stream,
      () => this.#continueSoon(c.CURLPAUSE_SEND),
      (error) => {
        this.#uploadFailure ??= error
        this.#abort(error)
      },
    )
    this.#upload = upload
    this.setOpt('READFUNCTION', (buffer) => {
      if (this.#uploadFailure) throw this.#uploadFailure
      const chunk = upload.read(buffer.length)
      if (chunk === undefined) return CurlReadFunc.Pause
      return chunk?.copy(buffer) ?? 0
    })
    return this
  }

  #leaveUpload(): void {
    if (!this.#upload) return
    this.#upload.detach()
    this.#upload = null
    this.#uploadFailure = null
    if (this.isOpen) this.setOpt('READFUNCTION', null)
  }

  // --- transfers ---

  /** Starts the transfer. Its events come after this call has returned. @throws Error if it is running */
  perform(): this {
    if (this.isRunning) throw new Error('Handle already running!')
    const streams = this.#has(CurlFeature.StreamResponse) || this.#upload !== null
    if (streams && this.#streamProgress) this.setProgressCallback(this.#streamProgress).setOpt('NOPROGRESS', false)
    // libcurl cannot be entered from inside one of its callbacks
    if (started().callbackDepth > 0) queueMicrotask(() => this.#startLater())
    else this.#start()
    this.isRunning = true
    return this
  }

  #start(): void {
    run(this.#multi, this.handle, ({ error }) => {
      // not in here, where an exception of a listener would be libcurl's
      queueMicrotask(() => {
        if (!this.isOpen) return
        if (error) this.onError(error, error.code)
        else this.onEnd()
      })
    })
  }

  /** The same when perform() has returned, so that a failure is an event. */
  #startLater(): void {
    if (!this.isOpen || !this.isRunning) return
    try {
      this.#start()
    } catch (error) {
      this.onError(error as Error, CurlCode.CURLE_FAILED_INIT)
    }
  }

  get #multi(): Multi {
    return this.multiInstance ?? sharedMulti()
  }

  /** Reports that the request has failed. */
  onError(error: Error, errorCode: CurlCode): void {
    const response = this.#response
    this.resetInternalState()
    try {
      this.emit('error', error, errorCode, this)
    } finally {
      response?.fail(error)
    }
  }

  /** Reports that the request has ended. */
  onEnd(): void {
    const isStream = this.#has(CurlFeature.StreamResponse)
    const body = Buffer.concat(this.chunks)
    const parses = !isStream && !this.#has(CurlFeature.NoDataParsing | CurlFeature.NoDataStorage)
    const headers = this.getHeaders()
    const status = this.#status()
    if (isStream) this.#openResponse().push(null)
    this.resetInternalState()
    const end = (): void => void this.emit('end', status, parses ? body.toString('utf8') : body, headers, this)
    // after the event 'stream', which may just have been scheduled
    if (isStream) queueMicrotask(end)
    else end()
  }

  #status(): number {
    return Number(this.getInfo('RESPONSE_CODE'))
  }

  protected getHeaders(): Buffer | HeaderInfo[] {
    const raw = Buffer.concat(this.headerChunks)
    const parses = !this.#has(CurlFeature.NoHeaderParsing | CurlFeature.NoHeaderStorage)
    return parses ? parseHeaders(raw.toString('utf8')) : raw
  }

  /** Forgets what belongs to one request. */
  protected resetInternalState(): void {
    this.isRunning = false
    this.chunks = []
    this.headerChunks = []
    this.#response = null
    this.#leaveUpload()
    if (this.#streamProgress && this.isOpen) this.setProgressCallback(null).setOpt('NOPROGRESS', true)
    this.#streamProgress = null
  }

  // --- libcurl's callbacks ---

  #write(chunk: Buffer): number {
    if (this.#has(CurlFeature.StreamResponse))
      return this.#openResponse().accept(chunk) ? chunk.length : CurlWriteFunc.Pause
    if (!this.#has(CurlFeature.NoDataStorage)) this.chunks.push(chunk)
    this.emit('data', chunk, this)
    return chunk.length
  }

  #writeHeader(chunk: Buffer): number {
    if (!this.#has(CurlFeature.NoHeaderStorage)) this.headerChunks.push(chunk)
    this.emit('header', chunk, this)
    return chunk.length
  }

  /** The stream of the response, which is made with the first byte of the body, or at the end. */
  #openResponse(): ResponseStream {
    if (this.#response) return this.#response
    const stream = new ResponseStream(
      { resume: () => this.#continueSoon(c.CURLPAUSE_RECV), stop: (reason) => this.#abort(reason) },
      this.#highWaterMark,
    )
    this.#response = stream
    const [status, headers] = [this.#status(), this.getHeaders()]
    // not in here, where an exception of a listener would be libcurl's
    queueMicrotask(() => this.emit('stream', stream, status, headers, this))
    return stream
  }

  /** Continues a direction that a callback has paused: later, because a stream may call from inside a callback. */
  #continueSoon(direction: CurlPause): void {
    setImmediate(() => {
      if (!this.isOpen || !this.isRunning || (this.handle.pauseFlags & direction) === 0) return
      this.handle.pause(this.handle.pauseFlags & ~direction)
    })
  }

  #abort(reason: unknown): void {
    if (this.isOpen && this.isRunning) abort(this.#multi, this.handle, reason)
  }

  // --- the rest ---

  /** @throws CurlEasyError @see curl_easy_upkeep(3) */
  upkeep(): this {
    this.#check('upkeep()', this.handle.upkeep())
    return this
  }

  /** Pauses and continues the transfer. @throws CurlEasyError @see curl_easy_pause(3) */
  pause(bitmask: CurlPause): this {
    this.#check('pause()', this.handle.pause(bitmask))
    return this
  }

  /** Resets all options, and removes all listeners. @see curl_easy_reset(3) */
  reset(): this {
    this.removeAllListeners()
    this.handle.reset()
    this.#upload?.detach()
    this.#upload = this.#uploadFailure = null
    this.#own.clear()
    this.#setWriters()
    this.handle.setOpt('USERAGENT', Curl.defaultUserAgent)
    return this
  }

  /** A new Curl with the same options, and by default the same listeners. @see curl_easy_duphandle(3) */
  dupHandle(shouldCopyEventListeners = true): Curl {
    const curl = new Curl(this.handle.dupHandle(), this)
    curl.features = this.features
    curl.multiInstance = this.multiInstance
    if (shouldCopyEventListeners) {
      for (const event of EVENTS) for (const listener of this.listeners(event)) curl.on(event as string, listener)
    }
    return curl
  }

  /** Ends the handle, and removes all listeners. A request that is running ends without an event. */
  close(): void {
    if (!this.isOpen) return
    multiOf(this.handle)?.removeHandle(this.handle)
    this.removeAllListeners()
    this.#response?.fail(new CurlEasyError('The Curl was closed', CurlCode.CURLE_ABORTED_BY_CALLBACK))
    this.resetInternalState()
    this.handle.close()
  }
}
