// node-libcurl's Share over this package's.
import { CURLSHOPT_SHARE, CURLSHOPT_UNSHARE } from '../libcurl/constants.gen.js'
import { CurlShareError } from '../libcurl/errors.js'
import { Share as Handle } from '../libcurl/share.js'
import { shareStrerror } from '../libcurl/strerror.js'
import { CurlShareCode } from './codes.gen.js'
import type { CurlShareLock, CurlShareOption } from './enums.js'
import { CurlSharedError } from './errors.js'
import { started } from './start.js'

/** This package's handle of a Share. @internal */
export let shareOf: (share: Share) => Handle

/** Shares data between Easy handles. @see libcurl-share(3) */
export class Share {
  readonly #handle: Handle
  #open = true

  static {
    shareOf = (share) => {
      if (!share.#open) throw new CurlSharedError('Share handle is already closed.', CurlShareCode.CURLSHE_INVALID)
      return share.#handle
    }
  }

  constructor() {
    started()
    this.#handle = new Handle()
  }

  /** Shares a kind of data, or stops to. @see curl_share_setopt(3) */
  setOpt(option: CurlShareOption, value: CurlShareLock): CurlShareCode {
    const handle = shareOf(this)
    if (arguments.length < 2) throw new TypeError('Wrong number of arguments')
    if (typeof value !== 'number') throw new TypeError('Option value must be an integer.')
    const id = { SHARE: CURLSHOPT_SHARE, UNSHARE: CURLSHOPT_UNSHARE }[String(option)] ?? Number(option)
    try {
      handle.setopt(id, value)
      return CurlShareCode.CURLSHE_OK
    } catch (error) {
      if (error instanceof CurlShareError) return error.number
      throw error
    }
  }

  /** @throws CurlSharedError CURLSHE_IN_USE while an Easy uses it @see curl_share_cleanup(3) */
  close(): void {
    if (!this.#open) throw new CurlSharedError('Share handle already closed.', CurlShareCode.CURLSHE_INVALID)
    try {
      this.#handle.close()
      this.#open = false
    } catch (error) {
      const { message, number } = error as CurlShareError
      throw new CurlSharedError(message, number, { cause: error })
    }
  }

  /** What a result code means. @see curl_share_strerror(3) */
  strError(errorCode: CurlShareCode): string {
    return Share.strError(errorCode)
  }

  static strError(errorCode: CurlShareCode): string {
    started()
    if (typeof errorCode !== 'number') throw new TypeError('Invalid errCode passed to Share.strError.')
    return shareStrerror(errorCode)
  }
}
