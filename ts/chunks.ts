// Chunks of bytes, one after the other, from whatever gives them: web streams, and async iterables such as Node's streams.

/** Chunks from a stream, one after the other. */
export interface Chunks {
  next(): Promise<{ done?: boolean; value?: unknown }>
  /** Ends it early. */
  cancel(reason?: unknown): void
}

/** Where bytes come from. Bytes and Blobs can be read again, chunks cannot. */
export type Source = Uint8Array<ArrayBuffer> | Blob | Chunks

/** What Object.prototype.toString says: it also tells objects of other realms and of polyfills. */
export function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1)
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

export function streamChunks(stream: ReadableStream): Chunks {
  if (stream.locked) throw new TypeError('the body is a stream that is locked, or has been read')
  const reader = stream.getReader()
  return { next: () => reader.read(), cancel: (reason) => void reader.cancel(reason).catch(() => {}) }
}

/** Not in the standard, but Node's fetch takes these: a file's stream, a generator. */
export function iterableChunks(iterable: AsyncIterable<unknown>): Chunks {
  const iterator = iterable[Symbol.asyncIterator]()
  return { next: () => iterator.next(), cancel: () => void iterator.return?.().catch(() => {}) }
}

/** @throws TypeError https://fetch.spec.whatwg.org/#incrementally-read-loop */
export function toChunk(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array) && kindOf(value) !== 'Uint8Array')
    throw new TypeError('a stream that is a body must give chunks of type Uint8Array')
  return value as Uint8Array
}
