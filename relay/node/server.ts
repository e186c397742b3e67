// The relay as a server of its own: HTTP or HTTPS, with /healthz for load balancers and /metrics for Prometheus. Its
// end waits for the clients.
import http from 'node:http'
import https from 'node:https'
import type net from 'node:net'
import type { Logger } from 'pino'
import { collectDefaultMetrics } from 'prom-client'
import { createRelay, type Relay, type RelayOptions } from './relay.js'

/** How long a client may take to send its request, in milliseconds. */
const REQUEST_MS = 10_000
/** Metrics are private: by default other machines cannot reach them. */
export const METRICS_HOST = '127.0.0.1'
/** The port of metrics is the relay's plus this, so that several relays fit on one machine. */
const METRICS_OFFSET = 100

/** Where to listen. Port 0 is any free port. Without a host, on all addresses. */
export interface Place {
  host?: string
  port: number
}

export interface ServerOptions {
  /** What createRelay() takes, except `log`. */
  relay?: Omit<RelayOptions, 'log'>
  listen: Place
  /** Certificate chain and key in PEM. Without them, the server uses plain HTTP. */
  tls?: { cert: string | Buffer; key: string | Buffer }
  /**
   * Where /metrics is: 'main' on the relay's own port, 'off' nowhere, or a place of its own, always with plain HTTP. By
   * default on 127.0.0.1, at the relay's port plus 100, or at any free port if the relay's port is 0 or the sum is
   * above 65535.
   */
  metrics?: 'main' | 'off' | Place
  log: Logger
}

export interface RelayServer {
  readonly relay: Relay
  readonly address: net.AddressInfo
  /** Null unless metrics have a place of their own. */
  readonly metricsAddress: net.AddressInfo | null
  /** Drains the relay (see Relay.drain()), then stops listening. */
  close(ms: number): Promise<void>
}

/** @throws RangeError for wrong options, or an Error that says what it cannot listen for, and why. */
export async function startServer(options: ServerOptions): Promise<RelayServer> {
  const { tls, metrics = metricsPlace(options.listen.port), log } = options
  const relay = createRelay({ ...options.relay, log })
  if (metrics !== 'off') collectDefaultMetrics({ register: relay.metrics })
  const answer = handler(relay, metrics === 'main')
  const main = tls ? https.createServer({ ...tls }, answer) : http.createServer(answer)
  main.headersTimeout = REQUEST_MS
  main.requestTimeout = REQUEST_MS
  main.on('upgrade', relay.handleUpgrade)
  const own = typeof metrics === 'object' ? http.createServer(handler(relay, true)) : null
  try {
    const address = await listen(main, options.listen, log, 'the relay')
    const metricsAddress = own ? await listen(own, metrics as Place, log, 'the metrics') : null
    return { relay, address, metricsAddress, close: (ms) => end(relay, ms, own ? [main, own] : [main]) }
  } catch (error) {
    await end(relay, 0, own ? [main, own] : [main])
    throw error
  }
}

function metricsPlace(port: number): Place {
  const own = port + METRICS_OFFSET
  return { host: METRICS_HOST, port: port === 0 || own > 65535 ? 0 : own }
}

function listen(server: http.Server, { host, port }: Place, log: Logger, what: string): Promise<net.AddressInfo> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(new Error(`cannot listen for ${what}: ${error.message}`))
    server.once('error', failed)
    server.listen({ host, port }, () => {
      server.off('error', failed)
      server.on('error', (error) => log.error({ event: 'fault', err: error }))
      resolve(server.address() as net.AddressInfo)
    })
  })
}

async function end(relay: Relay, ms: number, servers: http.Server[]): Promise<void> {
  await relay.drain(ms)
  for (const server of servers) {
    server.close()
    server.closeAllConnections()
  }
}

function handler(relay: Relay, withMetrics: boolean): http.RequestListener {
  return (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0]
    const reply = (status: number, type: string, body: string): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' })
      response.end(request.method === 'HEAD' ? undefined : body)
    }
    const known = path === '/healthz' || (path === '/metrics' && withMetrics)
    if (!known) return reply(404, 'text/plain', 'this server takes WebSockets only\n')
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return reply(405, 'text/plain', 'only GET and HEAD are allowed here\n')
    if (path === '/healthz')
      return reply(relay.draining ? 503 : 200, 'text/plain', relay.draining ? 'draining\n' : 'ok\n')
    relay.metrics.metrics().then(
      (text) => reply(200, relay.metrics.contentType, text),
      () => reply(500, 'text/plain', 'the metrics cannot be collected\n'),
    )
  }
}
