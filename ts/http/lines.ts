// Parses the lines of a response's head, without their ends.
import type { RawHeader } from './headers.js'

const STATUS_LINE = /^HTTP\/(\S+) +(\d{3}) ?(.*)$/
const SURROUNDING_BLANKS = /^[\t ]+|[\t ]+$/g

export interface StatusLine {
  /** For example '1.1' or '2'. */
  version: string
  status: number
  statusText: string
}

/** null if it is not a status line. */
export function parseStatusLine(line: string): StatusLine | null {
  const parts = STATUS_LINE.exec(line)
  return parts && { version: parts[1]!, status: Number(parts[2]), statusText: parts[3]! }
}

/** null if it is not a header. */
export function parseHeaderLine(line: string): RawHeader | null {
  const colon = line.indexOf(':')
  return colon > 0 ? [line.slice(0, colon), line.slice(colon + 1).replace(SURROUNDING_BLANKS, '')] : null
}
