// The trace panel: what curl -v prints and more, coloured by kind, with times and a filter.
import { fill, h } from '../dom.js'
import type { Run } from '../model.js'
import { live, type PanelContext } from './context.js'
import { plural } from './format.js'
import { asciiOf, hexOf } from './hex.js'
import { copyButton, empty, toggle } from './parts.js'
import { rows, type Rows } from './rows.js'
import { visible } from './text.js'
import { filtered, TraceReader, type Sort, type TraceLine } from './trace-lines.js'

const SORTS: readonly (readonly [Sort, string])[] = [
  ['text', 'Text'],
  ['headers', 'Headers'],
  ['data', 'Data'],
  ['tls', 'TLS data'],
]
/** The most lines of hex that are shown for one event. */
const HEX_LINES = 256

/** A row of the list: a line, or a row of hex below an unfolded one. */
type Shown = { line: TraceLine; delta: number } | { hex: Uint8Array; offset: number }

export function tracePanel(context: PanelContext): HTMLElement {
  const { store } = context
  const sorts = new Set<Sort>(['text', 'headers', 'data'])
  const readers = new WeakMap<Run, TraceReader>()
  const unfolded = new WeakSet<object>()
  let shown: Shown[] = []
  let current: TraceLine[] = []
  let width = 16

  const search = h('input', {
    type: 'search',
    placeholder: 'Filter',
    'aria-label': 'Filter the trace',
    spellcheck: 'false',
    autocomplete: 'off',
    oninput: () => render(),
  })
  const toggles = SORTS.map(
    ([sort, label]) =>
      toggle(label, sorts.has(sort), (on) => {
        if (on) sorts.add(sort)
        else sorts.delete(sort)
        render()
      }).element,
  )
  const found = h('span.detail', { role: 'status' })
  const copy = copyButton('Copy all', () => current.map(({ sign, text }) => `${sign} ${text}`).join('\n') + '\n')
  const bar = h(
    'div.tools',
    null,
    h('div.toggles', { role: 'group', 'aria-label': 'Kinds' }, toggles),
    search,
    found,
    copy,
  )
  const nothing = h('div.content')
  const list: Rows = rows({
    label: 'Trace',
    role: 'table',
    follow: true,
    render: (index) => rowOf(shown[index]!),
    resized(_, columns) {
      width = columns >= 96 ? 16 : 8
      render()
    },
  })
  const panel = h('div.panel.trace', null, bar, list.element, nothing)

  function render(): void {
    const run = store.state.shown
    let reader = run ? readers.get(run) : undefined
    if (run && !reader) readers.set(run, (reader = new TraceReader()))
    const lines = run && reader ? reader.read(run).lines : []
    bar.hidden = list.element.hidden = lines.length === 0
    nothing.hidden = lines.length > 0
    if (lines.length === 0) {
      fill(
        nothing,
        run?.status === null
          ? empty('Nothing yet')
          : empty('No trace', 'The output of curl -v is shown here, also for commands without -v.'),
      )
      return
    }
    current = filtered(lines, sorts, search.value)
    shown = []
    let before = 0
    for (const line of current) {
      shown.push({ line, delta: line.event.at - before })
      before = line.event.at
      if (unfolded.has(line.event) && isData(line)) shown.push(...hexRows(line.event.bytes))
    }
    fill(
      found,
      current.length === lines.length
        ? plural(lines.length, 'line')
        : `${current.length} of ${plural(lines.length, 'line')}`,
    )
    list.element.classList.toggle('several', run!.transfers.length > 1)
    list.update(shown.length)
  }

  function hexRows(bytes: Uint8Array): Shown[] {
    const made: Shown[] = []
    for (let offset = 0; offset < bytes.length && made.length < HEX_LINES; offset += width)
      made.push({ hex: bytes.subarray(offset, offset + width), offset })
    return made
  }

  function rowOf(row: Shown): HTMLElement {
    if ('hex' in row) {
      return h(
        'div.line.trace-row.hex',
        null,
        h('span.time', { role: 'cell' }),
        h(
          'span.words',
          { role: 'cell' },
          h('span.offset', null, row.offset.toString(16).padStart(6, '0')),
          '  ',
          hexOf(row.hex, width),
          '  ',
          h('span.ascii', null, asciiOf(row.hex)),
        ),
      )
    }
    const { line, delta } = row
    const { event, sort, sign, text } = line
    const direction = event.kind === 0 ? undefined : event.kind % 2 === 1 ? 'in' : 'out'
    return h(
      'div.line.trace-row',
      { 'data-sort': sort, 'data-direction': direction },
      h('span.time', { role: 'cell' }, event.at.toFixed(1)),
      h('span.delta', { role: 'cell' }, delta >= 0.05 ? `+${delta.toFixed(1)}` : ''),
      h('span.transfer', { role: 'cell', title: 'transfer' }, `#${event.transfer + 1}`),
      h('span.sign', { role: 'cell' }, sign),
      h(
        'span.words',
        { role: 'cell' },
        isData(line) && event.bytes.length > 0 ? dataButton(line) : visible(text, 2000),
      ),
    )
  }

  function dataButton({ event, text }: TraceLine): HTMLElement {
    const open = unfolded.has(event)
    const flip = (): void => {
      if (open) unfolded.delete(event)
      else unfolded.add(event)
      render()
    }
    return h('button.unfold', { type: 'button', 'aria-expanded': String(open), onclick: flip }, text)
  }

  live(store, panel, ['shown', 'runs', 'trace'], render)
  return panel
}

const isData = ({ sort }: TraceLine): boolean => sort === 'data' || sort === 'tls'
