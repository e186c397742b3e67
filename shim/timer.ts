// The timer of a multi handle: one deadline, at most one timeout of the host. 0 ms means soon, without a timeout.
//
// libcurl moves its deadline with almost every event, mostly further away. So a timeout that is set already stays when
// the new deadline is later. If it fires too early, it sets another one.
import { soon as taskSoon } from './clock.js'

/** The longest delay that setTimeout() takes. */
const LONGEST_MS = 2 ** 31 - 1

export class Timer {
  #deadline = Infinity
  #timeout: ReturnType<typeof setTimeout> | null = null
  #timeoutAt = Infinity
  /** Whether a call was asked for with 0 ms, and has neither run nor been cancelled. */
  #soon = false
  #soonQueued = false

  /** `soon` runs what was asked for with 0 ms: see clock.ts. */
  constructor(
    private readonly expired: () => void,
    private readonly soon: (callback: () => void) => void = taskSoon,
  ) {}

  /** Calls back once after `ms` milliseconds, or never for -1. Replaces what was set before. */
  set(ms: number): void {
    this.#soon = ms === 0
    if (ms < 0) return this.#clear()
    if (ms === 0) {
      this.#clear()
      if (!this.#soonQueued) {
        this.#soonQueued = true
        this.soon(this.#runSoon)
      }
      return
    }
    this.#deadline = performance.now() + Math.min(ms, LONGEST_MS)
    if (this.#timeoutAt <= this.#deadline) return
    if (this.#timeout !== null) clearTimeout(this.#timeout)
    this.#arm()
  }

  /** Whether a call is due at some time. */
  get active(): boolean {
    return this.#soon || this.#timeout !== null
  }

  /** In how many milliseconds the call is due, Infinity if none is. For a caller that blocks, so that no timer rings. */
  get due(): number {
    return this.#soon ? 0 : Math.max(0, this.#deadline - performance.now())
  }

  /** Calls back if the call is due. */
  runDue(): void {
    if (this.due > 0) return
    this.#soon = false
    this.#clear()
    this.expired()
  }

  #arm(): void {
    this.#timeoutAt = this.#deadline
    this.#timeout = setTimeout(this.#ring, Math.max(1, Math.ceil(this.#deadline - performance.now())))
  }

  #clear(): void {
    if (this.#timeout !== null) clearTimeout(this.#timeout)
    this.#timeout = null
    this.#deadline = this.#timeoutAt = Infinity
  }

  #ring = (): void => {
    this.#timeout = null
    // A timeout may fire a fraction of a millisecond early. libcurl then asks for the rest by itself.
    if (this.#deadline - performance.now() >= 1) return this.#arm()
    this.#deadline = this.#timeoutAt = Infinity
    this.expired()
  }

  #runSoon = (): void => {
    this.#soonQueued = false
    if (!this.#soon) return
    this.#soon = false
    this.expired()
  }
}
