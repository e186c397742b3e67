// Splits JSON into lines for reading, one for each value, with its depth. It only looks at tokens, and keeps each as it
// was sent: numbers keep their digits, and keys their order and duplicates. Depth costs nothing. The text may be
// incomplete, or have several documents (NDJSON).

export interface JsonLine {
  /** The place of its tokens in the text. There may be space between them. */
  start: number
  end: number
  depth: number
  /** The index of the line with the bracket that closes this one's. -1 if there is none. */
  close: number
  /** How many values or members are between the two. */
  items: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
const isOpening = (code: number): boolean => code === 0x7b || code === 0x5b
const isClosing = (code: number): boolean => code === 0x7d || code === 0x5d
const isPunctuation = (code: number): boolean => isOpening(code) || isClosing(code) || code === COMMA || code === 0x3a

/** The index after the token that begins at `at`. */
function tokenEnd(text: string, at: number): number {
  const first = text.charCodeAt(at)
  if (isPunctuation(first)) return at + 1
  if (first === QUOTE) {
    for (let i = at + 1; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code === BACKSLASH) i++
      else if (code === QUOTE) return i + 1
    }
    return text.length
  }
  let i = at + 1
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (isSpace(code) || isPunctuation(code) || code === QUOTE) break
  }
  return i
}

function skipSpace(text: string, at: number): number {
  while (at < text.length && isSpace(text.charCodeAt(at))) at++
  return at
}

/** The lines of JSON, or of the beginning of JSON. It makes lines of other text too. */
export function jsonLines(text: string): JsonLine[] {
  const lines: JsonLine[] = []
  /** The lines whose bracket is not closed yet. */
  const open: number[] = []
  let line: JsonLine | null = null
  const begin = (start: number): JsonLine => {
    const begun = { start, end: start, depth: open.length, close: -1, items: 0 }
    lines.push(begun)
    const parent = open.at(-1)
    if (parent !== undefined) lines[parent]!.items++
    return begun
  }
  for (let at = skipSpace(text, 0); at < text.length;) {
    const end = tokenEnd(text, at)
    const code = text.charCodeAt(at)
    if (isOpening(code)) {
      line ??= begin(at)
      line.end = end
      const next = skipSpace(text, end)
      if (next < text.length && isClosing(text.charCodeAt(next))) {
        // empty: both brackets on one line
        line.end = at = next + 1
        at = skipSpace(text, at)
        continue
      }
      open.push(lines.length - 1)
      line = null
    } else if (isClosing(code)) {
      const opened = open.pop()
      line = { start: at, end, depth: open.length, close: -1, items: 0 }
      lines.push(line)
      if (opened !== undefined) lines[opened]!.close = lines.length - 1
    } else {
      // another document begins
      if (line && open.length === 0 && code !== COMMA && code !== 0x3a && isComplete(text, line)) line = null
      line ??= begin(at)
      line.end = end
      if (code === COMMA) line = null
    }
    at = skipSpace(text, end)
    // a document has ended
    if (line && open.length === 0 && isClosing(code)) line = null
  }
  return lines
}

/** Whether a line at the top level is a complete value, and not a member of an object. */
function isComplete(text: string, line: JsonLine): boolean {
  const last = text.charCodeAt(line.end - 1)
  return last !== 0x3a && last !== COMMA
}

export interface Token {
  text: string
  kind: 'key' | 'string' | 'number' | 'word' | 'punctuation'
}

/** The tokens of a line, at most `limit` characters of it. */
export function tokensOf(text: string, { start, end }: JsonLine, limit: number): Token[] {
  const tokens: Token[] = []
  const last = Math.min(end, start + limit)
  for (let at = skipSpace(text, start); at < last;) {
    const stop = Math.min(tokenEnd(text, at), end)
    const next = skipSpace(text, stop)
    const first = text[at]!
    const isKey = first === '"' && next < end && text[next] === ':'
    tokens.push({ text: text.slice(at, Math.min(stop, last)), kind: isKey ? 'key' : kindOf(first) })
    at = next
  }
  return tokens
}

function kindOf(first: string): Token['kind'] {
  if (first === '"') return 'string'
  if (/[{}[\],:]/.test(first)) return 'punctuation'
  return /[-0-9]/.test(first) ? 'number' : 'word'
}

/** The indexes of the visible lines, when those in `folded` hide their content. */
export function unfolded(lines: readonly JsonLine[], folded: ReadonlySet<number>): number[] {
  const shown: number[] = []
  for (let i = 0; i < lines.length; i++) {
    shown.push(i)
    if (folded.has(i) && lines[i]!.close > i) i = lines[i]!.close
  }
  return shown
}
