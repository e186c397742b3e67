// Removes the secrets from a command, for a permalink that other people will read. It finds them by the option, by
// names such as "token", and by values that look like keys, wherever they are. It rather removes too much. The command
// still runs, with REDACTED in place of each secret.
import { splitOptions, type OptionTable, type Part } from '../../../dist/ts/tool/javascript/curl-options.js'
import type { Command } from './shell.js'
import { matchAt, visible } from './tokens.js'

/** Takes the place of a secret. */
export const REDACTED = 'REDACTED'

export interface Redaction {
  argv: string[]
  /** What was removed, in words, such as "header Authorization" or "query parameter token". Each once. */
  redacted: string[]
}

/** Records what was removed. */
type Note = (what: string) => void

const NAME =
  /token|secret|api[-_.]?key|access[-_.]?key|private|passw|passphrase|passcode|pwd|auth(?!or(?!i[sz]))|sess(?:ion|id)|credential|signature|cookie|csrf|xsrf|jwt|bearer/i
// SHORT is for whole names. PERHAPS are secrets only if the value looks like one, which in key=value it does not
const SHORT = /^(?:sig|sid|pin|otp|pass|pw|hmac|assertion|saml(?:request|response))$/i
const PERHAPS = /(?:^|[-_.])(?:key|code|state|nonce)$/i
const SCHEME = /^(?:Basic|Bearer|Digest|Negotiate|Token|ApiKey|Key|AWS4-HMAC-SHA256)\s+(?=\S)/i

/** Whether a field with this name and value is a secret. */
function isSecret(name: string, value: string): boolean {
  return (
    NAME.test(name) ||
    SHORT.test(name) ||
    (PERHAPS.test(name) && /^(?=[^\d]*\d)(?=[^A-Za-z]*[A-Za-z])\S{12,}$/.test(value))
  )
}

/**
 * Removes secrets from the arguments after `curl`. Names of files stay, because their content is not part of the
 * command.
 */
export function redact(argv: readonly string[], table: OptionTable): Redaction {
  const result = [...argv]
  const redacted = new Set<string>()
  const note = noteIn(redacted)
  let doubtful = -1
  for (const part of splitOptions(argv, table)) {
    const { kind, index, value, valueIndex } = part
    if (kind === 'unknown') {
      // --token=x and --token x, for an option that this curl does not know
      const [, name, given] = /^-*([^=]*)=?([^]*)$/.exec(argv[index]!)!
      if (!isSecret(name!, given!)) result[index] = scrub(argv[index]!, note)
      else if (given) result[index] = strip(argv[index]!.slice(0, -given.length), `option ${name}`, note)
      else doubtful = index + 1
    } else if (value === undefined) {
      if (part.offset === 0) result[index] = scrub(result[index]!, note)
    } else {
      const before = argv[valueIndex!]!.slice(0, part.valueOffset)
      const stripped =
        valueIndex === doubtful ? strip('', `the value after ${argv[index - 1]}`, note) : valueOf(part, value, note)
      result[valueIndex!] = before + stripped
    }
  }
  return { argv: result, redacted: [...redacted] }
}

/** Removes secrets from a whole command, also from its environment and its here-documents. */
export function redactCommand(command: Command, table: OptionTable): { command: Command; redacted: string[] } {
  const { argv, redacted } = redact(command.argv, table)
  const all = new Set(redacted)
  const note = noteIn(all)
  const env: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(command.env))
    env[name] = isSecret(name, value) && value ? strip('', `variable ${name}`, note) : url(value, note)
  // with -K - the text has options, and any of them can be a secret
  const config = splitOptions(command.argv, table).some(
    ({ option, value }) => option?.long === 'config' && value === '-',
  )
  const redirects = command.redirects.map((redirect) => {
    if (!('text' in redirect)) return redirect
    return { ...redirect, text: config ? strip('# ', 'the config', note) : body(redirect.text, note) }
  })
  return { command: { ...command, argv, env, redirects }, redacted: [...all] }
}

/** Removes secrets from the parts of requests and responses, and says what was removed. */
export class Redactor {
  readonly #all = new Set<string>()
  readonly #note = noteIn(this.#all)

  get redacted(): string[] {
    return [...this.#all]
  }

  url(text: string): string {
    return url(text, this.#note)
  }

  /** The value of a header. */
  header(name: string, value: string): string {
    if (!/^set-cookie2?$/i.test(name)) return header(`${name}: ${value}`, this.#note).slice(name.length + 2)
    // its attributes are not secret
    return value.replace(/^([^=;]*=)?[^;]+/, (_, cookie = '') =>
      strip(cookie, `cookie ${cookie.slice(0, -1)}`, this.#note),
    )
  }

  body(text: string): string {
    return body(text, this.#note)
  }
}

function noteIn(all: Set<string>): Note {
  return (what) => all.add(visible(what.length > 60 ? `${what.slice(0, 60)}…` : what))
}

function strip(before: string, what: string, note: Note): string {
  note(what)
  return before + REDACTED
}

// options whose values look like keys but are public
const PUBLIC =
  /^(?:proxy-)?(?:ciphers|tls13-ciphers|pinnedpubkey|hostpubmd5|hostpubsha256|ech|resolve|connect-to|curves|sigalgs)$/
const SECRETS =
  /^(?:oauth2-bearer|(?:proxy-)?(?:pass|tlspassword|tlsuser|user)|ftp-account|ftp-alternative-to-user|httpsig-key)$/
const AT_FILE = /^(?:data|data-ascii|data-binary|data-urlencode|header|json|proxy-header|url-query)$/
const FIELDS = /^(?:data-urlencode|form|form-string|url-query|variable)$/

/** The value of an option, or a URL, without its secrets. */
function valueOf({ option }: Part, value: string, note: Note): string {
  const long = option?.long ?? 'url'
  if (PUBLIC.test(long) || value === '') return value
  if (SECRETS.test(long))
    return value.includes(':') ? strip(`${REDACTED}:`, `--${long}`, note) : strip('', `--${long}`, note)
  if (long === 'cookie') return value.includes('=') ? cookies(value, note) : value
  if (/^(?:proxy-)?(?:cert|key)$/.test(long)) return certificate(value, long, note)
  if (long === 'quote') {
    const command = /^\s*[-+*]?\s*(?:PASS|ACCT|USER|AUTH)\s+(?=\S)/i.exec(value)?.[0]
    return command ? strip(command, `--${long}`, note) : scrub(value, note)
  }
  // the name of a file begins with @
  if (AT_FILE.test(long) && value.startsWith('@')) return value
  if (long === 'header' || long === 'proxy-header') return header(value, note)
  if (FIELDS.test(long)) return field(value, long, note)
  if (/^(?:data.*|json)$/.test(long)) return body(value, note)
  return url(value, note)
}

/** "name=content". */
function field(value: string, long: string, note: Note): string {
  const [, name, content] = /^([^=]*)=([^]*)$/.exec(value) ?? []
  if (name === undefined || !content) return body(value, note)
  if (long === 'form' && /^[@<]/.test(content)) return value
  const what = long === 'variable' ? 'variable' : long.startsWith('form') ? 'form field' : 'parameter'
  return isSecret(name, content) ? strip(`${name}=`, `${what} ${name}`, note) : `${name}=${body(content, note)}`
}

/** "a=1; b=2". The names stay. */
function cookies(value: string, note: Note): string {
  return value.replace(/([^=;]*=)?([^;]*)/g, (all, name: string | undefined, content: string) => {
    if (content.trim() === '') return all
    return strip(name ?? '', name ? `cookie ${name.slice(0, -1).trim()}` : 'a cookie', note)
  })
}

/** "file:password", in which a backslash escapes, or a URI of PKCS #11, which may have a PIN. */
function certificate(value: string, long: string, note: Note): string {
  if (/^pkcs11:/i.test(value))
    return value.replace(/((?:^|[;?&:])pin-value=)[^;?&]+/gi, (_, name: string) =>
      strip(name, `PIN of --${long}`, note),
    )
  const file = long.endsWith('cert') ? /^(?:[^\\:]|\\[^])*:(?=[^])/.exec(value)?.[0] : undefined
  return file ? strip(file, `password of --${long}`, note) : value
}

/** "Name: value". The scheme, such as Bearer, stays. */
function header(value: string, note: Note): string {
  const [, name, colon, content] = /^([^:]*)(:[ \t]*)([^]*)$/.exec(value) ?? []
  if (name === undefined || !content) return scrub(value, note)
  if (/^(?:set-)?cookie2?$/i.test(name)) return name + colon + cookies(content, note)
  if (isSecret(name, content)) return strip(name + colon + (SCHEME.exec(content)?.[0] ?? ''), `header ${name}`, note)
  return name + colon + url(content, note)
}

/** A body: JSON, a form, multipart, or another text. `depth` counts the values that it is nested in. */
function body(text: string, note: Note, depth = 0): string {
  const parts = text.replace(
    /(\bname="?([^"\r\n;]*)"?[^\r\n]*\r?\n(?:[^\r\n]+\r?\n){0,9}\r?\n)([^]*?)(?=\r?\n--|$)/g,
    (all, before: string, name: string, content: string) =>
      content && isSecret(name, content) ? strip(before, `form field ${name}`, note) : all,
  )
  if (/^\s*["[{]/.test(parts)) return scrub(json(parts, note), note)
  if (/^[^\s=&:/?#@"]+=/.test(parts)) return form(parts, 'parameter', note, depth)
  return url(parts, note, depth)
}

const STRING = /"(?:[^"\\]|\\[^])*"?/y

/** JSON, also if it is incomplete: removes the values of secret names at any depth, and keeps the rest as it is. */
function json(text: string, note: Note): string {
  let result = ''
  let done = 0
  for (let i = text.indexOf('"'); i >= 0; i = text.indexOf('"', i)) {
    const key = matchAt(STRING, text, i)![0]
    i += key.length
    const colon = matchAt(/\s*:\s*/y, text, i)
    const name = key
      .slice(1, -1)
      .replace(/\\u([\da-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    if (!colon) continue
    i += colon[0].length
    // does not skip an object that stays: its fields are looked at next
    if (!isSecret(name, '') && !(PERHAPS.test(name) && text[i] === '"')) continue
    const end = endOfValue(text, i)
    const value = text.slice(i, end)
    if (!isSecret(name, value.slice(1, -1))) continue
    if (!/^(?:""|null|true|false|)$/.test(value)) {
      result += strip(`${text.slice(done, i)}"`, `JSON field ${name}`, note) + '"'
      done = end
    }
    i = end
  }
  return result + text.slice(done)
}

function endOfValue(text: string, at: number): number {
  for (let depth = 0, i = at; ;) {
    const character = text[i]
    if (character === undefined) return i
    if (character === '"') i += matchAt(STRING, text, i)![0].length
    else if ('[{'.includes(character) || (depth > 0 && /[\s,:\]}]/.test(character))) {
      i++
      depth += '[{'.includes(character) ? 1 : ']}'.includes(character) ? -1 : 0
    } else i += matchAt(depth > 0 ? /[^\s,:[\]{}"]+/y : /[^\s,\]}]*/y, text, i)![0].length
    if (depth <= 0) return i
  }
}

/** "a=1&b=2" as browsers encode it. */
function form(text: string, what: string, note: Note, depth: number): string {
  const pairs = text.split('&').map((pair) => {
    const [, name, value] = /^([^=]*=)([^]*)$/.exec(pair) ?? []
    if (!name || !value) return scrub(pair, note)
    const decoded = decode(name.slice(0, -1))
    if (isSecret(decoded, decode(value))) return strip(name, `${what} ${decoded}`, note)
    // the value may be a URL or JSON, encoded once more
    const inner = decode(value)
    const stripped = depth < 3 ? body(inner, note, depth + 1) : scrub(inner, note)
    if (stripped !== inner) return name + (inner === value ? stripped : encodeURIComponent(stripped))
    return name + scrub(value, note)
  })
  return pairs.join('&')
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

/** A URL: removes user and password, and secrets in the query and fragment. Or a text that may have URLs in it. */
function url(text: string, note: Note, depth = 0): string {
  let rest = text
  if (/^\S+$/.test(text)) {
    const [, scheme = '', authority = '', path = ''] = /^([a-z][a-z\d+.-]*:\/{1,3})?([^/?#]*)([^]*)$/i.exec(text)!
    // if there is no port after the colon, it may be a password with a slash in it
    const cut =
      authority.includes('@') || !/:[^\d]/.test(authority.replace(/^\[[^\]]*\]/, '')) ? authority : authority + path
    const at = cut.lastIndexOf('@')
    if (at >= 0 && (scheme || cut.slice(0, at).includes(':'))) {
      const user = cut.slice(0, at).includes(':') ? `${REDACTED}:${REDACTED}` : REDACTED
      note('user and password in a URL')
      rest = `${scheme}${user}${(authority + path).slice(at)}`
    }
    const query = /^([^?#]*)(\?[^#]*)?(#[^]*)?$/.exec(rest)!
    const encoded = (part: string | undefined): string =>
      part === undefined
        ? ''
        : part[0] + form(part.slice(1), part[0] === '?' ? 'query parameter' : 'URL fragment', note, depth)
    rest = query[1]! + encoded(query[2]) + encoded(query[3])
  }
  return scrub(rest, note)
}

// keys with a known prefix, JSON web tokens, and webhooks whose path is the secret
const MARKED =
  /eyJ[\w-]{8,}(?:\.[\w-]*)*|(?<=\bBearer\s)[\w.~+/=-]{8,}|(?<![\w-])(?:gh[a-z]_|github_pat_|glpat-|[sprw]k[-_](?=[\w.-]*\d)|whsec_|xox[a-z]-|xapp-|AKIA|ASIA|AIza|hf_|npm_|SG\.)[\w.-]{12,}/g
const WEBHOOK = /(hooks\.slack\.com\/[a-z]+\/)[\w/-]+/gi
const LONG = /(?<![\w+])[\w+-]{32,}(?![\w+])/g
const NAMED = /(?<![\w.-])([\w.-]+)(\\*["']?\s*(?:=|:(?!\/\/))\s*)(\\*["'])?/g
const ELEMENT = /<([\w:.-]+)((?:\s[^<>]*)?)>([^<]+)(?=<\/)/g

/** Removes secrets that can be in any text. Each expression is linear, because the text may be long and hostile. */
function scrub(text: string, note: Note): string {
  let result = text
    .replace(/((?:^|\W)[a-z][a-z\d+.-]{0,20}:\/\/)(?!REDACTED[:@])[^\s/?#"'<>]*@/gi, (_, scheme: string) => {
      return `${strip(scheme, 'user and password in a URL', note)}@`
    })
    .replace(ELEMENT, (all, name: string, rest: string, content: string) =>
      content.trim() && isSecret(name, content) ? strip(`<${name}${rest}>`, `element ${name}`, note) : all,
    )
  result = named(result, note)
  return result
    .replace(MARKED, () => strip('', 'a key or token', note))
    .replace(WEBHOOK, (_, before: string) => strip(before, 'the path of a webhook', note))
    .replace(LONG, (value) => (isRandom(value) ? strip('', 'a long value that looks like a key', note) : value))
}

/** Removes the value of "name=value", "name: value" and "name": "value" with a secret name, anywhere in a text. */
function named(text: string, note: Note): string {
  let result = ''
  let done = 0
  let plain = 0
  for (const match of text.matchAll(NAMED)) {
    const [all, name, sign, quote] = match
    const start = match.index + all.length
    // not inside the value before, which did not look like a secret
    if (start <= done || !(isSecret(name!, '') || (start >= plain && PERHAPS.test(name!)))) continue
    // auth.example.org:443 and https://auth:443 are not a name and a value
    if (sign === ':' && name!.includes('.') && !quote) continue
    if (/\/\/$|@$/.test(text.slice(Math.max(0, match.index - 2), match.index))) continue
    const expression = quote ? /[^"'\\]+/y : /(?:(?:Basic|Bearer|Digest|Token)\s+)?[^\s&"'\\;,<>]*[^\s&"'\\;,<>)\]}]/iy
    const value = matchAt(expression, text, start)?.[0]
    if (value) plain = start + value.length
    if (!value || !isSecret(name!, value) || value.startsWith(REDACTED) || /^(?:true|false|null)$/.test(value)) continue
    result += strip(text.slice(done, start) + (SCHEME.exec(value)?.[0] ?? ''), `value of ${name}`, note)
    done = start + value.length
  }
  return result + text.slice(done)
}

/** Whether a text looks like a key: not made of words and numbers, as the names of pages and files are. */
function isRandom(text: string): boolean {
  // not the boundaries that browsers put between the parts of a form
  if (/^-*(?:WebKitFormBoundary|geckoformboundary)/i.test(text)) return false
  if (!/[A-Za-z]/.test(text) || !/\d|[a-z][A-Z]/.test(text)) return false
  const words = text.split(/[-_+]/)
  const plain = words.filter((word) => /^(?:[a-zA-Z]?[a-z]{0,24}|[A-Z]{0,24}|\d{0,12})\d{0,4}$/.test(word))
  return plain.length < words.length
}
