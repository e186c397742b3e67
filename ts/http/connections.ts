// Facts about the connections of a pool, by the number that libcurl gives to each. They are kept because many transfers
// share a connection, and libcurl reports its handshake to the first of them only.
import { infos } from '../libcurl/constants.gen.js'
import type { Easy } from '../libcurl/easy.js'
import { handshakeOf } from '../libcurl/tls.js'

export interface Endpoint {
  address: string
  port: number
}

export interface Certificate {
  subject: string
  issuer: string
  /** As curl prints dates: 'Oct  5 12:00:00 2026 GMT'. */
  validFrom: string
  validTo: string
  pem: string
}

export interface TlsInfo {
  /** For example 'TLSv1.3'. */
  version: string
  /** For example 'TLS_CHACHA20_POLY1305_SHA256'. */
  cipher: string
  /** The certificates that the server sent, its own first. */
  chain: readonly Certificate[]
}

export interface ConnectionFacts {
  remoteAddress: Endpoint | null
  localAddress: Endpoint | null
  tls: TlsInfo | null
}

/** How many connections are remembered. libcurl does not report when one is closed. */
const REMEMBERED = 1024

export class KnownConnections {
  readonly #known = new Map<number, ConnectionFacts>()

  /** The connection of a transfer, whose number is `id`. */
  of(easy: Easy, id: number = easy.getinfo('CONN_ID')): ConnectionFacts {
    const known = this.#known.get(id)
    if (known?.remoteAddress) return known
    return this.#remember(id, {
      remoteAddress: endpoint(easy, 'PRIMARY_IP', 'PRIMARY_PORT'),
      localAddress: endpoint(easy, 'LOCAL_IP', 'LOCAL_PORT'),
      tls: known?.tls ?? null,
    })
  }

  #remember(id: number, connection: ConnectionFacts): ConnectionFacts {
    if (id < 0) return connection
    this.#known.set(id, connection)
    if (this.#known.size > REMEMBERED) this.#known.delete(this.#known.keys().next().value!)
    return connection
  }

  /**
   * Remembers the TLS handshake of a transfer whose response begins, if it used TLS. Only the transfer that opened the
   * connection gets the certificates from libcurl.
   */
  readHandshake(easy: Easy): void {
    const connection = this.of(easy)
    if (!connection.tls) {
      const handshake = handshakeOf(easy)
      connection.tls = handshake && { ...handshake, chain: [] }
    }
    const { tls } = connection
    if (!tls || tls.chain.length > 0 || easy.getinfo('NUM_CONNECTS') === 0) return
    // in place, because other transfers on the connection have these facts already
    tls.chain = (easy.getinfo('CERTINFO') as string[][]).map(certificate)
  }
}

/** One end of a transfer's connection; null if it is not known. */
export function endpoint(easy: Easy, ip: string, port: string): Endpoint | null {
  const address = easy.getinfo(infos[ip]!) as string | null
  return address ? { address, port: easy.getinfo(infos[port]!) as number } : null
}

/** Makes a certificate from lines such as 'Subject:CN = localhost'. @see CURLINFO_CERTINFO(3) */
export function certificate(lines: readonly string[]): Certificate {
  const field = (name: string): string =>
    lines.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1) ?? ''
  return {
    subject: field('Subject'),
    issuer: field('Issuer'),
    validFrom: field('Start date'),
    validTo: field('Expire date'),
    pem: field('Cert'),
  }
}
