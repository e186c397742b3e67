// The parts of a multipart body as plain data: setMimePost() of an Easy and a Curl, and curlyMimePost of curly().
import type { Buffer } from 'node:buffer'
import type { Readable } from 'node:stream'
import { CURLPAUSE_SEND } from '../libcurl/constants.gen.js'
import { CurlMime, type CurlMimePart, type Encoding } from './mime.js'

export interface CurlyMimePartCommon {
  name: string
  /** The content type. */
  mimeType?: string
  /** The file name that is sent: that of the file by default. */
  fileName?: string
  encoder?: Encoding
  /** Header lines of the part. */
  headers?: string[]
}

export interface CurlyMimePartData extends CurlyMimePartCommon {
  type: 'data'
  data: string | Buffer
}

export interface CurlyMimePartFile extends CurlyMimePartCommon {
  type: 'file'
  /** A path. The file is read while it is sent. */
  file: string
}

export interface CurlyMimePartStream extends CurlyMimePartCommon {
  type: 'stream'
  stream: Readable
  /** How many bytes it has, if that is known. */
  size?: number
}

export interface CurlyMimePartSubparts extends CurlyMimePartCommon {
  type: 'subparts'
  parts: CurlyMimePart[]
}

export type CurlyMimePart = CurlyMimePartData | CurlyMimePartFile | CurlyMimePartStream | CurlyMimePartSubparts

/** What continues the transfer that sends a stream. */
interface Sender {
  readonly isOpen: boolean
  readonly pauseFlags: number
  readonly isPausedSend: boolean
  pause(bitmask: number): unknown
}

/** Adds parts to a body, which `sender` sends. */
export function addParts(mime: CurlMime, parts: readonly CurlyMimePart[], sender: Sender & object): void {
  if (!Array.isArray(parts)) throw new TypeError('setMimePost expects an array of parts')
  for (const from of parts) {
    const part = mime.addPart().setName(from.name)
    setContent(part, from, sender)
    if (from.mimeType !== undefined) part.setType(from.mimeType)
    if (from.fileName !== undefined) part.setFileName(from.fileName)
    if (from.encoder !== undefined) part.setEncoder(from.encoder)
    if (from.headers !== undefined) part.setHeaders(from.headers)
  }
}

function setContent(part: CurlMimePart, from: CurlyMimePart, sender: Sender): void {
  switch (from.type) {
    case 'data':
      return void part.setData(from.data)
    case 'file':
      return void part.setFileData(from.file)
    case 'stream': {
      const resume = (): void => {
        if (sender.isOpen && sender.isPausedSend) sender.pause(sender.pauseFlags & ~CURLPAUSE_SEND)
      }
      return void part.setDataStream(from.stream, resume, from.size)
    }
    case 'subparts': {
      const mime = new CurlMime(sender)
      addParts(mime, from.parts, sender)
      return void part.setSubparts(mime)
    }
    default:
      throw new TypeError(
        `a part has the type data, file, stream or subparts, not ${String((from as CurlyMimePart).type)}`,
      )
  }
}
