// Parses what people type and paste into commands: curl and the terminal's built-ins, with arguments and redirections.
// It runs nothing and expands nothing, and throws for everything that it does not understand: it never guesses.
import { lexCmd } from './cmd.js'
import { lexPosix } from './posix.js'
import { lexPowerShell } from './powershell.js'
import { ShellError, type Dialect, type Fail, type Token } from './tokens.js'

export { ShellError, type Dialect }

/** One redirection of a standard stream. `file` is the path as it was written. */
export type Redirect =
  | { fd: 0; file: string }
  /** The text of a here-document. */
  | { fd: 0; text: string }
  | { fd: 1 | 2; file: string; append: boolean }
  /** `2>&1`: to where the other stream goes at that point of the line. */
  | { fd: 1 | 2; to: 1 | 2 }

export interface Command {
  /** 'curl', or one of the built-ins. */
  name: string
  /** The arguments after the name. */
  argv: string[]
  /** The variables of `NAME=value` before the name. The object has no prototype. */
  env: Record<string, string>
  redirects: Redirect[]
  /** After which status of the command before it runs: `&&` is 'success', `||` is 'failure'. */
  when: 'always' | 'success' | 'failure'
  /** Its start and end in the text. */
  at: number
  end: number
}

export interface Parsed {
  dialect: Dialect
  /** In the order of the line. */
  commands: Command[]
}

export interface ParseOptions {
  /** By default it is detected. */
  dialect?: Dialect
  /** The names of commands other than curl. */
  builtins?: readonly string[]
}

const LEXERS: Readonly<Record<Dialect, (text: string, fail: Fail) => Token[]>> = {
  posix: lexPosix,
  cmd: lexCmd,
  powershell: lexPowerShell,
}

const FOREIGN: readonly [RegExp, string][] = [
  [
    /(?<=(?:^|[\r\n;|=])\s*)(?:Invoke-WebRequest|Invoke-RestMethod|New-Object|iwr|irm)\s/i,
    'this is a PowerShell command, not curl: choose "Copy as cURL"',
  ],
  [/^\s*(?:await\s+)?fetch\(/, 'this is JavaScript, not curl: paste it here to translate it, or choose "Copy as cURL"'],
]

const CURL = /^(?:.*[\\/])?curl(?:-wasm)?(?:\.exe)?$/i
const ASSIGNMENT = /^([A-Za-z_]\w*)=/

/** Whether a command with this name is curl, such as `curl`, `/usr/bin/curl`, `curl.exe` or `curl-wasm`. */
export function isCurl(name: string): boolean {
  return CURL.test(name)
}

/**
 * Parses one or more lines.
 * @throws ShellError that says what was not understood, and where.
 */
export function parse(text: string, options: ParseOptions = {}): Parsed {
  const fail = (problem: string, at: number): never => {
    throw new ShellError(problem, text, at)
  }
  const dialect = options.dialect ?? detect(text)
  if (dialect !== 'cmd')
    for (const [pattern, problem] of FOREIGN) {
      const match = pattern.exec(text.slice(0, 2000))
      if (match && !/\bcurl\b/i.test(text.slice(0, match.index))) fail(problem, match.index)
    }
  return { dialect, commands: commandsOf(LEXERS[dialect](text, fail), text, dialect, options.builtins ?? [], fail) }
}

/** Detects the shell that a text is written for, by syntax that the others do not have. */
export function detect(text: string): Dialect {
  const own = text.replace(/'[^']*'/g, "''")
  if (/^\s*PS(?: [^>\n]*)?>|\s`[ \t]*(?:\r?\n|\r|$)|^\s*&?\s*Invoke-|^\s*\$\w+ ?=/.test(own)) return 'powershell'
  if (/^\s*[A-Za-z]:\\[^>\r\n]*>/.test(text)) return 'cmd'
  if (/(?:^|\s)\$'|\\[ \t]*(?:\r?\n|\r)|\s\\$/.test(own)) return 'posix'
  // what versions of "Copy as cURL (cmd)" write: ^"...^", a caret at the end of a line, and ^&, "%" and "" inside
  // quotes
  if (/(?:^|\s)\^"|\^(?:\r?\n|\r)|\s\^$|\^\\\^"|\^%\^\w|"[^"\n]*\^&[^"\n]*"|\w"%"\w/.test(own)) return 'cmd'
  if (/(?:^|\s)"(?:[^"\s]|[^"\n][ \t])[^"\n]*""[^\s"]/.test(own) && !/[$`]|''/.test(own)) return 'cmd'
  if (!/^\s*[^\s'"]*curl\.exe\s/i.test(text)) return 'posix'
  // cmd.exe does not quote with '...', and PowerShell does not escape with \' and \"
  return !text.includes("'") ? 'cmd' : /\\["']/.test(own) ? 'posix' : 'powershell'
}

function commandsOf(
  tokens: readonly Token[],
  text: string,
  dialect: Dialect,
  builtins: readonly string[],
  fail: (problem: string, at: number) => never,
): Command[] {
  const commands: Command[] = []
  let words: Token[] = []
  let redirects: Redirect[] = []
  let when: Command['when'] = 'always'
  let operator: Token | undefined

  const finish = (at: number): void => {
    if (words.length === 0 && redirects.length > 0) fail('there is no command for this redirection', at)
    if (words.length > 0) {
      commands.push(commandOf(words, redirects, when))
      when = 'always'
    }
    words = []
    redirects = []
  }

  const commandOf = (all: readonly Token[], redirects: Redirect[], when: Command['when']): Command => {
    const env: Record<string, string> = Object.create(null)
    const written = (token: Token): string => text.slice(token.at, token.end)
    let first = 0
    for (; dialect === 'posix' && first < all.length; first++) {
      const name = ASSIGNMENT.exec(written(all[first]!))?.[1]
      if (name === undefined) break
      env[name] = all[first]!.value.slice(name.length + 1)
    }
    if (first === all.length) fail('there is no command after this', all[0]!.at)
    if (all[first]!.value === 'npx') {
      const flag = /^(?:-y|--yes|--no-install)$/
      const name = all.findIndex((word, index) => index > first && !flag.test(word.value))
      if (name > 0 && isCurl(all[name]!.value)) first = name
    }
    const { value, at } = all[first]!
    const name = isCurl(value) ? 'curl' : value
    if (name !== 'curl' && !builtins.includes(name)) fail(unknown(value, builtins), at)
    const argv = all.slice(first + 1).map((word) => word.value)
    return { name, argv, env, redirects, when, at: all[0]!.at, end: all.at(-1)!.end }
  }

  for (const token of tokens) {
    const { kind, value, at } = token
    if (operator) {
      if (kind !== 'word') fail('a redirection needs a file', operator.at)
      redirects.push(...redirectOf(operator, token, dialect, fail))
      operator = undefined
    } else if (kind === 'word') words.push(token)
    else if (value === '<<' || value === '<<-') redirects.push({ fd: 0, text: token.body ?? '' })
    else if (/^(?:<|<<<|>|>>|>\||&>|&>>|>&)$/.test(value)) operator = token
    else if (value === '&&' || value === '||') {
      if (words.length === 0) fail('there is no command before this', at)
      finish(at)
      when = value === '&&' ? 'success' : 'failure'
    } else if (value === ';' || value === '\n' || (value === '&' && dialect === 'cmd')) {
      // after && the command may be on the next line
      if (value !== '\n' && words.length === 0) fail('there is no command before this', at)
      finish(at)
    } else fail(unsupported(value), at)
  }
  if (operator) fail('a redirection needs a file', operator.at)
  finish(text.length)
  if (when !== 'always') fail('there is no command after this', text.trimEnd().length - 2)
  return commands
}

function redirectOf(
  operator: Token,
  word: Token,
  dialect: Dialect,
  fail: (problem: string, at: number) => never,
): Redirect[] {
  const { value: kind, at } = operator
  const fd = operator.fd ?? (kind.startsWith('<') ? 0 : 1)
  const file = dialect === 'cmd' && /^nul$/i.test(word.value) ? '/dev/null' : word.value
  const text = `${word.value}\n`
  if (kind.startsWith('<')) {
    if (fd !== 0) return fail('only standard input can be redirected with <', at)
    return [kind === '<' ? { fd, file } : { fd, text }]
  }
  if (fd !== 1 && fd !== 2) return fail('only 1 and 2 can be redirected with >', at)
  if (kind === '>&' && /^[12]$/.test(word.value)) return [{ fd, to: Number(word.value) as 1 | 2 }]
  if (kind === '>&' && operator.fd !== undefined) return fail('after >& only 1 and 2 are possible', at)
  const append = kind.endsWith('>>')
  const output: Redirect = { fd, file, append }
  return kind.includes('&') ? [output, { fd: 2, to: 1 }] : [output]
}

function unknown(name: string, builtins: readonly string[]): string {
  if (/^[\w+.-]+:\/\//.test(name)) return 'this is a URL: write curl before it'
  if (name.startsWith('-')) return 'this option has no command: does the line before end with \\ ?'
  if (name === '') return 'the name of the command is empty'
  const others = builtins.length > 0 ? ` and ${builtins.join(', ')}` : ''
  return `unknown command: here are only curl${others}`
}

function unsupported(operator: string): string {
  if (operator.startsWith('|')) return 'pipes do not work here: write to a file with > or -o'
  if (operator === '&') return 'commands cannot run in the background here: a URL with & needs quotes'
  if (operator === '(' || operator === ')') return 'parentheses have a meaning in a shell: put this into quotes'
  return `${operator} does not work here`
}
