// What the relay counts, for whoever wants to know.

export type Protocol = 'wisp' | 'wsproxy'

export interface Counters {
  /** Bytes from clients to origins, and back. Plain numbers, because they change with every chunk. */
  up: number
  down: number
  /** Datagrams that were dropped, because there was no room for them. */
  readonly dropped: { up: number; down: number }
  /** A client was refused, or closed because of what it did. */
  refused(reason: string): void
  streamEnded(reason: number, byClient: boolean): void
}
