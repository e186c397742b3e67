// What ends a call of a session while no transfer of it runs, in a hook or between two attempts: the caller's signal,
// the time for the call, or the end of the session.
import { Bag, type Placed } from '../common/bag.js'
import { onAbort } from '../common/signals.js'
import { networkError } from '../fetch/network-error.js'
import { limitError } from '../fetch/phase-limits.js'

/** A call that waits. */
interface Waiting extends Placed {
  end(reason: unknown): void
}

/** The calls of a session that wait. */
export class WaitingCalls {
  readonly #calls = new Bag<Waiting>()
  #ended: { cause: Error } | null = null

  /** @throws TypeError once the session has ended */
  check(): void {
    if (this.#ended) throw networkError(this.#ended.cause)
  }

  add(call: Waiting): void {
    this.#calls.add(call)
  }

  delete(call: Waiting): void {
    this.#calls.delete(call)
  }

  /** Ends those that wait, and all that will, with a network error for each. */
  end(cause: Error): void {
    this.#ended = { cause }
    for (const call of this.#calls.all()) call.end(networkError(cause))
  }
}

export class Interruptions {
  readonly #signal: AbortSignal | null
  readonly #waiting: WaitingCalls
  readonly #totalMs: number | undefined
  readonly #began = performance.now()

  constructor(signal: AbortSignal | null, totalMs: number | undefined, waiting: WaitingCalls) {
    this.#signal = signal
    this.#totalMs = totalMs
    this.#waiting = waiting
  }

  /** The milliseconds that are left; Infinity without a limit. */
  get left(): number {
    return this.#totalMs === undefined ? Infinity : this.#totalMs - (performance.now() - this.#began)
  }

  /** @throws The reason of the signal, or a network error if no time is left or the session was closed */
  check(): void {
    this.#signal?.throwIfAborted()
    this.#waiting.check()
    if (this.left <= 0) throw this.#timedOut()
  }

  #timedOut(): TypeError {
    return networkError(limitError('total', this.#totalMs!))
  }

  /** Waits until a promise settles, or rejects at once with what ends the call. */
  async until<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => {}) // it may reject after the call has ended
    return this.#wait((resolve, reject) => void promise.then(resolve, reject))
  }

  /** Waits for some milliseconds, or rejects at once with what ends the call. */
  async pause(ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout>
    const passing = this.#wait<void>((resolve) => void (timer = setTimeout(resolve, ms)))
    return passing.finally(() => clearTimeout(timer))
  }

  #wait<T>(begin: (resolve: (value: T) => void, reject: (reason: unknown) => void) => void): Promise<T> {
    this.check()
    let stopListening: (() => void) | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let waiting: Waiting
    return new Promise<T>((resolve, reject) => {
      waiting = { place: -1, end: reject }
      this.#waiting.add(waiting)
      if (this.#signal) stopListening = onAbort(this.#signal, () => reject(this.#signal!.reason))
      if (this.left < Infinity) timer = setTimeout(() => reject(this.#timedOut()), Math.max(0, this.left))
      begin(resolve, reject)
    }).finally(() => {
      this.#waiting.delete(waiting)
      stopListening?.()
      clearTimeout(timer)
    })
  }
}
