// The cause behind an errno. libcurl gets a number, and makes an error of its own of it. The code that passes that
// error on adds what is known here: the words of a relay, or what the host has thrown.
import { ConnectionError, SystemError, isErrno } from './abi.js'

/**
 * An exception of the host that is no error of a system call, such as a permission that Deno denies. It must not pass
 * through the module's frames, because libcurl would be left in the middle of its work. So it becomes an errno, with
 * the exception itself as the cause.
 */
export class HostError extends SystemError {
  /** Whether it is a mistake of the host, and neither a denied permission nor an error with a name of errno. */
  readonly unexpected: boolean

  constructor(cause: unknown) {
    const { code, name, message } = Object(cause) as { code?: unknown; name?: unknown; message?: unknown }
    const known = name === 'NotCapable' ? 'EACCES' : isErrno(code) ? code : null
    super(known ?? 'EIO', typeof message === 'string' ? message : 'the host threw something that is not an Error', {
      cause,
    })
    this.name = 'HostError'
    this.unexpected = known === null
  }
}

export class Failures {
  #last: ConnectionError | HostError | null = null
  /** By errno, how many connections that were never made have failed with it, less those that takeNeverMade() took. */
  readonly #neverMade = new Map<number, number>()

  /** The first mistake of the host. A caller that gets no error of libcurl to add it to throws it in the end. */
  mistake: HostError | null = null

  /**
   * The error that a system call has reported last, during the call into the module that runs now, or null. libcurl
   * makes an error of it at once, so it is not kept for longer.
   */
  get last(): ConnectionError | HostError | null {
    return this.#last
  }

  /** Returns what a system call has to return when `error`, of whatever kind, has ended it. */
  answer(error: unknown): number {
    if (error instanceof ConnectionError || error instanceof HostError) return this.report(error)
    return error instanceof SystemError ? -error.errno : this.report(new HostError(error))
  }

  /** Remembers `error`. Returns what the system call has to return. */
  report(error: ConnectionError | HostError): number {
    if (error instanceof HostError) {
      if (error.unexpected) this.mistake ??= error
    } else if (error.neverMade) this.#neverMade.set(error.errno, (this.#neverMade.get(error.errno) ?? 0) + 1)
    if (this.#last === null) queueMicrotask(this.forget)
    this.#last = error
    return -error.errno
  }

  /**
   * Whether a connection that was never made, although its transport had reported one, has failed with this errno. True
   * once for each. For a caller that gets the result of a transfer when `last` is forgotten already.
   */
  takeNeverMade(errno: number): boolean {
    const left = this.#neverMade.get(errno) ?? 0
    if (left > 0) this.#neverMade.set(errno, left - 1)
    return left > 0
  }

  /** Must be called before each call into the module, because several may run before the microtask that calls this. */
  readonly forget = (): void => {
    this.#last = null
  }
}
