// Options that features set for an application: options by name, except those that the feature needs itself, and the
// certificates and keys of TLS.
import type { Easy } from './easy.js'
import { current } from './libcurl.js'
import type { EasyOptions } from './option-types.gen.js'
import { findOption } from './easy-options.js'

/**
 * Sets options by name, with or without 'CURLOPT_'. `where` says where they come from, for errors. `refusal` returns
 * why an option is refused, or undefined. Options for which `isWanted` is false are skipped.
 * @throws TypeError that names the option
 */
export function setNamed(
  easy: Easy,
  options: object,
  where: string,
  refusal: (name: string) => string | undefined,
  isWanted: (name: string) => boolean = () => true,
): void {
  for (const [option, value] of Object.entries(options)) {
    try {
      const { name } = findOption(current(), option)
      const reason = refusal(name)
      if (reason !== undefined) throw new TypeError(reason)
      if (isWanted(name)) easy.setopt(name as keyof EasyOptions, value as never)
    } catch (cause) {
      throw new TypeError(`${where}: ${(cause as Error).message}`, { cause })
    }
  }
}

/** Certificates and keys, as PEM. */
export interface Credentials {
  ca?: Uint8Array
  cert?: Uint8Array
  key?: Uint8Array
  passphrase?: string
}

export function setCredentials(easy: Easy, { ca, cert, key, passphrase }: Credentials): void {
  if (ca !== undefined) easy.setopt('CAINFO_BLOB', ca)
  if (cert !== undefined) easy.setopt('SSLCERT_BLOB', cert)
  // Mbed TLS does not look for a key in the certificate by itself
  const from = key ?? cert
  if (from !== undefined) easy.setopt('SSLKEY_BLOB', from)
  if (passphrase !== undefined) easy.setopt('KEYPASSWD', passphrase)
}
