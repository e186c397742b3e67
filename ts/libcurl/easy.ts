// Easy handles (C side: wasm/src/libcurl/easy.c): one transfer's options, callbacks and results. A Multi performs them.
import { blockingOf } from './blocking.js'
import type { CallbackName, EasyCallbacks } from './callback-types.js'
import * as c from './constants.gen.js'
import { HandleOptions } from './easy-options.js'
import { CurlError } from './errors.js'
import { findInfo, readInfo, takeSlist } from './infos.js'
import { current, type Libcurl } from './libcurl.js'
import { born, closed } from './lifetime.js'
import type { Multi } from './multi.js'
import { CURLINFO_COOKIELIST, CURLINFO_PRIVATE, CURLOPT_ERRORBUFFER, CURLOPT_RESOLVE } from './numbers.gen.js'
import type { CurlPoll, EasyOptions, Infos } from './option-types.gen.js'
import { toBytes, toLong, toOffT } from './option-values.js'
import { receiveRaw, sendRaw } from './raw.js'
import { allHeaders, findHeader, type Header } from './response-headers.js'
import { importSession, type SslSession } from './ssls.js'
import { readSummary, type Summary } from './summary.js'
import { transferError } from './transfer-error.js'
import type { Waiting } from './transfers.js'
import type { EasyPtr, Ptr } from './wasm-exports.js'
import { readFrame, receiveFrame, sendFrame, startFrame, type Frame } from './ws.js'

/** @see libcurl-easy(3) */
export class Easy {
  readonly #libcurl: Libcurl
  #pointer: EasyPtr
  #errorBuffer: Ptr
  readonly #options: HandleOptions
  /** CURLPAUSE_*: what the application has paused, by pause() or by what a callback has returned. */
  #held = 0
  /** libcurl is ending the handle, and may call back meanwhile. */
  #closing = false
  /** The multi handle this is in. @internal */
  multi: Multi | null = null
  /** Where it is among the handles of that, and the how-manieth it was when it was added. @internal */
  place = -1
  /** @internal */
  added = 0
  /** What is to be called when its transfer has ended. @internal */
  waiting: Waiting | null = null
  /** The first exception of a callback during this transfer. @internal */
  fault: unknown
  /** The sessions that sslsExport() collects. @internal */
  exported: SslSession[] = []

  /** @throws CurlError if there is no memory for a handle */
  constructor()
  /** @internal */
  constructor(adopted?: { libcurl: Libcurl; pointer: EasyPtr })
  constructor(adopted?: { libcurl: Libcurl; pointer: EasyPtr }) {
    this.#libcurl = adopted?.libcurl ?? current()
    this.#pointer = adopted?.pointer ?? this.#libcurl.exports.curl_easy_init()
    if (this.#pointer === 0) throw new CurlError(c.CURLE_OUT_OF_MEMORY, 'curl_easy_init: out of memory')
    this.#options = new HandleOptions(this.#libcurl, this)
    this.#errorBuffer = this.#libcurl.allocate(c.CURL_ERROR_SIZE)
    this.#useErrorBuffer()
    this.#libcurl.easies.add(this.#pointer, this)
    born(this, 'Easy')
  }

  /** The handle itself. Throws if it is closed. @internal */
  get pointer(): EasyPtr {
    if (this.#pointer === 0) throw new TypeError('this easy handle is closed')
    return this.#pointer
  }

  get closed(): boolean {
    return this.#pointer === 0
  }

  #useErrorBuffer(): void {
    this.#clearMessage()
    this.#libcurl.exports.easy_setopt_pointer(this.#pointer, CURLOPT_ERRORBUFFER, this.#errorBuffer)
  }

  /** Sets an option by number: TypeScript does not check its value. @see curl_easy_setopt(3) */
  setopt(option: number, value: unknown): this
  /**
   * Sets an option by name ('URL') or full name ('CURLOPT_URL'). Values are JavaScript's: a string, a number, a boolean
   * for on and off, an array of strings for a list, bytes for a blob or a body, a function for a callback. null unsets
   * an option, except one that is a number.
   * @throws CurlError for an option or a value that libcurl does not accept
   * @throws TypeError and RangeError for a value of the wrong type or size; both name the option
   * @see curl_easy_setopt(3)
   */
  setopt<N extends keyof EasyOptions>(option: N | `CURLOPT_${N}`, value: EasyOptions[N]): this
  setopt(option: string | number, value: unknown): this {
    this.#options.set(option, value)
    return this
  }

  /**
   * Sets a HEADERFUNCTION that gets a whole head of an HTTP response at once, from its status line to the empty one, and
   * each line that comes after the body by itself. Of a head that gets longer than `most` bytes it gets what has come so
   * far. It should be withoutCopy(). Returns a function to be called before each transfer but the first.
   * @throws CurlError if there is no memory
   * @internal
   */
  readHeads(read: EasyCallbacks['HEADERFUNCTION'], most: number): () => void {
    const heads = this.#options.readHeads(read, most)
    return () => this.#libcurl.exports.heads_begin(heads)
  }

  /** A result of the transfer by number. @see curl_easy_getinfo(3) */
  getinfo(info: number): unknown
  /**
   * A result of the transfer by name ('RESPONSE_CODE') or full name ('CURLINFO_RESPONSE_CODE'): a string or null, a
   * number, or an array of strings; CERTINFO is an array of those, one for each certificate.
   * @throws CurlError for an info that libcurl does not have
   * @see curl_easy_getinfo(3)
   */
  getinfo<N extends keyof Infos>(info: N | `CURLINFO_${N}`): Infos[N]
  getinfo(info: string | number): unknown {
    const id = findInfo(info)
    if (id === CURLINFO_PRIVATE) return this.#options.private
    const { exports, host, result: out } = this.#libcurl
    const result = exports.easy_getinfo(this.pointer, id, out)
    if (result !== 0) throw new CurlError(result, `getinfo(${info}): ${this.#libcurl.easyStrerror(result)}`)
    return readInfo(exports, host.memory, id, out)
  }

  /** Some infos in one call. @internal */
  summary(): Summary {
    return readSummary(this.#libcurl, this.pointer)
  }

  /** Info COOKIELIST as bytes, because cookies need not be UTF-8. @internal */
  cookieLines(): Uint8Array<ArrayBuffer>[] {
    const { exports, host, result: out } = this.#libcurl
    const result = exports.easy_getinfo(this.pointer, CURLINFO_COOKIELIST, out)
    if (result !== 0) throw this.error(result)
    return takeSlist(exports, host.memory, out)
  }

  /**
   * A header of the response by name, whose case does not matter: the `index`th of that name (from 0), of the origins
   * in the bit mask CURLH_* (by default CURLH_HEADER), of the `request`th request of the transfer, because redirects
   * and logins make several (-1 is the last). undefined if there is none. It may be called from inside callbacks, and
   * reports what has come so far.
   * @throws CurlHeaderError, TypeError and RangeError for bad arguments
   * @see curl_easy_header(3)
   */
  header(name: string, options: { index?: number; origin?: number; request?: number } = {}): Header | undefined {
    return findHeader(this.#libcurl, this.pointer, name, options)
  }

  /**
   * All headers of the given origins of one request, in the order in which they came. For the options, see header().
   * @throws CurlHeaderError, TypeError and RangeError for bad arguments
   * @see curl_easy_nextheader(3)
   */
  headers(options: { origin?: number; request?: number } = {}): Header[] {
    return allHeaders(this.#libcurl, this.pointer, options)
  }

  /**
   * Performs the transfer, and returns when it has ended: nothing else of this thread runs meanwhile, except callbacks
   * of this handle. Its sockets are in a Worker, so it has connections of its own. After CONNECT_ONLY the connection
   * stays with the handle, until it performs another transfer or is closed.
   * @throws CurlError for a failed transfer; CURLE_RECURSIVE_API_CALL inside a callback, CURLE_FAILED_INIT if the handle
   *   is in a Multi
   * @throws TypeError where the thread cannot block, such as in a page outside of a Worker, or with a transport that
   *   cannot be made in a Worker; and if MIMEPOST has a stream, which cannot be read meanwhile
   * @see curl_easy_perform(3)
   */
  performSync(): void {
    blockingOf(this.#libcurl).perform(this, this.#options)
  }

  /**
   * Blocks until the connection that performSync() has made with CONNECT_ONLY can be read or written, for `timeoutMs`
   * milliseconds at most: what an application of libcurl does with poll(2). `what` is CURL_POLL_IN, OUT or INOUT.
   * Returns those that it is ready for, CURL_POLL_NONE if the time is over. TLS may have read more than it has
   * delivered, so wait only after wsRecv() has reported CURLE_AGAIN.
   * @throws TypeError without such a connection
   */
  waitSync(what: CurlPoll, timeoutMs = Infinity): CurlPoll {
    return blockingOf(this.#libcurl).wait(this, what, timeoutMs) as CurlPoll
  }

  /**
   * Pauses and continues the transfer: CURLPAUSE_RECV, CURLPAUSE_SEND, CURLPAUSE_ALL, or CURLPAUSE_CONT. While
   * receiving is paused, the sender is stopped by backpressure.
   * @throws CurlError
   * @see curl_easy_pause(3)
   */
  pause(bitmask: number): void {
    this.#clearMessage()
    const { pointer } = this
    // before the call, because libcurl calls back from it, and a callback may pause again
    this.#held = bitmask & c.CURLPAUSE_ALL
    const result = this.#libcurl.exports.curl_easy_pause(pointer, bitmask)
    if (result !== 0) throw this.error(result)
  }

  /**
   * What the application has paused: bits CURLPAUSE_RECV and CURLPAUSE_SEND, by pause() or because a callback has
   * returned CURL_WRITEFUNC_PAUSE or CURL_READFUNC_PAUSE. `pause(easy.pauseFlags & ~CURLPAUSE_RECV)` continues one
   * direction alone.
   */
  get pauseFlags(): number {
    return this.#held
  }

  /** WRITEFUNCTION has paused the transfer. @internal */
  holdReceiving(): void {
    this.#held |= c.CURLPAUSE_RECV
  }

  /** READFUNCTION, or that of a part of MIMEPOST, has paused the transfer. @internal */
  holdSending(): void {
    this.#held |= c.CURLPAUSE_SEND
  }

  /** Continues a transfer that a part of MIMEPOST has paused. @internal */
  continueSending(): void {
    if (!this.multi || this.#held & c.CURLPAUSE_SEND) return
    if (this.#libcurl.callbackDepth > 0) return queueMicrotask(() => this.continueSending())
    // if it fails there is no connection, and the next one reads all parts again
    // if it traps, Libcurl.trap() reports that
    try {
      this.#libcurl.exports.curl_easy_pause(this.#pointer, this.#held)
    } catch {}
  }

  /** Keeps idle connections alive if their protocol has a way to. @throws CurlError @see curl_easy_upkeep(3) */
  upkeep(): void {
    this.#clearMessage()
    const result = this.#libcurl.exports.curl_easy_upkeep(this.pointer)
    if (result !== 0) throw this.error(result)
  }

  /**
   * The TLS sessions in the cache of the handle's Share or Multi, except those with a client certificate, which cannot
   * be used elsewhere.
   * @throws CurlError
   * @see curl_easy_ssls_export(3)
   */
  sslsExport(): SslSession[] {
    this.#clearMessage()
    this.exported = []
    const result = this.#libcurl.exports.easy_ssls_export(this.pointer)
    if (result !== 0) throw this.error(result)
    return this.exported.splice(0)
  }

  /**
   * Puts a TLS session into the cache of the handle's Share or Multi. One that has expired is dropped.
   * @throws CurlError for a session that sslsExport() of this version of libcurl has not made
   * @see curl_easy_ssls_import(3)
   */
  sslsImport(session: Pick<SslSession, 'data'> & Partial<Pick<SslSession, 'sessionKey' | 'shmac'>>): void {
    this.#clearMessage()
    const result = importSession(this.#libcurl, this.pointer, session)
    if (result !== 0) throw this.error(result)
  }

  /**
   * Sends bytes on the connection of CONNECT_ONLY, and returns how many were taken: send the rest when the socket is
   * writable.
   * @throws CurlError; CURLE_AGAIN if nothing was taken
   * @see curl_easy_send(3)
   */
  send(data: Uint8Array | string): number {
    this.#clearMessage()
    return sendRaw(this.#libcurl, this, toBytes('send', data))
  }

  /**
   * Receives at most `size` bytes from the connection of CONNECT_ONLY: none at its end.
   * @throws CurlError; CURLE_AGAIN if nothing has come
   * @see curl_easy_recv(3)
   */
  recv(size = 65536): Uint8Array<ArrayBuffer> {
    this.#clearMessage()
    return receiveRaw(this.#libcurl, this, size)
  }

  /**
   * Sends a WebSocket frame, or a part of one, and returns how many bytes of `data` were taken: send the rest when the
   * socket is writable. `flags` is CURLWS_TEXT, CURLWS_BINARY, CURLWS_CLOSE, CURLWS_PING or CURLWS_PONG, with
   * CURLWS_CONT for a fragment that others follow; with CURLWS_OFFSET this is a part of a frame of `size` bytes.
   * @throws CurlError; CURLE_AGAIN if nothing was taken
   * @see curl_ws_send(3)
   */
  wsSend(data: Uint8Array | string, flags: number, size = 0): number {
    this.#clearMessage()
    return sendFrame(this.#libcurl, this, toBytes('wsSend', data), flags, size)
  }

  /**
   * Receives at most `size` bytes of the next WebSocket frame. The handle must be connected with CONNECT_ONLY 2.
   * @throws CurlError; CURLE_AGAIN if nothing has come, CURLE_GOT_NOTHING at the end of the connection
   * @see curl_ws_recv(3)
   */
  wsRecv(size = 65536): { data: Uint8Array<ArrayBuffer>; frame: Frame } {
    this.#clearMessage()
    return receiveFrame(this.#libcurl, this, size)
  }

  /**
   * Inside READFUNCTION, begins a frame of `length` bytes, which this call and the next ones return. Without it, what
   * READFUNCTION returns is sent as binary frames. Only the full module has it: the default one of Node, Deno and Bun.
   * @throws CurlError; CURLE_NOT_BUILT_IN in the other modules, and another code outside of READFUNCTION
   * @see curl_ws_start_frame(3)
   */
  wsStartFrame(flags: number, length: number): void {
    this.#clearMessage()
    startFrame(this.#libcurl, this, toLong('wsStartFrame', flags), toOffT('wsStartFrame', length))
  }

  /** Inside WRITEFUNCTION, the frame that its chunk belongs to; null outside of it. @see curl_ws_meta(3) */
  wsMeta(): Frame | null {
    const at = this.#libcurl.exports.curl_ws_meta(this.pointer)
    return at === 0 ? null : readFrame(this.#libcurl.host.memory, at)
  }

  /** Resets all options, but keeps connections, cookies and caches. @see curl_easy_reset(3) */
  reset(): void {
    this.#refuseInCallback('reset')
    // libcurl keeps a second pointer to this list, which curl_easy_reset does not clear
    this.#libcurl.exports.easy_setopt_pointer(this.pointer, CURLOPT_RESOLVE, 0)
    this.#libcurl.exports.curl_easy_reset(this.pointer)
    this.#options.reset()
    this.#useErrorBuffer()
  }

  /**
   * Makes a new handle with the same options and callbacks. Both can read the Blobs of MIMEPOST, but a stream can only
   * be in one handle.
   * @throws CurlError, and TypeError for a stream
   * @see curl_easy_duphandle(3)
   */
  duphandle(): Easy {
    const pointer = this.#libcurl.exports.curl_easy_duphandle(this.pointer)
    if (pointer === 0) throw new CurlError(c.CURLE_OUT_OF_MEMORY, 'curl_easy_duphandle: out of memory')
    const copy = this.adopt(pointer)
    try {
      const parts = this.#options.partsToRead
      if (parts) copy.setopt('MIMEPOST', parts)
      return copy
    } catch (error) {
      copy.close()
      throw error
    }
  }

  /** Makes an Easy of a handle that libcurl has made after this one. @internal */
  adopt(pointer: EasyPtr): Easy {
    const easy = new Easy({ libcurl: this.#libcurl, pointer })
    easy.#options.takeOver(this.#options)
    return easy
  }

  /**
   * Ends the handle. A running transfer ends with CURLE_ABORTED_BY_CALLBACK.
   * @see curl_easy_cleanup(3)
   */
  close(): void {
    if (this.#pointer === 0) return
    this.#refuseInCallback('closed')
    this.multi?.cancel(this)
    this.#closing = true
    this.#libcurl.exports.curl_easy_cleanup(this.#pointer)
    this.disown()
  }

  /** Throws inside a callback: libcurl ignores some calls there, so memory that it still uses must not be freed. */
  #refuseInCallback(what: string): void {
    if (this.#closing || (this.#libcurl.callbackDepth > 0 && this.multi)) {
      throw new TypeError(`an easy handle cannot be ${what} from inside a callback of libcurl`)
    }
  }

  /** Forgets the handle, which libcurl has ended or will end. @internal */
  disown(): void {
    this.multi = null
    this.#libcurl.exports.free(this.#errorBuffer)
    this.#options.release()
    this.#libcurl.easies.delete(this.#pointer)
    this.#pointer = 0 as EasyPtr
    closed(this)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** The function of a callback option. @internal */
  callback<N extends CallbackName>(name: N): EasyCallbacks[N] | undefined {
    return this.#options.callback(name) as EasyCallbacks[N] | undefined
  }

  /** @internal */
  userdata(name: CallbackName): unknown {
    return this.#options.userdata.get(name)
  }

  /** Frees the memory of options that were replaced during the transfer. @internal */
  releaseReplaced(): void {
    this.#options.releaseReplaced()
  }

  /** To be called when a transfer starts. @internal */
  begin(): void {
    this.fault = undefined
    this.#held = 0
    this.#clearMessage()
  }

  /** To be called when a transfer is over: stops reading what it was sending. @internal */
  end(reason?: unknown): void {
    this.#options.endTransfer(reason)
  }

  #clearMessage(): void {
    this.#libcurl.host.memory.bytes[this.#errorBuffer] = 0
  }

  /** The error for a result code, with the message that libcurl wrote. @internal */
  error(result: number): CurlError {
    const written = this.#libcurl.host.memory.string(this.#errorBuffer)
    return transferError(this.#libcurl, result, written, this.fault)
  }
}
