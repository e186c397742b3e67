// Loads the contestants' libraries in Node. Those made for browsers get the objects of a page that they need. Their
// WebSocket is `ws`, which this package uses too.
import { createRequire } from 'node:module'
import { readFile } from 'node:fs/promises'

const require = createRequire(new URL('../../package.json', import.meta.url))
const beside = (module, name) => new URL(name, import.meta.resolve(module))

/** Pages and Workers have this class, but Node does not. */
class CloseEvent extends Event {
  constructor(type, { code = 0, reason = '' } = {}) {
    super(type)
    this.code = code
    this.reason = reason
  }
}

/**
 * Emscripten's part of libcurl.js refuses to run if there is a `process`, and needs objects of a page. So it runs in a
 * function whose parameters shadow these globals.
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

/** epoxy creates requests without a URL, only to convert bodies. */
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

export const libraries = {
  'libcurl.js': libcurlJs,
  epoxy,
  lite: () => import('../../dist/js/lite-node.js'),
  this: () => import('../../dist/js/node.js'),
  bare,
}
