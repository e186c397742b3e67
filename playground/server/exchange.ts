// One request to the sample origin and its answer, by HTTP/1.1 or HTTP/2: what every endpoint needs, and no endpoint.
// Whatever a client sends is bounded here: a body is counted and hashed as it comes, and only its beginning is kept.
import { createHash } from 'node:crypto'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'

export interface Endpoint {
  /** '/status/:code': what begins with a colon is a parameter, an ending '*' is for anything below. */
  path: string
  /** A request worth trying, for the index; else it is the path. */
  sample?: string
  /** One line about it. */
  about: string
  /** By default GET; HEAD comes with it. */
  methods?: readonly string[] | 'any'
  answer(exchange: Exchange): void | Promise<void>
}

/** An answer instead of a result: the request was wrong. */
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
  /** The whole body, or null if it is longer than what is kept. */
  kept: Buffer | null
}

/** Bytes of a body that are kept, for echoes. */
const KEPT = 1 << 20

export class Exchange {
  params: Record<string, string> = {}
  /** Aborted once the client has its answer or has gone. */
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

  // --- what is asked ---

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

  /** Host and port, as the client has called them. */
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

  /** A whole number from the path or the query. @throws Refused */
  number(name: string, least: number, most: number, normal?: number): number {
    const text = this.params[name] ?? this.url.searchParams.get(name)
    if (text === null && normal !== undefined) return normal
    const value = Number(text)
    if (!text || !/^\d+(\.\d+)?$/.test(text) || value < least || value > most) {
      throw new Refused(400, `${name} is a number from ${least} to ${most}`)
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

  /** Texts go out as UTF-8. @throws Refused where they cannot be in a header, before anything is sent. */
  head(status: number, headers: OutgoingHttpHeaders): ServerResponse {
    // a string of Node's HTTP has a character for each byte
    const wire = (value: unknown): string => Buffer.from(String(value)).toString('latin1')
    for (const [name, value] of Object.entries(headers)) {
      const lines = Array.isArray(value) ? value.map(wire) : wire(value)
      for (const line of [lines].flat()) {
        if (/[^\t\x20-\x7e\x80-\xff]/.test(line)) throw new Refused(400, `no header has such a value: ${name}`)
      }
      this.response.setHeader(name, lines)
    }
    return this.response.writeHead(status)
  }

  send(type: string, body: string | Uint8Array, headers: OutgoingHttpHeaders = {}, status = 200): void {
    // as bytes: Node sends a string in one piece with the head, and makes UTF-8 of that once more
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

  /** A body that comes as the client takes it. */
  stream(content: Readable, headers: OutgoingHttpHeaders, status = 200): Promise<void> {
    this.head(status, headers)
    if (this.method !== 'HEAD') return pipeline(content, this.response)
    this.response.end()
    return Promise.resolve()
  }

  /** Rejects as soon as the client has gone. */
  sleep(seconds: number): Promise<void> {
    return delay(seconds * 1000, undefined, { signal: this.signal })
  }

  /** Ends without an answer, or in the midst of one. */
  breakOff(): void {
    if (this.http2) this.http2.close(2 /* INTERNAL_ERROR, RFC 9113 section 7 */)
    else this.request.socket.destroy()
  }
}

/** The parameters of a path in a pattern, or null. */
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
    throw new Refused(400, 'the path has an escape that is none')
  }
}

/** Pairs as an object; a name that comes several times has a list. */
export function grouped<T>(pairs: Iterable<readonly [string, T]>): Record<string, T | T[]> {
  const lists = new Map<string, T[]>()
  for (const [name, value] of pairs) {
    const list = lists.get(name)
    if (list) list.push(value)
    else lists.set(name, [value])
  }
  // without a prototype, or "__proto__" would be lost
  const result = Object.create(null) as Record<string, T | T[]>
  for (const [name, list] of lists) result[name] = list.length === 1 ? list[0]! : list
  return result
}
