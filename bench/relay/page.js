// Runs a contestant of relay.mjs in a page of Chromium: chromium.mjs calls prepare(), and then work() for each task.
import { contestants } from './contestants.js'
import { kindsOf } from './work.js'

const packages = '/bench/node_modules'
const epoxy = `${packages}/@mercuryworkshop/epoxy-tls/full`
const libcurlJs = `${packages}/libcurl.js`

const libraries = {
  'libcurl.js': async () => ({ ...(await import(`${libcurlJs}/libcurl.mjs`)), wasm: `${libcurlJs}/libcurl.wasm` }),
  epoxy: async () => ({ ...(await import(`${epoxy}/epoxy.js`)), wasm: `${epoxy}/epoxy.wasm` }),
  lite: () => import('/dist/js/lite-browser.js'),
  this: () => import('/dist/js/browser.js'),
  bare: () => ({ WebSocket }),
}
let kinds

/** Does not load the library yet, because that is part of the cold start. */
globalThis.prepare = ({ contestant, relay, ca }) => {
  kinds = kindsOf(async () => contestants[contestant](await libraries[contestant](), { relay, ca }))
}

globalThis.work = async (task) => {
  const start = performance.now()
  const result = await kinds[task.kind](task)
  return { wall: performance.now() - start, ...(typeof result === 'number' ? { bytes: result } : result) }
}
