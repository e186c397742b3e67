// Runs a contestant of relay.mjs in a page of Chromium: chromium.mjs calls prepare(), and then work() for each task.
import { contestants } from './contestants.js'
import { kindsOf } from './work.js'

const packages = '/bench/node_modules'

/** The libraries, each as chromium.mjs bundles it for this page, and where the module of the others is. */
const libraries = {
  'libcurl.js': async () => ({
    ...(await import('/dist/bundled/libcurl.js.js')),
    wasm: `${packages}/libcurl.js/libcurl.wasm`,
  }),
  epoxy: async () => ({
    ...(await import('/dist/bundled/epoxy.js')),
    wasm: `${packages}/@mercuryworkshop/epoxy-tls/full/epoxy.wasm`,
  }),
  lite: () => import('/dist/bundled/lite.js'),
  this: () => import('/dist/bundled/this.js'),
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
