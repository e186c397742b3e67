// Resets of Node's sockets, for the transport of Node and the relay. When a reset comes with the last bytes, libuv
// takes it for an orderly end: Node reports the end, and only the next read would get the error. So an ended socket is
// read once more.
import { readSync } from 'node:fs'
import type { Socket } from 'node:net'
import { descriptorOf } from './handle.js'

const one = Buffer.alloc(1)

/** Whether a socket that has ended was reset. */
export function wasReset(socket: Socket): boolean {
  const fd = descriptorOf(socket)
  try {
    if (fd >= 0) readSync(fd, one)
    return false
  } catch (error) {
    return (error as { code?: string }).code === 'ECONNRESET'
  }
}

/**
 * Breaks a connection off: the other end gets a reset. Node's own resetAndDestroy() ends it in order first, which the
 * other end may see before the reset. While an end is being sent, libuv refuses a reset (EINVAL), and Node would never
 * close the descriptor. So this waits until the end has been sent.
 */
export function breakOff(socket: Socket): void {
  const reset = (): void => void Object.assign(socket, { resetAndClosing: true }).destroy()
  if (socket.writableEnded && !socket.writableFinished && socket.writableLength === 0) socket.once('finish', reset)
  else reset()
}
