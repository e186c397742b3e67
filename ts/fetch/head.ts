// Heads of responses, from the lines that libcurl gives to Easy.readHeads(): what is refused in them, because libcurl and
// others would read it differently.
import type { Easy } from '../libcurl/easy.js'
import { isomorphicDecode, type RawHeader } from '../http/headers.js'
import { parseHeaderLine, parseHeaderLines, parseStatusLine, type StatusLine } from '../http/lines.js'

/** A header that says where the body ends, with a blank before its colon: libcurl would not recognize it. */
const FRAMING = /^(content-length|transfer-encoding|content-encoding)[\t ]+:.*/im
/** A length that may be too large, or content codings. One search of all lines is faster than one of each. */
const LONG_LENGTH = /^content-length:.*\d{19}/im
const CODED = /^content-encoding:/im
const MAX_LENGTH = 2n ** 63n - 1n

/** The start of a response. Its headers are parsed when they are asked for. */
export class Head {
  readonly version: string
  readonly status: number
  readonly statusText: string
  readonly #lines: string
  #headers: readonly RawHeader[] | null = null

  constructor({ version, status, statusText }: StatusLine, lines: string) {
    this.version = version
    this.status = status
    this.statusText = statusText
    this.#lines = lines
  }

  get headers(): readonly RawHeader[] {
    return (this.#headers ??= parseHeaderLines(this.#lines))
  }

  /** Whether there is a header Content-Encoding. */
  get isCoded(): boolean {
    return CODED.test(this.#lines)
  }
}

/** Reads the lines of a head, with their ends, of which the last is empty. @throws Error that says what is wrong */
export function readHead(bytes: Uint8Array): Head {
  const text = isomorphicDecode(bytes)
  // libcurl takes it for the end of the head
  if (!text.endsWith('\n\r\n') && !text.endsWith('\n\n'))
    throw new Error('the response has a line that begins with a carriage return')
  const start = parseStatusLine(text)
  if (!start) throw new Error(`the response begins with '${text.slice(0, 100)}', which is no status line`)
  const lines = text.slice(start.length)
  const [unframed] = FRAMING.exec(lines) ?? []
  if (unframed !== undefined) throw new Error(`the response has a blank before the colon of '${unframed}'`)
  const head = new Head(start, lines)
  if (LONG_LENGTH.test(lines)) head.headers.forEach(checkLength)
  return head
}

/** Refuses a length that libcurl cannot hold, because libcurl ignores it. */
function checkLength([name, value]: RawHeader): void {
  if (name.toLowerCase() !== 'content-length') return
  const [digits] = /\d{19,}/.exec(value) ?? []
  if (digits && BigInt(digits) > MAX_LENGTH)
    throw new Error(`the Content-Length of the response is too large: ${value}`)
}

/** Adds a line that comes after the body, if it is a header. */
export function addTrailer(trailers: RawHeader[], line: Uint8Array): void {
  const header = parseHeaderLine(isomorphicDecode(line).replace(/\r?\n$/, ''))
  if (header) trailers.push(header)
}

/**
 * How many bytes of a body come after the head of an HTTP/1 response, by its length; null if the headers do not say.
 * libcurl goes on to send a request's body after the response is complete, and does not say that it is.
 * @see RFC 9112, 6.3
 */
export function announcedLength({ version, status, headers }: Head, method: string): number | null {
  if (version >= '2') return null
  if (method === 'HEAD' || status === 204 || status === 304) return 0
  let length: number | null = null
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    if (key === 'transfer-encoding') return null
    if (key === 'content-length') length = Number.parseInt(value, 10)
  }
  return length
}

/** Whether libcurl may send the request again, with credentials or without Expect, so that the head has to wait. */
export function mayGoOn(easy: Easy, status: number, expects: boolean): boolean {
  switch (status) {
    case 401: // by now libcurl has chosen how to authenticate, if it has credentials
      return easy.getinfo('HTTPAUTH_USED') !== 0
    case 417:
      return expects
    default:
      return status === 407
  }
}
