// Runs of the tool that are not the user's: what it prints, and the program that a command line is. They connect to nothing
// and change no file.
import { MemoryFileSystem, runTool, toJavaScript } from '../../../dist/ts/runtimes/browser/tool.js'
import type { FileSystem } from '../../../shim/files/filesystem.js'
import { environment, files, HOME } from './files.js'

const PATIENCE_MS = 10_000

function collect(): { stream: WritableStream<Uint8Array>; text: () => Promise<string> } {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  const stream = new WritableStream<Uint8Array<ArrayBuffer>>({ write: (chunk) => void chunks.push(chunk) })
  return { stream, text: () => new Blob(chunks).text() }
}

/** The user's files, to be read; what is written is gone. */
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

/** What the tool prints. */
export async function printed(module: WebAssembly.Module, argv: string[]): Promise<string> {
  const output = collect()
  const { CURL_CA_BUNDLE, ...env } = environment // the page's own affair
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

/** The program that does what a command line does. Rejects with what the tool says if it does not understand the line. */
export function programOf(module: WebAssembly.Module, argv: string[], relay: string): Promise<string> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  return toJavaScript(['-q', ...argv], { env: environment, files, cwd: HOME, module, relay, signal })
}
