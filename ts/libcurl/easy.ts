// Easy handles (C side: wasm/src/libcurl/easy.c): one transfer's options, callbacks and results. A Multi performs them.
import { HostError } from '../../shim/failures.js'
import type { CallbackName, EasyCallbacks } from './callbacks.js'
import { dataOptions } from './callbacks.js'
import * as c from './constants.gen.js'
import { CurlError, CurlHeaderError } from './errors.js'
import type { EasyPtr, Ptr } from './wasm-exports.js'
import { readFrame, type Frame } from './ws.js'
import { findInfo, headerScope, readHeader, readInfo, takeSlist, type Header } from './infos.js'
import { born, closed } from './lifetime.js'
import { current, type EasyOption, type Libcurl } from './libcurl.js'
import { Mime, type MimePart } from './mime.js'
import type { Multi } from './multi.js'
import {
  CURLINFO_COOKIELIST,
  CURLINFO_PRIVATE,
  CURLOPT_COPYPOSTFIELDS,
  CURLOPT_ERRORBUFFER,
  CURLOPT_MIMEPOST,
  CURLOPT_POSTFIELDSIZE,
  CURLOPT_POSTFIELDSIZE_LARGE,
  CURLOPT_RESOLVE,
} from './numbers.gen.js'
import type { EasyOptions, Infos } from './options.gen.js'
import { Kept, findOption, setPlain, toBytes, toLong, toText, wrongType } from './options.js'
import { Share } from './share.js'
import { importSession, type SslSession } from './ssls.js'
import { makeUrl } from './url.js'

/** The results that libcurl has for a failed connection, whatever it was doing with it. */
const NETWORK_ERRORS: ReadonlySet<number> = new Set([
  c.CURLE_COULDNT_RESOLVE_PROXY,
  c.CURLE_COULDNT_RESOLVE_HOST,
  c.CURLE_COULDNT_CONNECT,
  c.CURLE_WEIRD_SERVER_REPLY,
  c.CURLE_FTP_CANT_GET_HOST,
  c.CURLE_HTTP2,
  c.CURLE_PARTIAL_FILE,
  c.CURLE_OPERATION_TIMEDOUT,
  c.CURLE_SSL_CONNECT_ERROR,
  c.CURLE_GOT_NOTHING,
  c.CURLE_SEND_ERROR,
  c.CURLE_RECV_ERROR,
  c.CURLE_HTTP2_STREAM,
  c.CURLE_PROXY,
])

/** @see libcurl-easy(3) */
export class Easy {
  readonly #libcurl: Libcurl
  #pointer: EasyPtr
  #errorBuffer: Ptr
  #callbacks = new Map<CallbackName, EasyCallbacks[CallbackName]>()
  #userdata = new Map<CallbackName, unknown>()
  /** Memory that libcurl has pointers to, by option. */
  #kept = new Map<number, Kept>()
  /** Memory of options that were set again during a transfer: libcurl may still be using it. */
  #replaced: Kept[] = []
  /** The parts of MIMEPOST, as they were given and as libcurl has them. */
  #mime: { parts: readonly MimePart[]; mime: Mime } | null = null
  /** The value of POSTFIELDS, and POSTFIELDSIZE: how many bytes of it are sent, -1 for all. */
  #post: Uint8Array | null = null
  #postSize = -1
  /** CURLPAUSE_*: what the application has paused. */
  #held = 0
  #private: unknown
  /** libcurl is ending the handle, and may call back meanwhile. */
  #closing = false
  /** The multi handle this is in. @internal */
  multi: Multi | null = null
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
    const found = findOption(this.#libcurl, option)
    const { result, kept } = setPlain(this.#libcurl, this.pointer, found, value) ?? this.#setOther(found, value)
    if (result !== 0) {
      kept?.release()
      throw new CurlError(result, `setopt(${found.name}): ${this.#libcurl.easyStrerror(result)}`)
    }
    this.#keep(found.id, kept)
    if (found.id === CURLOPT_POSTFIELDSIZE || found.id === CURLOPT_POSTFIELDSIZE_LARGE) this.#setPostSize(Number(value))
    return this
  }

  /** Notes the size, and sets POSTFIELDS again: libcurl drops its copy if that is shorter than the new size. */
  #setPostSize(size: number): void {
    this.#postSize = size
    if (this.#post && size <= this.#post.length) this.#setPost(this.#post)
    else this.#post = null
  }

  /** Sets the size first, because libcurl copies that many bytes. It always copies: `bytes` is not in its memory. */
  #setPost(bytes: Uint8Array): number {
    const { exports } = this.#libcurl
    const size = this.#postSize < 0 ? bytes.length : this.#postSize
    if (size > bytes.length)
      throw new RangeError(`POSTFIELDS takes at least the ${size} bytes that POSTFIELDSIZE has, not ${bytes.length}`)
    this.#post = bytes
    return (
      exports.easy_setopt_off_t(this.pointer, CURLOPT_POSTFIELDSIZE_LARGE, size) ||
      this.#libcurl.withBytes(bytes, (at) => exports.easy_setopt_pointer(this.pointer, CURLOPT_COPYPOSTFIELDS, at))
    )
  }

  /** Holds the memory that an option needs now, and releases what it needed before. */
  #keep(id: number, kept: Kept | undefined): void {
    const before = this.#kept.get(id)
    if (kept) this.#kept.set(id, kept)
    else this.#kept.delete(id)
    if (before && this.multi) this.#replaced.push(before)
    else before?.release()
  }

  #setOther(option: EasyOption, value: unknown): { result: number; kept?: Kept } {
    const { name, type } = option
    if (type === c.CURLOT_FUNCTION) return this.#setCallback(option, value)
    if (type === c.CURLOT_CBPTR) {
      const callbacks = dataOptions[name]
      for (const callback of callbacks ?? []) this.#userdata.set(callback, value)
      const closer = this.callback('CLOSESOCKETFUNCTION')
      if (name === 'CLOSESOCKETDATA' && closer) this.setopt('CLOSESOCKETFUNCTION', closer)
      // SSL_CTX_DATA and those of SSH belong to callbacks that this build does not have
      return { result: callbacks ? c.CURLE_OK : c.CURLE_UNKNOWN_OPTION }
    }
    return this.#setObject(option, value)
  }

  #setCallback(option: EasyOption, value: unknown): { result: number } {
    const name = option.name as CallbackName
    if (value !== null && value !== undefined && typeof value !== 'function')
      throw wrongType(name, 'a function or null', value)
    const callback = (value ?? null) as EasyCallbacks[CallbackName] | null
    const closer = name === 'CLOSESOCKETFUNCTION' ? (callback as EasyCallbacks['CLOSESOCKETFUNCTION'] | null) : null
    const pointer = closer ? this.#addCloser(closer) : this.#pointer
    const result = this.#libcurl.exports.easy_setopt_callback(this.pointer, option.id, callback ? pointer : 0)
    if (result === c.CURLE_OK && callback) this.#callbacks.set(name, callback)
    else if (result === c.CURLE_OK) this.#callbacks.delete(name)
    return { result }
  }

  /** Registers the callback with the instance, because a connection may close after this handle. */
  #addCloser(callback: EasyCallbacks['CLOSESOCKETFUNCTION']): number {
    return this.#libcurl.closers.add(callback, this.#userdata.get('CLOSESOCKETFUNCTION'))
  }

  #setObject(option: EasyOption, value: unknown): { result: number; kept?: Kept } {
    const libcurl = this.#libcurl
    const { exports } = libcurl
    const { id, name } = option
    const setPointer = (at: Ptr): number => exports.easy_setopt_pointer(this.pointer, id, at)
    const none = value === null || value === undefined
    switch (name) {
      case 'PRIVATE':
        this.#private = value
        return { result: c.CURLE_OK }

      case 'POSTFIELDS':
      case 'COPYPOSTFIELDS': {
        if (!none) return { result: this.#setPost(toBytes(name, value)) }
        this.#post = null
        exports.easy_setopt_off_t(this.pointer, CURLOPT_POSTFIELDSIZE_LARGE, this.#postSize)
        return { result: setPointer(0) }
      }

      case 'SHARE':
        if (!none && !(value instanceof Share)) throw wrongType(name, 'a Share or null', value)
        return { result: setPointer(none ? 0 : value.pointer) }

      case 'STREAM_DEPENDS':
      case 'STREAM_DEPENDS_E':
        if (!none && !(value instanceof Easy)) throw wrongType(name, 'an Easy or null', value)
        return { result: setPointer(none ? 0 : value.pointer) }

      case 'MIMEPOST': {
        if (none) {
          this.#mime = null
          return { result: setPointer(0) }
        }
        const mime = new Mime(libcurl, this, value, name)
        const result = setPointer(mime.pointer)
        if (result === c.CURLE_OK) this.#mime = { parts: value as readonly MimePart[], mime }
        return { result, kept: new Kept(() => mime.free()) }
      }

      case 'CURLU': {
        if (none) return { result: setPointer(0) }
        const url = makeUrl(libcurl, value, c.CURLU_NON_SUPPORT_SCHEME, 'setopt(CURLU)')
        return { result: setPointer(url), kept: new Kept(() => exports.curl_url_cleanup(url)) }
      }

      case 'STDERR': {
        if (none) return { result: setPointer(0) }
        const file = libcurl.withString(toText(name, value), (at) => exports.file_open(at))
        if (file === 0) throw new CurlError(c.CURLE_WRITE_ERROR, `setopt(STDERR): cannot open ${value}`)
        return { result: setPointer(file), kept: new Kept(() => exports.file_close(file)) }
      }

      case 'ERRORBUFFER':
        throw new CurlError(
          c.CURLE_UNKNOWN_OPTION,
          'setopt(ERRORBUFFER): the message of the CurlError is what libcurl writes there',
        )

      case 'HTTPPOST':
        throw new CurlError(
          c.CURLE_UNKNOWN_OPTION,
          'setopt(HTTPPOST): deprecated in libcurl since 7.56.0, use MIMEPOST',
        )

      default:
        return { result: c.CURLE_UNKNOWN_OPTION }
    }
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
    if (id === CURLINFO_PRIVATE) return this.#private
    return this.#libcurl.withSpace(8, (out) => {
      const result = this.#libcurl.exports.easy_getinfo(this.pointer, id, out)
      if (result !== 0) throw new CurlError(result, `getinfo(${info}): ${this.#libcurl.easyStrerror(result)}`)
      return readInfo(this.#libcurl.exports, this.#libcurl.host.memory, id, out)
    })
  }

  /** Info COOKIELIST as bytes, for cookies need not be UTF-8. @internal */
  cookieLines(): Uint8Array<ArrayBuffer>[] {
    return this.#libcurl.withSpace(4, (out) => {
      const result = this.#libcurl.exports.easy_getinfo(this.pointer, CURLINFO_COOKIELIST, out)
      if (result !== 0) throw this.error(result)
      return takeSlist(this.#libcurl.exports, this.#libcurl.host.memory, out)
    })
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
    const { index = 0 } = options
    const { origin, request } = headerScope(options)
    if (toLong('header: index', index) < 0) throw new RangeError(`header: index takes a number from 0, not ${index}`)
    const { exports, host } = this.#libcurl
    return this.#libcurl.withSpace(4, (out) => {
      const result = this.#libcurl.withString(toText('header', name), (at) =>
        exports.curl_easy_header(this.pointer, at, index, origin, request, out),
      )
      if (result === c.CURLHE_OK) return readHeader(this.#libcurl.host.memory, host.memory.u32(out))
      if (
        result === c.CURLHE_BADINDEX ||
        result === c.CURLHE_MISSING ||
        result === c.CURLHE_NOHEADERS ||
        result === c.CURLHE_NOREQUEST
      )
        return undefined
      throw new CurlHeaderError(result, `header('${name}'): libcurl cannot tell`)
    })
  }

  /**
   * All headers of the given origins of one request, in the order in which they came. For the options, see header().
   * @throws CurlHeaderError, TypeError and RangeError for bad arguments
   * @see curl_easy_nextheader(3)
   */
  headers(options: { origin?: number; request?: number } = {}): Header[] {
    const { origin, request } = headerScope(options)
    const { exports } = this.#libcurl
    const headers = []
    for (
      let at = exports.curl_easy_nextheader(this.pointer, origin, request, 0);
      at !== 0;
      at = exports.curl_easy_nextheader(this.pointer, origin, request, at)
    ) {
      headers.push(readHeader(this.#libcurl.host.memory, at))
    }
    return headers
  }

  /**
   * Pauses and continues the transfer: CURLPAUSE_RECV, CURLPAUSE_SEND, CURLPAUSE_ALL, or CURLPAUSE_CONT. While
   * receiving is paused, the sender is stopped by backpressure.
   * @throws CurlError
   * @see curl_easy_pause(3)
   */
  pause(bitmask: number): void {
    this.#clearMessage()
    const result = this.#libcurl.exports.curl_easy_pause(this.pointer, bitmask)
    if (result !== 0) throw this.error(result)
    this.#held = bitmask & c.CURLPAUSE_ALL
  }

  /** WRITEFUNCTION has paused the transfer. @internal */
  holdReceiving(): void {
    this.#held |= c.CURLPAUSE_RECV
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
   * Sends a WebSocket frame, or a part of one, and returns how many bytes of `data` were taken: send the rest when the
   * socket is writable. `flags` is CURLWS_TEXT, CURLWS_BINARY, CURLWS_CLOSE, CURLWS_PING or CURLWS_PONG, with
   * CURLWS_CONT for a fragment that others follow; with CURLWS_OFFSET this is a part of a frame of `size` bytes.
   * @throws CurlError; CURLE_AGAIN if nothing was taken
   * @see curl_ws_send(3)
   */
  wsSend(data: Uint8Array | string, flags: number, size = 0): number {
    this.#clearMessage()
    const { exports, host } = this.#libcurl
    const bytes = toBytes('wsSend', data)
    return this.#libcurl.withSpace(4, (sent) => {
      const result = this.#libcurl.withBytes(bytes, (at) =>
        exports.ws_send(this.pointer, at, bytes.length, sent, size, flags),
      )
      if (result !== 0) throw this.error(result)
      return host.memory.u32(sent)
    })
  }

  /**
   * Receives at most `size` bytes of the next WebSocket frame. The handle must be connected with CONNECT_ONLY 2.
   * @throws CurlError; CURLE_AGAIN if nothing has come, CURLE_GOT_NOTHING at the end of the connection
   * @see curl_ws_recv(3)
   */
  wsRecv(size = 65536): { data: Uint8Array<ArrayBuffer>; frame: Frame } {
    this.#clearMessage()
    const { exports, host } = this.#libcurl
    return this.#libcurl.withSpace(8 + size, (at) => {
      const result = exports.curl_ws_recv(this.pointer, at + 8, size, at, at + 4)
      if (result !== 0) throw this.error(result)
      const frame = readFrame(host.memory, host.memory.u32(at + 4))
      return { data: host.memory.copy(at + 8, host.memory.u32(at)), frame }
    })
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
    this.#callbacks = new Map()
    this.#userdata = new Map()
    this.#private = undefined
    this.#post = null
    this.#postSize = -1
    this.#mime = null
    for (const kept of this.#kept.values()) this.#replaced.push(kept)
    this.#kept.clear()
    if (!this.multi) this.releaseReplaced()
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
      if (this.#mime?.mime.hasSources) copy.setopt('MIMEPOST', this.#mime.parts)
      return copy
    } catch (error) {
      copy.close()
      throw error
    }
  }

  /** Makes an Easy of a handle that libcurl has made after this one. @internal */
  adopt(pointer: EasyPtr): Easy {
    const easy = new Easy({ libcurl: this.#libcurl, pointer })
    easy.#userdata = new Map(this.#userdata)
    easy.#private = this.#private
    easy.#post = this.#post
    easy.#postSize = this.#postSize
    for (const [id, kept] of this.#kept) {
      // libcurl has copied the MIME parts, and shares everything else
      if (id !== CURLOPT_MIMEPOST) easy.#kept.set(id, kept.use())
    }
    for (const [name, callback] of this.#callbacks) easy.setopt(name, callback as never)
    // libcurl's copy of the parts would read the sources of this handle
    if (this.#mime?.mime.hasSources) easy.setopt('MIMEPOST', null)
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
    for (const kept of this.#kept.values()) kept.release()
    this.releaseReplaced()
    this.#libcurl.easies.delete(this.#pointer)
    this.#pointer = 0 as EasyPtr
    closed(this)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** The function of a callback option. @internal */
  callback<N extends CallbackName>(name: N): EasyCallbacks[N] | undefined {
    return this.#callbacks.get(name) as EasyCallbacks[N] | undefined
  }

  /** @internal */
  userdata(name: CallbackName): unknown {
    return this.#userdata.get(name)
  }

  /** Frees the memory of options that were replaced during the transfer. @internal */
  releaseReplaced(): void {
    for (const kept of this.#replaced.splice(0)) kept.release()
  }

  /** To be called when a transfer starts. @internal */
  begin(): void {
    this.fault = undefined
    this.#held = 0
    this.#clearMessage()
  }

  /** To be called when a transfer is over: stops reading what it was sending. @internal */
  end(reason?: unknown): void {
    this.#mime?.mime.rest(reason)
  }

  #clearMessage(): void {
    this.#libcurl.host.memory.bytes[this.#errorBuffer] = 0
  }

  /** The error for a result code, with the message that libcurl wrote. @internal */
  error(result: number): CurlError {
    const message = this.#libcurl.host.memory.string(this.#errorBuffer) || this.#libcurl.easyStrerror(result)
    if (this.fault !== undefined) return new CurlError(result, message, { cause: this.fault })
    const failure = this.#libcurl.host.failures.last
    if (failure instanceof HostError)
      return new CurlError(result, `${message}: ${failure.message}`, { cause: failure.cause })
    if (failure === null || !NETWORK_ERRORS.has(result)) return new CurlError(result, message)
    const { reason, neverMade } = failure
    // libcurl took the connection for established, and reports that it broke
    if (neverMade) return new CurlError(c.CURLE_COULDNT_CONNECT, `Could not connect: ${reason}`, { cause: failure })
    if (reason === undefined) return new CurlError(result, message, { cause: failure })
    // the host's reason replaces this part, which says no more
    const before = message.replace(/: Could not connect to server$/, '')
    return new CurlError(result, `${before}: ${reason}`, { cause: failure })
  }
}
