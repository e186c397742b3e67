// The server of `make play`: the page's files, a relay for it, and the sample origin, all on this machine. The relay
// lets its clients connect to loopback, so only our own page may use it: the Origin header must be this server's
// origin.
import { readFileSync } from 'node:fs'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { fileURLToPath } from 'node:url'
import { createRelay, type Relay } from '../../relay/node/relay.js'
import { StaticFiles } from './files.js'
import { listen, type Port } from './listening.js'
import { startOrigin, type Origin, type OriginPorts } from './origin.js'

export interface PlaygroundOptions {
  /** By default any free port. */
  port?: Port
  /** By default localhost. With any other, everyone who can reach it can connect to this machine through the relay. */
  host?: string
  /** The folder with the built page. */
  site?: string
  origin?: OriginPorts
}

/** The content of /config.json. */
export interface Config {
  /** Where the relay is, relative to the page's origin. */
  relay: string
  origin: Omit<Origin, 'ca' | 'close'>
  /** The root certificate of the origin, PEM. */
  ca: string
  version: string
}

export interface Playground {
  /** With a slash at the end. */
  url: string
  config: Config
  close(): Promise<void>
}

/** dist/, relative to this file in dist/playground/server/. */
const DIST = fileURLToPath(new URL('../../', import.meta.url))
const RELAY = '/relay/'
const EVERYWHERE = new Set(['0.0.0.0', '::'])

const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'", // xterm.js sets styles
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self' ws: wss:", // other relays
  "worker-src 'self'",
  "frame-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** @throws What listen() throws, such as EADDRINUSE for a port that is given as a number. */
export async function startPlayground(options: PlaygroundOptions = {}): Promise<Playground> {
  const { host = 'localhost', site = `${DIST}playground/site` } = options
  const origin = await startOrigin(options.origin)
  const { ca, close: closeOrigin, ...addresses } = origin
  const config: Config = { relay: RELAY, origin: addresses, ca, version: version() }
  const files = new StaticFiles(site)
  const server = http.createServer((request, response) => {
    answer(request, response, config, files).catch(() => response.destroy())
  })
  try {
    const listening = await listen(server, options.port, host)
    const relay = attachRelay(server, host, listening.port)
    const close = async (): Promise<void> => {
      await relay.close()
      await Promise.all([listening.close(), closeOrigin()])
    }
    return { url: urlOf(EVERYWHERE.has(host) ? 'localhost' : host, listening.port), config, close }
  } catch (error) {
    await closeOrigin()
    throw error
  }
}

function attachRelay(server: http.Server, host: string, port: number): Relay {
  const origins = pageHosts(host).map((name) => new URL(urlOf(name, port)).origin)
  const relay = createRelay({ allowRanges: ['127.0.0.0/8', '::1'], origins })
  server.on('upgrade', (request, socket, head) => {
    if (request.url?.startsWith(RELAY)) relay.handleUpgrade(request, socket, head)
    else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  })
  return relay
}

/** The host names under which a browser may reach this server. */
function pageHosts(host: string): string[] {
  const local = ['localhost', '127.0.0.1', '::1']
  if (host === 'localhost') return local
  if (!EVERYWHERE.has(host)) return [host]
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return [...local, ...addresses.map(({ address }) => address).filter((address) => !address.startsWith('fe80:'))]
}

function urlOf(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}/`
}

function version(): string {
  return (JSON.parse(readFileSync(`${DIST}../package.json`, 'utf8')) as { version: string }).version
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  config: Config,
  files: StaticFiles,
): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
  const reply = (status: number, type: string, body: string): void =>
    void response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body)
  if (request.method !== 'GET' && request.method !== 'HEAD') return reply(405, 'text/plain', 'Only GET and HEAD.\n')
  const pathname = (request.url ?? '/').split('?')[0]!
  if (pathname === '/config.json') {
    response.setHeader('cache-control', 'no-store')
    return reply(200, 'application/json', JSON.stringify(config))
  }
  if (!(await files.answer(request, response, pathname))) reply(404, 'text/plain', 'There is no such file.\n')
}
