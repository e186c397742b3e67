// Share handles (C side: wasm/src/libcurl/share.c): cookies, names, TLS sessions and the like for several easy handles.
import * as c from './constants.gen.js'
import { CurlShareError } from './errors.js'
import type { SharePtr } from './wasm-exports.js'
import { born, closed } from './lifetime.js'
import { current, type Libcurl } from './libcurl.js'
import type { ShareOptions } from './option-types.gen.js'
import { toLong } from './option-values.js'

/** @see curl_share_init(3) */
export class Share {
  readonly #libcurl: Libcurl
  #pointer: SharePtr

  constructor() {
    this.#libcurl = current()
    this.#pointer = this.#libcurl.exports.curl_share_init()
    if (this.#pointer === 0) throw new CurlShareError(c.CURLSHE_NOMEM, 'curl_share_init: out of memory')
    born(this, 'Share')
  }

  /** The handle itself. Throws if it is closed. For the other handles of this package. @internal */
  get pointer(): SharePtr {
    if (this.#pointer === 0) throw new TypeError('this share handle is closed')
    return this.#pointer
  }

  /** Sets an option by number. @throws CurlShareError @see curl_share_setopt(3) */
  setopt(option: number, data: unknown): this
  /**
   * Shares or stops sharing one kind of data (CURL_LOCK_DATA_*). There is one thread, so the options for locks are
   * refused.
   * @throws CurlShareError
   * @see curl_share_setopt(3)
   */
  setopt<N extends keyof ShareOptions>(option: N | `CURLSHOPT_${N}`, data: ShareOptions[N]): this
  setopt(option: string | number, data: unknown): this {
    const names: Record<string, number> = { SHARE: c.CURLSHOPT_SHARE, UNSHARE: c.CURLSHOPT_UNSHARE }
    const id = typeof option === 'number' ? option : names[option.replace(/^CURLSHOPT_/, '')]
    if (id !== c.CURLSHOPT_SHARE && id !== c.CURLSHOPT_UNSHARE) {
      throw new CurlShareError(c.CURLSHE_BAD_OPTION, `a share handle has the options SHARE and UNSHARE, not ${option}`)
    }
    const result = this.#libcurl.exports.share_setopt(this.pointer, id, toLong('the kind of data to share', data))
    if (result !== 0) throw this.#error(result, `${option}(${data})`)
    return this
  }

  /**
   * Ends the handle, which no easy handle may use any more.
   * @throws CurlShareError CURLSHE_IN_USE while an easy handle uses it
   * @see curl_share_cleanup(3)
   */
  close(): void {
    if (this.#pointer === 0) return
    const result = this.#libcurl.exports.curl_share_cleanup(this.#pointer)
    if (result !== 0) throw this.#error(result, 'close()')
    this.#pointer = 0 as SharePtr
    closed(this)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #error(result: number, what: string): CurlShareError {
    return new CurlShareError(
      result,
      `${what}: ${this.#libcurl.string(this.#libcurl.exports.curl_share_strerror(result))}`,
    )
  }
}
