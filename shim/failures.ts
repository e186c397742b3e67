// What is behind an errno. libcurl gets a number, and makes an error of its own of it; whoever hands that on adds what was
// known here: the words of a relay, or what the host has thrown.
import { ConnectionError, SystemError, errno } from './abi.js'

/**
 * What the host has thrown where no error of a system call was expected, such as a refusal of Deno's. It must not pass
 * through the module's frames: libcurl would be left in the middle of what it does. So it becomes an errno, with the
 * exception itself as the cause.
 */
export class HostError extends SystemError {
  /** Whether it is a mistake of the host's, and not something that it refuses or a file system reports. */
  readonly unexpected: boolean

  constructor(cause: unknown) {
    const { code, name, message } = Object(cause) as { code?: unknown; name?: unknown; message?: unknown }
    const known = name === 'NotCapable' ? 'EACCES' : Object.hasOwn(errno, String(code)) ? String(code) : null
    super(
      (known ?? 'EIO') as keyof typeof errno,
      typeof message === 'string' ? message : 'the host has thrown what is no Error',
      {
        cause,
      },
    )
    this.name = 'HostError'
    this.unexpected = known === null
  }
}

export class Failures {
  #last: ConnectionError | HostError | null = null
  /** By errno, how many connections that were never made have failed with it and were not asked for. */
  readonly #neverMade = new Map<number, number>()

  /** The first mistake of the host's: whoever gets no error of libcurl's to add it to throws it in the end. */
  mistake: HostError | null = null

  /**
   * The error that a system call has reported last, null if that was not during the call into the module that is going on:
   * what libcurl makes of it, it does at once.
   */
  get last(): ConnectionError | HostError | null {
    return this.#last
  }

  /** Returns what the system call has to answer that an error has ended, whatever it is. */
  answer(error: unknown): number {
    if (error instanceof ConnectionError || error instanceof HostError) return this.report(error)
    return error instanceof SystemError ? -error.errno : this.report(new HostError(error))
  }

  /** Returns what the system call has to answer. */
  report(error: ConnectionError | HostError): number {
    if (error instanceof HostError) {
      if (error.unexpected) this.mistake ??= error
    } else if (error.neverMade) this.#neverMade.set(error.errno, (this.#neverMade.get(error.errno) ?? 0) + 1)
    if (this.#last === null) queueMicrotask(this.forget)
    this.#last = error
    return -error.errno
  }

  /**
   * Whether a connection that was never made, although its transport had reported one, has failed with this errno; true
   * once for each. For a caller that learns of the result of a transfer when `last` is forgotten.
   */
  takeNeverMade(errno: number): boolean {
    const left = this.#neverMade.get(errno) ?? 0
    if (left > 0) this.#neverMade.set(errno, left - 1)
    return left > 0
  }

  /** To be called before a call into the module: there may be several before the host has its turn, for one transfer each. */
  readonly forget = (): void => {
    this.#last = null
  }
}
