// The lines that were entered, oldest first. The user can go up and down through those that begin like the present
// line, and search backwards. The browser keeps lines only as `redact` returns them, so secrets are only in this page.

const KEPT = 200

export interface Keeping {
  load(): string | null
  save(text: string): void
  /** Returns a line without its secrets, or '' for one that must not be kept. */
  redact(line: string): string
}

export class History {
  readonly #lines: string[]
  #at: number
  /** The line that was being written before going up, and the text that lines must begin with. */
  #draft = ''
  #prefix = ''

  constructor(private readonly keeping: Keeping) {
    this.#lines = parsed(keeping.load())
    this.#at = this.#lines.length
  }

  get lines(): readonly string[] {
    return this.#lines
  }

  /** Adds a line, unless it is empty, the same as the last one, or begins with a blank. */
  add(line: string): void {
    const isNew = line.trim() !== '' && !line.startsWith(' ') && line !== this.#lines.at(-1)
    if (isNew) {
      this.#lines.push(line)
      this.#lines.splice(0, this.#lines.length - KEPT)
      const kept = this.#lines.map((each) => this.keeping.redact(each)).filter((each) => each !== '')
      this.keeping.save(JSON.stringify(kept))
    }
    this.leave()
  }

  /** Goes back to the line that is being written. */
  leave(): void {
    this.#at = this.#lines.length
  }

  /**
   * The line before, or null if there is none. `draft` is the present line, and lines must begin with its part before
   * `cursor`.
   */
  older(draft: string, cursor: number): string | null {
    if (this.#at === this.#lines.length) {
      this.#draft = draft
      this.#prefix = draft.slice(0, cursor)
    }
    for (let at = this.#at - 1; at >= 0; at--) if (this.#fits(at, draft)) return this.#lines[(this.#at = at)]!
    return null
  }

  newer(shown: string): string | null {
    if (this.#at === this.#lines.length) return null
    for (let at = this.#at + 1; at < this.#lines.length; at++)
      if (this.#fits(at, shown)) return this.#lines[(this.#at = at)]!
    this.leave()
    return this.#draft
  }

  /** The newest line with a text in it, before the line number `before`. */
  search(text: string, before = this.#lines.length): { line: string; number: number } | null {
    const number = this.#lines.findLastIndex((line, i) => i < before && line.includes(text))
    return number < 0 ? null : { line: this.#lines[number]!, number }
  }

  #fits(at: number, shown: string): boolean {
    return this.#lines[at]!.startsWith(this.#prefix) && this.#lines[at] !== shown
  }
}

function parsed(text: string | null): string[] {
  try {
    const lines: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(lines) ? lines.filter((line) => typeof line === 'string').slice(-KEPT) : []
  } catch {
    return []
  }
}
