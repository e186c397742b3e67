// Finds what Tab offers, and the help below the prompt, for a line in POSIX syntax and the place of the cursor in it.
// It takes the options from the table, and the caller provides files and URLs.
import { lexPosix } from './posix.js'
import {
  findLong,
  splitOptions,
  usage,
  type OptionTable,
  type Part,
} from '../../../dist/ts/tool/javascript/curl-options.js'
import { quoteWord } from './quote.js'
import { isCurl } from './shell.js'
import { visible, type Token } from './tokens.js'
import { fileIn, valuesOf } from './values.js'

/** What can be completed. */
export interface Sources {
  table: OptionTable
  /** The terminal's own commands, and whether their arguments are files. */
  builtins?: Readonly<Record<string, { help: string; files?: boolean }>>
  /** Returns the files whose path begins with `prefix`. A folder ends in a slash. */
  files?: (prefix: string) => readonly string[]
  /** URLs to offer, the best first. */
  urls?: readonly string[]
}

export interface Item {
  /** Replaces the line from `from` to `to`. It is quoted. */
  text: string
  /** The text in a list. */
  label: string
  help: string
  /** To insert after the text when the item is chosen: a blank, or nothing if the word goes on. */
  append: string
}

export interface Completion {
  from: number
  to: number
  items: Item[]
  /** What all items begin with, quoted. Never shorter than what is already typed. */
  common: string
}

/** The command at the cursor: its words, and which of them the cursor is in. */
interface Place {
  name: string
  argv: string[]
  /** The number of the word in argv, or -1 for the name. */
  index: number
  word: Token
  /** Whether the word is the file of a redirection. */
  redirected: boolean
}

/** Finds the words that fit at the cursor. The text after the cursor stays as it is. */
export function complete(line: string, cursor: number, sources: Sources): Completion {
  const place = placeOf(line.slice(0, cursor), cursor)
  const { word } = place
  const found = candidates(place, sources)
  const items = found.map(({ value, label, help, append = ' ' }) => ({
    text: quoteWord(value),
    label: visible(label ?? value),
    help: visible(help ?? ''),
    append: value.endsWith('/') ? '' : append,
  }))
  const shared = found.map(({ value }) => value).reduce(commonPrefix, found[0]?.value ?? '')
  const longer = shared.length > word.value.length && shared.startsWith(word.value)
  return { from: word.at, to: cursor, items, common: longer ? quoteWord(shared) : line.slice(word.at, cursor) }
}

/** The usage and the help of the option or command at the cursor, on one line. Undefined if there is none. */
export function helpFor(line: string, cursor: number, sources: Sources): string | undefined {
  const place = placeOf(line, cursor)
  const { name, index } = place
  const builtin = builtinOf(name, sources)
  if (builtin) return `${name}  ${builtin.help}`
  if (!isCurl(name) || index < 0) return undefined
  const parts = splitOptions(place.argv, sources.table)
  const inside = cursor - place.word.at
  const named = parts.filter((part) => part.index === index && part.option)
  // of several short options in one word, the one before the cursor, or the first
  const part =
    parts.find((part) => part.valueIndex === index && part.option && part.index !== index) ??
    named.filter(({ offset }) => offset < inside).at(-1) ??
    named[0]
  return part?.option && `${usage(part.option)}  ${part.option.help}`
}

interface Candidate {
  value: string
  label?: string
  help?: string
  append?: string
}

function candidates({ name, argv, index, word, redirected }: Place, sources: Sources): Candidate[] {
  const typed = word.value
  const files = (path: string): Candidate[] =>
    (sources.files?.(path) ?? []).map((file) => ({
      value: typed.slice(0, typed.length - path.length) + file,
      label: file,
    }))
  if (redirected) return files(typed)
  if (index < 0) {
    const builtins = Object.entries(sources.builtins ?? {}).map(([value, { help }]) => ({ value, help }))
    const all = [{ value: 'curl', help: 'transfer a URL' }, ...builtins]
    return all.filter(({ value }) => value.startsWith(typed))
  }
  if (!isCurl(name)) return builtinOf(name, sources)?.files ? files(typed) : []

  const parts = splitOptions(argv.slice(0, index + 1), sources.table)
  const part = parts.find((part) => part.valueIndex === index)
  const ended = parts.some(({ kind, index: at }) => kind === 'url' && at <= index && argv[at]!.startsWith('-'))
  if (part?.option) return values(part, typed, files)
  if (typed.startsWith('-') && !ended) return options(typed, sources.table)
  const bare = typed.replace(/^\w+:\/\//, '')
  return (sources.urls ?? [])
    .filter((url) => url.startsWith(typed) || (bare === typed && url.replace(/^\w+:\/\//, '').startsWith(typed)))
    .map((value) => ({ value }))
}

function values(
  { option, value, valueOffset }: Part,
  typed: string,
  files: (path: string) => Candidate[],
): Candidate[] {
  const { long, argument } = option!
  const known = valuesOf(long, value!).map((found) => ({
    value: typed.slice(0, valueOffset) + found,
    label: found,
    // no blank after values that are only a beginning
    append: /(?:[ /=,]|%\{\w+\})$/.test(found) ? '' : ' ',
  }))
  const at = fileIn(long, argument!, value!)
  return at < 0 ? known : [...known, ...files(value!.slice(at))]
}

// these cannot be turned off, because they choose one of several
const ALTERNATIVES =
  /^(?:anyauth|dump-ca-embed|ftp-pasv|http[123].*|ipv\d|next|proxy-tlsv1|sslv\d|tlsv1.*|help|manual|version)$/

function options(typed: string, table: OptionTable): Candidate[] {
  const letter = /^-[^-]+$/.test(typed) ? table.short.get(typed.at(-1)!) : undefined
  if (letter) return [{ value: typed, label: usage(letter), help: letter.help }]
  const all = table.all.map((option) => ({ value: `--${option.long}`, label: usage(option), help: option.help }))
  if (typed.startsWith('--no-'))
    for (const { long, argument, help } of table.all)
      if (!argument && !ALTERNATIVES.test(long) && findLong(table, `no-${long}`)?.off)
        all.push({ value: `--no-${long}`, label: `--no-${long}`, help: `Not: ${help}` })
  if (typed.startsWith('--expand-'))
    for (const { long, argument, help } of table.all)
      if (argument) all.push({ value: `--expand-${long}`, label: `--expand-${long} ${argument}`, help })
  return all.filter(({ value }) => value.startsWith(typed))
}

function placeOf(line: string, cursor: number): Place {
  // ignores errors, because the line is not finished
  const tokens = lexPosix(line, () => {})
  const redirects = (token?: Token): boolean => token?.kind === 'operator' && /[<>]/.test(token.value)
  const separates = (token: Token): boolean => token.kind === 'operator' && !redirects(token)
  const behind = tokens.filter((token) => separates(token) && token.end <= cursor).at(-1)?.end ?? 0
  const stop = tokens.find((token) => separates(token) && token.at >= cursor)?.at ?? Infinity
  const own = tokens.filter((token) => !separates(token) && token.at >= behind && token.at < stop)

  let word = own.find(({ kind, at, end }) => kind === 'word' && at <= cursor && cursor <= end)
  if (!word) {
    word = { kind: 'word', value: '', at: cursor, end: cursor }
    own.splice(own.filter(({ at }) => at < cursor).length, 0, word)
  }
  const redirected = redirects(own[own.indexOf(word) - 1])
  const words = own.filter((token, index) => token.kind === 'word' && !redirects(own[index - 1]))
  while (words[0] && words[0] !== word && /^[A-Za-z_]\w*=/.test(line.slice(words[0].at, words[0].end))) words.shift()
  const [name, ...argv] = words
  return {
    name: name?.value ?? '',
    argv: argv.map(({ value }) => value),
    index: argv.indexOf(word),
    word,
    redirected,
  }
}

function builtinOf(name: string, { builtins = {} }: Sources): { help: string; files?: boolean } | undefined {
  return Object.hasOwn(builtins, name) ? builtins[name] : undefined
}

function commonPrefix(a: string, b: string): string {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  // not half of a surrogate pair
  return a.slice(0, length).replace(/[\ud800-\udbff]$/, '')
}
