// The WebSocket of a client, as the relay uses it. Each runtime implements it: node/ with ws, worker/ with the
// WebSocketPair of Cloudflare's runtime.

/** Called when the runtime has taken a message. If the connection breaks before, it gets an error, or is not called. */
export type Taken = (error?: Error | null) => void

export interface ClientSocket {
  /** Whether neither side has begun to close. */
  readonly open: boolean
  readonly closed: boolean
  /** Begins to report events. The first ones come in a later turn of the event loop. */
  listen(events: ClientSocketEvents): void
  /** Sends a binary message, which belongs to the socket until `taken`. */
  send(message: Uint8Array, taken: Taken): void
  /** Asks for a sign of life. Does nothing where the runtime cannot. */
  ping(taken: Taken): void
  pong(payload: Uint8Array, taken: Taken): void
  /** Reports no more messages until resume(). */
  pause(): void
  resume(): void
  /** Closes after what was sent. @param reason At most 123 bytes of UTF-8. */
  close(code: number, reason: string): void
  /** Ends the connection at once, as far as the runtime can. */
  terminate(): void
  /** Calls `work` in a later turn of the event loop, after all sockets have had their turn in this one. */
  later(work: () => void): void
}

export interface ClientSocketEvents {
  message(bytes: Uint8Array, isBinary: boolean): void
  /** The client has shown a sign of life that is not a message. */
  heard(): void
  /** The client wants a pong. Not called where the runtime answers by itself. */
  ping(payload: Uint8Array): void
  /** What it costs now to hold what is not a message yet, or not reported yet, in bytes. */
  held(bytes: number): void
  /** The client has sent what is not WebSocket, or too much. The socket closes itself. */
  invalid(message: string): void
  /** One side has begun to close. @param code The client's close code if it has sent one. */
  closing(code?: number): void
  /** The connection has ended. Always the last event. */
  closed(code: number): void
}

/** WebSocket close codes (RFC 6455 section 7.4.1). */
export const CloseCode = {
  NORMAL: 1000,
  GOING_AWAY: 1001,
  PROTOCOL_ERROR: 1002,
  NO_STATUS: 1005,
  ABNORMAL: 1006,
  POLICY_VIOLATION: 1008,
  TOO_BIG: 1009,
  INTERNAL_ERROR: 1011,
} as const
