// Lays out the line that is being edited: its rows as the terminal wraps them, and the cell of the cursor.
import { cellsOf, standIn } from './width.js'

export interface Row {
  /** The text on the screen, with the prompt. */
  text: string
  /** Whether this row continues the one before. */
  wrapped: boolean
}

export interface Layout {
  rows: Row[]
  /** The cell of the cursor, from 0. */
  row: number
  column: number
}

export interface Prompts {
  /** Before the first line, and before each line after it. Each character takes one cell. */
  first: string
  next: string
}

const TAB = 4

/** How one character is shown in an edited line. A tab becomes blanks, so that its width is known. */
function shapeOf(character: string): string {
  return character === '\t' ? ' '.repeat(TAB) : (standIn(character) ?? character)
}

/**
 * Lays out a text. `cursor` is an offset in it. The cursor always has a cell: after a full row it is in the next one.
 */
export function layOut(text: string, cursor: number, columns: number, prompts: Prompts): Layout {
  const rows: Row[] = [{ text: prompts.first, wrapped: false }]
  let column = prompts.first.length
  let at: { row: number; column: number } | null = null
  const put = (cell: string): void => {
    const width = cellsOf(cell)
    if (column + width > columns) {
      rows.push({ text: '', wrapped: true })
      column = 0
    }
    rows.at(-1)!.text += cell
    column += width
  }
  let offset = 0
  for (const character of text) {
    // if the next character does not fit into this row, the cursor is in the next one
    const shape = character === '\n' ? '' : shapeOf(character)
    if (offset >= cursor && !at) {
      const first = Array.from(shape)[0]
      const wraps = column + (first ? cellsOf(first) : 1) > columns
      if (wraps && character !== '\n') at = { row: rows.length, column: 0 }
      else at = { row: rows.length - 1, column: Math.min(column, columns - 1) }
    }
    if (character === '\n') {
      rows.push({ text: prompts.next, wrapped: false })
      column = prompts.next.length
    } else for (const cell of shape) put(cell)
    offset += character.length
  }
  if (!at) {
    if (column >= columns) {
      rows.push({ text: '', wrapped: true })
      column = 0
    }
    at = { row: rows.length - 1, column }
  }
  return { rows, ...at }
}

/**
 * The first row to show on a screen of `height` rows, so that the cursor is visible. `top` was the first one before.
 */
export function windowOf(layout: Layout, height: number, top: number): number {
  const last = Math.max(0, layout.rows.length - height)
  const least = Math.max(0, layout.row - height + 1)
  return Math.min(last, Math.max(least, Math.min(top, layout.row)))
}
