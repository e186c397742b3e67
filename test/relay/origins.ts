// TCP servers on loopback for a relay to connect to, each with one behaviour.
import net from 'node:net'
import { afterAll } from 'vitest'
import { listen, type Listening } from '../servers/listening.js'

const open: Listening[] = []
afterAll(() => Promise.all(open.map((server) => server.close())))

/** Starts a server that is closed at the end of the test file. */
export async function tcpServer(onSocket: (socket: net.Socket) => void): Promise<Listening<net.Server>> {
  const server = await listen(net.createServer({ allowHalfOpen: true }, onSocket), 'tcp')
  open.push(server)
  return server
}

/** Echoes, and closes when the other side has. */
export const echo = (): Promise<Listening<net.Server>> => tcpServer((socket) => void socket.pipe(socket))

/** Sends `total` bytes as fast as they are taken, then closes. Its `sent` counts what the kernel has taken. */
export async function source(total: number): Promise<Listening<net.Server> & { sent: () => number }> {
  const sockets: net.Socket[] = []
  const block = Buffer.alloc(64 * 1024, 'x')
  const server = await tcpServer((socket) => {
    sockets.push(socket)
    let left = total
    const more = (): void => {
      while (left > 0) {
        const part = block.subarray(0, Math.min(left, block.length))
        left -= part.length
        if (!socket.write(part)) return void socket.once('drain', more)
      }
      socket.end()
    }
    more()
  })
  const sent = (): number => sockets.reduce((sum, socket) => sum + socket.bytesWritten - socket.writableLength, 0)
  return Object.assign(Object.create(server, Object.getOwnPropertyDescriptors(server)) as typeof server, { sent })
}
