// Functions with sessions that run in a page of the tests.
import init, { Session, wispTransport } from '/dist/js/browser.js'

const KEPT = ['cookies', 'hsts', 'tls', 'altSvc']

async function open(relay, ca) {
  init({ transport: wispTransport({ url: relay }) })
  return new Session({ ca, altSvc: true, har: true })
}

const cases = {
  /** Makes a request, and stores the state of the session. */
  async first(relay, ca, url) {
    const session = await open(relay, ca)
    const body = await (await session.fetch(url)).text()
    const kept = {
      cookies: await session.cookies.list(),
      hsts: await session.hsts.export(),
      tls: await session.tlsSessions.export(),
      altSvc: await session.altSvc.export(),
    }
    for (const name of KEPT) localStorage.setItem(name, JSON.stringify(kept[name]))
    await session.close()
    return body
  },

  /** Continues the session after the page was reloaded. */
  async second(relay, ca, url) {
    const session = await open(relay, ca)
    const [cookies, hsts, tls, altSvc] = KEPT.map((name) => JSON.parse(localStorage.getItem(name)))
    await session.cookies.set(cookies)
    await session.hsts.import(hsts)
    await session.tlsSessions.import(tls)
    await session.altSvc.import(altSvc)
    const response = await session.fetch(url.replace('https:', 'http:'))
    const seen = { url: response.url, body: await response.text() }
    await session.close()
    const { log } = await session.har()
    seen.recorded = log.entries.map(({ request, response }) => [request.httpVersion, response.content.text])
    return { ...seen, closed: await session.fetch(url).catch((error) => error.cause.message) }
  },
}

export const run = (name, ...args) => cases[name](...args)
