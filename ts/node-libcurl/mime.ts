// node-libcurl's CurlMime and CurlMimePart: what they are told becomes parts of this package's MIMEPOST, which libcurl
// gets when the option is set.
import { accessSync, constants } from 'node:fs'
import { Buffer } from 'node:buffer'
import type { Readable } from 'node:stream'
import { CURL_SEEKFUNC_CANTSEEK, CURL_SEEKFUNC_OK } from '../libcurl/constants.gen.js'
import type { MimeCallbacks, MimePart } from '../libcurl/mime.js'
import { CurlCode } from './codes.gen.js'
import { CurlReadFunc } from './enums.js'
import { CurlEasyError } from './errors.js'
import { Pull } from './pull.js'

/** The content of a part from functions. */
export interface MimeDataCallbacks {
  /** At most `size` bytes, null at the end, CurlReadFunc.Pause or CurlReadFunc.Abort. */
  read: (size: number) => Buffer | string | null | CurlReadFunc
  /** `origin` is 0 for the beginning. Returns whether that is possible. */
  seek?: (offset: number, origin: number) => boolean
  /** The part was freed. */
  free?: () => void
}

export type Encoding = 'binary' | '8bit' | '7bit' | 'base64' | 'quoted-printable'
const ENCODINGS: readonly string[] = ['binary', '8bit', '7bit', 'base64', 'quoted-printable'] satisfies Encoding[]

/** The plain data of a part. @internal */
export let partOf: (part: CurlMimePart) => MimePart

/** The plain data of all parts. @internal */
export let partsOf: (mime: CurlMime) => MimePart[]

/** The argument of a setter. @throws TypeError */
function checkText(setter: string, args: ArrayLike<unknown>): void {
  if (args.length < 1) throw new TypeError(`${setter} expects 1 argument`)
  if (args[0] !== null && typeof args[0] !== 'string') throw new TypeError(`${setter} expects a string or null`)
}

function refused(message: string, code: CurlCode): CurlEasyError {
  return new CurlEasyError(message, code)
}

export class CurlMimePart {
  #part: MimePart = {}

  static {
    partOf = (part) => part.#part
  }

  /** Sets a field of the part, or removes it. */
  #set(values: MimePart): this {
    Object.assign(this.#part, values)
    for (const key of Object.keys(values) as (keyof MimePart)[]) {
      if (this.#part[key] === undefined) delete this.#part[key]
    }
    return this
  }

  /** Sets the content, of which a part has one. */
  #setContent(values: Pick<MimePart, 'data' | 'size' | 'file' | 'parts'>): this {
    return this.#set({ data: undefined, size: undefined, file: undefined, parts: undefined, ...values })
  }

  /** @see curl_mime_name(3) */
  setName(name: string | null): this {
    checkText('setName', arguments)
    return this.#set({ name: name ?? undefined })
  }

  /** Text or bytes, which are copied. @see curl_mime_data(3) */
  setData(data: string | Buffer | null): this {
    if (arguments.length < 1) throw new TypeError('setData expects 1 argument')
    if (data !== null && typeof data !== 'string' && !Buffer.isBuffer(data))
      throw new TypeError('setData expects a string, a Buffer or null')
    return this.#setContent({ data: typeof data === 'string' ? data : data === null ? undefined : Buffer.from(data) })
  }

  /** A file, which is read while it is sent. @throws CurlEasyError if it cannot be read @see curl_mime_filedata(3) */
  setFileData(filePath: string | null): this {
    checkText('setFileData', arguments)
    if (filePath !== null) {
      try {
        accessSync(filePath, constants.R_OK)
      } catch (cause) {
        throw new CurlEasyError(`setFileData cannot read ${filePath}`, CurlCode.CURLE_READ_ERROR, { cause })
      }
    }
    return this.#setContent({ file: filePath ?? undefined })
  }

  /** @see curl_mime_type(3) */
  setType(mimeType: string | null): this {
    checkText('setType', arguments)
    return this.#set({ type: mimeType ?? undefined })
  }

  /** The file name that is sent; null for none. @see curl_mime_filename(3) */
  setFileName(fileName: string | null): this {
    checkText('setFileName', arguments)
    return this.#set({ filename: fileName })
  }

  /** @see curl_mime_encoder(3) */
  setEncoder(encoding: Encoding | null): this {
    checkText('setEncoder', arguments)
    if (encoding !== null && !ENCODINGS.includes(encoding.toLowerCase()))
      throw refused(
        `setEncoder expects one of ${ENCODINGS.join(', ')}, not ${encoding}`,
        CurlCode.CURLE_BAD_FUNCTION_ARGUMENT,
      )
    return this.#set({ encoder: encoding ?? undefined })
  }

  /** @see curl_mime_headers(3) */
  setHeaders(headers: string[] | null): this {
    if (arguments.length < 1) throw new TypeError('setHeaders expects 1 argument')
    if (headers !== null && !(Array.isArray(headers) && headers.every((line) => typeof line === 'string')))
      throw new TypeError('setHeaders expects an array of strings or null')
    return this.#set({ headers: headers ? [...headers] : undefined })
  }

  /** The parts of this part. @see curl_mime_subparts(3) */
  setSubparts(mime: CurlMime | null): this {
    if (arguments.length < 1) throw new TypeError('setSubparts expects 1 argument')
    if (mime !== null && !(mime instanceof CurlMime))
      throw new TypeError('setSubparts expects a CurlMime instance or null')
    return this.#setContent({ parts: mime ? partsOf(mime) : undefined })
  }

  /** Content from functions. `size` is -1 if it is not known. @see curl_mime_data_cb(3) */
  setDataCallback(size: number, callbacks: MimeDataCallbacks): this {
    if (typeof size !== 'number') throw new TypeError('setDataCallback expects a number as its size')
    if (typeof callbacks?.read !== 'function')
      throw new TypeError('setDataCallback expects callbacks, of which read must be a function')
    const { seek, free } = callbacks
    const data: MimeCallbacks = {
      read: (bytes) => callbacks.read(bytes),
      ...(seek && {
        seek: (offset, origin) => (seek(offset, origin) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_CANTSEEK),
      }),
      ...(free && { free: () => free() }),
    }
    return this.#setContent({ data, size: size < 0 ? undefined : size })
  }

  /**
   * Content from a stream of Node. While the stream has no bytes, the transfer is paused; then `unpause` is called, which
   * has to continue it: `curl.pause(curl.handle.pauseFlags & ~CurlPause.Send)`.
   */
  setDataStream(stream: Readable, unpause: () => void, size?: number): this {
    if (typeof stream?.read !== 'function' || typeof stream.on !== 'function')
      throw new TypeError('setDataStream expects a stream')
    if (typeof unpause !== 'function') throw new TypeError('setDataStream expects a function as unpause')
    let paused = false
    let failure: Error | null = null
    // later, because a stream may call from inside read()
    const resume = (): void => {
      if (!paused) return
      paused = false
      setImmediate(unpause)
    }
    const failed = (error: Error): void => {
      failure ??= error
      resume()
    }
    const pull = new Pull(stream, resume, failed)
    return this.setDataCallback(size ?? -1, {
      read(bytes) {
        if (failure) throw failure
        const chunk = pull.read(bytes)
        if (chunk !== undefined) return chunk
        paused = true
        return CurlReadFunc.Pause
      },
      free() {
        pull.detach()
        stream.destroy()
      },
    })
  }
}

/** A multipart body, for the option MIMEPOST. */
export class CurlMime {
  readonly #parts: CurlMimePart[] = []

  static {
    partsOf = (mime) => mime.#parts.map(partOf)
  }

  /** @param handle an Easy or a Curl. The body can be used by another one, too. */
  constructor(handle: { readonly isOpen: boolean }) {
    if (typeof handle?.isOpen !== 'boolean') throw new TypeError('CurlMime constructor requires an Easy or Curl handle')
  }

  /** Adds an empty part. @see curl_mime_addpart(3) */
  addPart(): CurlMimePart {
    const part = new CurlMimePart()
    this.#parts.push(part)
    return part
  }
}
