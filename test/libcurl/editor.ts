// A minimal editor for tests: a client of TypeScript's language server (LSP over standard input and output).
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Answer {
  id?: number
  method?: string
  result?: unknown
  error?: { message: string }
}

export interface Diagnostic {
  range: { start: { line: number } }
  message: string
  tags?: number[]
}

/** The tag of a diagnostic for which editors strike out the code. */
export const DEPRECATED = 2

export class Editor {
  readonly #server: ChildProcessWithoutNullStreams
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  readonly #uri: string
  readonly #lines: string[]
  #received = Buffer.alloc(0)
  #lastId = 0

  private constructor(file: string) {
    this.#uri = pathToFileURL(file).href
    this.#lines = readFileSync(file, 'utf8').split('\n')
    this.#server = spawn(process.execPath, [`${root}/node_modules/typescript/bin/tsc`, '--lsp', '--stdio'], {
      cwd: root,
    })
    this.#server.stdout.on('data', (data: Buffer) => this.#receive(data))
  }

  /** Opens a file of the project. */
  static async open(file: string): Promise<Editor> {
    const editor = new Editor(file)
    const tagSupport = { valueSet: [DEPRECATED] }
    const capabilities = { textDocument: { hover: { contentFormat: ['markdown'] }, diagnostic: { tagSupport } } }
    await editor.#ask('initialize', { processId: process.pid, rootUri: pathToFileURL(root).href, capabilities })
    editor.#send({ method: 'initialized', params: {} })
    const textDocument = { uri: editor.#uri, languageId: 'typescript', version: 1, text: editor.#lines.join('\n') }
    editor.#send({ method: 'textDocument/didOpen', params: { textDocument } })
    return editor
  }

  /** The text that is shown when the mouse is over `word` in the line that contains `code`. */
  async hover(code: string, word: string): Promise<string> {
    const { contents } = (await this.#at('hover', code, word)) as { contents: { value: string } }
    return contents.value
  }

  /** The completions at the second character of `word` in that line. */
  async completions(code: string, word: string): Promise<string[]> {
    const { items } = (await this.#at('completion', code, word)) as { items: { label: string }[] }
    return items.map(({ label }) => label)
  }

  async diagnostics(): Promise<Diagnostic[]> {
    const { items } = (await this.#ask('textDocument/diagnostic', { textDocument: { uri: this.#uri } })) as {
      items: Diagnostic[]
    }
    return items
  }

  /** The text of a line, from 0. */
  line(number: number): string {
    return this.#lines[number]!
  }

  async close(): Promise<void> {
    this.#server.kill()
    await once(this.#server, 'exit')
  }

  #at(what: string, code: string, word: string): Promise<unknown> {
    const line = this.#lines.findIndex((text) => text.includes(code))
    const character = this.#lines[line]!.indexOf(word) + 1
    return this.#ask(`textDocument/${what}`, { textDocument: { uri: this.#uri }, position: { line, character } })
  }

  async #ask(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#lastId
    const answer = await new Promise<Answer>((resolve) => {
      this.#waiting.set(id, resolve)
      this.#send({ id, method, params })
    })
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`)
    return answer.result
  }

  #send(message: object): void {
    const content = JSON.stringify({ jsonrpc: '2.0', ...message })
    this.#server.stdin.write(`Content-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`)
  }

  #receive(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data])
    for (;;) {
      const head = /^Content-Length: (\d+)\r\n(?:.+\r\n)*\r\n/.exec(this.#received.toString('latin1'))
      if (!head) return
      const end = head[0].length + Number(head[1])
      if (this.#received.length < end) return
      const message = JSON.parse(this.#received.subarray(head[0].length, end).toString()) as Answer
      this.#received = this.#received.subarray(end)
      // the server also sends requests, for settings, of which there are none
      if (message.method === undefined) this.#waiting.get(message.id!)?.(message)
      else if (message.id !== undefined) this.#send({ id: message.id, result: null })
    }
  }
}
