// A list of any length that only has elements for the visible rows. All rows have the same height. Browsers limit the
// height of an element to less than a million rows, so beyond a limit one pixel of the scrollbar stands for several of
// the list, and wheel and keys move by rows.
import { h } from '../dom.js'

export interface RowsOptions {
  label: string
  /** Decides the role of the rows: `listitem` or `row`. */
  role: 'list' | 'table'
  render(index: number): HTMLElement
  /** Called when the width is known or has changed. `columns` is in characters of the monospaced font. */
  resized?(width: number, columns: number): void
  /** Whether to stay at the end when rows are added while the end is visible. */
  follow?: boolean
}

export interface Rows {
  element: HTMLElement
  /** Sets the number of rows, and draws them again. */
  update(count: number): void
  scrollTo(index: number): void
}

/** The height of a row in pixels, the same as in panels.css. */
export const ROW = 20
/** The largest height of an element that is used, in pixels. Firefox has the lowest limit: 17.8 million. */
const HIGHEST = 8_000_000
const OVERSCAN = 6
const FOCUSABLE = 'button, a, input'

export function rows({ label, role, render, resized, follow = false }: RowsOptions): Rows {
  const layer = h('div.rows-layer', { role: role === 'table' ? 'rowgroup' : 'presentation' })
  const spacer = h('div.rows-spacer', { role: 'presentation' }, layer)
  const element = h('div.rows', { role, tabindex: 0, 'aria-label': label }, spacer)
  let total = 0
  /** The first visible pixel of the list. */
  let top = 0
  let width = -1

  const whole = (): number => total * ROW
  const height = (): number => Math.min(whole(), HIGHEST)
  const most = (): number => Math.max(0, whole() - element.clientHeight)
  /** How many pixels of the list are one pixel of the scrollbar. */
  const scale = (): number => (whole() > HIGHEST ? most() / Math.max(1, height() - element.clientHeight) : 1)

  function draw(): void {
    const view = element.clientHeight
    if (view === 0) return
    const from = Math.max(0, Math.floor(top / ROW) - OVERSCAN)
    const to = Math.min(total, Math.ceil((top + view) / ROW) + OVERSCAN)
    const focused = layer.contains(document.activeElement) ? focusOf(document.activeElement!) : null
    const drawn: HTMLElement[] = []
    for (let index = from; index < to; index++) {
      const row = render(index)
      row.setAttribute('role', role === 'table' ? 'row' : 'listitem')
      row.setAttribute(role === 'table' ? 'aria-rowindex' : 'aria-posinset', String(index + 1))
      if (role === 'list') row.setAttribute('aria-setsize', String(total))
      row.dataset['row'] = String(index)
      drawn.push(row)
    }
    layer.replaceChildren(...drawn)
    layer.style.transform = `translateY(${from * ROW - top + element.scrollTop}px)`
    if (focused) restore(focused)
  }

  const focusOf = (active: Element): { row: string; nth: number } => {
    const row = active.closest<HTMLElement>('[data-row]')!
    return { row: row.dataset['row']!, nth: [...row.querySelectorAll(FOCUSABLE)].indexOf(active) }
  }
  const restore = ({ row, nth }: { row: string; nth: number }): void => {
    const again = layer.querySelector(`[data-row="${row}"]`)?.querySelectorAll<HTMLElement>(FOCUSABLE)[nth]
    ;(again ?? element).focus({ preventScroll: true })
  }

  /** Goes to a pixel of the list, and moves the scrollbar there. */
  function go(to: number): void {
    top = Math.min(Math.max(0, to), most())
    element.scrollTop = top / scale()
    draw()
  }

  element.addEventListener('scroll', () => {
    // with a scale, the scrollbar is coarse: ignore its position if go() has just set it
    if (scale() === 1) top = element.scrollTop
    else if (Math.abs(element.scrollTop - top / scale()) >= 1) top = element.scrollTop * scale()
    draw()
  })
  element.addEventListener(
    'wheel',
    (event) => {
      if (scale() === 1 || event.deltaY === 0 || event.ctrlKey) return
      event.preventDefault()
      go(top + event.deltaY * (event.deltaMode === 1 ? ROW : event.deltaMode === 2 ? element.clientHeight : 1))
    },
    { passive: false },
  )
  element.addEventListener('keydown', (event) => {
    if (event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return
    const page = element.clientHeight - ROW
    const moves: Record<string, number> = {
      ArrowDown: top + ROW,
      ArrowUp: top - ROW,
      PageDown: top + page,
      PageUp: top - page,
      Home: 0,
      End: whole(),
    }
    const to = moves[event.key]
    if (to === undefined) return
    event.preventDefault()
    go(to)
  })
  new ResizeObserver(() => {
    if (element.clientWidth !== width && element.clientWidth > 0) {
      width = element.clientWidth
      resized?.(width, Math.floor(width / characterWidth(element)))
    }
    draw()
  }).observe(element)

  return {
    element,
    update(next) {
      const atEnd = follow && total > 0 && top >= most() - ROW
      total = next
      element.setAttribute(role === 'table' ? 'aria-rowcount' : 'data-count', String(total))
      spacer.style.height = `${height()}px`
      if (atEnd) go(whole())
      else if (top > most()) go(top)
      else draw()
    },
    scrollTo: (index) => go(index * ROW),
  }
}

/** The width of a character of the monospaced font in an element, in pixels. */
function characterWidth(element: HTMLElement): number {
  const probe = h('span.probe', { 'aria-hidden': 'true' }, '0'.repeat(100))
  element.append(probe)
  const width = probe.getBoundingClientRect().width / 100
  probe.remove()
  return width || 7.5
}
