// The options that connect() and WebSocket have in common: TLS, a proxy, and any option of libcurl, set on a handle.
import type { Easy } from '../libcurl/easy.js'
import { DEBUG_KINDS, type DebugKind } from '../libcurl/debug-kinds.js'
import type { EasyOptions } from '../libcurl/option-types.gen.js'
import { toBytes, wrongType, type Bytes } from '../libcurl/option-values.js'
import { setCredentials, setNamed } from '../libcurl/named-options.js'

/** How the server is verified, and how the client identifies itself. Certificates and keys are PEM. */
export interface TlsOptions {
  /** The authorities to trust, instead of the default ones. @see CURLOPT_CAINFO_BLOB(3) */
  ca?: Bytes
  /** The client's certificate, with its chain. @see CURLOPT_SSLCERT_BLOB(3) */
  cert?: Bytes
  /** The key of `cert`. @see CURLOPT_SSLKEY_BLOB(3) */
  key?: Bytes
  /** The passphrase of `key`. @see CURLOPT_KEYPASSWD(3) */
  passphrase?: string
  /** false accepts any server. @see CURLOPT_SSL_VERIFYPEER(3), CURLOPT_SSL_VERIFYHOST(3) */
  verify?: boolean
}

/** Options of all connections, whatever they carry. */
export interface ConnectionOptions<Ours extends string = never> {
  /** For example 'http://localhost:3128' or 'socks5h://localhost'; '' for none. @see CURLOPT_PROXY(3) */
  proxy?: string
  curl?: {
    /** Options of libcurl by name, applied last. @see curl_easy_setopt(3) */
    options?: { readonly [N in Exclude<keyof EasyOptions, Ours> as N | `CURLOPT_${N}`]?: EasyOptions[N] }
    /** Gets all that curl -v shows while it connects, and all bytes. @see CURLOPT_DEBUGFUNCTION(3) */
    onDebug?(kind: DebugKind, bytes: Uint8Array<ArrayBuffer>): void
  }
}

/** Options that a connection sets itself. */
export const OURS = [
  'URL',
  'CURLU',
  'CONNECT_ONLY',
  'WRITEFUNCTION',
  'WRITEDATA',
  'HEADERFUNCTION',
  'HEADERDATA',
  'VERBOSE',
  'DEBUGFUNCTION',
  'DEBUGDATA',
] as const

/** Sets the options of all connections. @throws TypeError that names the option */
export function applyOptions(
  easy: Easy,
  tls: TlsOptions,
  { proxy, curl = {} }: ConnectionOptions,
  ours: readonly string[],
): void {
  // drops the body of a refusal by a proxy or a server
  easy.setopt('WRITEFUNCTION', () => {})
  easy.setopt('SUPPRESS_CONNECT_HEADERS', true)
  easy.setopt('CERTINFO', true)
  applyTls(easy, tls)
  if (proxy !== undefined) easy.setopt('PROXY', proxy)
  const { onDebug } = curl
  if (onDebug) {
    easy.setopt('DEBUGFUNCTION', (_easy, type, bytes) => onDebug.call(curl, DEBUG_KINDS[type]!, bytes))
    easy.setopt('VERBOSE', true)
  }
  setNamed(easy, curl.options ?? {}, 'curl.options', (name) =>
    ours.includes(name) ? `${name} is set by the connection itself` : undefined,
  )
}

function applyTls(easy: Easy, { ca, cert, key, passphrase, verify = true }: TlsOptions): void {
  if (typeof verify !== 'boolean') throw wrongType('tls.verify', 'a boolean', verify)
  if (!verify) easy.setopt('SSL_VERIFYPEER', false).setopt('SSL_VERIFYHOST', 0)
  const bytes = (name: string, value: Bytes | undefined): Uint8Array | undefined =>
    value === undefined ? undefined : toBytes(`tls.${name}`, value)
  setCredentials(easy, { ca: bytes('ca', ca), cert: bytes('cert', cert), key: bytes('key', key), passphrase })
}
