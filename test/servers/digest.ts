// The server's side of HTTP Digest authentication (RFC 7616) with MD5 and qop=auth. A nonce is valid for one request.
import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

function fieldsOf(header: string): Record<string, string> {
  return Object.fromEntries(
    [...header.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)].map(([, name, quoted, plain]) => [name!, quoted ?? plain!]),
  )
}

export class Digest {
  readonly #nonces = new Set<string>()
  constructor(
    readonly realm: string,
    private readonly passwords: Record<string, string>,
  ) {}

  /** The value of a WWW-Authenticate header. */
  challenge(): string {
    const nonce = randomBytes(16).toString('hex')
    this.#nonces.add(nonce)
    return `Digest realm="${this.realm}", qop="auth", algorithm=MD5, nonce="${nonce}", opaque="o"`
  }

  /** The user of a request, or null if it has no correct response to a challenge. */
  user(request: IncomingMessage): string | null {
    const [scheme, fields] = [/^Digest /, fieldsOf(request.headers.authorization ?? '')]
    const { username = '', realm, nonce = '', uri, qop, nc, cnonce, response } = fields
    const password = this.passwords[username]
    if (!scheme.test(request.headers.authorization ?? '') || password === undefined || uri !== request.url) return null
    if (realm !== this.realm || qop !== 'auth' || !this.#nonces.delete(nonce)) return null
    const secret = md5(`${username}:${realm}:${password}`)
    return response === md5(`${secret}:${nonce}:${nc}:${cnonce}:${qop}:${md5(`${request.method}:${uri}`)}`)
      ? username
      : null
  }
}
