// Frames that wait to be sent.

/** A frame. */
export interface Outgoing {
  flags: number
  /** null while a Blob is being read. */
  bytes: Uint8Array | null
  /** How many bytes of it are sent. */
  sent: number
  /** It has been begun, so nothing may come in between. */
  begun: boolean
  /** Called when it has gone out. */
  done: (() => void) | undefined
}

export function frameOf(flags: number, bytes: Uint8Array | null, done?: () => void): Outgoing {
  return { flags, bytes, sent: 0, begun: false, done }
}

/** First in, first out. Array.shift() takes time in proportion to what is left. */
export class Queue {
  #frames: Outgoing[] = []
  #head = 0

  get first(): Outgoing | undefined {
    return this.#frames[this.#head]
  }
  get last(): Outgoing | undefined {
    return this.#frames.at(-1)
  }
  get length(): number {
    return this.#frames.length - this.#head
  }
  push(frame: Outgoing): void {
    this.#frames.push(frame)
  }
  /** Takes the first one off. */
  shift(): void {
    this.#head++
    if (this.#head < 1024 && this.#head < this.#frames.length) return
    this.#frames.splice(0, this.#head)
    this.#head = 0
  }
  /** Drops what has not been begun. */
  dropWaiting(): void {
    this.#frames = this.first?.begun ? [this.first] : []
    this.#head = 0
  }
}
