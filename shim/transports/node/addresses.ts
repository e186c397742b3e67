// Addresses of sockets, from node:net's form and back.
import os from 'node:os'
import type { Address } from '../transport.js'

/** An end of a connection, null where Node does not know it. */
export function addressOf(address: string | undefined, port: number | undefined): Address | null {
  if (address === undefined || port === undefined) return null
  // not net.isIPv6(), which takes 3 ms to compile its regular expression
  return { family: address.includes(':') ? 'IPv6' : 'IPv4', address, port }
}

/** A host as node:net needs it: with the scope of a link-local address. */
export function hostOf(address: { address: string; scope?: number }): string {
  return address.scope ? `${address.address}%${address.scope}` : address.address
}

export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

/** Whether a socket can be bound to an address: it is one of this host, or the wildcard. */
export function isLocal(address: string): boolean {
  if (isWildcard(address) || /^127\./.test(address)) return true
  return Object.values(os.networkInterfaces()).some((list) => list?.some((entry) => entry.address === address))
}
