// The addresses of cells: each has its own loopback address, so that the servers know the cell of a connection before
// any data arrives, and which cell has left a connection behind. The port is for the protocol and the fault.
import { READERS, type Reader } from './axes.js'

const BLOCKED = 128

/** The range that the relay and the proxies may not connect to. */
export const BLOCKED_RANGE = '127.128.0.0/9'

/** The address of the cell with this number. */
export function addressOf(serial: number, reader: Reader, blocked: boolean): string {
  const second = 1 + READERS.indexOf(reader) + (blocked ? BLOCKED : 0)
  return `127.${second}.${(serial >> 8) & 0xff}.${serial & 0xff}`
}

const second = (address: string): number => Number(address.split('.')[1])

export const isBlocked = (address: string): boolean => second(address) >= BLOCKED

export const readerOf = (address: string): Reader => READERS[(second(address) % BLOCKED) - 1] ?? 'fast'

/**
 * The size of a response's body in bytes. For a reader that stops, it must be more than all buffers on the way hold.
 */
export const bodySize = (reader: Reader): number => (reader === 'fast' ? 300_000 : 24_000_000)

/** The addresses of the servers. */
export interface Places {
  /** `${protocol} ${fault}` -> port */
  ports: Record<string, number>
  /**
   * 'ws://127.0.0.1:port/'. With the address of a cell and a slash after it, the relay can be cut for that cell alone.
   */
  relay: string
  httpProxy: string
  socks5: string
  /** The URL of a relay that does not exist. */
  noRelay: string
}
