// The transfers of a multi handle: the easy handles in it, what to call when each has ended, and the results that wait
// for infoRead().
import { Bag } from '../common/bag.js'
import * as c from './constants.gen.js'
import type { Easy } from './easy.js'
import { CurlError } from './errors.js'
import type { Libcurl } from './libcurl.js'
import type { Multi } from './multi.js'
import type { EasyPtr } from './wasm-exports.js'

/** The result of a transfer that has ended. `error` is undefined for a success. @see curl_multi_info_read(3) */
export interface Message {
  easy: Easy
  result: number
  error: CurlError | undefined
}

/** What is to be called when a transfer has ended. */
export interface Waiting {
  resolve: () => void
  reject: (error: unknown) => void
  release: () => void
  /** The handle stays in the multi handle: after a success, because it holds a connection, or always. */
  stays?: 'connected' | 'always'
}

export function cancelled(reason?: unknown): CurlError {
  const options = reason === undefined ? undefined : { cause: reason }
  return new CurlError(c.CURLE_ABORTED_BY_CALLBACK, 'the transfer was cancelled', options)
}

export class Transfers {
  readonly #libcurl: Libcurl
  readonly #multi: Multi
  readonly #easies = new Bag<Easy>()
  readonly #messages: Message[] = []
  /** How many handles have been added so far. */
  #added = 0

  constructor(libcurl: Libcurl, multi: Multi) {
    this.#libcurl = libcurl
    this.#multi = multi
  }

  /** The handles in the order in which they were added. */
  get handles(): Easy[] {
    return this.#easies.all().sort((a, b) => a.added - b.added)
  }

  has(easy: Easy): boolean {
    return this.#easies.has(easy)
  }

  /** Notes a handle that libcurl has added. */
  add(easy: Easy): void {
    easy.added = this.#added++
    this.#easies.add(easy)
  }

  /** Forgets a handle that libcurl has removed. Its transfer, if it has not ended, was cancelled. */
  remove(easy: Easy): void {
    if (!this.#easies.has(easy)) return
    this.#forget(easy)
    const unread = this.#messages.findIndex((message) => message.easy === easy)
    if (unread >= 0) this.#messages.splice(unread, 1)
    this.settle(easy, cancelled())
  }

  #forget(easy: Easy): void {
    this.#easies.delete(easy)
    easy.multi = null
    easy.end()
    easy.releaseReplaced()
  }

  /** Calls `waiting` when the transfer has ended, instead of keeping a message for infoRead(). */
  wait(easy: Easy, waiting: Waiting): void {
    easy.waiting = waiting
  }

  isWaiting(easy: Easy, waiting: Waiting): boolean {
    return easy.waiting === waiting
  }

  /** Settles the promise of perform(), or calls `ended` of start(). */
  settle(easy: Easy, error: CurlError | undefined): void {
    const { waiting } = easy
    if (!waiting) return
    easy.waiting = null
    waiting.release()
    if (error) waiting.reject(error)
    else waiting.resolve()
  }

  // --- messages ---

  /** Takes the oldest message that has not been read. */
  takeMessage(): Message | undefined {
    return this.#messages.shift()
  }

  /** Reads all of libcurl's messages, because the count of running transfers does not say which have ended. */
  readMessages(): void {
    const { exports, host, easies, result: out } = this.#libcurl
    // the handle may be closed meanwhile, then its pointer throws
    const next = (): EasyPtr => exports.multi_info_read(this.#multi.pointer, out)
    for (let pointer = next(); pointer !== 0; pointer = next()) {
      const easy = easies.get(pointer)
      if (easy) this.#report(easy, host.memory.u32(out))
    }
  }

  /** Reports that a transfer has ended. If a callback has thrown, it has failed, even if libcurl reports success. */
  #report(easy: Easy, code: number): void {
    const result = code === c.CURLE_OK && easy.fault !== undefined ? c.CURLE_ABORTED_BY_CALLBACK : code
    const error = result === c.CURLE_OK ? undefined : easy.error(result)
    easy.end(error)
    if (easy.waiting) this.#end(easy, error)
    else this.#messages.push({ easy, result: error?.number ?? result, error })
  }

  #end(easy: Easy, error: CurlError | undefined): void {
    const { stays } = easy.waiting!
    if (stays === 'always' || (stays && !error)) return this.settle(easy, error)
    this.#libcurl.exports.curl_multi_remove_handle(this.#multi.pointer, easy.pointer)
    this.#forget(easy)
    this.settle(easy, error)
  }

  // --- the end of all ---

  /** Ends all transfers with CURLE_ABORTED_BY_CALLBACK. */
  failAll(cause: unknown): void {
    for (const easy of this.handles) {
      if (!this.has(easy)) continue // what was called for another one has removed it
      if (easy.waiting) this.#multi.cancel(easy, cause)
      else if (!this.#messages.some((message) => message.easy === easy)) {
        easy.fault ??= cause
        this.#report(easy, c.CURLE_ABORTED_BY_CALLBACK)
      }
    }
  }

  /** Ends all transfers with the error of a trap, without calling libcurl. */
  breakDown(error: CurlError): void {
    for (const easy of this.handles) {
      if (!this.has(easy)) continue
      easy.multi = null
      easy.end(error)
      if (easy.waiting) this.settle(easy, error)
      else this.#messages.push({ easy, result: error.number, error })
      this.#easies.delete(easy)
    }
  }
}
