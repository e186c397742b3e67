// What the thread that blocks and its Worker say to each other.
//
// The thread posts messages, which a Worker gets while the thread blocks. The Worker answers with records in the ring
// (ring.ts), which the thread can read while it blocks; messages to it would wait for its event loop.
import type { Address, HttpsRecord, TransportRecipe } from '../transport.js'

/** What the Worker gets when it starts. */
export interface Beginning {
  memory: SharedArrayBuffer
  recipe: TransportRecipe
}

/** The messages to the Worker. Numbers that the thread gives are even, and those of the Worker are odd. */
export type Request =
  | { op: 'connect'; id: number; remote: Address; local: Address | null }
  | { op: 'listen'; id: number; local: Address }
  /** Takes over a connection that the Worker has announced as `id`. */
  | { op: 'accept'; id: number; listener: number }
  | { op: 'write'; id: number; bytes: Uint8Array<ArrayBuffer> }
  | { op: 'end' | 'close' | 'pause' | 'resume'; id: number }
  | { op: 'noDelay'; id: number; on: boolean }
  | { op: 'keepAlive'; id: number; on: boolean; idleMs: number }
  | { op: 'datagrams'; id: number; family: 'IPv4' | 'IPv6'; local: Address | null }
  | { op: 'peer'; id: number; remote: Address }
  | { op: 'send'; id: number; bytes: Uint8Array<ArrayBuffer>; to: Address }
  | { op: 'resolve'; id: number; name: string; family: 'IPv4' | 'IPv6'; servers: string[] | null }
  | { op: 'resolveHttps'; id: number; name: string; servers: string[] | null }
  | { op: 'abort'; id: number }
  | { op: 'read'; id: number; blob: Blob }
  /** There is room in the ring. */
  | { op: 'room' }
  /** Asks for a signal, as proof that the Worker is alive. */
  | { op: 'ping' }

/** The message of the Worker: there are records, and the thread does not look by itself. */
export const LOOK = 'look'

/** The kinds of records. What is not bytes is JSON. */
export const Kind = {
  OPENED: 1,
  DATA: 2,
  /** `number` bytes of what was written have left. */
  TAKEN: 3,
  ENDED: 4,
  CLOSED: 5,
  FAILED: 6,
  /** `number` is the id of the new connection. */
  ACCEPTED: 7,
  /** Whom the datagrams that follow are from. */
  SENDER: 8,
  DATAGRAM: 9,
  /** The answer to a request, or why there is none. */
  ANSWER: 10,
  REFUSAL: 11,
  /** The answer to 'read'. */
  BYTES: 12,
} as const

/** An error of the Worker's transport. */
export interface Refusal {
  code?: string
  reason?: string
  message: string
}

/** An HTTPS record whose value can be JSON. */
export type PlainRecord = Omit<HttpsRecord, 'params'> & { params: number[] }

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function encode(value: unknown): Uint8Array<ArrayBuffer> {
  return encoder.encode(JSON.stringify(value))
}

export function decode<T>(bytes: Uint8Array): T {
  return JSON.parse(decoder.decode(bytes)) as T
}

/** How many bytes of a stream the thread sends ahead of the Worker's connection. */
export const WINDOW = 512 * 1024
