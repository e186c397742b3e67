// What is in the module: libcurl, the libraries it is linked with, and their features.
import { CURLVERSION_NOW } from './constants.gen.js'
import type { Ptr } from './wasm-exports.js'
import { current } from './libcurl.js'

/** A version is null if the library is not in the module. @see curl_version_info(3) */
export interface VersionInfo {
  /** For example '8.22.0'. */
  version: string
  /** The same as a number: 0x081600. */
  version_num: number
  /** What libcurl was built for. */
  host: string
  /** Bits: CURL_VERSION_*. */
  features: number
  /** The features by name, such as 'HTTP2' and 'IDN'. */
  feature_names: string[]
  /** The schemes, in lower case. */
  protocols: string[]
  ssl_version: string | null
  libz_version: string | null
  ares: string | null
  libidn: string | null
  libssh_version: string | null
  brotli_version: string | null
  nghttp2_version: string | null
  quic_version: string | null
  zstd_version: string | null
  gsasl_version: string | null
  rtmp_version: string | null
  /** Where libcurl looks for CA certificates by default. */
  cainfo: string | null
  capath: string | null
}

/** What version() has in one line, in detail. @see curl_version_info(3) */
export function versionInfo(): VersionInfo {
  const libcurl = current()
  const { memory } = libcurl.host
  const at = libcurl.exports.curl_version_info(CURLVERSION_NOW)
  // struct curl_version_info_data has a word for each member
  const word = (i: number): number => memory.u32(at + i * 4)
  const text = (i: number): string | null => libcurl.string(word(i))
  const texts = (list: Ptr): string[] => {
    const found = []
    for (let entry = list; memory.u32(entry) !== 0; entry += 4) found.push(memory.string(memory.u32(entry)))
    return found
  }
  return {
    version: text(1)!,
    version_num: word(2),
    host: text(3)!,
    features: word(4),
    feature_names: texts(word(25)),
    protocols: texts(word(8)),
    ssl_version: text(5),
    libz_version: text(7),
    ares: text(9),
    libidn: text(11),
    libssh_version: text(13),
    brotli_version: text(15),
    nghttp2_version: text(17),
    quic_version: text(18),
    zstd_version: text(22),
    gsasl_version: text(24),
    rtmp_version: text(26),
    cainfo: text(19),
    capath: text(20),
  }
}
