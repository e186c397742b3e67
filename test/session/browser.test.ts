// Sessions in pages, through a relay: a page continues with what an earlier page has stored.
import type { TLSSocket } from 'node:tls'
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch } from '../browser/browsers.js'
import { staticSite } from '../browser/site.js'
import { testRelay } from '../relay/relays.js'
import { certificates } from '../servers/certificates.js'
import { httpsServer } from '../servers/listening.js'

const ca = certificates().ca.cert
const secure = await httpsServer((request, response) => {
  const resumed = (request.socket as TLSSocket).isSessionReused()
  response.writeHead(200, {
    'set-cookie': ['a=1; Max-Age=1000; Secure; HttpOnly', 'b=2'],
    'strict-transport-security': 'max-age=1000',
    'alt-svc': `h1="localhost:${secure.port}"; ma=1000`,
  })
  response.end(JSON.stringify({ resumed, cookie: request.headers.cookie?.split('; ').sort() ?? [] }))
})
const url = `https://localhost:${secure.port}/`
const relay = await testRelay()
const site = await staticSite()
afterAll(() => Promise.all([secure, site].map((each) => each.close())))

describe.each(['Chromium', 'Firefox'] as const)('%s', (name) => {
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    browser = await launch(name)
    page = await browser.newPage()
  })
  afterAll(() => browser?.close())
  // as text, because vitest would replace the import in a function
  const run = (...args: unknown[]): Promise<unknown> =>
    page.evaluate(`import('/test/session/client.js').then(({ run }) => run(...${JSON.stringify(args)}))`)

  test('a reloaded page has the cookies, still uses TLS, and resumes its TLS session', async () => {
    await page.goto(site.url)
    expect(JSON.parse((await run('first', `${relay.url}/`, ca, url)) as string)).toEqual({ resumed: false, cookie: [] })
    await page.reload()
    const { body, recorded, ...seen } = (await run('second', `${relay.url}/`, ca, url)) as Record<string, string>
    expect(seen).toEqual({ url, closed: 'the session is closed' })
    expect(recorded).toEqual([['HTTP/1.1', body]])
    expect(JSON.parse(body!)).toEqual({ resumed: true, cookie: ['a=1', 'b=2'] })
  })
})
