// The values of options as a person would write them: only those that differ from libcurl's defaults, with the names of
// libcurl's constants.
import * as c from '../../libcurl/constants.gen.js'
import type { RecordedTransfer, RecordedValue } from '../record.js'

/** Options that the tool sets for its own use, or that are written in another way. */
const OWN = new Set(
  `BUFFERSIZE CA_CACHE_TIMEOUT CERTINFO DEBUGDATA DEBUGFUNCTION ERRORBUFFER HEADERDATA HEADERFUNCTION INFILESIZE_LARGE INTERLEAVEDATA
  INTERLEAVEFUNCTION NOPROGRESS NOSIGNAL OPENSOCKETFUNCTION POSTFIELDSIZE_LARGE PRIVATE QUICK_EXIT READDATA READFUNCTION
  SEEKDATA SEEKFUNCTION SHARE SOCKOPTDATA SOCKOPTFUNCTION STDERR VERBOSE WRITEDATA WRITEFUNCTION XFERINFODATA
  XFERINFOFUNCTION`.split(/\s+/),
)

/** Defaults that are not 0: libcurl's own, and those of the tool that make no difference. */
const DEFAULTS: Readonly<Record<string, readonly number[]>> = {
  DOH_SSL_VERIFYHOST: [1, 2],
  DOH_SSL_VERIFYPEER: [1],
  FTP_SKIP_PASV_IP: [1],
  FTP_USE_EPRT: [1],
  FTP_USE_EPSV: [1],
  HTTPAUTH: [c.CURLAUTH_BASIC],
  HTTP_CONTENT_DECODING: [1],
  HTTP_TRANSFER_DECODING: [1],
  PROXYAUTH: [c.CURLAUTH_BASIC],
  PROXY_SSL_VERIFYHOST: [1, 2],
  PROXY_SSL_VERIFYPEER: [1],
  SOCKS5_AUTH: [c.CURLAUTH_BASIC | c.CURLAUTH_GSSAPI],
  SSLVERSION: [c.CURL_SSLVERSION_TLSv1_2],
  SSL_ENABLE_ALPN: [1],
  SSL_ENABLE_NPN: [1],
  SSL_SESSIONID_CACHE: [1],
  SSL_VERIFYHOST: [1, 2],
  SSL_VERIFYPEER: [1],
  TCP_KEEPALIVE: [1],
  TCP_NODELAY: [1],
  UPLOAD_FLAGS: [c.CURLULFLAG_SEEN],
}

/** The names of the constants for each option. */
const CONSTANTS: Readonly<Record<string, RegExp>> = {
  ALTSVC_CTRL: /^CURLALTSVC_/,
  FOLLOWLOCATION: /^CURLFOLLOW_(?!ALL)/,
  FTPSSLAUTH: /^CURLFTPAUTH_/,
  FTP_CREATE_MISSING_DIRS: /^CURLFTP_CREATE_DIR/,
  FTP_FILEMETHOD: /^CURLFTPMETHOD_(?!DEFAULT)/,
  FTP_SSL_CCC: /^CURLFTPSSL_CCC_/,
  GSSAPI_DELEGATION: /^CURLGSSAPI_/,
  HEADEROPT: /^CURLHEADER_/,
  HSTS_CTRL: /^CURLHSTS_/,
  HTTPAUTH: /^CURLAUTH_(?!GSS)/,
  HTTPSIG_ALGORITHM: /^CURLHTTPSIG_/,
  HTTP_VERSION: /^CURL_HTTP_VERSION_/,
  IPRESOLVE: /^CURL_IPRESOLVE_/,
  MIME_OPTIONS: /^CURLMIMEOPT_/,
  NETRC: /^CURL_NETRC_/,
  POSTREDIR: /^CURL_REDIR_/,
  PROXYAUTH: /^CURLAUTH_(?!GSS)/,
  PROXYTYPE: /^CURLPROXY_/,
  PROXY_SSL_OPTIONS: /^CURLSSLOPT_/,
  SOCKS5_AUTH: /^CURLAUTH_/,
  SSL_OPTIONS: /^CURLSSLOPT_/,
  TIMECONDITION: /^CURL_TIMECOND_/,
  UPLOAD_FLAGS: /^CURLULFLAG_/,
  USE_SSL: /^CURLUSESSL_/,
}

/** Options whose number is an amount, not a switch. */
const AMOUNT = /TIME|SIZE|PORT|LIMIT|MAX|RANGE|INTVL|IDLE|CNT|PERMS|SPEED|RESUME|MS$|_LARGE$/

const constants: [string, number][] = Object.entries<unknown>({ ...c }).filter(
  (entry): entry is [string, number] => typeof entry[1] === 'number',
)

/** A number as JavaScript. `use` is called for each constant in it. */
export function number(option: string, value: number, use: (constant: string) => string): string {
  const named = (of: RegExp, wanted: number): string | undefined =>
    constants.find(([name, is]) => is === wanted && of.test(name))?.[0]
  if (/SSLVERSION$/.test(option)) {
    const [low, high] = [value & 0xffff, value & ~0xffff]
    const names = [named(/^CURL_SSLVERSION_(?!MAX)/, low), ...(high === 0 ? [] : [named(/^CURL_SSLVERSION_MAX/, high)])]
    return names.some((name) => name === undefined) ? String(value) : names.map((name) => use(name!)).join(' | ')
  }
  const of = CONSTANTS[option]
  if (!of) return AMOUNT.test(option) || value > 1 || value < 0 ? String(value) : String(value === 1)
  const one = named(of, value)
  if (one) return use(one)
  const bits = Array.from({ length: 31 }, (_, i) => 1 << i).filter((bit) => value & bit)
  const names = bits.map((bit) => named(of, bit))
  if (option !== 'FOLLOWLOCATION' && value > 0 && names.every((name) => name !== undefined))
    return names.map((name) => use(name!)).join(' | ')
  return value === 1 ? 'true' : String(value)
}

/** The options that matter for the meaning of a command line, in order, each with its last value. */
export function relevant({ options }: RecordedTransfer): Map<string, Exclude<RecordedValue, { pointer: number }>> {
  const found = new Map<string, Exclude<RecordedValue, { pointer: number }>>()
  for (const [name, value] of options) {
    found.delete(name)
    if (OWN.has(name)) continue
    if (typeof value === 'number') {
      if (!(DEFAULTS[name] ?? [0]).includes(value)) found.set(name, value)
    } else if (Array.isArray(value)) {
      if (value.length > 0 || name === 'MIMEPOST') found.set(name, value)
    } else if (typeof value === 'string' || value instanceof Uint8Array) {
      found.set(name, value)
    }
  }
  // other protocols do not send it; a URL without a scheme may be HTTP
  if (!/^(?:(?:https?|wss?|rtsp):|(?![\w+.-]+:\/\/))/i.test(String(found.get('URL'))) && !found.has('PROXY'))
    found.delete('USERAGENT')
  if (!found.has('FOLLOWLOCATION')) found.delete('MAXREDIRS')
  return found
}

/** All values of COOKIEFILE, because each adds a file. */
export function cookieFiles({ options }: RecordedTransfer): RecordedValue[] {
  return options.filter(([name]) => name === 'COOKIEFILE').map(([, value]) => value)
}

/** Whether transfers must share cookies, as those of one run of the tool do. */
export function needsSharedCookies(transfers: readonly RecordedTransfer[]): boolean {
  return transfers.some(({ options }) => options.some(([name]) => name === 'COOKIEFILE' || name === 'COOKIEJAR'))
}
