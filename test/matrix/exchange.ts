// A request at the origin, as the faults see it: the same for all that is spoken.
import { Check } from './content.js'
import type { Link } from './link.js'

/** How much of something is sent. */
export type Part = 'all' | 'half'

export interface Exchange {
  readonly link: Link
  /** The request's body, as far as it has come. */
  readonly received: Received
  /** Nothing more is read. */
  stop(): void
  /** What has to be sent before the client sends its body: the answer of a WebSocket's handshake. */
  accept(): void
  /** Whether that was the head of the answer too. */
  readonly accepted: boolean
  /** The head of the answer; `length` of its body, null for one that ends with the connection. */
  head(part: Part, length: number | null): void
  /** Of the answer's body. */
  body(bytes: Uint8Array): Promise<void>
  /** The answer has come to its end. */
  finish(): void
  /** Answers that the request is too large, in the middle of it. */
  refuse(): void
}

/** A body that comes. */
export class Received extends Check {
  #waiting: { bytes: number; resolve: () => void }[] = []

  override take(chunk: Uint8Array): void {
    super.take(chunk)
    for (const waiting of this.#waiting) if (this.length >= waiting.bytes) waiting.resolve()
    this.#waiting = this.#waiting.filter((waiting) => this.length < waiting.bytes)
  }

  /** Resolves when at least as many bytes have come, or the client has left. */
  reach(bytes: number, link: Link): Promise<void> {
    if (this.length >= bytes || link.closed) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiting.push({ bytes, resolve })
      link.stream.on('close', resolve)
    })
  }
}
