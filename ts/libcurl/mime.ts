// Multipart bodies, for CURLOPT_MIMEPOST, from plain data (C side: wasm/src/libcurl/mime.c). @see curl_mime_init(3)
//
// An Upload reads Blobs and streams when libcurl asks for them: the transfer pauses while they have no data, and the
// source waits while the network is slower than it. Callbacks of the application are called when libcurl asks.
import { reportLater } from '../common/exceptions.js'
import { checkedKind, isAsyncIterable, iterableChunks, kindOf, streamChunks, type Chunks } from '../common/chunks.js'
import {
  CURLE_OUT_OF_MEMORY,
  CURL_READFUNC_ABORT,
  CURL_SEEKFUNC_CANTSEEK,
  CURL_SEEKFUNC_FAIL,
  CURL_SEEKFUNC_OK,
} from './constants.gen.js'
import type { Easy } from './easy.js'
import { CurlError } from './errors.js'
import type { MimePartPtr, MimePtr, Ptr, StringPtr } from './wasm-exports.js'
import type { Libcurl } from './libcurl.js'
import { giveRead, type ReadResult } from './read-result.js'
import { toBytes, toOffT, toText, toTexts, wrongType, type Bytes } from './option-values.js'
import { Upload } from './upload.js'

/** The content of a part, from functions that libcurl calls while it sends. @see curl_mime_data_cb(3) */
export interface MimeCallbacks {
  /**
   * Returns at most `size` bytes; null or undefined at the end; CURL_READFUNC_PAUSE, after which `easy.pause()`
   * continues; or CURL_READFUNC_ABORT.
   */
  read(size: number): ReadResult
  /**
   * libcurl has to send again: the next read() starts at `offset`, counted from the beginning if `origin` is 0. Returns
   * CURL_SEEKFUNC_OK or undefined, CURL_SEEKFUNC_FAIL, or CURL_SEEKFUNC_CANTSEEK, as without this function.
   */
  seek?(offset: number, origin: number): number | void
  /** The part was freed, with its handle or because MIMEPOST was set again. A copy of the handle has a part of its own. */
  free?(): void
}

/**
 * One part of a multipart body: its content is one of `data`, `file` and `parts`.
 *
 * `Array.from(form, ([name, data]) => ({ name, data }))` makes parts from a FormData.
 */
export interface MimePart {
  name?: string
  /**
   * The content itself: text, bytes, a Blob or File, a stream of Uint8Arrays, or callbacks. Text and bytes are copied
   * at once; the others are read while they are sent. A part without a name or type takes those of its File, or the type
   * of its Blob. A stream is read once: a transfer that has to send it again ends with CURLE_SEND_FAIL_REWIND. If the
   * stream fails, its error becomes the cause of the CurlError.
   * @see curl_mime_data(3), curl_mime_data_cb(3)
   */
  data?: Bytes | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | MimeCallbacks
  /**
   * How many bytes a stream or callbacks have, if that is known. A body whose parts all have a size is sent with a
   * Content-Length, any other in chunks. The transfer fails if there is another number of them.
   */
  size?: number
  /** The path of a file, which is read while it is sent. @see curl_mime_filedata(3) */
  file?: string
  /** The parts of this part, which is a multipart body itself. @see curl_mime_subparts(3) */
  parts?: readonly MimePart[]
  /** The file name that is sent. By default that of `file` or the File; null for none. */
  filename?: string | null
  /** The content type. */
  type?: string
  /** Header lines of the part. */
  headers?: readonly (string | Uint8Array)[]
  /** The transfer encoding, such as 'base64'. @see curl_mime_encoder(3) */
  encoder?: string
}

/** All fields of a part. */
const FIELDS: ReadonlySet<string> = new Set<keyof MimePart>([
  'name',
  'data',
  'size',
  'file',
  'parts',
  'filename',
  'type',
  'headers',
  'encoder',
])

/** Content that libcurl asks for while it sends. It lives as long as the part. */
export interface MimeSource {
  /** Fills the buffer, as a READFUNCTION does. */
  read(libcurl: Libcurl, buffer: Ptr, size: number): number
  seek(offset: number, origin: number): number
  /** Before a blocking transfer, which could not read it: reads it. What is read while it is sent does not have this. */
  readNow?(read: (blob: Blob) => Uint8Array<ArrayBuffer>): void
  /** The transfer is over. */
  rest(reason?: unknown): void
  /** The part was freed. */
  release(): void
}

/** The application's callbacks. */
class CallbackSource implements MimeSource {
  readonly #easy: Easy
  readonly #callbacks: MimeCallbacks
  readonly #path: string

  constructor(easy: Easy, callbacks: MimeCallbacks, path: string) {
    this.#easy = easy
    this.#callbacks = callbacks
    this.#path = path
    for (const name of ['seek', 'free'] as const) {
      const value = callbacks[name]
      if (value !== undefined && typeof value !== 'function') throw wrongType(`${path}.${name}`, 'a function', value)
    }
  }

  read(libcurl: Libcurl, buffer: Ptr, size: number): number {
    try {
      return giveRead(`${this.#path}.read`, this.#callbacks.read(size), this.#easy, libcurl, buffer, size)
    } catch (error) {
      this.#easy.fault ??= error
      return CURL_READFUNC_ABORT
    }
  }

  seek(offset: number, origin: number): number {
    if (!this.#callbacks.seek) return CURL_SEEKFUNC_CANTSEEK
    try {
      return this.#callbacks.seek(offset, origin) ?? CURL_SEEKFUNC_OK
    } catch (error) {
      this.#easy.fault ??= error
      return CURL_SEEKFUNC_FAIL
    }
  }

  rest(): void {}

  release(): void {
    try {
      this.#callbacks.free?.()
    } catch (error) {
      reportLater(error)
    }
  }
}

/** A Blob or a stream. */
class ReadSource implements MimeSource {
  readonly #easy: Easy
  readonly #source: Blob | Chunks
  readonly #size: number | null
  readonly #path: string
  /** Reads it for the current transfer. */
  #upload: Upload | null = null
  /** It is a stream, and an earlier transfer has read from it. */
  #spent = false

  constructor(easy: Easy, source: Blob | Chunks, size: number | null, path: string) {
    this.#easy = easy
    this.#source = source
    this.#size = size
    this.#path = path
  }

  read(libcurl: Libcurl, buffer: Ptr, size: number): number {
    try {
      if (this.#spent) throw new Error(`${this.#path} is a stream, and an earlier transfer has read it`)
      this.#upload ??= new Upload(this.#source, { resume: () => this.#easy.continueSending() }, this.#size)
      return this.#upload.read(libcurl.host.memory.slice(buffer, size))
    } catch (error) {
      this.#easy.fault ??= error
      return CURL_READFUNC_ABORT
    }
  }

  /** Before a blocking transfer, which could not read it: reads a Blob. @throws TypeError for a stream */
  readNow(read: (blob: Blob) => Uint8Array<ArrayBuffer>): void {
    if ('next' in this.#source)
      throw new TypeError(`${this.#path} is a stream, which cannot be read while the thread is blocked: give its bytes`)
    let bytes
    try {
      bytes = read(this.#source)
    } catch (cause) {
      throw new TypeError(`${this.#path} is a Blob that cannot be read in a Worker: give its bytes`, { cause })
    }
    this.#upload = new Upload(bytes, { resume: () => {} })
  }

  // libcurl only ever goes back to the beginning
  seek(offset: number): number {
    if (this.#spent) return CURL_SEEKFUNC_CANTSEEK
    return this.#upload?.seek(offset) ?? CURL_SEEKFUNC_OK
  }

  rest(reason?: unknown): void {
    if (!this.#upload) return
    this.#upload.cancel(reason)
    this.#upload = null
    this.#spent = 'next' in this.#source
  }

  release(): void {
    this.rest()
    if ('next' in this.#source && !this.#spent) this.#source.cancel()
  }
}

/** A curl_mime with the sources of its parts. */
export class Mime {
  readonly pointer: MimePtr
  readonly #libcurl: Libcurl
  readonly #easy: Easy
  readonly #sources = new Map<number, MimeSource>()

  /** @throws TypeError and RangeError that name the part; CurlError for what libcurl refuses */
  constructor(libcurl: Libcurl, easy: Easy, parts: unknown, path: string) {
    this.#libcurl = libcurl
    this.#easy = easy
    try {
      this.pointer = this.#make(parts, path)
    } catch (error) {
      this.#releaseSources()
      throw error
    }
  }

  /** Whether there are sources, which only the handle that they were set on can read. */
  get hasSources(): boolean {
    return this.#sources.size > 0
  }

  /** @see MimeSource.readNow */
  readNow(read: (blob: Blob) => Uint8Array<ArrayBuffer>): void {
    for (const source of this.#sources.values()) source.readNow?.(read)
  }

  /** A transfer is over. */
  rest(reason?: unknown): void {
    for (const source of this.#sources.values()) source.rest(reason)
  }

  /** To be called when libcurl does not use it any more. */
  free(): void {
    this.#libcurl.exports.curl_mime_free(this.pointer)
    this.#releaseSources()
  }

  #releaseSources(): void {
    for (const [id, source] of this.#sources) {
      this.#libcurl.mimeSources.delete(id)
      source.release()
    }
  }

  #make(parts: unknown, path: string): MimePtr {
    if (!Array.isArray(parts)) throw wrongType(path, 'an array of parts', parts)
    const { exports } = this.#libcurl
    const mime = exports.curl_mime_init(this.#easy.pointer)
    if (mime === 0) throw new CurlError(CURLE_OUT_OF_MEMORY, 'curl_mime_init: out of memory')
    try {
      parts.forEach((part: MimePart, i) => this.#fill(exports.curl_mime_addpart(mime), part, `${path}[${i}]`))
      return mime
    } catch (error) {
      exports.curl_mime_free(mime)
      throw error
    }
  }

  #fill(part: MimePartPtr, from: MimePart, path: string): void {
    const libcurl = this.#libcurl
    const { exports } = libcurl
    if (typeof from !== 'object' || from === null) throw wrongType(path, 'an object', from)
    const unknown = Object.keys(from).find((field) => !FIELDS.has(field))
    if (unknown !== undefined)
      throw new TypeError(`${path}.${unknown}: a part has no such field; its fields are ${[...FIELDS].join(', ')}`)
    const { data, file, parts, headers, filename } = from
    if ([data, file, parts].filter((content) => content !== undefined).length > 1)
      throw new TypeError(`${path} has more than one of data, file and parts`)
    const check = (field: string, result: number): void => {
      if (result !== 0) throw new CurlError(result, `${path}.${field}: ${libcurl.easyStrerror(result)}`)
    }
    const setText = (
      field: 'name' | 'file' | 'filename' | 'type' | 'encoder',
      set: (part: MimePartPtr, text: StringPtr) => number,
      text: unknown = from[field],
    ): void => {
      if (text === undefined) return
      const checked = toText(`${path}.${field}`, text)
      check(
        field,
        libcurl.withString(checked, (at) => set(part, at)),
      )
    }
    setText('name', exports.curl_mime_name)
    if (data !== undefined) check('data', this.#setData(part, from, path))
    else if (from.size !== undefined) throw new TypeError(`${path}.size is only for a stream`)
    setText('file', exports.curl_mime_filedata)
    // a part owns its subparts
    if (parts !== undefined) check('parts', exports.curl_mime_subparts(part, this.#make(parts, `${path}.parts`)))
    if (filename === null) check('filename', exports.curl_mime_filename(part, 0 as StringPtr))
    else setText('filename', exports.curl_mime_filename, filename ?? fileNameOf(data))
    const lines = headers === undefined ? [] : toTexts(`${path}.headers`, headers)
    setText('type', exports.curl_mime_type, from.type ?? typeOf(data, lines))
    setText('encoder', exports.curl_mime_encoder)
    if (headers !== undefined) check('headers', exports.curl_mime_headers(part, libcurl.makeSlist(lines), 1))
  }

  #setData(part: MimePartPtr, { data, size }: MimePart, path: string): number {
    const { exports } = this.#libcurl
    const where = `${path}.data`
    const source = sourceOf(data, where)
    const mayHaveSize = source !== null && ('next' in source || 'read' in source)
    if (size !== undefined && !mayHaveSize) throw new TypeError(`${path}.size is only for a stream or callbacks`)
    if (!source) {
      const bytes = toBytes(where, data)
      return this.#libcurl.withBytes(bytes, (at) => exports.curl_mime_data(part, at, bytes.length))
    }
    // registered before the size is checked, so that the stream, which is locked now, is released if the size is wrong
    const known = size ?? null
    const read =
      'read' in source
        ? new CallbackSource(this.#easy, source, where)
        : new ReadSource(this.#easy, source, known, where)
    const id = this.#libcurl.addMimeSource(read)
    this.#sources.set(id, read)
    if (known !== null && toOffT(`${path}.size`, known) < 0)
      throw new RangeError(`${path}.size takes a number of bytes, not ${known}`)
    return exports.mime_data_source(part, mayHaveSize ? (known ?? -1) : (source as Blob).size, id)
  }
}

/** Content that is read while it is sent; null for text and bytes. */
function sourceOf(data: unknown, path: string): Blob | Chunks | MimeCallbacks | null {
  const kind = checkedKind(data, path)
  if (kind === 'Blob' || kind === 'File') return data as Blob
  if (kind !== 'ReadableStream') {
    if (isAsyncIterable(data)) return iterableChunks(data)
    return typeof (data as Partial<MimeCallbacks> | null)?.read === 'function' ? (data as MimeCallbacks) : null
  }
  if ((data as ReadableStream).locked) throw new TypeError(`${path} is a stream that is locked, or has been read`)
  return streamChunks(data as ReadableStream)
}

function fileNameOf(data: unknown): string | undefined {
  return kindOf(data) === 'File' ? (data as File).name : undefined
}

/** A File always has a type, as in a form of a page: https://html.spec.whatwg.org/#multipart-form-data */
function typeOf(data: unknown, headers: readonly (string | Uint8Array)[]): string | undefined {
  const kind = kindOf(data)
  if (kind !== 'Blob' && kind !== 'File') return undefined
  if (headers.some((line) => typeof line === 'string' && /^content-type:/i.test(line))) return undefined
  return (data as Blob).type || (kind === 'File' ? 'application/octet-stream' : undefined)
}

/** The imports for reading sources. `instance` is called when they are, which is after the instance exists. */
export function mimeImports(instance: () => Libcurl): Record<string, (...args: number[]) => number> {
  return {
    on_mime_read: (id, buffer, size) => {
      const libcurl = instance()
      const source = libcurl.mimeSources.get(id!)
      // a stream may run code of the application when it is read
      return source ? libcurl.inCallback(() => source.read(libcurl, buffer!, size!)) : CURL_READFUNC_ABORT
    },
    on_mime_seek: (id, offset, origin) => {
      const libcurl = instance()
      return libcurl.inCallback(() => libcurl.mimeSources.get(id!)?.seek(offset!, origin!)) ?? CURL_SEEKFUNC_FAIL
    },
  }
}
