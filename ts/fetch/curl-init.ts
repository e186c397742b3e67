// The `curl` key of init: what curl offers beyond the Fetch standard.
import {
  CURL_HTTP_VERSION_1_0,
  CURL_HTTP_VERSION_1_1,
  CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE,
  CURL_HTTP_VERSION_3,
  CURL_HTTP_VERSION_3ONLY,
} from '../libcurl/constants.gen.js'
import type { DebugKind } from '../libcurl/debug-kinds.js'
import type { Easy } from '../libcurl/easy.js'
import type { CurlHttpVersion, EasyOptions } from '../libcurl/option-types.gen.js'
import { setNamed } from '../libcurl/named-options.js'
import { isForOneOrigin } from './origin-options.js'

/** The progress of one direction of a fetch. */
export interface Progress {
  /** From 0 to 1; 0 while the size is not known. */
  percent: number
  /** Bytes of the body as sent over the network, so compressed ones if it is compressed. */
  transferredBytes: number
  /** 0 while the size is not known. */
  totalBytes: number
  direction: 'upload' | 'download'
}

/** `init.curl`. */
export interface CurlInit {
  /**
   * Options of libcurl by name, applied last: `{ AWS_SIGV4: 'aws:amz:eu-west-1:s3', PROXY: 'socks5h://localhost' }`.
   * Options that fetch itself needs, such as WRITEFUNCTION, are refused. Credentials, signatures and client
   * certificates go only to the origin of the first URL, also after a redirect, unless UNRESTRICTED_AUTH is true.
   * @see curl_easy_setopt(3)
   */
  options?: CurlOptions
  /**
   * The version of HTTP. By default, what the server speaks of 1.1 and 2. '3' tries HTTP/3 and falls back to these if
   * QUIC cannot get through. Of the others, only that version is used; '2' also applies without TLS. HTTP/3 needs a
   * module that has it: the default one of Node, Bun and Deno, and `libcurl-wasm/full`.
   * @see CURLOPT_HTTP_VERSION(3)
   */
  httpVersion?: '1.0' | '1.1' | '2' | '3' | '3-only'
  /** Called at every change of either direction. An exception ends the fetch. */
  onProgress?(progress: Progress): void
  /** Gets all that curl -v shows, and all bytes. An exception ends the fetch. @see CURLOPT_DEBUGFUNCTION(3) */
  onDebug?(kind: DebugKind, bytes: Uint8Array<ArrayBuffer>): void
}

/** A list, because an object would have '2' and '3' before the others. */
const HTTP_VERSIONS: readonly (readonly [string, CurlHttpVersion])[] = [
  ['1.0', CURL_HTTP_VERSION_1_0],
  ['1.1', CURL_HTTP_VERSION_1_1],
  ['2', CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE],
  ['3', CURL_HTTP_VERSION_3],
  ['3-only', CURL_HTTP_VERSION_3ONLY],
]

/** The options that fetch itself sets, and what to use instead. */
const OURS = {
  URL: 'the first argument of fetch',
  CURLU: 'the first argument of fetch',
  PORT: 'the first argument of fetch',
  CUSTOMREQUEST: 'init.method',
  HTTPGET: 'init.method',
  NOBODY: 'init.method',
  POST: 'init.method',
  PUT: 'init.method',
  UPLOAD: 'init.body',
  POSTFIELDS: 'init.body',
  COPYPOSTFIELDS: 'init.body',
  POSTFIELDSIZE: 'init.body',
  POSTFIELDSIZE_LARGE: 'init.body',
  INFILESIZE: 'init.body',
  INFILESIZE_LARGE: 'init.body',
  MIMEPOST: 'init.body with a FormData',
  HTTPPOST: 'init.body with a FormData',
  READFUNCTION: 'init.body',
  READDATA: 'init.body',
  SEEKFUNCTION: 'init.body',
  SEEKDATA: 'init.body',
  IOCTLFUNCTION: 'init.body',
  IOCTLDATA: 'init.body',
  HTTPHEADER: 'init.headers',
  FOLLOWLOCATION: 'init.redirect',
  WRITEFUNCTION: 'response.body',
  WRITEDATA: 'response.body',
  HEADERFUNCTION: 'response.headers or response.curl',
  HEADERDATA: 'response.headers or response.curl',
  HEADER: 'response.curl.rawHeaders',
  NOPROGRESS: 'init.curl.onProgress',
  PROGRESSFUNCTION: 'init.curl.onProgress',
  XFERINFOFUNCTION: 'init.curl.onProgress',
  XFERINFODATA: 'init.curl.onProgress',
  VERBOSE: 'init.curl.onDebug',
  DEBUGFUNCTION: 'init.curl.onDebug',
  DEBUGDATA: 'init.curl.onDebug',
  CONNECT_ONLY: 'connect()',
} as const

/** All options except those, with or without 'CURLOPT_'. */
export type CurlOptions = {
  readonly [N in Exclude<keyof EasyOptions, keyof typeof OURS> as N | `CURLOPT_${N}`]?: EasyOptions[N]
}

/**
 * Sets options by name, and refuses those that fetch needs. `where` says where they come from; `elsewhere`, that the
 * request goes to another origin than the one they were given for.
 * @throws TypeError that names the option
 */
export function setOptions(
  easy: Easy,
  options: CurlOptions,
  where: string,
  refused: Readonly<Record<string, string>>,
  elsewhere: boolean,
): void {
  const ours: Readonly<Record<string, string>> = { ...OURS, ...refused }
  setNamed(
    easy,
    options,
    where,
    (name) => (Object.hasOwn(ours, name) ? `fetch needs ${name} itself: use ${ours[name]}` : undefined),
    elsewhere ? (name) => !isForOneOrigin(name) : undefined,
  )
  readDecoding(easy, options)
}

/** The options about decoding that were set on each handle. */
const decodings = new WeakMap<Easy, { asked?: boolean; wanted?: boolean }>()

/** Notes the options about decoding, and keeps libcurl from decoding bodies, because fetch does. */
function readDecoding(easy: Easy, options: CurlOptions): void {
  for (const [key, value] of Object.entries(options)) {
    const name = key.replace(/^CURLOPT_/, '')
    if (name === 'ACCEPT_ENCODING' || name === 'ENCODING')
      decodings.set(easy, { ...decodings.get(easy), asked: value !== null && value !== undefined })
    else if (name === 'HTTP_CONTENT_DECODING') {
      decodings.set(easy, { ...decodings.get(easy), wanted: Boolean(value) })
      easy.setopt(name, false)
    }
  }
}

/** Whether the options of a handle ask for decoded bodies. */
export function isDecoded(easy: Easy): boolean {
  const { asked = true, wanted = true } = decodings.get(easy) ?? {}
  return asked && wanted
}

/** Whether options have a limit of their own for connecting. */
export function limitsConnecting(options: CurlOptions = {}): boolean {
  return Object.keys(options).some((name) => /^(CURLOPT_)?CONNECTTIMEOUT(_MS)?$/.test(name))
}

/** Whether credentials may go to every origin that a redirect leads to. @see CURLOPT_UNRESTRICTED_AUTH(3) */
export function isUnrestricted(options: CurlOptions | undefined): boolean | undefined {
  const value = options?.UNRESTRICTED_AUTH ?? options?.CURLOPT_UNRESTRICTED_AUTH
  return value === undefined ? undefined : Boolean(value)
}

function httpVersionOf(version: string): CurlHttpVersion {
  const found = HTTP_VERSIONS.find(([name]) => name === version)
  if (found) return found[1]
  const names = HTTP_VERSIONS.map(([name]) => name).join(', ')
  throw new TypeError(`init.curl.httpVersion is one of ${names}, not '${version}'`)
}

/** Sets what `init.curl` has. @throws TypeError that names what is wrong */
export function applyCurlInit(
  easy: Easy,
  init: CurlInit,
  refused: Readonly<Record<string, string>>,
  elsewhere: boolean,
): void {
  if (init.httpVersion !== undefined) easy.setopt('HTTP_VERSION', httpVersionOf(init.httpVersion))
  if (init.onProgress) {
    easy.setopt('XFERINFOFUNCTION', progressOf(init.onProgress.bind(init)))
    easy.setopt('NOPROGRESS', false)
  }
  if (init.onDebug) easy.setopt('VERBOSE', true)
  if (init.options) setOptions(easy, init.options, 'init.curl.options', refused, elsewhere)
}

/** An XFERINFOFUNCTION that reports changes only: libcurl calls it often, mostly with nothing new. */
function progressOf(listener: (progress: Progress) => void) {
  const before = { upload: 0, download: 0 }
  const tell = (direction: 'upload' | 'download', totalBytes: number, transferredBytes: number): void => {
    if (transferredBytes === before[direction]) return
    before[direction] = transferredBytes
    const percent = totalBytes > 0 ? Math.min(1, transferredBytes / totalBytes) : 0
    listener({ percent, transferredBytes, totalBytes, direction })
  }
  return (_userdata: unknown, dltotal: number, dlnow: number, ultotal: number, ulnow: number): void => {
    tell('upload', ultotal, ulnow)
    tell('download', dltotal, dlnow)
  }
}
