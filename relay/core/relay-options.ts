// The options of a relay that every runtime has, as users write them, and as settings that are checked and complete.
// All defaults are here.
import { parseRange } from './addresses.js'
import { Authenticator } from './auth.js'
import { originPattern, type OriginPattern } from './origins.js'
import { canonicalHost, type PortRange } from './policy.js'
import type { Dialing, Resolve } from './dial.js'
import type { Platform } from './platform.js'

/** All options are optional. Lists replace the defaults. An unknown option or a wrong value throws a RangeError that
 * names the option. */
export interface CoreOptions {
  /** The only hosts that may be connected to: names, addresses, '*.example.org' for all names below. */
  allowHosts?: readonly string[]
  /** Hosts that may not be connected to. Wins over allowHosts. A name does not deny its addresses: denyRanges does. */
  denyHosts?: readonly string[]
  /** The only ports, such as '443' or '8000-8999'. Without it every port except 25, because of spam. */
  allowPorts?: readonly string[]
  denyPorts?: readonly string[]
  /** Addresses that may be connected to although they are not public, such as '10.1.0.0/16'. */
  allowRanges?: readonly string[]
  /** Addresses that may not be connected to. Wins over everything. */
  denyRanges?: readonly string[]

  /**
   * The pages that may connect, by the Origin header: 'https://example.org', 'https://*.example.org', or 'none' for
   * clients that send no such header. Without it, all may connect.
   */
  origins?: readonly string[]
  /** Users and their hashPassword(). */
  passwords?: Readonly<Record<string, string>>
  tokens?: readonly string[]
  /** Users and their raw public Ed25519 keys in base64. */
  keys?: Readonly<Record<string, string>>

  /** The most streams, and so sockets, of one client. Default 256. */
  streams?: number
  /** The most WebSockets from one IPv4 address or IPv6 /64. Default 100. */
  clientsPerAddress?: number
  /**
   * The most connections to origins and attempts to log in, per second and address, and also at once. 0 means no limit.
   * Default 200.
   */
  connectsPerSecond?: number
  /** Bytes per second and address, both directions together. More is slowed down. 0 means no limit. Default 0. */
  bytesPerSecond?: number
  /**
   * The most bytes of one WebSocket message, and never more than `maxBuffered`. A longer one ends the connection (RFC
   * 6455, code 1009). Default 1 MiB.
   */
  maxMessage?: number
  /**
   * The most bytes of one client that wait for origins or for the rest of their message, with the cost of holding them.
   * Also the most that wait for the client itself before nothing more is read from it. Default 16 MiB.
   */
  maxBuffered?: number
  /** How many DATA packets of a Wisp stream may be on their way to the relay. Default 64. */
  credit?: number
  /** Milliseconds for resolving and connecting, and for the handshake of Wisp v2. Default 10,000. */
  connectTimeout?: number
  /** Milliseconds after which a stream without traffic is closed, and a client that sends nothing. Default 600,000. */
  idleTimeout?: number

  /** The message of the day for Wisp v2 clients. */
  motd?: string
  /** Resolves names instead of DNS. The relay still checks the addresses that it returns. */
  resolve?: Resolve
}

export interface Limits {
  streams: number
  clientsPerAddress: number
  connectsPerSecond: number
  bytesPerSecond: number
  maxMessage: number
  maxBuffered: number
  credit: number
  connectTimeout: number
  idleTimeout: number
}

export const DEFAULT_LIMITS: Readonly<Limits> = {
  streams: 256,
  clientsPerAddress: 100,
  connectsPerSecond: 200,
  bytesPerSecond: 0,
  maxMessage: 1024 * 1024,
  maxBuffered: 16 * 1024 * 1024,
  credit: 64,
  connectTimeout: 10_000,
  idleTimeout: 600_000,
}

/** Limits that 0 switches off. For any other limit 0 would make the relay useless. */
const MAY_BE_ZERO: ReadonlySet<string> = new Set(['connectsPerSecond', 'bytesPerSecond'])
const LONGEST_TIMEOUT = 2 ** 31 - 1

export interface Settings extends Limits, Dialing {
  datagrams: Platform['datagrams']
  /** Whether clients may open UDP streams. */
  udp: boolean
  motd: string
  origins: readonly OriginPattern[] | null
  authenticator: Authenticator
}

const isList = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string')
const isTable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.values(value).every((item) => typeof item === 'string')
/** What the value of an option must be. */
export interface Type {
  test(value: unknown): boolean
  what: string
}

export const LIST: Type = { test: isList, what: 'a list of strings' }
export const FUNCTION: Type = { test: (value) => typeof value === 'function', what: 'a function' }
const TABLE: Type = { test: isTable, what: 'an object of strings' }

/** What each option must be, except the limits, which limits() checks. */
const TYPES: Record<Exclude<keyof CoreOptions, keyof Limits>, Type> = {
  allowHosts: LIST,
  denyHosts: LIST,
  allowPorts: LIST,
  denyPorts: LIST,
  allowRanges: LIST,
  denyRanges: LIST,
  origins: LIST,
  passwords: TABLE,
  tokens: LIST,
  keys: TABLE,
  motd: { test: (value) => typeof value === 'string', what: 'a string' },
  resolve: FUNCTION,
}

/** An option that is misspelt, such as `origin`, could leave the relay open to everybody. */
function checkNamesAndTypes(options: object, own: Readonly<Record<string, Type>>): void {
  const types = { ...TYPES, ...own }
  for (const [name, value] of Object.entries(options)) {
    if (Object.hasOwn(DEFAULT_LIMITS, name)) continue
    if (!Object.hasOwn(types, name)) throw new RangeError(`${name}: no such option`)
    const { test, what } = types[name as keyof typeof types]
    if (value !== undefined && !test(value)) throw new RangeError(`${name}: not ${what}`)
  }
}

/** Parses every text. Puts the name of the option before the message of an error. */
export function each<T>(option: string, texts: readonly string[], parse: (text: string) => T): T[] {
  return texts.map((text) => named(option, () => parse(text)))
}

export function named<T>(option: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new RangeError(`${option}: ${(error as Error).message}`)
  }
}

function hostPattern(text: string): string {
  const below = text.startsWith('*.')
  try {
    return (below ? '*.' : '') + canonicalHost(below ? text.slice(2) : text)
  } catch {
    throw new RangeError(`"${text}" is neither a host nor a pattern such as *.example.org`)
  }
}

export function portRange(text: string): PortRange {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text)
  const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])]
  if (!(first >= 1 && first <= last && last <= 65535)) {
    throw new RangeError(`"${text}" is neither a port nor a range such as 8000-8999`)
  }
  return [first, last]
}

function limits(options: CoreOptions): Limits {
  const result = { ...DEFAULT_LIMITS }
  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof Limits)[]) {
    const { [name]: value = DEFAULT_LIMITS[name] } = options
    const least = MAY_BE_ZERO.has(name) ? 0 : 1
    if (!Number.isInteger(value) || value < least || value > LONGEST_TIMEOUT) {
      throw new RangeError(`${name}: ${value} is not a whole number from ${least} to ${LONGEST_TIMEOUT}`)
    }
    result[name] = value
  }
  return result
}

/**
 * @param resolve Resolves names unless the options do.
 * @param own The options that only this runtime has.
 * @throws RangeError that names the option.
 */
export function coreSettings<Options extends CoreOptions>(
  options: Options,
  { connect, datagrams, cryptography, isOwn }: Platform,
  resolve: () => Resolve,
  own: Readonly<Record<Exclude<keyof Options, keyof CoreOptions>, Type>>,
): Settings {
  checkNamesAndTypes(options, own)
  const { allowHosts, denyHosts = [], allowPorts, denyPorts, allowRanges = [], denyRanges = [], origins } = options
  const { passwords = {}, tokens = [], keys = {} } = options
  if (tokens.includes('')) throw new RangeError('tokens: an empty token would let everybody in')
  return {
    ...limits(options),
    lists: {
      allowHosts: allowHosts ? each('allowHosts', allowHosts, hostPattern) : null,
      denyHosts: each('denyHosts', denyHosts, hostPattern),
      allowPorts: allowPorts ? each('allowPorts', allowPorts, portRange) : null,
      denyPorts: each('denyPorts', denyPorts ?? (allowPorts ? [] : ['25']), portRange),
      allowRanges: each('allowRanges', allowRanges, parseRange),
      denyRanges: each('denyRanges', denyRanges, parseRange),
      isOwn,
    },
    connect,
    datagrams,
    resolve: options.resolve ?? resolve(),
    udp: false,
    motd: options.motd ?? '',
    origins: origins ? each('origins', origins, originPattern) : null,
    authenticator: named('credentials', () => new Authenticator({ passwords, tokens, keys }, cryptography)),
  }
}
