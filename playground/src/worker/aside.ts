// Runs the tool for the page itself: for what it prints, such as its manual, and to convert a command line to
// JavaScript. These runs connect to nothing and change no files.
import { MemoryFileSystem, runTool, toJavaScript } from '../../../dist/ts/runtimes/browser/tool.js'
import type { FileSystem } from '../../../shim/files/filesystem.js'
import { environment, files, HOME } from './files.js'

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
