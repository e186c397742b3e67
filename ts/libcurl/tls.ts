// The TLS version and cipher of a handle's connection, while that is in use (C side: wasm/src/libcurl/openssl, mbedtls).
import type { Easy } from './easy.js'
import { current } from './libcurl.js'

export interface Handshake {
  /** For example 'TLSv1.3'. */
  version: string
  /** For example 'TLS_CHACHA20_POLY1305_SHA256'. */
  cipher: string
}

/** null without TLS to the server, or without a connection. TLS to a proxy does not count. */
export function handshakeOf({ pointer }: Easy): Handshake | null {
  const libcurl = current()
  const version = libcurl.string(libcurl.exports.tls_version(pointer))
  return version === null ? null : { version, cipher: libcurl.string(libcurl.exports.tls_cipher(pointer))! }
}
