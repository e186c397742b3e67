// An HTTP proxy: CONNECT for tunnels, absolute URLs for forwarding, and Basic authentication if a login is set. It
// records the requests that it receives, including refused ones.
import http from 'node:http'
import type net from 'node:net'
import { listen, type Listening } from './listening.js'
import { join, reach } from './tunnel.js'

export interface ProxyOptions {
  login?: { user: string; password: string }
  /** The addresses of names. Other names are used as they are. */
  names?: Record<string, string>
  /** Whether a tunnel to the host is allowed. By default all are. */
  allows?: (host: string) => boolean
}

export interface Proxied {
  method: string
  target: string
  status: number
  headers: http.IncomingHttpHeaders
}

export type ConnectProxy = Listening & { proxied: Proxied[] }

function forward(request: http.IncomingMessage, response: http.ServerResponse, names: Record<string, string>): void {
  const url = new URL(request.url!)
  const host = names[url.hostname] ?? url.hostname.replace(/^\[|\]$/g, '')
  const { 'proxy-authorization': _login, 'proxy-connection': _connection, ...headers } = request.headers
  const onward = http.request({
    host,
    port: url.port || 80,
    method: request.method,
    path: url.pathname + url.search,
    headers,
  })
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode!, answer.headers)
    answer.pipe(response)
  })
  onward.on('error', () => response.writeHead(502).end())
  request.pipe(onward)
}

function tunnel(request: http.IncomingMessage, socket: net.Socket, head: Buffer, names: Record<string, string>): void {
  const { hostname, port } = new URL(`tcp://${request.url}`)
  const host = hostname.replace(/^\[|\]$/g, '')
  reach(names[host] ?? host, Number(port), (target) => {
    if (!target) return socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    if (head.length) target.write(head)
    join(socket, target)
  })
}

export async function connectProxy({ login, names = {}, allows }: ProxyOptions = {}): Promise<ConnectProxy> {
  const proxied: Proxied[] = []
  const expected = login && `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`
  const admitted = (request: http.IncomingMessage): boolean => {
    const status = expected === undefined || request.headers['proxy-authorization'] === expected ? 200 : 407
    proxied.push({ method: request.method!, target: request.url!, status, headers: request.headers })
    return status === 200
  }
  const server = http.createServer((request, response) => {
    if (admitted(request)) forward(request, response, names)
    else response.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end()
  })
  server.on('connect', (request, socket: net.Socket, head) => {
    if (allows && !allows(new URL(`tcp://${request.url}`).hostname))
      return socket.end('HTTP/1.1 403 Not there\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    if (admitted(request)) return tunnel(request, socket, head, names)
    const answer = [
      'HTTP/1.1 407 Who are you',
      'Proxy-Authenticate: Basic realm="proxy"',
      'Content-Length: 0',
      'Connection: close',
    ]
    socket.end(`${answer.join('\r\n')}\r\n\r\n`)
  })
  return Object.assign(await listen(server, 'http'), { proxied })
}
