// A TCP connection to an origin, as the relay uses it. Each runtime implements it: node/ with net, worker/ with
// cloudflare:sockets.

export interface OriginSocket {
  /** The address of the other end, '' if the runtime does not report it. */
  readonly address: string
  /** Whether everything that was written, and the end, has been sent. */
  readonly finished: boolean
  /** Whether the origin has finished sending. */
  readonly ended: boolean
  /** How many bytes the kernel has taken. */
  readonly taken: number
  /** Begins to report events, unless paused() comes first. Must be called in the turn in which it is established. */
  listen(events: OriginSocketEvents): void
  pause(): void
  resume(): void
  /** Writes one block. Returns whether the kernel has taken it at once. If not, drained() follows. */
  write(bytes: Uint8Array): boolean
  /** Ends this direction after what was written. finished() follows. */
  end(): void
  /** Closes both directions. */
  destroy(): void
  /** Breaks the connection, so that the other end sees that it is incomplete, as far as the runtime can. */
  reset(): void
}

export interface OriginSocketEvents {
  /**
   * Bytes have arrived. They are in `frame` from HEADER_BYTES on, and before that is room for a header. The receiver
   * owns `frame` until it calls `done`. Returns whether to go on reading.
   */
  data(frame: Uint8Array, done: () => void): boolean
  /** The kernel has taken the block of the last write(). */
  drained(): void
  /** The origin has finished sending. */
  ended(): void
  finished(): void
  /** The connection is broken or closed. May be called more than once. */
  closed(error: Error): void
}

/**
 * Begins to connect to an address, which may be destroyed meanwhile.
 * @param settled Called once, with the error if there is no connection. A Refusal is passed on as it is.
 */
export type Connect = (address: string, port: number, settled: (error: Error | null) => void) => OriginSocket
