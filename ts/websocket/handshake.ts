// The opening handshake: checks the URL and the subprotocols as the standard does, makes the request's headers, and
// checks the response. libcurl sends the request and checks only the status of the response.
// https://websockets.spec.whatwg.org/#websocket-protocol-alterations, RFC 6455 section 4.1
import { HeaderList, isomorphicDecode, isomorphicEncode } from '../http/headers.js'
import { parseHeaderLine, parseStatusLine } from '../http/lines.js'
import { isToken } from '../http/token.js'
import type { Libcurl } from '../libcurl/libcurl.js'
import { OFFER, readExtensions, type PerMessageDeflate } from './extensions.js'
import { domString } from './webidl.js'

/** RFC 6455 section 1.3 */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

const SHA1_SIZE = 20

function syntaxError(message: string): DOMException {
  return new DOMException(message, 'SyntaxError')
}

/** @throws DOMException (SyntaxError) https://websockets.spec.whatwg.org/#get-a-url-record */
export function parseUrl(from: string | URL): URL {
  const text = domString(from)
  const base = (globalThis as { location?: { href: string } }).location?.href
  let url: URL
  try {
    // http and https are special schemes, as ws and wss are, so the scheme can be replaced
    url = new URL(text, base)
    if (url.protocol === 'http:' || url.protocol === 'https:') url = new URL(url.href.replace(/^http/, 'ws'))
  } catch {
    throw syntaxError(`'${text}' is not a URL`)
  }
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:')
    throw syntaxError(`the URL of a WebSocket begins with ws: or wss:, not ${url.protocol}`)
  if (url.href.includes('#')) throw syntaxError(`the URL of a WebSocket has no fragment: '${text}'`)
  return url
}

/** @throws DOMException (SyntaxError) https://websockets.spec.whatwg.org/#dom-websocket-websocket step 5 */
export function checkProtocols(from: string | Iterable<string>): string[] {
  const isList = typeof from === 'object' && from !== null && Symbol.iterator in from
  const protocols = isList ? Array.from(from, domString) : [domString(from)]
  for (const protocol of protocols)
    if (!isToken(protocol)) throw syntaxError(`'${protocol}' cannot be the name of a subprotocol`)
  if (new Set(protocols.map((protocol) => protocol.toLowerCase())).size < protocols.length)
    throw syntaxError(`a subprotocol is listed twice: ${protocols.join(', ')}`)
  return protocols
}

/** Checks the caller's headers, and refuses those that the handshake sets itself. @throws TypeError */
export function checkHeaders(init: unknown): HeaderList {
  const headers = new HeaderList()
  if (init !== undefined) headers.fill(init)
  for (const name of ['upgrade', 'connection', 'sec-websocket-key', 'sec-websocket-version', 'sec-websocket-accept'])
    if (headers.has(name)) throw new TypeError(`the handshake sets the header ${name} itself`)
  if (headers.has('sec-websocket-extensions'))
    throw new TypeError('the option perMessageDeflate says whether an extension is offered, and not a header')
  if (headers.has('sec-websocket-protocol')) throw new TypeError('give subprotocols as an argument, not as a header')
  return headers
}

/** What the handshake has negotiated. */
export interface Negotiated {
  /** The subprotocol that the server has chosen, '' for none. */
  protocol: string
  /** The extensions that it uses, '' for none. */
  extensions: string
  /** What they mean, null without compression. */
  deflate: PerMessageDeflate | null
}

export class Handshake {
  readonly #protocols: readonly string[]
  readonly #offersDeflate: boolean
  readonly #key = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
  /** The headers of the last response, by name in lower case. */
  #answer = new Map<string, string>()
  #began = false
  /** The empty line after its headers has come. */
  #complete = false

  constructor(protocols: readonly string[], offersDeflate: boolean) {
    this.#protocols = protocols
    this.#offersDeflate = offersDeflate
  }

  /** The request's header lines, for CURLOPT_HTTPHEADER. */
  lines(headers: HeaderList): (string | Uint8Array)[] {
    const lines = [...headers.lines(), `Sec-WebSocket-Key: ${this.#key}`]
    if (this.#protocols.length > 0) lines.push(`Sec-WebSocket-Protocol: ${this.#protocols.join(', ')}`)
    if (this.#offersDeflate) lines.push(`Sec-WebSocket-Extensions: ${OFFER}`)
    return lines.map(isomorphicEncode)
  }

  /** HEADERFUNCTION */
  readHeader(bytes: Uint8Array): void {
    const line = isomorphicDecode(bytes).replace(/\r?\n$/, '')
    if (parseStatusLine(line)) {
      this.#answer = new Map()
      this.#began = true
    }
    this.#complete = line === ''
    const header = parseHeaderLine(line)
    if (!header) return
    const name = header[0].toLowerCase()
    const before = this.#answer.get(name)
    this.#answer.set(name, before === undefined ? header[1] : `${before}, ${header[1]}`)
  }

  /** Checks the response. @throws Error */
  check(libcurl: Libcurl): Negotiated {
    const answer = (name: string): string | undefined => this.#answer.get(name)
    const shown = (name: string): string => (answer(name) === undefined ? 'missing' : `'${answer(name)}'`)
    const has = (name: string, token: string): boolean =>
      (answer(name) ?? '').split(',').some((part) => part.trim().toLowerCase() === token)
    const refuse = (what: string): never => {
      throw new Error(`the answer of the server is not a WebSocket handshake: ${what}`)
    }
    // libcurl accepts a head that ends with the connection
    if (!this.#complete)
      throw new Error(`the server closed the connection ${this.#began ? 'in the middle of' : 'before'} its answer`)
    if (!has('upgrade', 'websocket')) refuse(`its Upgrade is ${shown('upgrade')}`)
    if (!has('connection', 'upgrade')) refuse(`its Connection is ${shown('connection')}`)
    if (answer('sec-websocket-accept') !== this.#accept(libcurl)) refuse('its Sec-WebSocket-Accept is wrong')
    const extensions = answer('sec-websocket-extensions') ?? ''
    if (extensions !== '' && !this.#offersDeflate) refuse(`it uses the extension '${extensions}'`)
    const deflate = extensions === '' ? null : readExtensions(extensions, refuse)
    const protocol = answer('sec-websocket-protocol')
    if (protocol === undefined && this.#protocols.length > 0) refuse('it chose none of the subprotocols')
    if (protocol !== undefined && !this.#protocols.includes(protocol)) refuse(`its subprotocol is '${protocol}'`)
    return { protocol: protocol ?? '', extensions, deflate }
  }

  /** The expected Sec-WebSocket-Accept, by the module's SHA-1, because crypto.subtle is not available everywhere. */
  #accept(libcurl: Libcurl): string {
    const expected = new TextEncoder().encode(this.#key + GUID)
    return libcurl.withSpace(SHA1_SIZE, (digest) => {
      libcurl.withBytes(expected, (at) => libcurl.exports.sha1(at, expected.length, digest))
      return btoa(String.fromCharCode(...libcurl.host.memory.copy(digest, SHA1_SIZE)))
    })
  }
}
