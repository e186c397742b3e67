// Multi handles (C side: wasm/src/libcurl/multi.c): any number of transfers at a time, driven by socket_action alone.
//
// libcurl says which sockets it waits for and when it wants to be called. By default the host's reactor and one timer
// do that, and call socket_action. An application that sets SOCKETFUNCTION or TIMERFUNCTION takes that part over, and
// calls socketAction itself.
import * as c from './constants.gen.js'
import { Drive } from './drive.js'
import { Easy } from './easy.js'
import { CurlError, CurlMultiError } from './errors.js'
import { reportLater } from '../common/exceptions.js'
import type { EasyPtr, MultiPtr } from './wasm-exports.js'
import { born, closed } from './lifetime.js'
import { current, type Libcurl } from './libcurl.js'
import { onAbort } from '../common/signals.js'
import { CURLOPTTYPE_OBJECTPOINT, CURLOPTTYPE_OFF_T } from './numbers.gen.js'
import type { CurlNotification, CurlPoll, MultiInfos, MultiOptions } from './options.gen.js'
import { toLong, toOffT, wrongType } from './options.js'

/** The result of a transfer that has ended. `error` is undefined for a success. @see curl_multi_info_read(3) */
export interface Message {
  easy: Easy
  result: number
  error: CurlError | undefined
}

/** The callback options of a multi handle. */
export interface MultiCallbacks {
  /** `what` is CURL_POLL_*. Returns undefined or 0; -1 fails all transfers. @see CURLMOPT_SOCKETFUNCTION(3) */
  SOCKETFUNCTION(easy: Easy | null, s: number, what: CurlPoll, userp: unknown, socketp: unknown): number | void
  /** In milliseconds: -1 for no timer, 0 for as soon as possible. @see CURLMOPT_TIMERFUNCTION(3) */
  TIMERFUNCTION(multi: Multi, timeoutMs: number, userp: unknown): number | void
  /** Returns CURL_PUSH_OK to accept the pushed stream, after setting its callbacks. @see CURLMOPT_PUSHFUNCTION(3) */
  PUSHFUNCTION(parent: Easy, easy: Easy, headers: string[], userp: unknown): number
  /** @see CURLMOPT_NOTIFYFUNCTION(3) */
  NOTIFYFUNCTION(multi: Multi, notification: CurlNotification, easy: Easy | null, userp: unknown): void
}

type MultiCallbackName = keyof MultiCallbacks
const DATA_OPTIONS: Record<string, MultiCallbackName> = {
  SOCKETDATA: 'SOCKETFUNCTION',
  TIMERDATA: 'TIMERFUNCTION',
  PUSHDATA: 'PUSHFUNCTION',
  NOTIFYDATA: 'NOTIFYFUNCTION',
}

interface Waiting {
  resolve: () => void
  reject: (error: unknown) => void
  release: () => void
  /** The handle stays in the multi handle after a success, because it holds a connection of CONNECT_ONLY. */
  stays?: boolean
}

function cancelled(reason?: unknown): CurlError {
  const options = reason === undefined ? undefined : { cause: reason }
  return new CurlError(c.CURLE_ABORTED_BY_CALLBACK, 'the transfer was cancelled', options)
}

/** @see libcurl-multi(3) */
export class Multi {
  readonly #libcurl: Libcurl
  #pointer: MultiPtr
  readonly #easies = new Set<Easy>()
  readonly #waiting = new Map<Easy, Waiting>()
  readonly #messages: Message[] = []
  readonly #assigned = new Map<number, unknown>()
  readonly #callbacks: Partial<MultiCallbacks> = {}
  readonly #userdata: Partial<Record<MultiCallbackName, unknown>> = {}
  readonly #drive: Drive
  #fault: unknown

  constructor() {
    this.#libcurl = current()
    this.#pointer = this.#libcurl.exports.multi_init()
    if (this.#pointer === 0) throw new CurlMultiError(c.CURLM_OUT_OF_MEMORY, 'curl_multi_init failed')
    this.#drive = new Drive(this.#libcurl.host, (s, events) => this.#act(s, events))
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
   * signal's reason.
   */
  async perform(easy: Easy, options: { signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = options
    // libcurl cannot be entered from inside a callback: wait until that has returned
    if (this.#libcurl.callbackDepth > 0) await null
    this.#throwIfAborted(signal)
    this.add(easy)
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { resolve, reject, release: () => {} }
      // later, because libcurl cannot be entered from inside a callback; the handle may perform another transfer by
      // then
      const aborted = (): void =>
        queueMicrotask(() => {
          if (this.#waiting.get(easy) === waiting) this.cancel(easy, signal!.reason)
        })
      if (signal) waiting.release = onAbort(signal, aborted)
      this.#waiting.set(easy, waiting)
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
    this.#waiting.set(easy, { resolve: ended, reject: ended as (error: unknown) => void, release: () => {}, stays })
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
    this.#easies.add(easy)
  }

  /** Removes a handle, whatever the state of its transfer. @throws CurlMultiError @see curl_multi_remove_handle(3) */
  remove(easy: Easy): void {
    const result = this.#libcurl.exports.curl_multi_remove_handle(this.pointer, easy.pointer)
    // with ABORTED_BY_CALLBACK it was removed all the same: that is the result of a callback that was called meanwhile
    if (result !== c.CURLM_ABORTED_BY_CALLBACK) this.#check(result, 'remove')
    if (!this.#easies.has(easy)) return
    this.#forget(easy)
    const unread = this.#messages.findIndex((message) => message.easy === easy)
    if (unread >= 0) this.#messages.splice(unread, 1)
    this.#settle(easy, cancelled())
  }

  /** Forgets a handle that libcurl has removed. */
  #forget(easy: Easy): void {
    this.#easies.delete(easy)
    easy.multi = null
    easy.end()
    easy.releaseReplaced()
  }

  /** Ends a transfer as if a callback had aborted it. Does nothing if the handle is not in. @internal */
  cancel(easy: Easy, reason?: unknown): void {
    if (!this.#easies.has(easy)) return
    // settled first, so that the promise settles even if the removal fails
    const error = cancelled(reason)
    this.#settle(easy, error)
    easy.end(reason ?? error)
    this.remove(easy)
  }

  /** Settles the promise of perform(), or calls `ended` of start(). */
  #settle(easy: Easy, error: CurlError | undefined): void {
    const waiting = this.#waiting.get(easy)
    if (!waiting) return
    this.#waiting.delete(easy)
    waiting.release()
    if (error) waiting.reject(error)
    else waiting.resolve()
  }

  /** The handles in the order in which they were added. @see curl_multi_get_handles(3) */
  handles(): Easy[] {
    return [...this.#easies]
  }

  /**
   * The next result of a transfer that was started with add(); undefined if there is none. The handle stays in the
   * multi handle until it is removed.
   * @see curl_multi_info_read(3)
   */
  infoRead(): Message | undefined {
    if (!this.broken) this.#readMessages()
    return this.#messages.shift()
  }

  /** Reads all of libcurl's messages, because the count of running transfers does not say which have ended. */
  #readMessages(): void {
    const { exports, host, easies } = this.#libcurl
    this.#libcurl.withSpace(4, (out) => {
      for (
        let pointer = exports.multi_info_read(this.pointer, out);
        pointer !== 0;
        pointer = exports.multi_info_read(this.pointer, out)
      ) {
        const easy = easies.get(pointer)
        if (!easy) continue
        const result = host.memory.u32(out)
        this.#tell(easy, result)
      }
    })
  }

  /** Reports that a transfer has ended. If a callback has thrown, it has failed, even if libcurl reports success. */
  #tell(easy: Easy, code: number): void {
    const result = code === c.CURLE_OK && easy.fault !== undefined ? c.CURLE_ABORTED_BY_CALLBACK : code
    const error = result === c.CURLE_OK ? undefined : easy.error(result)
    easy.end(error)
    if (this.#waiting.has(easy)) this.#end(easy, error)
    else this.#messages.push({ easy, result: error?.number ?? result, error })
  }

  #end(easy: Easy, error: CurlError | undefined): void {
    if (!error && this.#waiting.get(easy)!.stays) return this.#settle(easy, undefined)
    const { exports } = this.#libcurl
    exports.curl_multi_remove_handle(this.pointer, easy.pointer)
    this.#forget(easy)
    this.#settle(easy, error)
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
    this.#readMessages()
    if (result < 0) this.#fail(-result - 1, what)
    return result
  }

  /** Throws the error of a call. If a callback has failed, all transfers fail too. */
  #fail(result: number, what: string): never {
    const error = this.#multiError(result, what)
    if (result === c.CURLM_ABORTED_BY_CALLBACK) this.#failAll(error)
    throw error
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
    this.#assigned.set(s, value)
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
    const { exports } = this.#libcurl
    const dataOf = DATA_OPTIONS[name]
    if (dataOf) {
      this.#userdata[dataOf] = value
      return c.CURLM_OK
    }
    if (name === 'SOCKETFUNCTION' || name === 'TIMERFUNCTION' || name === 'PUSHFUNCTION' || name === 'NOTIFYFUNCTION') {
      return this.#setCallback(name, value)
    }
    if (id < CURLOPTTYPE_OBJECTPOINT) return exports.multi_setopt_long(this.pointer, id, toLong(name, value))
    if (id >= CURLOPTTYPE_OFF_T) return exports.multi_setopt_off_t(this.pointer, id, toOffT(name, value))
    // PIPELINING_SITE_BL and PIPELINING_SERVER_BL have had no effect since libcurl 7.62.0
    if (value !== null) throw wrongType(name, 'null (it has no effect since libcurl 7.62.0)', value)
    return exports.multi_setopt_pointer(this.pointer, id, 0)
  }

  #setCallback(name: MultiCallbackName, value: unknown): number {
    if (value !== null && value !== undefined && typeof value !== 'function')
      throw wrongType(name, 'a function or null', value)
    const result = this.#enableCallback(name, value ? 1 : 0)
    if (result === c.CURLM_OK) this.#callbacks[name] = (value ?? undefined) as never
    return result
  }

  #enableCallback(name: MultiCallbackName, enable: number): number {
    if (name === 'PUSHFUNCTION') return this.#libcurl.exports.multi_setopt_push(this.pointer, enable)
    if (name === 'NOTIFYFUNCTION') return this.#libcurl.exports.multi_setopt_notify(this.pointer, enable)
    // libcurl always reports sockets and its timer; onSocket and onTimer decide whether the callback gets them
    if (enable && name === 'SOCKETFUNCTION') this.#drive.stopWatching()
    if (enable && name === 'TIMERFUNCTION') this.#drive.setTimer(-1)
    return c.CURLM_OK
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

  // --- what libcurl reports: called by callbacks.ts, from inside libcurl ---

  /** @internal */
  onSocket(easy: Easy | null, s: number, what: CurlPoll, assigned: boolean): number {
    const socketp = assigned ? this.#assigned.get(s) : undefined
    if (what === c.CURL_POLL_REMOVE) this.#assigned.delete(s)
    const callback = this.#callbacks.SOCKETFUNCTION
    if (callback) return callback(easy, s, what, this.#userdata.SOCKETFUNCTION, socketp) ?? 0
    this.#drive.watch(s, what)
    return 0
  }

  /** @internal */
  onTimer(ms: number): number {
    const callback = this.#callbacks.TIMERFUNCTION
    if (callback) return callback(this, ms, this.#userdata.TIMERFUNCTION) ?? 0
    this.#drive.setTimer(ms)
    return 0
  }

  /** @internal */
  onPush(parent: Easy, pointer: EasyPtr, headers: string[]): number {
    const pushed = parent.adopt(pointer)
    pushed.multi = this // so that it cannot be closed before it is accepted
    let answer: number = c.CURL_PUSH_DENY
    try {
      answer = this.#callbacks.PUSHFUNCTION!(parent, pushed, headers, this.#userdata.PUSHFUNCTION)
    } catch (error) {
      parent.fault ??= error
    }
    if (answer === c.CURL_PUSH_OK) this.#easies.add(pushed)
    else pushed.disown()
    return answer
  }

  /** @internal */
  onNotify(notification: CurlNotification, easy: Easy | null): void {
    try {
      this.#callbacks.NOTIFYFUNCTION?.(this, notification, easy, this.#userdata.NOTIFYFUNCTION)
    } catch (error) {
      reportLater(error)
    }
  }

  /** Keeps the exception of one of the callbacks above. @internal */
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
      this.#readMessages()
      if (result < 0) this.#failAll(this.#multiError(-result - 1, 'socket_action'))
    } catch {
      // the module has trapped, which Libcurl.trap() reports
    }
  }

  /** Ends all transfers, with the exception of a callback, or with the error of the call. */
  #failAll(error: CurlMultiError): void {
    const cause = error.cause ?? error
    for (const easy of this.#easies) {
      if (this.#waiting.has(easy)) this.cancel(easy, cause)
      else if (!this.#messages.some((message) => message.easy === easy)) {
        easy.fault ??= cause
        this.#tell(easy, c.CURLE_ABORTED_BY_CALLBACK)
      }
    }
  }

  /** Set once the module has trapped. @internal */
  get broken(): CurlError | null {
    return this.#libcurl.trapped
  }

  /** Ends all transfers with the error of a trap. @internal */
  breakDown(error: CurlError): void {
    this.#drive.stop()
    for (const easy of this.#easies) {
      easy.multi = null
      easy.end(error)
      if (this.#waiting.has(easy)) this.#settle(easy, error)
      else this.#messages.push({ easy, result: error.number, error })
    }
    this.#easies.clear()
  }

  /**
   * Ends the handle and closes its connections. Running transfers end with CURLE_ABORTED_BY_CALLBACK.
   * @throws CurlMultiError from inside a callback
   * @see curl_multi_cleanup(3)
   */
  close(): void {
    if (this.#pointer === 0) return
    if (this.#libcurl.callbackDepth > 0) throw this.#multiError(c.CURLM_RECURSIVE_API_CALL, 'close')
    for (const easy of [...this.#easies]) this.cancel(easy)
    this.#check(this.#libcurl.exports.curl_multi_cleanup(this.#pointer), 'close')
    this.#drive.stop()
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

/** Returns a function that makes something with a multi handle at its first call, and again after a trap. */
export function whileWorking<T extends { multi: Multi }>(make: () => Promise<T>): () => Promise<T> {
  let made: T | null = null
  let making: Promise<T> | null = null
  return () => {
    if (made && !made.multi.broken) return Promise.resolve(made)
    return (making ??= make()
      .then((value) => (made = value))
      .finally(() => (making = null)))
  }
}
