// The timer of an exchange. It is set again and again, mostly for the same time, which costs next to nothing, and it
// does not keep the process alive: the connection does.
import { clearTimeout, setTimeout } from 'node:timers'

export class Alarm {
  readonly #target: { expired(): void }
  #timer: NodeJS.Timeout | null = null
  #ms = 0
  /** It was set for what is left of its time. */
  #partial = false

  constructor(target: { expired(): void }) {
    this.#target = target
  }

  /** The time that it was set for, in milliseconds; 0 if it never expires. */
  get ms(): number {
    return this.#ms
  }

  /** Sets it for `ms` milliseconds from now. 0: it never expires. */
  set(ms: number): void {
    if (ms === this.#ms && !this.#partial) return this.restart()
    this.#ms = ms
    this.#partial = false
    this.#start(ms)
  }

  /** Lets it expire in its whole time from now. */
  restart(): void {
    this.#timer?.refresh()
  }

  /** Lets it expire once more, in `ms` milliseconds. */
  again(ms: number): void {
    this.#partial = true
    this.#start(Math.max(1, Math.ceil(ms)))
  }

  stop(): void {
    this.#start(0)
  }

  #start(ms: number): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = ms > 0 ? setTimeout(expire, ms, this.#target) : null
    this.#timer?.unref()
  }
}

/** Not a function of each alarm, because each would be garbage. */
function expire(target: { expired(): void }): void {
  target.expired()
}
