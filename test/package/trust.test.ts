// Loading CA certificates on demand, with Node's sockets: what loads them, and what waits for them.
import { readFileSync } from 'node:fs'
import init, { Easy, Multi, type CurlError, type EasyOptions } from 'libcurl-wasm'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { nodeTransport } from '../../shim/transports/node/transport.js'
import type { Address, DatagramEvents, Datagrams, HttpsRecord, Transport } from '../../shim/transports/transport.js'
import { trustOnDemand, type Trust } from '../../ts/runtimes/trust.js'
import { certificates } from '../servers/certificates.js'
import { httpServer, httpsServer } from '../servers/listening.js'

const plain = await httpServer((_request, response) => void response.end('plain'))
const secure = await httpsServer((_request, response) => void response.end('secret'))
const moved = await httpServer((_request, response) => void response.writeHead(302, { location: secure.url }).end())
const ca = readFileSync(certificates().ca.certFile, 'utf8')

/** How often they were requested, the answer, and the caller. */
let asked: number
let answer: () => Promise<string>
let held: Trust
let through: Transport

// the instance has one transport, which uses another one in each test
await init({
  transport: {
    ...nodeTransport,
    secure: () => through.secure?.(),
    connect: (remote, local, events) => through.connect(remote, local, events),
  },
})
const multi = new Multi()
afterAll(async () => {
  multi.close()
  await Promise.all([plain.close(), secure.close(), moved.close()])
})
beforeEach(() => {
  asked = 0
  answer = () => Promise.resolve(ca)
  held = trustOnDemand(() => (asked++, answer()))
  through = held.through(nodeTransport)
})

async function load(url: string, options: Partial<EasyOptions> = {}): Promise<string> {
  using multi = new Multi() // with connections of its own
  using easy = new Easy()
  const decoder = new TextDecoder()
  let text = ''
  easy.setopt('URL', url)
  easy.setopt('CAINFO', certificates().ca.certFile)
  easy.setopt('TIMEOUT_MS', 10_000)
  easy.setopt('WRITEFUNCTION', (chunk) => void (text += decoder.decode(chunk)))
  for (const [name, value] of Object.entries(options)) easy.setopt(name as keyof EasyOptions, value as never)
  await multi.perform(easy)
  return text
}

it('does not load them for plain HTTP, also to a proxy', async () => {
  expect(await load(plain.url)).toBe('plain')
  expect(await load('http://name.example/', { PROXY: plain.url })).toBe('plain')
  expect(asked).toBe(0)
})

it.each<[what: string, url: () => string, options: Partial<EasyOptions>]>([
  ['HTTPS', () => secure.url, {}],
  ['wss', () => secure.url.replace('https', 'wss'), { CONNECT_ONLY: 1 }],
  ['an HTTPS proxy', () => 'http://name.example/', { PROXY: secure.url, PROXY_CAINFO: certificates().ca.certFile }],
  ['a protocol that may begin to use TLS later', () => plain.url.replace('http', 'ftp'), { TIMEOUT_MS: 300 }],
  ['a redirect to HTTPS', () => moved.url, { FOLLOWLOCATION: 1 }],
])('loads them for %s', async (_what, url, options) => {
  await load(url(), options).catch(() => {})
  expect(asked).toBe(1)
})

it('loads them once, with the first connection, which is not established before they are there', async () => {
  let come!: (text: string) => void
  answer = () => new Promise((resolve) => (come = resolve))
  expect(asked).toBe(0)
  expect(() => held.certificates()).toThrow('could not be loaded')
  const both = Promise.all([load(secure.url), load(plain.url)])
  const first = await Promise.race([both, new Promise((resolve) => setTimeout(resolve, 300, 'still waiting'))])
  expect(first).toBe('still waiting')
  come(ca)
  expect(await both).toEqual(['secret', 'plain'])
  expect(new TextDecoder().decode(held.certificates())).toBe(ca)
  expect(await load(secure.url)).toBe('secret')
  expect(asked).toBe(1)
})

it('goes on with the connection if they cannot be loaded, and tries again for the next', async () => {
  answer = () => Promise.reject(new Error('no network'))
  expect(await load(secure.url)).toBe('secret') // this transfer sets its own CAINFO
  expect(() => held.certificates()).toThrow('could not be loaded')
  answer = () => Promise.resolve(ca)
  await load(secure.url)
  expect(asked).toBe(2)
  expect(new TextDecoder().decode(held.certificates())).toBe(ca)
})

it('ends a connection that is aborted while it waits', async () => {
  answer = () => new Promise(() => {})
  const aborted = AbortSignal.timeout(200)
  using easy = new Easy()
  easy.setopt('URL', secure.url)
  const error: CurlError = await multi.perform(easy, { signal: aborted }).then(
    () => Promise.reject(new Error('it should have failed')),
    (error) => error,
  )
  expect(error.code).toBe('CURLE_ABORTED_BY_CALLBACK')
})

describe('datagrams', () => {
  const from: Address = { family: 'IPv4', address: '127.0.0.1', port: 443 }
  const received: number[] = []
  const events: DatagramEvents = { received: (bytes) => void received.push(bytes[0]!), failed: () => {} }
  let network: DatagramEvents
  let come: (text: string) => void
  let opened: () => Datagrams
  const arrives = (byte: number): void => network.received(Uint8Array.of(byte), from)

  beforeEach(() => {
    received.length = 0
    answer = () => new Promise((resolve) => (come = resolve))
    const transport = held.through({
      ...nodeTransport,
      datagrams: (_family, _local, events) => {
        network = events
        return { local: from, send: () => {}, read: () => 1, attend: () => {}, close: () => {} }
      },
    })
    opened = () => transport.datagrams!('IPv4', null, events)
    transport.secure!()
  })

  it('come when the certificates are there, in order', async () => {
    const socket = opened()
    expect(socket.read).toBeUndefined() // it would get what is held back
    arrives(1)
    arrives(2)
    expect(received).toEqual([])
    come(ca)
    await expect.poll(() => received).toEqual([1, 2])
    arrives(3)
    expect(received).toEqual([1, 2, 3])
    expect(opened().read).toBeDefined()
  })

  it('are dropped when too many are held, as by a full socket', async () => {
    opened()
    for (let i = 0; i < 300; i++) arrives(1)
    come(ca)
    await expect.poll(() => received.length).toBe(256)
  })

  it('are dropped when the socket is closed meanwhile', async () => {
    const socket = opened()
    arrives(1)
    socket.close()
    come(ca)
    await expect.poll(() => held.certificates()).toBeDefined()
    expect(received).toEqual([])
  })
})

it('keeps all methods of the transport, with their `this`', async () => {
  class Given {
    #records: HttpsRecord[] = []
    connect = nodeTransport.connect
    resolve = nodeTransport.resolve
    resolveHttps = async (): Promise<HttpsRecord[]> => this.#records
    prepared = 0
    prepare(): void {
      this.prepared++
    }
  }
  const given = new Given()
  const transport = held.through(given)
  transport.prepare!()
  expect(given.prepared).toBe(1)
  expect(await transport.resolveHttps!('name.example', null, new AbortController().signal)).toEqual([])
  expect(transport.datagrams).toBeUndefined()
})
