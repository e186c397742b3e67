// Writes requests as JavaScript with the standard's fetch, for Node and browsers. What fetch cannot do is in comments at
// the top.
import { comment, list, literal, property, quoted } from '../../../dist/ts/tool/javascript/literals.js'
import { headerIn, type FormPart, type Piece, type Request, type Requests } from './requests.js'

// https://fetch.spec.whatwg.org/#forbidden-request-header
const FORBIDDEN =
  /^(?:accept-charset|accept-encoding|access-control-request-(?:headers|method|private-network)|connection|content-length|cookie2?|date|dnt|expect|host|keep-alive|origin|referer|set-cookie|te|trailer|transfer-encoding|upgrade|via|(?:proxy|sec)-.*)$/i
const CONDITIONAL = /^if-(?:match|modified-since|none-match|range|unmodified-since)$/i
/** Node's fetch refuses these, or writes them itself. */
const REFUSED = /^(?:connection|content-length|expect|keep-alive|transfer-encoding|upgrade)$/i
/** Methods that fetch writes in capitals. */
const CAPITALS = /^(?:DELETE|GET|HEAD|OPTIONS|POST|PUT)$/i

/** @throws Error if none of the requests can be written. */
export function writeFetch({ requests, notes }: Requests): string {
  const writing = new Writing()
  const blocks = requests.map((request, i) =>
    writing.statements(request, requests.length === 1 ? '' : String(i + 1)).join('\n'),
  )
  const comments = [...notes, ...writing.notes].map(comment)
  const head = [...comments, ...writing.imports()].join('\n')
  return `${[head, writing.preparation(), ...blocks].filter(Boolean).join('\n\n')}\n`
}

class Writing {
  readonly #imports = new Map<string, Set<string>>()
  readonly #notes = new Set<string>()

  get notes(): string[] {
    return [
      'fetch sends its own User-Agent, Accept-Language and Accept-Encoding; everything else is as curl sends it',
      ...this.#notes,
    ]
  }

  imports(): string[] {
    return [...this.#imports].map(([module, names]) => `import { ${[...names].sort().join(', ')} } from '${module}'`)
  }

  preparation(): string {
    return this.#imports.has('node:stream/consumers') ? 'const stdin = await buffer(process.stdin)' : ''
  }

  #use(name: string, module: string): string {
    this.#imports.set(module, (this.#imports.get(module) ?? new Set()).add(name))
    return name
  }

  #cannot(what: string): void {
    this.#notes.add(`left out: ${what}`)
  }

  statements(request: Request, suffix: string): string[] {
    for (const what of this.#missing(request)) this.#cannot(what)
    const { url, method, body, timeout, redirects, fails, shows, output } = request
    if (new URL(url).href !== url && new URL(url).href !== `${url}/`)
      this.#notes.add(`fetch writes the URL as ${new URL(url).href}`)
    if (/^(?:CONNECT|TRACE|TRACK)$/i.test(method)) throw new Error(`fetch does not do ${method}`)
    const form = body?.kind === 'form' ? `form${suffix}` : null
    const response = `response${suffix}`
    const init: string[] = []
    const bodiless = /^(?:GET|HEAD)$/.test(method)
    if (body && bodiless) this.#cannot(`the body, which fetch does not send with ${method}`)
    if (method !== 'GET') init.push(`method: ${quoted(method)}`)
    const headers = this.#headers(request)
    if (headers !== null) init.push(`headers: ${headers}`)
    if (form !== null && !bodiless) init.push(`body: ${form}`)
    else if (body?.kind === 'content' && !bodiless) {
      const typeless = !headerIn(request.headers, 'content-type')
      init.push(`body: ${this.#content(body.content, typeless)}`)
    }
    if (redirects === null) init.push("redirect: 'manual'")
    if (timeout !== null) init.push(`signal: AbortSignal.timeout(${timeout})`)
    const call = `fetch(${quoted(url)}${init.length > 0 ? `, ${list(init, '{}')}` : ''})`
    return [
      ...(body?.kind === 'form' && !bodiless ? this.#form(form!, body.parts) : []),
      `const ${response} = await ${call}`,
      ...(shows.headers ? [`console.log(${response}.status, Object.fromEntries(${response}.headers))`] : []),
      ...(fails ? [`if (${response}.status >= 400) throw new Error(\`status \${${response}.status}\`)`] : []),
      ...(!shows.body
        ? []
        : output === null
          ? [`console.log(await ${response}.text())`]
          : [
              `await ${this.#use('writeFile', 'node:fs/promises')}(${quoted(output)}, Buffer.from(await ${response}.arrayBuffer()))`,
            ]),
    ]
  }

  /** What the request needs and fetch does not have, as on a command line. */
  #missing(request: Request): string[] {
    const { method, auth, proxy, verify, ca, certificate, connectTimeout, redirects, left } = request
    return [
      ...left,
      ...(auth?.scheme === 'digest' ? ['--digest and --user'] : []),
      ...(proxy ? [`--proxy ${proxy.url.replace(/\/\/[^/]*@/, '//')}`] : []),
      ...(verify ? [] : ['--insecure']),
      ...(ca === null ? [] : [`--cacert ${ca}`]),
      ...(certificate ? [`--cert ${certificate.file}`] : []),
      ...(connectTimeout === null ? [] : [`--connect-timeout ${connectTimeout / 1000}`]),
      ...(redirects?.most == null ? [] : [`--max-redirs ${redirects.most}, because fetch follows 20`]),
      ...(CAPITALS.test(method) && method !== method.toUpperCase()
        ? [`the small letters of ${method}, which fetch writes in capitals`]
        : []),
    ]
  }

  /** null without any. */
  #headers({ headers, auth, body }: Request): string | null {
    const entries: [string, string][] = []
    const add = (name: string, value: string): void => void entries.push([name, value])
    for (const [name, value] of headers) {
      if (value === null) {
        // it has a body without a type, and the others fetch does not send
        if (!/^(?:content-type|expect)$/i.test(name) && !headerIn(headers, name.toLowerCase()))
          this.#cannot(`-H '${name}:', because fetch always sends it if curl does`)
      } else if (REFUSED.test(name)) this.#cannot(`-H '${name}: ${value}', because fetch writes it itself`)
      else if (/^content-type$/i.test(name) && body?.kind === 'form') {
        // only fetch knows the boundary
        if (!/^multipart\/form-data$/i.test(value))
          this.#cannot(`-H '${name}: ${value}', because fetch writes it itself`)
      } else add(name, quoted(binary(value))) // curl sends bytes of UTF-8, and fetch one byte for a character
    }
    if (auth?.scheme === 'basic') {
      const text = `${auth.user}:${auth.password}`
      const ascii = /^[\0-\x7f]*$/.test(text)
      add('Authorization', ascii ? `'Basic ' + btoa(${quoted(text)})` : quoted(`Basic ${btoa(binary(text))}`))
    }
    if (entries.some(([name]) => CONDITIONAL.test(name)))
      this.#notes.add('with a condition, fetch also sends Cache-Control: no-cache and Pragma: no-cache')
    const forbidden = entries.map(([name]) => name).filter((name) => FORBIDDEN.test(name))
    if (forbidden.length > 0) this.#notes.add(`a browser does not let programs set ${forbidden.join(', ')}: Node does`)
    if (entries.length === 0) return null
    const names = entries.map(([name]) => name.toLowerCase())
    if (new Set(names).size === names.length)
      return list(
        entries.map(([name, value]) => `${property(name)}: ${value}`),
        '{}',
      )
    this.#notes.add('fetch sends headers with the same name as one, with a comma between their values')
    return list(
      entries.map(([name, value]) => `[${quoted(name)}, ${value}]`),
      '[]',
    )
  }

  /** An expression for a body. `typeless`: fetch must not give it a type, which it only does to texts. */
  #content(content: readonly Piece[], typeless: boolean): string {
    const onlyText = content.every((piece) => 'text' in piece || ('file' in piece && piece.use === 'encoded'))
    const parts = content.map((piece) => this.#piece(piece, onlyText))
    if (onlyText) {
      const text = parts.join(' + ') || "''"
      return typeless ? `new TextEncoder().encode(${text})` : text
    }
    return parts.length === 1 ? parts[0]! : `new Blob(${list(parts, '[]')})`
  }

  #piece(piece: Piece, asText: boolean): string {
    if ('text' in piece) return quoted(piece.text)
    if ('bytes' in piece) return literal(new Uint8Array(piece.bytes))
    const read = this.#read(piece.file)
    if (piece.use === 'encoded') {
      const text =
        piece.file === null
          ? 'String(stdin)'
          : `await ${this.#use('readFile', 'node:fs/promises')}(${quoted(piece.file)}, 'utf8')`
      return `encodeURIComponent(${text})`
    }
    if (piece.use === 'as it is' || asText) return read
    return `(${read}).filter((byte) => ![0, 10, 13].includes(byte))`
  }

  #read(file: string | null): string {
    if (file !== null) return `await ${this.#use('readFile', 'node:fs/promises')}(${quoted(file)})`
    this.#use('buffer', 'node:stream/consumers')
    return 'stdin'
  }

  #form(form: string, parts: readonly FormPart[]): string[] {
    return [`const ${form} = new FormData()`, ...parts.map((part) => this.#append(form, part))]
  }

  #append(form: string, { name, content, filename, type, headers }: FormPart): string {
    if (headers.length > 0) this.#cannot(`-F ${name}: headers=`)
    const field = filename === null
    if (field && type !== null) this.#cannot(`-F ${name}: type=, which fetch only gives to files`)
    if (field && content.some((piece) => 'file' in piece || ('text' in piece && /(?<!\r)\n|\r(?!\n)/.test(piece.text))))
      this.#notes.add('fetch writes line ends in the fields of a form as CR LF')
    const args = [quoted(name)]
    if (field && content.every((piece) => 'text' in piece))
      args.push(content.map((piece) => this.#piece(piece, true)).join(' + ') || "''")
    else {
      const parts = content.map((piece) => this.#piece(piece, false))
      const blob = `new Blob(${list(parts, '[]')}${field || type === null ? '' : `, { type: ${quoted(type)} }`})`
      if (field) args.push(`await ${blob}.text()`)
      else args.push(blob, quoted(filename))
    }
    return `${form}.append(${args.join(', ')})`
  }
}

/** A text with a character for each byte of UTF-8. */
function binary(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text))
}
