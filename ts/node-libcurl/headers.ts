// The headers of responses, as the event 'end' and curly() have them.

/** The headers of one response by name. A transfer has several responses: those of redirects and logins, too. */
export type HeaderInfo = {
  /** The status line. */
  result?: { version: string; code: number; reason: string }
} & {
  'Set-Cookie'?: string[]
} & {
  [headerKey: string]: string
}

/** Parses all header lines of a transfer. Each response begins with its status line, and ends with an empty one. */
export function parseHeaders(text: string): HeaderInfo[] {
  const responses: Record<string, unknown>[] = []
  for (const block of text.split(/\r?\n\r?\n|\r\r/)) {
    if (block === '') continue
    const lines = block.split(/\r?\n|\r/)
    const last = responses.at(-1)
    // the trailers of a response come after its body, and have no status line
    if (last && /^[^\s:]+:/.test(lines[0]!)) addLines(last, lines)
    else responses.push(parseResponse(lines))
  }
  return responses as HeaderInfo[]
}

function parseResponse([status = '', ...lines]: string[]): Record<string, unknown> {
  const [version = '', code = '0', ...reason] = status.split(' ')
  const headers = { result: { version, code: parseInt(code, 10), reason: reason.join(' ') } }
  addLines(headers, lines)
  return headers
}

function addLines(headers: Record<string, unknown>, lines: string[]): void {
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).trim()
    if (/^set-cookie$/i.test(name)) ((headers['Set-Cookie'] ??= []) as string[]).push(value)
    else headers[name] = value
  }
}
