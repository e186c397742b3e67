// The HTTP requests of a curl command line, as plain data: worker/requests.ts reads them from what the tool does, and
// write-fetch.ts and write-python.ts write programs of them.

/** A part of a body: a text, bytes that are not UTF-8, or what the program reads when it runs. */
export type Piece =
  | { text: string }
  | { bytes: Uint8Array }
  | {
      /** A path; null for standard input. */
      file: string | null
      /** With -d line ends are removed, and --data-urlencode encodes the content. */
      use: 'as it is' | 'without line ends' | 'encoded'
    }

export interface FormPart {
  name: string
  content: Piece[]
  /** null without one: then the part is a field, not a file. */
  filename: string | null
  type: string | null
  /** Lines `Name: value`. */
  headers: string[]
}

export type Body = { kind: 'content'; content: Piece[] } | { kind: 'form'; parts: FormPart[] }

export interface Request {
  /** Of http: or https:, without user, password and fragment. */
  url: string
  method: string
  /** Those that the command line sets. The value is null for a header that curl would send, and is told not to. */
  headers: [name: string, value: string | null][]
  body: Body | null
  auth: { scheme: 'basic' | 'digest'; user: string; password: string } | null
  /** null if curl does not follow them. `most` is null for curl's own limit of 50. */
  redirects: { most: number | null } | null
  /** In milliseconds: of the whole transfer, and of connecting. */
  timeout: number | null
  connectTimeout: number | null
  proxy: { url: string; user: string | null; except: string | null } | null
  /** Whether the server's certificate is verified, and the file with the certificates to trust instead of the usual. */
  verify: boolean
  ca: string | null
  certificate: { file: string; key: string | null } | null
  /** Whether a status of 400 or more is a failure. */
  fails: boolean
  /** What curl prints. */
  shows: { headers: boolean; body: boolean }
  /** The file for the body; null for standard output. */
  output: string | null
  /** Options that neither of the programs can express, as they are on a command line. */
  left: string[]
}

export interface Requests {
  requests: Request[]
  /** What is to be said about the whole command line. */
  notes: string[]
}

/** The value of the last header with this name, in any case. Undefined if there is none. */
export function headerIn(headers: Request['headers'], name: string): string | null | undefined {
  return headers.findLast((header) => header[0].toLowerCase() === name)?.[1]
}

/** A text that stays on its line of comment. */
export function inComment(text: string): string {
  // the last ones reorder text, and end lines in JavaScript
  return text.replace(/[\0-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, '?')
}

/** The type that libcurl gives to a file in a form, by the end of its name. @see lib/mime.c */
export function typeOfFile(name: string): string {
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  const types: Readonly<Record<string, string>> = {
    ...{ gif: 'image/gif', jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png', svg: 'image/svg+xml' },
    ...{ txt: 'text/plain', htm: 'text/html', html: 'text/html', pdf: 'application/pdf', xml: 'application/xml' },
  }
  return Object.hasOwn(types, ending) ? types[ending]! : 'application/octet-stream'
}
