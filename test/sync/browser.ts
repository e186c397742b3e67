// Blocking calls in a Worker of a browser, through a relay: in a page that is cross-origin isolated, and in one that is
// not. The test file of each browser calls cases().
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openUndriven, type BrowserName } from '../browser/browsers.js'
import { testRelay } from '../relay/relays.js'
import { certificates } from '../servers/certificates.js'
import { bodyOf, httpServer, httpsServer } from '../servers/listening.js'

const MB = 1024 * 1024
const root = new URL('../../', import.meta.url)
const TYPES: Record<string, string> = { '.js': 'text/javascript', '.wasm': 'application/wasm' }

/** What the page is to do: a step of a Worker, if there is a script. */
interface Step {
  path: string
  args: unknown[]
  script?: string
}
interface Outcome {
  result?: unknown
  error?: string
}

/** Steps, one after the other, that the page asks for. */
class Steps {
  #step: Step | null = null
  #asked: ((step: Step) => void) | null = null
  #done: ((outcome: Outcome) => void) | null = null
  #start = () => {}
  /** Resolves when the page has asked for the first time. */
  readonly started = new Promise<void>((resolve) => (this.#start = resolve))

  run(step: Step): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#done = resolve
      if (this.#asked) this.#asked(step)
      else this.#step = step
      this.#asked = null
    })
  }

  next(): Promise<Step> {
    this.#start()
    return new Promise((resolve) => {
      if (this.#step) resolve(this.#step)
      else this.#asked = resolve
      this.#step = null
    })
  }

  report(outcome: Outcome): string {
    this.#done?.(outcome)
    return ''
  }
}
const steps = new Steps()

const PAGE = `<!doctype html><link rel="icon" href="data:,"><script type="module" src="/test/sync/page.js"></script>`

/** The built package, and a page: at /isolated/ with the headers for SharedArrayBuffer, which its scripts have, too. */
const site = await httpServer(async (request, response) => {
  const [path, query] = request.url!.split('?')
  if (path !== '/open' && query !== 'open')
    response
      .setHeader('Cross-Origin-Opener-Policy', 'same-origin')
      .setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
  if (path === '/isolated' || path === '/open') return void response.setHeader('Content-Type', 'text/html').end(PAGE)
  if (path === '/next') return void response.end(JSON.stringify(await steps.next()))
  if (path === '/outcome') return void response.end(steps.report(JSON.parse(String(await bodyOf(request)))))
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
  let close: () => Promise<void>

  beforeAll(async () => {
    close = await openUndriven(name, `${site.url}/isolated`)
    await steps.started // the browser may take long to start
  })
  afterAll(() => close())

  /** Runs a step of worker.js in a new Worker of the page at `path`. */
  const run = (path: string, ...args: unknown[]): Promise<Outcome> =>
    steps.run({ path, args, script: `/test/sync/worker.js${path === '/open' ? '?open' : ''}` })

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
    const { result } = await steps.run({ path: '/isolated', args: [`${relay.url}/`] })
    expect(result).toMatch(/^TypeError: this thread cannot block: make blocking calls in a Worker/)
  })
}
