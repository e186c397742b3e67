// The splitter between the two panes. It can be dragged, or moved with the arrow keys. Its position is in percent.
import { h } from '../dom.js'
import { recall, remember } from './settings.js'

const LEAST = 20
const MOST = 80
const USUAL = 46
const STEP = 4

/** Makes the splitter, and keeps its position in the property --split of `parent`. */
export function splitter(parent: HTMLElement): HTMLElement {
  let share = clamp(Number(recall('split') ?? USUAL))
  const sideBySide = (): boolean => getComputedStyle(parent).flexDirection === 'row'
  const set = (to: number): void => {
    share = clamp(to)
    parent.style.setProperty('--split', `${share}%`)
    separator.setAttribute('aria-valuenow', String(Math.round(share)))
  }
  const keep = (): void => remember('split', share.toFixed(1))
  const separator = h('div.splitter', {
    ...{ role: 'separator', tabindex: '0', 'aria-label': 'Size of the terminal', title: 'Drag, or use the arrow keys' },
    ...{ 'aria-valuemin': LEAST, 'aria-valuemax': MOST },
    onpointerdown(event: PointerEvent) {
      separator.setPointerCapture(event.pointerId)
      event.preventDefault()
      separator.focus()
    },
    onpointermove({ pointerId, clientX, clientY }: PointerEvent) {
      if (!separator.hasPointerCapture(pointerId)) return
      const { left, top, width, height } = parent.getBoundingClientRect()
      set(sideBySide() ? ((clientX - left) / width) * 100 : ((clientY - top) / height) * 100)
    },
    onpointerup: keep,
    ondblclick() {
      set(USUAL)
      keep()
    },
    onkeydown(event: KeyboardEvent) {
      const [less, more] = sideBySide() ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown']
      const to = { [less]: share - STEP, [more]: share + STEP, Home: LEAST, End: MOST }[event.key]
      if (to === undefined || event.altKey) return
      event.preventDefault()
      set(to)
      keep()
    },
  })
  const orient = (): void => separator.setAttribute('aria-orientation', sideBySide() ? 'vertical' : 'horizontal')
  new ResizeObserver(orient).observe(parent)
  set(share)
  return separator
}

function clamp(share: number): number {
  return Math.min(MOST, Math.max(LEAST, Number.isFinite(share) ? share : USUAL))
}
