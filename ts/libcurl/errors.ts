// Errors: one class for each family of libcurl's result codes. `code` is the symbol, `number` the value.
import {
  CURLcode,
  CURLHcode,
  CURLMcode,
  CURLSHcode,
  CURLUcode,
  type CurlCode,
  type CurlHeaderCode,
  type CurlMultiCode,
  type CurlShareCode,
  type CurlUrlCode,
} from './constants.gen.js'
import type { Timings } from './timings.js'

/** The base class of all errors of libcurl. */
export class LibcurlError extends Error {
  /** The symbol of the result code, such as 'CURLE_COULDNT_CONNECT'. */
  readonly code: string
  /** The result code itself. */
  readonly number: number

  constructor(symbols: Readonly<Record<number, string>>, number: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.number = number
    this.code = symbols[number] ?? `unknown code ${number}`
  }
}

/**
 * A transfer failed, or an easy handle refused something. `message` is what libcurl wrote into the error buffer.
 * `cause` is the exception of a callback, if that ended the transfer.
 * @see libcurl-errors(3)
 */
export class CurlError extends LibcurlError {
  static {
    this.prototype.name = 'CurlError'
  }
  declare readonly code: CurlCode
  /** How long each phase took until the failure. Only errors of fetch() have it. */
  declare timings?: Timings
  /** The option `timeout` of a Session that has ended it: 'dns', 'connect', 'tls', 'firstByte', 'idle' or 'total'. */
  declare phase?: string
  constructor(number: number, message: string, options?: ErrorOptions) {
    super(CURLcode, number, message, options)
  }
}

/** A call on a multi handle failed: it concerns the handle, not a transfer. @see libcurl-errors(3), CURLMcode */
export class CurlMultiError extends LibcurlError {
  static {
    this.prototype.name = 'CurlMultiError'
  }
  declare readonly code: CurlMultiCode
  constructor(number: number, message: string, options?: ErrorOptions) {
    super(CURLMcode, number, message, options)
  }
}

/** A call on a share handle failed. @see libcurl-errors(3), CURLSHcode */
export class CurlShareError extends LibcurlError {
  static {
    this.prototype.name = 'CurlShareError'
  }
  declare readonly code: CurlShareCode
  constructor(number: number, message: string) {
    super(CURLSHcode, number, message)
  }
}

/** A header could not be looked up. @see libcurl-errors(3), CURLHcode */
export class CurlHeaderError extends LibcurlError {
  static {
    this.prototype.name = 'CurlHeaderError'
  }
  declare readonly code: CurlHeaderCode
  constructor(number: number, message: string) {
    super(CURLHcode, number, message)
  }
}

/** A URL could not be parsed. @see libcurl-errors(3), CURLUcode */
export class CurlUrlError extends LibcurlError {
  static {
    this.prototype.name = 'CurlUrlError'
  }
  declare readonly code: CurlUrlCode
  constructor(number: number, message: string) {
    super(CURLUcode, number, message)
  }
}
