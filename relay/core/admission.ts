// Decides which clients may connect, and with which protocol. What comes in is the facts of an upgrade request, not the
// request, which each runtime has in its own form.
import type { Counters } from './counters.js'
import type { Visitor } from './limits.js'
import { ClientLog, type Log } from './log.js'
import { originAllowed } from './origins.js'
import { Refusal, refusalOf, tooManyAttempts } from './refusal.js'
import type { Settings } from './relay-options.js'
import { targetOf, type Target } from './wsproxy.js'
import { SUBPROTOCOL } from '../../shim/transports/wisp/protocol.js'
import { CloseReason, closeReasonText } from '../../shim/transports/relay.js'

/** What a request for a WebSocket says. */
export interface Asked {
  path: string
  /** The query, without its question mark. */
  search: string
  /** Header fields, undefined for those that are not there. */
  origin: string | undefined
  authorization: string | undefined
  subprotocol: string | undefined
}

/** Which protocol a client wants to speak. */
export type Wanted = { protocol: 'wisp'; version: 1 | 2 } | { protocol: 'wsproxy'; target: Target }

/** An answer of HTTP, for a page or a path that is wrong, or a relay that ends. */
export interface Answer {
  status: number
  why: string
}

/** What becomes of a client. */
export interface Admitted {
  /** It still has to log in, in the handshake of Wisp v2. */
  login: boolean
  refusal: Refusal | null
}

export class Admission {
  #settings: Settings
  #counters: Counters
  #count = 0

  constructor(settings: Settings, counters: Counters) {
    this.#settings = settings
    this.#counters = counters
  }

  /** The log for the lines of one more client. */
  logOf(address: string, log: Log): Log {
    return new ClientLog(log, ++this.#count, address)
  }

  /** What the client wants, or the answer for a client that gets no WebSocket. */
  wanted({ path, subprotocol, origin }: Asked): Wanted | Answer {
    if (!originAllowed(origin, this.#settings.origins)) return { status: 403, why: 'this origin may not connect' }
    return wantedOf(path, subprotocol) ?? { status: 404, why: "neither a path that ends in '/' nor /host:port" }
  }

  /** Logs and counts a client that gets an answer of HTTP. */
  turnedAway({ status, why }: Answer, log: Log): void {
    log.warn({ event: 'client refused', status }, why)
    this.#counters.refused(`HTTP ${status}`)
  }

  /** Logs and counts a client that is refused in its protocol. */
  refused({ reason, message }: Refusal, log: Log): void {
    log.warn({ event: 'client refused', reason: closeReasonText(reason), code: reason }, message)
    this.#counters.refused(closeReasonText(reason))
  }

  /** @param visitor What Visitors.enter() has returned; without one there is a refusal. */
  async admit(asked: Asked, wanted: Wanted, visitor: Visitor | null, log: Log): Promise<Admitted> {
    try {
      return { login: await this.#mustLogIn(asked, wanted, visitor, log), refusal: null }
    } catch (error) {
      return { login: false, refusal: refusalOf(error) }
    }
  }

  /** @throws Refusal */
  async #mustLogIn(asked: Asked, wanted: Wanted, visitor: Visitor | null, log: Log): Promise<boolean> {
    if (!visitor) throw new Refusal(CloseReason.THROTTLED, 'too many clients from this address')
    const { authenticator, connectsPerSecond } = this.#settings
    if (!authenticator.required) return false
    if (!(await visitor.attempt())) throw tooManyAttempts(connectsPerSecond)
    const user = await authenticator.request(asked.authorization ?? '', new URLSearchParams(asked.search))
    if (user !== null) {
      log.info({ event: 'login', user })
      return false
    }
    const later = wanted.protocol === 'wisp' && wanted.version === 2
    if (later && (authenticator.hasPasswords || authenticator.hasKeys)) return true
    throw new Refusal(CloseReason.CREDENTIALS_MISSING, closeReasonText(CloseReason.CREDENTIALS_MISSING))
  }
}

/** Chooses one of the subprotocols that a client offers: Wisp v2, then 'binary', then its first. Null for none. */
export function subprotocolOf(offered: readonly string[]): string | null {
  for (const one of [SUBPROTOCOL, 'binary']) if (offered.includes(one)) return one
  // with 'base64' the client would encode its bytes, and decode ours
  return offered.find((one) => one !== 'base64') ?? null
}

function wantedOf(path: string, subprotocol: string | undefined): Wanted | null {
  if (path.endsWith('/')) return { protocol: 'wisp', version: subprotocol === undefined ? 1 : 2 }
  const target = targetOf(path)
  return target && { protocol: 'wsproxy', target }
}
