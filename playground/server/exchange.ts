// One request to the sample origin and its answer, by HTTP/1.1 or HTTP/2: what all endpoints share. It limits what a
// client can make the server keep: a body is counted and hashed as it comes, and dropped when it is long.
import { createHash } from 'node:crypto'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'

export interface Endpoint {
  /** Such as '/status/:code'. A part that begins with a colon is a parameter, and '*' at the end matches any rest. */
  path: string
  /** A path worth trying, for the index. By default `path`. */
  sample?: string
  /** What it does, in a few words, for the index. */
  about: string
  /** By default GET. HEAD is allowed where GET is. */
  methods?: readonly string[] | 'any'
  answer(exchange: Exchange): void | Promise<void>
}

/** Thrown by an endpoint when the request is wrong. Becomes the answer. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: OutgoingHttpHeaders = {},
  ) {
    super(message)
  }
}

export interface Body {
  size: number
  sha256: string
  /** The whole body, or null if it is longer than KEPT. */
  kept: Buffer | null
}

/** The longest body that is kept, in bytes. */
const KEPT = 1 << 20

export class Exchange {
  params: Record<string, string> = {}
  /** Aborted once the client has its answer or has left. */
  readonly signal: AbortSignal

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    readonly url: URL,
  ) {
    const controller = new AbortController()
    this.signal = controller.signal
    response.on('close', () => controller.abort())
  }

  // --- the request ---

  get method(): string {
    return this.request.method ?? 'GET'
  }

  get overTls(): boolean {
    return (this.request.socket as TLSSocket).encrypted === true
  }

  /** The stream of HTTP/2, or null. */
  get http2(): Http2ServerResponse['stream'] | null {
    return this.request.httpVersionMajor === 2 ? (this.response as unknown as Http2ServerResponse).stream : null
  }

  /** Host and port, as the client names them. */
  get authority(): string {
    const { ':authority': authority, host } = this.request.headers as Record<string, string | undefined>
    return authority ?? host ?? 'localhost'
  }

  /** Name and value of each header as sent, in order, without the pseudo-headers of HTTP/2. */
  get headers(): [string, string][] {
    const raw = this.request.rawHeaders
    const pairs = raw.flatMap((name, i): [string, string][] => (i % 2 === 0 ? [[name, raw[i + 1]!]] : []))
    return pairs.filter(([name]) => !name.startsWith(':'))
  }

  /** A number from the path or the query. `normal` is for a missing one. @throws Refused */
  number(name: string, least: number, most: number, normal?: number): number {
    const text = this.params[name] ?? this.url.searchParams.get(name)
    if (text === null && normal !== undefined) return normal
    const value = Number(text)
    if (!text || !/^\d+(\.\d+)?$/.test(text) || value < least || value > most) {
      throw new Refused(400, `${name} must be a number from ${least} to ${most}`)
    }
    return value
  }

  async body(): Promise<Body> {
    const [hash, chunks] = [createHash('sha256'), [] as Buffer[]]
    let size = 0
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      hash.update(chunk)
      size += chunk.length
      if (size <= KEPT) chunks.push(chunk)
      else chunks.length = 0
    }
    return { size, sha256: hash.digest('hex'), kept: size <= KEPT ? Buffer.concat(chunks) : null }
  }

  // --- the answer ---

  /**
   * Sends the head, with values as UTF-8. @throws Refused for a value that no header can have, before it sends
   * anything.
   */
  head(status: number, headers: OutgoingHttpHeaders): ServerResponse {
    // Node's HTTP sends one byte for each character of a string
    const wire = (value: unknown): string => Buffer.from(String(value)).toString('latin1')
    for (const [name, value] of Object.entries(headers)) {
      const lines = Array.isArray(value) ? value.map(wire) : wire(value)
      for (const line of [lines].flat()) {
        if (/[^\t\x20-\x7e\x80-\xff]/.test(line)) throw new Refused(400, `a header cannot have this value: ${name}`)
      }
      this.response.setHeader(name, lines)
    }
    return this.response.writeHead(status)
  }

  send(type: string, body: string | Uint8Array, headers: OutgoingHttpHeaders = {}, status = 200): void {
    // as bytes, because Node joins a string with the head, and encodes both as UTF-8: the head would be encoded twice
    const bytes = Buffer.from(body)
    this.head(status, { 'content-type': type, 'content-length': bytes.length, ...headers }).end(bytes)
  }

  text(body: string, headers: OutgoingHttpHeaders = {}, status = 200): void {
    this.send('text/plain; charset=utf-8', body, headers, status)
  }

  json(value: unknown, headers: OutgoingHttpHeaders = {}, status = 200): void {
    this.send('application/json', `${JSON.stringify(value, null, 2)}\n`, headers, status)
  }

  /** An answer without a body. */
  empty(status: number, headers: OutgoingHttpHeaders = {}): void {
    this.head(status, headers).end()
  }

  /** Sends a body at the pace of the client. */
  stream(content: Readable, headers: OutgoingHttpHeaders, status = 200): Promise<void> {
    this.head(status, headers)
    if (this.method !== 'HEAD') return pipeline(content, this.response)
    this.response.end()
    return Promise.resolve()
  }

  /** Rejects as soon as the client has left. */
  sleep(seconds: number): Promise<void> {
    return delay(seconds * 1000, undefined, { signal: this.signal })
  }

  /** Breaks the connection (or the stream of HTTP/2) without an answer, or in the middle of one. */
  breakOff(): void {
    if (this.http2) this.http2.close(2 /* INTERNAL_ERROR, RFC 9113 section 7 */)
    else this.request.socket.destroy()
  }
}

/** The parameters of a path that matches a pattern, or null if it does not. */
export function matched(pattern: string, path: string): Record<string, string> | null {
  const params: Record<string, string> = {}
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  for (const [i, part] of wanted.entries()) {
    if (part === '*') return params
    if (part.startsWith(':') ? !given[i] : part !== given[i]) return null
    if (part.startsWith(':')) params[part.slice(1)] = decoded(given[i]!)
  }
  return wanted.length === given.length ? params : null
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Refused(400, 'the path has an invalid percent-escape')
  }
}

/** Makes an object of pairs. A name that comes several times gets a list of its values. */
export function grouped<T>(pairs: Iterable<readonly [string, T]>): Record<string, T | T[]> {
  const lists = new Map<string, T[]>()
  for (const [name, value] of pairs) {
    const list = lists.get(name)
    if (list) list.push(value)
    else lists.set(name, [value])
  }
  // without a prototype, so that "__proto__" is a name like any other
  const result = Object.create(null) as Record<string, T | T[]>
  for (const [name, list] of lists) result[name] = list.length === 1 ? list[0]! : list
  return result
}
