// The line below the terminal: help for the option at the cursor, progress, and the button that runs, stops, and after
// a failure retries. On a phone, also the keys that its keyboard does not have.
import { h } from '../dom.js'
import type { Store } from '../model.js'
import { size } from '../panels/format.js'
import type { Action } from '../terminal/keys.js'
import { MODIFIER } from './platform.js'

const IDLE = matchMedia('(pointer: coarse)').matches ? 'Tap the line to edit it' : 'Tab completes, F1 lists the keys'

export interface FootOptions {
  store: Store
  run: () => void
  stop: () => void
  /** Loads the module again. */
  reload: () => void
  /** Puts the last command at the prompt again. */
  again: () => void
  act: (action: Action) => void
}

export class Foot {
  readonly element: HTMLElement
  readonly #hint = h('p.hint')
  readonly #module = h('div.module')
  readonly #bar = h('progress', { 'aria-label': 'Loading curl' })
  readonly #loading = h('span.loading')
  readonly #run: HTMLButtonElement
  readonly #options: FootOptions
  #running = false
  #offered = false
  #help = ''
  #progress = ''

  constructor(options: FootOptions) {
    this.#options = options
    this.#run = h('button.primary.run', {
      type: 'button',
      onclick: () => (this.#running ? options.stop() : this.#offered ? options.again() : options.run()),
    })
    const retry = h('button', { type: 'button', onclick: options.reload }, 'Retry')
    this.#module.append(this.#bar, this.#loading, retry)
    const key = (label: string, name: string, action: Action): HTMLElement =>
      h(
        'button',
        {
          ...{ type: 'button', 'aria-label': name },
          onpointerdown: (event: Event) => event.preventDefault(), // keeps the phone's keyboard open
          onclick: () => options.act(action),
        },
        label,
      )
    const keys = h(
      'div.keys',
      { role: 'group', 'aria-label': 'Keys' },
      key('Tab', 'Tab: complete', 'tab'),
      key('↑', 'Older line', 'up'),
      key('↓', 'Newer line', 'down'),
      key('←', 'Left', 'left'),
      key('→', 'Right', 'right'),
    )
    this.element = h('div.foot', null, this.#hint, this.#module, keys, this.#run)
    options.store.on('module', () => this.#showModule())
    this.#showModule()
    this.running(false)
  }

  /** Shows help for the option at the cursor. */
  hint(text: string): void {
    this.#help = text
    this.#showHint()
  }

  /** Shows the progress of what runs. '' shows none. */
  progress(text: string): void {
    this.#progress = text
    this.#showHint()
  }

  running(on: boolean): void {
    this.#running = on
    this.#showRun()
    this.#showHint()
  }

  /** Offers to retry, in place of the button that would run an empty line. */
  offer(retry: boolean): void {
    if (retry === this.#offered) return
    this.#offered = retry
    this.#showRun()
  }

  #showRun(): void {
    const [label, key] = this.#running
      ? ['Stop', 'Ctrl C']
      : this.#offered
        ? ['Retry', `${MODIFIER} A`]
        : ['Run', 'Enter']
    this.#run.replaceChildren(label, h('kbd', { 'aria-hidden': 'true' }, key))
    this.#run.classList.toggle('stop', this.#running)
  }

  #showHint(): void {
    const text = this.#progress || this.#help || (this.#running ? '' : IDLE)
    if (this.#hint.textContent !== text) this.#hint.textContent = text
    this.#hint.title = text
  }

  #showModule(): void {
    const { state, loaded, total, detail } = this.#options.store.state.module
    this.#module.hidden = state === 'ready' || state === 'idle'
    this.#module.dataset['state'] = state
    this.#bar.max = total || 1
    this.#bar.value = loaded
    this.#loading.textContent =
      state === 'failed' ? `curl could not be loaded: ${detail}` : `curl.wasm ${size(loaded)} of ${size(total)}`
    this.#loading.title = detail
  }
}
