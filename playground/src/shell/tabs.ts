// Tabs as the ARIA Authoring Practices describe them: Tab reaches only the chosen one, and the arrow keys choose. The
// panel of a tab is made when it is first chosen. A tab that is given as an element is shown and hidden by the caller.
import { h } from '../dom.js'
import { MODIFIER } from './platform.js'

export interface Tab {
  name: string
  /** The tooltip. */
  about: string
  make: (() => HTMLElement) | HTMLElement
}

export class Tabs {
  readonly list = h('div.tabs', { role: 'tablist', 'aria-label': 'Views' })
  readonly panels: HTMLElement[]
  readonly #tabs: readonly Tab[]
  readonly #buttons: HTMLButtonElement[]
  #chosen = -1

  /**
   * @param changed Called with the number of each tab that is chosen, by the page or by the user.
   * @param picked Called with the name of each tab that the user has chosen.
   */
  constructor(
    tabs: readonly Tab[],
    private readonly changed: (tab: number) => void,
    private readonly picked: (name: string) => void,
  ) {
    this.#tabs = tabs
    this.#buttons = tabs.map(({ name, about }, i) =>
      h(
        'button.tab',
        {
          ...{ type: 'button', role: 'tab', id: `tab-${i}`, 'aria-controls': `view-${i}`, 'aria-selected': 'false' },
          ...{
            tabindex: '-1',
            title: `${about} (${MODIFIER} ${(i + 1) % 10})`,
            'data-name': name.toLowerCase(),
            'data-label': name,
          },
          onclick: () => this.pick(i),
          onkeydown: (event: KeyboardEvent) => this.#key(event),
        },
        name,
      ),
    )
    this.list.append(...this.#buttons)
    this.panels = tabs.map(({ make }, i) => {
      const panel = typeof make === 'function' ? h('div.view', { role: 'tabpanel', hidden: true, tabindex: '0' }) : make
      panel.id = `view-${i}`
      panel.setAttribute('aria-labelledby', `tab-${i}`)
      return panel
    })
  }

  get chosen(): number {
    return this.#chosen
  }

  numberOf(name: string): number {
    return this.#tabs.findIndex((tab) => tab.name === name)
  }

  /** Chooses a tab for the user. */
  pick(number: number, focus = false): void {
    this.choose(number, focus)
    this.picked(this.#tabs[number]!.name)
  }

  choose(number: number, focus = false): void {
    this.#buttons.forEach((button, i) => {
      button.setAttribute('aria-selected', String(i === number))
      button.tabIndex = i === number ? 0 : -1
      if (typeof this.#tabs[i]!.make === 'function') this.panels[i]!.hidden = i !== number
    })
    const panel = this.panels[number]!
    const { make, name } = this.#tabs[number]!
    // a heading, because screen readers go from one to the next
    if (typeof make === 'function' && panel.childElementCount === 0) panel.append(h('h2.unseen', null, name), make())
    this.#chosen = number
    const button = this.#buttons[number]!
    if (focus) button.focus()
    // scrolls only this row, while scrollIntoView() could scroll the page
    const { offsetLeft, offsetWidth } = button
    const { scrollLeft, clientWidth } = this.list
    if (offsetLeft < scrollLeft) this.list.scrollLeft = offsetLeft - 16
    else if (offsetLeft + offsetWidth > scrollLeft + clientWidth)
      this.list.scrollLeft = offsetLeft + offsetWidth - clientWidth + 16
    this.changed(number)
  }

  #key(event: KeyboardEvent): void {
    const shown = this.#buttons.flatMap((button, i) => (button.offsetParent ? [i] : []))
    const at = shown.indexOf(this.#chosen)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: shown.length - 1 }[event.key]
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    this.pick(shown[(to + shown.length) % shown.length]!, true)
  }
}
