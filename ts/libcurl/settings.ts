// Options of libcurl that are set on somebody's behalf: any by name, but for those that whoever asks needs itself; and whom
// TLS trusts, and as whom it goes.
import type { Easy } from './easy.js'
import { current } from './libcurl.js'
import type { EasyOptions } from './options.gen.js'
import { findOption } from './options.js'

/**
 * Sets options by name, with or without 'CURLOPT_'. `where` is where they come from; `refusal` says why one of a name is not
 * taken, if it is not; one that `isWanted` turns down is left out.
 * @throws TypeError, naming the option
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

/** PEM. */
export interface Credentials {
  ca?: Uint8Array
  cert?: Uint8Array
  key?: Uint8Array
  passphrase?: string
}

export function setCredentials(easy: Easy, { ca, cert, key, passphrase }: Credentials): void {
  if (ca !== undefined) easy.setopt('CAINFO_BLOB', ca)
  if (cert !== undefined) easy.setopt('SSLCERT_BLOB', cert)
  if (key !== undefined) easy.setopt('SSLKEY_BLOB', key)
  if (passphrase !== undefined) easy.setopt('KEYPASSWD', passphrase)
}
