// What TLS has agreed on, of a handle whose connection is in use (in C: wasm/src/libcurl/tls.c).
import type { Easy } from './easy.js'
import { current } from './libcurl.js'

export interface Handshake {
  /** Such as 'TLSv1.3'. */
  version: string
  /** Such as 'TLS_CHACHA20_POLY1305_SHA256'. */
  cipher: string
}

/** null where there is no TLS to the server, or no connection. TLS to a proxy does not count. */
export function handshakeOf({ pointer }: Easy): Handshake | null {
  const libcurl = current()
  const version = libcurl.string(libcurl.exports.tls_version(pointer))
  return version === null ? null : { version, cipher: libcurl.string(libcurl.exports.tls_cipher(pointer))! }
}
