// The list of completions: shown above or below the cursor, and used by keyboard or pointer.
import type { Item } from '../command/complete.js'
import { h } from '../dom.js'

export interface Anchor {
  /** The cell of the cursor, in CSS pixels of the element that the list is in. */
  left: number
  top: number
  bottom: number
}

export class Suggestions {
  readonly element = h('ul.suggestions', {
    role: 'listbox',
    'aria-label': 'Completions',
    id: 'completions',
    hidden: true,
  })
  #items: readonly Item[] = []
  #selected = -1

  constructor(
    private readonly input: HTMLElement,
    private readonly chosen: (item: Item) => void,
  ) {
    input.setAttribute('role', 'combobox')
    input.removeAttribute('aria-multiline') // a combobox must not have it
    input.setAttribute('aria-controls', 'completions')
    input.setAttribute('aria-expanded', 'false')
  }

  get open(): boolean {
    return !this.element.hidden
  }

  get selected(): Item | undefined {
    return this.#items[this.#selected]
  }

  show(items: readonly Item[], anchor: Anchor): void {
    this.#items = items
    this.#selected = -1
    this.element.replaceChildren(
      ...items.map((item, i) =>
        h(
          'li',
          {
            ...{ role: 'option', id: `completion-${i}`, 'aria-selected': 'false' },
            onmousedown: (event: Event) => event.preventDefault(), // keeps the focus in the terminal
            onclick: () => this.chosen(item),
          },
          h('span.label', null, item.label),
          h('span.help', null, item.help),
        ),
      ),
    )
    this.element.hidden = false
    this.input.setAttribute('aria-expanded', 'true')
    this.element.scrollTop = 0
    this.#place(anchor)
  }

  hide(): void {
    this.element.hidden = true
    this.#selected = -1
    this.input.setAttribute('aria-expanded', 'false')
    this.input.removeAttribute('aria-activedescendant')
  }

  move(by: 1 | -1): void {
    const { length } = this.#items
    if (length === 0) return
    this.element.children[this.#selected]?.setAttribute('aria-selected', 'false')
    this.#selected = this.#selected < 0 ? (by > 0 ? 0 : length - 1) : (this.#selected + by + length) % length
    const option = this.element.children[this.#selected]!
    option.setAttribute('aria-selected', 'true')
    option.scrollIntoView({ block: 'nearest' })
    this.input.setAttribute('aria-activedescendant', option.id)
  }

  #place({ left, top, bottom }: Anchor): void {
    const { offsetParent, offsetWidth, style } = this.element
    const room = (offsetParent as HTMLElement | null) ?? document.body
    const below = room.clientHeight - bottom
    const above = below < 160 && top > below
    style.left = `${Math.max(4, Math.min(left, room.clientWidth - offsetWidth - 4))}px`
    style.top = above ? '' : `${bottom + 4}px`
    style.bottom = above ? `${room.clientHeight - top + 4}px` : ''
    style.maxHeight = `${Math.min(260, (above ? top : below) - 8)}px`
  }
}
