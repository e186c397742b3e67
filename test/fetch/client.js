// Functions with fetch that run in a page or a Worker of the tests.
import init, { fetch, wispTransport } from '/dist/js/browser.js'

const cases = {
  /** Calls fetch before init(), when there is no transport. */
  async uninitialised(url) {
    return fetch(url).catch((error) => String(error))
  },

  async start(relay) {
    globalThis.fetch = fetch // what init() loads itself must not use this
    init({ transport: wispTransport({ url: relay }) })
    return 'starting'
  },

  async get(url, ca) {
    const options = { CAINFO_BLOB: new TextEncoder().encode(ca) }
    const response = await fetch(`${url}#fragment`, {
      headers: { Cookie: 'a=b', 'User-Agent': 'mine' },
      curl: { options },
    })
    const { curl, headers, type, redirected } = response
    return {
      url: response.url,
      type,
      redirected,
      cookies: headers.getSetCookie(),
      copy: await response.clone().json(),
      json: await response.json(),
      tls: curl.tls.version,
      immutable: await attempt(() => headers.set('a', 'b')),
      response: response instanceof Response,
    }
  },

  async bodies(url) {
    const form = new FormData()
    form.append('file', new Blob(['contents']), 'name')
    const bodies = ['text', new Blob(['blob']), new URLSearchParams('a=b'), new Uint8Array(3), form]
    const stream = () => new Blob(['stre', 'am']).stream()
    const sent = [
      ...bodies.map((body) => [url, { method: 'POST', body }]),
      [url, { method: 'POST', body: stream(), duplex: 'half' }],
      [new Request(url, { method: 'POST', body: 'request' })],
    ]
    return Promise.all(sent.map((args) => fetch(...args).then((response) => response.json())))
  },

  async large(url, size) {
    const answer = await fetch(url, { method: 'POST', body: new Blob([new Uint8Array(size)]) })
    const reader = answer.body.getReader()
    let length = 0
    for (let part = await reader.read(); !part.done; part = await reader.read()) length += part.value.length
    return length
  },

  async abort(url) {
    const controller = new AbortController()
    const response = await fetch(url, { signal: controller.signal })
    controller.abort(new Error('enough'))
    return response.text().catch((error) => error.message)
  },

  async failure(url) {
    return fetch(url).catch((error) => [error.name, error.cause.code])
  },

  /** Fetches a URL relative to the page. */
  async relative() {
    return (await fetch('/nothing')).status
  },
}

async function attempt(what) {
  try {
    await what()
    return 'done'
  } catch (error) {
    return error.name
  }
}

export const run = (name, ...args) => cases[name](...args)

if (typeof document === 'undefined') {
  onmessage = async ({ data: [name, ...args] }) => {
    postMessage(await run(name, ...args).catch((error) => `failed: ${error}`))
  }
}
