// What fetch.ts and easy.ts share for writing programs: the imports that a program needs, and texts that it reads from
// files or from standard input when it runs.
import type { Text } from '../record.js'
import { list, literal, note, quoted } from './literals.js'

/** What the tool does to what it has read: nothing, removes line ends and NUL (-d), or encodes it. */
export type Use = '\n' | '' | '%0A'

/** A part of a text: literal, or the content of a source. */
type Piece = { text: string; source?: undefined } | { source: StandIn; use: Use }

/**
 * A placeholder for what the program reads when it runs, a file or standard input. The tool reads the placeholder
 * instead, and where it appears in options shows what it is used for. The line end in it shows what the tool does to
 * the content: it stays, disappears with -d, or is encoded with --data-urlencode.
 */
export class StandIn {
  /** The path of a file; null for standard input. */
  readonly path: string | null
  readonly halves = [0, 1].map(() => `input${crypto.getRandomValues(new Uint32Array(2)).join('x')}`)

  constructor(path: string | null) {
    this.path = path
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return new TextEncoder().encode(this.halves.join('\n'))
  }
}

/** Splits a text into its parts, in order. null if a source was split, so that only a part of it is there. */
export function piecesOf(text: string, sources: readonly StandIn[]): Piece[] | null {
  const found: Piece[] = []
  const add = (text: string): void => void (text !== '' && found.push({ text }))
  const uses = sources.flatMap((source) => source.halves.join('(\\n|%0A|)'))
  let at = 0
  if (uses.length > 0)
    for (const match of text.matchAll(new RegExp(uses.join('|'), 'g'))) {
      add(text.slice(at, match.index))
      const which = match.slice(1).findIndex((use) => use !== undefined)
      found.push({ source: sources[which]!, use: match[which + 1] as Use })
      at = match.index + match[0].length
    }
  add(text.slice(at))
  const torn = found.some(({ source, text }: { source?: StandIn; text?: string }) =>
    source ? false : sources.some(({ halves }) => halves.some((half) => text!.includes(half))),
  )
  return torn ? null : found
}

export class Code {
  /** Whether the program is for a page, which has neither files nor standard input. */
  readonly page: boolean
  readonly #sources: readonly StandIn[]
  readonly #imports = new Map<string, Set<string>>()
  /** What could not be written as code. */
  readonly notes: string[] = []

  constructor(page: boolean, sources: readonly StandIn[]) {
    this.page = page
    this.#sources = sources
  }

  /** Makes a copy for an attempt. If that succeeds, adopt() takes over its imports and notes. */
  attempt(): Code {
    return new Code(this.page, this.#sources)
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

  /** An expression for standard input, as bytes. */
  stdin(): string {
    this.use('buffer', 'node:stream/consumers')
    return 'stdin'
  }

  /** A text as an expression; null, with a note, if it cannot be written. */
  text(text: Text, what: string): string | null {
    if (typeof text !== 'string') return literal(text)
    const pieces = this.#pieces(text, what)
    if (!pieces) return null
    if (pieces.length === 0) return "''"
    return pieces
      .map((piece) => {
        if (!piece.source) return quoted(piece.text)
        if (piece.use === '%0A') return this.#encoded(piece.source)
        const text = this.#readText(piece.source)
        return piece.use === '\n' ? text : `${text}.replace(/[\\0\\r\\n]/g, '')`
      })
      .join(' + ')
  }

  /** An expression for a body: bytes if a part of it is read from a file or standard input. */
  body(text: Text): string | null {
    if (typeof text !== 'string') return literal(text)
    const pieces = this.#pieces(text, 'POSTFIELDS')
    if (!pieces) return null
    const read = pieces.some((piece) => piece.source && piece.use !== '%0A')
    if (!read || this.page) return this.text(text, 'POSTFIELDS')
    const parts = pieces.map((piece) => {
      if (!piece.source) return `Buffer.from(${quoted(piece.text)})`
      if (piece.use === '%0A') return `Buffer.from(${this.#encoded(piece.source)})`
      const bytes = this.#read(piece.source)
      // -d removes these bytes
      return piece.use === '\n' ? bytes : `${inner(bytes)}.filter((byte) => ![0, 10, 13].includes(byte))`
    })
    return parts.length === 1 ? parts[0]! : `Buffer.concat(${list(parts, '[]')})`
  }

  #pieces(text: string, what: string): Piece[] | null {
    const pieces = piecesOf(text, this.#sources)
    if (!pieces) this.notes.push(`${what}, because only a part of a file or of standard input is in it`)
    return pieces
  }

  /** An expression for the bytes of a source; for a page, an empty text to be filled in. */
  #read({ path }: StandIn): string {
    if (path === null) return this.stdin()
    if (this.page) return `'' ${note(`the content of ${path}`)}`
    return `await ${this.use('readFile', 'node:fs/promises')}(${quoted(path)})`
  }

  #readText(source: StandIn): string {
    if (source.path === null) return `String(${this.stdin()})`
    if (this.page) return `(${this.#read(source)})`
    return `(await ${this.use('readFile', 'node:fs/promises')}(${quoted(source.path)}, 'utf8'))`
  }

  #encoded(source: StandIn): string {
    return `${this.use('escape')}(${this.#read(source)}).replaceAll('%20', '+')`
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

  /** Statements that are needed before the first transfer. */
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

/** An expression in a form that a method call can follow. */
function inner(expression: string): string {
  return expression.startsWith('await ') ? `(${expression})` : expression
}
