// Writes arguments as a command line that is easy to read: with as few quotes as are safe, one option on each line when
// it is long, and no invisible characters. parse() reads the same arguments from it.
import type { Command, Redirect } from './shell.js'
import { INVISIBLE } from './tokens.js'

export interface QuoteOptions {
  /** The shell: bash, which is the default, or cmd.exe. */
  dialect?: 'posix' | 'cmd'
  /** A command with more characters than this gets several lines. */
  width?: number
}

// words that bash, zsh and fish take as they are
const PLAIN = /^(?![=~])[\w@%+=:,./-]+$/
const SHOWN = new RegExp(`[^\\S \\n]|[\\ud800-\\udfff]|${INVISIBLE.source}`, 'u')
const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\', "'": "\\'" }

/** One argument as a word of bash. */
export function quoteWord(argument: string): string {
  if (PLAIN.test(argument)) return argument
  // a line end may be in quotes as it is
  if (SHOWN.test(argument.replaceAll('\n', ''))) return ansi(argument)
  if (!argument.includes("'")) return `'${argument}'`
  return /["$`\\!]/.test(argument) ? ansi(argument) : `"${argument}"`
}

function ansi(argument: string): string {
  const escaped = Array.from(argument, (character) => {
    const code = character.codePointAt(0)!
    if (ESCAPES[character]) return ESCAPES[character]
    if (character !== '!' && !SHOWN.test(character)) return character
    // \x is a byte, so only for ASCII. ! is escaped because an interactive bash expands it even in these quotes
    const hex = code.toString(16)
    return code < 0x80
      ? `\\x${hex.padStart(2, '0')}`
      : code < 0x10000
        ? `\\u${hex.padStart(4, '0')}`
        : `\\U${hex.padStart(8, '0')}`
  })
  return `$'${escaped.join('')}'`
}

/**
 * One argument as a word of cmd.exe. cmd.exe has no escapes for control characters, so they stay as they are. Of those
 * only tabs and carriage returns can be pasted.
 */
export function quoteWordCmd(argument: string): string {
  if (/^[\w@+:,./\\-]+$/.test(argument)) return argument
  // quotes for the C library, where a backslash only has a meaning before a quote
  const quoted = `"${argument.replace(/(\\*)("|$)/g, (_, slashes: string, end: string) => slashes + slashes + (end && '\\"'))}"`
  if (!/["%^!\r\n]/.test(quoted.slice(1, -1))) return quoted
  return quoted
    .replace(/[^\w\s+:=~/.',?;*-]/gu, '^$&')
    .replace(/%(?=\w)/g, '%^')
    .replace(/\r\n|\r|\n/g, '^\n\n')
}

/** A curl command line: `curl`, and these arguments. */
export function quote(argv: readonly string[], options: QuoteOptions = {}): string {
  // curl.exe, because in PowerShell curl may be another command
  const [name, word] = options.dialect === 'cmd' ? ['curl.exe', quoteWordCmd] : ['curl', quoteWord]
  return lines([name], argv, word, options)
}

/** A whole command, with its environment and redirections. */
export function quoteCommand(command: Command, options: Omit<QuoteOptions, 'dialect'> = {}): string {
  const before = Object.entries(command.env).map(([name, value]) => `${name}=${value === '' ? '' : quoteWord(value)}`)
  const line = lines([...before, command.name], command.argv, quoteWord, options)
  const after = command.redirects.map((redirect) => redirection(redirect))
  return [line, ...after].join(' ')
}

function redirection(redirect: Redirect): string {
  const sign = redirect.fd === 0 ? '<' : redirect.fd === 1 ? '>' : '2>'
  if ('text' in redirect && redirect.text === '') return '< /dev/null'
  if ('text' in redirect) return `<<< ${quoteWord(redirect.text.replace(/\n$/, ''))}`
  if ('to' in redirect) return `${sign}&${redirect.to}`
  return `${sign}${redirect.fd > 0 && 'append' in redirect && redirect.append ? '>' : ''} ${quoteWord(redirect.file)}`
}

function lines(
  before: readonly string[],
  argv: readonly string[],
  word: (argument: string) => string,
  { dialect, width = 80 }: QuoteOptions,
): string {
  const words = argv.map(word)
  const line = [...before, ...words].join(' ')
  if (line.length <= width) return line
  // a line begins with an option, and its value is on the same line
  const groups: string[][] = []
  argv.forEach((argument, index) => {
    const group = groups.at(-1)
    if (group?.length === 1 && !/^-./.test(argument) && /^-./.test(argv[index - 1]!)) group.push(words[index]!)
    else groups.push([words[index]!])
  })
  const all = groups.map((group) => group.join(' '))
  all[0] = [...before, all[0]].join(' ')
  return all.join(dialect === 'cmd' ? ' ^\n  ' : ' \\\n  ')
}
