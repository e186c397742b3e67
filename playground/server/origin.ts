// The sample origin: HTTP, HTTPS, WebSocket and FTP servers on localhost with endpoints to try a client on. `make play`
// starts it, where pages reach it through the relay, and so do tests. It keeps nothing except files uploaded by FTP.
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import http2 from 'node:http2'
import type net from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { makeChain } from './certificates.js'
import { bodies } from './endpoints/bodies.js'
import { conducts } from './endpoints/conduct.js'
import { echoes } from './endpoints/echo.js'
import { hostiles } from './endpoints/hostile.js'
import { samplePng } from './endpoints/png.js'
import { statuses } from './endpoints/status.js'
import { Exchange, matched, Refused, type Endpoint } from './exchange.js'
import { Files, ftpServer } from './ftp.js'
import { rowsOf, showIndex, type Row } from './index-page.js'
import { listen, type Listening, type Port } from './listening.js'
import { handleSocket, socketRows } from './sockets.js'

/** Where to listen. By default on any free ports. */
export interface OriginPorts {
  http?: Port
  https?: Port
  ftp?: Port
}

/** Addresses such as 'http://localhost:8080', without a slash at the end. */
export interface Origin {
  http: string
  https: string
  ws: string
  wss: string
  ftp: string
  /** The root certificate for clients to trust, in PEM. */
  ca: string
  close(): Promise<void>
}

const ENDPOINTS: readonly Endpoint[] = [...echoes, ...statuses, ...bodies, ...conducts, ...hostiles]

/** @throws What listen() throws, such as EADDRINUSE for a port that is given as a number. */
export async function startOrigin(ports: OriginPorts = {}): Promise<Origin> {
  const { root, cert, key } = makeChain()
  const rows: Row[] = []
  const answer: RequestListener = (request, response) =>
    void respond(request, response, rows).catch(() => response.destroy())
  const plain = http.createServer(answer)
  const options = { key, cert, allowHTTP1: true, maxSendHeaderBlockLength: 2 << 20 }
  // the compatibility API of node:http2 has everything that the endpoints use of node:http
  const secure = http2.createSecureServer(options, answer as never)
  for (const server of [plain, secure]) {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => {})
      if (!handleSocket(request, socket, head)) ignoreUpgrade(server, request, socket, head)
    })
  }

  const open: Listening[] = []
  const start = async (...parameters: Parameters<typeof listen>): Promise<number> => {
    const listening = await listen(...parameters)
    open.push(listening)
    return listening.port
  }
  const close = async (): Promise<void> => void (await Promise.all(open.map((listening) => listening.close())))
  try {
    const httpPort = await start(plain, ports.http)
    const httpsPort = await start(secure, ports.https)
    const ftpPort = await start(ftpServer(sampleFiles()), ports.ftp)
    const [ws, wss] = [`ws://localhost:${httpPort}`, `wss://localhost:${httpsPort}`]
    const [web, safe] = [`http://localhost:${httpPort}`, `https://localhost:${httpsPort}`]
    const ftp = `ftp://localhost:${ftpPort}`
    rows.push(...rowsOf(ENDPOINTS, [...socketRows(ws, wss), { methods: 'FTP', url: `${ftp}/`, about: 'a few files' }]))
    return { http: web, https: safe, ws, wss, ftp, ca: root, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The files that FTP has at the start. */
function sampleFiles(): Files {
  const files = new Files()
  for (const folder of ['/pub/', '/incoming/']) files.makeFolder(folder)
  files.put('/welcome.txt', Buffer.from('Files are in /pub, and yours may go to /incoming.\n'))
  files.put(
    '/pub/numbers.csv',
    Buffer.from(`n,square\n${Array.from({ length: 20 }, (_, n) => `${n},${n * n}\n`).join('')}`),
  )
  files.put('/pub/waves.png', samplePng())
  return files
}

/**
 * Answers a request that asks to upgrade to another protocol than WebSocket, as curl's --http2 does, without upgrading,
 * which RFC 9110 section 7.8 allows. Node stops parsing at the upgrade, so the server gets the request once more,
 * without its Connection header.
 */
function ignoreUpgrade(server: net.Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const raw = request.rawHeaders
  const lines = raw.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${raw[i + 1]!}`] : []))
  const kept = lines.filter((line) => !/^connection:/i.test(line))
  const again = [`${request.method} ${request.url} HTTP/1.1`, ...kept, '', ''].join('\r\n')
  socket.unshift(Buffer.concat([Buffer.from(again, 'latin1'), head]))
  server.emit((socket as TLSSocket).encrypted ? 'secureConnection' : 'connection', socket)
}

async function respond(request: IncomingMessage, response: ServerResponse, rows: readonly Row[]): Promise<void> {
  // a client that leaves is no error, and without a listener it would end the process
  request.on('error', () => {})
  response.on('error', () => {})
  response.setHeader('server', 'libcurl-wasm sample origin')
  const exchange = new Exchange(request, response, urlOf(request))
  try {
    await route(exchange, rows)
  } catch (error) {
    if (exchange.signal.aborted) return
    if (response.headersSent) exchange.breakOff()
    else refuse(exchange, error as Error)
  }
}

/** The URL of a request, of which only the path and the query matter. */
function urlOf(request: IncomingMessage): URL {
  const target = request.url ?? '/'
  return new URL(
    target.startsWith('/') ? `http://localhost${target}` : URL.canParse(target) ? target : 'http://localhost/',
  )
}

async function route(exchange: Exchange, rows: readonly Row[]): Promise<void> {
  const { pathname } = exchange.url
  if (pathname === '/') return showIndex(exchange, rows)
  for (const { path, methods = ['GET'], answer } of ENDPOINTS) {
    const params = matched(path, pathname)
    if (!params) continue
    exchange.params = params
    const method = exchange.method === 'HEAD' ? 'GET' : exchange.method
    if (methods !== 'any' && !methods.includes(method)) {
      throw new Refused(405, `only ${methods.join(', ')}`, { allow: methods.join(', ') })
    }
    return answer(exchange)
  }
  if (pathname === '/echo' || pathname === '/clock') {
    throw new Refused(426, 'this is for WebSockets: ws:// or wss://', exchange.http2 ? {} : { upgrade: 'websocket' })
  }
  throw new Refused(404, 'no such path; / lists them all')
}

function refuse(exchange: Exchange, error: Error): void {
  // the endpoint may have set some before it failed
  for (const name of exchange.response.getHeaderNames()) exchange.response.removeHeader(name)
  const { status, headers } = error instanceof Refused ? error : { status: 500, headers: {} }
  exchange.text(`${error.message}\n`, headers, status)
}
