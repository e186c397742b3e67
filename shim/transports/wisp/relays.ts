// The relays of a transport: what is known about each of them, and in which order they are tried. A relay that has
// failed is put behind the others for a while, and nothing is tried by itself: streams ask for a connection.
import { relayUrl } from '../relay.js'

/** How long a relay that has failed rests, in milliseconds. Each failure in a row doubles it, up to the longest. */
const FIRST_REST = 500
const LONGEST_REST = 10_000

/**
 * `idle`: there is no connection, and the last one did not fail. `connecting`: until the relay has greeted. `open`:
 * streams can begin. `failed`: it could not be reached, or broke while streams were open, and has not been reached
 * since.
 */
export type RelayState = 'idle' | 'connecting' | 'open' | 'failed'

/** What a transport reports about one of its relays. */
export interface RelayStatus {
  /** 'wss://relay.example', without the rest of the URL, which may be secret. */
  origin: string
  state: RelayState
  /**
   * The round trip to the relay in milliseconds, measured when the last connection was made: from our INFO to the
   * CONTINUE that answers it, so with what the relay needs to check credentials. null until then, and over Wisp 1,
   * where nothing is answered.
   */
  roundTrip: number | null
  /** How many streams are open in it, or wait for it. */
  streams: number
  /** Why it was last not reached, or its connection has ended. It stays when the relay is reached again. */
  lastError: string | null
}

export interface Relay {
  readonly url: URL
  /** It has greeted in version 2, so a failure is not one of the version. */
  speaksV2: boolean
  /** In a row. */
  failures: number
  /** On the clock of performance.now(). */
  restsUntil: number
  roundTrip: number | null
  lastError: string | null
}

/** The relays that the options name, each once. @throws TypeError if there is none, or one with a wrong URL */
export function relaysOf(url: string | URL | undefined, urls: readonly (string | URL)[] | undefined): Relay[] {
  if (url !== undefined && urls !== undefined) throw new TypeError('give url or urls, not both')
  const given = urls ?? (url === undefined ? [] : [url])
  if (!Array.isArray(given) || given.length === 0)
    throw new TypeError('a Wisp transport needs url, the URL of a relay, or urls, a list of at least one')
  const distinct = new Map(given.map((each) => relayUrl(each)).map((each) => [each.href, each]))
  return Array.from(distinct.values(), (each) => ({
    url: each,
    speaksV2: false,
    failures: 0,
    restsUntil: 0,
    roundTrip: null,
    lastError: null,
  }))
}

/** How long a relay still rests, in milliseconds. */
export function restOf({ restsUntil }: Relay): number {
  return Math.max(0, restsUntil - performance.now())
}

/** Those that do not rest, in the order given, and then the others, in the order in which their rests end. */
export function inOrder(relays: readonly Relay[]): Relay[] {
  return relays.length === 1 ? [...relays] : [...relays].sort((a, b) => restOf(a) - restOf(b))
}

export function noteReached(relay: Relay): void {
  relay.failures = 0
  relay.restsUntil = 0
}

/** Puts a relay behind the others. The rests of many clients end at different times, so that they do not all come back at once. */
export function noteFailure(relay: Relay): void {
  // several connections to it fail together
  if (relay.failures > 0 && restOf(relay) > 0) return
  const rest = Math.min(LONGEST_REST, FIRST_REST * 2 ** relay.failures++)
  relay.restsUntil = performance.now() + rest * (0.5 + Math.random() / 2)
}
