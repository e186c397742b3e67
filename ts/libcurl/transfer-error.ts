// The error of a transfer: from libcurl's result code and message, and from what the host knows of the failure.
import { HostError } from '../../shim/failures.js'
import * as c from './constants.gen.js'
import { CurlError } from './errors.js'
import type { Libcurl } from './libcurl.js'

/** The results that libcurl has for a failed connection, whatever it was doing with it. */
const NETWORK_ERRORS: ReadonlySet<number> = new Set([
  c.CURLE_COULDNT_RESOLVE_PROXY,
  c.CURLE_COULDNT_RESOLVE_HOST,
  c.CURLE_COULDNT_CONNECT,
  c.CURLE_WEIRD_SERVER_REPLY,
  c.CURLE_FTP_CANT_GET_HOST,
  c.CURLE_HTTP2,
  c.CURLE_PARTIAL_FILE,
  c.CURLE_OPERATION_TIMEDOUT,
  c.CURLE_SSL_CONNECT_ERROR,
  c.CURLE_GOT_NOTHING,
  c.CURLE_SEND_ERROR,
  c.CURLE_RECV_ERROR,
  c.CURLE_HTTP2_STREAM,
  c.CURLE_PROXY,
])

/** `written` is what libcurl wrote into the error buffer, '' for nothing. `fault` is the exception of a callback, if one has thrown. */
export function transferError(libcurl: Libcurl, result: number, written: string, fault: unknown): CurlError {
  const message = written || libcurl.easyStrerror(result)
  if (fault !== undefined) return new CurlError(result, message, { cause: fault })
  const failure = libcurl.host.failures.last
  if (failure instanceof HostError)
    return new CurlError(result, `${message}: ${failure.message}`, { cause: failure.cause })
  if (failure === null || !NETWORK_ERRORS.has(result)) return new CurlError(result, message)
  const { reason, neverMade } = failure
  // libcurl took the connection for established, and reports that it broke
  if (neverMade) return new CurlError(c.CURLE_COULDNT_CONNECT, `Could not connect: ${reason}`, { cause: failure })
  if (reason === undefined) return new CurlError(result, message, { cause: failure })
  // the host's reason replaces this part, which says no more
  const before = message.replace(/: Could not connect to server$/, '')
  return new CurlError(result, `${before}: ${reason}`, { cause: failure })
}
