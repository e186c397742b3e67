// Measures how much bytes look like noise: Shannon's entropy of their distribution, in bits per byte. Text has about
// 4.5, encrypted data nearly 8. For few bytes the value means little.

export class Entropy {
  readonly #counts = new Uint32Array(256)
  #total = 0

  add(bytes: Uint8Array): void {
    for (const byte of bytes) this.#counts[byte]!++
    this.#total += bytes.length
  }

  get bits(): number {
    let bits = 0
    for (const count of this.#counts) {
      if (count > 0) bits -= (count / this.#total) * Math.log2(count / this.#total)
    }
    return bits
  }

  /** The share of bytes that are printable ASCII, tab or line end. */
  get printable(): number {
    if (this.#total === 0) return 0
    let printable = this.#counts[9]! + this.#counts[10]! + this.#counts[13]!
    for (let byte = 0x20; byte < 0x7f; byte++) printable += this.#counts[byte]!
    return printable / this.#total
  }

  get total(): number {
    return this.#total
  }
}
