// The process of the servers: the origin with a port for each protocol and fault, the relay, and the proxies.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'
import { fileURLToPath } from 'node:url'
import { createRelay } from 'libcurl-wasm-relay'
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

/** WebSockets of clients by the address in their path. */
const sockets = new Map<string, Set<Duplex>>()
/** Functions that return the counts of a relay, by its URL. */
const relays = new Map<string, () => Promise<Record<string, number>>>()

/** Starts a relay for the cells of one process. The WebSockets of a single cell can be cut. Returns its URL. */
async function startRelay(): Promise<string> {
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
    const here = sockets.get(address!) ?? new Set()
    sockets.set(address!, here.add(socket))
    socket.on('close', () => here.delete(socket))
    request.url = rest!
    relay.handleUpgrade(request, socket, head)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`
  relays.set(url, async () => {
    const found: Record<string, number> = {}
    for (const { name, values } of await relay.metrics.getMetricsAsJSON())
      if (/clients$|sockets|buffered/.test(name))
        found[name] = values.reduce((sum, { value }) => sum + Number(value), 0)
    return found
  })
  return url
}

/** Relays that are processes, by the address of the cell that kills it. */
const processes = new Map<string, ChildProcess>()
process.on('exit', () => processes.forEach((child) => child.kill('SIGKILL')))

/** Starts a relay process for one cell. Returns its URL. */
async function startProcess(address: string): Promise<string> {
  const args = ['--host', '127.0.0.1', '--port', '0', '--metrics', 'off', '--allow-loopback', '--connect-rate', '0']
  const bin = fileURLToPath(new URL('../../bin/relay', import.meta.url))
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  processes.set(address, child)
  return new Promise((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const { event, port } = JSON.parse(line)
      if (event === 'listening') resolve(`ws://127.0.0.1:${port}/`)
    })
    child.once('exit', (status) => reject(new Error(`the relay has ended with ${status}`)))
  })
}

const faults: RelayFaults = {
  cut(address) {
    for (const socket of sockets.get(address) ?? []) reset(socket as net.Socket)
  },
  kill(address) {
    processes.get(address)?.kill('SIGKILL')
    processes.delete(address)
  },
}

/** The questions of the run. */
export type Question =
  | { ask: 'places' }
  /** Starts a relay. With an address it is a process, which the cell with that address kills. */
  | { ask: 'relay'; address?: string }
  /** Which of these cells have connections, after those that may be kept are ended. */
  | { ask: 'left'; addresses: string[]; kept: string[] }
  /** The counts of a relay, once they are not above `before`, or after a timeout. */
  | { ask: 'levels'; relay: string; before?: Record<string, number> }
  /** Cuts the WebSockets of these cells. */
  | { ask: 'cut'; address: string }

const places: Places = {
  ports: { refused: await refusingPort() },
  relay: await startRelay(),
  httpProxy: (await connectProxy({ allows: (host) => !isBlocked(host) })).url,
  socks5: (await socks5({ allows: (host) => !isBlocked(host) })).url,
  noRelay: `ws://127.0.0.1:${await refusingPort()}/`,
}
for (const protocol of PROTOCOLS)
  for (const fault of FAULTS)
    if (PLAYS[fault] || fault.endsWith('-at-once'))
      places.ports[`${protocol} ${fault}`] = await listen(protocol, fault, faults)

const LEAVING_MS = 3000

async function left(addresses: string[], kept: string[]): Promise<string[]> {
  for (const address of addresses) faults.kill(address)
  for (const address of kept) for (const link of links.get(address) ?? []) link.fin()
  for (const end = performance.now() + LEAVING_MS; ; await new Promise((resolve) => setTimeout(resolve, 10))) {
    const here = addresses.filter((address) => links.has(address))
    for (const address of here) for (const link of links.get(address)!) link.look()
    if (here.length > 0 && performance.now() < end) continue
    for (const address of here) for (const link of links.get(address)!) link.rst()
    return here
  }
}

async function levels(relay: string, before: Record<string, number> = {}): Promise<Record<string, number>> {
  for (const end = performance.now() + LEAVING_MS; ; await new Promise((resolve) => setTimeout(resolve, 10))) {
    const now = await relays.get(relay)!()
    if (performance.now() >= end || Object.keys(now).every((name) => now[name]! <= (before[name] ?? 0))) return now
  }
}

async function answer(question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'places':
      return places
    case 'relay':
      return question.address === undefined ? startRelay() : startProcess(question.address)
    case 'left':
      return left(question.addresses, question.kept)
    case 'levels':
      return levels(question.relay, question.before)
    case 'cut':
      return faults.cut(question.address)
  }
}

process.on('message', async ({ id, ...question }: Question & { id: number }) => {
  process.send!({ id, answer: (await answer(question as Question)) ?? null })
})
process.on('disconnect', () => process.exit())
