// The process of the servers: the origin with a port for each protocol and fault, the relay, and the proxies.
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'
import { createRelay } from 'libcurl-wasm/relay'
import { certificates } from '../servers/certificates.js'
import { connectProxy } from '../servers/connect-proxy.js'
import { refusingPort } from '../servers/faults.js'
import { socks5 } from '../servers/socks5.js'
import { reset } from '../servers/tunnel.js'
import { FAULTS, PROTOCOLS, type Fault, type Protocol } from './axes.js'
import type { Exchange } from './exchange.js'
import { PLAYS, type RelayFaults } from './faults.js'
import { http1 } from './http1.js'
import { http2 } from './http2.js'
import { Link } from './link.js'
import { BLOCKED_RANGE, isBlocked, type Places } from './place.js'

const { key, cert } = certificates().good
const context = tls.createSecureContext({ key, cert })
/** Connections by the address of their cell. */
const links = new Map<string, Set<Link>>()

function keep(link: Link): void {
  const { address } = link
  const here = links.get(address) ?? new Set()
  links.set(address, here.add(link))
  link.whenClosed(() => {
    here.delete(link)
    if (here.size === 0) links.delete(address)
  })
}

async function listen(protocol: Protocol, fault: Fault, relay: RelayFaults): Promise<number> {
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    if (fault === 'rst-at-once') return reset(socket.on('error', () => {}))
    if (fault === 'fin-at-once') return void socket.on('error', () => {}).destroy()
    const link = new Link(socket, protocol === 'http' ? null : context, protocol === 'h2' ? 'h2' : 'http/1.1')
    keep(link)
    const serve = (exchange: Exchange): void => void PLAYS[fault]!(exchange, relay, fault)
    if (protocol === 'h2') http2(link, serve)
    else http1(link, serve)
  })
  server.listen(0, '0.0.0.0', 1024)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** One relay for all cells, whose WebSockets can be cut for one of them. */
async function startRelay(): Promise<{ url: string; faults: RelayFaults; levels(): Promise<Record<string, number>> }> {
  const sockets = new Map<string, Set<Duplex>>()
  const killed = new Set<string>()
  const relay = createRelay({
    allowRanges: ['127.0.0.0/8'],
    denyRanges: [BLOCKED_RANGE],
    resolve: async () => [],
    streams: 100_000,
    clientsPerAddress: 100_000,
    connectsPerSecond: 0,
  })
  const server = http.createServer()
  server.on('upgrade', (request, socket, head) => {
    const [, address, rest] = /^\/([\d.]+)(\/.*)$/.exec(request.url!)!
    if (killed.has(address!)) return socket.destroy()
    const here = sockets.get(address!) ?? new Set()
    sockets.set(address!, here.add(socket))
    socket.on('close', () => here.delete(socket))
    request.url = rest!
    relay.handleUpgrade(request, socket, head)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const each = (address: string, end: (socket: net.Socket) => void): void => {
    for (const socket of sockets.get(address) ?? []) end(socket as net.Socket)
  }
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    faults: {
      cut: (address) => each(address, reset),
      kill(address) {
        killed.add(address)
        each(address, (socket) => socket.destroy())
      },
    },
    async levels() {
      const found: Record<string, number> = {}
      for (const { name, values } of await relay.metrics.getMetricsAsJSON())
        if (/sockets|buffered/.test(name)) found[name] = values.reduce((sum, { value }) => sum + Number(value), 0)
      return found
    },
  }
}

/** What the run asks. */
export type Question =
  | { ask: 'places' }
  /** Which of these cells have connections, once those that may be kept are ended. */
  | { ask: 'left'; addresses: string[]; kept: string[] }
  | { ask: 'levels' }
  /** Cuts the WebSockets of these cells. */
  | { ask: 'cut'; address: string }

const relay = await startRelay()
const places: Places = {
  ports: { refused: await refusingPort() },
  relay: relay.url,
  httpProxy: (await connectProxy({ allows: (host) => !isBlocked(host) })).url,
  socks5: (await socks5({ allows: (host) => !isBlocked(host) })).url,
  noRelay: `ws://127.0.0.1:${await refusingPort()}/`,
}
for (const protocol of PROTOCOLS)
  for (const fault of FAULTS)
    if (PLAYS[fault] || fault.endsWith('-at-once'))
      places.ports[`${protocol} ${fault}`] = await listen(protocol, fault, relay.faults)

const LEAVING_MS = 3000

async function left(addresses: string[], kept: string[]): Promise<string[]> {
  for (const address of kept) for (const link of links.get(address) ?? []) link.fin()
  for (const end = performance.now() + LEAVING_MS; ; await new Promise((resolve) => setTimeout(resolve, 10))) {
    const here = addresses.filter((address) => links.has(address))
    for (const address of here) for (const link of links.get(address)!) link.look()
    if (here.length > 0 && performance.now() < end) continue
    for (const address of here) for (const link of links.get(address)!) link.rst()
    return here
  }
}

async function answer(question: Question): Promise<unknown> {
  if (question.ask === 'places') return places
  if (question.ask === 'levels') return relay.levels()
  if (question.ask === 'cut') return relay.faults.cut(question.address)
  return left(question.addresses, question.kept)
}

process.on('message', async ({ id, ...question }: Question & { id: number }) => {
  process.send!({ id, answer: (await answer(question as Question)) ?? null })
})
process.on('disconnect', () => process.exit())
