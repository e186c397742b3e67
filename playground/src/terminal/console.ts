// The terminal: a prompt with a line editor, history, completion, and the output of commands. It does not run commands:
// it passes lines that were entered, and the key that stops them, to its owner.
import { complete, helpFor, type Item, type Sources } from '../command/complete.js'
import { h } from '../dom.js'
import { IS_MAC } from '../shell/platform.js'
import { Editor } from './editor.js'
import type { History } from './history.js'
import { actionOf, type Action } from './keys.js'
import type { Prompts } from './layout.js'
import { Painter } from './painter.js'
import { Screen, type Style } from './screen.js'
import { Suggestions } from './suggestions.js'

const PROMPTS: Prompts = { first: '$ ', next: '> ' }
const MAX_PASTE = 1_000_000

export interface ConsoleOptions {
  history: History
  sources: () => Sources
  /** Called with a line that was entered. The prompt comes back when the promise has resolved. */
  entered: (line: string) => Promise<void>
  /** Called with a text that is pasted. Returns what is inserted instead, '' for nothing. */
  pasted: (text: string) => string
  /** Called for Ctrl-C while a line runs. */
  interrupted: () => void
  /** Called with the help for the place of the cursor. */
  hint: (text: string) => void
  /** Called after every change of the line. */
  edited: (line: string) => void
}

export class Console {
  readonly element: HTMLElement
  readonly screen: Screen
  readonly #painter: Painter
  readonly #editor = new Editor()
  readonly #suggestions: Suggestions
  readonly #options: ConsoleOptions
  #running: Promise<void> | null = null
  /** The search in the history: the text, the number of the line found, and the line before the search. */
  #search: { text: string; number: number | undefined; before: string } | null = null
  /** Whether the user has typed the line. Then ↑ and ↓ only go through lines that begin like it. */
  #written = false
  /** Set after Escape: then Tab leaves the terminal, so that keyboard users are not trapped in it. */
  #tabLeaves = false
  /** What is typed, pasted or put here while a line runs. It appears at the next prompt. */
  #ahead = ''
  /** The line that the page has put at the prompt. A paste replaces it, if the user has not changed it. */
  #proposal: string | null = null

  constructor(parent: HTMLElement, options: ConsoleOptions) {
    this.#options = options
    this.element = h('div.console')
    const host = h('div.screen')
    this.element.append(host)
    parent.append(this.element)
    this.screen = new Screen(host)
    this.#painter = new Painter(this.screen)
    const { terminal } = this.screen
    this.#suggestions = new Suggestions(terminal.textarea!, (item) => this.#take(item))
    this.element.append(this.#suggestions.element)

    terminal.attachCustomKeyEventHandler((event) => this.#key(event))
    terminal.onData((data) => this.#typed(data))
    terminal.onResize(() => this.#resized())
    // handles a paste before xterm.js does: only text is taken, and a pasted line never runs by itself
    this.element.addEventListener('paste', (event) => this.#pasted(event), { capture: true })
    new ResizeObserver(() => this.screen.fit()).observe(host)
    this.screen.fit()
    this.#painter.begin()
    this.#draw()
  }

  get line(): string {
    return this.#editor.text
  }

  get running(): boolean {
    return this.#running !== null
  }

  /** Resolves when no line runs. */
  async idle(): Promise<void> {
    await this.#running
  }

  focus(): void {
    this.screen.terminal.focus()
  }

  /** Puts a line at the prompt. */
  put(line: string): void {
    this.#proposal = clean(line)
    if (this.#running) return void (this.#ahead = this.#proposal)
    this.#search = null
    this.#editor.set(this.#proposal)
    this.#written = false
    this.#options.history.leave()
    this.#suggestions.hide()
    this.#changed()
  }

  insert(text: string): void {
    if (this.#running) return void (this.#ahead += clean(text))
    this.#search = null
    this.#editor.insert(clean(text))
    this.#changed()
  }

  /** Writes a line of the page's own text above the prompt. */
  say(style: Style, text: string): void {
    if (!this.#running) this.#painter.erase()
    this.screen.line(style, text)
    if (!this.#running) {
      this.#painter.begin()
      this.#draw()
    }
  }

  /** Does what a key does. */
  act(action: Action): void {
    if (this.#running) {
      if (action === 'backspace') this.#ahead = this.#ahead.slice(0, -1)
      if (action !== 'interrupt') return
      this.#ahead = ''
      return this.#options.interrupted()
    }
    if (this.#search && this.#searching(action)) return
    switch (action) {
      case 'enter': {
        const item = this.#suggestions.selected
        return this.#suggestions.open && item ? this.#take(item) : void this.enter()
      }
      case 'tab':
        return this.#tab(1)
      case 'tabBack':
        return this.#tab(-1)
      case 'escape':
        return this.#suggestions.hide()
      case 'up':
      case 'down':
        return this.#vertical(action === 'up' ? -1 : 1)
      case 'newline':
        this.#editor.insert('\n')
        return this.#changed()
      case 'search':
        this.#search = { text: '', number: undefined, before: this.line }
        return this.#draw()
      case 'interrupt':
        this.#painter.finish(this.line, PROMPTS, '^C')
        return this.#again()
      case 'clear':
        this.#painter.erase()
        this.screen.clear()
        this.#painter.begin()
        return this.#draw()
      case 'pageUp':
        return this.screen.terminal.scrollPages(-1)
      case 'pageDown':
        return this.screen.terminal.scrollPages(1)
      case 'copy':
        return
      default: {
        const before = this.line
        this.#editor[action]()
        if (this.line !== before) {
          this.#written = true
          this.#options.history.leave()
        }
        return this.#changed()
      }
    }
  }

  /** Enters the line. */
  async enter(): Promise<void> {
    if (this.#running) return
    const { line } = this
    this.#suggestions.hide()
    this.#search = null
    this.#proposal = null
    this.#painter.finish(line, PROMPTS)
    this.#options.history.add(line)
    this.#editor.set('')
    this.#options.hint('')
    if (line.trim() === '') return this.#again()
    this.screen.write('\x1b[?25l')
    this.#running = this.#options.entered(line).finally(() => {
      this.#running = null
      this.screen.fresh()
      this.screen.write('\x1b[0m\x1b[?25h')
      this.#again()
    })
    this.#options.edited('')
    await this.#running
  }

  #again(): void {
    this.#editor.set(this.#ahead)
    this.#written = this.#ahead !== ''
    this.#ahead = ''
    this.#options.history.leave()
    this.#painter.begin()
    this.#changed()
  }

  // --- input ---

  /** Returns false for a key that xterm.js must not handle. */
  #key(event: KeyboardEvent): boolean {
    if (event.type !== 'keydown') return event.key === 'Process' || actionOf(event) === undefined
    if (event.isComposing || event.keyCode === 229) return true // an input method is active
    const action = actionOf(event)
    if (!action) {
      const isText = event.key.length === 1 && !event.ctrlKey && !event.metaKey && (!event.altKey || IS_MAC)
      const isThirdLevel = event.getModifierState('AltGraph')
      if (isText) this.#tabLeaves = false
      // xterm.js would make escape sequences of all other keys
      return isText || isThirdLevel || event.key === 'Dead' || event.key === 'Process' || event.key === 'Unidentified'
    }
    if (action === 'tab' || action === 'tabBack') {
      const { open } = this.#suggestions
      if (this.#running || (!open && (this.#tabLeaves || action === 'tabBack' || this.line.trim() === ''))) return false
    }
    this.#tabLeaves = action === 'escape' && !this.#suggestions.open && !this.#search
    if ((action === 'interrupt' && !this.#running) || action === 'copy') {
      const selected = this.screen.terminal.getSelection()
      if (selected !== '') {
        event.preventDefault()
        void navigator.clipboard?.writeText(selected)
        this.screen.terminal.clearSelection()
        return false
      }
    }
    event.preventDefault()
    this.act(action)
    return false
  }

  #typed(data: string): void {
    if (data === '\r') return this.act('enter')
    if (data === '\x7f') return this.act('backspace')
    // #key handles the keys, so data with an escape is an answer that xterm.js makes by itself
    if (data.includes('\x1b')) return
    const text = clean(data)
    if (this.#running) return void (this.#ahead += text)
    if (this.#search) {
      this.#search = { ...this.#search, text: this.#search.text + text }
      return this.#find(undefined)
    }
    this.#editor.insert(text)
    this.#written = true
    this.#options.history.leave()
    this.#changed()
  }

  #pasted(event: ClipboardEvent): void {
    event.preventDefault()
    event.stopPropagation()
    const given = event.clipboardData?.getData('text/plain') ?? ''
    const text = this.#options.pasted(given).slice(0, MAX_PASTE).replace(/\s+$/, '')
    if (text === '') return
    if (!this.#untouched) return this.insert(text)
    // replaces the page's command: together they would be one command with two URLs, and send the data to both
    this.put(text)
    this.#proposal = null
  }

  /** Whether the line is still the one that the page has put there, with the cursor at its end. */
  get #untouched(): boolean {
    if (this.#proposal === null) return false
    const { text, cursor } = this.#editor
    return this.#running ? this.#ahead === this.#proposal : text === this.#proposal && cursor === text.length
  }

  #vertical(by: -1 | 1): void {
    if (this.#suggestions.open) return this.#suggestions.move(by)
    if (this.#editor.vertical(by)) return this.#changed()
    const { history } = this.#options
    const { text, cursor } = this.#editor
    const line = by < 0 ? history.older(text, this.#written ? cursor : 0) : history.newer(text)
    if (line === null) return
    this.#editor.set(line)
    this.#changed()
  }

  // --- completion ---

  #tab(by: 1 | -1): void {
    if (this.#suggestions.open) return this.#suggestions.move(by)
    const { text, cursor } = this.#editor
    const { from, to, items, common } = complete(text, cursor, this.#options.sources())
    if (items.length === 1) return this.#put(from, to, items[0]!)
    if (items.length === 0) return
    if (common !== text.slice(from, to)) this.#editor.replace(from, to, common)
    this.#changed()
    this.#suggest()
  }

  #suggest(): void {
    const { text, cursor } = this.#editor
    const { items } = complete(text, cursor, this.#options.sources())
    if (items.length === 0) return this.#suggestions.hide()
    // waits until the terminal has drawn everything, because only then it knows where the cursor is
    this.screen.write('', () => {
      const { terminal } = this.screen
      const area = terminal.element!.querySelector('.xterm-screen')!.getBoundingClientRect()
      const frame = this.element.getBoundingClientRect()
      const { cursorX, cursorY } = terminal.buffer.active
      const height = area.height / terminal.rows
      const top = area.top - frame.top + cursorY * height
      const left = area.left - frame.left + (cursorX * area.width) / terminal.cols
      this.#suggestions.show(items, { left, top, bottom: top + height })
    })
  }

  #take(item: Item): void {
    const { text, cursor } = this.#editor
    const { from, to } = complete(text, cursor, this.#options.sources())
    this.#put(from, to, item)
    this.focus()
  }

  #put(from: number, to: number, { text, append }: Item): void {
    const behind = this.#editor.text.slice(to)
    this.#suggestions.hide()
    this.#editor.replace(from, to, text + (behind.startsWith(' ') ? '' : append))
    this.#changed()
  }

  // --- search ---

  /** Handles an action during a search. Returns false if it has ended the search, and is still to be done. */
  #searching(action: Action): boolean {
    const search = this.#search!
    if (action === 'search') this.#find(search.number)
    else if (action === 'backspace') {
      this.#search = { ...search, text: search.text.slice(0, -1) }
      this.#find(undefined)
    } else if (action === 'escape' || action === 'interrupt') {
      this.#search = null
      this.#editor.set(search.before)
      this.#changed()
    } else {
      this.#search = null
      this.#changed()
      return action === 'tab' || action === 'tabBack'
    }
    return true
  }

  #find(before: number | undefined): void {
    const search = this.#search!
    const found = search.text === '' ? null : this.#options.history.search(search.text, before)
    if (found) {
      this.#search = { ...search, number: found.number }
      this.#editor.set(found.line, found.line.indexOf(search.text))
    }
    this.#draw()
  }

  // --- drawing ---

  #changed(): void {
    this.#draw()
    if (this.#suggestions.open) this.#suggest()
    this.#options.edited(this.line)
  }

  #draw(): void {
    if (this.#running) return
    const { text, cursor } = this.#editor
    const prompts = this.#search ? { ...PROMPTS, first: `(search: ${clean(this.#search.text)}) ` } : PROMPTS
    this.#painter.draw(text, cursor, prompts)
    this.#options.hint(helpFor(text, cursor, this.#options.sources()) ?? '')
  }

  #resized(): void {
    this.#suggestions.hide()
    if (this.#running) return
    this.#painter.resized()
    this.#draw()
  }
}

/** Text for the line, without carriage returns and control characters. */
function clean(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\0-\x08\x0b-\x1f\x7f]/g, '')
}
