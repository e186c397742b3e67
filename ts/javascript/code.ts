// What the writers of programs share: the imports that a program needs, and texts that come from files or from standard
// input when it runs.
import type { Text } from '../record.js'
import { literal, quoted } from './literals.js'

/**
 * Stands in for standard input: the tool reads it, and where it shows up again is what it was used for. The line end in it
 * tells what the tool does to the rest: it stays, goes away with -d, or is encoded with --data-urlencode.
 */
export class Stdin {
  readonly #halves = [0, 1].map(() => `stdin${crypto.getRandomValues(new Uint32Array(2)).join('x')}`)

  stream(): ReadableStream<Uint8Array> {
    return new Blob([this.#halves.join('\n')]).stream()
  }

  /** Text and uses of standard input, in their order. null where it was torn apart. */
  pieces(text: string): { text: string; use: '\n' | '' | '%0A' | null }[] | null {
    const [first, second] = this.#halves
    const found = []
    let rest = text
    for (;;) {
      const match = new RegExp(`${first}(\\n|%0A|)${second}`).exec(rest)
      const before = match ? rest.slice(0, match.index) : rest
      if (this.#halves.some((half) => before.includes(half))) return null
      if (before !== '') found.push({ text: before, use: null })
      if (!match) return found
      found.push({ text: '', use: match[1] as '\n' | '' | '%0A' })
      rest = rest.slice(match.index + match[0].length)
    }
  }
}

/** What -d does to bytes. */
const STRIPPED = '.filter((byte) => ![0, 10, 13].includes(byte))'

/** A file that the tool has read for the sake of an option. */
export interface InputFile {
  path: string
  bytes: Uint8Array<ArrayBuffer>
}

export class Code {
  /** For a page, which has neither files nor standard input. */
  readonly page: boolean
  readonly #stdin: Stdin | null
  readonly #files: readonly InputFile[]
  readonly #imports = new Map<string, Set<string>>()
  /** What could not be written. */
  readonly notes: string[] = []

  constructor(page: boolean, stdin: Stdin | null, files: readonly InputFile[]) {
    this.page = page
    this.#stdin = stdin
    this.#files = files
  }

  /** One to try with: adopt() takes over what it needs. */
  attempt(): Code {
    return new Code(this.page, this.#stdin, this.#files)
  }

  adopt(attempt: Code): void {
    for (const [module, names] of attempt.#imports) for (const name of names) this.use(name, module)
    this.notes.push(...attempt.notes)
  }

  /** Imports a name, and returns it. */
  use(name: string, module = 'libcurl-wasm'): string {
    const names = this.#imports.get(module) ?? new Set()
    this.#imports.set(module, names.add(name))
    return name
  }

  uses(name: string): boolean {
    return [...this.#imports.values()].some((names) => names.has(name))
  }

  /** Standard input, as bytes. */
  stdin(): string {
    this.use('buffer', 'node:stream/consumers')
    return 'stdin'
  }

  /** A text as an expression; null, with a note, for what is no expression. */
  text(text: Text, what: string): string | null {
    if (typeof text !== 'string' || !this.#stdin) return literal(text)
    const pieces = this.#stdin.pieces(text)
    if (!pieces) {
      this.notes.push(`${what}: what is made of standard input cannot be written here`)
      return null
    }
    if (pieces.length === 0) return "''"
    return pieces
      .map(({ text, use }) => {
        if (use === null) return quoted(text)
        if (use === '%0A') return `${this.use('escape')}(${this.stdin()}).replaceAll('%20', '+')`
        return use === '\n' ? `String(${this.stdin()})` : `String(${this.stdin()}).replace(/[\\0\\r\\n]/g, '')`
      })
      .join(' + ')
  }

  /** A body: where it is the content of a file, it is read from there. */
  body(text: Text): string | null {
    if (typeof text === 'string' && this.#stdin?.pieces(text)?.length === 1 && text !== '') {
      const [piece] = this.#stdin.pieces(text)!
      if (piece!.use === '\n') return this.stdin()
      if (piece!.use === '') return `${this.stdin()}${STRIPPED}`
    }
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
    for (const file of this.page ? [] : this.#files) {
      if (file.bytes.length === 0) continue
      const path = quoted(file.path)
      if (equal(file.bytes, bytes)) return `await ${this.use('readFile', 'node:fs/promises')}(${path})`
      // -d takes these out
      if (
        equal(
          file.bytes.filter((byte) => byte !== 0 && byte !== 10 && byte !== 13),
          bytes,
        )
      )
        return `(await ${this.use('readFile', 'node:fs/promises')}(${path}))${STRIPPED}`
    }
    return this.text(text, 'POSTFIELDS')
  }

  /** The first lines of the program. */
  head(main: string | null): string[] {
    const ours = [...(this.#imports.get('libcurl-wasm') ?? [])].sort(classesFirst)
    const names = ours.length > 0 ? `{ ${ours.join(', ')} }` : ''
    return [
      `import ${[main, names].filter(Boolean).join(', ')} from 'libcurl-wasm'`,
      ...[...this.#imports].flatMap(([module, names]) =>
        module === 'libcurl-wasm' || (this.page && module.startsWith('node:'))
          ? []
          : [`import { ${[...names].sort().join(', ')} } from '${module}'`],
      ),
    ]
  }

  /** What has to be there before the first transfer. */
  preparation(): string[] {
    if (!this.uses('buffer')) return []
    return this.page
      ? ["const stdin = '' // what curl would read from standard input"]
      : ['const stdin = await buffer(process.stdin)']
  }
}

function classesFirst(a: string, b: string): number {
  const rank = (name: string): number => (name.startsWith('CURL') ? 1 : 0)
  return rank(a) - rank(b) || (a < b ? -1 : 1)
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
