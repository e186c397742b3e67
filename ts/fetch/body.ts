// Bodies of requests: https://fetch.spec.whatwg.org/#concept-bodyinit-extract
import { join } from '../../shim/bytes.js'
import {
  checkedKind,
  isAsyncIterable,
  iterableChunks,
  streamChunks,
  toChunk,
  type Chunks,
  type Source,
} from '../common/chunks.js'
import { describe } from '../common/describe.js'

export interface Body {
  /** In bytes; null when it is not known. */
  length: number | null
  type: string | null
  /** Where the standard has a null source, this has chunks. */
  source: Source
}

const encoder = new TextEncoder()

export function isReplayable(body: Body): boolean {
  return !('next' in body.source)
}

/** Extracts a body from a BodyInit or an async iterable. @throws TypeError */
export function extractBody(from: unknown, keepalive: boolean): Body {
  if (ArrayBuffer.isView(from))
    return bytesBody(new Uint8Array(from.buffer, from.byteOffset, from.byteLength).slice(), null)
  switch (checkedKind(from, 'init.body')) {
    case 'ArrayBuffer':
      return bytesBody(new Uint8Array(from as ArrayBuffer).slice(), null)
    case 'Blob':
    case 'File':
      return blobBody(from as Blob)
    case 'URLSearchParams':
      return bytesBody(encoder.encode(String(from)), 'application/x-www-form-urlencoded;charset=UTF-8')
    case 'FormData':
      return blobBody(encodeForm(from as FormData))
    case 'ReadableStream':
      if (keepalive) throw new TypeError('keepalive is not possible with a stream as the body')
      return { length: null, type: null, source: streamChunks(from as ReadableStream) }
  }
  if (isAsyncIterable(from)) return { length: null, type: null, source: iterableChunks(from) }
  // converted to text, it would be '[object Object]' or, with an older form-data of npm, its name
  if (typeof (from as { pipe?: unknown }).pipe === 'function')
    throw new TypeError(`init.body is a ${describe(from)} that can only be piped: use a stream that can be iterated`)
  return bytesBody(encoder.encode(String(from)), 'text/plain;charset=UTF-8')
}

function bytesBody(bytes: Uint8Array<ArrayBuffer>, type: string | null): Body {
  return { length: bytes.length, type, source: bytes }
}

function blobBody(blob: Blob): Body {
  return { length: blob.size, type: blob.type || null, source: blob }
}

// --- multipart/form-data ---

const escapeName = (name: string): string => name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22')
const withCrlf = (text: string): string => text.replace(/\r\n?|\n/g, '\r\n')

/**
 * Makes a Blob that refers to the form's files without reading them.
 * https://html.spec.whatwg.org/#multipart-form-data
 */
function encodeForm(form: FormData): Blob {
  const boundary = `----libcurl-wasm-${crypto.getRandomValues(new Uint32Array(4)).join('')}`
  const parts: (string | Blob)[] = []
  form.forEach((value, name) => {
    const disposition = `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(withCrlf(name))}"`
    if (typeof value === 'string') parts.push(`${disposition}\r\n\r\n${withCrlf(value)}\r\n`)
    else if (!(value instanceof Blob))
      throw new TypeError(`init.body: the field '${name}' is a ${describe(value)}, not a File of the platform`)
    else {
      const type = value.type || 'application/octet-stream'
      parts.push(`${disposition}; filename="${escapeName(value.name)}"\r\nContent-Type: ${type}\r\n\r\n`, value, '\r\n')
    }
  })
  parts.push(`--${boundary}--\r\n`)
  return new Blob(parts, { type: `multipart/form-data; boundary=${boundary}` })
}

// --- the body of a Request ---

const MEASURED_BYTES = 1024 * 1024
const MEASURED_MS = 20

/** The body taken from a Request, before its length is known. */
export interface TakenBody {
  measured(): Promise<Body>
  cancel(reason: unknown): void
}

/** Takes the body of a Request, which counts as used from then on. null if it has none. @throws TypeError */
export function takeRequestBody(request: Request): TakenBody | null {
  if (request.bodyUsed) throw new TypeError('the body of the Request was used already')
  if (request.body === null) return null
  // Firefox has no request.body
  if (request.body === undefined) {
    const whole = request.arrayBuffer()
    return {
      async measured() {
        return bytesBody(new Uint8Array(await whole), null)
      },
      cancel: () => void whole.catch(() => {}),
    }
  }
  const chunks = streamChunks(request.body)
  return { measured: () => measure(chunks), cancel: (reason) => chunks.cancel(reason) }
}

/**
 * Reads a body that arrives at once, so that it is sent with its length; any other body is sent as a stream. A Request
 * says neither how long its body is nor whether it was made from a stream.
 */
async function measure(chunks: Chunks): Promise<Body> {
  const deadline = performance.now() + MEASURED_MS
  const read: Uint8Array[] = []
  let size = 0
  let next = chunks.next()
  while (size <= MEASURED_BYTES && (await settles(next, deadline - performance.now()))) {
    const { done, value } = await next
    if (done) return bytesBody(join(read, size), null)
    const chunk = toChunk(value)
    read.push(chunk)
    size += chunk.length
    next = chunks.next()
  }
  next.catch(() => {}) // the reader of the chunk gets the error
  const ahead = [...read.map((value) => Promise.resolve({ value })), next]
  return { length: null, type: null, source: { ...chunks, next: () => ahead.shift() ?? chunks.next() } }
}

/** Whether a promise settles within `ms` milliseconds. */
async function settles(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timeout: ReturnType<typeof setTimeout>
  const late = new Promise<false>((resolve) => (timeout = setTimeout(resolve, ms, false)))
  const settled = promise.then(
    () => true,
    () => true,
  )
  return Promise.race([settled, late]).finally(() => clearTimeout(timeout))
}
