// Chunks of bytes, one after another, from web streams and from async iterables such as Node's streams. These are
// objects of the application, so each use of them may throw.
import { quietly } from './exceptions.js'
import { describe } from './describe.js'

/** Chunks from a stream, one after another. */
export interface Chunks {
  next(): Promise<{ done?: boolean; value?: unknown }>
  /** Ends it early. */
  cancel(reason?: unknown): void
}

/** Where bytes come from. Bytes and Blobs can be read again, chunks cannot. */
export type Source = Uint8Array<ArrayBuffer> | Blob | Chunks

/** The kind of a value, by Object.prototype.toString, which also works for other realms and for polyfills. */
export function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1)
}

/** The methods that a value of a kind must have. */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  AbortSignal: ['addEventListener', 'removeEventListener'],
  Blob: ['slice', 'stream'],
  File: ['slice', 'stream'],
  FormData: ['forEach'],
  ReadableStream: ['getReader'],
  URLSearchParams: ['forEach'],
}

/**
 * The kind of a value, after checking that it has the kind's methods: the tag alone is not enough, because npm's
 * form-data calls itself FormData. Errors begin with `where`. @throws TypeError
 */
export function checkedKind(value: unknown, where: string): string {
  const kind = kindOf(value)
  if (kind === 'ArrayBuffer' && !isArrayBuffer(value))
    throw new TypeError(`${where} calls itself ArrayBuffer, but has no bytes`)
  const lacking = METHODS[kind]?.find((method) => typeof (value as Record<string, unknown>)[method] !== 'function')
  if (lacking !== undefined)
    throw new TypeError(
      `${where} calls itself ${kind}, but has no method ${lacking}(): use the ${kind} of the platform`,
    )
  return kind
}

/** Also true for an ArrayBuffer of another realm, unlike instanceof. */
function isArrayBuffer(value: unknown): boolean {
  try {
    ArrayBuffer.prototype.slice.call(value as ArrayBuffer, 0, 0)
    return true
  } catch {
    return false
  }
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

export function streamChunks(stream: ReadableStream): Chunks {
  if (stream.locked) throw new TypeError('the body is a stream that is locked, or was read already')
  const reader = stream.getReader()
  return { next: () => reader.read(), cancel: (reason) => quietly(() => reader.cancel(reason)) }
}

/** Chunks of an async iterable: a file's stream, a generator. Not in the standard, but Node's fetch accepts these. */
export function iterableChunks(iterable: AsyncIterable<unknown>): Chunks {
  const iterator: unknown = iterable[Symbol.asyncIterator]()
  if (typeof iterator !== 'object' || iterator === null)
    throw new TypeError(`the body is an async iterable, whose [Symbol.asyncIterator]() returned ${describe(iterator)}`)
  const { next } = iterator as AsyncIterator<unknown>
  return {
    next: () => next.call(iterator),
    cancel: () => quietly(() => (iterator as AsyncIterator<unknown>).return?.()),
  }
}

/** @throws TypeError https://fetch.spec.whatwg.org/#incrementally-read-loop */
export function toChunk(value: unknown): Uint8Array {
  if (value instanceof Uint8Array || (ArrayBuffer.isView(value) && kindOf(value) === 'Uint8Array'))
    return value as Uint8Array
  throw new TypeError(`a stream that is a body must give chunks of type Uint8Array, not ${describe(value)}`)
}
