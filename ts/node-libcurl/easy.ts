// node-libcurl's Easy over this package's: codes are returned where node-libcurl returns them, and thrown where it throws.
//
// libcurl's handle must not keep this object alive, so that a handle that is forgotten is freed when it is collected. Its
// callbacks therefore find this object by a weak reference. A Multi keeps it while its transfer runs.
import { Buffer } from 'node:buffer'
import * as c from '../libcurl/constants.gen.js'
import { Easy as Handle } from '../libcurl/easy.js'
import { CurlError } from '../libcurl/errors.js'
import { sockets } from '../libcurl/sockets.js'
import type { Frame } from '../libcurl/ws.js'
import { BRIDGES, isBridged, type BridgedName, type Call } from './callbacks.js'
import { CurlCode } from './codes.gen.js'
import { CurlEasyError } from './errors.js'
import type { CurlPause, SocketState } from './enums.js'
import { partsOfForm } from './form.js'
import { CurlMime, partsOf } from './mime.js'
import { addParts, type CurlyMimePart } from './mime-parts.js'
import type { Multi } from './multi.js'
import { infoName, isUnsupported, UNSUPPORTED_INFOS, type CurlInfoName, type CurlOptionName } from './options.js'
import type { CurlWsFrame, OptionValue } from './option-types.js'
import { shareOf, Share } from './share.js'
import { started } from './start.js'

/** What getInfo() returns. */
export interface GetInfoReturn<DataType = number | string | null> {
  data: DataType
  code: CurlCode
}

/** A forgotten handle is closed when it is collected. */
const forgotten = new FinalizationRegistry<Handle>((handle) => {
  try {
    handle.close()
  } catch {
    // it is closing already, or the module has trapped
  }
})

let lastId = 0

/** The largest BUFFERSIZE of libcurl, and the smallest. */
const [BUFFER_MIN, BUFFER_MAX] = [1024, 10 * 1024 * 1024]

/** This package's handle of an Easy. @throws CurlEasyError if it is closed @internal */
export let handleOf: (easy: Easy) => Handle

/** Notes the Multi that an Easy is in, or null. @internal */
export let setMulti: (easy: Easy, multi: Multi | null) => void

/** The Multi that an Easy is in. @internal */
export let multiOf: (easy: Easy) => Multi | null

/** Makes an Easy of a handle that libcurl has made after another one, with the callbacks of that. @internal */
export let adopt: (handle: Handle, from: Easy) => Easy

const closed = (): CurlEasyError => new CurlEasyError('Curl handle is closed.', CurlCode.CURLE_BAD_FUNCTION_ARGUMENT)

const refused = (message: string): CurlEasyError => new CurlEasyError(message, CurlCode.CURLE_BAD_FUNCTION_ARGUMENT)

/** The result code of a call that throws CurlError. */
function codeOf(call: () => void): CurlCode {
  try {
    call()
    return CurlCode.CURLE_OK
  } catch (error) {
    if (error instanceof CurlError) return error.number
    throw error
  }
}

function checkBuffer(method: string, buffer: unknown): asserts buffer is Buffer {
  if (buffer === undefined) throw refused(`Missing buffer argument of ${method}().`)
  if (!Buffer.isBuffer(buffer)) throw refused(`Invalid Buffer instance given to ${method}().`)
}

const frameOf = ({ flags, offset, bytesleft, len }: Frame): CurlWsFrame => ({ age: 0, flags, offset, bytesleft, len })

export class Easy {
  /** Unique in this process. */
  readonly id = ++lastId
  /** For the application. It is not copied by dupHandle(). */
  private: any
  readonly #handle: Handle
  readonly #callbacks = new Map<string, (...args: any[]) => unknown>()
  #onSocketEvent: ((error: Error | null, events: SocketState) => void) | null = null
  /** The Multi that it is in. */
  #multi: Multi | null = null
  /** The socket that is watched for it. */
  #monitored: number | null = null

  static {
    handleOf = (easy) => {
      if (!easy.isOpen) throw closed()
      return easy.#handle
    }
    setMulti = (easy, multi) => void (easy.#multi = multi)
    multiOf = (easy) => easy.#multi
    adopt = (handle, from) => {
      const easy = new (Easy as new (handle: Handle) => Easy)(handle)
      for (const [name, callback] of from.#callbacks) easy.#setCallback(name as BridgedName, callback)
      return easy
    }
  }

  constructor()
  /** @internal */
  constructor(handle?: Handle)
  constructor(handle?: Handle) {
    started()
    this.#handle = handle instanceof Handle ? handle : new Handle()
    forgotten.register(this, this.#handle, this)
    // libcurl's own would read from the process's standard input
    if (!handle) this.#handle.setopt('READFUNCTION', () => c.CURL_READFUNC_ABORT)
  }

  /** Whether the handle is in a Multi. */
  get isInsideMultiHandle(): boolean {
    return this.#multi !== null
  }

  get isOpen(): boolean {
    return !this.#handle.closed
  }

  /** Whether monitorSocketEvents() was called. */
  get isMonitoringSockets(): boolean {
    return this.#monitored !== null
  }

  /** Bits of CurlPause: what is paused. */
  get pauseFlags(): CurlPause {
    return this.#handle.pauseFlags
  }

  get isPausedRecv(): boolean {
    return (this.#handle.pauseFlags & c.CURLPAUSE_RECV) !== 0
  }

  get isPausedSend(): boolean {
    return (this.#handle.pauseFlags & c.CURLPAUSE_SEND) !== 0
  }

  /** Does nothing. */
  debugLog(_message: string): void {}

  // --- options and infos ---

  /**
   * Sets an option, by name or by number. Returns CURLE_UNKNOWN_OPTION for one that libcurl does not have.
   * @throws CurlEasyError for an option that node-libcurl does not have
   * @throws TypeError and RangeError for a value of the wrong type or size; both name the option
   * @see curl_easy_setopt(3)
   */
  setOpt<N extends CurlOptionName>(option: N, value: OptionValue<N>): CurlCode
  setOpt(which: string | number, value: unknown): CurlCode {
    const handle = handleOf(this)
    if (arguments.length < 2) throw new TypeError('Wrong number of arguments.')
    const option = started().option(which)
    if (!option) return CurlCode.CURLE_UNKNOWN_OPTION
    const { name, type } = option
    if (isUnsupported(name))
      throw new CurlEasyError(
        `Unsupported option ${name}: it has no use in JavaScript, or would need pointers.`,
        CurlCode.CURLE_UNKNOWN_OPTION,
      )
    if (isBridged(name)) return codeOf(() => this.#setCallback(name, value))
    if (name === 'HTTPPOST') return codeOf(() => handle.setopt('MIMEPOST', value === null ? null : partsOfForm(value)))
    if (name === 'READDATA') return codeOf(() => this.#setDescriptor(Number(value) | 0))
    return codeOf(() => handle.setopt(name as never, this.#valueOf(name, type, value) as never))
  }

  /** The value as this package's Easy takes it. */
  #valueOf(name: string, type: number, value: unknown): unknown {
    switch (name) {
      case 'SHARE':
        if (value !== null && !(value instanceof Share))
          throw new TypeError('Invalid value for the SHARE option. It must be a Share instance.')
        return value && shareOf(value as Share)
      case 'STREAM_DEPENDS':
      case 'STREAM_DEPENDS_E':
        if (value !== null && !(value instanceof Easy)) throw new TypeError(`${name} takes an Easy instance or null.`)
        return value && handleOf(value as Easy)
      case 'MIMEPOST':
        if (value !== null && !(value instanceof CurlMime))
          throw new TypeError('MIMEPOST option value should be a CurlMime instance.')
        return value && partsOf(value as CurlMime)
      case 'BUFFERSIZE':
        if (!(Number(value) >= BUFFER_MIN && Number(value) <= BUFFER_MAX))
          throw new RangeError(`BUFFERSIZE must be between ${BUFFER_MIN} and ${BUFFER_MAX}, not ${String(value)}.`)
        break
    }
    // numbers are converted, as node-libcurl does: null is 0, and true is 1
    if (type === c.CURLOT_LONG || type === c.CURLOT_VALUES) return Number(value) | 0
    if (type === c.CURLOT_OFF_T) return Math.trunc(Number(value)) || 0
    return value
  }

  #setCallback(name: BridgedName, value: unknown): void {
    if (typeof value !== 'function' && value !== null)
      throw new TypeError(`${name}: option value must be null or a function.`)
    if (value === null) {
      this.#callbacks.delete(name)
      if (name === 'READFUNCTION') this.#handle.setopt(name, () => c.CURL_READFUNC_ABORT)
      else this.#handle.setopt(name, null)
      return
    }
    const self = new WeakRef(this)
    const call: Call = (...args) => {
      const easy = self.deref()
      return easy && easy.#callbacks.get(name)?.apply(easy, args)
    }
    this.#callbacks.set(name, value as (...args: unknown[]) => unknown)
    this.#handle.setopt(name, BRIDGES[name](call) as never)
  }

  /** READDATA: the upload is read from a file descriptor. -1 is none. */
  #setDescriptor(fd: number): void {
    this.#callbacks.delete('READFUNCTION')
    this.#handle.setopt('READFUNCTION', fd < 0 ? () => c.CURL_READFUNC_ABORT : null)
    this.#handle.setopt('READDATA', fd < 0 ? null : fd)
  }

  /**
   * Reads a result of the transfer, by name or by number. Texts that there are none of are empty. CERTINFO has the lines
   * of all certificates.
   * @throws CurlEasyError for an info that node-libcurl does not have
   * @see curl_easy_getinfo(3)
   */
  getInfo(info: 'CERTINFO' | 'COOKIELIST' | 'SSL_ENGINES'): GetInfoReturn<string[]>
  getInfo(info: Exclude<CurlInfoName, 'CERTINFO'>): GetInfoReturn
  getInfo(which: string | number): GetInfoReturn<unknown> {
    const handle = handleOf(this)
    if (which === undefined) throw new TypeError('Wrong number of arguments')
    const name = infoName(which)
    if (name === undefined) return { code: CurlCode.CURLE_UNKNOWN_OPTION, data: undefined }
    if (UNSUPPORTED_INFOS.includes(name))
      throw new CurlEasyError(
        `Unsupported info ${name}: it has no use in JavaScript, or would be a pointer.`,
        CurlCode.CURLE_UNKNOWN_OPTION,
      )
    let data: unknown
    const code = codeOf(() => (data = handle.getinfo(name as 'EFFECTIVE_URL')))
    return { code, data: name === 'CERTINFO' ? (data as string[][]).flat() : (data ?? '') }
  }

  // --- transfers ---

  /**
   * Performs the transfer, and blocks until it has ended. Returns its result.
   * @throws what a callback has thrown
   * @see curl_easy_perform(3)
   */
  perform(): CurlCode {
    const handle = handleOf(this)
    handle.fault = undefined
    const code = codeOf(() => handle.performSync())
    if (handle.fault !== undefined) throw handle.fault
    return code
  }

  /** @see curl_easy_pause(3) */
  pause(bitmask: CurlPause): CurlCode {
    const handle = handleOf(this)
    if (typeof bitmask !== 'number') throw new TypeError('Argument must be a bitmask')
    return codeOf(() => handle.pause(bitmask))
  }

  /** @see curl_easy_upkeep(3) */
  upkeep(): CurlCode {
    const handle = handleOf(this)
    return codeOf(() => handle.upkeep())
  }

  /** Resets all options. @see curl_easy_reset(3) */
  reset(): CurlCode {
    const handle = handleOf(this)
    const code = codeOf(() => handle.reset())
    this.#callbacks.clear()
    handle.setopt('READFUNCTION', () => c.CURL_READFUNC_ABORT)
    return code
  }

  /** A new handle with the same options and callbacks. @see curl_easy_duphandle(3) */
  dupHandle(): Easy {
    return adopt(handleOf(this).duphandle(), this)
  }

  // --- connections of CONNECT_ONLY ---

  /** Sends bytes on the connection of CONNECT_ONLY. @see curl_easy_send(3) */
  send(data: Buffer): { code: CurlCode; bytesSent: number } {
    const handle = handleOf(this)
    checkBuffer('send', data)
    let bytesSent = 0
    const code = codeOf(() => (bytesSent = handle.send(data)))
    return { code, bytesSent }
  }

  /** Receives into `storage` from the connection of CONNECT_ONLY. @see curl_easy_recv(3) */
  recv(storage: Buffer): { code: CurlCode; bytesReceived: number } {
    const handle = handleOf(this)
    checkBuffer('recv', storage)
    let bytesReceived = 0
    const code = codeOf(() => {
      const bytes = handle.recv(storage.length)
      storage.set(bytes)
      bytesReceived = bytes.length
    })
    return { code, bytesReceived }
  }

  /** Receives a WebSocket frame, or a part of one, into `buffer`. @see curl_ws_recv(3) */
  wsRecv(buffer: Buffer): { code: CurlCode; bytesReceived: number; meta: CurlWsFrame | null } {
    const handle = handleOf(this)
    checkBuffer('wsRecv', buffer)
    let bytesReceived = 0
    let meta: CurlWsFrame | null = null
    const code = codeOf(() => {
      const { data, frame } = handle.wsRecv(buffer.length)
      buffer.set(data)
      bytesReceived = data.length
      meta = frameOf(frame)
    })
    return { code, bytesReceived, meta }
  }

  /** Sends a WebSocket frame, or a part of one of `fragsize` bytes with CurlWs.Offset. @see curl_ws_send(3) */
  wsSend(buffer: Buffer, flags: number, fragsize = 0): { code: CurlCode; bytesSent: number } {
    const handle = handleOf(this)
    if (buffer === undefined || flags === undefined) throw refused('Missing buffer and/or flags arguments of wsSend().')
    checkBuffer('wsSend', buffer)
    if (typeof flags !== 'number') throw refused('The flags argument of wsSend() must be a number.')
    let bytesSent = 0
    const code = codeOf(() => (bytesSent = handle.wsSend(buffer, flags, fragsize)))
    return { code, bytesSent }
  }

  /** Inside WRITEFUNCTION, the frame that its data belong to; null outside of it. @see curl_ws_meta(3) */
  wsMeta(): CurlWsFrame | null {
    const frame = handleOf(this).wsMeta()
    return frame && frameOf(frame)
  }

  /** Inside READFUNCTION, begins a frame of `frameLength` bytes. @see curl_ws_start_frame(3) */
  wsStartFrame(flags: number, frameLength: number): CurlCode {
    const handle = handleOf(this)
    if (typeof flags !== 'number' || typeof frameLength !== 'number')
      throw refused('Missing flags and/or frame length arguments of wsStartFrame().')
    return codeOf(() => handle.wsStartFrame(flags, frameLength))
  }

  /** Sets what monitorSocketEvents() calls. null removes it. */
  onSocketEvent(cb: ((error: Error | null, events: SocketState) => void) | null): this {
    if (cb === undefined) throw refused('You must specify the callback function.')
    if (cb !== null && typeof cb !== 'function') throw new TypeError('Invalid callback given.')
    this.#onSocketEvent = cb
    return this
  }

  /** Watches the socket of the connection, until unmonitorSocketEvents(). @throws CurlEasyError if there is none */
  monitorSocketEvents(): this {
    const handle = handleOf(this)
    if (this.#monitored !== null) throw refused('Already monitoring sockets!')
    const socket = handle.getinfo('ACTIVESOCKET')
    if (socket < 0) throw refused('Received invalid socket from the current connection!')
    this.#monitored = socket
    sockets.watch(socket, c.CURL_POLL_INOUT, (_s, ready) => {
      const failed = (ready & c.CURL_CSELECT_ERR) !== 0
      const error = failed ? new CurlEasyError('The socket has failed.', CurlCode.CURLE_RECV_ERROR) : null
      this.#onSocketEvent?.(error, ready & (c.CURL_CSELECT_IN | c.CURL_CSELECT_OUT))
    })
    return this
  }

  unmonitorSocketEvents(): this {
    if (this.#monitored !== null) sockets.watch(this.#monitored, c.CURL_POLL_NONE, () => {})
    this.#monitored = null
    return this
  }

  // --- the rest ---

  /** Sets MIMEPOST from plain data. */
  setMimePost(parts: CurlyMimePart[]): this {
    const mime = new CurlMime(this)
    addParts(mime, parts, this)
    this.setOpt('MIMEPOST', mime)
    return this
  }

  /** Ends the handle. @throws CurlEasyError if it is in a Multi, or closed already @see curl_easy_cleanup(3) */
  close(): void {
    if (!this.isOpen) throw refused('Curl handle already closed.')
    if (this.isInsideMultiHandle) throw refused('Curl handle is inside a Multi instance, you must remove it first.')
    this.unmonitorSocketEvents()
    this.#handle.close()
    this.#callbacks.clear()
    forgotten.unregister(this)
  }

  /** What a result code means. @see curl_easy_strerror(3) */
  static strError(errorCode: CurlCode): string {
    if (typeof errorCode !== 'number') throw new TypeError('Invalid errCode passed to Easy.strError.')
    return started().easyStrerror(errorCode)
  }
}
