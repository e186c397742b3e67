// Tests of the package in any browser: in a page and in a Worker, with a strict content security policy, through a
// relay. The test file of each browser calls cases(). A test fails if its page logs an error.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { relayProcess, testRelay, until } from '../relay/relays.js'
import { caddy } from '../servers/caddy.js'
import { certificates } from '../servers/certificates.js'
import { rawServer, refusingPort } from '../servers/faults.js'
import { bodyOf, httpServer, httpsServer } from '../servers/listening.js'
import { launch, type BrowserName } from './browsers.js'
import { staticSite } from './site.js'

const MB = 1 << 20
const content = Buffer.alloc(50 * MB, 'in a page ')
const upload = 50 * MB
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const [down, up] = [sha256(content), `PUT /up ${sha256(Buffer.alloc(upload, 'a'))}`]
const ca = readFileSync(certificates().ca.certFile, 'utf8')

const short = sha256(content.subarray(0, 5 * MB))

/** What client.js reports about a transfer. */
interface Received {
  status: number
  length: number
  sha256: string
  text: string
}
type Ran = Received & { stderr: string }
type Loaded = Received & { code: number; error: string | null }
type Options = { relay?: string; files?: Record<string, string>; ca?: string; upload?: number; abort?: boolean }
type Place = 'page' | 'Worker'
type Places = Record<Place, (name: string, args: unknown[]) => Promise<unknown>>

/** Requests of /together/N, which are answered when N of them wait. */
const together: ServerResponse[] = []
let hanging = 0

const web = await httpServer(async (request, response) => {
  const [, what, count] = request.url!.split(/[/?]/)
  if (what === 'big') return void response.end(content)
  if (what === '304') return void response.writeHead(304, { etag: 'x' }).end()
  if (what === 'hang') {
    hanging++
    response.on('close', () => hanging--)
    return void response.write('the beginning')
  }
  if (what === 'together') {
    if (together.push(response) < Number(count)) return
    for (const each of together.splice(0)) each.end('together ')
    return
  }
  response.end(`${request.method} ${request.url} ${sha256(await bodyOf(request))}`)
})
const secure = await httpsServer((_request, response) => void response.end('secret'))
const cut = await rawServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot a hundred'))
const cutUrl = `http://127.0.0.1:${cut.port}/`
const http3 = await caddy((_request, response) => void response.end(content.subarray(0, 5 * MB)))
const relay = await testRelay()
const relayUdp = await testRelay({ udp: true })
const wisp = `wisp ${relay.url}/`
const wispUdp = `wisp ${relayUdp.url}/`
const wsproxy = `wsproxy ${relay.url}/`
const ways = [
  ['a page, through Wisp', 'page', wisp],
  ['a page, through wsproxy', 'page', wsproxy],
  ['a Worker, through Wisp', 'Worker', wisp],
] as const

export function cases(name: BrowserName): void {
  const site = staticSite()
  const complaints: string[] = []
  let browser: Browser
  let page: Page

  const open = async () => {
    page = await browser.newPage()
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto((await site).url)
  }

  /** Calls a function of client.js. */
  const call = (place: Place, name: string, ...args: unknown[]): Promise<unknown> =>
    page.evaluate(
      (place, name, args) => (globalThis as unknown as { places: Places }).places[place](name, args),
      place,
      name,
      args,
    )
  const run = (place: Place, args: string[], options: Options = {}) => call(place, 'run', args, options) as Promise<Ran>
  const load = (place: Place, urls: string[], options: Options) =>
    call(place, 'load', urls, options) as Promise<Loaded[]>

  beforeAll(async () => {
    browser = await launch(name)
  })
  beforeEach(() => void (together.length = 0))
  afterEach(() => expect(complaints.splice(0)).toEqual([]))
  afterAll(async () => {
    await browser?.close()
    await Promise.all([web, secure, cut, http3, await site].map((server) => server.close()))
    expect(complaints).toEqual([])
  })

  describe.each(ways)('the tool in %s', (_way, place, relay) => {
    beforeAll(open)
    afterAll(() => page.close())
    const curl = (args: string[], options: Options = {}) => run(place, args, { relay, ...options })

    it('loads 50 MB', async () => {
      expect(await curl(['-s', `${web.url}/big`])).toMatchObject({ status: 0, sha256: down })
    })

    it('sends 50 MB', async () => {
      expect(await curl(['-s', '-T', '-', `${web.url}/up`], { upload })).toMatchObject({ status: 0, text: up })
    })

    it('loads 50 at a time', async () => {
      const args = ['-s', '-m', '20', '-Z', '--parallel-immediate', `${web.url}/together/50?[1-50]`]
      expect(await curl(args)).toMatchObject({ status: 0, text: 'together '.repeat(50) })
    })

    it('verifies the certificate of the server, not of the relay', async () => {
      const trusting = await curl(['-s', '--cacert', '/ca.pem', secure.url], { files: { '/ca.pem': ca } })
      expect(trusting).toMatchObject({ status: 0, text: 'secret' })
      expect(await curl(['-s', secure.url])).toMatchObject({ status: 60, text: '' })
    })

    it('ends HEAD and 304 at once, and a body that is cut off with an error', async () => {
      expect((await curl(['-sI', '-m', '20', web.url])).status).toBe(0)
      expect((await curl(['-s', '-m', '20', `${web.url}/304`])).status).toBe(0)
      expect(await curl(['-s', '-m', '20', cutUrl])).toMatchObject({ status: 18, text: 'not a hundred' })
    })

    it('stops at once, and leaves no connection behind', async () => {
      const stopped = await curl(['-sN', '-m', '20', `${web.url}/hang`], { abort: true })
      expect(stopped).toMatchObject({ status: 130, text: 'the beginning' })
      await until(() => hanging === 0)
    })
  })

  describe.each(ways)('libcurl in %s', (_way, place, relay) => {
    beforeAll(open)
    afterAll(() => page.close())
    const get = async (path: string, options: Options = {}) =>
      (await load(place, [new URL(path, web.url).href], { relay, ...options }))[0]

    it('loads and sends 50 MB', async () => {
      expect(await get('/big')).toMatchObject({ status: 0, code: 200, sha256: down })
      expect(await get('/up', { upload })).toMatchObject({ status: 0, code: 200, text: up })
    })

    it('loads 50 at a time', async () => {
      const urls = Array.from({ length: 50 }, (_, n) => `${web.url}/together/50?${n}`)
      const loaded = await load(place, urls, { relay })
      expect(loaded.map(({ status, text }) => [status, text])).toEqual(urls.map(() => [0, 'together ']))
    })

    it('verifies the certificate of the server, not of the relay', async () => {
      expect(await get(secure.url, { ca })).toMatchObject({ status: 0, text: 'secret' })
      expect(await get(secure.url)).toMatchObject({ status: 60, text: '', error: expect.stringMatching(/certificate/) })
    })

    it('reports a body that is cut off, and stops when told to', async () => {
      expect(await get(cutUrl)).toMatchObject({ status: 18, text: 'not a hundred' })
      expect(await get('/hang', { abort: true })).toMatchObject({ status: 42, text: 'the beginning' })
    })
  })

  describe.each(['page', 'Worker'] as const)('the light module in a %s', (place) => {
    beforeAll(open)
    afterAll(() => page.close())
    const get = (options: Options) => call(place, 'fetchWith', 'lite', `${http3.url}/big`, { relay: wisp, ...options })

    it('loads over HTTP/2 and TLS', async () => {
      expect(await get({ ca })).toMatchObject({ version: '2', sha256: short })
    })

    it('verifies the certificate by the list of the package', async () => {
      expect(await get({})).toMatchObject({ error: 'CURLE_PEER_FAILED_VERIFICATION' })
    })
  })

  describe('HTTP/3', () => {
    beforeAll(open)
    afterAll(() => page.close())
    // each Worker has an instance of its own, and so a relay of its own
    const get = (relay: string, httpVersion: string, place: Place = 'Worker') =>
      call(place, 'fetchWith', 'full', `${http3.url}/big`, { relay, ca, httpVersion })

    it.each(['page', 'Worker'] as const)(
      'is there in a %s with the full module and a relay with UDP',
      async (place) => {
        expect(await get(wispUdp, '3-only', place)).toMatchObject({ version: '3', sha256: short })
      },
    )

    it('is there in the tool', async () => {
      const args = ['-s', '--http3-only', '--cacert', '/ca.pem', `${http3.url}/big`]
      const ran = await run('page', args, { relay: wispUdp, files: { '/ca.pem': ca } })
      expect(ran).toMatchObject({ status: 0, sha256: short })
    })

    it('falls back to HTTP/2 where the relay has no UDP', async () => {
      for (const relay of [wisp, wsproxy]) expect(await get(relay, '3')).toMatchObject({ version: '2', sha256: short })
    })

    it('fails at once where nothing else is wanted', async () => {
      const refused = { error: 'CURLE_COULDNT_CONNECT', message: expect.stringContaining('UDP') }
      expect(await get(wisp, '3-only')).toMatchObject(refused)
      expect(await get(wsproxy, '3-only')).toMatchObject(refused)
    })
  })

  describe('a page', () => {
    beforeAll(open)
    afterAll(() => page.close())

    it('has a version', async () => {
      expect(await run('page', ['-V'])).toMatchObject({ status: 0, text: expect.stringMatching(/^curl 8\.22\.0 /) })
    })

    it('has different errors for refused, not allowed and no relay', async () => {
      const refused = await run('page', ['-sv', `http://127.0.0.1:${await refusingPort()}/`], { relay: wisp })
      expect(refused).toMatchObject({ status: 7, stderr: expect.stringMatching(/connection refused/i) })
      const forbidden = await run('page', ['-sv', 'http://10.0.0.1/'], { relay: wisp })
      expect(forbidden).toMatchObject({ status: 7, stderr: expect.stringMatching(/permission denied/i) })
      const without = await run('page', ['-sv', web.url])
      expect(without).toMatchObject({ status: 7, stderr: expect.stringMatching(/unreachable/i) })
    })

    it('goes on with the next relay if one cannot be reached, or is killed', async () => {
      const killed = await relayProcess()
      const several = `wisp ws://127.0.0.1:${await refusingPort()}/?token=s3cret ${killed.url}/ ${relay.url}/`
      const loaded = { status: 0, text: 'together ' }
      expect(await run('page', ['-s', `${web.url}/together/1`], { relay: several })).toMatchObject(loaded)
      const broken = run('page', ['-s', `${web.url}/hang`], { relay: several })
      await until(() => hanging === 1)
      killed.child.kill('SIGKILL')
      expect((await broken).status).toBeGreaterThan(0)
      expect(await run('page', ['-s', `${web.url}/together/1`], { relay: several })).toMatchObject(loaded)
      const relays = (await call('page', 'relaysOf', several)) as { state: string; roundTrip: number }[]
      expect(relays.map(({ state }) => state)).toEqual(['failed', 'failed', 'open'])
      expect(relays[2]!.roundTrip).toBeGreaterThan(0)
      expect(JSON.stringify(relays)).not.toContain('s3cret')
      complaints.length = 0 // Chromium reports each WebSocket that fails
    })

    it('runs two tools at the same time', async () => {
      const runs = [1, 2].map((n) => run('page', ['-s', '-m', '20', `${web.url}/together/2?${n}`], { relay: wisp }))
      for (const ran of await Promise.all(runs)) expect(ran).toMatchObject({ status: 0, text: 'together ' })
    })

    it('runs the tool and libcurl at the same time', async () => {
      const [one, two] = [1, 2].map((n) => `${web.url}/together/2?${n}`)
      const done = await call('page', 'both', ['-s', '-m', '20', one], [two], { relay: wisp })
      expect(done).toMatchObject([{ status: 0, text: 'together ' }, [{ status: 0, text: 'together ' }]])
    })

    it('runs several Workers at the same time', async () => {
      const runs = [1, 2, 3].map((n) =>
        run('Worker', ['-s', '-m', '20', `${web.url}/together/3?${n}`], { relay: wisp }),
      )
      for (const ran of await Promise.all(runs)) expect(ran).toMatchObject({ status: 0, text: 'together ' })
    })

    it('goes on at full speed while it is hidden', async () => {
      const timer = () => call('page', 'timer') as Promise<number>
      const visible = await timer()
      const other = await browser.newPage() // which is in front now
      await until(() => page.evaluate(() => document.visibilityState === 'hidden'))

      const start = performance.now()
      const args = ['-s', '-m', '20', '-o', '/dev/null', '-w', '%{http_code} ', `${web.url}/?[1-100]`]
      for (const relay of [wisp, wsproxy]) {
        expect(await run('page', args, { relay })).toMatchObject({ status: 0, text: '200 '.repeat(100) })
        const sent = await run('page', ['-s', '-T', '-', `${web.url}/up`], { relay, upload: 10 * MB })
        expect(sent).toMatchObject({ status: 0, text: expect.stringMatching(/^PUT/) })
      }
      for (let n = 0; n < 50; n++)
        expect(await load('page', [`${web.url}/?${n}`], { relay: wisp })).toMatchObject([{ status: 0, code: 200 }])
      const took = performance.now() - start

      // if each of these transfers waited for a timer, it would have taken ten times as long
      const hidden = await timer()
      expect(hidden).toBeGreaterThan(5 * visible)
      expect(took).toBeLessThan(20 * hidden)
      expect(await page.evaluate(() => document.visibilityState)).toBe('hidden')
      await other.close()
    })
  })
}
