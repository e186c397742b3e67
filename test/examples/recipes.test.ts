// Runs the programs in docs/recipes.md as they are written there, except for their addresses, and checks their output.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'vite'
import { afterAll, expect, test } from 'vitest'
import { contentServer } from '../behaviours/runtimes.js'
import { launch } from '../browser/browsers.js'
import { testRelay } from '../relay/relays.js'
import { certificates } from '../servers/certificates.js'
import { bodyOf, httpServer, httpsServer, type Listening } from '../servers/listening.js'
import { socks5 } from '../servers/socks5.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const text = readFileSync(join(root, 'docs/recipes.md'), 'utf8')
/** The programs by the headings above them. */
const recipes = new Map(
  text.split(/^## /m).map((section) => [section.split('\n', 1)[0]!, /^```js\n([^]*?)^```$/m.exec(section)?.[1]]),
)
const used = new Set<string>()

// inside of the package, so that its name can be imported
mkdirSync(join(root, 'build'), { recursive: true })
const folder = mkdtempSync(join(root, 'build/recipes-'))
const servers: Listening[] = []
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await Promise.all(servers.map((server) => server.close()))
})

/** The program of a recipe. Each address in `replaced` must be in it. */
function program(heading: string, replaced: Record<string, string> = {}): string {
  used.add(heading)
  let code = recipes.get(heading)!
  for (const [address, ours] of Object.entries(replaced)) {
    expect(code).toContain(address)
    code = code.replaceAll(address, ours)
  }
  return code
}

/** Runs a program, which has to end by itself. Options of Node can be given. */
async function run(code: string, ...options: string[]): Promise<{ stdout: string; stderr: string }> {
  const file = join(folder, 'program.mjs')
  writeFileSync(file, code)
  const args = ['--disable-warning=ExperimentalWarning', ...options, file]
  return promisify(execFile)(process.execPath, args, { cwd: folder, timeout: 60_000 })
}

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = await httpServer(handler)
  servers.push(server)
  return server.url
}

test('files go into a form as they are', async () => {
  writeFileSync(join(folder, 'beach.jpg'), 'a beach')
  writeFileSync(join(folder, 'boat.jpg'), 'a boat')
  const url = await serve(async (request, response) => {
    const { 'content-type': type, 'content-length': length } = request.headers
    const body = await bodyOf(request)
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type! } }).formData()
    const photos = (form.getAll('photos') as File[]).map(async (file) => [file.name, file.type, await file.text()])
    response.end(JSON.stringify([form.get('album'), Number(length) === body.length, ...(await Promise.all(photos))]))
  })
  const { stdout } = await run(program('Files in a form', { 'https://example.org': url }))
  const photos = [
    ['beach.jpg', 'image/jpeg', 'a beach'],
    ['boat.jpg', 'image/jpeg', 'a boat'],
  ]
  expect(stdout).toBe(`200 ${JSON.stringify(['holidays', true, ...photos])}\n`)
})

test('a transport of streams takes the place of the network', async () => {
  expect((await run(program('Tests without a network'))).stdout).toBe('Ada\nCURLE_COULDNT_CONNECT\n')
})

test('pages are loaded while they are needed, and no page of another origin', async () => {
  const loaded: string[] = []
  const url = await serve(({ url, headers }, response) => {
    loaded.push(`${url} ${headers.authorization}`)
    const [items, next] =
      url === '/repositories'
        ? [['first', 'second'], '</more?page=2>; rel="next"']
        : [['the one', 'another'], '<https://example.net/>; rel="next"']
    response.setHeader('link', `</>; rel="first", ${next}`).end(JSON.stringify(items.map((name) => ({ name }))))
  })
  const code = program('All pages of a list', { 'https://example.org': url })
  expect((await run(code)).stdout).toBe('first\nsecond\nthe one\n')
  expect(loaded).toEqual(['/repositories Bearer key', '/more?page=2 Bearer key'])
  const all = code.replace("name === 'the one'", 'false')
  await expect(run(all)).rejects.toThrow('the next page is elsewhere: https://example.net')
})

test('a download goes on where it was cut off, unless the file has changed', async () => {
  const file = join(folder, 'large.iso')
  writeFileSync(file, '')
  let [content, etag, breaksAt] = ['the first version '.repeat(1000), '"1"', 5000]
  const url = await serve(({ headers: { range, 'if-range': condition, 'accept-encoding': coding } }, response) => {
    if (coding !== 'identity') return void response.writeHead(500).end()
    const from = condition === etag ? Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0) : 0
    response.setHeader('etag', etag)
    if (from >= content.length) {
      return void response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end()
    }
    if (from > 0) response.setHeader('content-range', `bytes ${from}-${content.length - 1}/${content.length}`)
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': content.length - from })
    if (breaksAt === 0) return void response.end(content.slice(from))
    response.write(content.slice(from, from + breaksAt))
    // not before it is in the file, because a stream that fails drops what was not read
    const saved = setInterval(() => {
      if (statSync(file).size < from + breaksAt) return
      clearInterval(saved)
      response.destroy()
    }, 10)
  })
  const code = program('Resuming a download', { 'https://example.org': url })
  const cutOff = () => expect(run(code)).rejects.toThrow('CURLE_PARTIAL_FILE')
  await cutOff()
  breaksAt = 0
  expect((await run(code)).stdout).toBe('resumed at 5000\n')
  expect(readFileSync(file, 'utf8') === content).toBe(true)

  breaksAt = 5000
  await cutOff()
  ;[content, etag, breaksAt] = ['the second version '.repeat(1000), '"2"', 0]
  expect((await run(code)).stdout).toBe('from the beginning\n')
  expect(readFileSync(file, 'utf8') === content).toBe(true)

  // all has come, but the program ended before it knew that
  writeFileSync(`${file}.etag`, etag)
  expect((await run(code)).stdout).toBe('complete\n')
  // without a strong ETag it starts anew
  ;[etag, breaksAt] = ['W/"2"', 5000]
  await cutOff()
  breaksAt = 0
  expect((await run(code)).stdout).toBe('from the beginning\n')
  expect(readFileSync(file, 'utf8') === content).toBe(true)
})

test('the bar grows to 100 %, and does without a size', async () => {
  const url = await serve(({ url }, response) => {
    if (url === '/large.iso') response.setHeader('content-length', 3_000_000)
    response.write(Buffer.alloc(1_500_000))
    setTimeout(() => response.end(Buffer.alloc(1_500_000)), 100)
  })
  const code = program('A progress bar in a terminal', { 'https://example.org': url })
  const terminal = `data:text/javascript,Object.assign(process.stderr, { isTTY: true, columns: 44 })`
  const [, ...shown] = (await run(code, '--import', terminal)).stderr.split('\r')
  const lines = shown.map((line) => /^(#*)(\.*) (\d+) % \d\.\d MB\x1b\[K\n?$/.exec(line)!)
  for (const [, done, left] of lines) expect(done!.length + left!.length).toBe(20)
  const percents = lines.map(([, , , percent]) => Number(percent))
  expect(percents).toEqual([...percents].sort((a, b) => a - b))
  expect(percents[0]).toBeLessThan(50)
  expect(shown.at(-1)).toBe(`${'#'.repeat(20)} 100 % 3.0 MB\x1b[K\n`)
  expect(readFileSync(join(folder, 'large.iso'))).toHaveLength(3_000_000)
  const unknown = await run(code.replace('/large.iso', '/chunks'), '--import', terminal)
  expect(unknown.stderr.split('\r').at(-1)).toBe('3.0 MB\x1b[K\n')
  expect((await run(code)).stderr).toBe('')
})

test('the proxy resolves the name', async () => {
  const url = await serve((_request, response) => void response.end('hidden'))
  const tor = await socks5({ names: { 'example.onion': '127.0.0.1' } })
  servers.push(tor)
  const { port } = new URL(url)
  const code = program('Through Tor', {
    '127.0.0.1:9050': `127.0.0.1:${tor.port}`,
    'http://example.onion/': `http://example.onion:${port}/`,
  })
  expect((await run(code)).stdout).toBe('200 hidden\n')
  expect(tor.asked).toEqual([{ type: 'name', host: 'example.onion', port: Number(port), user: null }])
  await expect(run(code.replace('socks5h', 'socks5'))).rejects.toThrow('CURLE_COULDNT_RESOLVE_HOST')
  expect(tor.asked).toHaveLength(1)
})

test('the server sees the certificate, and refuses others', async () => {
  const { ca, good, client } = certificates()
  const server = await httpsServer(
    (request, response) => void response.end(`hello ${(request.socket as TLSSocket).getPeerCertificate().subject.CN}`),
    { ca: ca.cert, requestCert: true, rejectUnauthorized: true },
  )
  servers.push(server)
  const code = program('A client certificate', { 'https://example.org': server.url })
  const provide = (cert: string, key: string): void => {
    writeFileSync(join(folder, 'client.pem'), cert)
    writeFileSync(join(folder, 'client.key'), key)
  }
  writeFileSync(join(folder, 'authority.pem'), ca.cert)
  provide(client.cert, client.key)
  expect((await run(code)).stdout).toBe('200 hello client\n')
  const without = await run(code.replace(/ +(cert|key): .*\n/g, ''))
  expect(without.stderr).toMatch(/^CURLE_RECV_ERROR .*certificate required/)
  provide(good.cert, client.key)
  expect((await run(code)).stderr).toMatch(/^CURLE_BAD_FUNCTION_ARGUMENT unable to set private key file/)
})

test('the page that Vite builds shows what it has loaded', async () => {
  const url = await serve((_request, response) => void response.end('loaded'))
  const relay = await testRelay()
  const page = join(folder, 'page')
  mkdirSync(join(page, 'src'), { recursive: true })
  writeFileSync(join(page, 'index.html'), '<div id="app"></div><script type="module" src="/src/main.js"></script>')
  writeFileSync(join(page, 'src/main.js'), program('A page made with Vite', { 'https://example.org': url }))
  process.env['VITE_RELAY'] = `${relay.url}/`
  await build({ root: page, logLevel: 'error' })
  const content = await contentServer(join(page, 'dist'))
  servers.push(content)
  const browser = await launch('Chromium')
  try {
    const tab = await browser.newPage()
    await tab.goto(`${content.url}/index.html`)
    await tab.waitForFunction(() => document.querySelector('#app')!.textContent === 'loaded')
  } finally {
    await browser.close()
  }
}, 60_000)

test('every recipe has a test', () => {
  const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
  expect([...used].sort()).toEqual(headings.sort())
  for (const heading of headings) {
    expect(text).toContain(`- [${heading}](#${heading!.toLowerCase().replaceAll(' ', '-')})`)
  }
})
