// The views of a body: JSON, text, hex, pictures and pages. Each gets a Blob of any size and works on its beginning, or on
// what is in sight. What is shown comes from anybody: pages run nothing and load nothing, text is text.
import { h } from '../dom.js'
import type { BodyKind } from './body-kind.js'
import { size } from './format.js'
import { jsonLines, tokensOf, unfolded } from './json-lines.js'
import { rows, type Rows } from './rows.js'
import { textRows, type TextRows } from './text-rows.js'
import { visible } from './text.js'

/** Bytes that are made text of. Taking JSON apart takes 20 ms for a MB, splitting lines 5. */
const JSON_BYTES = 2_000_000
const TEXT_BYTES = 5_000_000
/** Of a line of JSON: what is longer is one string, for the Raw view. */
const LINE_CHARACTERS = 2000
const DEEPEST = 40

/** An element to put in place, and how to be rid of it. */
export interface View {
  element: HTMLElement
  /** What is not shown, in words; null if all is. */
  note: string | null
  dispose?(): void
}

async function textOf(blob: Blob, charset: string, limit: number): Promise<{ text: string; note: string | null }> {
  const bytes = await blob.slice(0, limit).arrayBuffer()
  const text = new TextDecoder(charset).decode(bytes)
  if (blob.size <= limit) return { text, note: null }
  return {
    text,
    note: `The first ${size(limit)} of ${size(blob.size)} are shown. Hex shows all, and so does Download.`,
  }
}

// --- JSON ---

export async function jsonView(blob: Blob, { charset }: BodyKind): Promise<View> {
  const { text, note } = await textOf(blob, charset, JSON_BYTES)
  const lines = jsonLines(text)
  const folded = new Set<number>()
  let shown = unfolded(lines, folded)
  const digits = String(lines.length).length
  const fold = (index: number): void => {
    if (!folded.delete(index)) folded.add(index)
    shown = unfolded(lines, folded)
    list.update(shown.length)
  }
  const list: Rows = rows({
    label: 'Body as indented JSON',
    role: 'list',
    render(row) {
      const index = shown[row]!
      const line = lines[index]!
      const isFolded = folded.has(index)
      const foldable = line.close > index
      const tokens = tokensOf(text, line, LINE_CHARACTERS).map(({ text, kind }) =>
        h(
          'span',
          { class: `json-${kind}` },
          visible(text),
          kind === 'punctuation' && (text === ',' || text === ':') && ' ',
        ),
      )
      const element = h(
        'div.line',
        null,
        h('span.number', { 'aria-hidden': 'true' }, String(index + 1).padStart(digits)),
        foldable
          ? h('button.fold', {
              type: 'button',
              'aria-expanded': String(!isFolded),
              'aria-label': isFolded ? 'Unfold' : 'Fold',
              onclick: () => fold(index),
            })
          : h('span.fold'),
        h('span.indent', null, '  '.repeat(Math.min(line.depth, DEEPEST))),
        tokens,
        line.end - line.start > LINE_CHARACTERS && h('span.more', null, ' \u2026 more in Raw'),
        isFolded && [
          h('span.more', null, ` \u2026 ${line.items} `),
          h('span.json-punctuation', null, text.slice(lines[line.close]!.start, lines[line.close]!.end)),
        ],
      )
      return element
    },
  })
  list.element.classList.add('code')
  list.update(shown.length)
  return { element: list.element, note }
}

// --- text ---

/** Characters in front of each row: the line's number. */
const GUTTER = 8

export async function textView(blob: Blob, { charset, kind }: BodyKind, coloured: boolean): Promise<View> {
  const { text, note } = await textOf(blob, charset, TEXT_BYTES)
  let lines: TextRows = textRows(text, 100)
  const list: Rows = rows({
    label: 'Body as text',
    role: 'list',
    resized(_, columns) {
      lines = textRows(text, columns - GUTTER)
      list.update(lines.count)
    },
    render(row) {
      const content = lines.text(row)
      return h(
        'div.line',
        null,
        h('span.number', { 'aria-hidden': 'true' }, String(lines.line(row) ?? '').padStart(GUTTER - 2)),
        coloured && kind === 'markup' ? markup(content) : visible(content),
      )
    },
  })
  list.element.classList.add('code')
  list.update(lines.count)
  return { element: list.element, note }
}

const MARKUP = /(<!--.*?(?:-->|$))|(<[!?/]?[\w:.-]+|[/?]?>)|([\w:.-]+(?==["']))|("[^"]*"|'[^']*')/g
const MARKUP_KINDS = ['more', 'json-key', 'json-word', 'json-string']

/** A line of HTML or XML with a little colour: by its looks alone. */
function markup(line: string): Node[] {
  const nodes: Node[] = []
  let from = 0
  for (const match of line.matchAll(MARKUP)) {
    if (match.index > from) nodes.push(h('span', null, visible(line.slice(from, match.index))))
    const kind = match.slice(1).findIndex((group) => group !== undefined)
    nodes.push(h('span', { class: MARKUP_KINDS[kind] }, visible(match[0])))
    from = match.index + match[0].length
  }
  nodes.push(h('span', null, visible(line.slice(from))))
  return nodes
}

// --- pictures and pages ---

/** Inside of a preview: nothing is loaded, nothing runs. The page's own policy applies on top. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; base-uri 'none'"
const PAGE_BYTES = 5_000_000

export function pictureView(blob: Blob, type: string): View {
  const url = URL.createObjectURL(new Blob([blob], { type }))
  const caption = h('figcaption')
  const picture = h('img', {
    alt: 'The body as a picture',
    onload: () =>
      caption.append(`${picture.naturalWidth} \u00d7 ${picture.naturalHeight}, ${type}, ${size(blob.size)}`),
    onerror: () => {
      picture.remove()
      caption.append('This cannot be shown as a picture: it is damaged, or of a kind that this browser does not know.')
    },
  })
  // as a picture even a drawing with scripts runs nothing and loads nothing
  picture.src = url
  return {
    element: h('figure.picture', { tabindex: 0, 'aria-label': 'Preview' }, picture, caption),
    note: null,
    dispose: () => URL.revokeObjectURL(url),
  }
}

export function pageView(blob: Blob, { charset }: BodyKind): View {
  const head = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="referrer" content="no-referrer">`
  const page = new Blob([head, blob.slice(0, PAGE_BYTES)], { type: `text/html;charset=${charset}` })
  const url = URL.createObjectURL(page)
  // the empty sandbox: no scripts, no forms, no popups, no way to the top, an origin of its own
  const frame = h('iframe.page', { sandbox: '', referrerpolicy: 'no-referrer', title: 'Preview of the page' })
  frame.src = url
  return {
    element: frame,
    note: 'A still picture of the page: it runs no scripts and loads nothing.',
    dispose: () => URL.revokeObjectURL(url),
  }
}
