// What Node keeps to itself about a socket: its descriptor, and how much libuv has still to write. Windows and Deno do
// not show all of it, and a closed socket has none.
import type dgram from 'node:dgram'
import type { Socket } from 'node:net'

interface Handle {
  fd?: number
  writeQueueSize?: number
}

function handleOf(socket: Socket): Handle | null {
  return (socket as { _handle?: Handle | null })._handle ?? null
}

/** The descriptor of a socket, -1 where there is none to see. */
export function descriptorOf(socket: Socket): number {
  return handleOf(socket)?.fd ?? -1
}

/** How many bytes of the last write() libuv still holds, undefined where that cannot be seen. */
export function unwrittenBytes(socket: Socket): number | undefined {
  return handleOf(socket)?.writeQueueSize
}

/** The descriptor of a UDP socket, -1 where there is none to see. */
export function datagramDescriptorOf(socket: dgram.Socket): number {
  // Node warns when its `_handle` is read
  const key = Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'state symbol')
  const state = key && (socket as unknown as Record<symbol, { handle?: Handle | null }>)[key]
  return state?.handle?.fd ?? -1
}
