// Multi handles (C side: wasm/src/libcurl/multi.c): any number of transfers at a time, driven by socket_action alone.
//
// libcurl says which sockets it waits for and when it wants to be called. By default the host's reactor and one timer
// do that, and call socket_action. An application that sets SOCKETFUNCTION or TIMERFUNCTION takes that part over, and
// calls socketAction itself.
import type { Reactor } from '../../shim/reactor.js'
import { onAbort } from '../common/signals.js'
import * as c from './constants.gen.js'
import { Drive } from './drive.js'
import type { Easy } from './easy.js'
import { CurlMultiError, type CurlError } from './errors.js'
import { current, type Libcurl } from './libcurl.js'
import { born, closed } from './lifetime.js'
import { InstalledCallbacks } from './multi-callbacks.js'
import { CURLOPTTYPE_OBJECTPOINT, CURLOPTTYPE_OFF_T } from './numbers.gen.js'
import type { CurlNotification, MultiInfos, MultiOptions } from './option-types.gen.js'
import { toLong, toOffT, wrongType } from './option-values.js'
import { cancelled, Transfers, type Message, type Waiting } from './transfers.js'
import type { MultiPtr } from './wasm-exports.js'

/** @see libcurl-multi(3) */
export class Multi {
  readonly #libcurl: Libcurl
  #pointer: MultiPtr
  /** @internal */
  readonly drive: Drive
  /** @internal */
  readonly transfers: Transfers
  /** @internal */
  readonly callbacks: InstalledCallbacks
  /** The first exception of a callback, for the error of the next call. */
  #fault: unknown

  constructor()
  /** @internal */
  constructor(blocking?: { libcurl: Libcurl; reactor: Reactor })
  constructor(blocking?: { libcurl: Libcurl; reactor: Reactor }) {
    this.#libcurl = blocking?.libcurl ?? current()
    this.#pointer = this.#libcurl.exports.multi_init()
    if (this.#pointer === 0) throw new CurlMultiError(c.CURLM_OUT_OF_MEMORY, 'curl_multi_init: out of memory')
    this.drive = new Drive(this.#libcurl.host, (s, events) => this.#act(s, events), blocking?.reactor)
    this.transfers = new Transfers(this.#libcurl, this)
    this.callbacks = new InstalledCallbacks(this.#libcurl, this, this.drive)
    this.#libcurl.multis.add(this.#pointer, this)
    born(this, 'Multi')
  }

  /** The handle itself. Throws if it is closed. @internal */
  get pointer(): MultiPtr {
    if (this.#pointer === 0) throw new TypeError('this multi handle is closed')
    return this.#pointer
  }

  // --- transfers ---

  /**
   * Performs a transfer: adds the handle, and removes it when the transfer is over. Other transfers go on meanwhile.
   * Rejects with a CurlError. A transfer cancelled by `signal` ends with CURLE_ABORTED_BY_CALLBACK, whose cause is the
   * signal's reason. With `stays`, the handle is still in when its transfer is over, whether that has failed or not,
   * until remove(): the connection of CONNECT_ONLY is closed when its handle is removed.
   */
  async perform(easy: Easy, options: { signal?: AbortSignal; stays?: boolean } = {}): Promise<void> {
    const { signal, stays = false } = options
    // libcurl cannot be entered from inside a callback: wait until that has returned
    if (this.#libcurl.callbackDepth > 0) await null
    this.#throwIfAborted(signal)
    this.add(easy)
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { resolve, reject, release: () => {}, ...(stays && { stays: 'always' }) }
      // later, because libcurl cannot be entered from inside a callback; the handle may perform another transfer by
      // then
      const aborted = (): void =>
        queueMicrotask(() => {
          if (this.transfers.isWaiting(easy, waiting)) this.cancel(easy, signal!.reason)
        })
      if (signal) waiting.release = onAbort(signal, aborted)
      this.transfers.wait(easy, waiting)
    })
  }

  /**
   * perform() without a promise: `ended` is called when the transfer is over, while libcurl is not running. The
   * transfer begins at once, not in the next turn of the event loop. With `stays`, the handle is not removed after a
   * success, until cancel(), because a connection of CONNECT_ONLY is closed when its handle is removed.
   * @throws CurlMultiError
   * @internal
   */
  start(easy: Easy, ended: (error?: CurlError) => void, stays = false): void {
    this.add(easy)
    this.transfers.wait(easy, {
      resolve: ended,
      reject: ended as (error: unknown) => void,
      release: () => {},
      ...(stays && { stays: 'connected' }),
    })
    this.#act(c.CURL_SOCKET_TIMEOUT, 0)
  }

  #throwIfAborted(signal: AbortSignal | undefined): void {
    if (signal?.aborted) throw cancelled(signal.reason)
  }

  /** Starts a transfer. infoRead() returns its result. @throws CurlMultiError @see curl_multi_add_handle(3) */
  add(easy: Easy): void {
    this.#check(this.#libcurl.exports.curl_multi_add_handle(this.pointer, easy.pointer), 'add')
    easy.begin()
    easy.multi = this
    this.transfers.add(easy)
  }

  /** Removes a handle, whatever the state of its transfer. @throws CurlMultiError @see curl_multi_remove_handle(3) */
  remove(easy: Easy): void {
    const result = this.#libcurl.exports.curl_multi_remove_handle(this.pointer, easy.pointer)
    // with ABORTED_BY_CALLBACK it was removed all the same: that is the result of a callback that was called meanwhile
    if (result !== c.CURLM_ABORTED_BY_CALLBACK) this.#check(result, 'remove')
    this.transfers.remove(easy)
  }

  /** Ends a transfer as if a callback had aborted it. Does nothing if the handle is not in. @internal */
  cancel(easy: Easy, reason?: unknown): void {
    if (!this.transfers.has(easy)) return
    // settled first, so that the promise settles even if the removal fails
    const error = cancelled(reason)
    this.transfers.settle(easy, error)
    easy.end(reason ?? error)
    this.remove(easy)
  }

  /** The handles in the order in which they were added. @see curl_multi_get_handles(3) */
  handles(): Easy[] {
    return this.transfers.handles
  }

  /**
   * The next result of a transfer that was started with add(); undefined if there is none. The handle stays in the
   * multi handle until it is removed.
   * @see curl_multi_info_read(3)
   */
  infoRead(): Message | undefined {
    if (!this.broken) this.transfers.readMessages()
    return this.transfers.takeMessage()
  }

  // --- curl_multi_socket_action and its relatives ---

  /**
   * Tells libcurl that something has happened on a socket: `events` is CURL_CSELECT_IN | OUT | ERR, or 0 to make
   * libcurl check by itself. CURL_SOCKET_TIMEOUT as the socket says that the timer has expired. Returns how many
   * transfers are still running.
   * @throws CurlMultiError about the multi handle: transfers report their own results
   * @see curl_multi_socket_action(3)
   */
  socketAction(s: number, events: number): number {
    return this.#counted(this.#libcurl.exports.socket_action(this.pointer, s, events), 'socketAction')
  }

  /** Acts on all sockets, whatever has happened to them. @throws CurlMultiError @see curl_multi_socket_all(3) */
  socketAll(): number {
    return this.#counted(this.#libcurl.exports.multi_socket_all(this.pointer), 'socketAll')
  }

  /** The deprecated form of socketAction(s, 0). @throws CurlMultiError @see curl_multi_socket(3) */
  socket(s: number): number {
    return this.socketAction(s, 0)
  }

  /** wasm/src/libcurl/multi.c returns a count, or -(CURLMcode) - 1. */
  #counted(result: number, what: string): number {
    this.transfers.readMessages()
    if (result < 0) this.#fail(-result - 1, what)
    return result
  }

  /** Throws the error of a call. If a callback has failed, all transfers fail too. */
  #fail(result: number, what: string): never {
    const error = this.#multiError(result, what)
    if (result === c.CURLM_ABORTED_BY_CALLBACK) this.#failAll(error)
    throw error
  }

  /** Ends all transfers, with the exception of a callback, or with the error of the call. */
  #failAll(error: CurlMultiError): void {
    this.transfers.failAll(error.cause ?? error)
  }

  /**
   * Milliseconds until libcurl wants a timeout action, -1 for none. @throws CurlMultiError @see curl_multi_timeout(3)
   */
  timeout(): number {
    const ms = this.#libcurl.exports.multi_timeout(this.pointer)
    if (ms < -1) this.#check(-ms - 2, 'timeout')
    return ms
  }

  /**
   * Attaches a value to a socket that libcurl uses: SOCKETFUNCTION gets it as `socketp`, until the socket is removed.
   * @throws CurlMultiError for a socket that libcurl does not use
   * @see curl_multi_assign(3)
   */
  assign(s: number, value: unknown): void {
    const marked = value === undefined ? 0 : 1
    this.#check(this.#libcurl.exports.curl_multi_assign(this.pointer, s, marked), `assign(${s})`)
    this.callbacks.assign(s, value)
  }

  /** Wakes up a wait for this handle. @throws CurlMultiError @see curl_multi_wakeup(3) */
  wakeup(): void {
    this.#check(this.#libcurl.exports.curl_multi_wakeup(this.pointer), 'wakeup')
  }

  // --- options ---

  /** Sets an option by number: TypeScript does not check its value. @see curl_multi_setopt(3) */
  setopt(option: number, value: unknown): this
  /**
   * Sets an option by name ('MAXCONNECTS') or full name ('CURLMOPT_MAXCONNECTS').
   * @throws CurlMultiError for an option or value that libcurl does not accept
   * @throws TypeError and RangeError that name the option
   * @see curl_multi_setopt(3)
   */
  setopt<N extends keyof MultiOptions>(option: N | `CURLMOPT_${N}`, value: MultiOptions[N]): this
  setopt(option: string | number, value: unknown): this {
    const name =
      typeof option === 'number'
        ? Object.keys(c.multiOptions).find((key) => c.multiOptions[key] === option)
        : option.replace(/^CURLMOPT_/, '')
    if (name === undefined || !Object.hasOwn(c.multiOptions, name)) {
      throw new CurlMultiError(
        c.CURLM_UNKNOWN_OPTION,
        `libcurl has no multi option ${typeof option === 'number' ? option : `'${option}'`}`,
      )
    }
    this.#check(this.#set(name, c.multiOptions[name]!, value), `setopt(${name})`)
    return this
  }

  #set(name: string, id: number, value: unknown): number {
    const set = this.callbacks.set(name, value)
    if (set !== undefined) return set
    const { exports } = this.#libcurl
    if (id < CURLOPTTYPE_OBJECTPOINT) return exports.multi_setopt_long(this.pointer, id, toLong(name, value))
    if (id >= CURLOPTTYPE_OFF_T) return exports.multi_setopt_off_t(this.pointer, id, toOffT(name, value))
    // PIPELINING_SITE_BL and PIPELINING_SERVER_BL have had no effect since libcurl 7.62.0
    if (value !== null) throw wrongType(name, 'null (it has no effect since libcurl 7.62.0)', value)
    return exports.multi_setopt_pointer(this.pointer, id, 0)
  }

  /** Turns notifications (CURLMNOTIFY_*) on. @throws CurlMultiError @see curl_multi_notify_enable(3) */
  notifyEnable(notification: CurlNotification): void {
    this.#check(this.#libcurl.exports.curl_multi_notify_enable(this.pointer, notification), 'notifyEnable')
  }

  /** @throws CurlMultiError @see curl_multi_notify_disable(3) */
  notifyDisable(notification: CurlNotification): void {
    this.#check(this.#libcurl.exports.curl_multi_notify_disable(this.pointer, notification), 'notifyDisable')
  }

  /** A count of transfers by number. @throws CurlMultiError @see curl_multi_get_offt(3) */
  getOffT(info: number): number
  /** A count of transfers, such as 'XFERS_RUNNING'. @throws CurlMultiError @see curl_multi_get_offt(3) */
  getOffT<N extends keyof MultiInfos>(info: N | `CURLMINFO_${N}`): MultiInfos[N]
  getOffT(info: string | number): number {
    const id = typeof info === 'number' ? info : c.multiInfos[info.replace(/^CURLMINFO_/, '')]
    if (id === undefined) throw new CurlMultiError(c.CURLM_UNKNOWN_OPTION, `libcurl has no multi info '${info}'`)
    const value = this.#libcurl.exports.multi_get_offt(this.pointer, id)
    if (value < 0) this.#check(-value - 1, `getOffT(${info})`)
    return value
  }

  /** Keeps the exception of a callback. @internal */
  fault(error: unknown): void {
    this.#fault ??= error
  }

  // --- the built-in drive ---

  /**
   * Calls socket_action because something has happened. There is no caller to catch an error, so it ends the transfers.
   */
  #act(s: number, events: number): void {
    if (this.#pointer === 0) return
    this.#libcurl.host.failures.forget()
    try {
      const result = this.#libcurl.exports.socket_action(this.#pointer, s, events)
      this.transfers.readMessages()
      if (result < 0) this.#failAll(this.#multiError(-result - 1, 'socket_action'))
    } catch {
      // the module has trapped, which Libcurl.trap() reports
    }
  }

  /** Set once the module has trapped. @internal */
  get broken(): CurlError | null {
    return this.#libcurl.trapped
  }

  /** Ends all transfers with the error of a trap. @internal */
  breakDown(error: CurlError): void {
    this.drive.stop()
    this.transfers.breakDown(error)
  }

  /**
   * Ends the handle and closes its connections. Running transfers end with CURLE_ABORTED_BY_CALLBACK.
   * @throws CurlMultiError from inside a callback
   * @see curl_multi_cleanup(3)
   */
  close(): void {
    if (this.#pointer === 0) return
    if (this.#libcurl.callbackDepth > 0) throw this.#multiError(c.CURLM_RECURSIVE_API_CALL, 'close')
    for (const easy of this.transfers.handles) this.cancel(easy)
    this.#check(this.#libcurl.exports.curl_multi_cleanup(this.#pointer), 'close')
    this.drive.stop()
    this.#libcurl.multis.delete(this.#pointer)
    this.#pointer = 0 as MultiPtr
    closed(this)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #check(result: number, what: string): void {
    if (result !== c.CURLM_OK) throw this.#multiError(result, what)
  }

  /** An error of this handle. Its cause is the exception of a callback, if there was one. */
  #multiError(result: number, what: string): CurlMultiError {
    const text = this.#libcurl.string(this.#libcurl.exports.curl_multi_strerror(result))
    const fault = this.#fault
    this.#fault = undefined
    return new CurlMultiError(result, `${what}: ${text}`, fault === undefined ? undefined : { cause: fault })
  }
}
