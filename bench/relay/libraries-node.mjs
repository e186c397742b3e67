// How the contestants' libraries are had in Node. Those that are made for browsers get what they miss there; the WebSocket
// is the same `ws` that this package uses.
import { createRequire } from 'node:module'
import { readFile } from 'node:fs/promises'

const require = createRequire(new URL('../../package.json', import.meta.url))
const beside = (module, name) => new URL(name, import.meta.resolve(module))

/** Only the page's and the Worker's have it. */
class CloseEvent extends Event {
  constructor(type, { code = 0, reason = '' } = {}) {
    super(type)
    this.code = code
    this.reason = reason
  }
}

/**
 * Emscripten's part of libcurl.js refuses to run where there is a `process`, and asks for a page's objects: they are
 * shadowed for it, and nobody else sees them.
 */
async function libcurlJs() {
  const wasm = beside('libcurl.js', 'libcurl.wasm')
  const shadows = {
    process: undefined,
    window: globalThis,
    document: new EventTarget(),
    navigator: { userAgent: 'Node' },
    WebSocket: require('ws'),
    CloseEvent,
    fetch: async (url) =>
      new Response(await readFile(new URL(url)), { headers: { 'content-type': 'application/wasm' } }),
  }
  const script = await readFile(beside('libcurl.js', 'libcurl.js'), 'utf8')
  const libcurl = new Function(...Object.keys(shadows), `${script}\nreturn libcurl`)(...Object.values(shadows))
  return { libcurl, wasm: wasm.href }
}

/** epoxy makes requests without a URL, only to have their bodies converted. */
class UrllessRequest extends Request {
  constructor(input, init) {
    super(input === '' ? 'http://localhost/' : input, init)
  }
}

async function epoxy() {
  globalThis.WebSocket = require('ws')
  globalThis.Request = UrllessRequest
  const wasm = readFile(beside('@mercuryworkshop/epoxy-tls/epoxy', 'epoxy.wasm'))
  return { ...(await import('@mercuryworkshop/epoxy-tls/epoxy')), wasm }
}

const bare = () => ({ WebSocket: require('ws') })

export const libraries = { 'libcurl.js': libcurlJs, epoxy, this: () => import('../../dist/js/node.js'), bare }
