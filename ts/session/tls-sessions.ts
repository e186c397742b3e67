// The TLS sessions of a session: libcurl's, with bytes as base64. So a page can save them, and resume them when it is
// loaded again.
import type { SslSession } from '../libcurl/ssls.js'
import type { Core } from './core.js'

/** A TLS session, for JSON. Keep it secret: with it, traffic of the session can be read and forged. */
export interface SavedTlsSession {
  /** A salted hash of the host it is for, in base64. */
  shmac: string
  /** The secret that resumes it, in base64. */
  data: string
  /** In seconds since 1970. */
  validUntil: number
  /** For example 'TLSv1.3'. */
  version: string
  alpn: string | null
}

const VERSIONS: Readonly<Record<number, string>> = {
  0x0301: 'TLSv1',
  0x0302: 'TLSv1.1',
  0x0303: 'TLSv1.2',
  0x0304: 'TLSv1.3',
}

export class TlsSessions {
  readonly #open: () => Core | Promise<Core>

  /** @internal */
  constructor(open: () => Core | Promise<Core>) {
    this.#open = open
  }

  /**
   * The sessions that can be resumed, for JSON: those of at most 25 hosts, without those with a client certificate.
   * @see curl_easy_ssls_export(3)
   */
  async export(): Promise<SavedTlsSession[]> {
    const { control } = await this.#open()
    return control.sslsExport().map(saved)
  }

  /**
   * Adds sessions that export() has returned. New connections with the same options of TLS resume them. Expired ones
   * are dropped.
   * @throws TypeError that names what is wrong
   * @see curl_easy_ssls_import(3)
   */
  async import(sessions: readonly SavedTlsSession[]): Promise<void> {
    if (!Array.isArray(sessions)) throw new TypeError('tlsSessions.import() takes an array')
    const read = sessions.map(restored)
    const { control } = await this.#open()
    for (const [index, session] of read.entries()) {
      try {
        control.sslsImport(session)
      } catch (cause) {
        throw new TypeError(
          `tlsSessions.import(): [${index}] is not a session that this version of libcurl has exported`,
          { cause },
        )
      }
    }
  }
}

function saved({ shmac, data, validUntil, ietfTlsId, alpn }: SslSession): SavedTlsSession {
  const version = VERSIONS[ietfTlsId] ?? `0x${ietfTlsId.toString(16)}`
  return { shmac: toBase64(shmac), data: toBase64(data), validUntil, version, alpn }
}

function restored(session: SavedTlsSession, index: number): Pick<SslSession, 'shmac' | 'data'> {
  const bytesOf = (field: 'shmac' | 'data'): Uint8Array<ArrayBuffer> => {
    const bytes = fromBase64(session?.[field])
    if (!bytes) throw new TypeError(`tlsSessions.import(): [${index}].${field} is not base64`)
    return bytes
  }
  return { shmac: bytesOf('shmac'), data: bytesOf('data') }
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

function fromBase64(text: unknown): Uint8Array<ArrayBuffer> | null {
  if (typeof text !== 'string') return null
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return null
  }
}
