// The callbacks of a multi handle (C side: wasm/src/libcurl/multi.c and wasm/src/libcurl/drive.c). Multi.setopt() sets
// them. The module's imports call them: on_socket, on_timer, on_push and on_notify.
//
// An exception cannot pass through libcurl: it is kept on the multi handle, whose call then throws it as the cause of its
// error. libcurl gets the return value that makes it fail.
import { reportLater } from '../common/exceptions.js'
import * as c from './constants.gen.js'
import type { Drive } from './drive.js'
import type { Easy } from './easy.js'
import type { Libcurl } from './libcurl.js'
import type { Multi } from './multi.js'
import type { CurlNotification, CurlPoll } from './option-types.gen.js'
import { wrongType } from './option-values.js'
import type { EasyPtr, MultiPtr, Ptr } from './wasm-exports.js'

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

/** The callback to which each *DATA option belongs. */
const DATA_OPTIONS: Readonly<Record<string, MultiCallbackName>> = {
  SOCKETDATA: 'SOCKETFUNCTION',
  TIMERDATA: 'TIMERFUNCTION',
  PUSHDATA: 'PUSHFUNCTION',
  NOTIFYDATA: 'NOTIFYFUNCTION',
}

function isCallback(option: string): option is MultiCallbackName {
  return (
    option === 'SOCKETFUNCTION' ||
    option === 'TIMERFUNCTION' ||
    option === 'PUSHFUNCTION' ||
    option === 'NOTIFYFUNCTION'
  )
}

/** The callbacks that the application has set, with their user data. */
export class InstalledCallbacks {
  readonly #libcurl: Libcurl
  readonly #multi: Multi
  readonly #drive: Drive
  readonly #callbacks: Partial<MultiCallbacks> = {}
  readonly #userdata: Partial<Record<MultiCallbackName, unknown>> = {}
  /** What assign() has attached to each socket. */
  readonly #assigned = new Map<number, unknown>()

  constructor(libcurl: Libcurl, multi: Multi, drive: Drive) {
    this.#libcurl = libcurl
    this.#multi = multi
    this.#drive = drive
  }

  /** Sets a callback or its user data. Returns a CURLMcode, or undefined if the option is neither. */
  set(option: string, value: unknown): number | undefined {
    if (isCallback(option)) return this.#setCallback(option, value)
    const dataOf = DATA_OPTIONS[option]
    if (!dataOf) return undefined
    this.#userdata[dataOf] = value
    return c.CURLM_OK
  }

  #setCallback(name: MultiCallbackName, value: unknown): number {
    if (value !== null && value !== undefined && typeof value !== 'function')
      throw wrongType(name, 'a function or null', value)
    const result = this.#enable(name, value ? 1 : 0)
    if (result === c.CURLM_OK) this.#callbacks[name] = (value ?? undefined) as never
    return result
  }

  #enable(name: MultiCallbackName, enable: number): number {
    if (name === 'PUSHFUNCTION') return this.#libcurl.exports.multi_setopt_push(this.#multi.pointer, enable)
    if (name === 'NOTIFYFUNCTION') return this.#libcurl.exports.multi_setopt_notify(this.#multi.pointer, enable)
    // libcurl always reports sockets and its timer; onSocket and onTimer decide whether the callback gets them
    if (enable && name === 'SOCKETFUNCTION') this.#drive.stopWatching()
    if (enable && name === 'TIMERFUNCTION') this.#drive.setTimer(-1)
    return c.CURLM_OK
  }

  /** Attaches a value to a socket. */
  assign(s: number, value: unknown): void {
    this.#assigned.set(s, value)
  }

  // --- what libcurl reports ---

  onSocket(easy: Easy | null, s: number, what: CurlPoll, assigned: boolean): number {
    const socketp = assigned ? this.#assigned.get(s) : undefined
    if (what === c.CURL_POLL_REMOVE) this.#assigned.delete(s)
    const callback = this.#callbacks.SOCKETFUNCTION
    if (callback) return callback(easy, s, what, this.#userdata.SOCKETFUNCTION, socketp) ?? 0
    this.#drive.watch(s, what)
    return 0
  }

  onTimer(ms: number): number {
    const callback = this.#callbacks.TIMERFUNCTION
    if (callback) return callback(this.#multi, ms, this.#userdata.TIMERFUNCTION) ?? 0
    this.#drive.setTimer(ms)
    return 0
  }

  onPush(parent: Easy, pointer: EasyPtr, headers: string[]): number {
    const pushed = parent.adopt(pointer)
    pushed.multi = this.#multi // so that it cannot be closed before it is accepted
    let answer: number = c.CURL_PUSH_DENY
    try {
      answer = this.#callbacks.PUSHFUNCTION!(parent, pushed, headers, this.#userdata.PUSHFUNCTION)
    } catch (error) {
      parent.fault ??= error
    }
    if (answer === c.CURL_PUSH_OK) this.#multi.transfers.add(pushed)
    else pushed.disown()
    return answer
  }

  onNotify(notification: CurlNotification, easy: Easy | null): void {
    try {
      this.#callbacks.NOTIFYFUNCTION?.(this.#multi, notification, easy, this.#userdata.NOTIFYFUNCTION)
    } catch (error) {
      reportLater(error)
    }
  }
}

/** The imports of module "libcurl". `instance` is called when they are, which is after the instance exists. */
export function multiCallbackImports(instance: () => Libcurl): Record<string, (...args: never[]) => number | void> {
  const call = (
    pointer: MultiPtr,
    failed: number,
    run: (callbacks: InstalledCallbacks, libcurl: Libcurl) => number,
  ): number => {
    const libcurl = instance()
    const multi = libcurl.multis.get(pointer)
    if (!multi) return failed
    try {
      const result: unknown = libcurl.inCallback(() => run(multi.callbacks, libcurl))
      return typeof result === 'number' ? result : 0
    } catch (error) {
      multi.fault(error)
      return failed
    }
  }

  return {
    on_socket: (multi: MultiPtr, easy: EasyPtr, s: number, what: CurlPoll, socketp: Ptr) =>
      call(multi, -1, (callbacks, libcurl) =>
        callbacks.onSocket(libcurl.easies.get(easy) ?? null, s, what, socketp !== 0),
      ),

    on_timer: (multi: MultiPtr, ms: number) => call(multi, -1, (callbacks) => callbacks.onTimer(ms)),

    on_push: (multi: MultiPtr, parent: EasyPtr, pushed: EasyPtr, count: number, headers: Ptr) =>
      call(multi, c.CURL_PUSH_DENY, (callbacks, libcurl) => {
        const lines = Array.from({ length: count }, (_, i) =>
          libcurl.string(libcurl.exports.curl_pushheader_bynum(headers, i))!,
        )
        return callbacks.onPush(libcurl.easies.get(parent)!, pushed, lines)
      }),

    on_notify: (multi: MultiPtr, notification: CurlNotification, easy: EasyPtr) => {
      call(multi, 0, (callbacks, libcurl) => {
        callbacks.onNotify(notification, libcurl.easies.get(easy) ?? null)
        return 0
      })
    },
  }
}
