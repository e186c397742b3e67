// Peers that misbehave, on raw TCP: they reset, end early, stall, or do not even accept connections.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import type { AddressInfo } from 'node:net'

export interface Peer {
  port: number
  close(): Promise<void>
}

/** A TCP server that calls `serve` for each connection, after the request's empty line has arrived. */
export async function rawServer(
  serve: (socket: net.Socket) => void,
  host = '127.0.0.1',
): Promise<Peer & { connections(): number }> {
  const sockets = new Set<net.Socket>()
  let count = 0
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    count++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    let request = ''
    socket.on('data', (chunk) => {
      request += chunk.toString('latin1')
      if (request.includes('\r\n\r\n')) {
        request = ''
        serve(socket)
      }
    })
  })
  server.listen(0, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => count,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A port on which no server listens. */
export async function refusingPort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/**
 * A port that neither accepts nor refuses connections: its owner listens, but never accepts, and the kernel's queue of
 * connections is full, so further ones get no answer.
 */
export async function blackHole(host = '127.0.0.1'): Promise<Peer> {
  const program = `
    const server = require('net').createServer()
    server.listen({ port: 0, host: '${host}', backlog: 1 }, () => {
      process.stdout.write(String(server.address().port) + '\\n', () =>
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
    })`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(line)
  const fillers: net.Socket[] = []
  for (;;) {
    const filler = net.connect({ port, host }).on('error', () => {})
    fillers.push(filler)
    const stuck = await Promise.race([
      once(filler, 'connect').then(() => false),
      new Promise<boolean>((resolve) => setTimeout(resolve, 300, true)),
    ])
    if (stuck) break
  }
  return {
    port,
    async close() {
      for (const filler of fillers) filler.destroy()
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
