// The package in Chromium: through a relay, in a page with a strict content security policy and in a Worker.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testRelay } from '../relay/relays.js'
import { certificates } from '../servers/certificates.js'
import { rawServer, refusingPort } from '../servers/faults.js'
import { bodyOf, httpServer, httpsServer } from '../servers/listening.js'
import { staticSite } from './site.js'

const MB = 1 << 20
const content = Buffer.alloc(50 * MB, 'in a page ')
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

interface Ran {
  status: number
  length: number
  sha256: string
  text: string
  stderr: string
}
type Options = { relay?: string; files?: Record<string, string>; upload?: number; abortMs?: number }

const web = await httpServer(async (request, response) => {
  if (request.url === '/big') return void response.end(content)
  if (request.url === '/hang') return void response.write('the beginning')
  if (request.url === '/304') return void response.writeHead(304, { etag: 'x' }).end()
  const body = await bodyOf(request)
  response.end(`${request.method} ${request.url} ${sha256(body)}`)
})
const secure = await httpsServer((_request, response) => void response.end('secret'))
const relay = await testRelay()
const site = await staticSite()
const [wisp, wsproxy] = [`wisp ${relay.url}/`, `wsproxy ${relay.url}/`]
const complaints: string[] = []
let browser: Browser
let page: Page

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync'],
    ],
  })
  page = await browser.newPage()
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(site.url)
  await page.waitForFunction(() => 'run' in globalThis)
})
beforeEach(() => void (complaints.length = 0))
afterAll(async () => {
  await browser?.close()
  await Promise.all([web.close(), secure.close(), site.close()])
})

type Run = (args: string[], options?: Options) => Promise<Ran>

const inPage: Run = (args, options = {}) =>
  page.evaluate(([args, options]) => (globalThis as unknown as { run: Run }).run(args, options), [
    args,
    options,
  ] as const)

const inWorker: Run = (args, options = {}) =>
  page.evaluate(
    ([args, options]) =>
      new Promise<Ran>((resolve, reject) => {
        const worker = new Worker('/test/browser/worker.js', { type: 'module' })
        worker.onmessage = ({ data }) => (worker.terminate(), resolve(data))
        worker.onerror = (event) => reject(new Error(event.message))
        worker.postMessage([args, options])
      }),
    [args, options] as const,
  )

describe('a page', () => {
  it('tells its version', async () => {
    expect(await inPage(['-V'])).toMatchObject({ status: 0, text: expect.stringMatching(/^curl 8\.22\.0 /) })
    expect(complaints).toEqual([])
  })

  it.each([wisp, wsproxy])('loads and sends 50 MB: %s', async (relay) => {
    expect(await inPage(['-s', `${web.url}/big`], { relay })).toMatchObject({ status: 0, sha256: sha256(content) })
    const upload = 50 * MB
    const sent = await inPage(['-s', '-T', '-', `${web.url}/up`], { relay, upload })
    expect(sent).toMatchObject({ status: 0, text: `PUT /up ${sha256(Buffer.alloc(upload, 'a'))}` })
    expect(complaints).toEqual([])
  })

  it('verifies the certificate of the server, not of the relay', async () => {
    const files = { '/ca.pem': readFileSync(certificates().ca.certFile, 'utf8') }
    expect(await inPage(['-s', '--cacert', '/ca.pem', secure.url], { relay: wisp, files })).toMatchObject({
      status: 0,
      text: 'secret',
    })
    expect(await inPage(['-s', secure.url], { relay: wisp })).toMatchObject({ status: 60 })
  })

  it('loads 50 at a time', async () => {
    const args = ['-s', '-Z', '--parallel-immediate', '-o', '/dev/null', '-w', '%{http_code} ', `${web.url}/?[1-50]`]
    expect(await inPage(args, { relay: wisp })).toMatchObject({ status: 0, text: '200 '.repeat(50) })
  })

  it('ends HEAD and 304 at once, and a body that is cut off with an error', async () => {
    expect((await inPage(['-sI', '-m', '20', web.url], { relay: wisp })).status).toBe(0)
    expect((await inPage(['-s', '-m', '20', `${web.url}/304`], { relay: wisp })).status).toBe(0)
    const cut = await rawServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot a hundred'))
    expect((await inPage(['-s', `http://127.0.0.1:${cut.port}/`], { relay: wisp })).status).toBe(18)
    await cut.close()
  })

  it('tells refused, not allowed and no relay apart', async () => {
    const refused = await inPage(['-sv', `http://127.0.0.1:${await refusingPort()}/`], { relay: wisp })
    expect(refused).toMatchObject({ status: 7, stderr: expect.stringMatching(/connection refused/i) })
    const forbidden = await inPage(['-sv', 'http://10.0.0.1/'], { relay: wisp })
    expect(forbidden).toMatchObject({ status: 7, stderr: expect.stringMatching(/permission denied/i) })
    expect(await inPage(['-s', web.url])).toMatchObject({ status: 7 })
  })

  it('stops at once', async () => {
    expect(await inPage(['-s', `${web.url}/hang`], { relay: wisp, abortMs: 300 })).toMatchObject({ status: 130 })
  })

  it('goes on at full speed while it is hidden', async () => {
    const other = await browser.newPage()
    await other.bringToFront()
    const session = await page.context().newCDPSession(page)
    await session.send('Emulation.setFocusEmulationEnabled', { enabled: false })
    // timers of a hidden page ring once a second: 100 requests with a timer in each would take more than a minute
    const args = ['-s', '-m', '20', '-o', '/dev/null', '-w', '%{http_code} ', `${web.url}/?[1-100]`]
    expect(await inPage(args, { relay: wisp })).toMatchObject({ status: 0, text: '200 '.repeat(100) })
    await other.close()
  })
})

describe('a Worker', () => {
  it('does the same', async () => {
    expect(await inWorker(['-s', `${web.url}/big`], { relay: wisp })).toMatchObject({
      status: 0,
      sha256: sha256(content),
    })
    expect(complaints).toEqual([])
  })

  it('and several of them do so at a time', async () => {
    const all = await Promise.all([1, 2, 3].map((n) => inWorker(['-s', `${web.url}/?${n}`], { relay: wisp })))
    expect(all.map(({ text }) => text.split(' ')[1])).toEqual(['/?1', '/?2', '/?3'])
  })
})
