// Where a cell happens: each has an address of loopback of its own, so that the servers know what they are asked for before
// anything has come, and whose connections are left. Ports are of the protocol and the fault.
import { READERS, type Reader } from './axes.js'

const BLOCKED = 128

/** The range that the relay and the proxies may not connect to. */
export const BLOCKED_RANGE = '127.128.0.0/9'

/** An address for the cell that is the `serial`th. */
export function addressOf(serial: number, reader: Reader, blocked: boolean): string {
  const second = 1 + READERS.indexOf(reader) + (blocked ? BLOCKED : 0)
  return `127.${second}.${(serial >> 8) & 0xff}.${serial & 0xff}`
}

const second = (address: string): number => Number(address.split('.')[1])

export const isBlocked = (address: string): boolean => second(address) >= BLOCKED

export const readerOf = (address: string): Reader => READERS[(second(address) % BLOCKED) - 1] ?? 'fast'

/** Bytes of an answer's body: what a reader that stops leaves has to be more than all buffers on the way hold. */
export const bodySize = (reader: Reader): number => (reader === 'fast' ? 300_000 : 24_000_000)

/** What the servers tell of themselves. */
export interface Places {
  /** `${protocol} ${fault}` -> port */
  ports: Record<string, number>
  /** 'ws://127.0.0.1:port/': with the address of a cell and a slash behind it, it can be cut for that cell alone. */
  relay: string
  httpProxy: string
  socks5: string
  /** A relay where nobody listens. */
  noRelay: string
}
