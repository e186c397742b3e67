// The servers for the tests of connect(), without and with TLS, and functions for its sockets.
import net from 'node:net'
import tls from 'node:tls'
import { connect, type ConnectOptions, type CurlSocket } from 'libcurl-wasm'
import { afterAll } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { listen, type Listening } from '../servers/listening.js'

export const certs = certificates()
export const ca = certs.ca.cert
/** The servers to close after the tests. */
export const servers: Listening[] = []
afterAll(() => Promise.all(servers.map((each) => each.close())))

type Serve = (socket: net.Socket) => void

export async function tcp(serve: Serve): Promise<number> {
  const server = await listen(net.createServer({ allowHalfOpen: true }, serve), 'tcp')
  servers.push(server)
  return server.port
}

export async function secure(serve: Serve, options: tls.TlsOptions = {}): Promise<number> {
  const { key, cert } = certs.good
  const server = tls.createServer({ key, cert, allowHalfOpen: true, ...options }, (socket) => {
    socket.on('error', () => {})
    // later, because Node's server sends no close_notify if it ends a connection in its handshake event
    setImmediate(() => serve(socket))
  })
  server.on('tlsClientError', () => {})
  const listening = await listen(server, 'tls')
  servers.push(listening)
  return listening.port
}

export const echo: Serve = (socket) => void socket.pipe(socket)

/** The same server without and with TLS. */
export const kinds = [
  ['TCP', tcp, false],
  ['TLS', secure, { ca }],
] as const

export function open(port: number, options: Partial<ConnectOptions> = {}): CurlSocket {
  return connect({ host: 'localhost', port, ...options })
}

export async function readAll(socket: CurlSocket): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of socket.readable as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export async function send(socket: CurlSocket, data: Uint8Array | string): Promise<void> {
  const writer = socket.writable.getWriter()
  await writer.write(data)
  writer.releaseLock()
}

/** The code or the name of the error that a promise rejects with. */
export const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'it did not fail',
    (error: unknown) => (error as { code?: string }).code ?? (error as Error).name,
  )
