// The public suffix list in the module (C side: wasm/src/libcurl/psl.c).
import { current } from './libcurl.js'

/** Whether anybody can register names under `domain`: com, co.uk, github.io. */
export function isPublicSuffix(domain: string): boolean {
  const libcurl = current()
  const name = domain.toLowerCase().replace(/\.+$/, '')
  return libcurl.withString(name, (at) => libcurl.exports.is_public_suffix(at) !== 0)
}
