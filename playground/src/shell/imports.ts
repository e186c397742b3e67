// Turns what was made for other programs into curl commands at the prompt: pasted calls of fetch, and HTTP archives that
// are pasted, dropped on the page, or among the files. It never runs a command.
import harWorkerUrl from '../har/worker.ts?worker&url'
import { FetchError, isFetch, parseFetch } from '../command/fetch-call.js'
import { quote } from '../command/quote.js'
import { writeCurl, type BrowserRequest } from '../command/write-curl.js'
import { chooseRequest } from '../har/picker.js'
import { isHar } from '../har/read-har.js'
import type { Store } from '../model.js'
import { harmless, isArchive } from '../panels/file-names.js'
import { HOME } from '../worker/home.js'
import type { Question } from '../worker/protocol.js'
import type { Toasts } from './toasts.js'
import { createWorker } from './worker.js'

export interface ImportsOptions {
  store: Store
  ask: (question: Question) => Promise<unknown>
  toasts: Toasts
  /** Puts a line at the prompt. */
  put: (line: string) => void
}

export class Imports {
  readonly #options: ImportsOptions
  /** Names of files that were written, but are not in the store yet. */
  readonly #taken = new Set<string>()

  constructor(options: ImportsOptions) {
    this.#options = options
    addEventListener('dragover', (event) => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
    })
    addEventListener('drop', (event) => this.#dropped(event))
  }

  /** What goes to the prompt for a text that is pasted there: '' if it is handled in another way. */
  pasted(text: string): string {
    if (isHar(text)) {
      void this.open('the pasted text', new Blob([text]))
      return ''
    }
    if (!isFetch(text)) return text
    const { toasts } = this.#options
    try {
      const calls = parseFetch(text)
      const made = calls.map(({ request, notes }) => this.#commandOf(request, notes))
      const notes = [...new Set(made.flatMap(({ notes }) => notes))]
      toasts.show(
        calls.length === 1 ? 'This is the call of fetch as curl' : `These are ${calls.length} calls of fetch as curl`,
        notes.join('; '),
      )
      return made.map(({ line }) => line).join('\n')
    } catch (error) {
      const detail = (error as Error).message
      toasts.show(
        error instanceof FetchError ? 'This call of fetch cannot be read' : 'This call of fetch is not for curl',
        detail,
      )
      return text
    }
  }

  /** Lets the user choose a request of an archive. */
  async open(name: string, archive: Blob): Promise<void> {
    const { toasts, put } = this.#options
    try {
      const chosen = await chooseRequest(archive, name, createWorker(harWorkerUrl, 'har'))
      if (!chosen) return
      const { line, notes } = this.#commandOf(chosen.request, chosen.notes)
      put(line)
      if (notes.length > 0) toasts.show('The request is at the prompt', notes.join('; '))
    } catch (error) {
      toasts.show(`Nothing can be taken from ${name}`, (error as Error).message)
    }
  }

  #commandOf(request: BrowserRequest, before: readonly string[]): { line: string; notes: string[] } {
    const { argv, files, notes } = writeCurl(request, (name) => this.#free(name))
    for (const { name, content } of files) {
      // the Worker handles it before a later run
      const made = typeof content === 'string' ? content : new Blob([new Uint8Array(content)])
      this.#options.ask({ ask: 'write', path: `${HOME}/${name}`, content: made }).catch((error: Error) => {
        this.#options.toasts.show(`The file ${name} could not be written`, error.message)
      })
    }
    return { line: quote(argv), notes: [...before, ...notes] }
  }

  #free(name: string): string {
    const used = new Set([...this.#options.store.state.files.map(({ path }) => path), ...this.#taken])
    const [, base, ending] = /^(.*?)(\.\w+)?$/.exec(harmless(name))!
    let free = name
    for (let i = 2; used.has(`${HOME}/${free}`); i++) free = `${base}-${i}${ending ?? ''}`
    this.#taken.add(`${HOME}/${free}`)
    return free
  }

  #dropped(event: DragEvent): void {
    const file = event.dataTransfer?.files[0]
    // the files panel handles its own
    if (!file || event.defaultPrevented) return
    // a browser would open it instead of this page
    event.preventDefault()
    if (isArchive(file.name)) return void this.open(file.name, file)
    this.#options.toasts.show('Drop this file on the tab Files', 'Elsewhere, only HTTP archives (.har) are read.')
  }
}
