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
    if (error instanceof HostError && error.unexpected) this.mistake ??= error
    if (this.#last === null) queueMicrotask(this.#forget)
    this.#last = error
    return -error.errno
  }

  #forget = (): void => {
    this.#last = null
  }
}
