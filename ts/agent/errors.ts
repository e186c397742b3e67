// Errors of connections with the names that Node has for them, so that programs and retries recognize them.
import * as c from '../libcurl/constants.gen.js'
import type { CurlError } from '../libcurl/errors.js'

/** What an error of Node has besides its message. */
interface About {
  code: string
  syscall: string
  hostname?: string
  address?: string
}

function systemError(about: About, cause: CurlError): Error {
  const { code, syscall, hostname, address } = about
  const where = hostname ?? address
  const message = where === undefined ? `${syscall} ${code}` : `${syscall} ${code} ${where}`
  return Object.assign(new Error(message, { cause }), about)
}

/**
 * The error that Node has for one of libcurl, whose cause that one is: ENOTFOUND, ECONNREFUSED, ECONNRESET and so on.
 * libcurl's itself where Node has none, as for TLS.
 */
export function nodeError(error: CurlError, hostname: string): Error {
  const { code } = Object((error as { cause?: unknown }).cause) as { code?: unknown }
  switch (error.number) {
    case c.CURLE_COULDNT_RESOLVE_HOST:
      return systemError({ code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname }, error)
    case c.CURLE_COULDNT_CONNECT:
      return typeof code === 'string' ? systemError({ code, syscall: 'connect', address: hostname }, error) : error
    case c.CURLE_GOT_NOTHING:
    case c.CURLE_RECV_ERROR:
      return code === 'ECONNRESET' ? systemError({ code, syscall: 'read' }, error) : error
    case c.CURLE_SEND_ERROR:
      return code === 'ECONNRESET' || code === 'EPIPE' ? systemError({ code, syscall: 'write' }, error) : error
    default:
      return error
  }
}
