// Frames that wait to be sent, first in, first out.

/** A frame. */
export interface OutgoingFrame {
  opcode: number
  /** null while a Blob is being read. */
  bytes: Uint8Array | null
  /** Whether bytes have been compressed, and how many they were before. */
  isCompressed: boolean
  size: number
  /** Its head, once it has begun to be sent. */
  head: Uint8Array<ArrayBuffer> | null
  /** How many bytes of the head and of the payload were sent. */
  sent: number
  /** Called when all of it was sent. */
  done: (() => void) | undefined
}

export function frameOf(opcode: number, bytes: Uint8Array | null, done?: () => void): OutgoingFrame {
  return { opcode, bytes, isCompressed: false, size: 0, head: null, sent: 0, done }
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
}
