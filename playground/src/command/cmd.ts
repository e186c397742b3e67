// The words of a command line of Windows: first cmd.exe has its way with ^, " and &, then the C library takes the rest
// apart at blanks, with its own idea of quotes and backslashes. "Copy as cURL (cmd)" of Chrome and Firefox is written for
// the two; where a version of them got it wrong, what they meant is what counts.
import { matchAt, type Fail, type Token } from './tokens.js'

const NEWLINE = /\r\n|\n|\r/y
const OPERATOR = /&&|\|\||&|\||>>|>&|>|<&|<|\r\n|\n|\r/y
const PROMPT = /[ \t]*(?:[A-Za-z]:\\[^>\r\n]{0,250}>|More\?)[ \t]*/y
// what cmd.exe would replace: %NAME%. An escaped byte of a URL is none, so that DATE is the only name in doubt
const VARIABLE = /%(?=(?![\da-f]{2})|date%)[a-z_][\w()]*(?::[^%\r\n]*)?%/iy
// a line's end inside quotes, as Chrome and Firefox write it
const CHROME_LINE = /\^(?:\r?\n|\r(?!\n)){2}/y
const FIREFOX_LINE = /"\^(?:\r?\n|\r(?!\n)){1,2}"/y

/** One character that the C library gets, and where cmd.exe had it from. */
interface Character {
  character: string
  at: number
}

// what Chrome of 2021 to 2024 makes of a text without " and line ends: a caret before all but these
const CHROME_QUOTED = /^(?:[\w\s:=+~'/.',?;()*`&-]|\^%\^(?=\w)|\^[^\w\s:=+~'/.',?;()*`-])*$/

/**
 * Whether a text is of a Chrome that has put carets inside plain quotes, where cmd.exe leaves them alone: by two forms
 * that nobody else writes, or by what it does to all quotes alike.
 */
function isOfChromeWithCarets(text: string): boolean {
  if (/\^\\\^"|\^%\^\w/.test(text)) return true
  const inside = text.split('"').filter((_, i) => i % 2 === 1)
  return inside.some((part) => part.includes('^')) && inside.every((part) => CHROME_QUOTED.test(part))
}

/** The tokens of a text. */
export function lexCmd(text: string, fail: Fail): Token[] {
  const carets = isOfChromeWithCarets(text)
  // Chrome doubles each backslash, which the C library undoes before a quote only. Firefox, whose program is curl.exe,
  // does not.
  const doubled = (carets || /(?:^|[\s&])\^"/.test(text)) && !/^\s*curl\.exe\s/i.test(text)
  const tokens: Token[] = []
  let characters: Character[] = []
  let quote = -1
  let i = 0

  function skip(expression: RegExp): boolean {
    const match = matchAt(expression, text, i)
    if (match) i += match[0].length
    return match !== null
  }

  function take(character: string, at: number, length: number): void {
    if (character === '\0') fail('the character NUL cannot be in an argument', at)
    characters.push({ character, at })
    i = at + length
  }

  function flush(): void {
    const words = splitWords(characters, doubled, fail)
    for (const word of words) tokens.push(word)
    characters = []
  }

  skip(PROMPT)
  while (i < text.length) {
    const at = i
    const character = text[at]!
    if (skip(FIREFOX_LINE) || ((quote < 0 || carets) && skip(CHROME_LINE))) {
      const length = i - at
      take('\n', at, length)
    } else if (character === '^' && (quote < 0 || carets)) {
      i++
      if (skip(NEWLINE)) skip(PROMPT)
      // the character behind a caret, or behind the end of the line, means nothing to cmd.exe
      if (i < text.length && !/[\r\n]/.test(text[i]!)) take(text[i]!, i, 1)
    } else if (character === '%') {
      const variable = matchAt(VARIABLE, text, at)
      if (variable) fail(`${variable[0]} is a variable of your shell: write its value`, at)
      // in a batch file %% is %, and nowhere else would one write it
      take('%', at, text[at + 1] === '%' ? 2 : 1)
    } else if (character === '"') {
      quote = quote < 0 ? at : -1
      take('"', at, 1)
    } else if (quote < 0 && skip(OPERATOR)) {
      const value = text.slice(at, i)
      const digit = characters.at(-1)
      const before = characters.at(-2)?.character ?? ' '
      const operator: Token = { kind: 'operator', value: /[\r\n]/.test(value) ? '\n' : value, at, end: i }
      if (/[<>]/.test(value) && digit && digit.at === at - 1 && /\d/.test(digit.character) && /[ \t]/.test(before)) {
        operator.fd = Number(digit.character)
        operator.at = digit.at
        characters.pop()
      }
      flush()
      tokens.push(operator)
      if (operator.value === '\n') skip(PROMPT)
    } else if (/[\r\n]/.test(character)) {
      fail('this " is not closed on its line', quote)
      quote = -1
    } else take(character, at, 1)
  }
  flush()
  return tokens
}

/** What the C library of Windows does: @see https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments */
function splitWords(characters: readonly Character[], doubled: boolean, fail: Fail): Token[] {
  const words: Token[] = []
  let word: { value: string[]; at: number } | undefined
  let quote = -1
  let end = 0
  const close = (): void => {
    if (word) words.push({ kind: 'word', value: word.value.join(''), at: word.at, end })
    word = undefined
  }
  for (let i = 0; i < characters.length;) {
    const { character, at } = characters[i]!
    if (quote < 0 && (character === ' ' || character === '\t' || character === '\xa0')) {
      close()
      i++
      continue
    }
    word ??= { value: [], at }
    let slashes = 0
    while (characters[i + slashes]?.character === '\\') slashes++
    const next = characters[i + slashes]?.character
    i += slashes
    word.value.push('\\'.repeat(next === '"' || doubled ? slashes >> 1 : slashes))
    if (next === '"' && slashes % 2 === 1) word.value.push(characters[i++]!.character)
    else if (doubled && slashes % 2 === 1) word.value.push('\\')
    else if (next === '"' && quote >= 0 && characters[i + 1]?.character === '"') {
      word.value.push('"')
      i += 2
    } else if (next === '"') {
      quote = quote < 0 ? characters[i]!.at : -1
      i++
    } else if (slashes === 0) word.value.push(characters[i++]!.character)
    end = characters[i - 1]!.at + 1
  }
  if (quote >= 0) fail('this " is not closed', quote)
  close()
  return words
}
