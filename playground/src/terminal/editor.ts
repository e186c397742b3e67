// The line editor: the text, the cursor, and the text that was cut. It knows no keys and no screen.

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const WORD = /[\p{L}\p{N}_]/u

export class Editor {
  #text = ''
  #cursor = 0
  #killed = ''
  readonly #undo: [text: string, cursor: number][] = []

  get text(): string {
    return this.#text
  }

  get cursor(): number {
    return this.#cursor
  }

  /** Replaces the text, and moves the cursor to `cursor`, by default to the end. */
  set(text: string, cursor = text.length): void {
    this.#change(text, cursor)
  }

  insert(text: string): void {
    this.replace(this.#cursor, this.#cursor, text)
  }

  /** Replaces a part of the text, and moves the cursor after it. */
  replace(from: number, to: number, text: string): void {
    this.#change(this.#text.slice(0, from) + text + this.#text.slice(to), from + text.length)
  }

  undo(): void {
    const before = this.#undo.pop()
    if (before) [this.#text, this.#cursor] = before
  }

  // --- moving ---

  left(): void {
    this.#cursor = this.#before(this.#cursor)
  }

  right(): void {
    this.#cursor = this.#behind(this.#cursor)
  }

  wordLeft(): void {
    this.#cursor = this.#wordBefore(WORD)
  }

  wordRight(): void {
    this.#cursor = this.#wordBehind()
  }

  /** To the start of the line at the cursor. If it is there already, to the start of the text. */
  home(): void {
    const start = this.#lineStart()
    this.#cursor = this.#cursor === start ? 0 : start
  }

  end(): void {
    const end = this.#lineEnd()
    this.#cursor = this.#cursor === end ? this.#text.length : end
  }

  /** One line up or down in a text of several lines. Returns false if there is no such line. */
  vertical(by: -1 | 1): boolean {
    const start = this.#lineStart()
    const column = this.#cursor - start
    const target = by < 0 ? start - 1 : this.#lineEnd() + 1
    if (target < 0 || target > this.#text.length) return false
    const first = by < 0 ? this.#text.lastIndexOf('\n', target - 1) + 1 : target
    const end = this.#text.indexOf('\n', first)
    this.#cursor = Math.min(first + column, end < 0 ? this.#text.length : end)
    return true
  }

  // --- deleting ---

  backspace(): void {
    this.#remove(this.#before(this.#cursor), this.#cursor)
  }

  delete(): void {
    this.#remove(this.#cursor, this.#behind(this.#cursor))
  }

  killToEnd(): void {
    const end = this.#lineEnd()
    this.#kill(this.#cursor, end === this.#cursor ? this.#behind(end) : end)
  }

  killToStart(): void {
    const start = this.#lineStart()
    this.#kill(start === this.#cursor ? this.#before(start) : start, this.#cursor)
  }

  /** Cuts the word before the cursor, up to a blank. */
  killWord(): void {
    this.#kill(this.#wordBefore(/\S/), this.#cursor)
  }

  /** The same, up to a punctuation mark. */
  killWordBefore(): void {
    this.#kill(this.#wordBefore(WORD), this.#cursor)
  }

  killWordBehind(): void {
    this.#kill(this.#cursor, this.#wordBehind())
  }

  yank(): void {
    this.insert(this.#killed)
  }

  // --- the rest ---

  #change(text: string, cursor: number): void {
    if (text !== this.#text) this.#undo.push([this.#text, this.#cursor])
    if (this.#undo.length > 200) this.#undo.shift()
    this.#text = text
    this.#cursor = Math.max(0, Math.min(cursor, text.length))
  }

  #remove(from: number, to: number): void {
    if (from < to) this.replace(from, to, '')
  }

  #kill(from: number, to: number): void {
    if (from < to) this.#killed = this.#text.slice(from, to)
    this.#remove(from, to)
  }

  #lineStart(): number {
    return this.#text.lastIndexOf('\n', this.#cursor - 1) + 1
  }

  #lineEnd(): number {
    const end = this.#text.indexOf('\n', this.#cursor)
    return end < 0 ? this.#text.length : end
  }

  /** The start of the character before an offset, as a reader sees characters (a grapheme cluster). */
  #before(offset: number): number {
    const from = Math.max(0, offset - 64)
    const last = [...segmenter.segment(this.#text.slice(from, offset))].at(-1)
    return last ? from + last.index : 0
  }

  #behind(offset: number): number {
    const [first] = segmenter.segment(this.#text.slice(offset, offset + 64))
    return offset + (first?.segment.length ?? 0)
  }

  #wordBefore(kind: RegExp): number {
    let at = this.#cursor
    while (at > 0 && !kind.test(this.#text[at - 1]!)) at--
    while (at > 0 && kind.test(this.#text[at - 1]!)) at--
    return at
  }

  #wordBehind(): number {
    let at = this.#cursor
    while (at < this.#text.length && !WORD.test(this.#text[at]!)) at++
    while (at < this.#text.length && WORD.test(this.#text[at]!)) at++
    return at
  }
}
