// Runs rounds of relay.mjs in Chromium. Each round is a page of its own, with a process of its own, and nothing is
// cached. (A browser context for each would be a window for Chromium, whose address bar alone takes 0.6 s of CPU time.)
// The page measures its time, and this reads from /proc what its process uses, as measure.mjs does in Node.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import puppeteer from 'puppeteer-core'
import { rolldown } from 'rolldown'

const root = new URL('../../', import.meta.url)
const TYPES = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.pem': 'application/x-pem-file',
}
const PAGE =
  '<!doctype html><title>benchmark</title><link rel="icon" href="data:,">' +
  '<script type="module" src="/bench/relay/page.js"></script>'

const OURS = 'default, Easy, Multi, wispTransport'
/** What the page imports of each library. */
const IMPORTED = {
  'libcurl.js': { names: 'libcurl', from: './bench/node_modules/libcurl.js/libcurl.mjs' },
  epoxy: {
    names: 'default, EpoxyClient, EpoxyClientOptions',
    from: './bench/node_modules/@mercuryworkshop/epoxy-tls/full/epoxy.js',
  },
  lite: { names: OURS, from: './dist/js/lite-browser.js' },
  this: { names: OURS, from: './dist/js/browser.js' },
}

/** Bundles a library as an application does, with what the page imports. Returns the JavaScript. */
async function bundled({ names, from }) {
  const bundle = await rolldown({
    input: 'page',
    cwd: fileURLToPath(root),
    platform: 'browser',
    external: /cacert/,
    makeAbsoluteExternalsRelative: false,
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === 'page' ? id : null),
        load: (id) => (id === 'page' ? `export { ${names} } from ${JSON.stringify(from)}` : null),
      },
    ],
  })
  const { output } = await bundle.generate({ minify: true, codeSplitting: false })
  await bundle.close()
  return output[0].code
}

/**
 * Serves the files that the page loads: the libraries, bundled, as if they were in dist/bundled, and files of dist/ and
 * bench/.
 */
async function site() {
  const bundles = new Map()
  for (const [name, imported] of Object.entries(IMPORTED))
    bundles.set(`/dist/bundled/${name}.js`, await bundled(imported))
  const server = http.createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost')
    if (pathname === '/') return void response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE)
    try {
      if (!/^\/(dist|bench)\//.test(pathname)) throw new Error('not served')
      const body = bundles.get(pathname) ?? (await readFile(new URL(`.${pathname}`, root)))
      const type = TYPES[extname(pathname)] ?? 'application/octet-stream'
      response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => (server.close(), server.closeAllConnections()),
  }
}

// --- CPU and memory of a page's process ---

const KB = 1024

/** A field of /proc/PID/status in bytes. @see proc(5) */
function status(pid, field) {
  const [, kilobytes] = readFileSync(`/proc/${pid}/status`, 'latin1').match(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm'))
  return kilobytes * KB
}

/** The CPU time of all threads of a process, in milliseconds. */
function cpuTime(pid) {
  const threads = readdirSync(`/proc/${pid}/task`)
  const times = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0])
  return times.reduce((sum, ns) => sum + Number(ns) / 1e6, 0)
}

async function renderers(session) {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
}

/** Starts to measure the process `pid`. Returns a function that ends that, and returns the results. */
function measuring(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
  const before = { memory: status(pid, 'VmRSS'), cpu: cpuTime(pid) }
  return () => ({ memory: status(pid, 'VmHWM') - before.memory, cpu: cpuTime(pid) - before.cpu })
}

// --- rounds ---

const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--disable-features=SpareRendererForSitePerProcess'],
]

/** How long Chromium is busy with its own pages after its start, in milliseconds. */
const START_MS = 2000

/**
 * Starts Chromium. `round(task)` runs one round, and returns the same report as measure.mjs. It rejects if the page
 * takes longer than `timeout` milliseconds.
 */
export async function startChromium(timeout) {
  const profile = mkdtempSync(join(tmpdir(), 'libcurl-wasm-bench-chromium-'))
  const pages = await site()
  // with the default networkEnabled every WebSocket message is reported to us, which takes longer than the message
  // itself
  const browser = await puppeteer.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    networkEnabled: false,
    protocolTimeout: timeout,
    userDataDir: profile,
    args: FLAGS,
  })
  const session = await browser.target().createCDPSession()
  await sleep(START_MS)

  async function round(task) {
    const others = await renderers(session)
    const page = await browser.newPage()
    try {
      await page.goto(pages.url)
      await page.waitForFunction(() => 'work' in globalThis)
      await page.evaluate((task) => globalThis.prepare(task), task)
      const work = (task) => page.evaluate((task) => globalThis.work(task), task)
      if (task.warm) await work({ ...task, ...task.warm })
      const pid = (await renderers(session)).find((pid) => !others.includes(pid))
      const end = measuring(pid)
      return { ...(await work(task)), ...end() }
    } finally {
      await page.close()
    }
  }

  async function close() {
    await browser.close()
    pages.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 })
  }

  return { version: await browser.version(), round, close }
}
