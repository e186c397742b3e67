// Functions that run in a page or a Worker of the tests: they run the curl tool, or use libcurl, through a relay, and
// report the results.
import { MemoryFileSystem, runTool } from '/dist/js/tool-browser.js'
import init, { Easy, Multi, wispTransport, wsproxyTransport } from '/dist/js/browser.js'

const transports = new Map()

/** `relay` is 'wisp URL', with a list of URLs after it, or 'wsproxy URL'. */
function transportOf(relay) {
  let transport = transports.get(relay)
  if (!transport) {
    const [kind, ...urls] = relay.split(' ')
    transport = kind === 'wisp' ? wispTransport({ urls }) : wsproxyTransport({ url: urls[0] })
    transports.set(relay, transport)
  }
  return transport
}

/** What a transport reports about its relays. */
export function relaysOf(relay) {
  return transportOf(relay).relays
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A body to send: `count` letters a. */
const letters = (count) => new Uint8Array(count).fill(97)

/** A report of what was received: a hash of all of it, and the beginning as text. */
async function received(chunks) {
  const body = await new Blob(chunks).arrayBuffer()
  return { length: body.byteLength, sha256: await sha256(body), text: new TextDecoder().decode(body.slice(0, 2000)) }
}

function sink(first = () => {}) {
  const chunks = []
  const write = (chunk) => {
    chunks.push(chunk)
    first()
  }
  return { chunks, stream: new WritableStream({ write }) }
}

/** Runs `curl ...args` with `upload` bytes of standard input. `abort` stops it when the first bytes arrive. */
export async function run(args, { relay, files = {}, upload = 0, abort = false } = {}) {
  const controller = new AbortController()
  const [out, err] = [sink(() => abort && controller.abort()), sink()]
  const status = await runTool(args, {
    stdin: new Blob([letters(upload)]).stream(),
    stdout: out.stream,
    stderr: err.stream,
    signal: controller.signal,
    transport: relay && transportOf(relay),
    files: new MemoryFileSystem(files),
  })
  return { status, ...(await received(out.chunks)), stderr: await new Blob(err.chunks).text() }
}

async function perform(multi, url, { ca, upload, abort }) {
  const [easy, chunks, controller] = [new Easy(), [], new AbortController()]
  easy.setopt('URL', url)
  easy.setopt('WRITEFUNCTION', (chunk) => {
    chunks.push(chunk)
    if (abort) controller.abort()
  })
  if (ca) easy.setopt('CAINFO_BLOB', new TextEncoder().encode(ca))
  if (upload) {
    const body = letters(upload)
    let at = 0
    easy.setopt('UPLOAD', true)
    easy.setopt('INFILESIZE_LARGE', upload)
    easy.setopt('READFUNCTION', (size) => body.subarray(at, (at = Math.min(at + size, upload))))
  }
  const error = await multi.perform(easy, { signal: controller.signal }).then(
    () => null,
    (error) => error,
  )
  const code = easy.getinfo('RESPONSE_CODE')
  easy.close()
  return { status: error ? error.number : 0, error: error && error.message, code, ...(await received(chunks)) }
}

/** Loads all URLs at the same time with libcurl. A page or Worker has one instance of it, and so one relay. */
export async function load(urls, { relay, ...options }) {
  await init({ transport: transportOf(relay) })
  const multi = new Multi()
  const all = await Promise.all(urls.map((url) => perform(multi, url, options)))
  multi.close()
  return all
}

/** One call of fetch with the `full` or the `lite` module. Without `ca`, the package's certificates are trusted. */
export async function fetchWith(module, url, { relay, ca, httpVersion }) {
  const entry = await import(`/dist/js/${module}-browser.js`)
  await entry.init({ transport: transportOf(relay) })
  const options = ca ? { CAINFO_BLOB: new TextEncoder().encode(ca) } : {}
  try {
    const response = await entry.fetch(url, { curl: { httpVersion, options } })
    return { version: response.curl.httpVersion, ...(await received([await response.arrayBuffer()])) }
  } catch (error) {
    return { error: error.cause.code, message: error.cause.message }
  }
}

/** Runs the tool and libcurl, which are two instances, at the same time. */
export function both(args, urls, options) {
  return Promise.all([run(args, options), load(urls, options)])
}

/** How long a timer of 10 ms takes here, in milliseconds. */
export async function timer() {
  const ring = () => new Promise((resolve) => setTimeout(resolve, 10))
  await ring() // the first one may ring at once even if later ones are slowed down
  const start = performance.now()
  for (let i = 0; i < 2; i++) await ring()
  return (performance.now() - start) / 2
}
