// The compare panel: the run that is shown next to another one. What they have in common and what not: result, times,
// headers and bodies. Both may still go on, have failed, or have made several transfers.
import { fill, h, type Child } from '../dom.js'
import type { Run, Store, Transfer } from '../model.js'
import { compareBodies, type Comparison } from './compare-bodies.js'
import { live, type PanelContext } from './context.js'
import {
  factsOf,
  headerDifferences,
  headersOf,
  sameOrigin,
  timesOf,
  type HeaderDifference,
  type Side,
  type Times,
} from './differences.js'
import { bytes, count, duration, plural } from './format.js'
import { button, callout, chosenTransfer, empty, runLabel, transferPicker } from './parts.js'
import { PHASE_NAMES, type Timing } from './phases.js'
import { visible } from './text.js'

const NONE = '\u2013'
/** How many headers are shown, because a server may send any number. */
const HEADERS = 300
/** How many lines are shown around lines that differ, and at most. */
const AROUND = 3
const LINES = 500

export function comparePanel(context: PanelContext): HTMLElement {
  const { store } = context
  /** The run that the user has chosen to compare with: with all others, or after a swap only with one. */
  let picked: { run: Run; only: Run | null } | null = null
  /** What is shown, so that nothing is built twice, and the two runs of it. */
  let key = ''
  let pair = ''
  let sameOpen = false
  const select = h('select', {
    'aria-label': 'Compare with',
    onchange() {
      const run = store.state.runs.find(({ id }) => String(id) === select.value)
      picked = run ? { run, only: null } : null
      render()
    },
  })
  const swap = button('Swap', () => {
    const [before, after] = [otherRun(store, picked), store.state.shown]
    if (!before || !after) return
    picked = { run: after, only: before }
    store.show(before)
  })
  const tools = h('div.tools', null, h('label.with', null, 'Compare with', select), swap)
  const redraw = (): void => store.changed('shown')
  const pickers = [transferPicker(redraw, 'Transfer of the other run'), transferPicker(redraw, 'Transfer of this run')]
  const content = h('div.content.scrolls', { tabindex: 0, role: 'group', 'aria-label': 'Comparison' })
  const panel = h(
    'div.panel.compare',
    null,
    tools,
    h('div.pickers', null, pickers[0]!.element, pickers[1]!.element),
    content,
  )
  const bodies = new Bodies(() => {
    key = ''
    render()
  })

  function render(): void {
    const { runs, shown } = store.state
    const other = otherRun(store, picked)
    tools.hidden = !shown || !other
    for (const { element } of pickers) element.hidden = true
    if (!shown || !other) {
      key = ''
      const what = runs.length === 0 ? 'Run two commands' : 'Run another command, or retry this one'
      return fill(
        content,
        empty('Nothing to compare yet', `${what}: their times, headers and bodies are shown side by side.`),
      )
    }
    fillSelect(select, runs, shown, other)
    const [before, after] = [sideOf(other), sideOf(shown)]
    for (const [i, { run }] of [before, after].entries()) pickers[i]!.update(run)
    const now = [before, after].map(({ run, transfer }) =>
      [run.id, run.status, transfer?.number, transfer?.result, transfer?.trace.length, transfer?.received].join(' '),
    )
    // does not redraw what is already shown
    if (key === now.join()) return
    key = now.join()
    const scrollTop = pair === `${other.id} ${shown.id}` ? content.scrollTop : 0
    pair = `${other.id} ${shown.id}`
    fill(
      content,
      notes(before, after),
      table('Result', before, after, factRows(before, after)),
      timesView(before, after),
      headersView(before, after, sameOpen, (open) => (sameOpen = open)),
      bodiesView(before, after, bodies),
    )
    content.scrollTop = scrollTop
  }

  live(store, panel, ['shown', 'runs', 'trace', 'body'], render)
  return panel
}

const sideOf = (run: Run): Side => ({ run, transfer: chosenTransfer(run) })
const nameOf = ({ run }: Side): string => (run.shared ? 'Shared run' : `Run ${run.id}`)

/** The run to compare with: the one that was picked, or else the one before the run that is shown, or after it. */
function otherRun({ state: { runs, shown } }: Store, picked: { run: Run; only: Run | null } | null): Run | null {
  const fits = picked && picked.run !== shown && (picked.only === null || picked.only === shown)
  if (fits && runs.includes(picked.run)) return picked.run
  const at = shown ? runs.indexOf(shown) : -1
  return runs[at - 1] ?? runs[at + 1] ?? null
}

function fillSelect(select: HTMLSelectElement, runs: readonly Run[], shown: Run, other: Run): void {
  const others = runs.filter((run) => run !== shown).reverse()
  const labels = others.map(runLabel)
  const options = [...select.options]
  const same =
    options.length === others.length &&
    options.every((option, i) => option.textContent === labels[i] && option.value === String(others[i]!.id))
  if (!same) select.replaceChildren(...others.map(({ id }, i) => h('option', { value: id }, labels[i]!)))
  select.value = String(other.id)
}

function notes(before: Side, after: Side): Child {
  const going = [before, after].filter(({ run }) => run.status === null).map(nameOf)
  return [
    !sameOrigin(before, after) &&
      callout('muted', h('p', null, 'These are different servers, so what differs may be due to that.')),
    going.length > 0 && callout('muted', h('p', null, `${going.join(' and ')} still goes on: this follows it.`)),
  ]
}

// --- tables ---

interface Row {
  name: Child
  before: Child
  after: Child
  /** What the row is marked with, and the word for it. Missing for one that is the same, or is not marked. */
  mark?: keyof typeof MARKS
  last?: Child
}

const MARKS = { differs: '\u2260', changed: '\u2260', added: '+', removed: '\u2212' } as const

/** A table with a column for each run. In a narrow panel each row is a block, with the names of the runs in it. */
function table(title: string, before: Side, after: Side, rows: readonly Row[], last?: string): HTMLElement {
  const numeric = last !== undefined
  const cell = (side: Side, content: Child): HTMLElement =>
    h(
      'td',
      { role: 'cell', 'data-label': nameOf(side), class: numeric ? 'numeric' : undefined },
      h('div', null, content),
    )
  return h(
    'section',
    null,
    h('h3', null, title),
    h(
      'table.data.pair',
      { role: 'table', 'aria-label': title, class: numeric ? 'data pair numbers' : undefined },
      h(
        'thead',
        { role: 'rowgroup' },
        h(
          'tr',
          { role: 'row' },
          h('td', { role: 'cell' }, h('span.unseen', null, 'Name')),
          [before, after].map((side) =>
            h('th', { role: 'columnheader', scope: 'col', class: numeric ? 'numeric' : undefined }, nameOf(side)),
          ),
          numeric && h('th.numeric', { role: 'columnheader', scope: 'col' }, last),
        ),
      ),
      h(
        'tbody',
        { role: 'rowgroup' },
        rows.map(({ name, before: left, after: right, mark, last: end }) =>
          h(
            'tr',
            { role: 'row', 'data-mark': mark },
            h(
              'th',
              { role: 'rowheader', scope: 'row' },
              h('span.sign', { 'aria-hidden': 'true' }, mark && MARKS[mark]),
              h('span', null, name, mark && h('span.unseen', null, `, ${mark}`)),
            ),
            cell(before, left),
            cell(after, right),
            numeric && h('td.numeric', { role: 'cell', 'data-label': last }, h('div', null, end)),
          ),
        ),
      ),
    ),
  )
}

const shownText = (text: string): Child => (text === '' ? NONE : visible(text, 300))

function factRows(before: Side, after: Side): Row[] {
  const command = { name: 'Command', before: before.run.text, after: after.run.text }
  const facts = [...(command.before === command.after ? [] : [command]), ...factsOf(before, after)]
  return facts.map(({ name, before, after }) => ({
    ...{ name, ...(before !== after && { mark: 'differs' as const }) },
    ...{ before: shownText(before), after: shownText(after) },
  }))
}

// --- times ---

function timesView(before: Side, after: Side): Child {
  const times = timesOf(before, after, Date.now())
  if (!times.before && !times.after) return null
  const value = (ms: number | null): string => (ms === null ? NONE : ms.toFixed(2))
  const rows = times.rows.map(({ phase, before, after }): Row => {
    const name = phase === 'total' ? h('strong', null, 'Total') : PHASE_NAMES[phase]
    const swatch = phase !== 'total' && h('span.swatch', { 'data-phase': phase, 'aria-hidden': 'true' })
    const change = before === null || after === null ? NONE : signed(after - before)
    return { name: [swatch, name], before: value(before), after: value(after), last: change }
  })
  const made = table('Times, in milliseconds', before, after, rows, 'Difference')
  made.querySelector('h3')!.after(bars(times, before, after))
  return made
}

function signed(ms: number): string {
  const text = Math.abs(ms).toFixed(2)
  return text === '0.00' ? '0' : `${ms > 0 ? '+' : '\u2212'}${text}`
}

/** Both transfers on the same scale. Screen readers skip this, because the table has the same values. */
function bars(times: Times, before: Side, after: Side): HTMLElement {
  const length = Math.max(...times.rows.map(({ before, after }) => Math.max(before ?? 0, after ?? 0)), 0.001)
  const bar = (side: Side, timing: Timing | null): HTMLElement => {
    const track = h('div.track')
    for (const { phase, from, to } of timing?.phases ?? []) {
      const part = h('span.phase', { 'data-phase': phase })
      part.style.left = `${(from / length) * 100}%`
      part.style.width = `${((to - from) / length) * 100}%`
      track.append(part)
    }
    return h(
      'div.bar-row',
      null,
      h('span.name', null, nameOf(side)),
      track,
      h('span.total', null, timing ? duration(timing.end - timing.start) : NONE),
    )
  }
  return h('div.bars', { 'aria-hidden': 'true' }, bar(before, times.before), bar(after, times.after))
}

// --- headers ---

function headersView(before: Side, after: Side, open: boolean, opened: (open: boolean) => void): Child {
  const [left, right] = [headersOf(before), headersOf(after)]
  if (!left && !right) return null
  const title = 'Response headers'
  if (!left || !right) {
    const without = nameOf(left ? after : before)
    return h('section', null, h('h3', null, title), h('p.said', null, `${without} has no response to compare with.`))
  }
  const all = headerDifferences(left, right)
  const differing = all.filter(({ change }) => change !== 'same')
  const same = all.filter(({ change }) => change === 'same')
  const section =
    differing.length > 0
      ? table(title, before, after, differing.slice(0, HEADERS).map(headerRow))
      : h(
          'section',
          null,
          h('h3', null, title),
          h('p.said', null, `All ${plural(same.length, 'header')} are the same.`),
        )
  if (differing.length > HEADERS)
    section.append(h('p.said', null, `${count(differing.length - HEADERS)} more headers differ.`))
  if (differing.length > 0 && same.length > 0) {
    const details: HTMLDetailsElement = h(
      'details',
      { open, ontoggle: () => opened(details.open) },
      h('summary', null, same.length === 1 ? '1 header is the same' : `${count(same.length)} headers are the same`),
      h(
        'dl.same',
        null,
        same
          .slice(0, HEADERS)
          .map(({ name, after }) => h('div', null, h('dt', null, visible(name, 200)), h('dd', null, values(after)))),
      ),
    )
    section.append(details)
  }
  return section
}

function headerRow({ name, change, before, after }: HeaderDifference): Row {
  const row = { name: visible(name, 200), before: values(before), after: values(after) }
  return change === 'same' ? row : { ...row, mark: change }
}

function values(list: readonly string[]): Child {
  if (list.length === 0) return NONE
  return list
    .slice(0, HEADERS)
    .map((value) => h('div', null, value === '' ? h('span.detail', null, 'empty') : visible(value, 1000)))
}

// --- bodies ---

/** Compares two bodies once, in the background. */
class Bodies {
  #pair: [Blob, Blob] | null = null
  #found: Comparison | Error | null = null
  #abort = new AbortController()

  constructor(private readonly done: () => void) {}

  /** What was found, or null while it is not known. */
  of(before: Transfer & { body: Blob }, after: Transfer & { body: Blob }): Comparison | Error | null {
    if (this.#pair?.[0] === before.body && this.#pair[1] === after.body) return this.#found
    this.#abort.abort()
    const { signal } = (this.#abort = new AbortController())
    this.#pair = [before.body, after.body]
    this.#found = null
    const found = (what: Comparison | Error): void => {
      if (signal.aborted) return
      this.#found = what
      this.done()
    }
    compareBodies(before, after, signal).then(found, found)
    return null
  }
}

function bodiesView(before: Side, after: Side, bodies: Bodies): Child {
  const [left, right] = [before.transfer, after.transfer]
  if (!left || !right) return null
  const section = (...content: Child[]): HTMLElement => h('section', null, h('h3', null, 'Body'), content)
  const said = (...text: Child[]): HTMLElement => h('p.said', null, text)
  if (!left.body || !right.body) return section(said('The bodies are compared when both transfers have ended.'))
  if (left.body.size === 0 && right.body.size === 0) return section(said('Neither has a body.'))
  if (left.body.size === 0 || right.body.size === 0)
    return section(said(`${nameOf(left.body.size === 0 ? before : after)} has no body.`))
  const found = bodies.of(left as Transfer & { body: Blob }, right as Transfer & { body: Blob })
  if (!found) return section(said('Comparing\u2026'))
  if (found instanceof Error) return section(said('A body cannot be read: ', visible(found.message, 300)))
  const { at, compared, partial, lines } = found
  if (at === null)
    return section(
      said(
        h('strong', null, partial ? `The first ${bytes(compared)} are equal` : 'The bodies are equal'),
        partial ? '. The link of a shared run has no more.' : `: ${bytes(compared)}.`,
      ),
    )
  const where =
    at === Math.min(left.body.size, right.body.size)
      ? `${nameOf(left.body.size < right.body.size ? before : after)} ends after ${bytes(at)}, and the other goes on.`
      : `The first ${bytes(at)} are equal.`
  return section(
    said(h('strong', null, 'The bodies differ'), '. ', at === 0 ? 'The first bytes are different already.' : where),
    lines && diffView(lines),
  )
}

/** The lines that differ, with some around them. */
function diffView(lines: NonNullable<Comparison['lines']>): HTMLElement {
  const near = new Set<number>()
  lines.forEach(({ kind }, i) => {
    if (kind !== 'same') for (let at = i - AROUND; at <= i + AROUND; at++) near.add(at)
  })
  const shown = lines.map((_, i) => i).filter((i) => near.has(i))
  const elements: HTMLElement[] = []
  let last = -1
  for (const i of shown.slice(0, LINES)) {
    if (i !== last + 1) elements.push(h('div.diff-gap', null, `${plural(i - last - 1, 'equal line')}`))
    last = i
    const { kind, text } = lines[i]!
    const tag = kind === 'added' ? 'ins' : kind === 'removed' ? 'del' : 'span'
    const sign = kind === 'added' ? '+' : kind === 'removed' ? '\u2212' : ' '
    elements.push(h(`${tag}.diff-line`, null, h('span.sign', null, sign), h('span', null, visible(text, 500))))
  }
  const more = shown.length - LINES
  return h(
    'div.diff',
    { tabindex: 0, role: 'group', 'aria-label': 'Lines that differ' },
    elements,
    more > 0 && h('div.diff-gap', null, `${count(more)} more lines`),
  )
}
