// fetch in pages and in Workers, through a relay. The browser's own fetch could do none of this, because the servers do
// not allow it by CORS.
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch } from '../browser/browsers.js'
import { staticSite } from '../browser/site.js'
import { testRelay } from '../relay/relays.js'
import { certificates } from '../servers/certificates.js'
import { refusingPort } from '../servers/faults.js'
import { bodyOf, httpServer, httpsServer } from '../servers/listening.js'
import { until } from './outcome.js'

const MB = 1024 * 1024
const ca = readFileSync(certificates().ca.certFile, 'utf8')
let hanging = 0
const web = await httpServer(async (request, response) => {
  if (request.url === '/hang') {
    hanging++
    response.on('close', () => hanging--)
    return void response.write('the beginning')
  }
  if (request.url === '/echo') return void request.pipe(response)
  const body = String(await bodyOf(request))
  const { 'content-type': type, 'content-length': length } = request.headers
  response.end(
    JSON.stringify([type?.replace(/boundary=.*/, '') ?? null, length ?? null, body.replace(/^-{2}[^\n]*/gm, '--')]),
  )
})
const secure = await httpsServer((request, response) => {
  response.setHeader('set-cookie', ['a=1', 'b=2'])
  response.end(JSON.stringify([request.headers.cookie, request.headers['user-agent'], request.headers.origin ?? null]))
})
const relay = await testRelay()
const site = await staticSite()
afterAll(() => Promise.all([web, secure, site].map((each) => each.close())))

describe.each(['Chromium', 'Firefox'] as const)('%s', (name) => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launch(name)
  })
  afterAll(() => browser?.close())

  describe.each(['a page', 'a Worker'])('in %s', (place) => {
    let page: Page
    const script = "'/test/fetch/client.js'"
    const inPage = (args: string): string => `import(${script}).then(({ run }) => run(...${args}))`
    const inWorker = (args: string): string => `new Promise((resolve) => {
      globalThis.worker ??= new Worker(${script}, { type: 'module' })
      worker.onmessage = ({ data }) => resolve(data)
      worker.postMessage(${args})
    })`
    // as text, because vitest would replace the import in a function
    const run = (...args: unknown[]): Promise<unknown> =>
      page.evaluate((place === 'a page' ? inPage : inWorker)(JSON.stringify(args)))
    beforeAll(async () => {
      page = await browser.newPage()
      await page.goto(site.url)
    })
    afterAll(() => page?.close())

    test('reports before init what is missing', async () => {
      expect(await run('uninitialised', web.url)).toMatch(/^TypeError: .*init\(\{ transport \}\)/)
    })

    test('sends and shows all headers', async () => {
      expect(await run('start', `${relay.url}/`)).toBe('starting')
      expect(await run('get', secure.url, ca)).toEqual({
        url: `${secure.url}/`,
        type: 'basic',
        redirected: false,
        cookies: ['a=1', 'b=2'],
        copy: ['a=b', 'mine', null],
        json: ['a=b', 'mine', null],
        tls: 'TLSv1.3',
        immutable: 'TypeError',
        response: true,
      })
    })

    test('sends bodies of every kind', async () => {
      const form =
        '--\nContent-Disposition: form-data; name="file"; filename="name"\r\nContent-Type: application/octet-stream\r\n\r\ncontents\r\n--\n'
      expect(await run('bodies', web.url)).toEqual([
        ['text/plain;charset=UTF-8', '4', 'text'],
        [null, '4', 'blob'],
        ['application/x-www-form-urlencoded;charset=UTF-8', '3', 'a=b'],
        [null, '3', '\0\0\0'],
        ['multipart/form-data; ', expect.any(String), form],
        [null, null, 'stream'],
        ['text/plain;charset=UTF-8', '7', 'request'],
      ])
    })

    test('streams 20 MB both ways', async () => {
      expect(await run('large', `${web.url}/echo`, 20 * MB)).toBe(20 * MB)
    })

    test('can be aborted', async () => {
      expect(await run('abort', `${web.url}/hang`)).toBe('enough')
      await until(() => hanging === 0)
    })

    test('reports why it failed', async () => {
      expect(await run('failure', `http://127.0.0.1:${await refusingPort()}/`)).toEqual([
        'TypeError',
        'CURLE_COULDNT_CONNECT',
      ])
    })

    test('resolves relative URLs against the page', async () => {
      expect(await run('relative')).toBe(404)
    })
  })
})
