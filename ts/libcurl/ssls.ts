// TLS sessions, as curl_easy_ssls_export(3) and curl_easy_ssls_import(3) have them (C side: wasm/src/libcurl/ssls.c).
// An Easy has both calls.
import { CURLE_OK, CURLE_OUT_OF_MEMORY } from './constants.gen.js'
import type { Libcurl } from './libcurl.js'
import { toBytes, toText } from './option-values.js'
import type { EasyPtr, Ptr } from './wasm-exports.js'

/** A TLS session. To import it takes `data`, and one of `sessionKey` and `shmac`. @see curl_easy_ssls_export(3) */
export interface SslSession {
  /** The host, its port and the options of TLS in plain text; null if only `shmac` was imported. */
  sessionKey: string | null
  /** A salt, and the hash of the salt and `sessionKey`. It does not reveal the host. */
  shmac: Uint8Array<ArrayBuffer>
  /** The secret that resumes the session. */
  data: Uint8Array<ArrayBuffer>
  /** In seconds since 1970. */
  validUntil: number
  /** 0x0303 is TLS 1.2, 0x0304 is TLS 1.3. */
  ietfTlsId: number
  alpn: string | null
  /** Bytes of early data that the server accepts before the handshake has ended. */
  earlyDataMax: number
}

/** The arguments of curl_ssls_export_function from the session key on. */
type ExportedSession = [
  sessionKey: Ptr,
  shmac: Ptr,
  shmacLength: number,
  data: Ptr,
  dataLength: number,
  validUntil: number,
  ietfTlsId: number,
  alpn: Ptr,
  earlyDataMax: number,
]

function readSession(libcurl: Libcurl, exported: ExportedSession): SslSession {
  const [sessionKey, shmac, shmacLength, data, dataLength, validUntil, ietfTlsId, alpn, earlyDataMax] = exported
  const { memory } = libcurl.host
  return {
    sessionKey: libcurl.string(sessionKey),
    shmac: memory.copy(shmac, shmacLength),
    data: memory.copy(data, dataLength),
    validUntil,
    ietfTlsId,
    alpn: libcurl.string(alpn),
    earlyDataMax,
  }
}

/** Returns a CURLcode. @throws TypeError that names what is wrong */
export function importSession(
  libcurl: Libcurl,
  easy: EasyPtr,
  session: Pick<SslSession, 'data'> & Partial<Pick<SslSession, 'sessionKey' | 'shmac'>>,
): number {
  const data = toBytes('sslsImport: data', session.data)
  const add = (key: Ptr, shmac: Ptr, shmacLength: number): number =>
    libcurl.withBytes(data, (at) =>
      libcurl.exports.curl_easy_ssls_import(easy, key, shmac, shmacLength, at, data.length),
    )
  const { sessionKey } = session
  if (typeof sessionKey === 'string')
    return libcurl.withString(toText('sslsImport: sessionKey', sessionKey), (key) => add(key, 0, 0))
  const shmac = toBytes('sslsImport: sessionKey or shmac', session.shmac)
  return libcurl.withBytes(shmac, (at) => add(0, at, shmac.length))
}

/** The import that gets each session of an export. `instance` is called when it is, which is after the instance exists. */
export function sessionImports(instance: () => Libcurl): Record<string, (...args: never[]) => number> {
  return {
    on_ssls_export: (easy: EasyPtr, ...session: ExportedSession) => {
      const libcurl = instance()
      const handle = libcurl.easies.get(easy)
      try {
        handle?.exported.push(readSession(libcurl, session))
        return CURLE_OK
      } catch (error) {
        handle!.fault ??= error
        return CURLE_OUT_OF_MEMORY
      }
    },
  }
}
