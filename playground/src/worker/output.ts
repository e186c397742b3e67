// What a run writes to the terminal: the beginning of it. The tool waits until that is drawn; what comes after it is only
// counted, so that a large body costs the page nothing and is still received.

/** Bytes of each of the two streams that the terminal gets. */
export const SHOWN = 1024 * 1024
/** The same, of what has a NUL in it and is no text: nobody reads it, and each of its characters is another to measure. */
export const SHOWN_BINARY = 4 * 1024
/** Bytes that may be on their way to the terminal. */
const AHEAD = 128 * 1024
/** How often the page hears of what is left out, in milliseconds. */
const REPORT_MS = 250

type Name = 'stdout' | 'stderr'

export class TerminalOutput {
  #ahead = 0
  #omitted = 0
  #reported = 0
  #lastReport = -Infinity
  #waiting: (() => void)[] = []

  constructor(
    private readonly show: (stream: Name, bytes: Uint8Array) => void,
    private readonly omitted: (bytes: number) => void,
  ) {}

  stream(name: Name): WritableStream<Uint8Array> {
    let left = SHOWN
    const take = (chunk: Uint8Array): void => {
      if (chunk.includes(0)) left = Math.min(left, SHOWN_BINARY)
      const bytes = chunk.length <= left ? chunk : chunk.slice(0, left)
      left -= bytes.length
      this.#omit(chunk.length - bytes.length)
      if (bytes.length === 0) return
      this.#ahead += bytes.length
      this.show(name, bytes)
    }
    const wait = (): Promise<void> | undefined =>
      this.#ahead > AHEAD ? new Promise((resolve) => this.#waiting.push(resolve)) : undefined
    // a chunk is measured when it is written, and its turn comes later: two streams would lose the order between them
    return new WritableStream({ write: wait }, { highWaterMark: 1, size: (chunk) => (take(chunk!), 1) })
  }

  /** The terminal has drawn so much more. */
  drawn(bytes: number): void {
    this.#ahead -= bytes
    if (this.#ahead > AHEAD) return
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** Tells what was left out and has not been told. */
  report(): void {
    if (this.#omitted === this.#reported) return
    this.#reported = this.#omitted
    this.omitted(this.#omitted)
  }

  #omit(bytes: number): void {
    if (bytes === 0) return
    this.#omitted += bytes
    if (performance.now() - this.#lastReport < REPORT_MS) return
    this.#lastReport = performance.now()
    this.report()
  }
}
