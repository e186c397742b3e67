// The small elements of the panels: buttons, choices, empty states. panels.css has their style, and they work by
// keyboard as native elements do.
import { fill, h, type Child } from '../dom.js'
import { visible as safe } from '../command/tokens.js'
import type { Run, Transfer } from '../model.js'
import { duration } from './format.js'
import { visibleString } from './text.js'

// --- states ---

/** The content of a panel that has nothing to show. */
export function empty(title: string, ...more: Child[]): HTMLElement {
  return h('div.empty', null, h('p.empty-title', null, title), more.length > 0 && h('p', null, more))
}

export type Tone = 'good' | 'warn' | 'bad' | 'plain' | 'secret' | 'muted'

export function badge(tone: Tone, ...content: Child[]): HTMLElement {
  return h('span.badge', { 'data-tone': tone }, content)
}

export function callout(tone: Tone, ...content: Child[]): HTMLElement {
  return h('div.callout', { 'data-tone': tone }, content)
}

/** Names and values, as a definition list. */
export function facts(entries: readonly (readonly [name: string, ...value: Child[]] | null)[]): HTMLElement {
  const list = h('dl.facts')
  for (const entry of entries) {
    if (!entry) continue
    const [name, ...value] = entry
    list.append(h('div', null, h('dt', null, name), h('dd', null, value)))
  }
  return list
}

// --- controls ---

export function button(label: Child, onclick: () => void, attributes: Record<string, unknown> = {}): HTMLButtonElement {
  return h('button', { type: 'button', onclick, ...attributes }, label)
}

export interface Toggle {
  element: HTMLButtonElement
  on: boolean
}

/** A button that stays pressed. */
export function toggle(label: Child, on: boolean, changed: (on: boolean) => void, attributes = {}): Toggle {
  const state = { on } as Toggle
  state.element = button(
    label,
    () => {
      state.on = !state.on
      state.element.setAttribute('aria-pressed', String(state.on))
      changed(state.on)
    },
    { 'aria-pressed': String(on), ...attributes },
  )
  return state
}

export interface Choice<T extends string> {
  element: HTMLElement
  value: T
  /** Sets which values can be chosen. If the present one is not among them, the first one is chosen. */
  allow(values: readonly T[]): void
}

/** A choice of one value: buttons side by side, of which one is pressed. */
export function choice<T extends string>(
  label: string,
  options: readonly (readonly [value: T, label: string])[],
  value: T,
  changed: (value: T) => void,
): Choice<T> {
  const buttons = new Map<T, HTMLButtonElement>()
  const state: Choice<T> = {
    element: h('div.segments', { role: 'group', 'aria-label': label }),
    value,
    allow(values) {
      const possible = [...buttons].filter(([each]) => values.includes(each)).map(([, element]) => element)
      const same = possible.length === state.element.children.length
      if (!same || possible.some((element, i) => state.element.children[i] !== element))
        state.element.replaceChildren(...possible)
      if (!values.includes(state.value) && values[0] !== undefined) state.value = values[0]
      show()
    },
  }
  const show = (): void =>
    buttons.forEach((element, each) => element.setAttribute('aria-pressed', String(each === state.value)))
  for (const [each, text] of options) {
    const element = button(text, () => {
      if (state.value === each) return
      state.value = each
      show()
      changed(each)
    })
    buttons.set(each, element)
    state.element.append(element)
  }
  show()
  return state
}

/** A button that copies a text, and shows for a moment that it has. */
export function copyButton(
  label: string,
  text: () => string,
  attributes: Record<string, unknown> = {},
): HTMLButtonElement {
  const element: HTMLButtonElement = button(
    label,
    async () => {
      let said = 'Copied'
      try {
        await navigator.clipboard.writeText(text())
      } catch {
        said = 'Not allowed'
      }
      fill(element, said)
      setTimeout(() => fill(element, label), 1500)
    },
    { 'aria-live': 'polite', ...attributes },
  )
  return element
}

// --- runs ---

/** How many characters of a command are in the label of its run. */
const LABEL = 120

/** A run in one line: its number, how it has ended, its duration and its command. */
export function runLabel({ id, status, duration: took, text, shared }: Run): string {
  const state = status === null ? 'running' : status === 130 ? 'stopped' : status === 0 ? 'ok' : `exit ${status}`
  const which = shared ? `${id} (shared)` : id
  return `${which} · ${state}${took === null ? '' : ` · ${duration(took)}`} · ${safe(text.replace(/\s+/g, ' ')).slice(0, LABEL)}`
}

// --- the chosen transfer ---

const chosen = new WeakMap<Run, number>()

/** The transfer that the panels show: the one that the user has chosen, or the first. */
export function chosenTransfer(run: Run): Transfer | undefined {
  const picked = chosen.get(run)
  return run.transfers.find(({ number }) => number === picked) ?? run.transfers[0]
}

export function urlOf(transfer: Transfer): string {
  const url = transfer.infos?.['EFFECTIVE_URL']
  return typeof url === 'string' ? url : ''
}

export function statusOf(transfer: Transfer): number {
  const status = transfer.infos?.['RESPONSE_CODE']
  return typeof status === 'number' ? status : 0
}

export interface TransferPicker {
  element: HTMLElement
  update(run: Run): void
}

/** A choice of the run's transfers, which the panels share. Hidden if there is only one. */
export function transferPicker(changed: () => void, label = 'Transfer'): TransferPicker {
  let shown = ''
  let run: Run | null = null
  const select = h('select', { 'aria-label': label, onchange: () => pick(Number(select.value)) })
  const step = (by: number): void => {
    const index = select.selectedIndex + by
    if (index >= 0 && index < select.options.length) pick(Number(select.options[index]!.value))
  }
  const previous = button('\u2039', () => step(-1), { 'aria-label': label.replace('Transfer', 'Previous transfer') })
  const next = button('\u203a', () => step(1), { 'aria-label': label.replace('Transfer', 'Next transfer') })
  const element = h('div.picker', null, previous, select, next)
  function pick(number: number): void {
    if (!run) return
    chosen.set(run, number)
    changed()
  }
  return {
    element,
    update(current) {
      run = current
      element.hidden = run.transfers.length < 2
      const labels = run.transfers.map((transfer) => {
        const said = statusOf(transfer) || (transfer.result ? `error ${transfer.result}` : '\u2026')
        return `${transfer.number + 1}  ${said}  ${visibleString(urlOf(transfer) || requestLine(transfer), 120)}`
      })
      const key = `${run.id} ${labels.join('\n')}`
      if (key !== shown && document.activeElement !== select) {
        shown = key
        select.replaceChildren(...labels.map((label, i) => h('option', { value: run!.transfers[i]!.number }, label)))
      }
      select.value = String(chosenTransfer(run)?.number ?? '')
      previous.disabled = select.selectedIndex <= 0
      next.disabled = select.selectedIndex >= select.options.length - 1
    },
  }
}

/** The label of a transfer that has no URL yet. */
function requestLine(transfer: Transfer): string {
  return transfer.infos === null && transfer.result === null ? 'running' : ''
}
