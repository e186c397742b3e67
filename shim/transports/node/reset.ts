// A reset that libuv takes for an end: where it comes with the last bytes, Node reports the end of the connection, and the
// error is left to whoever reads next. So what ends is read once more; for Node's transport and the relay alike.
import { readSync } from 'node:fs'
import type { Socket } from 'node:net'

const one = Buffer.alloc(1)

/** The descriptor of a socket of Node's; -1 where the host does not tell, as on Windows and in Deno. */
export function descriptorOf(socket: Socket): number {
  return (socket as { _handle?: { fd?: number } | null })._handle?.fd ?? -1
}

/** Whether a socket that has ended was reset. `fd` is its descriptor, -1 where the host does not tell. */
export function wasReset(fd: number): boolean {
  try {
    if (fd >= 0) readSync(fd, one)
    return false
  } catch (error) {
    return (error as { code?: string }).code === 'ECONNRESET'
  }
}
