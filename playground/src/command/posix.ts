// Splits a POSIX shell's command line into words, with what bash adds to quoting: $'...' and here-strings. It expands
// nothing. What a shell would replace (variables, commands, braces, ~) is an error, because curl would get another text
// there. Wildcards stay as they are, because in a URL they match no file, and curl uses them itself.
import { matchAt, type Fail, type Token } from './tokens.js'

const BLANK = /(?:[ \t\xa0]|\\(?:[ \t]*(?:\r\n|\n|\r)|$))+/y
const NEWLINE = /\r\n|\n|\r/y
// also a \ at the very end, where the next line was not copied
const CONTINUATION = /\\(?:[ \t]*(?:\r\n|\n|\r)|$)/y
const OPERATOR = /&>>|&>|&&|&|\|\||\|&|\||;;|;|<<<|<<-|<<|<&|<>|<|>>|>\||>&|>|\(|\)/y
const PLAIN = /[^ \t\r\n\xa0\\'"$`;&|<>(){},.]+/y
// "$ ", "> ", "user@host:~$ ", "[user@host dir]# ": what terminals show before a command
const PROMPT = /[ \t]*(?:(?:\[[^\]\n]{1,80}\]|[\w.-]+@[\w.-]+(?::[^\s$#]{0,80})?)[$#%>]|[$%>❯➜])[ \t]+(?=\S)/y
const ESCAPE =
  /\\(?:([0-7]{1,3})|x(?:\{([\da-fA-F]{1,8})\}|([\da-fA-F]{1,2}))|u([\da-fA-F]{1,4})|U([\da-fA-F]{1,8})|c(\\\\|[^'])|([^]))/y
const ESCAPES: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', e: '\x1b', E: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
  ...{ '\\': '\\', "'": "'", '"': '"', '?': '?' },
}

/** The tokens of a text. If `fail` returns, the lexer goes on, and reads an unfinished line as far as it can. */
export function lexPosix(text: string, fail: Fail): Token[] {
  const tokens: Token[] = []
  const documents: { token: Token; delimiter: string; literal: boolean }[] = []
  let i = 0
  let prompted = skip(PROMPT)

  function skip(expression: RegExp): boolean {
    const match = matchAt(expression, text, i)
    if (match) i += match[0].length
    return match !== null
  }

  function word(): Token {
    const token: Token = { kind: 'word', value: '', at: i, end: i }
    const value = new Value((character) => fail(`${character} cannot be in an argument`, token.at))
    // counts {, a comma or two dots, and }, in this order: a word with all three may be one that a shell expands
    let braces = 0
    if (text[i] === '~') fail('~ is not expanded here: write the whole path', i)
    if (/[\u2018-\u201f]/.test(text[i] ?? '')) fail('this is a typographic quote: write \' or "', i)
    for (let plain; i < text.length;) {
      const start = i
      const character = text[i]!
      if ((plain = matchAt(PLAIN, text, i)) || (plain = matchAt(/[,.{}]/y, text, i))) {
        value.push(plain[0])
        i += plain[0].length
        if (braces === 0 && character === '{') braces = 1
        else if (braces === 1 && (character === ',' || (character === '.' && text[i] === '.'))) braces = 2
        else if (braces === 2 && character === '}') braces = 3
      } else if (character === '\\') {
        if (skip(CONTINUATION)) continued()
        else {
          value.push(text.slice(i + 1, i + 2))
          i += 2
        }
      } else if (character === "'") {
        const end = text.indexOf("'", i + 1)
        if (end < 0) fail("this ' is not closed", i)
        value.push(text.slice(i + 1, end < 0 ? undefined : end))
        i = end < 0 ? text.length : end + 1
      } else if (character === '"' || (character === '$' && text[i + 1] === '"')) {
        i += character === '"' ? 1 : 2
        expandable(value, () => text[i] === '"', /[$`"\\]/)
        if (i++ >= text.length) fail('this " is not closed', start)
      } else if (character === '$' && text[i + 1] === "'") ansi(value)
      else if (character === '$') dollar(value)
      else if (character === '`') {
        fail('commands in `...` are not run here', i++)
        value.push(character)
      } else break
    }
    i = Math.min(i, text.length)
    token.value = value.text()
    token.end = i
    // allowed in a URL, because there curl expands braces just as the shell would
    if (braces === 3 && !token.value.includes('://'))
      fail('a shell would expand these braces: put them into quotes', token.at)
    return token
  }

  /** After a backslash at the end of a line: skips the prompt of the next one, which a copied transcript has. */
  function continued(): void {
    skip(prompted ? /[ \t]*> ?/y : /[ \t]*> (?=-)/y)
  }

  /** Reads text as it is in "..." or a here-document, where $ and ` have a meaning, and a backslash removes it. */
  function expandable(value: Value, done: () => boolean, escapable: RegExp): void {
    while (i < text.length && !done()) {
      const character = text[i]!
      if (character === '\\' && escapable.test(text[i + 1] ?? '')) {
        value.push(text[i + 1]!)
        i += 2
      } else if (character === '\\' && /[\r\n]/.test(text[i + 1] ?? '')) skip(CONTINUATION)
      else if (character === '$') dollar(value)
      else {
        if (character === '`') fail('commands in `...` are not run here', i)
        value.push(character)
        i++
      }
    }
  }

  function dollar(value: Value): void {
    const what = matchAt(/\$(?:([([])|\{[^}]*\}?|\w+|[@*#?$!-])/y, text, i)
    if (what?.[1]) fail('commands and sums in $(...) are not run here: write their result', i)
    else if (what) fail(`${what[0]} is a variable of your shell: write its value, or put it into '...'`, i)
    value.push('$')
    i++
  }

  function ansi(value: Value): void {
    const start = i
    i += 2
    while (i < text.length && text[i] !== "'") {
      const match = matchAt(ESCAPE, text, i)
      if (!match) {
        value.push(text[i++]!)
        continue
      }
      const [all, octal, braced, hex, u, U, control, other] = match
      i += all.length
      const byte = octal ? parseInt(octal, 8) : parseInt(braced ?? hex ?? '', 16)
      const code = parseInt(u ?? U ?? '', 16)
      if (byte >= 0) value.byte(byte & 0xff)
      else if (code > 0x10ffff) fail('there is no such character', i - all.length)
      else if (code >= 0) value.push(String.fromCodePoint(code))
      else if (control)
        value.push(control === '?' ? '\x7f' : String.fromCharCode(control.toUpperCase().charCodeAt(0) & 31))
      else value.push(ESCAPES[other!] ?? all)
    }
    if (i++ >= text.length) fail("this $' is not closed", start)
  }

  /** Reads the lines up to the delimiter: the body of a here-document. */
  function hereDocument({ token, delimiter, literal }: (typeof documents)[number]): void {
    const strip = token.value === '<<-'
    const value = new Value((character) => fail(`${character} cannot be in a here-document`, token.at))
    for (;;) {
      if (strip) skip(/\t+/y)
      const line = /^[^\r\n]*/.exec(text.slice(i, i + delimiter.length + 2))![0]
      if (line === delimiter) {
        i += line.length
        break
      }
      if (i >= text.length) {
        fail(`the line ${delimiter} that ends this is missing`, token.at)
        break
      }
      const end = /[\r\n]|$/g
      end.lastIndex = i
      const stop = end.exec(text)!.index
      if (literal) {
        value.push(text.slice(i, stop))
        i = stop
      } else expandable(value, () => /[\r\n]/.test(text[i]!), /[$`\\]/)
      // with an empty delimiter the last line may be missing, because pasting removes blanks and lines at the end
      if (skip(NEWLINE) || delimiter === '') value.push('\n')
    }
    token.body = value.text()
  }

  while (i < text.length) {
    const at = i
    const continues = matchAt(BLANK, text, i)
    if (continues) {
      i += continues[0].length
      if (continues[0].includes('\\')) continued()
    } else if (skip(NEWLINE)) {
      tokens.push({ kind: 'operator', value: '\n', at, end: i })
      for (const document of documents.splice(0)) hereDocument(document)
      if (skip(PROMPT)) prompted = true
    } else if (text[i] === '#') skip(/[^\r\n]*/y)
    else if (skip(OPERATOR)) {
      const token: Token = { kind: 'operator', value: text.slice(at, i), at, end: i }
      const before = tokens.at(-1)
      // 2> and not 2 >
      if (/^[<>]/.test(token.value) && before?.end === at && /^\d$/.test(text.slice(before.at, at))) {
        token.fd = Number(before.value)
        token.at = before.at
        tokens.pop()
      }
      tokens.push(token)
      if (/^<<-?$/.test(token.value)) {
        skip(BLANK)
        const delimiter = word()
        // '' and "" are allowed, and mean an empty line
        if (delimiter.end === delimiter.at) fail('<< needs a word that ends its lines', at)
        const literal = /['"\\]/.test(text.slice(delimiter.at, delimiter.end))
        documents.push({ token, delimiter: delimiter.value, literal })
        token.end = delimiter.end
      }
    } else tokens.push(word())
  }
  for (const { token, delimiter } of documents)
    fail(`the ${delimiter === '' ? 'empty line' : `line ${delimiter}`} that ends this is missing`, token.at)
  return tokens
}

/** Collects the value of a word. Escaped bytes that follow each other are decoded together as UTF-8. */
class Value {
  private readonly parts: string[] = []
  private bytes: number[] = []
  private readonly nul: (character: string) => void

  constructor(nul: (character: string) => void) {
    this.nul = nul
  }

  push(text: string): void {
    this.flush()
    if (text.includes('\0')) this.nul('the character NUL')
    this.parts.push(text)
  }

  byte(byte: number): void {
    if (byte === 0) this.nul('the byte NUL')
    this.bytes.push(byte)
  }

  text(): string {
    this.flush()
    return this.parts.join('')
  }

  private flush(): void {
    if (this.bytes.length === 0) return
    const bytes = Uint8Array.from(this.bytes)
    this.bytes = []
    try {
      this.parts.push(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
    } catch {
      // Firefox and Safari write the character U+00E9 as \xe9, although for a shell that is a byte
      this.parts.push(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    }
  }
}
