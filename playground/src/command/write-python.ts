// Writes requests as a Python program with the package requests. What requests cannot do is in comments at the top.
import { inComment, type FormPart, type Piece, type Request, type Requests } from './requests.js'

const WIDTH = 88

/** @throws Error if none of the requests can be written. */
export function writePython({ requests, notes }: Requests): string {
  const writing = new Writing()
  const blocks = requests.map((request, i) =>
    writing.statements(request, requests.length === 1 ? '' : String(i + 1)).join('\n'),
  )
  const comments = [...notes, ...writing.notes].map((note) => `# ${inComment(note)}`)
  const head = [...comments, ...writing.imports()].join('\n')
  return `${[head, writing.preparation(), ...blocks].filter(Boolean).join('\n\n')}\n`
}

class Writing {
  readonly #modules = new Set<string>()
  readonly #notes = new Set<string>()
  #stdin = false

  get notes(): string[] {
    return [
      'requests sends its own User-Agent and Accept-Encoding; everything else is as curl sends it',
      ...this.#notes,
    ]
  }

  imports(): string[] {
    const own = [...this.#modules].sort()
    const plain = own.filter((line) => line.startsWith('import '))
    const from = own.filter((line) => line.startsWith('from '))
    return [...plain, ...(plain.length > 0 ? [''] : []), 'import requests', ...from]
  }

  preparation(): string {
    return this.#stdin ? 'stdin = sys.stdin.buffer.read()' : ''
  }

  #cannot(what: string): void {
    this.#notes.add(`left out: ${what}`)
  }

  statements(request: Request, suffix: string): string[] {
    for (const what of this.#missing(request)) this.#cannot(what)
    const { url, method, body, auth, redirects, shows, output, fails } = request
    if (method !== method.toUpperCase())
      this.#cannot(`the small letters of ${method}, which requests writes in capitals`)
    const response = `response${suffix}`
    const known = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/.test(method)
    const args = known ? [string(url)] : [string(method), string(url)]
    const headers = this.#headers(request)
    if (headers !== null) args.push(`headers=${headers}`)
    if (body?.kind === 'content') args.push(`data=${this.#content(body.content)}`)
    if (body?.kind === 'form')
      args.push(
        `files=${list(
          body.parts.map((part) => this.#part(part)),
          '[',
          ']',
        )}`,
      )
    if (auth) {
      const pair = `${credential(auth.user)}, ${credential(auth.password)}`
      if (auth.scheme === 'digest') this.#modules.add('from requests.auth import HTTPDigestAuth')
      args.push(auth.scheme === 'digest' ? `auth=HTTPDigestAuth(${pair})` : `auth=(${pair})`)
    }
    // requests.head() does not follow by itself, and the others do
    if (redirects === null) args.push('allow_redirects=False')
    else if (method === 'HEAD') args.push('allow_redirects=True')
    args.push(...this.#connection(request))
    const session = redirects?.most == null ? null : `session${suffix}`
    const call = `${session ?? 'requests'}.${known ? method.toLowerCase() : 'request'}`
    return [
      ...(session ? [`${session} = requests.Session()`, `${session}.max_redirects = ${redirects!.most}`] : []),
      `${response} = ${call}${list(args, '(', ')')}`,
      ...(shows.headers ? [`print(${response}.status_code, dict(${response}.headers))`] : []),
      ...(fails ? [`${response}.raise_for_status()`] : []),
      ...(!shows.body
        ? []
        : output === null
          ? [`print(${response}.text)`]
          : [`with open(${string(output)}, 'wb') as file:`, `    file.write(${response}.content)`]),
    ]
  }

  #missing({ left, redirects }: Request): string[] {
    if (redirects && redirects.most === null) this.#notes.add('requests follows 30 redirects, where curl follows 50')
    if (redirects)
      this.#notes.add('requests sends the cookies of redirects to the next one, where curl only does with -b')
    // it is what requests does
    return left.filter((what) => what !== '--http1.1')
  }

  /** null without any. */
  #headers({ headers, body }: Request): string | null {
    const found = new Map<string, [name: string, value: string | null]>()
    for (const [name, value] of headers) {
      const before = found.get(name.toLowerCase())
      if (/^content-length$/i.test(name)) this.#cannot(`-H '${name}: ${value ?? ''}', because requests counts itself`)
      else if (/^content-type$/i.test(name) && body?.kind === 'form') {
        // only requests knows the boundary
        if (value !== null && !/^multipart\/form-data$/i.test(value))
          this.#cannot(`-H '${name}: ${value}', because requests writes it itself`)
      } else if (before && value !== null && before[1] !== null) {
        this.#notes.add(
          'requests cannot send headers with the same name: their values are one, with a comma between them',
        )
        before[1] += `, ${value}`
      } else if (!before || value !== null) found.set(name.toLowerCase(), [name, value])
    }
    const entries = [...found.values()].flatMap(([name, value]) => {
      if (value !== null)
        return [`${string(name)}: ${/^[\0-\x7f]*$/.test(value) ? string(value) : `${string(value)}.encode()`}`]
      // None leaves out what requests sends; http.client always writes the others
      if (/^(?:accept|user-agent|accept-encoding|connection)$/i.test(name)) return [`${string(name)}: None`]
      if (/^host$/i.test(name)) this.#cannot(`-H '${name}:', because requests always sends it`)
      return []
    })
    return entries.length === 0 ? null : list(entries, '{', '}')
  }

  #connection({ timeout, connectTimeout, proxy, verify, ca, certificate }: Request): string[] {
    const seconds = (ms: number | null): string => (ms === null ? 'None' : String(ms / 1000))
    if (timeout !== null)
      this.#notes.add(`-m ${timeout / 1000}: requests limits the time to connect and each wait for data, not the whole`)
    if (proxy?.url.startsWith('socks')) this.#notes.add("a SOCKS proxy needs: pip install 'requests[socks]'")
    if (proxy?.except) this.#cannot(`--noproxy ${proxy.except}: set it as NO_PROXY in the environment`)
    const address = proxy && string(withUser(proxy.url, proxy.user))
    return [
      ...(connectTimeout !== null
        ? [`timeout=(${seconds(connectTimeout)}, ${seconds(timeout)})`]
        : timeout !== null
          ? [`timeout=${seconds(timeout)}`]
          : []),
      ...(address ? [`proxies=${list([`'http': ${address}`, `'https': ${address}`], '{', '}')}`] : []),
      ...(!verify ? ['verify=False'] : ca !== null ? [`verify=${string(ca)}`] : []),
      ...(certificate
        ? [
            `cert=${certificate.key === null ? string(certificate.file) : `(${string(certificate.file)}, ${string(certificate.key)})`}`,
          ]
        : []),
    ]
  }

  #content(content: readonly Piece[]): string {
    if (content.every((piece) => 'text' in piece)) {
      const text = content.map((piece) => ('text' in piece ? piece.text : '')).join('')
      return /^[\0-\x7f]*$/.test(text) ? string(text) : `${string(text)}.encode()`
    }
    return content.map((piece) => this.#piece(piece)).join(' + ')
  }

  /** An expression for bytes. */
  #piece(piece: Piece): string {
    if ('text' in piece)
      return /^[\0-\x7f]*$/.test(piece.text) ? `b${string(piece.text)}` : `${string(piece.text)}.encode()`
    if ('bytes' in piece)
      return `bytes.fromhex('${Array.from(piece.bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}')`
    if (piece.file === null) {
      this.#stdin = true
      this.#modules.add('import sys')
    }
    const read = piece.file === null ? 'stdin' : `open(${string(piece.file)}, 'rb').read()`
    if (piece.use === 'as it is') return read
    if (piece.use === 'without line ends') return `${read}.translate(None, b'\\0\\r\\n')`
    this.#modules.add('from urllib.parse import quote_plus')
    return `quote_plus(${read}).encode()`
  }

  /** (name, (filename, content, type, headers)). Without a filename it is a field. */
  #part({ name, content, filename, type, headers }: FormPart): string {
    const only = content.length === 1 ? content[0]! : null
    const open = only && 'file' in only && only.file !== null && only.use === 'as it is' && filename !== null
    const value = open ? `open(${string((only as { file: string }).file)}, 'rb')` : this.#content(content)
    const all = [filename === null ? 'None' : string(filename), value]
    if (type !== null || headers.length > 0) all.push(type === null ? 'None' : string(type))
    if (headers.length > 0)
      all.push(
        list(
          headers.map((line) => {
            const [, key, value] = /^([^:]*): ?(.*)$/s.exec(line) ?? ['', line, '']
            return `${string(key!)}: ${string(value!)}`
          }),
          '{',
          '}',
        ),
      )
    return `(${string(name)}, (${all.join(', ')}))`
  }
}

/** A literal of Python, with the quotes that need the least escaping. */
function string(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escapes: Readonly<Record<string, string>> = {
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\\': '\\\\',
    [quote]: `\\${quote}`,
  }
  const escaped = text.replace(
    /[\\'"\0-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]/gu,
    (character) => {
      if (escapes[character]) return escapes[character]
      if (/['"]/.test(character)) return character
      const hex = character.codePointAt(0)!.toString(16)
      return hex.length <= 2 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`
    },
  )
  return quote + escaped + quote
}

/** requests encodes texts as Latin-1, and curl as UTF-8. */
function credential(text: string): string {
  return /^[\0-\x7f]*$/.test(text) ? string(text) : `${string(text)}.encode()`
}

/** A URL with a user and a password, as "user:password" has them. */
function withUser(url: string, user: string | null): string {
  if (user === null || /\/\/[^/]*@/.test(url)) return url
  const encoded = user
    .split(/:([^]*)/)
    .slice(0, 2)
    .map(encodeURIComponent)
    .join(':')
  return url.replace('://', `://${encoded}@`)
}

function list(items: readonly string[], open: string, close: string): string {
  const line = `${open}${items.join(', ')}${close}`
  // a tuple never has one item here
  if (line.length <= WIDTH - 20 && !line.includes('\n')) return line
  return `${open}\n${items.map((item) => `${item.replace(/^(?=.)/gm, '    ')},\n`).join('')}${close}`
}
