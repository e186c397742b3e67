// Runs the tool for the page itself: for what it prints, such as its manual, and to convert a command line to
// programs. These runs connect to nothing and change no files.
import { browserRuntime } from '../../../dist/ts/runtimes/browser/host.js'
import { MemoryFileSystem, runTool, toJavaScript } from '../../../dist/ts/runtimes/browser/tool.js'
import { parseHelp } from '../../../dist/ts/tool/javascript/curl-options.js'
import { makeRecordLine } from '../../../dist/ts/tool/javascript/recording.js'
import type { FileSystem } from '../../../shim/files/filesystem.js'
import type { Requests } from '../command/requests.js'
import type { Command } from '../command/shell.js'
import { environment, files, HOME } from './files.js'
import { requestsOf } from './requests.js'

const PATIENCE_MS = 10_000

function collect(): { stream: WritableStream<Uint8Array>; text: () => Promise<string> } {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  const stream = new WritableStream<Uint8Array<ArrayBuffer>>({ write: (chunk) => void chunks.push(chunk) })
  return { stream, text: () => new Blob(chunks).text() }
}

/** The user's files, only for reading. What is written is dropped. */
function readOnly(): FileSystem {
  const nothing = (): void => {}
  const scratch = new MemoryFileSystem()
  return {
    open: (path, flags, mode) => {
      const { write, create, truncate } = flags
      return write || create || truncate ? scratch.open('/dev/null', flags, mode) : files.open(path, flags, mode)
    },
    stat: (path, follow) => files.stat(path, follow),
    readdir: (path) => files.readdir(path),
    readlink: (path) => files.readlink(path),
    cwd: () => files.cwd(),
    ...{ rename: nothing, unlink: nothing, mkdir: nothing, rmdir: nothing, utimes: nothing },
  }
}

/** Runs the tool, and returns what it prints. */
export async function printed(module: WebAssembly.Module, argv: string[]): Promise<string> {
  const output = collect()
  const { CURL_CA_BUNDLE, ...env } = environment // a setting of the page, not the user's
  await runTool(['-q', ...argv], {
    stdin: new Blob([]).stream(),
    stdout: output.stream,
    stderr: output.stream,
    env,
    files: readOnly(),
    cwd: HOME,
    module,
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
  return output.text()
}

/** The JavaScript program for a command line. Rejects with the tool's message if the command line is wrong. */
export function programOf(module: WebAssembly.Module, argv: string[], relay: string): Promise<string> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  return toJavaScript(['-q', ...argv], { env: environment, files, cwd: HOME, module, relay, signal })
}

const recordLine = makeRecordLine({
  ...browserRuntime,
  module: () => Promise.reject(new Error('each line is recorded with a module')),
})

/** The requests of commands. Rejects with the tool's message if one is wrong, and if there is none of HTTP. */
export async function requestsIn(
  module: WebAssembly.Module,
  commands: readonly Pick<Command, 'argv' | 'env' | 'redirects'>[],
): Promise<Requests> {
  const table = parseHelp(await printed(module, ['--help', 'all']))
  const all: Requests = { requests: [], notes: [] }
  for (const { argv, env, redirects } of commands) {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const around = { env: { ...environment, ...env }, files, cwd: HOME, module, signal }
    const { requests, notes } = requestsOf(await recordLine(['-q', ...argv], around), redirects, table)
    all.requests.push(...requests)
    all.notes.push(...notes)
  }
  if (all.requests.length === 0) throw new Error(`there is no HTTP request: ${all.notes.join('; ')}`)
  return all
}
