// Bodies of dispatched requests, of every kind that undici takes: strings, bytes, Node's streams, iterables, forms and
// Blobs.
import { Buffer } from 'node:buffer'
import { Readable } from 'node:stream'
import { isAsyncIterable, iterableChunks, kindOf, type Chunks, type Source } from '../common/chunks.js'
import { extractBody, type Body } from '../fetch/body.js'
import { UndiciError, invalidArgument } from './errors.js'

/** The body of a request, and the type that it has by itself. */
export interface RequestBody extends Body {
  /** A stream of Node's that may fail before it is read. */
  stream: Readable | null
}

const isStream = (body: object): body is Readable =>
  typeof (body as Readable).pipe === 'function' && typeof (body as Readable).on === 'function'

/** Reads a body; null if there is none, or an empty one. @throws UndiciError (UND_ERR_INVALID_ARG) */
export function readBody(from: unknown): RequestBody | null {
  if (from === null || from === undefined) return null
  if (typeof from === 'string') return ofBytes(Buffer.from(from))
  if (from instanceof Uint8Array) return ofBytes(from)
  if (ArrayBuffer.isView(from)) return ofBytes(new Uint8Array(from.buffer, from.byteOffset, from.byteLength))
  if (from instanceof ArrayBuffer) return ofBytes(new Uint8Array(from))
  if (typeof from === 'object') {
    if (isStream(from)) return ofStream(from)
    const kind = kindOf(from)
    if (kind === 'FormData' || kind === 'Blob' || kind === 'File') return { ...extracted(from), stream: null }
    if (isAsyncIterable(from)) return ofChunks(iterableChunks(from), null)
    if (Symbol.iterator in from) return ofChunks(iterableChunks(later(from as Iterable<unknown>)), null)
  }
  throw invalidArgument('body must be a string, a Buffer, a Readable stream, an iterable, or an async iterable')
}

function extracted(from: object): Body {
  try {
    return extractBody(from, false)
  } catch (cause) {
    throw new UndiciError('UND_ERR_INVALID_ARG', `body: ${(cause as Error).message}`, { cause })
  }
}

function ofBytes(bytes: Uint8Array): RequestBody | null {
  if (bytes.length === 0) return null
  return { length: bytes.length, type: null, source: bytes as Uint8Array<ArrayBuffer>, stream: null }
}

function ofChunks(source: Source, stream: Readable | null, length: number | null = null): RequestBody {
  return { length, type: null, source, stream }
}

async function* later(values: Iterable<unknown>): AsyncGenerator<unknown> {
  yield* values
}

function ofStream(body: Readable): RequestBody {
  // an old stream has only events
  const stream = isAsyncIterable(body) ? body : new Readable().wrap(body)
  const chunks = iterableChunks(stream)
  const source = {
    next: () => chunks.next(),
    cancel: (reason?: unknown) => {
      // the iterator destroys it only if it has begun, and without the error
      body.destroy?.(reason as Error | undefined)
      chunks.cancel()
    },
  }
  return ofChunks(source, body, lengthOf(body))
}

/** The length of a stream that has ended already. */
function lengthOf(body: Readable): number | null {
  const state = (body as { _readableState?: { objectMode?: boolean; ended?: boolean; length?: number } })._readableState
  if (typeof body.read === 'function') body.read(0)
  return state?.objectMode === false && state.ended === true ? (state.length ?? null) : null
}

/** What is told about a body that is sent. */
export interface SentBody {
  bodySent(chunk: Uint8Array | string): void
  requestSent(): void
}

/**
 * Chunks as bytes, and reported when they are sent. `length` is the declared one: with another one they fail, with
 * undici's error.
 */
export function sentChunks(chunks: Chunks, length: number | null, told: SentBody): Chunks {
  let sent = 0
  return {
    async next() {
      const { done, value } = await chunks.next().catch(premature)
      if (done) {
        if (length !== null && sent !== length) throw new UndiciError('UND_ERR_REQ_CONTENT_LENGTH_MISMATCH')
        told.requestSent()
        return { done: true }
      }
      const bytes = typeof value === 'string' ? Buffer.from(value) : value
      if (bytes instanceof Uint8Array) {
        sent += bytes.length
        if (length !== null && sent > length) throw new UndiciError('UND_ERR_REQ_CONTENT_LENGTH_MISMATCH')
        told.bodySent(value as Uint8Array | string)
      }
      return { value: bytes }
    },
    cancel: (reason) => chunks.cancel(reason),
  }
}

/** A stream that was destroyed before its end aborts the request. */
function premature(error: unknown): never {
  if ((error as { code?: unknown } | null)?.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  throw new UndiciError('UND_ERR_ABORTED', undefined, { cause: error })
}
