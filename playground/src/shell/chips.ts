// The examples, as a row of buttons: the first click puts the command at the prompt, and the second one runs it.
import { h } from '../dom.js'
import type { Example } from './examples.js'

export interface ChipsOptions {
  examples: readonly Example[]
  /** Returns the line at the prompt. */
  line: () => string
  put: (command: string) => void
  run: () => void
}

export class Chips {
  readonly element = h('div.chips', { role: 'toolbar', 'aria-label': 'Examples' })
  readonly #chips: HTMLButtonElement[]
  readonly #options: ChipsOptions

  constructor(options: ChipsOptions) {
    this.#options = options
    this.#chips = options.examples.map(({ name, command, about }, i) =>
      h(
        'button.chip',
        {
          ...{ type: 'button', title: `${about}\n${command}`, tabindex: i === 0 ? '0' : '-1', 'aria-pressed': 'false' },
          onclick: () => (options.line() === command ? options.run() : options.put(command)),
          onfocus: () => this.#chips.forEach((chip, at) => (chip.tabIndex = at === i ? 0 : -1)),
        },
        name,
      ),
    )
    this.element.append(...this.#chips)
    this.element.addEventListener('keydown', (event) => this.#key(event))
  }

  /** Marks the example that is at the prompt. */
  update(): void {
    const line = this.#options.line()
    this.#chips.forEach((chip, i) =>
      chip.setAttribute('aria-pressed', String(this.#options.examples[i]!.command === line)),
    )
  }

  #key(event: KeyboardEvent): void {
    const at = this.#chips.indexOf(document.activeElement as HTMLButtonElement)
    const { length } = this.#chips
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 + length, Home: 0, End: length - 1 }[event.key]
    if (to === undefined || event.altKey) return
    event.preventDefault()
    this.#chips[to % length]!.focus()
  }
}
