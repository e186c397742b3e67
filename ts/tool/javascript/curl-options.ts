// The options of curl, as its own `--help all` lists them, and a parser for the arguments of a command line. It follows
// parse_args() and getparameter() of curl's src/tool_getparam.c: names must match exactly, and nothing is guessed.

export interface Option {
  /** The letter, if it has one. */
  short?: string
  /** The name without dashes, as in the help: with `no-` if the help lists that form. */
  long: string
  /** The name of its argument, with the angle brackets. Missing if the option takes none. */
  argument?: string
  help: string
}

export interface OptionTable {
  /** All options, in the order of the help. */
  all: readonly Option[]
  long: ReadonlyMap<string, Option>
  short: ReadonlyMap<string, Option>
}

/** One option, URL or unknown argument of a command line. */
export interface Part {
  kind: 'option' | 'url' | 'next' | 'unknown'
  /** The number of the argument that names it, and its position there, which is not 0 after others in a cluster. */
  index: number
  offset: number
  /** Missing for a URL, and for an unknown argument. */
  option?: Option
  /** Whether `--no-` has turned it off. */
  off?: boolean
  /** A URL, or the argument of an option. */
  value?: string
  /** The number of the argument that ends with the value, and where in it the value begins. */
  valueIndex?: number
  valueOffset?: number
}

// other names that curl accepts, but that its help does not list
const ALIASES: Readonly<Record<string, string>> = {
  ...{ include: 'show-headers', 'ftp-ssl': 'ssl', 'ftp-ssl-reqd': 'ssl-reqd', krb4: 'krb' },
  ...{ eprt: 'disable-eprt', epsv: 'disable-epsv' },
}

const LINE = /^ +(?:-(\S), )?--(\S+)(?: (<.*?>))? +(\S.*)$/

/** Parses the output of `curl --help all`. Lines of another form are skipped. */
export function parseHelp(text: string): OptionTable {
  const all: Option[] = []
  for (const line of text.split(/\r?\n/)) {
    const match = LINE.exec(line)
    if (!match) continue
    const [, short, long, argument, help] = match
    all.push({ ...(short && { short }), long: long!, ...(argument && { argument }), help: help!.trimEnd() })
  }
  return {
    all,
    long: new Map(all.map((option) => [option.long, option])),
    short: new Map(all.flatMap((option) => (option.short ? [[option.short, option]] : []))),
  }
}

/** Finds an option by its name without dashes, also with `no-` or `expand-`. */
export function findLong(table: OptionTable, name: string): { option: Option; off: boolean } | undefined {
  const option = table.long.get(name) ?? (Object.hasOwn(ALIASES, name) ? table.long.get(ALIASES[name]!) : undefined)
  if (option) return { option, off: false }
  // for example --buffer, which the help lists as --no-buffer
  const opposite = table.long.get(`no-${name}`)
  if (opposite) return { option: opposite, off: true }
  const prefix = /^(no|expand)-(.+)$/.exec(name)
  const found = prefix && !/^(?:no|expand)-/.test(prefix[2]!) ? findLong(table, prefix[2]!) : undefined
  if (!found || (prefix![1] === 'no') === (found.option.argument !== undefined)) return undefined
  return { option: found.option, off: prefix![1] === 'no' }
}

/** The usage of an option: `-d, --data <data>`. */
export function usage({ short, long, argument }: Option): string {
  return `${short ? `-${short}, ` : ''}--${long}${argument ? ` ${argument}` : ''}`
}

/** Splits the arguments after `curl`. It never throws: what curl would refuse gets the kind 'unknown'. */
export function splitOptions(argv: readonly string[], table: OptionTable): Part[] {
  const parts: Part[] = []
  let options = true

  const add = (part: Part, rest: string | undefined): boolean => {
    const { index, option } = part
    parts.push(option?.long === 'next' ? { ...part, kind: 'next' } : part)
    if (!option?.argument) return false
    const own = rest !== undefined
    const value = own ? rest : argv[index + 1]
    if (value !== undefined) {
      const valueIndex = own ? index : index + 1
      Object.assign(part, { value, valueIndex, valueOffset: argv[valueIndex]!.length - value.length })
    }
    return !own && value !== undefined
  }

  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index]!
    if (!options || !argument.startsWith('-')) {
      parts.push({ kind: 'url', index, offset: 0, value: argument, valueIndex: index, valueOffset: 0 })
    } else if (argument === '--') options = false
    else if (argument.startsWith('--')) {
      const [, name, value] = /^--([^=]*)(?:=([^]*))?$/.exec(argument)!
      const found = findLong(table, name!)
      const part: Part = { kind: found ? 'option' : 'unknown', index, offset: 0 }
      if (found) part.option = found.option
      if (found?.off) part.off = true
      if (add(part, value)) index++
    } else {
      for (let offset = 1; offset <= argument.length; offset++) {
        const option = table.short.get(argument[offset] ?? '')
        const part: Part = { kind: option ? 'option' : 'unknown', index, offset }
        if (option) part.option = option
        else if (offset < argument.length || offset === 1) parts.push(part)
        if (!option) break
        const rest = argument.slice(offset + 1)
        if (add(part, option.argument && rest ? rest : undefined)) index++
        if (option.argument) break
      }
    }
  }
  return parts
}
