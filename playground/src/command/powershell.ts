// Splits a PowerShell command line that calls curl.exe into words. "Copy as PowerShell" of browsers does not use curl,
// and shell.ts refuses it.
import { matchAt, type Fail, type Token } from './tokens.js'

// also a ` at the very end, where the next line was not copied
const BLANK = /(?:[ \t\xa0]|`(?:[ \t]*(?:\r\n|\n|\r)|$))+/y
const OPERATOR = /&&|&|\|\||\||;|\d?>>|\d?>&\d|\d?>|<|\(|\)|\r\n|\n|\r/y
const PLAIN = /[^\s\xa0`'"‘’“”$&|;<>(){}@]+|[{}@]/y
const PROMPT = /[ \t]*(?:PS(?: [^>\r\n]{0,250})?>|>>)[ \t]*/y
const ESCAPES: Readonly<Record<string, string>> = {
  ...{ '0': '\0', a: '\x07', b: '\b', e: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
}

/** The tokens of a text. */
export function lexPowerShell(text: string, fail: Fail): Token[] {
  const tokens: Token[] = []
  let i = 0

  function skip(expression: RegExp): boolean {
    const match = matchAt(expression, text, i)
    if (match) i += match[0].length
    return match !== null
  }

  function word(): Token {
    const at = i
    const value: string[] = []
    if (text.startsWith('--%', i) || /^@["'({]/.test(text.slice(i, i + 2)))
      fail("this syntax of PowerShell is not supported here: use '...'", i)
    for (let plain; i < text.length;) {
      const character = text[i]!
      if ((plain = matchAt(PLAIN, text, i))) {
        value.push(plain[0])
        i += plain[0].length
      } else if (character === '`') value.push(escape())
      else if (character === '$') value.push(dollar())
      else if (/['‘’]/.test(character)) quoted(/['‘’]/, value, false)
      else if (/["“”]/.test(character)) quoted(/["“”]/, value, true)
      else break
    }
    return { kind: 'word', value: value.join(''), at, end: i }
  }

  function escape(): string {
    const character = text[i + 1] ?? ''
    if (character === '0') fail('the character NUL cannot be in an argument', i)
    i += 2
    return ESCAPES[character] ?? character
  }

  function dollar(): string {
    if (tokens.at(-1)?.value.startsWith('>') && skip(/\$null(?!\w)/iy)) return '/dev/null'
    if (matchAt(/\$[({\w?^$]/y, text, i)) fail('variables of PowerShell are not known here: write the value', i)
    i++
    return '$'
  }

  function quoted(mark: RegExp, value: string[], expands: boolean): void {
    const start = i++
    for (; i < text.length;) {
      const character = text[i]!
      const next = text[i + 1] ?? ''
      if (mark.test(character) && mark.test(next)) {
        value.push(character)
        i += 2
      } else if (mark.test(character)) break
      else if (expands && character === '`') value.push(escape())
      else if (expands && character === '$') value.push(dollar())
      // before 7.3 a " needed a backslash to reach a program, so many lines have one
      else if (character === '\\' && text.startsWith(expands ? '`"' : '"', i + 1)) i++
      else {
        value.push(character)
        i++
      }
    }
    if (i++ >= text.length) fail('this quote is not closed', start)
  }

  skip(PROMPT)
  while (i < text.length) {
    const at = i
    if (skip(BLANK)) continue
    if (text[i] === '#') skip(/[^\r\n]*/y)
    else if (skip(OPERATOR)) {
      const [, fd, value, to] = /^(\d?)([^\d]+)(\d?)$/.exec(text.slice(at, i))!
      const operator: Token = { kind: 'operator', value: /[\r\n]/.test(value!) ? '\n' : value!, at, end: i }
      if (fd) operator.fd = Number(fd)
      tokens.push(operator)
      if (to) tokens.push({ kind: 'word', value: to, at: i - 1, end: i })
      if (operator.value === '\n') skip(PROMPT)
    } else tokens.push(word())
    // a character with which no word can begin
    if (i === at) {
      fail('this is not understood', at)
      i++
    }
  }
  return tokens
}
