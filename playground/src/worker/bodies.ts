// Collects the bodies of a run in Blobs, which the browser may keep on disk.

/** How many bytes are held in memory before they become a Blob. */
const PIECE = 4 * 1024 * 1024
/** How many bytes of a body are kept, because a stream may never end. */
export const BODY_BYTES = 512 * 1024 * 1024

class Body {
  readonly #blobs: Blob[] = []
  #pieces: Uint8Array<ArrayBuffer>[] = []
  #held = 0
  #kept = 0

  add(data: Uint8Array<ArrayBuffer>): void {
    const piece = data.subarray(0, BODY_BYTES - this.#kept)
    if (piece.length === 0) return
    this.#kept += piece.length
    this.#held += piece.length
    this.#pieces.push(piece)
    if (this.#held >= PIECE) this.#gather()
  }

  blob(): Blob {
    this.#gather()
    return new Blob(this.#blobs)
  }

  #gather(): void {
    if (this.#held > 0) this.#blobs.push(new Blob(this.#pieces))
    this.#pieces = []
    this.#held = 0
  }
}

export class Bodies {
  readonly #bodies = new Map<number, Body>()

  add(transfer: number, data: Uint8Array<ArrayBuffer>): void {
    if (!this.#bodies.has(transfer)) this.#bodies.set(transfer, new Body())
    this.#bodies.get(transfer)!.add(data)
  }

  /** Returns a body, and forgets it. It is empty if nothing was written. */
  take(transfer: number): Blob {
    const blob = this.#bodies.get(transfer)?.blob() ?? new Blob()
    this.#bodies.delete(transfer)
    return blob
  }

  /** The transfers whose body has not been taken. */
  left(): number[] {
    return [...this.#bodies.keys()]
  }
}
