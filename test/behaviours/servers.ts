// The servers for behaviours.js, and their addresses. They are the same for every runtime, which shares only the
// network with them, and the file system if it has one.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type http from 'node:http'
import { join } from 'node:path'
import tls from 'node:tls'
import { afterAll } from 'vitest'
import { WebSocketServer } from 'ws'
import { testRelay } from '../relay/relays.js'
import { certificates } from '../servers/certificates.js'
import { refusingPort } from '../servers/faults.js'
import { ftpServer } from '../servers/ftp.js'
import { bodyOf, http2Server, httpServer, httpsServer, listen, type Listening } from '../servers/listening.js'
import { scratch } from '../servers/scratch.js'
import { tftpServer } from '../servers/tftp.js'

/** The parameter `at` of behaviours.js. Only data, so that it can be sent to any runtime. */
export interface At {
  http: string
  https: string
  http2: string
  wss: string
  /** Echoes over TLS. */
  echo: { host: string; port: number }
  ftp: string
  tftp: string
  /** A URL where no server listens. */
  refused: string
  unix: string
  /** A folder to write to. */
  folder: string
  /** The CA certificate, in PEM. */
  ca: string
  /** The URL of a relay, for runtimes without sockets. */
  relay: string | null
  /** How long one behaviour may take, in milliseconds. */
  patience: number
}

/** For each endless response, how many of its bytes the kernel has taken. */
const sent = new Map<string, () => number>()
const hanging = new Set<string>()

const CHUNK = Buffer.alloc(1 << 18, 'endless ')

function endless(response: http.ServerResponse, id: string): void {
  const socket = response.socket!
  const start = socket.bytesWritten
  sent.set(id, () => socket.bytesWritten - start - socket.writableLength)
  const more = (): void => {
    while (!response.destroyed && response.write(CHUNK));
    response.once('drain', more)
  }
  more()
}

/** Over TLS. */
function echoServer(): Promise<Listening> {
  const { key, cert } = certificates().good
  const server = tls.createServer({ key, cert, allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {})
    // later, because Node's server sends no close_notify if it ends a connection in its handshake event
    setImmediate(() => socket.pipe(socket))
  })
  return listen(
    server.on('tlsClientError', () => {}),
    'tls',
  )
}

async function serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const url = new URL(request.url!, 'http://localhost')
  const id = url.search.slice(1)
  switch (url.pathname) {
    case '/secret':
      return void response.end('secret')
    case '/port':
      return void response.end(String(request.socket.remotePort))
    case '/up': {
      const body = await bodyOf(request)
      return void response.end(`${request.method} ${body.length} ${createHash('sha256').update(body).digest('hex')}`)
    }
    case '/hang':
      hanging.add(id)
      response.on('close', () => hanging.delete(id))
      return void response.write('the beginning')
    case '/hanging':
      return void response.end(hanging.has(id) ? 'yes' : 'no')
    case '/endless':
      return endless(response, id)
    case '/sent':
      return void response.end(String(sent.get(id)?.() ?? 0))
    case '/cookies': {
      const set = url.searchParams.get('set')
      if (set) response.setHeader('set-cookie', set)
      return void response.end(`[${request.headers.cookie ?? ''}]`)
    }
    case '/file':
      return void response.end(readFileSync(id))
  }
  response.writeHead(404).end()
}

/** Starts the servers. They are closed at the end of the test file. */
export async function servers(): Promise<At> {
  const folder = scratch()
  const unix = join(folder, 'socket')
  const web = await httpServer(serve)
  const local = await httpServer(serve, { path: unix })
  const secure = await httpsServer(serve)
  const sessions: unknown[] = []
  const multiplexed = await http2Server((stream) => {
    if (!sessions.includes(stream.session)) sessions.push(stream.session)
    stream.respond({ ':status': 200 })
    stream.end(String(sessions.indexOf(stream.session)))
  })
  const sockets = new WebSocketServer({ server: secure.server, path: '/echo' })
  sockets.on('connection', (socket) => {
    socket.on('message', (data, binary) => socket.send(data, { binary })).on('error', () => {})
    socket.send('welcome')
  })
  const echo = await echoServer()
  const [ftp, tftp, relay] = [await ftpServer(), await tftpServer(), await testRelay()]
  await ftp.put('/file.txt', 'by FTP')
  tftp.files.set('file.txt', Buffer.from('by UDP'))
  afterAll(() => Promise.all([web, local, secure, multiplexed, echo, ftp, tftp].map((server) => server.close())))
  return {
    http: web.url,
    https: secure.url,
    http2: multiplexed.url,
    wss: secure.url.replace('https', 'wss'),
    echo: { host: 'localhost', port: echo.port },
    ftp: `${ftp.url}/file.txt`,
    tftp: `${tftp.url}/file.txt`,
    refused: `http://127.0.0.1:${await refusingPort()}/`,
    unix,
    folder,
    ca: readFileSync(certificates().ca.certFile, 'utf8'),
    relay: `${relay.url}/`,
    patience: 20_000,
  }
}
