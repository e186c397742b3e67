// The relay as a server of its own: HTTP or HTTPS, with /healthz for load balancers and /metrics for Prometheus. Its
// end waits for the clients.
import http from 'node:http'
import https from 'node:https'
import type net from 'node:net'
import type { Logger } from 'pino'
import { Registry, collectDefaultMetrics } from 'prom-client'
import { LocalVisitors, type VisitorLimits, type Visitors } from '../core/limits.js'
import { settingsOf, type RelayOptions } from './relay-options.js'
import { WebSocketRelay, type Relay } from './websocket-relay.js'

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

/** What a worker has in common with others; see workers/. */
export interface Shared {
  visitors(limits: VisitorLimits): Visitors
  /** The metrics of all. */
  scrape(): Promise<string>
}

export interface RelayServer {
  readonly address: net.AddressInfo
  /** Null unless metrics have a place of their own. */
  readonly metricsAddress: net.AddressInfo | null
  /** Drains the relay (see Relay.drain()), then stops listening. */
  close(ms: number): Promise<void>
}

/**
 * @param shared For a worker, which has no place of its own for metrics.
 * @throws RangeError for wrong options, or an Error that says what it cannot listen for, and why.
 */
export async function startServer(options: ServerOptions, shared?: Shared): Promise<RelayServer & { relay: Relay }> {
  const { tls, metrics = metricsPlace(options.listen.port), log } = options
  const settings = settingsOf(options.relay ?? {})
  const relay = new WebSocketRelay(settings, log, shared?.visitors(settings) ?? new LocalVisitors(settings))
  if (metrics !== 'off') collectDefaultMetrics({ register: relay.metrics })
  const scrape = shared ? shared.scrape : (): Promise<string> => relay.metrics.metrics()
  const draining = (): boolean => relay.draining
  const answer = handler(draining, metrics === 'main' ? scrape : null)
  const main = tls ? https.createServer({ ...tls }, answer) : http.createServer(answer)
  main.headersTimeout = REQUEST_MS
  main.requestTimeout = REQUEST_MS
  main.on('upgrade', relay.handleUpgrade)
  const own = typeof metrics === 'object' && !shared ? http.createServer(handler(draining, scrape)) : null
  try {
    const address = await listen(main, options.listen, log, 'the relay')
    const metricsAddress = own ? await listen(own, metrics as Place, log, 'the metrics') : null
    return { relay, address, metricsAddress, close: (ms) => end(relay, ms, own ? [main, own] : [main]) }
  } catch (error) {
    await end(relay, 0, own ? [main, own] : [main])
    throw error
  }
}

export function metricsPlace(port: number): Place {
  const own = port + METRICS_OFFSET
  return { host: METRICS_HOST, port: port === 0 || own > 65535 ? 0 : own }
}

export function listen(
  server: http.Server,
  { host, port }: Place,
  log: Logger,
  what: string,
): Promise<net.AddressInfo> {
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
  stop(servers)
}

/** Stops listening, and closes the connections that are not WebSockets. */
export function stop(servers: http.Server[]): void {
  for (const server of servers) {
    server.close()
    server.closeAllConnections()
  }
}

/** @param scrape The metrics, null if they are not here. */
export function handler(draining: () => boolean, scrape: (() => Promise<string>) | null): http.RequestListener {
  return (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0]
    const reply = (status: number, type: string, body: string): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' })
      response.end(request.method === 'HEAD' ? undefined : body)
    }
    const known = path === '/healthz' || (path === '/metrics' && scrape !== null)
    if (!known) return reply(404, 'text/plain', 'this server takes WebSockets only\n')
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return reply(405, 'text/plain', 'only GET and HEAD are allowed here\n')
    if (path === '/healthz')
      return draining() ? reply(503, 'text/plain', 'draining\n') : reply(200, 'text/plain', 'ok\n')
    scrape!().then(
      (text) => reply(200, Registry.PROMETHEUS_CONTENT_TYPE, text),
      () => reply(500, 'text/plain', 'the metrics cannot be collected\n'),
    )
  }
}
