// Translates a curl command line to a program for this package, from what recording.ts has recorded of it.
import { Code } from './code.js'
import { asEasy } from './easy.js'
import { asFetch } from './fetch.js'
import { comment, quoted } from './literals.js'
import { makeRecordLine, type Recording } from './recording.js'
import { needsSharedCookies, relevant } from './values.js'
import type { RecordedTransfer } from '../record.js'
import type { ToolOptions, ToolRuntime } from '../tool.js'

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

/** Makes the function that translates command lines. */
export function makeToJavaScript(runtime: ToolRuntime): ToJavaScript {
  const recordLine = makeRecordLine(runtime)
  return async (argv, { relay, ...options } = {}) => {
    const recording = await recordLine(argv, { ...options, inlined: relay !== undefined })
    return program(new Code(relay !== undefined, recording.sources), recording, relay)
  }
}

function program(code: Code, recording: Recording, relay: string | undefined): string {
  const { headers, transfers } = recording
  const style = (transfer: RecordedTransfer, i: number) => ({
    headers: headers && showsHeaders(transfer),
    discard: transfer.output === '/dev/null' || (recording.discard && transfer.output === null),
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
  return `${[[...notes(code, recording, fetches !== null), ...head], ...blocks].map((block) => block.join('\n')).join('\n\n')}\n`
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
function notes(code: Code, recording: Recording, fetches: boolean): string[] {
  const { transfers, left, complaint, more } = recording
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
    ...(left.length > 0 ? [`left out, because the curl tool itself does it, not libcurl: ${left.join(' ')}`] : []),
    ...(outputs.length > 0 ? [`curl would write to: ${outputs.join(' ')}`] : []),
    ...refused.map((name) => `left out, because this build of libcurl has no ${name}`),
    ...[...new Set(code.notes)].map((note) => `left out: ${note}`),
    ...(complaint === '' ? [] : complaint.split('\n').map((line) => `curl says: ${line}`)),
    ...(more ? [`only the first ${transfers.length} transfers are here: curl does more`] : []),
  ]
  return lines.map(comment)
}
