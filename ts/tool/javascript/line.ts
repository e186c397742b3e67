// What a command line says of files, for who turns it into a program (../to-javascript.ts): which of them are sent, and which
// are configuration files and say more.
import type { FileSystem } from '../../../shim/files/filesystem.js'
import { splitOptions, type OptionTable, type Part } from './options.js'

/** Options of a body that @ takes from a file. */
const DATA = new Set('data data-ascii data-binary data-urlencode json'.split(' '))
/** Options whose files the tool or libcurl looks for, and that are read only for a transfer. */
const INPUT = new Set('cacert crlfile form knownhosts netrc-file proxy-cacert proxy-crlfile upload-file'.split(' '))

/** A command line, with what configuration files add to it: as far as the tool has opened them. */
export class Line {
  /** What there is on standard input, where `-K -` reads it. */
  input: Uint8Array<ArrayBuffer> | null = null
  readonly #files: FileSystem
  readonly #argv: readonly string[]
  readonly #table: OptionTable
  readonly #opened: ReadonlySet<string>

  /** `opened` are the files that the tool has opened so far. */
  constructor(files: FileSystem, argv: readonly string[], table: OptionTable, opened: ReadonlySet<string>) {
    this.#files = files
    this.#argv = argv
    this.#table = table
    this.#opened = opened
  }

  /** Configuration files come first: most of them are read before the arguments. */
  get parts(): Part[] {
    return splitOptions([...this.#configured(), ...this.#argv], this.#table)
  }

  takes(option: string, value: string): boolean {
    return this.parts.some((part) => part.option?.long === option && part.value === value)
  }

  /** Whether a file is sent as a body, and is nothing else: with -G its content becomes a part of the URL. */
  sends(path: string): boolean {
    const { parts } = this
    const of = parts.filter(({ option, value }) => option && value !== undefined && isNamed(path, value))
    return (
      of.length > 0 &&
      of.every(({ option }) => DATA.has(option!.long)) &&
      !parts.some(({ option }) => option?.long === 'get')
    )
  }

  /** Whether a file is there only when a transfer needs it. Of several in one argument, -F and -T{a,b}, each counts. */
  needs(path: string): boolean {
    return this.parts.some(
      ({ option, value }) =>
        option &&
        INPUT.has(option.long) &&
        (value?.includes(path) || (option.long === 'upload-file' && /[{[]/.test(value!))),
    )
  }

  /** What is in a file; null where it cannot be read, or is no file. */
  content(path: string): Uint8Array<ArrayBuffer> | null {
    const flags = { read: true, write: false, append: false, create: false, exclusive: false, truncate: false }
    try {
      const file = this.#files.open(path, { ...flags, noFollow: false }, 0)
      try {
        const { type, size } = file.stat()
        if (type !== 'file') return null
        const bytes = new Uint8Array(size)
        let at = 0
        for (let count = -1; count !== 0 && at < size; at += count) count = file.read(bytes.subarray(at), at)
        return bytes.subarray(0, at)
      } finally {
        file.close()
      }
    } catch {
      return null
    }
  }

  /** What configuration files have, as arguments. The tool reads them, so they are right. @see curl(1), --config */
  #configured(): string[] {
    const named = splitOptions(this.#argv, this.#table).flatMap(({ option, value }) =>
      option?.long === 'config' ? [value] : [],
    )
    const paths = [...this.#opened].filter((path) => named.includes(path) || /(?:^|\/)[._]?curlrc$/.test(path))
    const contents = paths.map((path) => this.content(path))
    if (named.includes('-')) contents.push(this.input)
    return contents
      .flatMap((bytes) => (bytes ? new TextDecoder().decode(bytes).split(/\r?\n/) : []))
      .flatMap((line) => this.#argumentsOf(line))
  }

  #argumentsOf(line: string): string[] {
    const match = /^[\t ]*(?:--?)?([\w.-]+)(?:[\t ]*[=: \t][\t ]*(.*?))?[\t ]*$/.exec(line)
    if (!match) return []
    const [, name, value] = match as unknown as [string, string, string | undefined]
    const option = this.#table.long.get(name) ?? this.#table.short.get(name)
    if (!option) return []
    return [`--${option.long}`, ...(option.argument ? [(value ?? '').replace(/^"(.*)"$/, '$1')] : [])]
  }
}

/** Whether `value` is a file's name, or has one behind @. */
function isNamed(path: string, value: string): boolean {
  return value === path || value.endsWith(`@${path}`)
}
