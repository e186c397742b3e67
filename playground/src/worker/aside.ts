// Runs of the tool that are not the user's: what it prints, and the C that --libcurl writes. They connect to nothing and
// change no file.
import { runTool, MemoryFileSystem } from '../../../dist/ts/tool-browser.js'
import type { FileSystem } from '../../../shim/files/filesystem.js'
import { environment, files, HOME } from './files.js'

const SOURCE = '/tmp/source.c'
const PATIENCE_MS = 10_000

function collect(): { stream: WritableStream<Uint8Array>; text: () => Promise<string> } {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  const stream = new WritableStream<Uint8Array<ArrayBuffer>>({ write: (chunk) => void chunks.push(chunk) })
  return { stream, text: () => new Blob(chunks).text() }
}

/** The user's files, to be read; what is written goes to `scratch`. */
function readOnly(scratch: FileSystem): FileSystem {
  const nothing = (): void => {}
  return {
    open: (path, flags, mode) => {
      const { write, create, truncate } = flags
      if (!write && !create && !truncate) return files.open(path, flags, mode)
      return scratch.open(path === SOURCE ? path : '/dev/null', flags, mode)
    },
    stat: (path, follow) => files.stat(path, follow),
    readdir: (path) => files.readdir(path),
    readlink: (path) => files.readlink(path),
    cwd: () => files.cwd(),
    ...{ rename: nothing, unlink: nothing, mkdir: nothing, rmdir: nothing, utimes: nothing },
  }
}

async function aside(module: WebAssembly.Module, argv: string[], scratch: FileSystem): Promise<string> {
  const output = collect()
  const { CURL_CA_BUNDLE, ...env } = environment // the page's own affair
  await runTool(['-q', ...argv], {
    stdin: new Blob([]).stream(),
    stdout: output.stream,
    stderr: output.stream,
    env,
    files: readOnly(scratch),
    cwd: HOME,
    module,
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
  return output.text()
}

/** What the tool prints. */
export function printed(module: WebAssembly.Module, argv: string[]): Promise<string> {
  return aside(module, argv, new MemoryFileSystem())
}

/** The C program that does what a command line does. Rejects with what the tool says if it does not understand the line. */
export async function sourceOf(module: WebAssembly.Module, argv: string[]): Promise<string> {
  const scratch = new MemoryFileSystem()
  // it is written when the transfer has failed, which it has to do only once
  const complaint = await aside(module, [...argv, '--retry', '0', '-sS', '--libcurl', SOURCE], scratch)
  try {
    return new TextDecoder().decode(scratch.readFile(SOURCE))
  } catch {
    throw new Error(complaint.trim() || 'curl has written nothing')
  }
}
