// ProxyTransport as proxies in pages use it: bare-mux loads it in its SharedWorker, in Chromium.
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'puppeteer-core'
import { WebSocketServer } from 'ws'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch } from '../browser/browsers.js'
import { testRelay } from '../relay/relays.js'
import { certificates } from '../servers/certificates.js'
import { bodyOf, httpServer, httpsServer } from '../servers/listening.js'

const root = new URL('../../', import.meta.url)
const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
}
/** Without a policy, because bare-mux evaluates the text of the import. */
const site = await httpServer(async (request, response) => {
  const path = request.url!.split('?')[0]!
  if (path === '/') return void response.setHeader('content-type', 'text/html').end('<!doctype html><title>x</title>')
  const body = await readFile(new URL(`.${path}`, root)).catch(() => null)
  if (body === null) return void response.writeHead(404).end()
  response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream').end(body)
})
let left = false
const origin = await httpsServer(async (request, response) => {
  switch (request.url) {
    case '/redirect':
      return void response.writeHead(302, { location: '/target' }).end()
    case '/gzip':
      return void response.writeHead(200, { 'content-encoding': 'gzip', 'x-a': '1' }).end(gzipSync('unpacked'))
    case '/large':
      response.on('close', () => (left = true))
      return void response.end(Buffer.alloc(64 << 20, 'x'))
    default:
      response.setHeader('set-cookie', 'a=b')
      const { 'x-mine': mine, cookie } = request.headers
      response.end(
        JSON.stringify([request.method, request.url, mine ?? null, cookie ?? null, String(await bodyOf(request))]),
      )
  }
})
const sockets = new WebSocketServer({ server: origin.server })
const origins: unknown[] = []
sockets.on('connection', (socket, { headers }) => {
  origins.push(headers.origin)
  socket.on('message', (data, binary) => socket.send(data, { binary }))
})
const relay = await testRelay()
const ca = certificates().ca.cert

let browser: Browser
let page: Page
const run = (...args: unknown[]): Promise<unknown> =>
  // as text, because vitest would replace the import in a function
  page.evaluate(`import('/test/proxy-transport/client.js').then(({ run }) => run(...${JSON.stringify(args)}))`)
beforeAll(async () => {
  browser = await launch('Chromium')
  page = await browser.newPage()
  await page.goto(site.url)
})
afterAll(async () => {
  await browser?.close()
  await Promise.all([site.close(), origin.close()])
})

test('wrong options reach the page', async () => {
  await expect(run('start', { nonsense: 1 })).rejects.toThrow(/no option 'nonsense'/)
  await expect(run('start', { wisp: 'https://host/' })).rejects.toThrow(/begins with ws: or wss:/)
})

test('bare-mux loads it', async () => {
  expect(await run('start', { wisp: relay.url, session: { ca } })).toBe('/dist/js/proxy-transport-browser.js')
})

test('requests, with their headers and bodies', async () => {
  expect(await run('get', `${origin.url}/a`)).toEqual([200, null, '["GET","/a","yes",null,""]'])
  expect(await run('post', `${origin.url}/b`, 'sent')).toBe('["POST","/b",null,null,"sent"]') // and no cookie
  expect(await run('get', `${origin.url}/redirect`)).toEqual([200, null, '["GET","/target","yes",null,""]'])
  expect(await run('get', `${origin.url}/gzip`)).toEqual([200, '1', 'unpacked'])
})

test('a failure says why', async () => {
  expect(await run('failing', 'https://nowhere.invalid/')).toMatch(/^fetch failed: .*nowhere\.invalid/)
})

test('a reader that leaves ends the request', async () => {
  const closed = new Promise<void>((resolve) => {
    const timer = setInterval(() => left && (clearInterval(timer), resolve()), 10)
  })
  expect(await run('leave', `${origin.url}/large`)).toBe(true)
  await closed
})

test('WebSockets, with subprotocol, both kinds of messages, and close', async () => {
  const url = origin.url.replace('https', 'wss')
  expect(await run('socket', url)).toEqual(['one', ['text', [1, 2]], 3001, 'done'])
  expect(origins).toEqual(['http://proxied.test'])
})

test('another relay needs another URL of the file', async () => {
  const other = await testRelay()
  const options = { wisp: other.url, session: { ca } }
  await run('start', options)
  expect(await run('failing', `${origin.url}/a`)).toMatch(/uses another relay already/)
  await run('start', options, '?2')
  expect(await run('get', `${origin.url}/c`)).toEqual([200, null, '["GET","/c","yes",null,""]'])
})
