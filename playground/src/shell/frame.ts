// The layout of the page: two panes with a splitter between them, or on a phone one pane at a time.
import { h } from '../dom.js'
import { markOverflow } from './overflow.js'
import { splitter } from './splitter.js'
import type { Tabs } from './tabs.js'

const PHONE = '(max-width: 719px)'

export interface FrameParts {
  pane: HTMLElement
  chips: HTMLElement
  tabs: Tabs
  runs: HTMLElement
  /** What is said about the run that is shown, above the panels. */
  notice: HTMLElement
  relay: HTMLElement
  actions: Node[]
  extras: Node[]
}

export interface Frame {
  /** Whether both panes are visible. */
  readonly wide: boolean
  /** Makes the pane of a tab visible. */
  show(tab: number): void
  /** Chooses the tab that the inspector shows first. */
  start(tab: number): void
}

export function frame({ pane, chips, tabs, runs, notice, relay, actions, extras }: FrameParts): Frame {
  const phone = matchMedia(PHONE)
  const head = h('div.inspector-head', null, runs)
  const inspector = h('section.inspector', { 'aria-label': 'Inspector' }, head, notice, tabs.panels.slice(1))
  const split = h('div.split')
  split.append(pane, splitter(split), inspector)
  const main = h('main.page', null, h('div.examples', null, chips), split)
  markOverflow(tabs.list)
  markOverflow(chips)
  /** The tab that was last chosen in the inspector. */
  let last = 1

  const header = h(
    'header.bar',
    null,
    h('a.skip', { href: '#', onclick: skip }, 'Skip to the command line'),
    h('h1.wordmark', null, 'curl', h('span', null, 'playground')),
    relay,
    h('div.actions', { role: 'group', 'aria-label': 'Command' }, ...actions),
  )
  document.body.append(header, main, ...extras)
  function skip(event: Event): void {
    event.preventDefault()
    show(0)
    pane.querySelector('textarea')?.focus()
  }

  function arrange(): void {
    if (phone.matches) {
      main.prepend(tabs.list)
      pane.setAttribute('role', 'tabpanel')
      pane.setAttribute('aria-labelledby', 'tab-0')
    } else {
      head.prepend(tabs.list)
      pane.removeAttribute('role')
      pane.removeAttribute('aria-labelledby')
      if (tabs.chosen === 0) tabs.choose(last)
    }
  }
  phone.addEventListener('change', arrange)

  function show(tab: number): void {
    if (tab > 0) last = tab
    document.documentElement.dataset['view'] = tab === 0 ? 'terminal' : 'inspector'
  }

  return {
    get wide() {
      return !phone.matches
    },
    show,
    start(tab) {
      last = tab > 0 && tab < tabs.panels.length ? tab : 1
      arrange()
      tabs.choose(phone.matches ? 0 : last)
    },
  }
}
