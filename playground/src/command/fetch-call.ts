// Reads calls of fetch, as "Copy as fetch" of the browsers writes them, as data. It runs nothing: literals are read, and
// a few calls that stand for data, such as JSON.stringify. Anything else is refused.
import type { BrowserRequest } from './write-curl.js'

export interface FetchCall {
  request: BrowserRequest
  /** What curl cannot do, in words. */
  notes: string[]
}

/** Thrown for what is not only data, or is cut off. */
export class FetchError extends Error {
  override readonly name = 'FetchError'
}

const START = /^\s*(?:(?:const|let|var)\s+[\w$]+\s*=\s*)?(?:await\s+)?(?:(?:window|globalThis|self)\s*\.\s*)?fetch\s*\(/

/** Whether a text begins with a call of fetch. */
export function isFetch(text: string): boolean {
  return START.test(withoutComments(text))
}

/** The comments at the start of a text are skipped, because programs begin with them. */
function withoutComments(text: string): string {
  return text.slice(/^(?:\s+|\/\/[^\n]*(?:\n|$)|\/\*[^]*?\*\/)*/.exec(text.slice(0, 20_000))![0].length)
}

/** The calls in a text, in order. @throws FetchError that says what was not understood, and where. */
export function parseFetch(text: string): FetchCall[] {
  const reader = new Reader(text)
  const calls: FetchCall[] = []
  while (!reader.atEnd) {
    const [address, init, ...rest] = reader.call()
    if (rest.length > 0) throw new FetchError('fetch has more than two arguments')
    calls.push(callOf(address, init))
  }
  return calls
}

// --- the values ---

type Value = string | number | boolean | null | undefined | Value[] | Made | Fields
/** The fields of an object, in order. */
class Fields {
  readonly entries: [string, Value][] = []
  /** The last one with a name counts, as in JavaScript. */
  set(name: string, value: Value): void {
    const before = this.entries.find(([key]) => key === name)
    if (before) before[1] = value
    else this.entries.push([name, value])
  }
}
/** What a call such as new Headers(...) makes. */
class Made {
  constructor(
    readonly name: string,
    readonly args: Value[],
  ) {}
}

const MAKERS = new Set(['Headers', 'URLSearchParams', 'JSON.stringify', 'btoa', 'AbortSignal.timeout', 'URL'])
const DEEPEST = 200

class Reader {
  #at = 0
  #depth = 0

  constructor(private readonly text: string) {
    this.#blank()
  }

  get atEnd(): boolean {
    return this.#at >= this.text.length
  }

  #fail(problem: string): never {
    const before = this.text.slice(0, this.#at)
    const line = before.split('\n').length
    const near = this.text.slice(this.#at, this.#at + 30).split('\n')[0]!
    throw new FetchError(`${problem} (line ${line}${near === '' ? '' : `: ${near}`})`)
  }

  /** Skips blanks and comments. */
  #blank(): void {
    const blank = /(?:\s+|\/\/[^\n]*|\/\*[^]*?\*\/)*/y
    blank.lastIndex = this.#at
    this.#at += blank.exec(this.text)![0].length
  }

  /** Reads what an expression matches, and the blanks after it. null if it does not match here. */
  #match(expression: RegExp): string | null {
    expression.lastIndex = this.#at
    const found = expression.exec(this.text)?.[0]
    if (found === undefined) return null
    this.#at += found.length
    this.#blank()
    return found
  }

  #expect(sign: string, what: string): void {
    if (this.text[this.#at] !== sign) this.#fail(this.atEnd ? 'the text ends too early' : `${what} is missing`)
    this.#at++
    this.#blank()
  }

  call(): Value[] {
    this.#match(/(?:const|let|var)\s+[\w$]+\s*=/y)
    this.#match(/await\b/y)
    this.#match(/(?:window|globalThis|self)\s*\./y)
    if (this.#match(/fetch\b/y) === null) this.#fail('only calls of fetch can be read, and this is another')
    this.#expect('(', '(')
    const args = this.#list(')')
    if (this.text[this.#at] === '.')
      this.#fail('only the call of fetch can be read, and not what is done with its result')
    this.#match(/[;,]/y)
    while (this.#match(/;/y) !== null);
    return args
  }

  /** Values up to a closing sign. A comma may be before it. */
  #list(close: string): Value[] {
    const values: Value[] = []
    while (this.text[this.#at] !== close) {
      values.push(this.#value())
      if (this.text[this.#at] !== close) this.#expect(',', `, or ${close}`)
    }
    this.#expect(close, close)
    return values
  }

  #value(): Value {
    if (++this.#depth > DEEPEST) this.#fail('this is nested too deeply')
    let value = this.#single()
    while (this.#match(/\+(?!\+)/y) !== null) {
      const next = this.#single()
      const texts = [value, next].map((each) => (each instanceof Made ? textOfMade(each) : each))
      if (!texts.every((each) => typeof each === 'string')) this.#fail('only texts can be joined with +')
      value = `${texts[0]}${texts[1]}`
    }
    this.#depth--
    return value
  }

  #single(): Value {
    const sign = this.text[this.#at]
    if (sign === undefined) return this.#fail('the text ends too early')
    if (sign === '"' || sign === "'" || sign === '`') return this.#string(sign)
    if (sign === '[') {
      this.#expect('[', '[')
      return this.#list(']')
    }
    if (sign === '{') return this.#object()
    const number = this.#match(/-?(?:0x[\da-f]+|\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)/iy)
    if (number !== null) return Number(number.replaceAll('_', ''))
    const start = this.#at
    const word = this.#match(/(?:new\s+)?[A-Za-z_$][\w$]*(?:\s*\.\s*[A-Za-z_$][\w$]*)*/y)
    if (word === null) return this.#fail('this cannot be read as data')
    const constants: Record<string, Value> = { true: true, false: false, null: null, undefined: undefined }
    if (Object.hasOwn(constants, word)) return constants[word]
    const name = word.replace(/^new\s+|\s+/g, '')
    if (MAKERS.has(name) && this.text[this.#at] === '(') {
      this.#expect('(', '(')
      return new Made(name, this.#list(')'))
    }
    this.#at = start
    return this.#fail('this is not data, and nothing is run here')
  }

  #object(): Fields {
    this.#expect('{', '{')
    const fields = new Fields()
    while (this.text[this.#at] !== '}') {
      const sign = this.text[this.#at]
      const name =
        sign === '"' || sign === "'"
          ? this.#string(sign)
          : (this.#match(/[A-Za-z_$][\w$]*|\d+/y) ?? this.#nameMissing())
      this.#expect(':', `: after ${name.slice(0, 30)}`)
      fields.set(name, this.#value())
      if (this.text[this.#at] !== '}') this.#expect(',', ', or }')
    }
    this.#expect('}', '}')
    return fields
  }

  #nameMissing(): never {
    return this.#fail(this.atEnd ? 'the text ends too early' : 'the name of a field is missing')
  }

  #string(quote: string): string {
    const parts: string[] = []
    const start = this.#at++
    const plain = quote === '`' ? /[^\\`$]+/y : quote === '"' ? /[^\\"\r\n]+/y : /[^\\'\r\n]+/y
    for (;;) {
      plain.lastIndex = this.#at
      const run = plain.exec(this.text)?.[0]
      if (run !== undefined) {
        parts.push(run)
        this.#at += run.length
        continue
      }
      const sign = this.text[this.#at]
      if (sign === quote) break
      if (sign === '\\') parts.push(this.#escape())
      else if (sign === '$' && this.text[this.#at + 1] !== '{') {
        parts.push('$')
        this.#at++
      } else if (sign === '$') this.#fail('${ } is not data, and nothing is run here')
      else {
        this.#at = sign === undefined ? this.text.length : start
        this.#fail(
          sign === undefined ? 'the text ends in the middle of a string' : 'this string does not end on its line',
        )
      }
    }
    this.#at++
    this.#blank()
    const text = parts.join('')
    return quote === '`' ? text.replace(/\r\n?/g, '\n') : text
  }

  /** https://tc39.es/ecma262/#prod-EscapeSequence */
  #escape(): string {
    const escape = /\\(?:u\{([\da-f]{1,6})\}|u([\da-f]{4})|x([\da-f]{2})|(\r\n|[^]))/iy
    escape.lastIndex = this.#at
    const [all, ...kinds] = escape.exec(this.text) ?? []
    if (all === undefined) {
      this.#at = this.text.length
      return this.#fail('the text ends in the middle of a string')
    }
    // as in \u00
    if (/^\\(?:u\{?|x)[\da-f]*$/i.test(this.text.slice(this.#at, this.#at + 10))) {
      this.#at = this.text.length
      this.#fail('the text ends in the middle of a string')
    }
    const [braced, four, two, single] = kinds
    const code = parseInt(braced ?? four ?? two ?? '', 16)
    if (single === 'u' || single === 'x' || (single && /[1-9]/.test(single)) || code > 0x10ffff)
      this.#fail('this escape is not valid')
    this.#at += all.length
    if (single === undefined) return String.fromCodePoint(code)
    if (/^[\r\n\u2028\u2029]/.test(single)) return ''
    const named: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', 0: '\0' }
    return Object.hasOwn(named, single) ? named[single]! : single
  }
}

// --- the request ---

/** Options of fetch without an effect on the request. */
const WITHOUT_EFFECT = new Set([
  'duplex',
  'keepalive',
  'priority',
  'window',
  'attributionReporting',
  'targetAddressSpace',
])
const FORM = 'application/x-www-form-urlencoded;charset=UTF-8'

function callOf(address: Value, init: Value): FetchCall {
  const made =
    address instanceof Made && address.name === 'URL' && address.args.length === 1 ? address.args[0] : address
  if (typeof made !== 'string') throw new FetchError('the first argument of fetch is not a URL')
  if (init !== undefined && init !== null && !(init instanceof Fields))
    throw new FetchError('the second argument of fetch is not an object')
  if (!URL.canParse(made)) throw new FetchError(`${JSON.stringify(made.slice(0, 100))} is not a whole URL`)
  const notes: string[] = []
  const options = new Map(init?.entries)
  const take = (name: string): Value => {
    const value = options.get(name)
    options.delete(name)
    return value
  }
  const headers = headersOf(take('headers'))
  const has = (name: string): boolean => headers.some((header) => header[0].toLowerCase() === name)
  const add = (name: string, value: string): void => void (has(name.toLowerCase()) || headers.push([name, value]))
  const { text, type } = bodyOf(take('body'))
  if (text !== null && type !== null) add('Content-Type', type)
  const given = take('method')
  if (given !== undefined && typeof given !== 'string') throw new FetchError('the method is not a text')
  const method = /^(?:delete|get|head|options|post|put)$/i.test(given ?? 'GET')
    ? (given ?? 'GET').toUpperCase()
    : given!
  addContext(new URL(made), method, take, add)

  const redirect = take('redirect')
  if (redirect === 'error') notes.push("redirect: 'error': curl shows a redirect, and does not fail")
  if (take('credentials') === 'include' && !has('cookie'))
    notes.push("credentials: 'include': the browser's cookies are not in it")
  const signal = take('signal')
  let timeout: number | null = null
  if (signal instanceof Made && signal.name === 'AbortSignal.timeout' && typeof signal.args[0] === 'number')
    timeout = signal.args[0]
  else if (signal !== undefined && signal !== null) notes.push('left out: signal')
  for (const [name, value] of options)
    if (!WITHOUT_EFFECT.has(name) && value !== undefined && value !== null && value !== '')
      notes.push(`left out: ${name}`)
  // a browser asks for compressed bodies
  add('Accept-Encoding', 'gzip')
  const follows = redirect === undefined || redirect === 'follow'
  return { request: { url: made, method, headers, body: text === null ? null : { text }, follows, timeout }, notes }
}

function headersOf(value: Value): [string, string][] {
  const inner = value instanceof Made && value.name === 'Headers' ? value.args[0] : value
  if (inner === undefined || inner === null) return []
  const pairs = inner instanceof Fields ? inner.entries : Array.isArray(inner) ? inner : null
  if (pairs === null) throw new FetchError('the headers are not an object')
  return pairs.map((pair) => {
    const [name, content, ...rest] = Array.isArray(pair) ? pair : []
    const text = content instanceof Made ? textOfMade(content) : content
    if (typeof name !== 'string' || rest.length > 0 || !/^(?:string|number|boolean)$/.test(typeof text))
      throw new FetchError('a header is not a name and a text')
    return [name, String(text)]
  })
}

function bodyOf(value: Value): { text: string | null; type: string | null } {
  if (value === undefined || value === null) return { text: null, type: null }
  if (value instanceof Made) {
    const text = textOfMade(value)
    if (text === null) throw new FetchError(`a body of ${value.name} cannot be read`)
    return { text, type: value.name === 'URLSearchParams' ? FORM : 'text/plain;charset=UTF-8' }
  }
  if (typeof value === 'object')
    throw new FetchError('the body is an object, which fetch would send as [object Object]')
  return { text: String(value), type: 'text/plain;charset=UTF-8' }
}

/** The text that a call makes; null if it makes something else. */
function textOfMade({ name, args }: Made): string | null {
  const [value] = args
  if (args.length !== 1) return null
  if (name === 'JSON.stringify') return JSON.stringify(plain(value)) ?? null
  if (name === 'btoa' && typeof value === 'string' && /^[\0-\xff]*$/.test(value)) return btoa(value)
  if (name !== 'URLSearchParams') return null
  if (typeof value === 'string') return String(new URLSearchParams(value))
  const pairs = value instanceof Fields ? value.entries : Array.isArray(value) ? value : null
  return pairs && String(new URLSearchParams(pairs.map((pair) => (pair as Value[]).map(String))))
}

function plain(value: Value): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Made) throw new FetchError(`${value.name} in a body cannot be read`)
  // fromEntries() defines __proto__ as any other name
  return value instanceof Fields ? Object.fromEntries(value.entries.map(([name, each]) => [name, plain(each)])) : value
}

/** Adds the headers that a browser makes of mode, cache and referrer. */
function addContext(
  url: URL,
  method: string,
  take: (name: string) => Value,
  add: (name: string, value: string) => void,
): void {
  const [referrer, policy, mode, cache] = ['referrer', 'referrerPolicy', 'mode', 'cache'].map(take)
  // https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, steps for the cache mode
  if (cache === 'no-cache') add('Cache-Control', 'max-age=0')
  if (cache === 'no-store' || cache === 'reload') {
    add('Pragma', 'no-cache')
    add('Cache-Control', 'no-cache')
  }
  if (typeof referrer !== 'string' || !/^https?:/i.test(referrer) || !URL.canParse(referrer)) return
  const from = new URL(referrer)
  const same = from.origin === url.origin
  const sent = referrerOf(from, url, typeof policy === 'string' ? policy : '')
  if (sent !== null) add('Referer', sent)
  // https://fetch.spec.whatwg.org/#append-a-request-origin-header
  if ((mode === 'cors' && !same) || !/^(?:GET|HEAD)$/.test(method)) add('Origin', from.origin)
}

/** https://www.w3.org/TR/referrer-policy/#determine-requests-referrer */
function referrerOf(from: URL, to: URL, policy: string): string | null {
  const same = from.origin === to.origin
  const downgrade = from.protocol === 'https:' && to.protocol !== 'https:'
  from.hash = from.username = from.password = ''
  const origin = `${from.origin}/`
  switch (policy) {
    case 'no-referrer':
      return null
    case 'unsafe-url':
      return from.href
    case 'origin':
      return origin
    case 'same-origin':
      return same ? from.href : null
    case 'strict-origin':
      return downgrade ? null : origin
    case 'no-referrer-when-downgrade':
      return downgrade ? null : from.href
    case 'origin-when-cross-origin':
      return same ? from.href : origin
    default:
      return same ? from.href : downgrade ? null : origin
  }
}
