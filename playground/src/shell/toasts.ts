// Short notices that go away by themselves, except while the pointer is on them, and notices only for screen readers.
import { h } from '../dom.js'
import { icon } from './icons.js'

const SHOWN_MS = 6000

export class Toasts {
  readonly element = h('div.toasts', { role: 'status', 'aria-label': 'Notices' })

  show(text: string, detail = ''): void {
    const toast = h('div.toast', null, h('p', null, text), detail && h('p.detail', null, detail))
    let timer: ReturnType<typeof setTimeout>
    const close = (): void => {
      clearTimeout(timer)
      toast.remove()
    }
    const wait = (): void => {
      clearTimeout(timer)
      timer = setTimeout(close, SHOWN_MS)
    }
    const stay = (): void => clearTimeout(timer)
    toast.append(h('button.quiet', { type: 'button', 'aria-label': 'Close notice', onclick: close }, icon('close')))
    toast.addEventListener('pointerenter', stay)
    toast.addEventListener('focusin', stay)
    toast.addEventListener('pointerleave', wait)
    toast.addEventListener('focusout', wait)
    wait()
    this.element.append(toast)
    while (this.element.childElementCount > 3) this.element.firstElementChild!.remove()
  }
}

export class Announcer {
  readonly element = h('div.unseen', { 'aria-live': 'polite', 'aria-atomic': 'true' })

  say(text: string): void {
    // a screen reader only reads a change, so the same text once more gets a space
    this.element.textContent = this.element.textContent === text ? `${text}\u00a0` : text
  }
}
