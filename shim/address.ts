// Socket addresses: struct sockaddr in wasm memory on one side, a transport's Address on the other.
import { AF_INET, AF_INET6, AF_UNIX, SystemError, sockaddr_in, sockaddr_in6, sockaddr_un } from './abi.js'
import type { Memory } from './memory.js'
import type { Address } from './transports/transport.js'

/** Four bytes as "127.0.0.1". */
export function formatIPv4(bytes: Uint8Array): string {
  return bytes.join('.')
}

/** Sixteen bytes in the form of RFC 5952: the longest run of zeros is left out. */
export function formatIPv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!)
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return `::ffff:${formatIPv4(bytes.subarray(12))}`
  }
  let [start, length] = [-1, 1]
  for (let i = 0; i < 8; i++) {
    let end = i
    while (end < 8 && groups[end] === 0) end++
    if (end - i > length) [start, length] = [i, end - i]
  }
  const hex = groups.map((group) => group.toString(16))
  return start < 0 ? hex.join(':') : `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`
}

/** The bytes of "127.0.0.1", or null. */
export function parseIPv4(text: string): Uint8Array | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  const bytes = match?.slice(1).map(Number)
  return bytes?.every((byte) => byte < 256) ? Uint8Array.from(bytes) : null
}

/** The bytes of an IPv6 address without scope, or null. */
export function parseIPv6(text: string): Uint8Array | null {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (dotted) {
    const v4 = parseIPv4(dotted[2]!)
    if (!v4) return null
    text = `${dotted[1]}${((v4[0]! << 8) | v4[1]!).toString(16)}:${((v4[2]! << 8) | v4[3]!).toString(16)}`
  }
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head!.length - (tail?.length ?? 0)
  if (tail ? missing < 1 : missing !== 0) return null
  const groups = [...head!, ...Array<string>(tail ? missing : 0).fill('0'), ...(tail ?? [])]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null
  return Uint8Array.from(groups.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]))
}

/** Reads a struct sockaddr of `length` bytes. Throws EAFNOSUPPORT or EINVAL. */
export function readAddress(memory: Memory, at: number, length: number): Address {
  if (length < 2) throw new SystemError('EINVAL')
  const { view } = memory
  const family = view.getUint16(at, true)
  if (family === AF_INET) {
    if (length < sockaddr_in.size) throw new SystemError('EINVAL')
    const address = formatIPv4(memory.slice(at + sockaddr_in.sin_addr, 4))
    return { family: 'IPv4', address, port: view.getUint16(at + sockaddr_in.sin_port) }
  }
  if (family === AF_INET6) {
    if (length < sockaddr_in6.sin6_scope_id + 4) throw new SystemError('EINVAL')
    return {
      family: 'IPv6',
      address: formatIPv6(memory.slice(at + sockaddr_in6.sin6_addr, 16)),
      port: view.getUint16(at + sockaddr_in6.sin6_port),
      scope: view.getUint32(at + sockaddr_in6.sin6_scope_id, true),
    }
  }
  if (family === AF_UNIX) {
    // A path that starts with NUL is in Linux' abstract namespace. There the length counts, and no NUL ends it.
    const path = memory.text(at + sockaddr_un.sun_path, length - sockaddr_un.sun_path)
    const end = path.indexOf('\0', 1)
    return { family: 'unix', path: path[0] === '\0' || end < 0 ? path : path.slice(0, end) }
  }
  throw new SystemError('EAFNOSUPPORT')
}

function encode(address: Address): Uint8Array {
  if (address.family === 'unix') {
    const path = new TextEncoder().encode(address.path)
    const bytes = new Uint8Array(sockaddr_un.sun_path + path.length + 1)
    bytes[0] = AF_UNIX
    bytes.set(path, sockaddr_un.sun_path)
    return bytes
  }
  if (address.family === 'IPv4') {
    const bytes = new Uint8Array(sockaddr_in.size)
    bytes[0] = AF_INET
    new DataView(bytes.buffer).setUint16(sockaddr_in.sin_port, address.port)
    bytes.set(parseIPv4(address.address) ?? new Uint8Array(4), sockaddr_in.sin_addr)
    return bytes
  }
  const bytes = new Uint8Array(sockaddr_in6.size)
  const view = new DataView(bytes.buffer)
  bytes[0] = AF_INET6
  view.setUint16(sockaddr_in6.sin6_port, address.port)
  bytes.set(parseIPv6(address.address.split('%')[0]!) ?? new Uint8Array(16), sockaddr_in6.sin6_addr)
  view.setUint32(sockaddr_in6.sin6_scope_id, address.scope ?? 0, true)
  return bytes
}

/** What was encoded before: datagrams of one peer come with the same object, whose encoding costs more than all else. */
const encodings = new WeakMap<Address, Uint8Array>()

function encodingOf(address: Address): Uint8Array {
  let bytes = encodings.get(address)
  if (!bytes) encodings.set(address, (bytes = encode(address)))
  return bytes
}

/** Writes a struct sockaddr, at most `*lengthAt` bytes of it, and then its full length into `*lengthAt`. */
export function writeAddress(memory: Memory, at: number, lengthAt: number, address: Address): void {
  if (at === 0 || lengthAt === 0) return
  const bytes = encodingOf(address)
  const room = memory.u32(lengthAt)
  memory.bytes.set(room < bytes.length ? bytes.subarray(0, room) : bytes, at)
  memory.setU32(lengthAt, bytes.length)
}
