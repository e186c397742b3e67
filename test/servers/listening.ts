// Starts servers of Node's modules on loopback, with a free port and a count of connections. Closing one breaks its
// connections at once.
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import net from 'node:net'
import { certificates } from './certificates.js'

export interface Listening<S extends net.Server = net.Server> {
  server: S
  port: number
  /** 'http://127.0.0.1:port', with the server's scheme. */
  url: string
  /** How many connections there were so far. */
  readonly connections: number
  close(): Promise<void>
}

/** Where to listen. `port` is for a server that needs the same port on another address family. */
export interface Place {
  host?: string
  port?: number
  path?: string
}

export async function listen<S extends net.Server>(
  server: S,
  scheme: string,
  place: Place = {},
): Promise<Listening<S>> {
  const { host = '127.0.0.1', port = 0, path } = place
  const open = new Set<net.Socket>()
  let connections = 0
  server.on('connection', (socket: net.Socket) => {
    connections++
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path === undefined ? { host, port } : { path }, resolve)
  })
  const bound = path === undefined ? (server.address() as net.AddressInfo).port : 0
  return {
    server,
    port: bound,
    url: `${scheme}://${net.isIPv6(host) ? `[${host}]` : host}:${bound}`,
    get connections() {
      return connections
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void | Promise<void>

/** A client that leaves is no error of the server. */
const patient =
  (handler: Handler): http.RequestListener =>
  async (request, response) => {
    try {
      await handler(request, response)
    } catch (error) {
      if (!request.destroyed) throw error
    }
  }

export function httpServer(handler: Handler, place: Place = {}): Promise<Listening<http.Server>> {
  return listen(http.createServer(patient(handler)), 'http', place)
}

/** Starts an HTTPS server, with the valid certificate for localhost unless `options` has another one. */
export function httpsServer(handler: Handler, options: https.ServerOptions = {}): Promise<Listening<https.Server>> {
  const { key, cert } = certificates().good
  return listen(https.createServer({ key, cert, ...options }, patient(handler)), 'https')
}

type StreamListener = (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void

export function http2Server(
  handler: StreamListener,
  options: http2.SecureServerOptions = {},
): Promise<Listening<http2.Http2SecureServer>> {
  const { key, cert } = certificates().good
  return listen(http2.createSecureServer({ key, cert, ...options }).on('stream', handler), 'https')
}

/** Starts a server for HTTP/2 without TLS. */
export function plainHttp2Server(handler: StreamListener): Promise<Listening<http2.Http2Server>> {
  return listen(http2.createServer().on('stream', handler), 'http')
}

/** The whole body of a request. */
export async function bodyOf(request: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** A port that was free on loopback a moment ago, for servers that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  const listening = await listen(net.createServer(), 'tcp')
  await listening.close()
  return listening.port
}
