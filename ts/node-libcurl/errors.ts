// node-libcurl's errors: `code` is the number of the result, where this package's own errors have its symbol.
import { CurlCode, type CurlMultiCode, type CurlShareCode } from './codes.gen.js'
import { started } from './start.js'

/** The base class of all. */
export class CurlError extends Error {
  static override readonly name: string = 'CurlError'
}

/** An Easy or a Curl has failed, or refused something. */
export class CurlEasyError extends CurlError {
  static override readonly name = 'CurlEasyError'
  constructor(
    message: string,
    readonly code: CurlCode,
    errorOptions?: ErrorOptions,
  ) {
    super(message, errorOptions)
  }
}

/** A Multi has refused something. */
export class CurlMultiError extends CurlError {
  static override readonly name = 'CurlMultiError'
  constructor(
    message: string,
    readonly code: CurlMultiCode,
    errorOptions?: ErrorOptions,
  ) {
    super(message, errorOptions)
  }
}

/** A Share has refused something. */
export class CurlSharedError extends CurlError {
  static override readonly name = 'CurlSharedError'
  constructor(
    message: string,
    readonly code: CurlShareCode,
    errorOptions?: ErrorOptions,
  ) {
    super(message, errorOptions)
  }
}

/**
 * The error of a transfer. `fault` is the exception of a callback, if one has thrown: it becomes the cause. Otherwise
 * the cause is this package's own error, whose message has the details.
 */
export function requestError(code: CurlCode, detail: unknown, fault: unknown): CurlEasyError {
  if (fault !== undefined)
    return new CurlEasyError('Request was aborted by a callback', CurlCode.CURLE_ABORTED_BY_CALLBACK, { cause: fault })
  return new CurlEasyError(`Request failed: ${started().easyStrerror(code)}`, code, { cause: detail })
}
