// The entry for pages and Workers.
import { browserHost, loadCertificates } from './browser-host.js'
import { defaultFetch } from './fetch/default.js'
import { makeInit, type InitInput } from './init.js'
import { hasCurrent } from './libcurl.js'
import { fetchModule } from './module.js'
import { makeSession, type CurlSession } from './session/session.js'

const { init: start, initSync } = makeInit({
  prepare: loadCertificates,
  host: browserHost,
  defaultModule: () => fetchModule(new URL('../curl.wasm', import.meta.url)),
  defaultModuleSync() {
    throw new TypeError('initSync() needs a module here: initSync({ module })')
  },
  load: fetchModule,
})

let starting: Promise<void> | null = null

function init(input?: InitInput): Promise<void> {
  return (starting = start(input))
}

async function started(): Promise<void> {
  if (hasCurrent()) return
  if (!starting) throw new TypeError('fetch has no transport here: call init({ transport }) first')
  await starting
}

/** fetch of the Fetch standard, by libcurl: docs/fetch.md. Waits for init() to finish, which has to be called before. */
export const fetch = defaultFetch(started)

/** A fetch with connections, cookies and caches of its own: docs/session.md. Waits for init() as fetch does. */
export const Session = makeSession(started)
export type Session = CurlSession

export default init
export { init, initSync }
export * from './index.js'
