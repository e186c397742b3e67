// The views of a body: JSON, text, pictures and pages. Each gets a Blob of any size, and works on its beginning, or on
// the visible part. Bodies are not trusted: pages run no scripts and load nothing, and text is never markup.
import { h } from '../dom.js'
import type { BodyKind } from './body-kind.js'
import { size } from './format.js'
import { jsonLines, tokensOf, unfolded } from './json-lines.js'
import { rows, type Rows } from './rows.js'
import { textRows, type TextRows } from './text-rows.js'
import { visible } from './text.js'

/** How many bytes are decoded. Splitting JSON takes 20 ms for a MB, splitting lines 5. */
const JSON_BYTES = 2_000_000
const TEXT_BYTES = 5_000_000
/** How much of a line of JSON is shown. A longer line has a long string, which the Raw view shows. */
const LINE_CHARACTERS = 2000
const DEEPEST = 40

/** An element, and how to free what it uses. */
export interface View {
  element: HTMLElement
  /** Says what is not shown. Null if everything is. */
  note: string | null
  dispose?(): void
}

async function textOf(blob: Blob, charset: string, limit: number): Promise<{ text: string; note: string | null }> {
  const bytes = await blob.slice(0, limit).arrayBuffer()
  const text = new TextDecoder(charset).decode(bytes)
  if (blob.size <= limit) return { text, note: null }
  return {
    text,
    note: `Only the first ${size(limit)} of ${size(blob.size)} are shown. Use Hex or Download for all of it.`,
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

/** How many characters the line number before each row takes. */
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

/** Colours a line of HTML or XML, without parsing the document. */
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

/** The policy inside a preview: nothing is loaded, and no script runs. The page's own policy applies too. */
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
      caption.append('This picture cannot be shown: it is damaged, or this browser does not know its format.')
    },
  })
  // an SVG with scripts runs and loads nothing in an img element
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
  // an empty sandbox: no scripts, forms or popups, no access to the top window, and an origin of its own
  const frame = h('iframe.page', { sandbox: '', referrerpolicy: 'no-referrer', title: 'Preview of the page' })
  frame.src = url
  return {
    element: frame,
    note: 'A preview of the page, which runs no scripts and loads nothing.',
    dispose: () => URL.revokeObjectURL(url),
  }
}
