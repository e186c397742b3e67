// The addresses of this machine, whose services may trust connections from the machine itself.
import { networkInterfaces } from 'node:os'
import { parseAddress } from '../core/addresses.js'

/** How long the addresses of the machine's interfaces are cached, in milliseconds. */
const OWN_ADDRESSES_MS = 10_000

let own: { texts: Set<string>; until: number } | undefined

/** Whether an address, in the spelling of parseAddress(), is one of this machine. */
export function isOwn(address: string): boolean {
  const now = performance.now()
  if (!own || own.until < now) {
    const entries = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
    const texts = entries.map((entry) => parseAddress(entry.address.replace(/%.*/, ''))?.toString() ?? '')
    own = { texts: new Set(texts), until: now + OWN_ADDRESSES_MS }
  }
  return own.texts.has(address)
}
