// Finds the client's address behind proxies. X-Forwarded-For is trusted as far as configured proxies have written it,
// because everything to the left of that comes from the client.
import { inRanges, parseAddress, type Range } from '../core/addresses.js'

/** The address of an entry, which may have a port: "192.0.2.1:80", "[2001:db8::1]:80". */
function entryAddress(entry: string): string | null {
  const address = parseAddress(entry) ?? parseAddress(withoutPort(entry))
  return address?.toString() ?? null
}

function withoutPort(entry: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(entry)?.[1] ?? entry.replace(/:\d+$/, '')
}

/**
 * The rightmost address that is not a configured proxy's.
 * @param peer The address of the connection itself, undefined for a unix socket.
 * @param header X-Forwarded-For, its lines joined by commas.
 */
export function clientAddress(peer: string | undefined, header: string | undefined, proxies: readonly Range[]): string {
  const trusted = (text: string): boolean => {
    const address = parseAddress(text)
    return address !== null && inRanges(address, proxies)
  }
  let address = peer === undefined ? 'unix' : (entryAddress(peer.replace(/%.*/, '')) ?? peer)
  if (proxies.length === 0) return address
  const entries = (header ?? '').split(',')
  while (trusted(address) && entries.length > 0) {
    const next = entryAddress(entries.pop()!.trim())
    if (next === null) break
    address = next
  }
  return address
}
