// Compares two bodies of any size: where they differ first, and if both are short texts, which lines.
import type { Transfer } from '../model.js'
import { bodyKind, type BodyKind } from './body-kind.js'
import { firstDifference, lineDifferences, type DiffLine } from './differences.js'
import { jsonLines, tokensOf } from './json-lines.js'

/** How long the texts may be for their lines to be compared. */
const TEXT_BYTES = 256 * 1024
const SNIFFED = 4096

export interface Comparison {
  /** The offset of the first byte that differs. Null if there is none. */
  at: number | null
  /** How many bytes of each were compared. */
  compared: number
  /** Whether only the beginnings are known, because a shared run has no more. */
  partial: boolean
  /** All lines of both. Null if they are equal, not text, or too long. */
  lines: DiffLine[] | null
}

type WithBody = Transfer & { body: Blob }

export async function compareBodies(before: WithBody, after: WithBody, signal: AbortSignal): Promise<Comparison> {
  const partial = before.cut === true || after.cut === true
  const shorter = Math.min(before.body.size, after.body.size)
  const [left, right] = [before, after].map(({ body }) => (partial ? body.slice(0, shorter) : body)) as [Blob, Blob]
  const at = await firstDifference(left, right, signal)
  const compared = partial ? shorter : before.body.size
  if (at === null || left.size > TEXT_BYTES || right.size > TEXT_BYTES) return { at, compared, partial, lines: null }
  const [one, two] = await Promise.all([linesOf(before, left), linesOf(after, right)])
  return { at, compared, partial, lines: one && two && lineDifferences(one, two) }
}

/** The lines of a text, of JSON indented. Null for a body that is not text. */
async function linesOf({ infos }: Transfer, body: Blob): Promise<string[] | null> {
  const bytes = new Uint8Array(await body.arrayBuffer())
  const kind: BodyKind = bodyKind(infos?.['CONTENT_TYPE'] as string | null | undefined, bytes.subarray(0, SNIFFED))
  if (kind.kind === 'binary') return null
  const text = new TextDecoder(kind.charset).decode(bytes)
  if (kind.kind !== 'json') return text.split(/\r?\n/)
  return jsonLines(text).map((line) => {
    const tokens = tokensOf(text, line, Infinity).map(({ text }) => (text === ':' ? ': ' : text))
    return '  '.repeat(line.depth) + tokens.join('')
  })
}
