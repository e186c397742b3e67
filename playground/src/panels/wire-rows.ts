// Makes rows of the turns of a connection: the plain text on the left and the bytes on the wire on the right, or one
// below the other where there is no room. Long pieces are cut until the user asks for more.
import { DATA_IN, DATA_OUT, TEXT, type TraceEvent } from '../model.js'
import { isText } from './printable.js'
import { bytes as bytesText, count, size } from './format.js'
import { asciiOf, hexOf } from './hex.js'
import { textOf } from './text.js'
import type { Piece } from './tls-records.js'
import type { Chunk, Direction, Turn } from './wire-turns.js'

export interface Cell {
  /** `more` is a button that shows the rest of the piece with this `key`. */
  kind: 'text' | 'label' | 'hex' | 'note' | 'more'
  tone: 'plain' | 'secret' | 'muted'
  text: string
  ascii?: string
  key?: string
}

export interface Row {
  direction: Direction
  /** The time, in the first row of a turn. */
  at: number | null
  left: Cell | null
  right: Cell | null
}

export interface Layout {
  /** Whether the sides are next to each other, or one below the other. */
  beside: boolean
  /** The width of each side in characters. */
  columns: number
}

/** How many rows of a piece are shown at first. */
const FEW = { text: 12, hex: 4 }
/** How many are shown after the user has asked for more. */
const MANY = 2000

export function rowsOf(turns: readonly Turn[], layout: Layout, expanded: ReadonlySet<string>): Row[] {
  const rows: Row[] = []
  turns.forEach((turn, index) => {
    const left = turn.plain.flatMap((event, i) => plainCells(event, layout.columns, `${index}p${i}`, expanded))
    // next to many plain lines there is room for more bytes
    const pieces = turn.wire.reduce((sum, chunk) => sum + chunk.pieces.length, 0)
    const few = layout.beside ? Math.max(FEW.hex, Math.floor(left.length / pieces) - 2) : FEW.hex
    const right = turn.wire.flatMap((chunk, i) => wireCells(chunk, layout.columns, `${index}w${i}`, few, expanded))
    const { direction } = turn
    const length = layout.beside ? Math.max(left.length, right.length) : left.length + right.length
    for (let i = 0; i < length; i++) {
      const below = layout.beside ? i : i - left.length
      rows.push({ direction, at: i === 0 ? turn.at : null, left: left[i] ?? null, right: right[below] ?? null })
    }
  })
  return rows
}

/** The first cells of a piece, up to a limit, and how many there would be without it. */
interface Cells {
  shown: Cell[]
  total: number
}

/**
 * Makes the cells of a piece up to a limit, and a button for the rest. `lost` is how many of its bytes were not kept.
 */
function limited(
  make: (limit: number) => Cells,
  few: number,
  key: string,
  expanded: ReadonlySet<string>,
  lost: number,
): Cell[] {
  const open = expanded.has(key)
  // one more row, because a button instead of a single row would save nothing
  const limit = open ? MANY : few + 1
  const { shown, total } = make(limit)
  if (total > limit) {
    const { tone } = shown[0]!
    if (open) return [...shown, { kind: 'note', tone: 'muted', text: `\u2026 ${count(total - limit)} more lines` }]
    return [...shown.slice(0, few), { kind: 'more', tone, text: `${count(total - few)} more lines`, key }]
  }
  return lost > 0 ? [...shown, { kind: 'note', tone: 'muted', text: `\u2026 ${bytesText(lost)} not kept` }] : shown
}

// --- the plain side ---

function plainCells(event: TraceEvent, columns: number, key: string, expanded: ReadonlySet<string>): Cell[] {
  const lost = event.size - event.bytes.length
  if (event.kind === TEXT) {
    const text = textOf(event.bytes)
      .trim()
      .replace(/^\S+ \((?:OUT|IN)\), /, '')
    return [{ kind: 'note', tone: 'muted', text: text.replace(/ \(\d+\):$/, '') }]
  }
  const isData = event.kind === DATA_IN || event.kind === DATA_OUT
  const textual = !isData || isText(event.bytes)
  const make = (limit: number): Cells =>
    textual ? textCells(event.bytes, columns, limit) : hexCells(event.bytes, columns, 'plain', limit)
  const shown = limited(make, textual ? FEW.text : FEW.hex, key, expanded, lost)
  return isData ? [{ kind: 'label', tone: 'plain', text: `body, ${size(event.size)}` }, ...shown] : shown
}

/** How many bytes of text are split into lines. */
const TEXT_BYTES = 65536

function textCells(bytes: Uint8Array, columns: number, limit: number): Cells {
  const width = Math.max(16, columns)
  const text = textOf(bytes.subarray(0, TEXT_BYTES)).replace(/\r?\n$/, '')
  const shown: Cell[] = []
  let total = 0
  for (const line of text.split('\n')) {
    const clean = line.replace(/\r$/, '')
    // skips empty lines, such as the one after a head
    if (clean === '' && text.length > 2) continue
    const rows = Math.max(1, Math.ceil(clean.length / width))
    for (let i = 0; i < rows && shown.length < limit; i++)
      shown.push({ kind: 'text', tone: 'plain', text: clean.slice(i * width, (i + 1) * width) })
    total += rows
  }
  return { shown, total }
}

// --- the relay's side ---

function wireCells(chunk: Chunk, columns: number, key: string, few: number, expanded: ReadonlySet<string>): Cell[] {
  return chunk.pieces.flatMap((piece, i) => {
    const tone = piece.readable ? 'plain' : 'secret'
    const label: Cell = { kind: 'label', tone, text: labelOf(piece) }
    const make = (limit: number): Cells => hexCells(piece.bytes, columns, tone, limit)
    return [label, ...limited(make, few, `${key}.${i}`, expanded, piece.size - piece.bytes.length)]
  })
}

function labelOf({ kind, label, continued, size: here, whole }: Piece): string {
  const shown = kind === 'record' && whole !== here ? `${size(here)} of ${size(whole)}` : size(here)
  return `${label}${continued ? ', continued' : ''}, ${shown}`
}

function hexCells(bytes: Uint8Array, columns: number, tone: Cell['tone'], limit: number): Cells {
  // 16 bytes take 48 characters, a gap and 16 more
  const width = columns >= 66 ? 16 : columns >= 33 ? 8 : 4
  const shown: Cell[] = []
  for (let at = 0; at < bytes.length && shown.length < limit; at += width) {
    const part = bytes.subarray(at, at + width)
    shown.push({ kind: 'hex', tone, text: hexOf(part, width), ascii: asciiOf(part) })
  }
  return { shown, total: Math.ceil(bytes.length / width) }
}
