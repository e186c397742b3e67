// Loading CA certificates on demand, with Node's sockets: when they are loaded, and what waits for them.
import { readFileSync } from 'node:fs'
import init, { Easy, Multi, type CurlError } from 'libcurl-wasm'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { nodeTransport } from '../../shim/transports/node/transport.js'
import type { Transport } from '../../shim/transports/transport.js'
import { trustOnDemand, type Trust } from '../../ts/runtimes/trust.js'
import { certificates } from '../servers/certificates.js'
import { httpServer, httpsServer } from '../servers/listening.js'

const plain = await httpServer((_request, response) => void response.end('plain'))
const secure = await httpsServer((_request, response) => void response.end('secret'))
const ca = readFileSync(certificates().ca.certFile, 'utf8')

/** How often they were requested, the answer, and the caller. */
let asked: number
let answer: () => Promise<string>
let held: Trust
let through: Transport

// the instance has one transport, which uses another one in each test
await init({
  transport: { ...nodeTransport, connect: (remote, local, events) => through.connect(remote, local, events) },
})
const multi = new Multi()
afterAll(async () => {
  multi.close()
  await Promise.all([plain.close(), secure.close()])
})
beforeEach(() => {
  asked = 0
  answer = () => Promise.resolve(ca)
  held = trustOnDemand(() => (asked++, answer()))
  through = held.through(nodeTransport)
})

async function load(url: string): Promise<string> {
  using easy = new Easy()
  const decoder = new TextDecoder()
  let text = ''
  easy.setopt('URL', url)
  easy.setopt('CAINFO', certificates().ca.certFile)
  easy.setopt('FRESH_CONNECT', true)
  easy.setopt('TIMEOUT_MS', 10_000)
  easy.setopt('WRITEFUNCTION', (chunk) => void (text += decoder.decode(chunk)))
  await multi.perform(easy)
  return text
}

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
