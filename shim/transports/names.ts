// Names that somebody else resolves: a relay connects by name, and libcurl wants addresses. So each name gets an address
// of its own, which only this table can turn back. It is of 240.0.0.0/4, which nobody can have (RFC 1112, section 4).
import type { ResolvedAddress } from './transport.js'

const FIRST = 0xf0000001
/** 255.255.255.255 has a meaning. */
const LAST = 0xfffffffe

export class SyntheticNames {
  readonly #addresses = new Map<string, string>()
  readonly #names = new Map<string, string>()
  #next = FIRST

  /** What Transport.resolve() answers: an address of IPv4, the same one whenever the name is asked for. */
  resolve(name: string, family: 'IPv4' | 'IPv6'): ResolvedAddress[] {
    return family === 'IPv6' ? [] : [{ address: this.#addressOf(name.toLowerCase()) }]
  }

  /** The host to connect to: a name for an address of ours, any other address as it is. */
  hostOf(address: string): string {
    return this.#names.get(address) ?? address
  }

  #addressOf(name: string): string {
    const known = this.#addresses.get(name)
    if (known) return known
    if (this.#next > LAST) throw new RangeError(`no address is left for ${name}`)
    const number = this.#next++
    const address = [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join('.')
    this.#addresses.set(name, address)
    this.#names.set(address, name)
    return address
  }
}
