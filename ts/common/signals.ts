// Listens to AbortSignals. A signal may live as long as the process, and be given to thousands of calls, so all of ours
// share one listener, which is removed when there are none.
import { reportLater } from './exceptions.js'

class Listening {
  readonly #waiting = new Set<() => void>()

  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener('abort', this.#aborted)
  }

  add(aborted: () => void): void {
    this.#waiting.add(aborted)
  }

  remove(aborted: () => void): void {
    this.#waiting.delete(aborted)
    if (this.#waiting.size === 0) this.#end()
  }

  #aborted = (): void => {
    this.#end()
    for (const aborted of [...this.#waiting]) {
      try {
        aborted()
      } catch (error) {
        reportLater(error) // the other calls must be notified too
      }
    }
  }

  #end(): void {
    if (bySignal.get(this.signal) !== this) return
    bySignal.delete(this.signal)
    this.signal.removeEventListener('abort', this.#aborted)
  }
}

const bySignal = new WeakMap<AbortSignal, Listening>()

/** Calls `aborted` once when the signal aborts. It must not be aborted yet. Returns a function that stops listening. */
export function onAbort(signal: AbortSignal, aborted: () => void): () => void {
  let listening = bySignal.get(signal)
  if (!listening) bySignal.set(signal, (listening = new Listening(signal)))
  listening.add(aborted)
  return () => listening.remove(aborted)
}
