// Frames that wait to be sent, first in, first out.

/** A frame. */
export interface OutgoingFrame {
  flags: number
  /** null while a Blob is being read. */
  bytes: Uint8Array | null
  /** Its head, once it is to be sent: then no other frame may be sent before the rest of it. */
  head: Uint8Array<ArrayBuffer> | null
  /** How many bytes of the head and of the payload were sent. */
  sent: number
  /** Called when all of it was sent. */
  done: (() => void) | undefined
}

export function frameOf(flags: number, bytes: Uint8Array | null, done?: () => void): OutgoingFrame {
  return { flags, bytes, head: null, sent: 0, done }
}

/** It does not use Array.shift(), which takes time in proportion to what is left. */
export class Queue {
  #frames: OutgoingFrame[] = []
  #head = 0

  get first(): OutgoingFrame | undefined {
    return this.#frames[this.#head]
  }
  get last(): OutgoingFrame | undefined {
    return this.#frames.at(-1)
  }
  get length(): number {
    return this.#frames.length - this.#head
  }
  push(frame: OutgoingFrame): void {
    this.#frames.push(frame)
  }
  /** Removes the first frame. */
  shift(): void {
    this.#head++
    if (this.#head < 1024 && this.#head < this.#frames.length) return
    this.#frames.splice(0, this.#head)
    this.#head = 0
  }
  /** Drops all frames except a first one that is partly sent. */
  dropWaiting(): void {
    this.#frames = this.first?.head ? [this.first] : []
    this.#head = 0
  }
}
