// How curly() parses the body of a response, by its content type.
import type { Buffer } from 'node:buffer'
import type { HeaderInfo } from './headers.js'

export type CurlyResponseBodyParser = (data: Buffer, header: HeaderInfo[]) => any

/** Parsers by content type: 'application/json', 'text/*', or '*' for all. The first that matches is used. */
export type CurlyResponseBodyParsersProperty = { [key: string]: CurlyResponseBodyParser }

export const defaultParsers = (): CurlyResponseBodyParsersProperty => ({
  'application/json': (data) => {
    try {
      return JSON.parse(data.toString('utf8'))
    } catch (cause) {
      throw new Error(
        'curly failed to parse "application/json" content as JSON: the option curlyResponseBodyParser can be false, for ' +
          'the Buffer itself, or a function, and curlyResponseBodyParsers can have another parser for "application/json"',
        { cause },
      )
    }
  },
  'text/*': (data) => data.toString('utf8'),
  '*': (data) => data,
})

/** The content type of the last response, without its parameters. */
function contentType(headers: HeaderInfo[]): string {
  const entries = Object.entries(headers.at(-1) ?? {})
  const value = entries.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  return typeof value === 'string' ? value.split(';', 1)[0]!.trim() : ''
}

function matches(pattern: string, type: string): boolean {
  if (pattern === '*' || pattern === type) return true
  const [patternParts, parts] = [pattern.split('/'), type.split('/')]
  return parts.length === patternParts.length && parts.every((part, i) => ['*', part].includes(patternParts[i]!))
}

/** Parses a body. `parser` is for all types, or false for none. @throws TypeError for what is not a parser */
export function parseBody(
  data: Buffer,
  headers: HeaderInfo[],
  parser: unknown,
  parsers: CurlyResponseBodyParsersProperty,
): unknown {
  if (parser === false) return data
  if (parser !== undefined) {
    if (typeof parser !== 'function')
      throw new TypeError('`curlyResponseBodyParser` passed to curly must be false or a function.')
    return (parser as CurlyResponseBodyParser)(data, headers)
  }
  const type = contentType(headers)
  for (const [pattern, parse] of Object.entries(parsers)) {
    if (typeof parse !== 'function') throw new TypeError(`Response body parser for ${pattern} must be a function`)
    if (matches(pattern, type)) return parse(data, headers)
  }
  return data
}
