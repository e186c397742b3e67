// Placeholder addresses for names that the far end resolves: a relay connects by name, and libcurl needs addresses.
// Each name gets its own address, which only this table can turn back into the name. The addresses are from
// 240.0.0.0/4, which no host can have (RFC 1112, section 4).
import type { ResolvedAddress } from './transport.js'

const FIRST = 0xf0000001
/** The next one, 255.255.255.255, is the broadcast address. */
const LAST = 0xfffffffe

export class SyntheticNames {
  readonly #addresses = new Map<string, string>()
  readonly #names = new Map<string, string>()
  #next = FIRST

  /** For Transport.resolve(): an IPv4 address, the same one each time for a name, and no IPv6 address. */
  resolve(name: string, family: 'IPv4' | 'IPv6'): ResolvedAddress[] {
    return family === 'IPv6' ? [] : [{ address: this.#addressOf(name.toLowerCase()) }]
  }

  /** The host to connect to: the name of a placeholder, or any other address as it is. */
  hostOf(address: string): string {
    return this.#names.get(address) ?? address
  }

  #addressOf(name: string): string {
    const known = this.#addresses.get(name)
    if (known) return known
    if (this.#next > LAST) throw new RangeError(`no placeholder address is left for ${name}`)
    const number = this.#next++
    const address = [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join('.')
    this.#addresses.set(name, address)
    this.#names.set(address, name)
    return address
  }
}
