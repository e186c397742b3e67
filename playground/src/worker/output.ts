// Sends the beginning of a run's output to the terminal, and makes the tool wait until it is drawn. The rest is only
// counted, so that a large body does not slow the page down, and is still received.

/** How many bytes of each stream the terminal gets. */
export const SHOWN = 1024 * 1024
/** The same for binary output, which has a NUL: nobody reads it, and drawing its many different characters is slow. */
export const SHOWN_BINARY = 4 * 1024
/** How many bytes may wait for the terminal to draw them. */
const AHEAD = 128 * 1024
/** How often the page is told how much was left out, in milliseconds. */
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
    // takes chunks in size(), which is called at once, while write() comes later: so both streams stay in order
    return new WritableStream({ write: wait }, { highWaterMark: 1, size: (chunk) => (take(chunk!), 1) })
  }

  /** To be called when the terminal has drawn `bytes` more. */
  drawn(bytes: number): void {
    this.#ahead -= bytes
    if (this.#ahead > AHEAD) return
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** Reports how much was left out, if that has changed since the last report. */
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
