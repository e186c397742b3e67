// Reads HTTP archives of any program: a list of their entries, and the request of one. An archive is from others, so
// nothing in it is trusted to have the type that the specification says.
// http://www.softwareishard.com/blog/har-12-spec/
import type { BrowserField, BrowserRequest } from '../command/write-curl.js'

/** An entry in a list. */
export interface HarLine {
  /** Its number in the archive, from 0. */
  index: number
  method: string
  url: string
  /** 0 if there was no response. */
  status: number
  /** Of the response's body, in bytes. Null if the archive does not say. */
  size: number | null
  /** Such as 'application/json'. */
  type: string
}

/** Thrown for a text that is no archive. */
export class HarError extends Error {
  override readonly name = 'HarError'
}

type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const objectIn = (value: unknown, name: string): Json => {
  const inner = isObject(value) ? value[name] : null
  return isObject(inner) ? inner : {}
}
const textIn = (value: Json, name: string): string => {
  const text = value[name]
  return typeof text === 'string' ? text : typeof text === 'number' ? String(text) : ''
}
const listIn = (value: Json, name: string): Json[] => {
  const list = value[name]
  return Array.isArray(list) ? list.filter(isObject) : []
}
const sizeIn = (value: Json, name: string): number | null => {
  const size = value[name]
  return typeof size === 'number' && size >= 0 && Number.isFinite(size) ? size : null
}

/** Whether a text seems to be an archive. Looks only at its beginning. */
export function isHar(text: string): boolean {
  return /^\ufeff?\s*\{\s*"log"\s*:\s*\{/.test(text.slice(0, 1000))
}

export class Archive {
  readonly #entries: readonly unknown[]
  /** Those that curl can request, in order. */
  readonly lines: HarLine[]
  /** How many there are that it cannot, such as data: URLs. */
  readonly others: number

  /** @throws HarError */
  constructor(text: string) {
    this.#entries = entriesOf(text)
    this.lines = this.#entries.flatMap((entry, index) => lineOf(entry, index) ?? [])
    this.others = this.#entries.length - this.lines.length
  }

  /** The request of an entry, and what is missing or different, in words. */
  request(index: number): { request: BrowserRequest; notes: string[] } {
    const request = objectIn(this.#entries[index], 'request')
    const notes: string[] = []
    const headers = listIn(request, 'headers').map((header): [string, string] => [
      textIn(header, 'name'),
      textIn(header, 'value'),
    ])
    const has = (name: string): boolean => headers.some((header) => header[0].toLowerCase() === name)
    const cookies = listIn(request, 'cookies').map((cookie) => `${textIn(cookie, 'name')}=${textIn(cookie, 'value')}`)
    if (cookies.length > 0 && !has('cookie')) headers.push(['Cookie', cookies.join('; ')])
    const body = bodyOf(request, headers, notes)
    const method = textIn(request, 'method') || 'GET'
    return {
      request: { url: textIn(request, 'url'), method, headers, body, follows: false, timeout: null },
      notes,
    }
  }
}

function entriesOf(text: string): readonly unknown[] {
  let archive: unknown
  try {
    archive = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    const { message } = error as Error
    throw new HarError(text.trim() === '' ? 'it is empty' : `it is not JSON, or cut off: ${message.slice(0, 200)}`)
  }
  const { entries } = objectIn(archive, 'log')
  if (!Array.isArray(entries)) throw new HarError('it is JSON, but no HTTP archive: it has no log.entries')
  return entries
}

function lineOf(entry: unknown, index: number): HarLine | null {
  const request = objectIn(entry, 'request')
  const response = objectIn(entry, 'response')
  const content = objectIn(response, 'content')
  const url = textIn(request, 'url')
  if (!/^(?:https?|wss?):\/\//i.test(url)) return null
  return {
    ...{ index, url, method: textIn(request, 'method') || 'GET' },
    status: sizeIn(response, 'status') ?? 0,
    size: sizeIn(content, 'size') ?? sizeIn(response, 'bodySize'),
    type: textIn(content, 'mimeType').replace(/;.*/s, '').trim().toLowerCase(),
  }
}

function bodyOf(request: Json, headers: [string, string][], notes: string[]): BrowserRequest['body'] {
  const data = objectIn(request, 'postData')
  const sent = headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1]
  const size = sizeIn(request, 'bodySize') || Number(sent) || 0
  const text = data['text']
  const params = listIn(data, 'params')
  const type = textIn(data, 'mimeType')
  if (typeof text !== 'string' || (text === '' && params.length > 0)) {
    if (params.length > 0) return bodyOfParams(params, type, headers)
    if (size > 0) notes.push(`the archive does not have the body of ${size} bytes`)
    return null
  }
  const has = headers.some(([name]) => name.toLowerCase() === 'content-type')
  if (type !== '' && !has) headers.push(['Content-Type', type])
  const comment = textIn(data, 'comment')
  if (comment !== '') notes.push(`the archive says about the body: ${comment.slice(0, 200)}`)
  const body = textIn(data, 'encoding') === 'base64' ? decoded(text, notes) : { text }
  const length = 'text' in body ? new TextEncoder().encode(body.text).length : body.bytes.length
  if (sent !== undefined && Number(sent) !== length)
    notes.push(`the archive has ${length} bytes of the body, and ${sent.slice(0, 20)} were sent`)
  else if ('text' in body && body.text.includes('\ufffd'))
    notes.push('the archive has lost bytes of the body that are not text')
  return body
}

function decoded(text: string, notes: string[]): { text: string } | { bytes: Uint8Array } {
  let bytes: Uint8Array
  try {
    bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    notes.push('the body should be base64, and is not')
    return { text }
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    return { bytes }
  }
}

/** A form without its text. The specification has its fields decoded. */
function bodyOfParams(params: readonly Json[], type: string, headers: [string, string][]): BrowserRequest['body'] {
  const files = params.some((param) => textIn(param, 'fileName') !== '')
  if (files || /^multipart\//i.test(type))
    return {
      fields: params.map((param): BrowserField => {
        const [filename, contentType] = [textIn(param, 'fileName'), textIn(param, 'contentType')]
        return {
          ...{ name: textIn(param, 'name'), value: textIn(param, 'value') },
          ...(filename !== '' && { filename, ...(contentType !== '' && { type: contentType }) }),
        }
      }),
    }
  if (!headers.some(([name]) => name.toLowerCase() === 'content-type'))
    headers.push(['Content-Type', 'application/x-www-form-urlencoded'])
  const pairs = params.map((param) => [textIn(param, 'name'), textIn(param, 'value')])
  return { text: String(new URLSearchParams(pairs)) }
}
