// Draws the line that is being edited, and redraws it from its first row on when it has changed. If it has more rows
// than the screen, it draws the part around the cursor.
import type { IMarker } from '@xterm/xterm'
import { layOut, windowOf, type Layout, type Prompts } from './layout.js'
import type { Screen } from './screen.js'

export class Painter {
  /** The row of the cursor, counted from the first one that is drawn. */
  #row = 0
  #top = 0
  #marker: IMarker | null = null

  constructor(private readonly screen: Screen) {}

  /** Starts a new line at the cursor. */
  begin(): void {
    this.#row = 0
    this.#top = 0
    this.#marker?.dispose()
    this.#marker = null
    this.screen.write('', () => (this.#marker = this.screen.terminal.registerMarker(0)))
  }

  draw(text: string, cursor: number, prompts: Prompts): void {
    const { columns, rows: height } = this.screen
    const layout = layOut(text, cursor, columns, prompts)
    this.#top = windowOf(layout, height, this.#top)
    const shown = layout.rows.slice(this.#top, this.#top + height)
    const row = layout.row - this.#top
    const back = shown.length - 1 - row
    this.screen.write(
      `\x1b[?25l${this.#toStart()}${painted({ ...layout, rows: shown }, this.#top === 0 ? prompts : null)}` +
        `${back > 0 ? `\x1b[${back}A` : ''}\r${layout.column > 0 ? `\x1b[${layout.column}C` : ''}\x1b[?25h`,
    )
    this.#row = row
  }

  /** Draws the whole line, and moves to the row below it. */
  finish(text: string, prompts: Prompts, suffix = ''): void {
    const layout = layOut(text, text.length, this.screen.columns, prompts)
    // drops a row that was only for the cursor
    if (layout.rows.at(-1)!.wrapped && layout.rows.at(-1)!.text === '' && suffix === '') layout.rows.pop()
    this.screen.write(`${this.#toStart()}${painted(layout, prompts)}${suffix}\r\n`)
    this.#row = 0
    this.#marker?.dispose()
    this.#marker = null
  }

  /** Erases the line, so that something else can be written in its place. */
  erase(): void {
    this.screen.write(this.#toStart())
    this.#row = 0
  }

  /** Finds the first row again after the size of the terminal has changed. */
  resized(): void {
    const { active } = this.screen.terminal.buffer
    if (this.#marker && this.#marker.line >= 0)
      this.#row = Math.max(0, Math.min(active.cursorY, active.baseY + active.cursorY - this.#marker.line))
  }

  #toStart(): string {
    return `${this.#row > 0 ? `\x1b[${this.#row}A` : ''}\r\x1b[J`
  }
}

/** The sequences that draw the rows. With `prompts`, the first row has a prompt, which gets a colour. */
function painted({ rows }: Layout, prompts: Prompts | null): string {
  return rows
    .map(({ text, wrapped }, i) => {
      const coloured =
        i === 0 && prompts ? `\x1b[36;1m${prompts.first}\x1b[0m${text.slice(prompts.first.length)}` : text
      if (i === 0) return coloured
      // the terminal wraps to this row by itself, so that users can copy both as one line
      if (wrapped) return text === '' ? ' \r' : coloured
      return `\r\n${coloured}`
    })
    .join('')
}
