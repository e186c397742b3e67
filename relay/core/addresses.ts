// Classifies IP addresses: whether one is public unicast, and which other addresses it contains. Knows no lists and no
// names.
import ipaddr from 'ipaddr.js'

export type Address = ipaddr.IPv4 | ipaddr.IPv6
/** An address and the length of its prefix. */
export type Range = [Address, number]

/** Global unicast, as far as IANA has assigned it (RFC 4291 section 2.4). */
const GLOBAL_UNICAST: Range = [ipaddr.parse('2000::'), 3]
/** A public number, but on every Azure machine it is the platform service, with metadata and secrets. */
const METADATA: Range[] = [ipaddr.parseCIDR('168.63.129.16/32')]

/** Four decimal parts, without zeros in front. */
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/
/** The characters of an IPv6 address. A URL parser would strip or decode some others. */
const IPV6 = /^[\da-f:.]{2,45}$/i

/** Uses the URL standard's parser, because ipaddr.js takes ::8.8.8.8 for ::ffff:8.8.8.8, which is another address. */
function parseIPv6(text: string): ipaddr.IPv6 | null {
  const url = `http://[${text}]`
  return IPV6.test(text) && URL.canParse(url) ? ipaddr.IPv6.parse(new URL(url).hostname.slice(1, -1)) : null
}

/** Whether it is an IPv4 address in canonical form. */
export function isIPv4(text: string): boolean {
  return IPV4.test(text)
}

/** The address of a literal without zone id, or null. IPv4 has four decimal parts. A v4-mapped address becomes IPv4. */
export function parseAddress(text: string): Address | null {
  if (isIPv4(text)) return new ipaddr.IPv4(text.split('.').map(Number))
  const address = parseIPv6(text)
  return address?.isIPv4MappedAddress() ? address.toIPv4Address() : address
}

/**
 * Parses "10.0.0.0/8", "fd00::/8", or an address alone.
 * @throws RangeError that names the text.
 */
export function parseRange(text: string): Range {
  const [host, bits, more] = text.split('/')
  const v4 = isIPv4(host!)
  const address = v4 ? ipaddr.IPv4.parse(host!) : parseIPv6(host!)
  const longest = v4 ? 32 : 128
  const length = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : NaN
  if (!address || more !== undefined || !(length <= longest)) {
    throw new RangeError(`"${text}" is not an address or a range such as 10.0.0.0/8`)
  }
  return [address, length]
}

export function inRange(address: Address, [base, length]: Range): boolean {
  return address.kind() === base.kind() && address.match(base as ipaddr.IPv4 & ipaddr.IPv6, length)
}

export function inRanges(address: Address, ranges: readonly Range[]): boolean {
  return ranges.some((range) => inRange(address, range))
}

/**
 * The IPv4 addresses at which packets to an IPv6 address may arrive: of translators (RFC 6052, RFC 2765), of 6to4 (RFC
 * 3056), of Teredo (RFC 4380: its server, and the client with all bits inverted), and IPv4-compatible ones (RFC 4291).
 */
export function embeddedAddresses(address: Address): Address[] {
  if (address.kind() === 'ipv4') return []
  const bytes = address.toByteArray()
  const at = (offset: number): Address => new ipaddr.IPv4(bytes.slice(offset, offset + 4))
  switch (address.range()) {
    case 'rfc6052': // 64:ff9b::/96; the layout of 64:ff9b:1::/48 is the network's own
    case 'rfc6145':
      return [at(12)]
    case '6to4':
      return [at(2)]
    case 'teredo':
      return [at(4), new ipaddr.IPv4(bytes.slice(12).map((byte) => byte ^ 0xff))]
    case 'unicast':
      return bytes.slice(0, 12).every((byte) => byte === 0) ? [at(12)] : []
    default:
      return []
  }
}

/** Whether an address is that of one machine on the whole Internet, and not of a cloud's own services. */
export function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast' || inRanges(address, METADATA)) return false
  return address.kind() === 'ipv4' || inRange(address, GLOBAL_UNICAST)
}

/** The key of limits per address: an IPv4 address, or an IPv6 /64, which is the least that one subscriber has. */
export function limitKey(text: string): string {
  const address = parseAddress(text.replace(/%.*/, ''))
  if (!address) return text
  if (address.kind() === 'ipv4') return address.toString()
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`)}/64`
}
