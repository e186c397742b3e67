// Resets of Node's sockets, for its transport and the relay alike. One that comes with the last bytes libuv takes for an
// end: Node reports the end of the connection, and the error is left to whoever reads next. So what ends is read once more.
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

/**
 * Breaks a connection off: the other end gets a reset. Node's own resetAndDestroy() ends it in order first, which the other
 * end may see before the reset. While an end is being sent, libuv refuses (EINVAL), and Node would leave the descriptor open
 * for good: that is waited for.
 */
export function breakOff(socket: Socket): void {
  const reset = (): void => void Object.assign(socket, { resetAndClosing: true }).destroy()
  if (socket.writableEnded && !socket.writableFinished && socket.writableLength === 0) socket.once('finish', reset)
  else reset()
}
