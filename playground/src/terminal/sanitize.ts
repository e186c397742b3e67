// Makes bytes of others safe for the terminal. Text, lines, tabs, colours and weight pass, and a carriage return does
// if a progress meter needs it. All other sequences, such as those that move the cursor, query the terminal, or set its
// title or the clipboard, are shown as text. A link (OSC 8) loses its target, and keeps its text.
import { standIn } from './width.js'

/** A sequence that may go on in the next chunk is held back, up to this length. */
const HELD = 2048

const ESCAPE = '\x1b'
const COLOUR = /^\x1b\[([\d;:]*)m/
const COLOUR_BEGUN = /^\x1b(?:\[[\d;:]{0,40})?$/
const LINK = /^\x1b\]8;[^\x00-\x1f\x7f-\x9f]*(?:\x1b\\|\x07)/
const LINK_BEGUN = /^\x1b(?:\](?:8(?:;[^\x00-\x1f\x7f-\x9f]*\x1b?)?)?)?$/
/** Characters that can pass without a closer look. */
const PLAIN =
  /[^\x00-\x1f\x7f-\u009f\xad\u0600-\u061c\u06dd-\u070f\u08e2\u180e\u200b-\u206f\ufeff\ufff9-\ufffb\u{e0001}-\u{e007f}\u{110bd}-\u{1d17a}]+/uy

/** SGR codes that may pass: bold, faint, italic, underlined, reversed, and their ends. Not blinking or hidden. */
const WEIGHTS = new Set([0, 1, 2, 3, 4, 7, 22, 23, 24, 27, 39, 49])

function isColour(parameters: string): boolean {
  if (parameters.includes(':')) return false
  const codes = parameters.split(';').map(Number)
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!
    if (code === 38 || code === 48) {
      if (codes[i + 1] === 5 && codes[i + 2]! < 256) i += 2
      else if (codes[i + 1] === 2 && codes.slice(i + 2, i + 5).filter((c) => c < 256).length === 3) i += 4
      else return false
    } else if (!WEIGHTS.has(code) && !(code >= 30 && code <= 47) && !(code >= 90 && code <= 107)) return false
  }
  return true
}

/** More marks on one character than any script has. They would be drawn over the lines around it. */
const STACKED = /(\p{M}{6})\p{M}+/gu

export class Sanitizer {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  #held = ''
  /** The present colours, to be restored after text that is shown in another style. */
  #style = ''

  /** @param returns Whether a lone carriage return may pass, and go back to the start of the line. */
  constructor(private readonly returns: boolean) {}

  /** The safe text of a chunk. */
  push(bytes: Uint8Array): string {
    return this.#filter(this.#held + this.#decoder.decode(bytes, { stream: true }), false)
  }

  /** The text that is left at the end, with the colours switched off. */
  end(): string {
    const rest = this.#filter(this.#held + this.#decoder.decode(), true)
    return this.#style ? `${rest}\x1b[0m` : rest
  }

  #filter(text: string, last: boolean): string {
    let safe = ''
    this.#held = ''
    for (let i = 0; i < text.length;) {
      PLAIN.lastIndex = i
      const plain = PLAIN.exec(text)?.[0]
      if (plain) {
        safe += plain.replace(STACKED, '$1')
        i += plain.length
        continue
      }
      const character = String.fromCodePoint(text.codePointAt(i)!)
      const rest = character === ESCAPE || character === '\r' ? text.slice(i, i + HELD) : ''
      if (!last && rest !== '' && rest.length === text.length - i && this.#isBegun(rest)) {
        this.#held = rest
        break
      }
      const sequence = character === ESCAPE ? (COLOUR.exec(rest) ?? LINK.exec(rest)) : null
      if (sequence && (sequence[1] === undefined || isColour(sequence[1]))) {
        if (sequence[1] !== undefined) safe += this.#styled(sequence)
        i += sequence[0].length
      } else if (rest.startsWith('\r\n')) {
        safe += this.#lineEnd()
        i += 2
      } else {
        safe += this.#single(character)
        i += character.length
      }
    }
    return safe
  }

  /** Whether this may be the beginning of a sequence that the next chunk completes. */
  #isBegun(rest: string): boolean {
    return rest === '\r' || (rest.length < HELD && (COLOUR_BEGUN.test(rest) || LINK_BEGUN.test(rest)))
  }

  #styled([sequence, parameters]: RegExpExecArray): string {
    const codes = parameters!.split(';').map(Number)
    const reset = codes.at(-1) === 0
    this.#style = reset ? '' : this.#style.length > 200 ? sequence : this.#style + sequence
    return sequence
  }

  /** Ends a line without a style, so that a background does not fill the rest of the row. */
  #lineEnd(): string {
    return this.#style ? `\x1b[0m\r\n${this.#style}` : '\r\n'
  }

  #single(character: string): string {
    if (character === '\n') return this.#lineEnd()
    if (character === '\t' || (character === '\r' && this.returns)) return character
    const instead = standIn(character)
    return instead === null ? character : `\x1b[0;2m${instead}\x1b[0m${this.#style}`
  }
}
