// The option HTTPPOST of node-libcurl, as parts of MIMEPOST: libcurl has deprecated its own.
import type { MimePart } from '../libcurl/mime.js'
import { CurlCode } from './codes.gen.js'
import { CurlEasyError } from './errors.js'

/** A field of a form: its content, or a file. */
export type HttpPostField =
  | { name: string; contents: string }
  | {
      name: string
      /** A path. */
      file: string
      /** The content type. */
      type?: string
      /** The name that is sent: that of the file by default. */
      filename?: string
    }

const PROPERTIES = ['name', 'contents', 'file', 'type', 'filename'] as const

const refused = (i: number, what: string): CurlEasyError =>
  new CurlEasyError(`HTTPPOST[${i}] ${what}`, CurlCode.CURLE_BAD_FUNCTION_ARGUMENT)

/** @throws TypeError and CurlEasyError that name the field */
export function partsOfForm(fields: unknown): MimePart[] {
  if (!Array.isArray(fields)) throw new TypeError('HTTPPOST option value should be an Array of Objects.')
  return fields.map(partOf)
}

function partOf(field: unknown, i: number): MimePart {
  if (typeof field !== 'object' || field === null)
    throw new TypeError('HTTPPOST option value should be an Array of Objects.')
  for (const [name, value] of Object.entries(field)) {
    if (!(PROPERTIES as readonly string[]).includes(name))
      throw refused(i, `has a property "${name}". Valid properties are ${PROPERTIES.join(', ')}.`)
    if (typeof value !== 'string') throw new TypeError(`HTTPPOST[${i}].${name} must be a string.`)
  }
  const { name, contents, file, type, filename } = field as Partial<Record<(typeof PROPERTIES)[number], string>>
  if (name === undefined) throw refused(i, 'is missing the field "name".')
  if (file !== undefined)
    return { name, file, ...(type !== undefined && { type }), ...(filename !== undefined && { filename }) }
  if (contents === undefined) throw refused(i, 'is missing the field "contents".')
  return { name, data: contents, ...(type !== undefined && { type }) }
}
