// The dialog that lists the requests of an HTTP archive: typing searches, the arrow keys and Enter choose. Only the first
// rows that match are elements, because an archive may have thousands.
import { h } from '../dom.js'
import { count, plural, size } from '../panels/format.js'
import { visibleString } from '../panels/text.js'
import type { BrowserRequest } from '../command/write-curl.js'
import type { FromReader, ToReader } from './protocol.js'
import type { HarLine } from './read-har.js'

const SHOWN = 100

export interface Chosen {
  request: BrowserRequest
  notes: string[]
}

/** Lets the user choose a request. Resolves with null if the dialog is closed. Rejects if this is not an archive. */
export function chooseRequest(archive: Blob, name: string, reader: Worker): Promise<Chosen | null> {
  return new Promise((resolve, reject) => {
    const picker = new Picker(name, archive.size, (index) => post({ type: 'choose', index }))
    const post = (message: ToReader): void => reader.postMessage(message)
    const end = (act: () => void): void => {
      reader.terminate()
      picker.dialog.close() // gives the focus back
      picker.dialog.remove()
      act()
    }
    picker.dialog.addEventListener('close', () => end(() => resolve(null)))
    reader.onmessage = ({ data }: MessageEvent<FromReader>) => {
      if (data.type === 'lines') picker.show(data.lines, data.others)
      else if (data.type === 'chosen') end(() => resolve(data))
      else end(() => reject(new Error(data.message)))
    }
    reader.onerror = (event) => end(() => reject(new Error(event.message || 'it cannot be read')))
    document.body.append(picker.dialog)
    picker.dialog.showModal()
    post({ type: 'open', archive })
  })
}

class Picker {
  readonly dialog: HTMLDialogElement
  readonly #search: HTMLInputElement
  readonly #list = h('ul.har-list', { role: 'listbox', 'aria-label': 'Requests', id: 'har-requests', tabindex: '-1' })
  readonly #said = h('p.detail', { role: 'status' })
  readonly #waiting: HTMLElement
  #lines: readonly HarLine[] = []
  /** What is searched in each line. */
  #texts: readonly string[] = []
  #others = 0
  #found: readonly HarLine[] = []
  #active = 0

  constructor(
    name: string,
    bytes: number,
    private readonly chosen: (index: number) => void,
  ) {
    const shown = visibleString(name, 60)
    this.#search = h('input', {
      ...{
        type: 'text',
        role: 'combobox',
        'aria-label': 'Search',
        placeholder: 'Search by URL, method, status or type',
      },
      ...{ 'aria-controls': 'har-requests', 'aria-expanded': 'true', 'aria-autocomplete': 'list' },
      ...{ autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', hidden: true },
      oninput: () => this.#filter(),
      onkeydown: (event: KeyboardEvent) => this.#key(event),
    })
    this.#waiting = h(
      'div.har-waiting',
      null,
      h('progress', { 'aria-label': 'Reading' }),
      h('p.detail', null, `Reading ${size(bytes)}`),
    )
    this.#list.hidden = true
    this.#list.addEventListener('click', (event) => {
      const row = (event.target as Element).closest<HTMLElement>('[data-index]')
      if (row) this.chosen(Number(row.dataset['index']))
    })
    const close = h('button', { type: 'button', onclick: () => this.dialog.close() }, 'Cancel')
    this.dialog = h(
      'dialog.har-dialog',
      { 'aria-label': `Requests of ${shown}` },
      h('h2', null, `Requests of ${shown}`),
      this.#search,
      this.#waiting,
      this.#list,
      h('div.row', null, this.#said, close),
    )
  }

  show(lines: readonly HarLine[], others: number): void {
    this.#lines = lines
    this.#texts = lines.map(({ method, status, url, type }) => `${method} ${status} ${url} ${type}`.toLowerCase())
    this.#others = others
    this.#waiting.hidden = true
    this.#search.hidden = this.#list.hidden = lines.length === 0
    this.#filter()
    if (lines.length > 0) this.#search.focus()
  }

  /** Shows the entries that have all the words. */
  #filter(): void {
    const words = this.#search.value.toLowerCase().split(/\s+/).filter(Boolean)
    this.#found = this.#lines.filter((_, i) => words.every((word) => this.#texts[i]!.includes(word)))
    this.#list.replaceChildren(...this.#found.slice(0, SHOWN).map((line, i) => rowOf(line, i)))
    this.#list.scrollTop = 0
    this.#said.textContent = this.#says()
    this.#activate(0)
  }

  #says(): string {
    const [total, found] = [this.#lines.length, this.#found.length]
    const others =
      this.#others > 0 ? `, and ${count(this.#others)} that ${this.#others === 1 ? 'is' : 'are'} not HTTP` : ''
    if (total === 0) return `There is no request in it${others}`
    if (found === 0) return 'No request has all of this'
    if (found > SHOWN) return `The first ${SHOWN} of ${count(found)}: search for others`
    return `${found === total ? plural(total, 'request') : `${count(found)} of ${plural(total, 'request')}`}${others}`
  }

  #activate(number: number): void {
    const rows = [...this.#list.children]
    this.#active = Math.max(0, Math.min(number, rows.length - 1))
    rows.forEach((row, i) => row.setAttribute('aria-selected', String(i === this.#active)))
    const row = rows[this.#active]
    if (row) this.#search.setAttribute('aria-activedescendant', row.id)
    else this.#search.removeAttribute('aria-activedescendant')
    row?.scrollIntoView({ block: 'nearest' })
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return
    if (event.key === 'Enter') {
      event.preventDefault()
      const line = this.#found[this.#active]
      if (line) this.chosen(line.index)
      return
    }
    const page = 8
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page }[event.key]
    if (by === undefined) return
    event.preventDefault()
    this.#activate(this.#active + by)
  }
}

function rowOf({ index, method, url, status, size: bytes, type }: HarLine, i: number): HTMLElement {
  const parsed = URL.canParse(url) ? new URL(url) : null
  const failed = status === 0 || status >= 400
  return h(
    'li',
    {
      ...{ role: 'option', id: `har-request-${i}`, 'data-index': index, 'aria-selected': 'false' },
      title: visibleString(url, 500),
    },
    h('span.har-method', null, visibleString(method, 10)),
    h('span.har-status', { 'data-tone': failed ? 'bad' : undefined }, status === 0 ? 'none' : String(status)),
    h(
      'span.har-url',
      null,
      parsed
        ? [
            h('span.har-path', null, visibleString(parsed.pathname + parsed.search, 300)),
            h('span.detail', null, visibleString(parsed.host, 100)),
          ]
        : visibleString(url, 300),
    ),
    h('span.har-type.detail', null, visibleString(type.replace(/^.*\//, ''), 20)),
    h('span.har-size.detail', null, bytes === null ? '' : size(bytes)),
  )
}
