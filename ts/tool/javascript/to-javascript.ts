// Translates a curl command line to a program for this package. The meaning of the line is not guessed: the tool itself
// runs, all its calls of libcurl are recorded, and nothing is transferred. See ../record.ts.
import { startingAt } from '../../../shim/files/directory.js'
import type { FileSystem, FileType } from '../../../shim/files/filesystem.js'
import { Code, StandIn } from './code.js'
import { asEasy } from './easy.js'
import { asFetch } from './fetch.js'
import { Line } from './line.js'
import { comment, quoted } from './literals.js'
import { parseHelp, splitOptions, type OptionTable, type Part } from './curl-options.js'
import { needsSharedCookies, relevant } from './values.js'
import { ENOUGH, Recorder, type RecordedTransfer } from '../record.js'
import { run, type ToolOptions, type ToolRuntime } from '../tool.js'

/** How to read a command line. Files are only read, and the environment has the same effect as for the tool. */
export interface ToJavaScriptOptions extends Pick<ToolOptions, 'files' | 'cwd' | 'env' | 'module' | 'signal'> {
  /** What options such as `-d @-` read. By default the program reads its own standard input. */
  stdin?: ReadableStream<Uint8Array>
  /** The WebSocket URL of a Wisp relay. With it the program is for a page, without it for Node. */
  relay?: string
}

/**
 * Returns a program that does with this package what a curl command line does: with fetch if fetch can do it, else with
 * Easy. `argv` has the arguments after the tool's name. Nothing is connected to, and no file is changed. Comments at
 * the top of the program say what it does not do. Rejects with the tool's message for arguments that the tool refuses.
 * Docs: docs/tool.md
 */
export type ToJavaScript = (argv: readonly string[], options?: ToJavaScriptOptions) => Promise<string>

/** The most transfers that are written: 'http://example.org/[1-1000]' has more. */
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

/** Makes the function that translates command lines. */
export function makeToJavaScript(runtime: ToolRuntime): ToJavaScript {
  let table: OptionTable | null = null
  return async (argv, options = {}) => {
    const { relay, stdin: given, ...rest } = options
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
        if (type !== null && (type !== 'file' || relay !== undefined)) return null
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
    const code = new Code(relay !== undefined, [stdin, ...sent.values()])
    return program(code, transfers, { ...meaningOf(line.parts), relay, more: result.more, complaint })
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
function meaningOf(all: readonly Part[]): Pick<Meaning, 'headers' | 'discard' | 'left'> {
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

interface Meaning {
  /** Whether the tool shows headers. */
  headers: boolean
  /** Whether bodies are dropped. */
  discard: boolean
  /** Options that are left out. */
  left: string[]
  relay: string | undefined
  /** There are more transfers. */
  more: boolean
  /** What the tool has written to standard error. */
  complaint: string
}

function program(code: Code, transfers: readonly RecordedTransfer[], meaning: Meaning): string {
  const { headers, relay } = meaning
  const style = (transfer: RecordedTransfer, i: number) => ({
    headers: headers && showsHeaders(transfer),
    discard: transfer.output === '/dev/null' || (meaning.discard && transfer.output === null),
    suffix: transfers.length === 1 ? '' : String(i + 1),
  })
  const fetches = asFetches(code, transfers, style)
  const share = !fetches && transfers.length > 1 && needsSharedCookies(transfers)
  const easies = fetches ? [] : transfers.map((transfer, i) => asEasy(code, transfer, { ...style(transfer, i), share }))

  // fetch starts the module by itself
  const starts = relay !== undefined || !fetches || code.uses('escape')
  const begin: string[] = []
  if (relay !== undefined) {
    const transport = `${code.use('wispTransport')}({ url: ${quoted(relay)} })`
    begin.push(`await init({ transport: ${transport} })`)
  } else if (starts) begin.push('await init()')
  begin.push(...code.preparation())
  if (!fetches) begin.push(`const multi = new ${code.use('Multi')}()`)
  if (share) {
    const lock = code.use('CURL_LOCK_DATA_COOKIE')
    begin.push(`const share = new ${code.use('Share')}()`, `share.setopt('SHARE', ${lock})`)
  }
  const end = fetches ? [] : [...(share ? ['share.close()'] : []), 'multi.close()']
  const blocks = [begin, ...(fetches ?? easies), end].filter((block) => block.length > 0)
  const head = code.head(starts ? 'init' : null)
  return `${[[...notes(code, transfers, meaning, fetches !== null), ...head], ...blocks].map((block) => block.join('\n')).join('\n\n')}\n`
}

/** Whether the tool shows the headers of a transfer, by its protocol. Without a scheme, HTTP is assumed. */
function showsHeaders({ options }: RecordedTransfer): boolean {
  const url = options.filter(([name]) => name === 'URL').at(-1)?.[1]
  return /^(?:(?:https?|rtsp|file):|(?![\w+.-]+:\/\/))/i.test(String(url))
}

/** All transfers as calls of fetch, or null: fetch and Easy are not mixed, because they would not share connections. */
function asFetches(
  code: Code,
  transfers: readonly RecordedTransfer[],
  style: (transfer: RecordedTransfer, i: number) => { headers: boolean; discard: boolean; suffix: string },
): string[][] | null {
  const attempt = code.attempt()
  const blocks = transfers.map((transfer, i) => asFetch(attempt, transfer, style(transfer, i)))
  if (blocks.includes(null)) return null
  code.adopt(attempt)
  return blocks as string[][]
}

/** The comments at the top of the program. */
function notes(code: Code, transfers: readonly RecordedTransfer[], meaning: Meaning, fetches: boolean): string[] {
  const refused = [...new Set(transfers.flatMap((transfer) => transfer.refused))]
  const outputs = transfers.flatMap(({ output }) => (output === null || !code.page ? [] : [output]))
  const lines = [
    ...(fetches && !transfers.some((transfer) => relevant(transfer).has('ACCEPT_ENCODING'))
      ? [
          'fetch sends its own User-Agent, Accept-Language and Accept-Encoding, and no Expect; everything else is as curl sends it',
        ]
      : []),
    ...(fetches && transfers.some(({ options }) => options.some(([name, value]) => name === 'FOLLOWLOCATION' && value))
      ? ['fetch follows 20 redirects, where curl follows 50']
      : []),
    ...(fetches && transfers.length > 1
      ? ['when a transfer fails, curl goes on with the next one, and this program ends']
      : []),
    ...(meaning.left.length > 0
      ? [`left out, because the curl tool itself does it, not libcurl: ${meaning.left.join(' ')}`]
      : []),
    ...(outputs.length > 0 ? [`curl would write to: ${outputs.join(' ')}`] : []),
    ...refused.map((name) => `left out, because this build of libcurl has no ${name}`),
    ...[...new Set(code.notes)].map((note) => `left out: ${note}`),
    ...(meaning.complaint === '' ? [] : meaning.complaint.split('\n').map((line) => `curl says: ${line}`)),
    ...(meaning.more ? [`only the first ${transfers.length} transfers are here: curl does more`] : []),
  ]
  return lines.map(comment)
}
