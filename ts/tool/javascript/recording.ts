// What a curl command line means, for programs that do the same. It is not guessed: the tool itself runs, all its calls
// of libcurl are recorded, and nothing is transferred. See ../record.ts.
import { startingAt } from '../../../shim/files/directory.js'
import type { FileSystem, FileType } from '../../../shim/files/filesystem.js'
import { ENOUGH, Recorder, type RecordedTransfer } from '../record.js'
import { run, type ToolOptions, type ToolRuntime } from '../tool.js'
import { StandIn } from './code.js'
import { parseHelp, splitOptions, type OptionTable, type Part } from './curl-options.js'
import { Line } from './line.js'
import { quoted } from './literals.js'

/** How to read a command line. Files are only read, and the environment has the same effect as for the tool. */
export interface RecordingOptions extends Pick<ToolOptions, 'files' | 'cwd' | 'env' | 'module' | 'signal'> {
  /** What options such as `-d @-` read. By default a placeholder stands for it. */
  stdin?: ReadableStream<Uint8Array>
  /** Whether the content of files that exist is recorded itself, because the program will not be able to read them. */
  inlined?: boolean
}

export interface Recording {
  transfers: RecordedTransfer[]
  /** The placeholders for files and standard input that may be in the options of transfers. */
  sources: StandIn[]
  /** Whether the tool shows headers. */
  headers: boolean
  /** Whether bodies are dropped. */
  discard: boolean
  /** Options that the tool implements itself, as they are written. They are not among the options of transfers. */
  left: string[]
  /** There are more transfers. */
  more: boolean
  /** What the tool has written to standard error. */
  complaint: string
}

/** Rejects with the tool's message for arguments that the tool refuses. */
export type RecordLine = (argv: readonly string[], options?: RecordingOptions) => Promise<Recording>

/** The most transfers that are recorded: 'http://example.org/[1-1000]' has more. */
const MOST_TRANSFERS = 20

/**
 * Options that the tool implements itself, without an option of libcurl. They are left out of the program, and a
 * comment says so. Other options either appear in what was recorded, or concern only the tool's own output.
 */
const TOOLS_OWN = new Set(
  `continue-at create-dirs dump-header etag-save fail-early fail-with-body ip-tos mptcp no-clobber parallel
  parallel-immediate parallel-max parallel-max-host rate remote-header-name remote-time remove-on-error retry
  retry-all-errors retry-connrefused retry-delay retry-max-time skip-existing ssl-sessions stderr trace trace-ascii
  trace-config trace-ids trace-time verbose vlan-priority write-out xattr`.split(/\s+/),
)

const SHOWS_HEADERS = new Set(['head', 'show-headers', 'include'])

/** Makes the function that records command lines. */
export function makeRecordLine(runtime: ToolRuntime): RecordLine {
  let table: OptionTable | null = null
  return async (argv, options = {}) => {
    const { inlined = false, stdin: given, ...rest } = options
    const env = withoutCertificates(options.env ?? runtime.host().environment)
    table ??= parseHelp((await printed(runtime, ['--help', 'all'], { ...rest, env })).text)
    const recorder = new Recorder(MOST_TRANSFERS)
    const files = options.files ?? runtime.host().files
    const base = options.cwd === undefined ? files : startingAt(files, options.cwd)
    const line = new Line(base, argv, table, recorder.filesRead)
    const stdin = new StandIn(null)
    let input = given ?? new Blob([stdin.bytes]).stream()
    if (line.takes('config', '-')) {
      if (!given) throw new Error("-K - reads options from standard input: pass it as the option 'stdin'")
      line.input = new Uint8Array(await new Response(given).arrayBuffer())
      input = new Blob([line.input]).stream()
    }
    const sent = new Map<string, StandIn>()
    recorder.standIns = {
      content(path) {
        if (!line.sends(path)) return null
        // a pipe can be read only now, and a page has no files: so the content itself goes into the program
        const type = typeOf(base, path)
        if (type !== null && (type !== 'file' || inlined)) return null
        if (!sent.has(path)) sent.set(path, new StandIn(path))
        return sent.get(path)!.bytes
      },
      mayBeMissing: (path) => line.needs(path),
    }
    const reading = { ...rest, env, stdin: input }
    const result = await printed(runtime, serial(argv, table), reading, recorder)
    options.signal?.throwIfAborted()
    const { transfers } = recorder
    const complaint = result.text.replace(/^(?:curl: )?\(?.*try 'curl --help' .*\n?/gm, '').trim()
    if (transfers.length === 0) throw new Error(complaint || 'curl does no transfer with these arguments')
    const sources = [stdin, ...sent.values()]
    return { transfers, sources, ...meaningOf(line.parts), more: result.more, complaint }
  }
}

/** The type of a file; null if it is missing. */
function typeOf(files: FileSystem, path: string): FileType | null {
  try {
    return files.stat(path, true).type
  } catch {
    return null
  }
}

/** Removes the paths of this machine's certificates, because the package has its own. */
function withoutCertificates(env: NonNullable<ToolOptions['env']>): NonNullable<ToolOptions['env']> {
  const { CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR, ...rest } = env
  return rest
}

/** Turns -Z off, because it does not change the requests. It goes before `--`, after which there are no options. */
function serial(argv: readonly string[], table: OptionTable): readonly string[] {
  const parts = splitOptions(argv, table)
  if (!parts.some(({ option }) => option?.long.startsWith('parallel'))) return argv
  const values = new Set(parts.flatMap(({ kind, valueIndex }) => (kind === 'url' ? [] : [valueIndex])))
  const end = argv.findIndex((argument, i) => argument === '--' && !values.has(i))
  return end < 0 ? [...argv, '--no-parallel'] : [...argv.slice(0, end), '--no-parallel', ...argv.slice(end)]
}

/**
 * Runs the tool, and returns what it prints: with a recorder on stderr only. `more`: the recorder's limit was reached.
 */
async function printed(
  runtime: ToolRuntime,
  argv: readonly string[],
  options: ToolOptions,
  recorder?: Recorder,
): Promise<{ text: string; more: boolean }> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  const collect = (): WritableStream<Uint8Array> =>
    new WritableStream<Uint8Array>({ write: (chunk) => void chunks.push(new Uint8Array(chunk)) })
  const nothing = new Blob([]).stream()
  const stderr = collect()
  const stdout = recorder ? new WritableStream<Uint8Array>() : stderr
  let more = false
  try {
    await run(runtime, argv, { stdin: nothing, ...options, stdout, stderr }, recorder)
  } catch (error) {
    if (error !== ENOUGH) throw error
    more = true
  }
  return { text: await new Blob(chunks).text(), more }
}

/** What the arguments mean beyond libcurl's options. */
function meaningOf(all: readonly Part[]): Pick<Recording, 'headers' | 'discard' | 'left'> {
  const parts = all.filter(({ kind, off }) => kind === 'option' && !off)
  const named = (names: Set<string>): typeof parts => parts.filter(({ option }) => names.has(option!.long))
  const left = named(TOOLS_OWN).map(
    ({ option, value }) => `--${option!.long}${value === undefined ? '' : ` ${word(value)}`}`,
  )
  return {
    headers: named(SHOWS_HEADERS).length > 0,
    discard: parts.some(({ option }) => option!.long === 'out-null'),
    left: [...new Set(left)],
  }
}

function word(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : quoted(value)
}
