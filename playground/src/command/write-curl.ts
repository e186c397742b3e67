// Makes the arguments of curl for a request that a browser has sent or would send: of a pasted call of fetch, or of an
// entry of an HTTP archive. What they say is from others: a value can never become another option, a file or a line.
import { isToken } from '../../../dist/ts/http/token.js'

export interface BrowserRequest {
  /** Absolute. */
  url: string
  method: string
  headers: [name: string, value: string][]
  body: { text: string } | { bytes: Uint8Array } | { fields: BrowserField[] } | null
  follows: boolean
  /** In milliseconds, or null. */
  timeout: number | null
}

/** A field of a form in several parts. */
export interface BrowserField {
  name: string
  value: string
  /** The name of a file, whose content is not there. */
  filename?: string
  type?: string
}

export interface CurlLine {
  argv: string[]
  /** Files that the arguments name. They are to be written first. */
  files: { name: string; content: Uint8Array | string }[]
  /** What is missing or different, in words. */
  notes: string[]
}

/** Headers of the connection, and those that curl writes itself. */
const OWN =
  /^(?:connection|content-length|http2-settings|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i
const CODINGS = /\b(?:gzip|br|deflate|zstd)\b/i
/** A longer body goes into a file. */
const LONGEST = 16 * 1024

/** `free` makes a name that no file has yet. @throws Error if the URL is not for curl. */
export function writeCurl(request: BrowserRequest, free: (name: string) => string): CurlLine {
  const notes = new Set<string>()
  const files: CurlLine['files'] = []
  const url = addressOf(request.url)
  const argv = [url]
  // these would make several URLs of one
  if (/[[\]{}]/.test(url)) argv.push('-g')
  const headers = headersOf(request, notes)
  const { method } = request
  // a browser sends a length of 0 then, and curl none
  const empty = request.body === null && /^(?:POST|PUT)$/.test(method)
  const body = bodyOf(empty ? { text: '' } : request.body, headers, files, notes, free)
  if (!isToken(method)) throw new Error(`the method ${JSON.stringify(method)} is not valid`)
  if (method === 'HEAD' && body.length === 0) argv.push('-I')
  else if (method !== (body.length > 0 ? 'POST' : 'GET')) argv.push('-X', method)
  let compressed = false
  for (const [name, value] of headers) {
    // without = curl takes it for the name of a file
    if (/^cookie$/i.test(name) && value.includes('=')) argv.push('-b', value)
    else if (/^accept-encoding$/i.test(name) && CODINGS.test(value)) compressed = true
    else argv.push('-H', value === '' ? `${name};` : `${name}: ${value}`)
  }
  argv.push(...body)
  if (request.follows) argv.push('-L')
  if (compressed) argv.push('--compressed')
  if (request.timeout !== null) argv.push('-m', String(request.timeout / 1000))
  return { argv, files, notes: [...notes] }
}

/** A URL that curl takes, without its fragment. */
function addressOf(text: string): string {
  if (!/^(?:https?|wss?):\/\//i.test(text)) {
    const scheme = /^[a-z][\w+.-]*:/i.exec(text)?.[0]
    throw new Error(
      scheme ? `curl cannot request a URL with ${scheme}` : `${JSON.stringify(text.slice(0, 100))} is not a whole URL`,
    )
  }
  if (!URL.canParse(text)) throw new Error(`${JSON.stringify(text.slice(0, 100))} is not a valid URL`)
  const [address] = text.split('#', 1)
  // a browser writes other characters in another way than curl
  return /^[\x21-\x7e]*$/.test(address!) ? address! : new URL(address!).href
}

function headersOf({ headers, url }: BrowserRequest, notes: Set<string>): [string, string][] {
  const found: [string, string][] = []
  for (const [name, value] of headers) {
    // :method, :path and the like of HTTP/2 are in the URL
    if (name.startsWith(':') || OWN.test(name)) continue
    if (/^host$/i.test(name) && value.toLowerCase() === new URL(url).host) continue
    if (!isToken(name)) {
      notes.add(`left out: the header ${JSON.stringify(name.slice(0, 40))}, whose name is not valid`)
      continue
    }
    // some archives write several headers of a name with line ends
    for (const line of value.split(/[\r\n]+/)) {
      if (line.includes('\0')) notes.add(`left out: NUL in the header ${name}`)
      found.push([name, line.replaceAll('\0', '').trim()])
    }
  }
  return found
}

function bodyOf(
  body: BrowserRequest['body'],
  headers: [string, string][],
  files: CurlLine['files'],
  notes: Set<string>,
  free: (name: string) => string,
): string[] {
  if (body === null) return []
  const at = headers.findIndex(([name]) => name.toLowerCase() === 'content-type')
  const type = headers[at]?.[1] ?? ''
  if ('fields' in body) {
    // only curl knows the boundary
    if (at >= 0) headers.splice(at, 1)
    return body.fields.flatMap(({ name, value, filename, type }) => {
      const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`
      if (filename === undefined) return ['--form-string', `${name}=${value}`]
      notes.add(`the content of ${filename} is not there: add it in Files`)
      return ['-F', `${name}=@${quoted(filename)}${type ? `;type=${type.replace(/[;\s].*/s, '')}` : ''}`]
    })
  }
  const own = type === 'application/x-www-form-urlencoded'
  // what curl writes by itself
  if (own) headers.splice(at, 1)
  // curl would give it a type
  const typeless = at < 0 ? ['-H', 'Content-Type:'] : []
  const content = 'text' in body ? body.text : body.bytes
  if (typeof content === 'string' && !content.includes('\0') && content.length <= LONGEST)
    return [...typeless, '--data-raw', content]
  const name = free(`body${endingOf(type, typeof content === 'string')}`)
  files.push({ name, content })
  notes.add(`the body is in the file ${name}`)
  return [...typeless, '--data-binary', `@${name}`]
}

function endingOf(type: string, isText: boolean): string {
  if (/[/+]json\b/i.test(type)) return '.json'
  return isText ? '.txt' : '.bin'
}
