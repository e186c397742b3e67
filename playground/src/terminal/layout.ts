// Where the line that is being edited is on the screen: its rows as the terminal wraps them, and the cell of the cursor.
import { cellsOf, standIn } from './width.js'

export interface Row {
  /** What is shown, prompt included. */
  text: string
  /** Whether the row before goes on in this one. */
  wrapped: boolean
}

export interface Layout {
  rows: Row[]
  /** Of the cursor, from 0. */
  row: number
  column: number
}

export interface Prompts {
  /** Before the line, and before what is behind each line break. One cell a character; `style` is what colours them. */
  first: string
  next: string
}

const TAB = 4

/** The shape of one character in an edited line. A tab is not one of the terminal's, so that every width is known. */
function shapeOf(character: string): string {
  return character === '\t' ? ' '.repeat(TAB) : (standIn(character) ?? character)
}

/** Lays a text out; `cursor` is an offset in it. The cursor always has a cell: at the end of a full row, of the next one. */
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
    // a row that is full has no cell for the cursor, and what comes next is in the next one
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

/** The rows that fit on a screen of so many, the cursor among them; `top` is the first that was shown before. */
export function windowOf(layout: Layout, height: number, top: number): number {
  const last = Math.max(0, layout.rows.length - height)
  const least = Math.max(0, layout.row - height + 1)
  return Math.min(last, Math.max(least, Math.min(top, layout.row)))
}
