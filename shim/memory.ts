// Views of the module's memory. Growing the memory detaches them, which shows in a length of zero: only then are new
// ones made. No view may be kept across a call into wasm.

import type { WasmMemory } from './platform.js'

// a byte order mark is a character like any other
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

/** Makes an array that has a buffer of its own, with any content. */
export type Allocate = (size: number) => Uint8Array<ArrayBuffer>

/** From this many bytes on, `allocate` is worth its call. Engines allocate smaller arrays fast by themselves. */
const LARGE = 4096

export class Memory {
  #memory: WasmMemory
  readonly #allocate: Allocate
  #bytes: Uint8Array<ArrayBuffer>
  #view: DataView<ArrayBuffer>

  constructor(memory: WasmMemory, allocate: Allocate = (size) => new Uint8Array(size)) {
    this.#memory = memory
    this.#allocate = allocate
    this.#bytes = new Uint8Array(memory.buffer as ArrayBuffer)
    this.#view = new DataView(memory.buffer as ArrayBuffer)
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    if (this.#bytes.length === 0) this.#refresh()
    return this.#bytes
  }

  get view(): DataView<ArrayBuffer> {
    if (this.#bytes.length === 0) this.#refresh()
    return this.#view
  }

  #refresh(): void {
    this.#bytes = new Uint8Array(this.#memory.buffer as ArrayBuffer)
    this.#view = new DataView(this.#memory.buffer as ArrayBuffer)
  }

  u32(address: number): number {
    return this.view.getUint32(address, true)
  }

  setU32(address: number, value: number): void {
    this.view.setUint32(address, value, true)
  }

  /** A view of `length` bytes, valid until the next call into wasm. */
  slice(address: number, length: number): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(address, address + length)
  }

  /** Memory outside of the module, with any content: the caller has to fill all of it. */
  room(size: number): Uint8Array<ArrayBuffer> {
    return size < LARGE ? new Uint8Array(size) : this.#allocate(size)
  }

  /** A copy of `length` bytes. Measured: slice() of the array takes a fifth longer. */
  copy(address: number, length: number): Uint8Array<ArrayBuffer> {
    const copy = this.room(length)
    copy.set(this.bytes.subarray(address, address + length))
    return copy
  }

  /** Text of a known length. */
  text(address: number, length: number): string {
    return decoder.decode(this.slice(address, length))
  }

  /** The C string at `address`, or the empty string if that is NULL. */
  string(address: number): string {
    if (address === 0) return ''
    const end = this.bytes.indexOf(0, address)
    return decoder.decode(this.bytes.subarray(address, end))
  }

  /** A copy of the C string at `address`, without the NUL at its end. */
  stringBytes(address: number): Uint8Array<ArrayBuffer> {
    return this.copy(address, this.bytes.indexOf(0, address) - address)
  }

  /** Writes a C string into `size` bytes. Returns its length without the NUL at its end, or -1 if there is no room. */
  writeString(address: number, size: number, text: string | Uint8Array): number {
    const encoded = typeof text === 'string' ? encoder.encode(text) : text
    if (encoded.length + 1 > size) return -1
    this.bytes.set(encoded, address)
    this.bytes[address + encoded.length] = 0
    return encoded.length
  }
}
