// What is in the module, as node-libcurl says it: Curl.getVersionInfo().
import { versionInfo } from '../libcurl/version.js'
import type { CurlVersion } from './enums.js'
import { started } from './start.js'

/** A version is null, and its number 0, if the library is not in the module. @see curl_version_info(3) */
export interface CurlVersionInfoNativeBindingObject {
  protocols: string[]
  features: string[]
  /** Bits of CurlVersion. */
  rawFeatures: CurlVersion
  version: string
  versionNumber: number
  sslVersion: string
  sslVersionNum: 0
  libzVersion: string
  aresVersion: string | null
  aresVersionNumber: number
  libidnVersion: string | null
  iconvVersionNumber: number
  libsshVersion: string | null
  brotliVersionNumber: number
  brotliVersion: string | null
}

/** Brotli's number of a version: twelve bits for each part but the first. */
function brotliNumber(version: string | null): number {
  if (version === null) return 0
  const [major = 0, minor = 0, patch = 0] = version.replace(/^\D*/, '').split('.').map(Number)
  return (major << 24) | (minor << 12) | patch
}

export function versionOf(): CurlVersionInfoNativeBindingObject {
  started()
  const info = versionInfo()
  return {
    protocols: info.protocols,
    features: info.feature_names,
    rawFeatures: info.features,
    version: info.version,
    versionNumber: info.version_num,
    sslVersion: info.ssl_version ?? '',
    sslVersionNum: 0,
    libzVersion: info.libz_version ?? '',
    aresVersion: info.ares,
    aresVersionNumber: 0,
    libidnVersion: info.libidn,
    iconvVersionNumber: 0,
    libsshVersion: info.libssh_version,
    brotliVersionNumber: brotliNumber(info.brotli_version),
    brotliVersion: info.brotli_version,
  }
}
