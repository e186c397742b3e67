// Lets servers listen on localhost, which means two addresses with the same port: a client may try 127.0.0.1 or ::1
// first, and must not find another program there. Closing breaks all connections at once.
import net from 'node:net'

/**
 * A number is that port or an error, and 0 is any free port. If the preferred one is in use, it is the next free one.
 */
export type Port = number | { prefer: number }

export interface Listening {
  port: number
  close(): Promise<void>
}

/** How many ports are tried from a preferred one on, before any free one is taken. */
const NEAR = 20

/** @throws What net.Server.listen() fails with. `code` is EADDRINUSE if all the ports in question are in use. */
export async function listen(server: net.Server, port: Port = 0, host = 'localhost'): Promise<Listening> {
  for (const candidate of candidates(port)) {
    const listening = await attempt(server, candidate, host)
    if (listening) return listening
  }
  const what = typeof port === 'number' ? `port ${port}` : `every port from ${port.prefer}`
  throw Object.assign(new Error(`${what} is in use`), { code: 'EADDRINUSE' })
}

function candidates(port: Port): number[] {
  // a port that is free on one address may be in use on the other, so try a few
  if (port === 0) return [0, 0, 0, 0, 0]
  return typeof port === 'number' ? [port] : [...Array.from({ length: NEAR }, (_, more) => port.prefer + more), 0]
}

async function attempt(server: net.Server, port: number, host: string): Promise<Listening | null> {
  const open = new Set<net.Socket>()
  const keep = (socket: net.Socket): void => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => {})
  }
  const error = await bind(server, port, host === 'localhost' ? '127.0.0.1' : host)
  if (error?.code === 'EADDRINUSE') return null
  if (error) throw error
  const bound = (server.address() as net.AddressInfo).port
  server.on('connection', keep)

  // on the other address of localhost, if this machine has it, a second server hands its connections to the first
  const { allowHalfOpen } = server as net.Server & { allowHalfOpen?: boolean }
  const options = { allowHalfOpen: allowHalfOpen ?? false, noDelay: true }
  const other = net.createServer(options, (socket) => void server.emit('connection', socket))
  const failed = host === 'localhost' ? await bind(other, bound, '::1') : null
  const close = async (): Promise<void> => {
    server.off('connection', keep)
    for (const socket of open) socket.destroy()
    await Promise.all([server, other].filter((one) => one.listening).map(closed))
  }
  if (failed?.code !== 'EADDRINUSE') return { port: bound, close }
  await close()
  return null
}

function bind(server: net.Server, port: number, host: string): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const settle = (error: NodeJS.ErrnoException | null): void => {
      server.off('error', settle).off('listening', listening)
      resolve(error)
    }
    const listening = (): void => settle(null)
    server.once('error', settle).once('listening', listening).listen({ port, host })
  })
}

function closed(server: net.Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
