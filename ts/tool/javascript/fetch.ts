// Writes a transfer as a call of fetch, if fetch can do it: the server sees the same, except the headers that fetch
// adds by itself.
import { isUsableMethod, normalizedMethod } from '../../http/methods.js'
import { isToken } from '../../http/token.js'
import * as c from '../../libcurl/constants.gen.js'
import type { RecordedTransfer } from '../record.js'
import type { Code } from './code.js'
import { list, note, property, quoted } from './literals.js'
import { number, relevant } from './values.js'

/** Options that fetch does not have, or that mean something else for fetch. */
const NEVER =
  /^(?:AUTOREFERER|AWS_SIGV4|COOKIEFILE|COOKIEJAR|COOKIESESSION|CRLF|HSTS|ALTSVC|HTTP_CONTENT_DECODING|HTTP_TRANSFER_DECODING|HEADER|IGNORE_CONTENT_LENGTH|MAIL_\w+|MIMEPOST|NETRC|NETRC_FILE|POSTREDIR|REQUEST_TARGET|RESUME_FROM_LARGE|TRANSFER_ENCODING|TRANSFERTEXT|UNRESTRICTED_AUTH|HTTP09_ALLOWED)$/

/**
 * Options that have the same effect after a redirect to another origin. Those that libcurl withholds are not among
 * them.
 */
const FOLLOWING =
  /^(?:URL|USERAGENT|REFERER|HTTPHEADER|ACCEPT_ENCODING|POSTFIELDS|NOBODY|UPLOAD|FAILONERROR|FOLLOWLOCATION|CAINFO|CAPATH|SSL_VERIFY\w+|PROXY\w*|NOPROXY|RESOLVE|CONNECT_TO|CONNECTTIMEOUT_MS|HTTP_VERSION|IPRESOLVE|SSLVERSION|TCP_NODELAY|FILETIME|MAXREDIRS)$/

/** The tool's default. fetch follows 20. */
const TOOL_MAXREDIRS = 50

const HTTP_VERSIONS: Readonly<Record<number, string>> = {
  [c.CURL_HTTP_VERSION_1_0]: '1.0',
  [c.CURL_HTTP_VERSION_1_1]: '1.1',
  [c.CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE]: '2',
}

export interface FetchStyle {
  /** Whether curl shows the headers. */
  headers: boolean
  /** The body is dropped. */
  discard: boolean
  /** A suffix for the names of variables; '' if there is one transfer. */
  suffix: string
}

/** Statements that perform a transfer; null if fetch cannot do it. */
export function asFetch(code: Code, transfer: RecordedTransfer, style: FetchStyle): string[] | null {
  const options = relevant(transfer)
  const url = options.get('URL')
  const follow = options.get('FOLLOWLOCATION')
  if (typeof url !== 'string' || !isPlain(url)) return null
  // only Easy gets the lines of a head as they came
  if (style.headers && transfer.output !== null && !style.discard && !code.page) return null
  if (options.has('MAXREDIRS') && options.get('MAXREDIRS') !== TOOL_MAXREDIRS) return null
  if (follow !== undefined && (follow !== 1 || [...options.keys()].some((name) => !FOLLOWING.test(name)))) return null
  if ([...options].some(([name, value]) => NEVER.test(name) || value instanceof Uint8Array)) {
    if (!(options.get('POSTFIELDS') instanceof Uint8Array)) return null
    if (
      [...options].some(([name, value]) => NEVER.test(name) || (value instanceof Uint8Array && name !== 'POSTFIELDS'))
    )
      return null
  }

  const has = (name: string): boolean => options.has(name)
  const take = (name: string): ReturnType<typeof options.get> => {
    const value = options.get(name)
    options.delete(name)
    return value
  }
  for (const name of ['URL', 'FOLLOWLOCATION', 'FILETIME', 'MAXREDIRS']) options.delete(name)
  const method = methodOf(take('CUSTOMREQUEST'), take('NOBODY') !== undefined, has('POSTFIELDS'), has('UPLOAD'))
  if (method === null) return null
  const headers = headersOf(take('HTTPHEADER'))
  if (headers === null) return null
  const addHeader = (name: string, value: unknown): boolean => {
    if (typeof value !== 'string') return value === undefined
    // a header of the same name would replace the option
    if (headers.has(name.toLowerCase()) || !isHeaderValue(value)) return false
    headers.set(name.toLowerCase(), [name, value])
    return true
  }
  const agent = take('USERAGENT')
  // fetch always sends a User-Agent
  if (agent === '') return null
  if (!(typeof agent === 'string' && /^curl\/[\d.]+\S*$/.test(agent)) && !addHeader('User-Agent', agent)) return null
  const range = take('RANGE')
  if (!addHeader('Range', typeof range === 'string' ? `bytes=${range}` : range)) return null
  if (!addHeader('Referer', take('REFERER')) || !addHeader('Cookie', take('COOKIE'))) return null
  const encoding = take('ACCEPT_ENCODING')
  if (encoding !== undefined && encoding !== '') return null

  const init: string[] = []
  if (method !== 'GET') init.push(`method: ${quoted(method)}`)
  let body: string | null = null
  if (has('POSTFIELDS')) {
    body = code.body(take('POSTFIELDS') as string | Uint8Array<ArrayBuffer>)
    if (body === null) return null
    if (!headers.has('content-type')) headers.set('content-type', ['Content-Type', 'application/x-www-form-urlencoded'])
  } else if (take('UPLOAD') !== undefined) body = uploadOf(code, transfer)
  const lines = []
  for (const [name, value] of headers.values()) {
    const text = code.text(value, name)
    if (text === null) return null
    lines.push(`${property(name)}: ${text}`)
  }
  if (lines.length > 0) init.push(`headers: ${list(lines, '{}')}`)
  if (body !== null) init.push(`body: ${body}`)
  if (transfer.upload === 'stdin' && body === 'process.stdin') init.push("duplex: 'half'")
  if (follow === undefined) init.push("redirect: 'manual'")
  const curl = curlInit(code, options)
  if (curl === null) return null
  if (curl.length > 0) init.push(`curl: ${list(curl, '{}')}`)

  const response = `response${style.suffix}`
  const address = code.text(url, 'URL')
  if (address === null) return null
  const call = `${code.use('fetch')}(${address}${init.length > 0 ? `, ${list(init, '{}')}` : ''})`
  return [`const ${response} = await ${call}`, ...shown(code, response, transfer, method, style)]
}

/** Whether the platform's URL parser leaves a URL as libcurl sends it. */
function isPlain(url: string): boolean {
  try {
    const { href, protocol, username, password, hash } = new URL(url)
    if (!/^https?:$/.test(protocol) || username !== '' || password !== '' || hash !== '') return false
    return href === url || href === `${url}/` || href.replace('/?', '?') === url
  } catch {
    return false
  }
}

function methodOf(custom: unknown, nobody: boolean, posts: boolean, uploads: boolean): string | null {
  const usual = nobody ? 'HEAD' : uploads ? 'PUT' : posts ? 'POST' : 'GET'
  if (custom === undefined) return nobody && posts ? null : usual
  if (typeof custom !== 'string' || !isUsableMethod(custom) || normalizedMethod(custom) !== custom) return null
  // fetch sends no body with GET and HEAD, and a length with POST and PUT
  if (/^(?:GET|HEAD)$/.test(custom)) return !posts && !uploads && (custom === 'HEAD') === nobody ? custom : null
  return nobody || (/^(?:POST|PUT)$/.test(custom) && !posts && !uploads) ? null : custom
}

/** Headers by name in lower case. null if there are lines that fetch cannot send unchanged. */
function headersOf(lines: unknown): Map<string, [name: string, value: string]> | null {
  const headers = new Map<string, [string, string]>()
  for (const line of (lines ?? []) as unknown[]) {
    const match = typeof line === 'string' ? /^([^\s:;]+)(?::[\t ]*(.*?)[\t ]*|;)$/s.exec(line) : null
    if (!match || !isToken(match[1]!)) return null
    const [, name, value] = match as unknown as [string, string, string | undefined]
    const removed = value === ''
    if (removed && /^expect$/i.test(name)) continue // fetch never sends it
    if (removed || headers.has(name.toLowerCase()) || !isHeaderValue(value ?? '')) return null
    if (/^(?:content-length|transfer-encoding|connection|te|trailer|expect)$/i.test(name)) return null
    headers.set(name.toLowerCase(), [name, value ?? ''])
  }
  return headers
}

function isHeaderValue(value: string): boolean {
  return /^[\x20-\x7e\t\n]*$/.test(value) && value.trim() === value
}

function uploadOf(code: Code, { upload }: RecordedTransfer): string {
  if (upload === 'stdin' || upload === null) return code.page ? code.stdin() : 'process.stdin'
  if (code.page) return `new Blob([${note(`the content of ${upload.file}`)}])`
  return `await ${code.use('openAsBlob', 'node:fs')}(${quoted(upload.file)})`
}

/** The `curl` key of init, with all options that are left. */
function curlInit(code: Code, options: ReturnType<typeof relevant>): string[] | null {
  const init: string[] = []
  const version = options.get('HTTP_VERSION')
  if (typeof version === 'number' && HTTP_VERSIONS[version]) {
    init.push(`httpVersion: ${quoted(HTTP_VERSIONS[version])}`)
    options.delete('HTTP_VERSION')
  }
  const entries: string[] = []
  for (const [name, value] of options) {
    if (typeof value === 'number') entries.push(`${name}: ${number(name, value, (constant) => code.use(constant))}`)
    else {
      const texts = (Array.isArray(value) ? value : [value]).map((text) =>
        typeof text === 'string' ? code.text(text, name) : null,
      )
      if (texts.includes(null)) return null
      entries.push(`${name}: ${Array.isArray(value) ? list(texts as string[], '[]') : texts[0]}`)
    }
  }
  if (entries.length > 0) init.push(`options: ${list(entries, '{}')}`)
  return init
}

/** Statements for the response. */
function shown(code: Code, response: string, transfer: RecordedTransfer, method: string, style: FetchStyle): string[] {
  if (style.discard) return method === 'HEAD' ? [] : [`await ${response}.arrayBuffer()`]
  const headers = style.headers ? [`console.log(${response}.status, ${response}.curl.rawHeaders)`] : []
  if (method === 'HEAD') return headers
  if (code.page) return [...headers, `console.log(await ${response}.text())`]
  if (transfer.output === null)
    return [...headers, `for await (const chunk of ${response}.body ?? []) process.stdout.write(chunk)`]
  return [`await ${code.use('writeFile', 'node:fs/promises')}(${quoted(transfer.output)}, ${response}.body ?? '')`]
}
