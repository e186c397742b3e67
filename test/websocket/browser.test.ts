// WebSocket, WebSocketStream and connect() in a page, through a relay: with headers, CA certificates and ports that the
// browser's own WebSocket does not allow.
import { readFileSync } from 'node:fs'
import net from 'node:net'
import tls from 'node:tls'
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { launch } from '../browser/browsers.js'
import { staticSite } from '../browser/site.js'
import { testRelay } from '../relay/relays.js'
import { certificates } from '../servers/certificates.js'
import { httpServer, httpsServer, listen } from '../servers/listening.js'

const MB = 1024 * 1024
const { ca: authority, good } = certificates()
const ca = readFileSync(authority.certFile, 'utf8')
const headers: unknown[] = []
const web = await httpServer((_request, response) => void response.end())
const secure = await httpsServer(() => {})
/** The bytes of messages that were received, and those of their connections. */
const received = { messages: 0, bytes: 0 }
for (const { server } of [web, secure])
  new WebSocketServer({ server, perMessageDeflate: { threshold: 0 } }).on('connection', (socket, request) => {
    headers.push(request.headers['x-mine'])
    socket.on('message', (data, binary) => {
      received.messages += (data as Buffer).length
      socket.send(data, { binary })
    })
    socket.on('close', () => (received.bytes += request.socket.bytesRead))
  })
const echo = (socket: net.Socket): void => void socket.on('error', () => {}).pipe(socket)
const plain = await listen(net.createServer({ allowHalfOpen: true }, echo), 'tcp')
const encrypted = await listen(tls.createServer({ key: good.key, cert: good.cert, allowHalfOpen: true }, echo), 'tls')
const relay = await testRelay()
const site = await staticSite()

let browser: Browser
let page: Page
beforeAll(async () => {
  browser = await launch('Chromium')
  page = await browser.newPage()
  await page.goto(site.url)
})
afterAll(async () => {
  await browser?.close()
  await Promise.all([web, secure, plain, encrypted, site].map((each) => each.close()))
})

// as text, because vitest would replace the import in a function
const run = (...args: unknown[]): Promise<unknown> =>
  page.evaluate(`import('/test/websocket/client.js').then(({ run }) => run(...${JSON.stringify(args)}))`)

test('before init they report what is missing', async () => {
  expect(await run('uninitialised', 'ws://localhost/')).toMatch(/init\(\{ transport \}\)/)
  expect(await run('start', `${relay.url}/`)).toBe('started')
})

test.each(['ws', 'wss'])('messages are sent and echoed, %s', async (scheme) => {
  const url = (scheme === 'ws' ? web : secure).url.replace('http', 'ws')
  expect(await run('messages', url, ca)).toEqual(['open chat', 'text', MB, 3000, 'done', true, true])
  expect(headers.at(-1)).toBe('yes')
})

test.each(['ws', 'wss'])('messages are compressed in both directions, %s', async (scheme) => {
  const url = (scheme === 'ws' ? web : secure).url.replace('http', 'ws')
  const messages = Array.from({ length: 50 }, (_, i) => JSON.stringify(Array(1 + i * i).fill({ name: '\u20ac', i })))
  const { ...before } = received
  expect(await run('compressed', url, ca, ['', ...messages])).toEqual([true, 102, 'permessage-deflate', 1005])
  const [size, bytes] = [received.messages - before.messages, received.bytes - before.bytes]
  expect(size).toBeGreaterThan(1_000_000)
  expect(bytes).toBeLessThan(size / 5)
})

test('as streams', async () => {
  expect(await run('stream', web.url)).toEqual(['text', { closeCode: 1005, reason: '' }])
})

test('a relative URL is resolved against the page', async () => {
  expect(await run('relative')).toEqual([`${site.url.replace('http', 'ws')}/nowhere`, 1006])
})

test('a socket without and with TLS: 5 MB are sent and echoed', async () => {
  expect(await run('connect', plain.port, null, 5 * MB)).toEqual([null, 5 * MB, 'closed'])
  expect(await run('connect', encrypted.port, ca, 5 * MB)).toEqual(['TLSv1.3', 5 * MB, true])
})
