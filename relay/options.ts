// The options of a relay as its users write them, and as settings, checked and complete. All defaults are here.
import type { Logger } from 'pino'
import { parseRange, type Range } from './addresses.js'
import { Authenticator } from './auth.js'
import { originPattern, type OriginPattern } from './origins.js'
import { canonicalHost, type Lists, type PortRange } from './policy.js'
import { dnsResolver, type Resolve } from './resolver.js'

/** Everything may be left out. Lists replace defaults; wrong values throw a RangeError that names the option. */
export interface RelayOptions {
  /** The only hosts that may be connected to: names, addresses, '*.example.org' for all names below. */
  allowHosts?: readonly string[]
  /** Hosts that may not; wins over allowHosts. By address use denyRanges, for a name is only a name. */
  denyHosts?: readonly string[]
  /** The only ports, such as '443' or '8000-8999'. Without it every port but 25, the port of unwanted mail. */
  allowPorts?: readonly string[]
  denyPorts?: readonly string[]
  /** Addresses that may be connected to although they are not public, such as '10.1.0.0/16'. */
  allowRanges?: readonly string[]
  /** Addresses that may not; wins over everything. */
  denyRanges?: readonly string[]
  /** UDP streams of Wisp. Default false. */
  udp?: boolean

  /**
   * The pages that may connect, by the Origin header: 'https://example.org', 'https://*.example.org', or 'none' for
   * clients that send no such header. Without it all may.
   */
  origins?: readonly string[]
  /** Users and their hashPassword(). */
  passwords?: Readonly<Record<string, string>>
  tokens?: readonly string[]
  /** Users and their raw public Ed25519 keys in base64. */
  keys?: Readonly<Record<string, string>>
  /** Proxies in front whose X-Forwarded-For is believed: addresses or ranges. */
  trustedProxies?: readonly string[]

  /** Streams, and with them sockets, of one client. Default 256. */
  streams?: number
  /** WebSockets from one IPv4 address or IPv6 /64. Default 100. */
  clientsPerAddress?: number
  /** Connections to origins and attempts to log in, per second and address; as many at once. Default 200; 0: no limit. */
  connectsPerSecond?: number
  /** Bytes per second and address in both directions together; more is slowed down. Default 0: no limit. */
  bytesPerSecond?: number
  /**
   * Bytes of one WebSocket message, and never more than `maxBuffered`. A longer one ends the connection (RFC 6455, code
   * 1009). Default 1 MiB.
   */
  maxMessage?: number
  /**
   * Bytes of one client that wait for origins or for the rest of their message, with what holding them costs, and likewise
   * for itself. Default 16 MiB.
   */
  maxBuffered?: number
  /** DATA packets of a Wisp stream that may be on their way. Default 64. */
  credit?: number
  /** Milliseconds to resolve and connect, and for the handshake of Wisp v2. Default 10,000. */
  connectTimeout?: number
  /** Milliseconds without a byte after which a stream is closed, and without a sign of life a client. Default 600,000. */
  idleTimeout?: number

  /** What Wisp v2 clients are told on connecting. */
  motd?: string
  /** Name servers, as address or address:port. Default: those of the system. */
  dnsServers?: readonly string[]
  /** Resolves names in place of DNS. What it answers is checked all the same. */
  resolve?: Resolve
  /** Where log lines go. Default: nowhere. */
  log?: Logger
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

/** What 0 switches off; everywhere else it would switch off the relay. */
const MAY_BE_ZERO: ReadonlySet<string> = new Set(['connectsPerSecond', 'bytesPerSecond'])
const LONGEST_TIMEOUT = 2 ** 31 - 1

export interface Settings extends Limits {
  lists: Lists
  resolve: Resolve
  udp: boolean
  motd: string
  origins: readonly OriginPattern[] | null
  authenticator: Authenticator
  trustedProxies: readonly Range[]
}

/** Runs `parse` on every text; what it throws is said to be of `option`. */
function each<T>(option: string, texts: readonly string[], parse: (text: string) => T): T[] {
  return texts.map((text) => named(option, () => parse(text)))
}

function named<T>(option: string, work: () => T): T {
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

function limits(options: RelayOptions): Limits {
  const result = { ...DEFAULT_LIMITS }
  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof Limits)[]) {
    const value = options[name] ?? DEFAULT_LIMITS[name]
    const least = MAY_BE_ZERO.has(name) ? 0 : 1
    if (!Number.isInteger(value) || value < least || value > LONGEST_TIMEOUT) {
      throw new RangeError(`${name}: ${value} is not a whole number from ${least} to ${LONGEST_TIMEOUT}`)
    }
    result[name] = value
  }
  return result
}

/** @throws RangeError that names the option. */
export function settingsOf(options: RelayOptions): Settings {
  const { allowHosts, denyHosts = [], allowPorts, denyPorts, allowRanges = [], denyRanges = [], origins } = options
  const { passwords = {}, tokens = [], keys = {}, trustedProxies = [], dnsServers = [] } = options
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
    },
    resolve: options.resolve ?? named('dnsServers', () => dnsResolver(dnsServers)),
    udp: options.udp ?? false,
    motd: options.motd ?? '',
    origins: origins ? each('origins', origins, originPattern) : null,
    authenticator: named('credentials', () => new Authenticator({ passwords, tokens, keys })),
    trustedProxies: each('trustedProxies', trustedProxies, parseRange),
  }
}
