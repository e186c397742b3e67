// The network interfaces of the host (C side: wasm/src/shim/interfaces.c), one address at a time.
import { AF_INET, AF_INET6 } from './abi.js'
import { parseIPv4, parseIPv6 } from './address.js'
import type { Memory } from './memory.js'
import type { InterfaceAddress } from './transports/transport.js'

/** struct shim_interface: a name of 16 bytes, family, scope, and 16 bytes of address. */
const NAME_SIZE = 16
const FAMILY = 16
const SCOPE = 20
const BYTES = 24

/**
 * Writes one entry. A name that is too long for C is left empty: cut off, it could be the name of another interface.
 */
export function writeInterface(memory: Memory, at: number, { name, family, address, scope }: InterfaceAddress): void {
  memory.bytes.fill(0, at, at + BYTES + 16)
  memory.writeString(at, NAME_SIZE, name)
  memory.setU32(at + FAMILY, family === 'IPv6' ? AF_INET6 : AF_INET)
  memory.setU32(at + SCOPE, scope ?? 0)
  const bytes = family === 'IPv6' ? parseIPv6(address.split('%')[0]!) : parseIPv4(address)
  if (bytes) memory.bytes.set(bytes, at + BYTES)
}
