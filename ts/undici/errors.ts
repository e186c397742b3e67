// Errors with the names and codes of undici's, so that programs, interceptors and retries recognize them. undici's
// classes recognize them too (instanceof), by a symbol that each error has.
// @see https://undici.nodejs.org/#/docs/api/Errors
import * as c from '../libcurl/constants.gen.js'
import type { CurlError } from '../libcurl/errors.js'
import { nodeError } from '../agent/errors.js'

const ERRORS = {
  UND_ERR_ABORTED: ['AbortError', 'Request aborted'],
  UND_ERR_BODY_TIMEOUT: ['BodyTimeoutError', 'Body Timeout Error'],
  UND_ERR_CLOSED: ['ClientClosedError', 'The client is closed'],
  UND_ERR_CONNECT_TIMEOUT: ['ConnectTimeoutError', 'Connect Timeout Error'],
  UND_ERR_DESTROYED: ['ClientDestroyedError', 'The client is destroyed'],
  UND_ERR_HEADERS_OVERFLOW: ['HeadersOverflowError', 'Headers Overflow Error'],
  UND_ERR_HEADERS_TIMEOUT: ['HeadersTimeoutError', 'Headers Timeout Error'],
  UND_ERR_INVALID_ARG: ['InvalidArgumentError', 'Invalid Argument Error'],
  UND_ERR_NOT_SUPPORTED: ['NotSupportedError', 'Not supported error'],
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: [
    'RequestContentLengthMismatchError',
    'Request body length does not match content-length header',
  ],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: [
    'ResponseContentLengthMismatchError',
    'Response body length does not match content-length header',
  ],
  UND_ERR_RES_EXCEEDED_MAX_SIZE: ['ResponseExceededMaxSizeError', 'Response content exceeded max size'],
  UND_ERR_SOCKET: ['SocketError', 'Socket error'],
} as const

export type UndiciErrorCode = keyof typeof ERRORS

/** An error that undici has, by its code. `cause` is libcurl's error, if there was one. */
export class UndiciError extends Error {
  readonly code: UndiciErrorCode
  /** Of a SocketError: the addresses and the bytes of its connection. */
  declare readonly socket?: SocketFacts

  constructor(code: UndiciErrorCode, message: string = ERRORS[code][1], options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.name = ERRORS[code][0]
    for (const each of ['UND_ERR', code === 'UND_ERR_ABORTED' ? 'UND_ERR_ABORT' : code, code]) mark(this, each)
  }
}

/** What undici's SocketError has. */
export interface SocketFacts {
  localAddress: string | undefined
  localPort: number | undefined
  remoteAddress: string | undefined
  remotePort: number | undefined
  bytesWritten: number
  bytesRead: number
}

/** Makes `instanceof` of the class of undici true that has this code. */
function mark(error: Error, code: string): void {
  Object.defineProperty(error, Symbol.for(`undici.error.${code}`), { value: true, configurable: true })
}

export const invalidArgument = (message: string): UndiciError => new UndiciError('UND_ERR_INVALID_ARG', message)

/** As undici's, for a response that its parser refuses. `code` is that of llhttp. */
function parserError(code: string, cause: CurlError): Error {
  const message = `Response does not match the HTTP/1.1 protocol (${(cause.cause as Error)?.message ?? cause.message})`
  const error = Object.assign(new Error(message, { cause }), { name: 'HTTPParserError', code })
  mark(error, 'UND_ERR_HTTP_PARSER')
  return error
}

/** What is known of a transfer that has failed. */
export interface FailedTransfer {
  hostname: string
  /** Its connection was established. */
  connected: boolean
  socket: SocketFacts
  /** The response's headers say that its end is that of the connection. */
  closing: boolean
}

/** The error that undici has for one of libcurl; that one itself where undici has none, as for TLS. */
export function undiciError(error: CurlError, { hostname, connected, socket, closing }: FailedTransfer): unknown {
  const { cause } = error as { cause?: unknown }
  if (cause instanceof UndiciError) return cause
  const asNode = nodeError(error, hostname)
  if (asNode !== error) return asNode
  const socketError = (text: string): UndiciError =>
    Object.assign(new UndiciError('UND_ERR_SOCKET', text, { cause: error }), { socket })
  switch (error.number) {
    case c.CURLE_OPERATION_TIMEDOUT:
      return connected ? error : new UndiciError('UND_ERR_CONNECT_TIMEOUT', undefined, { cause: error })
    case c.CURLE_PARTIAL_FILE:
      // undici's parser finishes such a response when the connection ends, and then finds that it is too short
      if (closing) return new UndiciError('UND_ERR_RES_CONTENT_LENGTH_MISMATCH', undefined, { cause: error })
      return socketError('other side closed')
    case c.CURLE_GOT_NOTHING:
      return socketError('other side closed')
    case c.CURLE_COULDNT_CONNECT:
    case c.CURLE_RECV_ERROR:
    case c.CURLE_SEND_ERROR:
    case c.CURLE_HTTP2:
    case c.CURLE_HTTP2_STREAM:
    case c.CURLE_HTTP3:
    case c.CURLE_QUIC_CONNECT_ERROR:
    case c.CURLE_SEND_FAIL_REWIND:
    case c.CURLE_PROXY:
      return socketError(error.message)
    case c.CURLE_UNSUPPORTED_PROTOCOL: // it would be HTTP/0.9
    case c.CURLE_WEIRD_SERVER_REPLY:
      return parserError('HPE_INVALID_CONSTANT', error)
    case c.CURLE_TOO_LARGE:
      return new UndiciError('UND_ERR_HEADERS_OVERFLOW', undefined, { cause: error })
    case c.CURLE_ABORTED_BY_CALLBACK:
    case c.CURLE_WRITE_ERROR:
      // a head that this package refuses
      return cause instanceof Error ? parserError('HPE_INVALID_HEADER_TOKEN', error) : error
    default:
      return error
  }
}
