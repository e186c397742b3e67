// Parses the lines of a response's head, without their ends.
import { isomorphicDecode, type RawHeader } from './headers.js'

const STATUS_LINE = /^HTTP\/(\S+) +(\d{3}) ?([^\r\n]*)(?:\r?\n|$)/
const SURROUNDING_BLANKS = /^[\t ]+|[\t ]+$/g

export interface StatusLine {
  /** For example '1.1' or '2'. */
  version: string
  status: number
  statusText: string
}

/** Reads the status line that the text begins with. null if there is none. */
export function parseStatusLine(text: string): (StatusLine & { length: number }) | null {
  const parts = STATUS_LINE.exec(text)
  return parts && { version: parts[1]!, status: Number(parts[2]), statusText: parts[3]!, length: parts[0].length }
}

/** Whether a line can be a status line. */
export function beginsHead(line: Uint8Array): boolean {
  return line[0] === 72 && line[1] === 84 && line[2] === 84 && line[3] === 80 && line[4] === 47 // HTTP/
}

/** null if it is not a header. */
export function parseHeaderLine(line: string): RawHeader | null {
  const colon = line.indexOf(':')
  return colon > 0 ? [line.slice(0, colon), line.slice(colon + 1).replace(SURROUNDING_BLANKS, '')] : null
}

/** Header lines, with their ends, one after another. They are decoded as one text, because each text has its cost. */
export class HeaderLines {
  #bytes = new Uint8Array(1024)
  #length = 0

  clear(): void {
    this.#length = 0
  }

  /** Copies a line, with its end. */
  add(line: Uint8Array): void {
    const length = this.#length + line.length
    if (length > this.#bytes.length) {
      const longer = new Uint8Array(2 * length)
      longer.set(this.#bytes)
      this.#bytes = longer
    }
    this.#bytes.set(line, this.#length)
    this.#length = length
  }

  text(): string {
    return isomorphicDecode(this.#bytes.subarray(0, this.#length))
  }
}

/** The headers of a text of whole lines. Lines that are no headers are left out. */
export function parseHeaderLines(text: string): RawHeader[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const header = parseHeaderLine(line)
    return header ? [header] : []
  })
}
