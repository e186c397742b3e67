// Makes text of others safe to show: characters that are invisible, or would reorder or overwrite text around them, are
// shown by name in a small chip. All panels show untrusted text through this, as nodes and never as markup.
import { h } from '../dom.js'

/**
 * Control characters (C0, C1 and DEL), the soft hyphen, bidirectional marks, embeddings and isolates, zero-width
 * characters, unusual line ends, fillers, rare variation selectors, tag characters, and lone surrogates.
 */
const UNSAFE =
  /[\0-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\u{e0000}-\u{e0fff}]/gu

const CONTROLS = (
  'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI ' +
  'DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'
).split(' ')

/** The name of an unsafe character: ESC for a control character, U+202E for others. */
export function nameOf(character: string): string {
  const code = character.codePointAt(0)!
  if (code < 0x20) return CONTROLS[code]!
  if (code === 0x7f) return 'DEL'
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}

/** Splits a text into safe parts and single unsafe characters. A tab is safe. */
export function pieces(text: string): { text: string; unsafe: boolean }[] {
  const found: { text: string; unsafe: boolean }[] = []
  let from = 0
  for (const match of text.matchAll(UNSAFE)) {
    if (match[0] === '\t') continue
    if (match.index > from) found.push({ text: text.slice(from, match.index), unsafe: false })
    found.push({ text: match[0], unsafe: true })
    from = match.index + match[0].length
  }
  if (from < text.length) found.push({ text: text.slice(from), unsafe: false })
  return found
}

/** How many characters of a text are shown by default. */
const SHOWN = 4000

/** The text as nodes, to be passed to h(). A long text is cut, with a note of how much is missing. */
export function visible(text: string, limit = SHOWN): (string | Node)[] {
  const shown = text.length > limit ? text.slice(0, limit) : text
  const nodes: (string | Node)[] = pieces(shown).map((piece) =>
    piece.unsafe ? h('span.odd', { title: 'A special character, shown by name' }, nameOf(piece.text)) : piece.text,
  )
  const more = text.length - shown.length
  if (more > 0) nodes.push(h('span.more', null, ` \u2026 ${more.toLocaleString('en')} more characters`))
  return nodes
}

/** The same as a plain string, for attributes and options, with '[U+202E]' for an unsafe character. */
export function visibleString(text: string, limit = 200): string {
  const shown = pieces(text.slice(0, limit)).map((piece) => (piece.unsafe ? `[${nameOf(piece.text)}]` : piece.text))
  return shown.join('') + (text.length > limit ? '\u2026' : '')
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const latin1 = new TextDecoder('latin1')

/** Decodes bytes of a trace or a header as UTF-8, or if they are not valid, as one character for each byte. */
export function textOf(bytes: Uint8Array): string {
  const text = utf8.decode(bytes)
  return text.includes('\ufffd') ? latin1.decode(bytes) : text
}
