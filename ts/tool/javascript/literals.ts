// JavaScript literals that are readable, and that show all their characters.
import type { Text } from '../record.js'

/** Characters that move, hide or reorder text in an editor. */
const HIDDEN = /[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g
const WIDTH = 80

/** A string literal, with the quotes that need the least escaping. */
export function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replace(/\\"/g, '"')
    .replace(quote === "'" ? /'/g : /"/g, `\\${quote}`)
    .replace(HIDDEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return quote + escaped + quote
}

/** A literal for a text: a string, or bytes if it is not UTF-8. */
export function literal(text: Text): string {
  return typeof text === 'string' ? quoted(text) : `Uint8Array.of(${text.join(', ')})`
}

export function property(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)
}

/** A comment on one line, whatever the text contains. */
export function comment(text: string): string {
  return `// ${visible(text)}`
}

/** A comment among other code. */
export function note(text: string): string {
  return `/* ${visible(text).replaceAll('*/', '* /')} */`
}

function visible(text: string): string {
  return text.replace(/[\0-\x1f]/g, ' ').replace(HIDDEN, '?')
}

/** `[a, b]` or `{ a, b }`: on one line if there is room for it, and if none of the items has several. */
export function list(items: readonly string[], [open, close]: '[]' | '{}' | readonly [string, string]): string {
  if (items.length === 0) return `${open}${close}`
  const space = open === '{' ? ' ' : ''
  const line = `${open}${space}${items.join(', ')}${space}${close}`
  if (line.length <= WIDTH && !line.includes('\n')) return line
  return `${open}\n${items.map((item) => `${indented(item)},\n`).join('')}${close}`
}

export function indented(code: string): string {
  return code.replace(/^(?=.)/gm, '  ')
}
