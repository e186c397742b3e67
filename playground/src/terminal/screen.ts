// The screen of the terminal, which is xterm.js. It takes text of the page's own, which may have escape sequences, and
// bytes from others, which pass through a Sanitizer. What xterm.js answers to sequences is ignored.
import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { palette } from './palette.js'
import { Sanitizer } from './sanitize.js'
import { shown } from './width.js'

const SCROLLBACK = 10_000
/** In a window narrower than this, the font is smaller. */
const NARROW = 720

const SEQUENCE = /\x1b\[[?\d;]*[A-Za-z]/g

export type Style = 'plain' | 'dim' | 'bad' | 'accent' | 'bold'
const STYLES: Readonly<Record<Style, string>> = {
  ...{ plain: '', dim: '\x1b[90m', bad: '\x1b[31m', accent: '\x1b[36m', bold: '\x1b[1m' },
}

/** Text of the page's own in a style. It may quote text of others, so it is made visible. */
export function styled(style: Style, text: string): string {
  const safe = shown(text).replaceAll('\n', '\r\n')
  return STYLES[style] ? `${STYLES[style]}${safe}\x1b[0m` : safe
}

export class Screen {
  readonly terminal: Terminal
  readonly #fit = new FitAddon()
  readonly #element: HTMLElement
  #column = 0

  constructor(element: HTMLElement) {
    this.#element = element
    this.terminal = new Terminal({
      cols: 80,
      rows: 24,
      scrollback: SCROLLBACK,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
      fontSize: fontSize(),
      lineHeight: 1.25,
      minimumContrastRatio: 4.5, // so that text in the colour of its background is not hidden
      cursorStyle: 'bar',
      cursorWidth: 2,
      cursorInactiveStyle: 'outline',
      drawBoldTextInBrightColors: false,
      ignoreBracketedPasteMode: true,
      theme: palette(element),
      windowOptions: {},
      overviewRuler: { width: 10 }, // the width of the scrollbar
      linkHandler: { activate: () => {} },
    })
    this.terminal.loadAddon(this.#fit)
    this.terminal.open(element)
    const input = this.terminal.textarea!
    for (const [name, value] of Object.entries({ autocomplete: 'off', enterkeyhint: 'go', spellcheck: 'false' }))
      input.setAttribute(name, value)
    input.setAttribute('aria-label', 'Command line')
  }

  get columns(): number {
    return this.terminal.cols
  }

  get rows(): number {
    return this.terminal.rows
  }

  /** Fits the terminal into its element. */
  fit(): void {
    const size = fontSize()
    if (this.terminal.options.fontSize !== size) this.terminal.options.fontSize = size
    if (this.#element.clientWidth > 0 && this.#element.clientHeight > 0) this.#fit.fit()
  }

  recolour(): void {
    this.terminal.options.theme = palette(this.#element)
  }

  /** Writes text of the page's own, as it is. */
  write(text: string, drawn?: () => void): void {
    const last = text.replace(SEQUENCE, '').at(-1)
    if (last !== undefined) this.#column = last === '\r' || last === '\n' ? 0 : 1
    this.terminal.write(text, drawn)
  }

  /** Writes text of the page's own on a new line. */
  line(style: Style, text: string): void {
    this.fresh()
    this.write(`${styled(style, text)}\r\n`)
  }

  /** Goes to a new line, unless the cursor is at the start of one. */
  fresh(): void {
    if (this.#column > 0) this.write('\r\n')
  }

  /** An output for bytes from others, which it makes safe. `returns` allows a lone carriage return. */
  stranger(returns: boolean): { write: (bytes: Uint8Array, drawn?: () => void) => void; end: () => void } {
    const sanitizer = new Sanitizer(returns)
    return {
      write: (bytes, drawn) => this.write(sanitizer.push(bytes), drawn),
      end: () => this.write(sanitizer.end()),
    }
  }

  /** Clears the screen and the scrollback. */
  clear(): void {
    this.terminal.clear()
    this.write('\x1b[2J\x1b[H')
  }
}

function fontSize(): number {
  return innerWidth < NARROW ? 12 : 13
}
