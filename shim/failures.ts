// What is behind an errno. libcurl gets a number, and makes an error of its own of it; whoever hands that on adds what was
// known here: the words of a relay, or what the host has thrown.
import type { ConnectionError } from './abi.js'

export class Failures {
  #last: ConnectionError | null = null

  /**
   * The error that a system call has reported last, null if that was not during the call into the module that is going on:
   * what libcurl makes of it, it does at once.
   */
  get last(): ConnectionError | null {
    return this.#last
  }

  /** Returns what the system call has to answer. */
  report(error: ConnectionError): number {
    if (this.#last === null) queueMicrotask(this.#forget)
    this.#last = error
    return -error.errno
  }

  #forget = (): void => {
    this.#last = null
  }
}
