// A ring of records in shared memory: a Worker writes, and the thread that blocks reads, or waits for the next record.
// It is bounded, so a reader that does not read makes the writer wait. All waiting is done by the reader: the writer runs
// an event loop, and is told by a message that there is room again.

/** The words at the start of the memory. */
const WORDS = {
  /** Counts what was written. The reader waits for it to change. */
  SIGNAL: 0,
  /** Bytes that were written and read so far, modulo 2^32. */
  WRITTEN: 1,
  READ: 2,
  /** 1: the reader looks by itself, or was told to, so it needs no message. */
  LOOKING: 3,
  /** 1: the writer needs a message when there is room. */
  FULL: 4,
  /** STARTING, READY or GONE. */
  STATE: 5,
} as const
const HEAD_BYTES = 32

export const STARTING = 0
export const READY = 1
export const GONE = 2

/** Bytes, a power of two. A record is at most this long, so more than a read of a socket. */
const RING_BYTES = 1024 * 1024

/** The index of the last word of the ring, whose bits are those of all indices. */
const LAST_WORD = RING_BYTES / 4 - 1

/** Each record: its kind, whom it is for, a number, and the length of what follows; 32 bits each. */
const RECORD_BYTES = 16

/** What the reader gets. The bytes are its own. */
export type Handler = (kind: number, id: number, number: number, bytes: Uint8Array<ArrayBuffer>) => void

export function makeRingMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEAD_BYTES + RING_BYTES)
}

/** What both ends see. */
abstract class Ring {
  protected readonly words: Int32Array
  protected readonly bytes: Uint8Array

  constructor(memory: SharedArrayBuffer) {
    this.words = new Int32Array(memory, 0, HEAD_BYTES / 4)
    this.bytes = new Uint8Array(memory, HEAD_BYTES, RING_BYTES)
  }

  protected get used(): number {
    return (Atomics.load(this.words, WORDS.WRITTEN) - Atomics.load(this.words, WORDS.READ)) >>> 0
  }
}

/** Records begin at multiples of four, so that their heads are words, and none of these is split. */
const padded = (length: number): number => (length + 3) & ~3

export class RingWriter extends Ring {
  readonly #numbers: Int32Array

  constructor(memory: SharedArrayBuffer) {
    super(memory)
    this.#numbers = new Int32Array(memory, HEAD_BYTES, RING_BYTES / 4)
  }

  /** How many bytes a record may have now. Negative if there is no room for one. */
  get room(): number {
    return RING_BYTES - this.used - RECORD_BYTES
  }

  /** Writes a record. There must be room. Returns whether the reader needs a message. */
  write(kind: number, id: number, number: number, bytes: Uint8Array): boolean {
    const written = Atomics.load(this.words, WORDS.WRITTEN)
    this.#put(written, kind)
    this.#put(written + 4, id)
    this.#put(written + 8, number)
    this.#put(written + 12, bytes.length)
    const at = (written + RECORD_BYTES) & (RING_BYTES - 1)
    const first = Math.min(bytes.length, RING_BYTES - at)
    if (first === bytes.length) this.bytes.set(bytes, at)
    else {
      this.bytes.set(bytes.subarray(0, first), at)
      this.bytes.set(bytes.subarray(first), 0)
    }
    Atomics.store(this.words, WORDS.WRITTEN, (written + RECORD_BYTES + padded(bytes.length)) | 0)
    this.signal()
    return Atomics.exchange(this.words, WORDS.LOOKING, 1) === 0
  }

  #put(at: number, number: number): void {
    this.#numbers[(at >>> 2) & LAST_WORD] = number
  }

  /** Wakes the reader. */
  signal(): void {
    Atomics.add(this.words, WORDS.SIGNAL, 1)
    Atomics.notify(this.words, WORDS.SIGNAL)
  }

  /** Says whether the Worker runs: READY or GONE. */
  report(state: number): void {
    Atomics.store(this.words, WORDS.STATE, state)
    this.signal()
  }

  /** Asks for a message when there is room. To be called before the last look whether there is. */
  wantRoom(): void {
    Atomics.store(this.words, WORDS.FULL, 1)
  }
}

/** Buffers for long records, used again and again: a download would make as much garbage as data. */
const LONG = 128 * 1024
const SHORT = 4 * 1024
const KEPT = 32

export class RingReader extends Ring {
  readonly #numbers: Int32Array
  readonly #free: ArrayBuffer[] = []

  constructor(memory: SharedArrayBuffer) {
    super(memory)
    this.#numbers = new Int32Array(memory, HEAD_BYTES, RING_BYTES / 4)
  }

  /** Hands out all records. Returns whether there were any. */
  read(handle: Handler): boolean {
    const { words } = this
    let read = Atomics.load(words, WORDS.READ)
    const start = read
    while (read !== Atomics.load(words, WORDS.WRITTEN)) {
      const kind = this.#number(read)
      const id = this.#number(read + 4)
      const number = this.#number(read + 8)
      const length = this.#number(read + 12)
      const bytes = this.#copy((read + RECORD_BYTES) & (RING_BYTES - 1), length)
      read = (read + RECORD_BYTES + padded(length)) | 0
      Atomics.store(words, WORDS.READ, read)
      handle(kind, id, number, bytes)
    }
    return read !== start
  }

  #number(at: number): number {
    return this.#numbers[(at >>> 2) & LAST_WORD]!
  }

  #copy(at: number, length: number): Uint8Array<ArrayBuffer> {
    const copy = this.#take(length)
    const first = Math.min(length, RING_BYTES - at)
    copy.set(this.bytes.subarray(at, at + first))
    if (first < length) copy.set(this.bytes.subarray(0, length - first), first)
    return copy
  }

  #take(length: number): Uint8Array<ArrayBuffer> {
    if (length < SHORT || length > LONG) return new Uint8Array(length)
    return new Uint8Array(this.#free.pop() ?? new ArrayBuffer(LONG), 0, length)
  }

  /** Gives back the bytes of a record. */
  give({ buffer }: Uint8Array): void {
    if (buffer.byteLength === LONG && this.#free.length < KEPT) this.#free.push(buffer as ArrayBuffer)
  }

  /** Whether the writer waits for room; it is asked once. */
  takeFull(): boolean {
    return Atomics.exchange(this.words, WORDS.FULL, 0) === 1
  }

  /** STARTING, READY or GONE. */
  get state(): number {
    return Atomics.load(this.words, WORDS.STATE)
  }

  /** Whether there are records. */
  get hasRecords(): boolean {
    return this.used > 0
  }

  /** Says whether the reader looks by itself. Otherwise it gets a message with the next record. */
  set looking(looking: boolean) {
    Atomics.store(this.words, WORDS.LOOKING, looking ? 1 : 0)
  }

  /** The count of signals. To be read before the look that found nothing. */
  get signals(): number {
    return Atomics.load(this.words, WORDS.SIGNAL)
  }

  /**
   * Blocks this thread until there are more than `signals`, for `ms` milliseconds at most. Returns false if none came.
   * Throws where the platform does not let this thread block.
   */
  wait(signals: number, ms: number): boolean {
    return Atomics.wait(this.words, WORDS.SIGNAL, signals, ms) !== 'timed-out'
  }
}
