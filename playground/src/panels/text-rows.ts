// Cuts a long text into rows of a fixed width, so that it can be shown in parts, however long its lines are.

export interface TextRows {
  /** How many rows there are. */
  count: number
  /** The text of a row, without the line end. */
  text(row: number): string
  /** The number of the line that begins in the row, from 1. Null if the row continues a line. */
  line(row: number): number | null
}

const LINE_FEED = 10
const RETURN = 13

/** @param columns The width of a row in UTF-16 units. */
export function textRows(text: string, columns: number): TextRows {
  const width = Math.max(20, columns)
  const starts: number[] = []
  const numbers: number[] = []
  let number = 0
  for (let at = 0; at < text.length;) {
    const feed = text.indexOf('\n', at)
    const end = feed < 0 ? text.length : feed
    numbers.push(++number)
    starts.push(at)
    for (at += width; at < end; at += width) {
      if (isLow(text.charCodeAt(at))) at++
      if (at >= end) break
      starts.push(at)
      numbers.push(0)
    }
    at = end + 1
  }
  return {
    count: starts.length,
    text(row) {
      const start = starts[row]!
      let end = starts[row + 1] ?? text.length
      if (end > start && text.charCodeAt(end - 1) === LINE_FEED) end--
      if (end > start && text.charCodeAt(end - 1) === RETURN && text.charCodeAt(end) === LINE_FEED) end--
      return text.slice(start, end)
    },
    line: (row) => numbers[row] || null,
  }
}

/** The second half of a character beyond U+FFFF. */
const isLow = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff
