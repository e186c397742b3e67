// Blocking calls in a Worker of a browser, through a relay: in a page that is cross-origin isolated, and in one that is
// not. The test file of each browser calls cases().
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, type BrowserName } from '../browser/browsers.js'
import { testRelay } from '../relay/relays.js'
import { certificates } from '../servers/certificates.js'
import { bodyOf, httpServer, httpsServer } from '../servers/listening.js'

const MB = 1024 * 1024
const root = new URL('../../', import.meta.url)
const TYPES: Record<string, string> = { '.js': 'text/javascript', '.wasm': 'application/wasm' }

/** The built package, and a page: at /isolated/ with the headers for SharedArrayBuffer, which its scripts have, too. */
const site = await httpServer(async (request, response) => {
  const [path, query] = request.url!.split('?')
  if (path !== '/open' && query !== 'open')
    response
      .setHeader('Cross-Origin-Opener-Policy', 'same-origin')
      .setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
  if (path === '/isolated' || path === '/open')
    return void response.setHeader('Content-Type', 'text/html').end('<!doctype html><link rel="icon" href="data:,">')
  const body = await readFile(new URL(`.${path}`, root))
  response.setHeader('Content-Type', TYPES[extname(path!)] ?? 'application/octet-stream').end(body)
})
const web = await httpServer(async (request, response) => {
  if (request.url === '/never') return
  response.end(request.url === '/big' ? Buffer.alloc(20 * MB) : await bodyOf(request))
})
const secure = await httpsServer((_request, response) => void response.end('secret'))
const relay = await testRelay()
afterAll(() => Promise.all([site.close(), web.close(), secure.close()]))

export function cases(name: BrowserName): void {
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    browser = await launch(name)
    page = await browser.newPage()
  })
  afterAll(() => browser.close())

  /** Runs a step of worker.js in a new Worker of the page at `path`. */
  async function run(path: string, ...args: unknown[]): Promise<{ result?: unknown; error?: string }> {
    await page.goto(`${site.url}${path}`)
    return page.evaluate(
      (args, script) => {
        const worker = new Worker(script, { type: 'module' })
        return new Promise<object>((resolve) => {
          worker.onmessage = ({ data }) => resolve(data as object)
          worker.onerror = (event) => resolve({ error: event.message })
          worker.postMessage(args)
        }).finally(() => worker.terminate())
      },
      args,
      `/test/sync/worker.js${path === '/open' ? '?open' : ''}`,
    )
  }

  test.each(['wisp', 'wsproxy'])('through %s', async (kind) => {
    const { result, error } = await run('/isolated', 'load', `${kind} ${relay.url}/`, web.url)
    expect([result, error]).toEqual([[20 * MB, true, 'CURLE_OPERATION_TIMEDOUT'], undefined])
  })

  test('the certificates of the package are loaded', async () => {
    const ca = readFileSync(certificates().ca.certFile, 'utf8')
    const { result, error } = await run('/isolated', 'secure', `${relay.url}/`, secure.url, ca)
    expect([result, error]).toEqual([['secret', 'CURLE_PEER_FAILED_VERIFICATION'], undefined])
  })

  test('without startBlocking(), or where the page is not isolated, it throws at once', async () => {
    const early = await run('/isolated', 'early', `${relay.url}/`, web.url)
    expect(early.error).toMatch(/^TypeError: wait for startBlocking\(\) first/)
    const open = await run('/open', 'load', `wisp ${relay.url}/`, web.url)
    expect(open.error).toMatch(/^TypeError: blocking calls need SharedArrayBuffer.*Cross-Origin-Opener-Policy/)
  })

  test('a page itself cannot block', async () => {
    await page.goto(`${site.url}/isolated`)
    // as text, because vitest would replace the import
    const error = await page.evaluate(`import('/dist/js/sync-browser.js').then(async (curl) => {
      await curl.init({ transport: curl.wispTransport({ url: '${relay.url}/' }) })
      return curl.startBlocking().then(String, String)
    })`)
    expect(error).toMatch(/^TypeError: this thread cannot block: make blocking calls in a Worker/)
  })
}
