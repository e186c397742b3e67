// What is known of the connections of a pool, by the number that libcurl gives to each: many transfers share one, and
// only the first of them learns about its handshake.
import { infos } from '../libcurl/constants.gen.js'
import type { Easy } from '../libcurl/easy.js'
import { isomorphicDecode } from './headers.js'

export interface Endpoint {
  address: string
  port: number
}

export interface Certificate {
  subject: string
  issuer: string
  /** As curl prints it: 'Oct  5 12:00:00 2026 GMT'. */
  validFrom: string
  validTo: string
  pem: string
}

export interface TlsInfo {
  /** Such as 'TLSv1.3'. */
  version: string
  /** Such as 'TLS_CHACHA20_POLY1305_SHA256'. */
  cipher: string
  /** What the server has sent, its own certificate first. */
  chain: readonly Certificate[]
}

export interface Connection {
  remoteAddress: Endpoint | null
  localAddress: Endpoint | null
  tls: TlsInfo | null
}

/** Connections that are remembered; libcurl does not say when one is closed. */
const REMEMBERED = 1024

/** libcurl has no info for the version and the cipher: only its trace tells them. */
const HANDSHAKE = /^SSL connection using (\S+) \/ (\S+)/

export class Connections {
  readonly #known = new Map<number, Connection>()

  /** The connection of a transfer that has one. */
  of(easy: Easy): Connection {
    const id = easy.getinfo(infos['CONN_ID']!) as number
    const known = this.#known.get(id)
    if (known?.remoteAddress) return known
    return this.#remember(id, {
      remoteAddress: endpoint(easy, 'PRIMARY_IP', 'PRIMARY_PORT'),
      localAddress: endpoint(easy, 'LOCAL_IP', 'LOCAL_PORT'),
      tls: known?.tls ?? null,
    })
  }

  #remember(id: number, connection: Connection): Connection {
    if (id < 0) return connection
    this.#known.set(id, connection)
    if (this.#known.size > REMEMBERED) this.#known.delete(this.#known.keys().next().value!)
    return connection
  }

  /** A line of a transfer's trace, while it connects. */
  readTrace(easy: Easy, line: Uint8Array): void {
    const match = HANDSHAKE.exec(isomorphicDecode(line))
    if (!match) return
    const tls = { version: match[1]!, cipher: match[2]!, chain: [] }
    this.#remember(easy.getinfo(infos['CONN_ID']!) as number, { remoteAddress: null, localAddress: null, tls })
  }

  /** A transfer that has opened its connection itself knows the certificates. */
  readCertificates(easy: Easy): void {
    const chain = (easy.getinfo('CERTINFO') as string[][]).map(certificate)
    const { tls } = this.of(easy)
    if (tls && chain.length > 0) tls.chain = chain
  }
}

/** An end of the connection of a transfer, null where nobody knows. */
export function endpoint(easy: Easy, ip: string, port: string): Endpoint | null {
  const address = easy.getinfo(infos[ip]!) as string | null
  return address ? { address, port: easy.getinfo(infos[port]!) as number } : null
}

/** A certificate of lines such as 'Subject:CN = localhost'. @see CURLINFO_CERTINFO(3) */
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
