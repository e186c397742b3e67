// Records the requests and responses of a session as an HTTP Archive, for viewers such as the Network panel of DevTools.
import { join } from '../../shim/bytes.js'
import type { Body } from '../fetch/body.js'
import type { HopEnd, HopHead, HopObserver, HopStart, Observer } from '../fetch/observe.js'
import { toChunk } from '../common/chunks.js'
import { isomorphicDecode, type RawHeader } from '../http/headers.js'
import { parseHeaderLines } from '../http/lines.js'
import { Decoder, readCodings } from '../libcurl/decoder.js'
import { hasCurrent, version } from '../libcurl/libcurl.js'
import * as format from './har-format.js'
import type { Har, HarContent, HarEntry, HarRequest } from './har-format.js'

/** What a session records. */
export interface HarOptions {
  /** Whether to record the bodies of requests and of responses. They are by default. */
  content?: boolean
  /** The most bytes of a body that are kept; of a longer one there is only the beginning. 65,536 by default. */
  maxContent?: number
  /** The most entries; after that, the oldest one is dropped for each. 1,000 by default. */
  maxEntries?: number
  /**
   * Whether to record cookies, and headers that contain credentials: Authorization, Cookie, Set-Cookie and others. Not
   * by default. URLs and bodies are recorded as they are.
   */
  secrets?: boolean
}

const DEFAULTS: Required<HarOptions> = { content: true, maxContent: 64 * 1024, maxEntries: 1000, secrets: false }

/** @throws TypeError that names the option */
export function readHarOptions(given: boolean | HarOptions): Required<HarOptions> | null {
  if (given === false) return null
  if (given === true) return DEFAULTS
  const refuse = (option: string, expected: string, value: unknown): never => {
    throw new TypeError(`Session: har.${option} takes ${expected}, not ${String(value)}`)
  }
  const options: Required<HarOptions> = { ...DEFAULTS }
  for (const [option, value] of Object.entries(given)) {
    if (!Object.hasOwn(DEFAULTS, option)) throw new TypeError(`Session: har has no option '${option}'`)
    if (value === undefined) continue
    if (option === 'content' || option === 'secrets') {
      if (typeof value !== 'boolean') refuse(option, 'a boolean', value)
    } else if (!Number.isSafeInteger(value) || (value as number) < 1)
      refuse(option, 'a whole number of at least 1', value)
    Object.assign(options, { [option]: value })
  }
  return options
}

/** The beginning of a body. */
class Kept {
  /** Of the whole body, in bytes. */
  size = 0
  readonly #most: number
  readonly #chunks: Uint8Array<ArrayBuffer>[] = []
  #length = 0

  constructor(most: number) {
    this.#most = most
  }

  add(bytes: Uint8Array): void {
    this.size += bytes.length
    const part = bytes.subarray(0, this.#most - this.#length)
    if (part.length === 0) return
    this.#chunks.push(part.slice())
    this.#length += part.length
  }

  get isCut(): boolean {
    return this.#length < this.size
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return join(this.#chunks, this.#length)
  }
}

const TUNNEL = 'CONNECT '

/** Records one hop. */
class Recorded implements HopObserver {
  readonly #options: Required<HarOptions>
  readonly #started = new Date()
  readonly #method: string
  readonly #url: string
  /** As fetch gave them, until the trace has what libcurl sends. */
  #headers: readonly RawHeader[]
  /** The head of the request as it is sent, as far as the trace has it. */
  #sent = ''
  /** null without a body. */
  readonly #sentBody: Kept | null
  readonly #sentType: string
  #head: HopHead | null = null
  readonly #body: Kept
  #end: HopEnd | null = null

  constructor(hop: HopStart, options: Required<HarOptions>) {
    this.#options = options
    this.#method = hop.method
    this.#url = hop.url
    this.#headers = [...hop.headers]
    this.#sentType = format.headerOf(this.#headers, 'content-type')
    const kept = options.content ? options.maxContent : 0
    this.#body = new Kept(kept)
    this.#sentBody = hop.body && new Kept(kept)
    if (hop.body) hop.body = this.#recording(hop.body, this.#sentBody!)
  }

  /** The same body, of which a copy is kept when it is read. */
  #recording(body: Body, kept: Kept): Body {
    const { source } = body
    if (source instanceof Uint8Array) kept.add(source)
    else if (source instanceof Blob) this.#reading = this.#readBlob(source, kept)
    else {
      const next = async (): Promise<{ done?: boolean; value?: unknown }> => {
        const result = await source.next()
        if (!result.done) kept.add(toChunk(result.value))
        return result
      }
      return { ...body, source: { next, cancel: (reason) => source.cancel(reason) } }
    }
    return body
  }

  /** Reads the beginning of a Blob. */
  #reading: Promise<void> | null = null
  async #readBlob(blob: Blob, kept: Kept): Promise<void> {
    const beginning = this.#options.content ? blob.slice(0, this.#options.maxContent) : new Blob()
    await beginning.arrayBuffer().then(
      (buffer) => kept.add(new Uint8Array(buffer)),
      () => {}, // a file that cannot be read any more fails the transfer
    )
    kept.size = blob.size
  }

  /** Takes the head of the request from the trace: fetch does not know what libcurl adds, such as cookies. */
  trace(kind: string, bytes: Uint8Array): boolean {
    if (kind !== 'header-out') return true
    this.#sent += isomorphicDecode(bytes)
    if (!this.#sent.endsWith('\r\n\r\n')) return true
    if (!this.#sent.startsWith(TUNNEL)) return false
    this.#sent = ''
    return true
  }

  head(head: HopHead): void {
    this.#head = head
  }

  data(bytes: Uint8Array): void {
    this.#body.add(bytes)
  }

  ended(end: HopEnd): void {
    this.#end = end
  }

  // --- the entry ---

  async entry(): Promise<HarEntry> {
    await this.#reading
    const { error, timings, connection, connectionId } = this.#end ?? {}
    const all = timings && format.harTimings(timings)
    const harTimings = all ?? { blocked: -1, dns: -1, connect: -1, ssl: -1, send: 0, wait: 0, receive: 0 }
    const address = connection?.remoteAddress?.address
    return {
      startedDateTime: this.#started.toISOString(),
      time: format.harTime(harTimings),
      request: this.#request(),
      response: this.#response(),
      cache: {},
      timings: harTimings,
      ...(address !== undefined && { serverIPAddress: address }),
      ...(connectionId !== undefined && connectionId >= 0 && { connection: String(connectionId) }),
      ...(!this.#end && { comment: 'not complete yet' }),
      ...(this.#end?.complete === false && error === null && { comment: 'the rest of the body was not wanted' }),
    }
  }

  #request(): HarRequest {
    const [line = '', ...lines] = this.#sent.split('\r\n')
    const headers = lines.length > 0 ? parseHeaderLines(lines.join('\n')) : this.#headers
    const { secrets } = this.#options
    return {
      method: this.#method,
      url: this.#url,
      httpVersion: /HTTP\/\S+$/.exec(line)?.[0] ?? this.#version,
      cookies: secrets ? format.sentCookies(headers) : [],
      headers: format.harHeaders(headers, secrets),
      queryString: format.harQuery(this.#url),
      ...this.#postData(),
      headersSize: this.#sent === '' ? -1 : this.#sent.length,
      bodySize: this.#sentBody?.size ?? 0,
    }
  }

  #postData(): Pick<HarRequest, 'postData'> {
    const kept = this.#sentBody
    if (!kept || !this.#options.content) return {}
    const { bytes, isCut } = kept
    return {
      postData: {
        mimeType: this.#sentType,
        params: [], // the text has all, and the specification allows one of the two
        ...format.harText(isCut ? format.wholeCharacters(bytes) : bytes),
        ...(isCut && { comment: format.CUT }),
      },
    }
  }

  get #version(): string {
    return this.#head ? `HTTP/${this.#head.version}` : 'unknown'
  }

  #response(): HarEntry['response'] {
    const head = this.#head
    const headers = head?.headers ?? []
    const { secrets } = this.#options
    const { error } = this.#end ?? {}
    return {
      status: head?.status ?? 0,
      statusText: head?.statusText ?? '',
      httpVersion: this.#version,
      cookies: secrets ? format.receivedCookies(headers) : [],
      headers: format.harHeaders(headers, secrets),
      content: this.#content(headers),
      redirectURL: format.headerOf(headers, 'location'),
      headersSize: -1,
      bodySize: head ? this.#body.size : -1,
      ...(error !== undefined && error !== null && { _error: reasonOf(error) }),
    }
  }

  #content(headers: readonly RawHeader[]): HarContent {
    const mimeType = format.headerOf(headers, 'content-type') || 'x-unknown'
    const { size, isCut } = this.#body
    if (!this.#options.content) return { size, mimeType, comment: 'the session does not record bodies' }
    const codings = format.headerOf(headers, 'content-encoding')
    const decoded = codings === '' ? null : decode(this.#body.bytes, codings, this.#options.maxContent)
    if (codings !== '' && !decoded) return { size, mimeType, comment: `the body could not be decoded: ${codings}` }
    const bytes = decoded?.bytes ?? this.#body.bytes
    const isPart = isCut || (decoded?.isPart ?? false)
    return {
      size: decoded ? bytes.length : size,
      ...(decoded && !isPart && { compression: bytes.length - size }),
      mimeType,
      ...format.harText(isPart ? format.wholeCharacters(bytes) : bytes),
      ...(isPart && { comment: format.CUT }),
    }
  }
}

/** Decodes at most `most` bytes. null if that is not possible. */
function decode(
  coded: Uint8Array<ArrayBuffer>,
  codings: string,
  most: number,
): { bytes: Uint8Array<ArrayBuffer>; isPart: boolean } | null {
  let decoder: Decoder | null = null
  try {
    decoder = new Decoder(readCodings(codings))
    if (coded.length > 0) decoder.feed(coded)
    const chunks: Uint8Array<ArrayBuffer>[] = []
    let length = 0
    while (length <= most) {
      const chunk = coded.length > 0 ? decoder.drain() : null
      if (!chunk) break
      chunks.push(chunk)
      length += chunk.length
    }
    return { bytes: join(chunks, length).slice(0, most), isPart: length > most || !decoder.isComplete }
  } catch {
    return null
  } finally {
    decoder?.close()
  }
}

/** What went wrong, in words: that of a network error is its cause. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: unknown }
  return String(cause ?? error)
}

export class HarRecorder implements Observer {
  readonly active = true
  readonly #options: Required<HarOptions>
  readonly #hops: Recorded[] = []

  constructor(options: Required<HarOptions>) {
    this.#options = options
  }

  begin(hop: HopStart): HopObserver {
    const recorded = new Recorded(hop, this.#options)
    if (this.#hops.push(recorded) > this.#options.maxEntries) this.#hops.shift()
    return recorded
  }

  /** What was recorded so far, also of transfers that still run. */
  async har(): Promise<Har> {
    const entries = await Promise.all(this.#hops.map((hop) => hop.entry()))
    const creator = { name: 'libcurl-wasm', version: hasCurrent() ? version().split(' ', 1)[0]! : '' }
    return { log: { version: '1.2', creator, entries } }
  }
}
