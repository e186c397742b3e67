// Connects the streams of a run to files as a shell does: from left to right, and creating files even if nothing is
// written to them.
import type { Redirect } from '../command/shell.js'
import type { FileSystem, OpenFile, OpenFlags } from '../../../shim/files/filesystem.js'
import { absolute } from './files.js'

export interface Streams {
  stdin: ReadableStream<Uint8Array>
  stdout: WritableStream<Uint8Array>
  stderr: WritableStream<Uint8Array>
  /** Whether standard output goes to the terminal. */
  interactive: boolean
}

const FLAGS: OpenFlags = {
  ...{ read: false, write: false, append: false, create: false },
  ...{ exclusive: false, truncate: false, noFollow: false },
}
const PIECE = 64 * 1024

/** Applies the redirections to the terminal's streams. @throws What opening a file throws. */
export function connect(redirects: readonly Redirect[], files: FileSystem, terminal: Streams): Streams {
  const streams = { ...terminal }
  const names = { 1: 'stdout', 2: 'stderr' } as const
  for (const redirect of redirects) {
    if (redirect.fd === 0) {
      streams.stdin =
        'text' in redirect
          ? new Blob([redirect.text]).stream()
          : source(files.open(absolute(redirect.file), { ...FLAGS, read: true }, 0))
    } else if ('to' in redirect) streams[names[redirect.fd]] = streams[names[redirect.to]]
    else {
      const how = redirect.append ? { append: true } : { truncate: true }
      streams[names[redirect.fd]] = sink(
        files.open(absolute(redirect.file), { ...FLAGS, write: true, create: true, ...how }, 0o666),
      )
    }
  }
  return { ...streams, interactive: streams.stdout === terminal.stdout }
}

function source(file: OpenFile): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const bytes = new Uint8Array(PIECE)
      const count = file.read(bytes, null)
      if (count > 0) return controller.enqueue(bytes.subarray(0, count))
      controller.close()
      file.close()
    },
    cancel: () => file.close(),
  })
}

function sink(file: OpenFile): WritableStream<Uint8Array> {
  return new WritableStream({
    write: (chunk) => void file.write(chunk, null),
    close: () => file.close(),
    abort: () => file.close(),
  })
}
