// What a command line says about files, for to-javascript.ts: which of them are sent, and which are configuration files
// with more options.
import type { FileSystem } from '../../../shim/files/filesystem.js'
import { splitOptions, type OptionTable, type Part } from './curl-options.js'

/** Options for a body, which @ takes from a file. */
const DATA = new Set('data data-ascii data-binary data-urlencode json'.split(' '))
/** Options whose files the tool or libcurl checks for, but that are read only for a transfer. */
const INPUT = new Set('cacert crlfile form knownhosts netrc-file proxy-cacert proxy-crlfile upload-file'.split(' '))

/** A command line, with the options of the configuration files that the tool has opened. */
export class Line {
  /** The content of standard input, if `-K -` reads it. */
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

  /**
   * The parts of configuration files, then those of the arguments, because most files are read before the arguments.
   */
  get parts(): Part[] {
    return splitOptions([...this.#configured(), ...this.#argv], this.#table)
  }

  takes(option: string, value: string): boolean {
    return this.parts.some((part) => part.option?.long === option && part.value === value)
  }

  /** Whether a file is only sent as a body. With -G its content becomes a part of the URL instead. */
  sends(path: string): boolean {
    const { parts } = this
    const of = parts.filter(({ option, value }) => option && value !== undefined && isNamed(path, value))
    return (
      of.length > 0 &&
      of.every(({ option }) => DATA.has(option!.long)) &&
      !parts.some(({ option }) => option?.long === 'get')
    )
  }

  /** Whether only a transfer needs a file. An argument may name several, as in -F and -T{a,b}. */
  needs(path: string): boolean {
    return this.parts.some(
      ({ option, value }) =>
        option &&
        INPUT.has(option.long) &&
        (value?.includes(path) || (option.long === 'upload-file' && /[{[]/.test(value!))),
    )
  }

  /** The content of a file; null if it cannot be read, or is not a regular file. */
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

  /** The options of configuration files, as arguments. The tool has accepted them already. @see curl(1), --config */
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

/** Whether `value` is the path, or ends with @ and the path. */
function isNamed(path: string, value: string): boolean {
  return value === path || value.endsWith(`@${path}`)
}
