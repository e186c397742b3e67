// Makes a connected socket from a host and a port. The name is resolved once, and every address of the answer is
// checked. The relay connects to a checked address, never to the name, so that no second answer of a name server can
// change the target.
import { parseAddress } from './addresses.js'
import { addressAllowed, canonicalHost, checkTarget, type Lists } from './policy.js'
import { Refusal, refusalOf } from './refusal.js'
import type { Connect, OriginSocket } from './origin-socket.js'
import { CloseReason } from '../../shim/transports/relay.js'

/** How long an address may take to answer if there is another one to try, in milliseconds. */
const ATTEMPT_MS = 3000
/** How many addresses of a name are tried at most, and how many are looked at: a name may have thousands. */
const MAX_ATTEMPTS = 6
const MAX_ADDRESSES = 64
/** How many addresses a refusal names in the log. */
const MAX_NAMED = 4

/** Permission to try: undefined if there is, or a promise that may reject with a Refusal. */
export type Admitting = undefined | Promise<void>

/** Resolves to all addresses of a name. Rejects if there are none. */
export type Resolve = (host: string) => Promise<string[]>

/** The addresses of names that no server should be asked for (RFC 6761 section 6.3), or null. */
export function localAddresses(host: string): string[] | null {
  return host === 'localhost' || host.endsWith('.localhost') ? ['127.0.0.1', '::1'] : null
}

export interface Dialing {
  connect: Connect
  lists: Lists
  resolve: Resolve
  /** Milliseconds for everything: resolving the name, and trying all its addresses. */
  connectTimeout: number
}

/** Who connects. */
export interface Dialer {
  readonly settings: Dialing
  /** Permission for each attempt to connect after the first. @throws Refusal */
  admitAttempt(): Admitting
}

/**
 * The addresses of a host that may be connected to: at least one, at most MAX_ATTEMPTS.
 * @throws Refusal if there is none.
 */
export async function permittedAddresses(host: string, port: number, { lists, resolve }: Dialing): Promise<string[]> {
  const name = canonicalHost(host)
  checkTarget(name, port, lists)
  const literal = parseAddress(name)
  if (literal && addressAllowed(literal, lists)) return [literal.toString()]
  const answer = literal ? [name] : await resolve(name)
  const addresses = byTurns(answer.slice(0, MAX_ADDRESSES))
  // in the spelling of the parser, so that what was checked is what is connected to
  const permitted = addresses
    .map(parseAddress)
    .filter((address) => address !== null && addressAllowed(address, lists))
    .slice(0, MAX_ATTEMPTS)
    .map(String)
  if (permitted.length === 0) {
    const more = answer.length > MAX_NAMED ? ` and ${answer.length - MAX_NAMED} more` : ''
    const named = addresses.slice(0, MAX_NAMED).join(' ') || 'none'
    throw new Refusal(CloseReason.BLOCKED, `not a public address: ${named}${more}`)
  }
  return permitted
}

/** Alternates between the families (RFC 8305 section 4), so that both are tried even if one of them does not work. */
function byTurns(addresses: readonly string[]): string[] {
  const isV6 = (address: string): boolean => address.includes(':')
  const first = isV6(addresses[0] ?? '')
  const same = addresses.filter((address) => isV6(address) === first)
  const others = addresses.filter((address) => isV6(address) !== first)
  return same
    .flatMap((address, index) => [address, ...others.slice(index, index + 1)])
    .concat(others.slice(same.length))
}

/**
 * Gives up what is being done, and calls one listener. There is one for each stream, so it is not an AbortController,
 * which takes a kilobyte.
 */
export class Abort {
  aborted = false
  listener: (() => void) | null = null

  abort(): void {
    if (this.aborted) return
    this.aborted = true
    this.listener?.()
  }
}

/**
 * Runs `work` until it is done, `abort` aborts, or the time is over. In the last two cases the Abort that `work` gets
 * aborts, and the promise rejects with a Refusal.
 */
export function within<T>(ms: number, abort: Abort, work: (over: Abort) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const over = new Abort()
    const settled = (): void => {
      clearTimeout(timer)
      abort.listener = null
    }
    const failed = (error: Error): void => {
      settled()
      reject(error)
    }
    const stop = (): void => {
      over.abort()
      failed(new Refusal(CloseReason.TIMEOUT, `not connected within ${ms} ms`))
    }
    const timer = setTimeout(stop, ms)
    abort.listener = stop
    if (abort.aborted) return stop()
    work(over).then((result) => {
      settled()
      resolve(result)
    }, failed)
  })
}

/**
 * Connects to one address after the other until one answers.
 * @param first Permission for the first attempt.
 * @throws Refusal: the one that says the most about what went wrong.
 */
export function dial(
  host: string,
  port: number,
  allowance: Dialer,
  first: Admitting,
  abort: Abort,
): Promise<OriginSocket> {
  const { settings } = allowance
  return within(settings.connectTimeout, abort, async (over) => {
    if (first) await first
    const addresses = await permittedAddresses(host, port, settings)
    const failures: Refusal[] = []
    for (const [index, address] of addresses.entries()) {
      const last = index === addresses.length - 1
      try {
        if (index > 0) await allowance.admitAttempt()
        return await attempt(address, port, last ? Infinity : ATTEMPT_MS, over, settings.connect)
      } catch (error) {
        const failure = refusalOf(error)
        failures.push(failure)
        if (over.aborted || failure.reason === CloseReason.THROTTLED) break
      }
    }
    throw mostTelling(failures)
  })
}

/** A refusal says more than silence, and silence more than a network that cannot be reached. */
const TELLING: readonly number[] = [CloseReason.REFUSED, CloseReason.TIMEOUT, CloseReason.UNREACHABLE]

function mostTelling(failures: readonly Refusal[]): Refusal {
  for (const reason of TELLING) {
    const found = failures.find((failure) => failure.reason === reason)
    if (found) return found
  }
  return failures[0]!
}

/** @param ms Milliseconds until it gives up, or Infinity if only `over` says so. */
function attempt(address: string, port: number, ms: number, over: Abort, connect: Connect): Promise<OriginSocket> {
  return new Promise((resolve, reject) => {
    const settled = (error: Error | null): void => {
      clearTimeout(timer)
      over.listener = null
      if (!error) return resolve(socket)
      socket.destroy()
      reject(error)
    }
    const stop = (): void => settled(new Refusal(CloseReason.TIMEOUT, `${address} does not answer in time`))
    const timer = ms === Infinity ? undefined : setTimeout(stop, ms)
    const socket = connect(address, port, settled)
    if (over.aborted) stop()
    else over.listener = stop
  })
}
