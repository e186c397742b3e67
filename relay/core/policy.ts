// Decides where clients may connect to. Checks host names and ports before a name is resolved, and addresses before the
// relay connects. By default only public unicast addresses are allowed, even if a list allows the name.
import { embeddedAddresses, inRanges, isIPv4, isPublic, parseAddress, type Address, type Range } from './addresses.js'
import { Refusal } from './refusal.js'
import { CloseReason } from '../../shim/transports/relay.js'

/** First and last port. */
export type PortRange = [number, number]

export interface Lists {
  /** Patterns: 'example.org' is only that name, '*.example.org' all names below it. Null allows every name. */
  allowHosts: readonly string[] | null
  denyHosts: readonly string[]
  /** Null allows every port. */
  allowPorts: readonly PortRange[] | null
  denyPorts: readonly PortRange[]
  /** Addresses that are allowed although they are not public. */
  allowRanges: readonly Range[]
  denyRanges: readonly Range[]
  /** Whether an address, in the spelling of parseAddress(), is one of this machine's own. */
  isOwn(address: string): boolean
}

/** The most characters of a name (RFC 1035 section 2.3.4). A longer one is refused at once. */
const MAX_HOST = 253
/** Characters that a URL parser would take for the end of a host, strip, or decode, and others that no host has. */
const NOT_IN_HOSTS = /[\s/\\?#@:%[\]<>^|"`{}\u0000-\u0020\u007f]/u

/**
 * The canonical spelling of a host: lower case, IDNA in ASCII, no dot at the end, IPv4 in four decimal parts and IPv6
 * in canonical form without brackets. Reads the decimal, octal, hexadecimal and short forms of IPv4, as the URL
 * standard's host parser does.
 * @throws Refusal
 */
export function canonicalHost(host: string): string {
  if (isIPv4(host)) return host
  if (host.length > MAX_HOST)
    throw new Refusal(CloseReason.INVALID, `the host has ${host.length} characters, more than ${MAX_HOST}`)
  const inner = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
  if (inner.includes(':')) {
    if (inner.includes('%')) throw new Refusal(CloseReason.BLOCKED, 'an address with a zone id is never public')
    const address = parseAddress(inner)
    if (!address) throw new Refusal(CloseReason.INVALID, 'the host is not an address')
    return address.toString()
  }
  const name = NOT_IN_HOSTS.test(host) ? '' : asciiOf(host).replace(/\.$/, '')
  if (name === '' || name.length > MAX_HOST || name.split('.').some((label) => label === '' || label.length > 63)) {
    throw new Refusal(CloseReason.INVALID, 'the host is not a name or an address')
  }
  return name
}

/** The host as the URL standard's host parser spells it, '' if it is none. */
function asciiOf(host: string): string {
  const url = `http://${host}`
  return URL.canParse(url) ? new URL(url).hostname : ''
}

function matches(host: string, pattern: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern
}

function includes(ranges: readonly PortRange[], port: number): boolean {
  return ranges.some(([first, last]) => first <= port && port <= last)
}

/** Checks a host in canonical form, and a port. @throws Refusal */
export function checkTarget(host: string, port: number, lists: Lists): void {
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Refusal(CloseReason.INVALID, `${port} is not a port from 1 to 65535`)
  }
  if (includes(lists.denyPorts, port) || (lists.allowPorts && !includes(lists.allowPorts, port))) {
    throw new Refusal(CloseReason.BLOCKED, `port ${port} is not allowed`)
  }
  const named = (pattern: string): boolean => matches(host, pattern)
  if (lists.denyHosts.some(named) || (lists.allowHosts && !lists.allowHosts.some(named))) {
    throw new Refusal(CloseReason.BLOCKED, 'the host is not allowed')
  }
}

/** Whether an address, and every IPv4 address that it contains, may be connected to. */
export function addressAllowed(address: Address, lists: Lists): boolean {
  const allowed = (one: Address): boolean =>
    !inRanges(one, lists.denyRanges) &&
    (inRanges(one, lists.allowRanges) || (isPublic(one) && !lists.isOwn(one.toString())))
  return [address, ...embeddedAddresses(address)].every(allowed)
}
