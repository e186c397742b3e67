// The package of the client as npm packs and installs it: its files, the results of package checkers, and that it works
// in an empty folder, with types and without an install script. relay.test.ts does the same for the relay.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { httpServer } from '../servers/listening.js'
import { LIMIT_MS, Packed, modules, root, run } from './packed.js'

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, string | Record<string, unknown>>
  bin: Record<string, string>
  scripts: Record<string, string>
}
const scripts = Object.entries(manifest.exports)
  .filter(([, target]) => JSON.stringify(target).includes('.js"'))
  .map(([subpath]) => subpath.replace('.', 'libcurl-wasm'))

/** Every file that `exports` names. null says that a runtime does not have a subpath. */
function targets(of: unknown): string[] {
  if (of === null) return []
  return typeof of === 'string' ? [of] : Object.values(of as object).flatMap(targets)
}

const packed = new Packed('libcurl-wasm')
const { folder } = packed

test('it has what it needs, and nothing else', async () => {
  const files = await packed.files()
  for (const target of targets(manifest.exports)) expect(files).toContain(target)
  for (const program of Object.values(manifest.bin)) expect(files).toContain(`./${program}`)
  expect(files).not.toContain('./dist/js/internals.js')
  expect(files).toContain('./dist/THIRD-PARTY-NOTICES') // next to the modules it describes
  expect(files).toContain('./dist/manual.inline.js') // which the tool imports when it prints it
  const expected = [
    /^\.\/(package\.json|(README|CHANGELOG|CONTRIBUTING|SECURITY)\.md|LICENSE)$/,
    /^\.\/dist\/js\/([\w-]+\.js|command-node\.cjs)$/,
    /^\.\/dist\/(ts|shim)\/.*\.d\.ts$/,
    /^\.\/dist\/(curl(-full|-lite|-tool)?\.wasm|THIRD-PARTY-NOTICES|sbom\.cdx\.json)$/,
    /^\.\/dist\/(cacert\.pem|(cacert|curl|manual)\.inline\.(js|d\.ts))$/,
    /^\.\/ts\/runtimes\/assets\/.*\.d\.ts$/,
    /^\.\/bin\/(curl|package\.json)$/,
    /^\.\/(docs|examples)\//,
  ]
  expect(files.filter((file) => !expected.some((pattern) => pattern.test(file)))).toEqual([])
})

test(
  'publint has nothing to say',
  async () => {
    expect(await packed.publint()).toMatch(/All good/)
  },
  LIMIT_MS,
)

test(
  'the types are right for ES modules, in Node and with bundlers',
  async () => {
    const { entrypoints, problems } = await packed.typeProblems()
    expect(entrypoints).toEqual(Object.keys(manifest.exports))
    expect(problems).toEqual([])
  },
  LIMIT_MS,
)

test('it has one dependency, and nothing runs when it is installed', () => {
  const { packages } = packed.lock
  expect(Object.keys(packages)).toEqual(['', 'node_modules/libcurl-wasm', 'node_modules/ws'])
  expect(Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([])
})

test('in an empty folder it loads a page, and its command works', async () => {
  const server = await httpServer((_request, response) => void response.end('loaded'))
  try {
    const program = `import { fetch } from 'libcurl-wasm'; console.log(await (await fetch('${server.url}')).text())`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { cwd: folder })
    expect(stdout).toBe('loaded\n')
    const command = (name: string, ...args: string[]) => run(join(folder, 'node_modules/.bin', name), args)
    expect((await command('curl-wasm', '-sS', server.url)).stdout).toBe('loaded')
  } finally {
    await server.close()
  }
})

test.each(['node-22', 'node-24'])('%s can require() it', async (node) => {
  const program = `
    for (const name of ${JSON.stringify(scripts)}) if (Object.keys(require(name)).length === 0) throw new Error(name)
    const { initSync, version } = require('libcurl-wasm')
    initSync()
    console.log(version())`
  const { stdout } = await run(join(modules, node, 'bin/node'), ['-e', program], { cwd: folder })
  expect(stdout).toMatch(/^libcurl\//)
})

test.each(['workerd', 'deno', 'browser'])(
  'the entries for %s import what it has, and do not await',
  async (condition) => {
    // a script that is not a module cannot have one
    const args = ['--bundle', '--format=iife', '--platform=neutral', `--conditions=${condition}`, '--log-level=error']
    const builtin = { workerd: ['cloudflare'], deno: ['node'], browser: [] }[condition]!
    const kept = [...builtin.map((name) => `--external:${name}:*`), '--loader:.wasm=empty', '--outfile=/dev/null']
    for (const name of scripts) {
      // a subpath that the runtime does not have
      if ((manifest.exports[name.replace('libcurl-wasm', '.')] as Record<string, unknown>)[condition] === null) continue
      writeFileSync(join(folder, 'entry.js'), `export * from '${name}'`)
      await run(join(modules, '.bin/esbuild'), ['entry.js', ...args, ...kept], { cwd: folder })
    }
  },
)

test('a program with the entry for one file can be bundled as CommonJS for Node', async () => {
  const server = await httpServer((_request, response) => void response.end('bundled'))
  try {
    writeFileSync(
      join(folder, 'entry.js'),
      `import { fetch } from 'libcurl-wasm/inline'
      fetch('${server.url}').then((response) => response.text()).then(console.log)`,
    )
    const args = ['--bundle', '--format=cjs', '--platform=node', '--log-level=error', '--outfile=bundle.cjs']
    await run(join(modules, '.bin/esbuild'), ['entry.js', ...args], { cwd: folder })
    const { stdout } = await run(process.execPath, ['bundle.cjs'], { cwd: folder })
    expect(stdout).toBe('bundled\n')
  } finally {
    await server.close()
  }
})

const PROGRAM = `
import init, { fetch, initSync, Easy, Multi, wispTransport, type CurlResponse } from 'libcurl-wasm'
import inlined from 'libcurl-wasm/inline'
import { runTool, MemoryFileSystem } from 'libcurl-wasm/tool'
import { fetchSync, startBlocking } from 'libcurl-wasm/sync'
import wasm from 'libcurl-wasm/curl.wasm'
import tool from 'libcurl-wasm/curl-tool.wasm'
import pem from 'libcurl-wasm/cacert.pem'
import manifest from 'libcurl-wasm/package.json' with { type: 'json' }

await init(wasm)
await inlined({ transport: wispTransport({ url: manifest.version }) })
const response: CurlResponse = await fetch(pem)
const status: number = await runTool(['-V'], { module: tool, files: new MemoryFileSystem() })
await startBlocking()
fetchSync(pem).bytes()
// @ts-expect-error
new Easy().setopt('NO_SUCH_OPTION', 1)
export { response, status, initSync, Multi }
`

test.each(['nodenext', 'bundler'])(
  'every subpath has types, with moduleResolution %s',
  async (moduleResolution) => {
    const module = moduleResolution === 'bundler' ? 'esnext' : 'nodenext'
    writeFileSync(join(folder, 'program.mts'), PROGRAM)
    const lib = ['ES2023', 'DOM', 'DOM.Iterable', 'ESNext.Disposable'].join(',')
    const options = [
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--lib',
      lib,
      '--types',
      '',
      '--skipLibCheck',
      'false',
    ]
    const args = ['--module', module, '--moduleResolution', moduleResolution, '--resolveJsonModule', ...options]
    const tsc = join(root, 'node_modules/.bin/tsc')
    const { stdout } = await run(tsc, [...args, 'program.mts'], { cwd: folder }).catch((error) => error)
    expect(stdout).toBe('')
  },
  LIMIT_MS,
)

const NODE_PROGRAM = `
import { createReadStream, readFileSync } from 'node:fs'
import init, { CloseEvent, Easy, HttpError, Session, WebSocket, WebSocketError, WebSocketStream, connect, fetch, initSync } from 'libcurl-wasm'
import type { CurlResponse, FetchInit, Hooks } from 'libcurl-wasm'
import { fetchSync, startBlocking, type SyncResponse } from 'libcurl-wasm/sync'
import inlined from 'libcurl-wasm/inline'
import { runTool } from 'libcurl-wasm/tool'
import https from 'node:https'
import { CurlDispatcher, type DispatchHandler } from 'libcurl-wasm/undici'
import { HttpAgent, HttpsAgent } from 'libcurl-wasm/agent'
import { ProxyTransport } from 'libcurl-wasm/proxy-transport'
import wasm from 'libcurl-wasm/curl.wasm'

await init(readFileSync('curl.wasm'))
initSync({ module: readFileSync('curl.wasm') })
await init(wasm)
await inlined()
const init1: FetchInit = { method: 'POST', body: createReadStream('x'), duplex: 'half', headers: [['a', 'b']] }
const response: CurlResponse = await fetch(new URL('https://localhost/'), init1)
await fetch(new Request('https://localhost/'), { body: new FormData(), headers: new Headers() })
await fetch('https://localhost/', { body: new URLSearchParams(), signal: AbortSignal.timeout(1) })
for await (const chunk of response.body!) new Uint8Array(chunk)
const session = new Session({ headers: { a: 'b' } })
await session.fetch('https://localhost/', { body: Buffer.from('x') })
const hooks: Hooks = { beforeRequest: [({ request }) => request.headers.set('a', 'b')], beforeError: [({ error }) => error] }
const api = session.extend({ hooks, retry: { limit: 1, errorCodes: ['CURLE_RECV_ERROR'] }, timeout: { idle: 1 } })
await api
  .fetch('x', { method: 'POST', json: {}, searchParams: { a: 1 }, throwHttpErrors: (status) => status > 400 })
  .catch((error) => error instanceof HttpError && [error.excerpt, error.response.status])
const socket = new WebSocket('wss://localhost/', ['a'], { headers: { Cookie: 'a=b' }, maxMessage: 1e6 })
socket.onclose = ({ code, reason, wasClean }) => [code + 1, reason.length, !wasClean]
socket.addEventListener('close', { handleEvent: (event) => event.code }, { once: true })
socket.send(Buffer.from('x'))
new CloseEvent('close', { code: 1000 }).code + 1
const { readable, writable } = await new WebSocketStream('wss://localhost/').opened
await writable.getWriter().write('x')
const { value } = await readable.getReader().read()
value?.length
connect({ host: 'localhost', port: 1 }).writable.getWriter().write(new Uint8Array(1))
const status: number = await runTool(['-V'])
new Easy().setopt('URL', 'https://localhost/')
await startBlocking()
const answer: SyncResponse = fetchSync('https://localhost/', { method: 'PUT', body: Buffer.from('x'), timeout: 1 })
const text: string = answer.text() + answer.curl.httpVersion + answer.bytes().length
new Easy().setopt('URL', text).performSync()

// @ts-expect-error
fetchSync('https://localhost/', { body: createReadStream('x') })
// @ts-expect-error
fetchSync('https://localhost/', { integrity: '' })
const dispatcher = new CurlDispatcher({ connections: 2, connect: { ca: 'x' }, options: { INTERFACE: 'lo' } })
const handler: DispatchHandler = { onRequestStart: (controller) => controller.pause(), onResponseData: (_, chunk) => chunk.length }
dispatcher.dispatch({ origin: 'https://localhost', path: '/', method: 'GET' }, handler)
await dispatcher.compose((dispatch) => (options, its) => dispatch(options, its)).close()
https.get('https://localhost/', { agent: new HttpsAgent({ proxy: 'socks5h://localhost', keepAlive: true }) })
new HttpAgent({ curl: { options: { INTERFACE: 'lo' } } }).destroy()
const { status: moved } = await new ProxyTransport({ wisp: 'wss://localhost/' }).request('x', 'GET', null, [['a', 'b']])
moved + 1

// @ts-expect-error
new CurlDispatcher({ pipelining: 2 })
// @ts-expect-error
new HttpsAgent({ proxy: 1 })
// @ts-expect-error
new ProxyTransport({ wisp: 1 })
// @ts-expect-error
await session.fetch('x', { timeout: { response: 1 } })
// @ts-expect-error
session.extend({ proxy: '' })
// @ts-expect-error
await fetch('x', { json: {} })
// @ts-expect-error
await init(42)
// @ts-expect-error
initSync({ module: 42 })
// @ts-expect-error
await fetch(42)
// @ts-expect-error
await fetch('https://localhost/', { body: 42 })
// @ts-expect-error
await fetch('https://localhost/', { headers: 42 })
// @ts-expect-error
response.type = 'nonsense'
// @ts-expect-error
response.status.length
// @ts-expect-error
new Session({ headers: 42 })
// @ts-expect-error
new WebSocket(42)
// @ts-expect-error
new WebSocket('wss://localhost/', [], { maxMessage: '1' })
// @ts-expect-error
new WebSocket('wss://localhost/', [], { headers: 42 })
// @ts-expect-error
socket.onclose = (event) => event.nonsense
// @ts-expect-error
socket.addEventListener('close', (event) => event.nonsense)
// @ts-expect-error
socket.addEventListener('close', () => {}, { once: 1 })
// @ts-expect-error
socket.send({})
// @ts-expect-error
new CloseEvent('close', { code: '1' })
// @ts-expect-error
new WebSocketError('', { closeCode: '1' })
// @ts-expect-error
writable.getWriter().write({})
// @ts-expect-error
await runTool('-V')
// @ts-expect-error
new Easy().setopt('URL', {})
export { status }
`

test(
  'a program for Node alone, without lib.dom, has its types too, and errors for wrong arguments',
  async () => {
    writeFileSync(join(folder, 'node-program.mts'), NODE_PROGRAM)
    const compilerOptions = {
      lib: ['es2023'],
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
      target: 'es2022',
      module: 'nodenext',
      strict: true,
      skipLibCheck: false,
      noEmit: true,
    }
    const project = { compilerOptions, files: ['node-program.mts'] }
    writeFileSync(join(folder, 'tsconfig.node.json'), JSON.stringify(project))
    const tsc = join(root, 'node_modules/.bin/tsc')
    const { stdout } = await run(tsc, ['-p', 'tsconfig.node.json'], { cwd: folder }).catch((error) => error)
    expect(stdout).toBe('')
  },
  LIMIT_MS,
)
