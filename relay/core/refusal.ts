// A refusal: the close reason that the client gets, and words for the log. Everything that the relay refuses, and every
// failure to connect, is a Refusal.
import { CloseReason } from '../../shim/transports/relay.js'

export class Refusal extends Error {
  static {
    this.prototype.name = 'Refusal'
  }
  /** @param reason A Wisp close reason. */
  constructor(
    readonly reason: number,
    message: string,
  ) {
    super(message)
  }
}

/** The refusal of an address that has tried to connect, or to log in, too often. */
export function tooManyAttempts(perSecond: number): Refusal {
  return new Refusal(CloseReason.THROTTLED, `more than ${perSecond} attempts a second`)
}

const REASONS: Readonly<Record<string, number>> = {
  ECONNREFUSED: CloseReason.REFUSED,
  ETIMEDOUT: CloseReason.TIMEOUT,
  EHOSTUNREACH: CloseReason.UNREACHABLE,
  ENETUNREACH: CloseReason.UNREACHABLE,
  EHOSTDOWN: CloseReason.UNREACHABLE,
  ENETDOWN: CloseReason.UNREACHABLE,
  EADDRNOTAVAIL: CloseReason.UNREACHABLE,
  EAFNOSUPPORT: CloseReason.UNREACHABLE,
  ENOTFOUND: CloseReason.UNREACHABLE,
  EACCES: CloseReason.BLOCKED,
  EPERM: CloseReason.BLOCKED,
  EMFILE: CloseReason.THROTTLED,
  ENFILE: CloseReason.THROTTLED,
}

/** Makes a refusal of an error of the system. An error without a reason of its own becomes a network error. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  const { code } = error as { code?: string }
  return new Refusal(REASONS[code ?? ''] ?? CloseReason.NETWORK_ERROR, code ?? String(error))
}
