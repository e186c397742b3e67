// The server of `make play`: the page's files with their headers, the relay for that page alone, and bin/play as a
// process.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'
import { wispTransport, wsproxyTransport } from 'libcurl-wasm'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { startPlayground } from '../../dist/playground/server/playground.js'
import { scratch } from '../servers/scratch.js'
import { curl, until } from '../tool/client.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = scratch()
const site = join(folder, 'dist/playground/site')
mkdirSync(join(site, 'assets'), { recursive: true })
writeFileSync(join(site, 'index.html'), '<!doctype html><title>page</title>')
writeFileSync(join(site, 'assets/app-123.js'), 'export const a = 1\n'.repeat(1000))
writeFileSync(join(site, 'assets/tool-123.wasm'), Buffer.alloc(100_000, 'asm'))
writeFileSync(join(site, '.secret'), 'not for you')
writeFileSync(join(folder, 'dist/playground/secret.txt'), 'not for you')
const playground = await startPlayground({ site })
afterAll(() => playground.close())
const { url, config } = playground
const port = Number(new URL(url).port)
const ca = join(folder, 'root.pem')
writeFileSync(ca, config.ca)

/** Status, headers and body by curl, which sends paths as they are. */
async function get(path: string, ...args: string[]) {
  const { stdout } = await curl(['-s', '-i', '--path-as-is', ...args, `${url}${path}`])
  const end = stdout.indexOf('\r\n\r\n')
  const [first = '', ...lines] = stdout.subarray(0, end).toString().split('\r\n')
  const headers = Object.fromEntries(lines.map((line) => line.toLowerCase().split(/: (.*)/, 2)))
  return { status: Number(first.split(' ')[1]), headers, body: stdout.subarray(end + 4) }
}

test('the page has its types, tags and brotli', async () => {
  const page = await get('')
  expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' })
  expect(page.body.toString()).toContain('<title>page</title>')
  expect((await get('index.html?x=1')).body.equals(page.body)).toBe(true)
  const wasm = await get('assets/tool-123.wasm')
  expect(wasm.headers).toMatchObject({ 'content-type': 'application/wasm', 'content-length': '100000' })
  expect(wasm.headers['cache-control']).toContain('immutable')
  const small = await get('assets/tool-123.wasm', '-H', 'Accept-Encoding: gzip, br')
  expect(small.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' })
  expect(small.body.length).toBeLessThan(1000)
  expect(brotliDecompressSync(small.body).equals(wasm.body)).toBe(true)
  expect(small.headers.etag).not.toBe(wasm.headers.etag)
  for (const [etag, ...args] of [[wasm.headers.etag], [small.headers.etag, '-H', 'Accept-Encoding: br']]) {
    const again = await get('assets/tool-123.wasm', '-H', `If-None-Match: ${etag}`, ...args)
    expect([again.status, again.body.length]).toEqual([304, 0])
  }
  const head = await get('assets/app-123.js', '-I')
  expect(head.headers).toMatchObject({ 'content-type': 'text/javascript; charset=utf-8', 'content-length': '19000' })
})

test('a new build is served without a restart', async () => {
  const file = join(site, 'built.json')
  expect((await get('built.json')).status).toBe(404)
  writeFileSync(file, '1')
  expect((await get('built.json')).body.toString()).toBe('1')
  writeFileSync(file, '2 is longer')
  expect((await get('built.json')).body.toString()).toBe('2 is longer')
  unlinkSync(file)
  expect((await get('built.json')).status).toBe(404)
})

test('no files outside of the folder, and no hidden ones', async () => {
  const paths = ['../secret.txt', '%2e%2e/secret.txt', '..%2fsecret.txt', 'assets/../../secret.txt', '..\\secret.txt']
  for (const path of [...paths, '.secret', '%2esecret', '/etc/passwd', 'assets', 'assets/', '%zz', 'a%00', 'no']) {
    expect([path, (await get(path)).status]).toEqual([path, 404])
  }
  expect((await get('', '-X', 'POST')).status).toBe(405)
})

test('every answer has the strict headers', async () => {
  for (const path of ['', 'assets/app-123.js', 'config.json', 'no']) {
    const { headers } = await get(path)
    const policy = headers['content-security-policy'].split('; ') as string[]
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'")
    expect(policy).toContain("require-trusted-types-for 'script'")
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
  }
})

test('the configuration has all addresses', async () => {
  const answer = await get('config.json')
  expect(JSON.parse(answer.body.toString())).toEqual(config)
  expect(config).toEqual({
    relay: '/relay/',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    ca: expect.stringContaining('BEGIN CERTIFICATE'),
    origin: {
      http: expect.stringMatching(/^http:\/\/localhost:\d+$/),
      https: expect.stringMatching(/^https:\/\/localhost:\d+$/),
      ws: expect.stringMatching(/^ws:\/\/localhost:\d+$/),
      wss: expect.stringMatching(/^wss:\/\/localhost:\d+$/),
      ftp: expect.stringMatching(/^ftp:\/\/localhost:\d+$/),
    },
  })
})

const relay = `ws://localhost:${port}/relay/`

/** A WebSocket as from a page. */
function ofPage(origin: string) {
  return class extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols ?? [], { origin })
    }
  } as unknown as NonNullable<Parameters<typeof wispTransport>[0]['WebSocket']>
}

test('through the relay the page reaches the origin', async () => {
  const WebSocket = ofPage(`http://localhost:${port}`)
  const wisp = wispTransport({ url: relay, WebSocket })
  onTestFinished(() => wisp.close())
  const { http, https, ws } = config.origin
  for (const transport of [wisp, wsproxyTransport({ url: relay, WebSocket })]) {
    const run = (...args: string[]) => curl(['-sS', '--cacert', ca, ...args], { transport })
    expect(JSON.parse((await run(`${http}/get`)).stdout.toString())).toMatchObject({ tls: null })
    const secure = await run('-L', `${http}/redirect-to?url=${https}/tls`)
    expect(JSON.parse(secure.stdout.toString())).toMatchObject({ protocol: 'HTTP/2', tls: { alpn: 'h2' } })
    expect((await run(`${https}/bytes/5000000`)).stdout.length).toBe(5_000_000)
    expect((await run('-N', '-m', '3', `${ws}/clock`)).stdout.toString()).toMatch(/Z\n/)
    expect((await run(https, '--cacert', join(root, 'dist/cacert.pem'))).status).toBe(60)
  }
})

test('the relay refuses other pages, and programs', async () => {
  const outcome = (address: string, origin?: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = new WebSocket(address, origin === undefined ? {} : { origin })
      socket.on('open', () => (resolve('open'), socket.terminate())).on('error', ({ message }) => resolve(message))
    })
  for (const name of ['localhost', '127.0.0.1', '[::1]']) {
    expect(await outcome(relay, `http://${name}:${port}`)).toBe('open')
  }
  const others = ['https://pwned.example', `http://pwned.example:${port}`, config.origin.http, 'null', undefined]
  for (const origin of others) expect(await outcome(relay, origin)).toMatch(/403/)
  expect(await outcome(relay.replace('relay', 'other'), `http://localhost:${port}`)).toMatch(/404/)
})

// --- bin/play ---

// a checkout in which only this is built
for (const path of ['bin/play', 'package.json', 'dist/playground/server', 'dist/relay', 'dist/shim']) {
  cpSync(join(root, path), join(folder, path), { recursive: true })
}
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))

function play(...args: string[]) {
  const child = spawn(process.execPath, [join(folder, 'bin/play'), ...args])
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (chunk) => (output[name] += chunk))
  const ended = once(child, 'close').then(([status]) => status as number)
  const address = async (): Promise<string> => {
    await Promise.race([until(() => output.stdout.includes('\n'), 20_000), ended])
    return /http:\/\/\S+/.exec(output.stdout)![0]
  }
  return { child, output, ended, address }
}

test('bin/play prints one line, and ends on a signal', async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const { child, output, ended, address } = play()
    const found = await address()
    expect(output).toEqual({ stdout: `The playground is at ${found}\n`, stderr: '' })
    const { origin } = (await (await fetch(`${found}config.json`)).json()) as typeof config
    const hanging = fetch(`${origin.http}/hang`).catch(() => 'ended')
    expect((await fetch(found)).status).toBe(200)
    child.kill(signal)
    expect([await ended, await hanging]).toEqual([0, 'ended'])
  }
})

test('FTP works through the relay, also with a late last reply', async () => {
  const found = await play().address()
  const { origin } = (await (await fetch(`${found}config.json`)).json()) as typeof config
  const WebSocket = ofPage(new URL(found).origin)
  const transport = wispTransport({ url: `${found.replace('http', 'ws')}relay/`, WebSocket })
  onTestFinished(() => transport.close())
  for (let i = 0; i < 20; i++) {
    const { status, stdout, stderr } = await curl(['-sS', `${origin.ftp}/pub/numbers.csv`], { transport })
    expect([status, stdout.length, stderr]).toEqual([0, 125, ''])
    const listing = await curl(['-sS', `${origin.ftp}/`], { transport })
    expect([listing.status, listing.stderr]).toEqual([0, ''])
  }
})

test('two of them can run, unless both have the same given port', async () => {
  const [one, two] = [play(), play()]
  const found = [await one.address(), await two.address()]
  expect(new Set(found).size).toBe(2)
  const taken = net.createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as net.AddressInfo
  const three = play('--port', String(port))
  expect(await three.ended).toBe(1)
  expect(three.output).toEqual({ stdout: '', stderr: `play: port ${port} is in use\n` })
  taken.close()
})

test('bin/play warns if other machines can reach it', async () => {
  const open = play('--host', '0.0.0.0', '--port', '0')
  expect(await open.address()).toMatch(/^http:\/\/localhost:/)
  expect(open.output.stderr).toMatch(/^play: everyone who reaches 0\.0\.0\.0 can connect/)
  const own = play('--host', '127.0.0.1', '--port', '0')
  expect(await own.address()).toMatch(/^http:\/\/127\.0\.0\.1:/)
  expect(own.output.stderr).toBe('')
})

test('bin/play reports what is wrong', async () => {
  for (const [args, message] of [
    [['--port', '70000'], '"70000" is not a port'],
    [['--nonsense'], "Unknown option '--nonsense'"],
    [['--host', '192.0.2.1'], 'EADDRNOTAVAIL'],
  ] as const) {
    const { ended, output } = play(...args)
    expect(await ended).toBe(args[0] === '--host' ? 1 : 2)
    expect(output.stderr).toContain(message)
  }
  const { stdout } = await new Promise<{ stdout: string }>((resolve) =>
    execFile(process.execPath, [join(folder, 'bin/play'), '--help'], (_error, stdout) => resolve({ stdout })),
  )
  expect(stdout).toMatch(/^Usage: play/)
})
