// How a character is shown in the terminal, and how many cells it takes. Characters that are invisible, or would move
// or reorder others, are replaced by visible ones. The number of cells is the same as in xterm.js (UnicodeV6.ts there),
// except for combining marks of recent years, which xterm.js does not know.

/** C0, DEL and C1, Unicode's line and paragraph separators, and its format characters, except the joiner of emoji. */
const UNSHOWN = /[\0-\x1f\x7f-\x9f\u2028\u2029]|(?!\u200d)\p{Cf}/u

const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3040, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x2fffd],
  [0x30000, 0x3fffd],
]
/** Marks, the joiner, and the parts of a Korean syllable that share the cell of the first part. */
const COMBINING = /[\p{Mn}\p{Me}\u1160-\u11ff\u200d]/u

/** The replacement for a character that is not shown as it is. Null for all others. */
export function standIn(character: string): string | null {
  if (!UNSHOWN.test(character)) return null
  const code = character.codePointAt(0)!
  // as `cat -v` writes it, because few fonts have pictures of control characters
  if (code < 0x80) return `^${String.fromCharCode(code ^ 0x40)}`
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`
}

/** How many cells one character takes that is shown as it is. */
export function cellsOf(character: string): number {
  const code = character.codePointAt(0)!
  if (code < 0x300) return 1
  if (COMBINING.test(character)) return 0
  return code >= WIDE[0]![0] && WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1
}

/** How many cells a text takes. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += cellsOf(character)
  return width
}

/** A text without hidden characters. Line ends and tabs stay. */
export function shown(text: string): string {
  return Array.from(text, (c) => (c === '\n' || c === '\t' ? c : (standIn(c) ?? c))).join('')
}
