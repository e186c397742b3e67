// What the tests of this folder share: a server whose ends of connections are not read yet, and bytes with a pattern.
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

/** The server's end of the connection that `connect` makes to a port, and what `connect` returns. */
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

/** Bytes that say where they are: those from place `from` on. */
export function pattern(size: number, from: number): Uint8Array {
  const skipped = from % PERIOD.length
  return Buffer.alloc(skipped + size, PERIOD).subarray(skipped)
}

/** Resolves when a socket is closed, whatever closed it. */
export const closed = (socket: net.Socket): Promise<void> =>
  new Promise((resolve) => void socket.once('close', () => resolve()))

/** Writes bytes that are only lent: they are overwritten as soon as write() has returned. */
export function lend(to: { write(bytes: Uint8Array): void }, bytes: Uint8Array): void {
  const lent = new Uint8Array(bytes)
  to.write(lent)
  lent.fill(0xee)
}
