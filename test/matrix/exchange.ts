// A request at the origin, as the faults use it: the same interface for all protocols.
import { Check } from './content.js'
import type { Link } from './link.js'

/** How much of something is sent. */
export type Part = 'all' | 'half'

export interface Exchange {
  readonly link: Link
  /** The received part of the request's body. */
  readonly received: Received
  /** Stops reading. */
  stop(): void
  /** Sends what the client needs before it sends its body: the response to a WebSocket handshake. */
  accept(): void
  /** Whether accept() has already sent the head of the response. */
  readonly accepted: boolean
  /** Sends the head of the response. `length` is that of the body, or null if the body ends with the connection. */
  head(part: Part, length: number | null): void
  /** Sends bytes of the response's body. */
  body(bytes: Uint8Array): Promise<void>
  /** Ends the response. */
  finish(): void
  /** Answers in the middle of the request that it is too large. */
  refuse(): void
}

/** A body that is being received. */
export class Received extends Check {
  #waiting: { bytes: number; resolve: () => void }[] = []

  override take(chunk: Uint8Array): void {
    super.take(chunk)
    for (const waiting of this.#waiting) if (this.length >= waiting.bytes) waiting.resolve()
    this.#waiting = this.#waiting.filter((waiting) => this.length < waiting.bytes)
  }

  /** Resolves when at least `bytes` have arrived, or the client has left. */
  reach(bytes: number, link: Link): Promise<void> {
    if (this.length >= bytes || link.closed) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiting.push({ bytes, resolve })
      link.stream.on('close', resolve)
    })
  }
}
