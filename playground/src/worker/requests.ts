// Reads the HTTP requests of a command line from what the tool sets in libcurl for it. An option that is not understood
// here is never dropped silently: its name is in `left`.
import * as c from '../../../dist/ts/libcurl/constants.gen.js'
import { isToken } from '../../../dist/ts/http/token.js'
import { piecesOf } from '../../../dist/ts/tool/javascript/code.js'
import type { OptionTable } from '../../../dist/ts/tool/javascript/curl-options.js'
import type { Recording } from '../../../dist/ts/tool/javascript/recording.js'
import { relevant } from '../../../dist/ts/tool/javascript/values.js'
import type { RecordedPart, RecordedTransfer, Text } from '../../../ts/tool/record.js'
import { typeOfFile, type FormPart, type Piece, type Request, type Requests } from '../command/requests.js'
import type { Redirect } from '../command/shell.js'

/** libcurl's default is 50, too. */
const TOOL_MAXREDIRS = 50
const FORM = 'application/x-www-form-urlencoded'
const TOOLS_AGENT = /^curl\/[\d.]+\S*$/

/** Names on a command line that are not like those in libcurl. */
const FLAGS: Readonly<Record<string, string>> = {
  ...{ ALTSVC: '--alt-svc', COOKIEFILE: '--cookie <file>', COOKIESESSION: '--junk-session-cookies' },
  ...{ HTTP_CONTENT_DECODING: '--raw', HTTP_TRANSFER_DECODING: '--raw', HTTPPROXYTUNNEL: '--proxytunnel' },
  ...{ KEYPASSWD: '--pass', LOCALPORTRANGE: '--local-port', LOW_SPEED_LIMIT: '--speed-limit' },
  ...{ LOW_SPEED_TIME: '--speed-time', MAX_RECV_SPEED_LARGE: '--limit-rate', MAX_SEND_SPEED_LARGE: '--limit-rate' },
  ...{ NETRC_FILE: '--netrc-file', PINNEDPUBLICKEY: '--pinnedpubkey', POSTREDIR: '--post301/302/303' },
  ...{ PRE_PROXY: '--preproxy', RESUME_FROM_LARGE: '--continue-at', SSL_CIPHER_LIST: '--ciphers' },
  ...{
    SSLCERTTYPE: '--cert-type',
    SSLKEYTYPE: '--key-type',
    SSL_EC_CURVES: '--curves',
    TLS13_CIPHERS: '--tls13-ciphers',
  },
  ...{ TRANSFER_ENCODING: '--tr-encoding', UNIX_SOCKET_PATH: '--unix-socket', UNRESTRICTED_AUTH: '--location-trusted' },
  ...{ ABSTRACT_UNIX_SOCKET: '--abstract-unix-socket', PROXYAUTH: '--proxy-digest or the like' },
  ...{ AUTOREFERER: '--referer ";auto"', SSL_OPTIONS: '--ssl-...', TCP_KEEPALIVE: '--no-keepalive' },
}

/** Options that change nothing about the request, or only with others that are named. */
const WITHOUT_EFFECT = /^(?:ACCEPT_ENCODING|FILETIME|HEADEROPT|NOPROXY|SUPPRESS_CONNECT_HEADERS|CONV\w*)$/

/** The requests of one command. `redirects` are its redirections. */
export function requestsOf(recording: Recording, redirects: readonly Redirect[], table: OptionTable): Requests {
  const requests: Request[] = []
  const notes = recording.complaint === '' ? [] : recording.complaint.split('\n').map((line) => `curl says: ${line}`)
  for (const transfer of recording.transfers) {
    const url = last(transfer, 'URL')
    const scheme = schemeOf(String(url))
    if (typeof url !== 'string') notes.push('left out: a URL that is not UTF-8')
    else if (/^https?$/.test(scheme)) requests.push(new Reading(transfer, recording, redirects, table).request())
    else notes.push(`left out: ${url}, because it is not HTTP`)
  }
  if (recording.left.length > 0) notes.push(`left out: ${recording.left.join(' ')}`)
  if (recording.more) notes.push(`only the first ${recording.transfers.length} transfers are here: curl does more`)
  return { requests, notes }
}

function last(transfer: RecordedTransfer, name: string): unknown {
  return transfer.options.findLast((option) => option[0] === name)?.[1]
}

/** The scheme of a URL. libcurl guesses a missing one from the name of the host. @see CURLOPT_URL(3) */
function schemeOf(url: string): string {
  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(url)?.[1]
  const guess = /^(?:[^@/?#]*@)?(ftp|dict|ldap|imap|smtp|pop3)\./i.exec(url)?.[1]
  return (scheme ?? guess ?? 'http').toLowerCase()
}

class Reading {
  readonly #options: ReturnType<typeof relevant>
  readonly #left = new Set<string>()

  constructor(
    private readonly transfer: RecordedTransfer,
    private readonly recording: Recording,
    private readonly redirects: readonly Redirect[],
    private readonly table: OptionTable,
  ) {
    this.#options = relevant(transfer)
  }

  /** The value of an option that is understood. */
  #take(name: string): unknown {
    const value = this.#options.get(name)
    this.#options.delete(name)
    return value
  }

  #text(name: string): string | null {
    const value = this.#take(name)
    if (value === undefined) return null
    if (typeof value === 'string' && this.#plain(value)) return value
    this.#left.add(`${this.#flag(name)} (it is not a plain text)`)
    return null
  }

  #number(name: string): number | null {
    const value = this.#take(name)
    return typeof value === 'number' ? value : null
  }

  /** Whether nothing in a text is read from a file or from standard input. */
  #plain(text: string): boolean {
    return (piecesOf(text, this.recording.sources) ?? [{ source: true }]).every((piece) => !('source' in piece))
  }

  request(): Request {
    const { url, user } = this.#url()
    const headers = this.#headers()
    const auth = this.#auth(headers, user)
    const body = this.#body(headers)
    const method = this.#method(body !== null)
    const follow = this.#number('FOLLOWLOCATION')
    const most = this.#number('MAXREDIRS')
    // with -X, curl sends the same method after a redirect, unless it was --follow that was given
    if (follow === 1 && this.#customised && !/^(?:GET|HEAD)$/.test(method))
      this.#left.add(`sending ${method} again after a redirect`)
    const { headers: showsHeaders, discard } = this.recording
    const output = this.transfer.output ?? outputOf(this.redirects)
    const request: Omit<Request, 'left'> = {
      ...{ url, method, headers, body, auth },
      redirects: follow === null ? null : { most: most === TOOL_MAXREDIRS ? null : most },
      timeout: this.#number('TIMEOUT_MS'),
      connectTimeout: this.#number('CONNECTTIMEOUT_MS'),
      proxy: this.#proxy(),
      ...this.#trust(),
      certificate: this.#certificate(),
      fails: this.#number('FAILONERROR') !== null,
      shows: {
        headers: showsHeaders,
        body: method !== 'HEAD' && output !== '/dev/null' && !(discard && this.transfer.output === null),
      },
      output: output === '/dev/null' ? null : output,
    }
    this.#version()
    for (const name of this.#options.keys()) if (!WITHOUT_EFFECT.test(name)) this.#left.add(this.#flag(name))
    for (const name of this.transfer.refused) this.#left.add(this.#flag(name))
    return { ...request, left: [...this.#left] }
  }

  /** How an option of libcurl is named on a command line. */
  #flag(name: string): string {
    if (FLAGS[name] !== undefined) return FLAGS[name]
    if (name === 'IPRESOLVE') return this.#options.get(name) === c.CURL_IPRESOLVE_V6 ? '--ipv6' : '--ipv4'
    if (/^(?:PROXY_)?SSLVERSION$/.test(name)) return name === 'SSLVERSION' ? '--tlsv1.x' : '--proxy-tlsv1'
    const plain = (text: string): string => text.toLowerCase().replace(/[-_]/g, '')
    const wanted = [name, name.replace(/_(?:MS|LARGE|BLOB)$/, ''), name.replace(/LIST$/, '')].map(plain)
    const option = this.table.all.find(({ long }) => wanted.includes(plain(long)))
    return option ? `--${option.long}` : `CURLOPT_${name}`
  }

  #url(): { url: string; user: string | null } {
    const given = this.#take('URL') as string
    if (!this.#plain(given)) this.#left.add('what the URL has from standard input')
    const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(given) ? given : `http://${given}`
    const [, scheme, user, rest] = /^([^:]*:\/\/)(?:([^/?#]*)@)?([^#]*)/.exec(whole)!
    return { url: scheme!.toLowerCase() + rest!, user: user ?? null }
  }

  #headers(): Request['headers'] {
    const headers: Request['headers'] = []
    for (const line of (this.#take('HTTPHEADER') ?? []) as Text[]) {
      const match = typeof line === 'string' && this.#plain(line) ? /^([^:;]+)(?:: *(.*)|;)$/s.exec(line.trim()) : null
      const [, name, value] = match ?? []
      if (name === undefined || !isToken(name.trim()) || /[\r\n\0]/.test(value ?? ''))
        this.#left.add(`-H ${typeof line === 'string' ? JSON.stringify(line) : '(it is not UTF-8)'}`)
      else headers.push([name.trim(), value === undefined ? '' : value.trim() === '' ? null : value.trim()])
    }
    // a header of the same name replaces what the option would set
    const own = (name: string, value: string | null): void => {
      if (!headers.some((header) => header[0].toLowerCase() === name.toLowerCase())) headers.push([name, value])
    }
    const agent = this.#text('USERAGENT')
    if (agent !== null && !TOOLS_AGENT.test(agent)) own('User-Agent', agent === '' ? null : agent)
    const referer = this.#text('REFERER')
    if (referer !== null) own('Referer', referer)
    const cookie = this.#text('COOKIE')
    const sent = headers.find((header) => header[0].toLowerCase() === 'cookie')
    if (cookie !== null && sent) sent[1] = sent[1] === null ? cookie : `${sent[1]}; ${cookie}`
    else if (cookie !== null) headers.push(['Cookie', cookie])
    const range = this.#text('RANGE')
    if (range !== null) own('Range', `bytes=${range}`)
    this.#condition(own)
    return headers
  }

  /** -z. @see CURLOPT_TIMECONDITION(3) */
  #condition(own: (name: string, value: string) => void): void {
    const condition = this.#number('TIMECONDITION')
    const time = this.#number('TIMEVALUE_LARGE')
    if (condition === null) return
    const names: Readonly<Record<number, string>> = {
      [c.CURL_TIMECOND_IFMODSINCE]: 'If-Modified-Since',
      [c.CURL_TIMECOND_IFUNMODSINCE]: 'If-Unmodified-Since',
    }
    const name = names[condition]
    if (name === undefined) this.#left.add('--time-cond')
    else if (time !== null) own(name, new Date(time * 1000).toUTCString())
  }

  #auth(headers: Request['headers'], inUrl: string | null): Request['auth'] {
    const schemes = this.#number('HTTPAUTH')
    const bearer = this.#text('XOAUTH2_BEARER')
    const given = this.#text('USERPWD')
    const name = this.#text('USERNAME')
    const password = this.#text('PASSWORD')
    if (bearer !== null && (schemes === null || schemes === c.CURLAUTH_BEARER || schemes < 0)) {
      headers.push(['Authorization', `Bearer ${bearer}`])
      return null
    }
    const decoded = inUrl?.split(/:([^]*)/).map(unescaped)
    const [user, ...rest] = given?.split(/:([^]*)/) ?? (name === null ? (decoded ?? []) : [name, password ?? ''])
    if (user === undefined) {
      if (schemes !== null && (schemes & c.CURLAUTH_NEGOTIATE || schemes === c.CURLAUTH_NTLM))
        this.#left.add(authFlag(schemes))
      return null
    }
    // a header replaces it
    if (headers.some((header) => header[0].toLowerCase() === 'authorization')) return null
    if (schemes === null || schemes === c.CURLAUTH_BASIC) return { scheme: 'basic', user, password: rest[0] ?? '' }
    if (schemes === c.CURLAUTH_DIGEST) return { scheme: 'digest', user, password: rest[0] ?? '' }
    this.#left.add(`${authFlag(schemes)} and --user`)
    return null
  }

  #method(hasBody: boolean): string {
    const custom = this.#text('CUSTOMREQUEST')
    const uploads = this.#take('UPLOAD') !== undefined
    const nobody = this.#take('NOBODY') !== undefined
    this.#customised = custom !== null
    return custom ?? (nobody ? 'HEAD' : uploads ? 'PUT' : hasBody ? 'POST' : 'GET')
  }
  #customised = false

  // --- the body ---

  #body(headers: Request['headers']): Request['body'] {
    const { upload } = this.transfer
    const form = this.#take('MIMEPOST') as RecordedPart[] | undefined
    if (form) {
      return { kind: 'form', parts: form.flatMap((part) => this.#part(part)) }
    }
    if (upload) {
      // -T reads only from there: a body of -d is not sent
      const file = upload === 'stdin' ? this.#stdin() : { file: upload.file, use: 'as it is' as const }
      return { kind: 'content', content: [file] }
    }
    const fields = this.#take('POSTFIELDS')
    if (fields === undefined) return null
    if (!headers.some((header) => header[0].toLowerCase() === 'content-type')) headers.push(['Content-Type', FORM])
    return { kind: 'content', content: this.#content(fields as Text, '--data') }
  }

  /** What standard input is: a redirection can give it. */
  #stdin(use: 'as it is' | 'without line ends' | 'encoded' = 'as it is'): Piece {
    const redirect = this.redirects.findLast(({ fd }) => fd === 0)
    if (!redirect) return { file: null, use }
    if ('file' in redirect) return { file: redirect.file, use }
    const text = 'text' in redirect ? redirect.text : ''
    if (use === 'encoded') return { text: encodeURIComponent(text).replaceAll('%20', '+') }
    return { text: use === 'as it is' ? text : text.replace(/[\0\r\n]/g, '') }
  }

  #content(text: Text, what: string): Piece[] {
    if (typeof text !== 'string') return [{ bytes: text }]
    const pieces = piecesOf(text, this.recording.sources)
    if (!pieces) this.#left.add(`${what}: only a part of a file is in it`)
    return (pieces ?? []).map((piece) => {
      if (!piece.source) return { text: piece.text! }
      const use = piece.use === '%0A' ? 'encoded' : piece.use === '' ? 'without line ends' : 'as it is'
      return piece.source.path === null ? this.#stdin(use) : { file: piece.source.path, use }
    })
  }

  #part({ name, data, file, stdin, filename, type, encoder, headers, parts }: RecordedPart): FormPart[] {
    const called = typeof name === 'string' ? name : ''
    if (parts) {
      this.#left.add(`-F ${called}: parts within a part`)
      return []
    }
    if (encoder !== undefined) this.#left.add(`-F ${called}: encoder=`)
    const content: Piece[] = stdin
      ? [this.#stdin()]
      : file !== undefined
        ? [{ file: String(file), use: 'as it is' }]
        : this.#content(data ?? '', '-F')
    const named = typeof filename === 'string' ? filename : null
    // libcurl only guesses the type of files
    const guessed = file !== undefined && named !== null ? typeOfFile(named) : null
    return [
      {
        ...{ name: called, content, filename: named },
        type: typeof type === 'string' ? type : guessed,
        headers: (headers ?? []).map(String),
      },
    ]
  }

  // --- the connection ---

  #proxy(): Request['proxy'] {
    const url = this.#text('PROXY')
    const user = this.#text('PROXYUSERPWD')
    const except = this.#text('NOPROXY')
    const type = this.#number('PROXYTYPE')
    if (url === null || url === '') return null
    if (type === c.CURLPROXY_HTTPS2) this.#left.add('--proxy-http2')
    if (type === c.CURLPROXY_HTTP_1_0) this.#left.add('--proxy1.0')
    const schemes: Readonly<Record<number, string>> = {
      ...{ [c.CURLPROXY_SOCKS4]: 'socks4', [c.CURLPROXY_SOCKS4A]: 'socks4a', [c.CURLPROXY_SOCKS5]: 'socks5' },
      ...{ [c.CURLPROXY_SOCKS5_HOSTNAME]: 'socks5h', [c.CURLPROXY_HTTPS]: 'https' },
    }
    const whole = /^\w+:\/\//.test(url) ? url : `${schemes[type ?? 0] ?? 'http'}://${url}`
    return { url: whole, user, except }
  }

  #trust(): Pick<Request, 'verify' | 'ca'> {
    const [peer, host] = [this.#number('SSL_VERIFYPEER'), this.#number('SSL_VERIFYHOST')]
    return { verify: peer !== 0 && host !== 0, ca: this.#text('CAINFO') }
  }

  #certificate(): Request['certificate'] {
    const file = this.#text('SSLCERT')
    const key = this.#text('SSLKEY')
    return file === null ? null : { file, key }
  }

  #version(): void {
    const names: Readonly<Record<number, string>> = {
      ...{ [c.CURL_HTTP_VERSION_1_0]: '--http1.0', [c.CURL_HTTP_VERSION_1_1]: '--http1.1' },
      ...{ [c.CURL_HTTP_VERSION_2_0]: '--http2', [c.CURL_HTTP_VERSION_2TLS]: '--http2' },
      ...{ [c.CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE]: '--http2-prior-knowledge', [c.CURL_HTTP_VERSION_3]: '--http3' },
      [c.CURL_HTTP_VERSION_3ONLY]: '--http3-only',
    }
    const version = this.#number('HTTP_VERSION')
    if (version !== null) this.#left.add(names[version] ?? '--http...')
  }
}

function authFlag(schemes: number): string {
  const names: Readonly<Record<number, string>> = {
    [c.CURLAUTH_NTLM]: '--ntlm',
    [c.CURLAUTH_NEGOTIATE]: '--negotiate',
  }
  return names[schemes] ?? '--anyauth'
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The file that standard output is redirected to. */
function outputOf(redirects: readonly Redirect[]): string | null {
  const redirect = redirects.findLast((each) => each.fd === 1 && 'file' in each)
  return redirect && 'file' in redirect ? redirect.file : null
}
