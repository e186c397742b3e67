// Parses the lines of a response's head, without their ends.
import type { RawHeader } from './headers.js'

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

/** Whether a line can be a status line, or lines can be a head. */
export function beginsHead(line: Uint8Array): boolean {
  return line[0] === 72 && line[1] === 84 && line[2] === 84 && line[3] === 80 && line[4] === 47 // HTTP/
}

/** null if it is not a header. */
export function parseHeaderLine(line: string): RawHeader | null {
  const colon = line.indexOf(':')
  return colon > 0 ? [line.slice(0, colon), line.slice(colon + 1).replace(SURROUNDING_BLANKS, '')] : null
}

/** The headers of a text of whole lines. Lines that are no headers are left out. */
export function parseHeaderLines(text: string): RawHeader[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const header = parseHeaderLine(line)
    return header ? [header] : []
  })
}
