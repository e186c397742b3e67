// Splits a command line of Windows into words. First cmd.exe handles ^, " and &, then the C library splits the rest at
// blanks, with its own rules for quotes and backslashes. "Copy as cURL (cmd)" of Chrome and Firefox is written for
// both. Where a version of them got it wrong, this reads what was meant.
import { matchAt, type Fail, type Token } from './tokens.js'

const NEWLINE = /\r\n|\n|\r/y
const OPERATOR = /&&|\|\||&|\||>>|>&|>|<&|<|\r\n|\n|\r/y
const PROMPT = /[ \t]*(?:[A-Za-z]:\\[^>\r\n]{0,250}>|More\?)[ \t]*/y
// %NAME%, which cmd.exe would replace. It does not match the escaped bytes of a URL: %DA could be one, but %DATE% is
// not
const VARIABLE = /%(?=(?![\da-f]{2})|date%)[a-z_][\w()]*(?::[^%\r\n]*)?%/iy
// a line end inside quotes, as Chrome and Firefox write it
const CHROME_LINE = /\^(?:\r?\n|\r(?!\n)){2}/y
const FIREFOX_LINE = /"\^(?:\r?\n|\r(?!\n)){1,2}"/y

/** One character that cmd.exe passes to the C library, and its offset in the text. */
interface Character {
  character: string
  at: number
}

// what Chrome of 2021 to 2024 writes inside quotes: a caret before all characters except these
const CHROME_QUOTED = /^(?:[\w\s:=+~'/.',?;()*`&-]|\^%\^(?=\w)|\^[^\w\s:=+~'/.',?;()*`-])*$/

/**
 * Whether a text was written by a Chrome that puts carets inside plain quotes, where cmd.exe would keep them. It is
 * recognized by two forms that only it writes, or if the insides of all quotes look like its own.
 */
function isOfChromeWithCarets(text: string): boolean {
  if (/\^\\\^"|\^%\^\w/.test(text)) return true
  const inside = text.split('"').filter((_, i) => i % 2 === 1)
  return inside.some((part) => part.includes('^')) && inside.every((part) => CHROME_QUOTED.test(part))
}

/** The tokens of a text. */
export function lexCmd(text: string, fail: Fail): Token[] {
  const carets = isOfChromeWithCarets(text)
  // Chrome doubles each backslash, although the C library only undoes that before a quote. Firefox does not, and writes
  // curl.exe.
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
      // the character after a caret, or after a caret and a line end, has no special meaning
      if (i < text.length && !/[\r\n]/.test(text[i]!)) take(text[i]!, i, 1)
    } else if (character === '%') {
      const variable = matchAt(VARIABLE, text, at)
      if (variable) fail(`${variable[0]} is a variable of your shell: write its value`, at)
      // %% means % in a batch file, and is not used elsewhere
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

/**
 * Splits as the C library of Windows does. @see
 * https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments
 */
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
