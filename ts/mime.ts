// Multipart bodies, for CURLOPT_MIMEPOST, from plain data. @see curl_mime_init(3)
import { CurlError } from './errors.js'
import type { EasyPtr, MimePartPtr, MimePtr, StringPtr } from './exports.js'
import type { Libcurl } from './libcurl.js'
import { toBytes, toText, toTexts, wrongType, type Bytes } from './options.js'

/** One part of a multipart body: its content is one of `data`, `file` and `parts`. */
export interface MimePart {
  name?: string
  /** The content itself. @see curl_mime_data(3) */
  data?: Bytes
  /** The path of a file, which is read while it is sent. @see curl_mime_filedata(3) */
  file?: string
  /** Parts of this part: a multipart of its own. @see curl_mime_subparts(3) */
  parts?: readonly MimePart[]
  /** The remote file name. */
  filename?: string
  /** The content type. */
  type?: string
  /** Header lines of the part. */
  headers?: readonly (string | Uint8Array)[]
  /** The transfer encoding, such as 'base64'. @see curl_mime_encoder(3) */
  encoder?: string
}

/** Makes a curl_mime. The caller frees it. Throws TypeError, or CurlError for what libcurl refuses. */
export function makeMime(libcurl: Libcurl, easy: EasyPtr, parts: unknown, path: string): MimePtr {
  if (!Array.isArray(parts)) throw wrongType(path, 'an array of parts', parts)
  const mime = libcurl.exports.curl_mime_init(easy)
  if (mime === 0) throw new CurlError(27, 'out of memory')
  try {
    parts.forEach((part: MimePart, i) =>
      fillPart(libcurl, easy, libcurl.exports.curl_mime_addpart(mime), part, `${path}[${i}]`),
    )
    return mime
  } catch (error) {
    libcurl.exports.curl_mime_free(mime)
    throw error
  }
}

function fillPart(libcurl: Libcurl, easy: EasyPtr, part: MimePartPtr, from: MimePart, path: string): void {
  const { exports } = libcurl
  if (typeof from !== 'object' || from === null) throw wrongType(path, 'an object', from)
  const check = (field: string, result: number): void => {
    if (result !== 0) throw new CurlError(result, `${path}.${field}: ${libcurl.easyStrerror(result)}`)
  }
  const setText = (
    field: 'name' | 'file' | 'filename' | 'type' | 'encoder',
    set: (part: MimePartPtr, text: StringPtr) => number,
  ): void => {
    const text = from[field]
    if (text !== undefined)
      check(
        field,
        libcurl.withString(toText(`${path}.${field}`, text), (at) => set(part, at)),
      )
  }
  if ([from.data, from.file, from.parts].filter((content) => content !== undefined).length > 1) {
    throw new TypeError(`${path} has more than one of data, file and parts`)
  }
  setText('name', exports.curl_mime_name)
  if (from.data !== undefined) {
    const bytes = toBytes(`${path}.data`, from.data)
    check(
      'data',
      libcurl.withBytes(bytes, (at) => exports.curl_mime_data(part, at, bytes.length)),
    )
  }
  setText('file', exports.curl_mime_filedata)
  if (from.parts !== undefined) {
    // a part takes its subparts over
    check('parts', exports.curl_mime_subparts(part, makeMime(libcurl, easy, from.parts, `${path}.parts`)))
  }
  setText('filename', exports.curl_mime_filename)
  setText('type', exports.curl_mime_type)
  setText('encoder', exports.curl_mime_encoder)
  if (from.headers !== undefined) {
    check('headers', exports.curl_mime_headers(part, libcurl.makeSlist(toTexts(`${path}.headers`, from.headers)), 1))
  }
}
