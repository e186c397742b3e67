// Shared by the tests of this folder: a server that does not read its connections, and bytes with a pattern.
import { once } from 'node:events'
import net from 'node:net'
import { afterEach } from 'vitest'

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

/** Calls `close` after the test. */
export function later(close: () => void): void {
  open.push(close)
}

/** Makes a connection with `connect`. Returns its result, and the server's socket. */
export async function accepted<T>(connect: (port: number) => T | Promise<T>): Promise<{ made: T; peer: net.Socket }> {
  const server = net.createServer({ pauseOnConnect: true, allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  later(() => server.close())
  const connection = once(server, 'connection') as Promise<[net.Socket]>
  const made = await connect((server.address() as net.AddressInfo).port)
  const [peer] = await connection
  later(() => peer.destroy())
  return { made, peer }
}

/** Reads to the end. */
export async function readAll(socket: net.Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).resume()
  await once(socket, 'end')
  return Buffer.concat(chunks)
}

const PERIOD = Uint8Array.from({ length: 251 }, (_, i) => i)

/** Bytes that depend on their position, from position `from` on. */
export function pattern(size: number, from: number): Uint8Array {
  const skipped = from % PERIOD.length
  return Buffer.alloc(skipped + size, PERIOD).subarray(skipped)
}

/** Resolves when a socket is closed, by either side. */
export const closed = (socket: net.Socket): Promise<void> =>
  new Promise((resolve) => void socket.once('close', () => resolve()))

/** Writes bytes, and overwrites them as soon as write() has returned, because write() may not keep them. */
export function lend(to: { write(bytes: Uint8Array): void }, bytes: Uint8Array): void {
  const lent = new Uint8Array(bytes)
  to.write(lent)
  lent.fill(0xee)
}
