// The timing panel: a waterfall of all transfers of a run, with the phases of each by curl's own times, and a table
// with the exact values.
import { fill, h } from '../dom.js'
import type { Run, Transfer } from '../model.js'
import { live, type PanelContext } from './context.js'
import { duration, plural } from './format.js'
import { empty, statusOf, urlOf } from './parts.js'
import { PHASE_NAMES, PHASES, ticks, timingOf, type Phase, type Timing } from './phases.js'
import { visible } from './text.js'

const TICK_PIXELS = 90
/** The most transfers that are shown, because nobody reads a thousand rows. */
const MOST = 300

interface Timed {
  transfer: Transfer
  timing: Timing
}

export function timingPanel(context: PanelContext): HTMLElement {
  const { store } = context
  const content = h('div.timing-content', { tabindex: 0, role: 'group', 'aria-label': 'Timing' })
  const panel = h('div.panel.timing', null, content)
  let width = 0

  function render(): void {
    const run = store.state.shown
    if (!run) return fill(content, empty('No times yet', 'Run a command to see how long each of its transfers took.'))
    const now = run.status === null ? Date.now() - run.startedAt : null
    const timed = run.transfers.slice(0, MOST).flatMap((transfer): Timed[] => {
      const timing = timingOf(transfer, now)
      return timing ? [{ transfer, timing }] : []
    })
    if (timed.length === 0)
      return fill(
        content,
        run.status === null ? empty('Nothing yet') : empty('No transfer', 'This command made no transfer.'),
      )
    const scroll = content.scrollTop
    fill(content, head(run, timed), legend(timed), chart(timed, width), table(timed), notes(run, timed))
    content.scrollTop = scroll
  }

  new ResizeObserver(() => {
    if (content.clientWidth === width || content.clientWidth === 0) return
    width = content.clientWidth
    render()
  }).observe(content)
  live(store, panel, ['shown', 'runs', 'trace'], render)
  return panel
}

function head(run: Run, timed: readonly Timed[]): HTMLElement {
  const reused = timed.filter(({ timing }) => timing.connection === 'reused').length
  const whole = run.duration ?? Math.max(...timed.map(({ timing }) => timing.end))
  return h(
    'p.timing-head',
    null,
    h('strong', null, plural(run.transfers.length, 'transfer')),
    ' in ',
    h('strong', null, duration(whole)),
    reused > 0 && `, ${reused === 1 ? 'one' : reused} over a connection that was already open`,
    run.status === null ? ' so far' : '',
    '.',
  )
}

function legend(timed: readonly Timed[]): HTMLElement {
  const used = new Set(timed.flatMap(({ timing }) => timing.phases.map(({ phase }) => phase)))
  return h(
    'ul.legend',
    { 'aria-label': 'Colours' },
    PHASES.filter((phase) => used.has(phase)).map((phase) =>
      h('li', null, h('span.swatch', { 'data-phase': phase }), PHASE_NAMES[phase]),
    ),
  )
}

/** The bars. Screen readers skip them, because the table has the same values. */
function chart(timed: readonly Timed[], width: number): HTMLElement {
  const from = Math.min(...timed.map(({ timing }) => timing.start))
  const length = Math.max(...timed.map(({ timing }) => timing.end)) - from || 1
  const marks = ticks(length, Math.max(2, Math.floor((width - 220) / TICK_PIXELS)))
  const scale = h('div.scale')
  for (const mark of marks) {
    const tick = h('span.tick', null, h('span', null, tickText(mark, length)))
    place(tick, mark / length, null)
    scale.append(tick)
  }
  const bars = timed.map(({ transfer, timing }) => {
    const bar = h('div.track')
    for (const { phase, from: begin, to } of timing.phases) {
      const part = h('span.phase', { 'data-phase': phase })
      place(part, (timing.start - from + begin) / length, (to - begin) / length)
      bar.append(part)
    }
    const total = h('span.total', null, duration(timing.end - timing.start))
    place(total, (timing.end - from) / length, null)
    bar.append(total)
    return h('div.bar-row', null, h('span.name', null, nameOf(transfer)), bar)
  })
  return h('div.chart', { 'aria-hidden': 'true' }, h('div.bar-row.scale-row', null, h('span.name'), scale), bars)
}

function place(element: HTMLElement, left: number, share: number | null): void {
  element.style.left = `${left * 100}%`
  if (share !== null) element.style.width = `${share * 100}%`
}

function tickText(mark: number, length: number): string {
  if (length >= 2000) return `${Number((mark / 1000).toPrecision(6))} s`
  return `${Number(mark.toPrecision(6))} ms`
}

function nameOf(transfer: Transfer): (string | Node)[] {
  const url = urlOf(transfer)
  const short = URL.canParse(url) ? new URL(url).pathname + new URL(url).search : url
  return [String(transfer.number + 1), ' ', ...visible(short || '\u2026', 100)]
}

function table(timed: readonly Timed[]): HTMLElement {
  const used = PHASES.filter((phase) => timed.some(({ timing }) => timing.phases.some((each) => each.phase === phase)))
  const row = ({ transfer, timing }: Timed): HTMLElement =>
    h(
      'tr',
      null,
      h('th', { scope: 'row' }, nameOf(transfer)),
      h('td', null, statusOf(transfer) || (transfer.result ? `error ${transfer.result}` : '')),
      h('td.numeric', null, timing.start.toFixed(1)),
      used.map((phase) => h('td.numeric', null, valueOf(timing, phase))),
      h('td.numeric', null, h('strong', null, (timing.end - timing.start).toFixed(3))),
      h('td', null, timing.connection),
    )
  const heads = ['Transfer', 'Status', 'Start', ...used.map((phase) => PHASE_NAMES[phase]), 'Total', 'Connection']
  return h(
    'div.table-scroll',
    { tabindex: 0, role: 'group', 'aria-label': 'Times in milliseconds' },
    h(
      'table.data',
      null,
      h('caption', null, 'Milliseconds'),
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          heads.map((name, i) =>
            h('th', { scope: 'col', class: i > 1 && i < heads.length - 1 ? 'numeric' : undefined }, name),
          ),
        ),
      ),
      h('tbody', null, timed.map(row)),
    ),
  )
}

function valueOf(timing: Timing, phase: Phase): string {
  const found = timing.phases.find((each) => each.phase === phase)
  return found ? (found.to - found.from).toFixed(3) : '\u2013'
}

function notes(run: Run, timed: readonly Timed[]): HTMLElement[] {
  const said: string[] = []
  if (timed.some(({ timing, transfer }) => timing.traced && transfer.infos))
    said.push(
      'After a redirect curl adds up the times of all requests, so the phases of the last one come from its trace.',
    )
  if (run.transfers.length > MOST) said.push(`The first ${MOST} of ${run.transfers.length} transfers are shown.`)
  return said.map((text) => h('p.note', null, text))
}
