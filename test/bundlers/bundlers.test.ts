// The package with common bundlers: each example in this folder is built as a user would, with the package that npm has
// installed here, and then runs in Chromium or as a program.
import { execFile, spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Browser } from 'puppeteer-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contentServer } from '../behaviours/runtimes.js'
import { launch } from '../browser/browsers.js'
import { testRelay } from '../relay/relays.js'
import { freePort, httpServer } from '../servers/listening.js'
import { scratch } from '../servers/scratch.js'

const here = fileURLToPath(new URL('.', import.meta.url))
const bundler = (name: string): string => join(here, 'node_modules/.bin', name)
const runtime = (name: string): string => join(here, '../runtimes/node_modules/.bin', name)
const LIMIT_MS = 120_000

const origin = await httpServer((_request, response) => void response.end('loaded'))
const relay = await testRelay()
const query = `?${new URLSearchParams({ relay: `${relay.url}/`, url: origin.url })}`
const built = scratch()
let browser: Browser
beforeAll(async () => {
  browser = await launch('Chromium')
})
afterAll(async () => {
  await browser?.close()
  await origin.close()
})

/** Runs a bundler in the folder of its example. */
async function build(example: string, program: string, ...args: string[]): Promise<string> {
  const into = join(built, example)
  mkdirSync(into, { recursive: true })
  const given = args.map((arg) => arg.replace('$into', into))
  await promisify(execFile)(program, given, { cwd: join(here, example), env: { ...process.env, NO_COLOR: '1' } })
  return into
}

/** Loads a page, and returns what it finally shows. */
async function shown(url: string): Promise<string> {
  const page = await browser.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(url)
  await page.waitForFunction(() => document.body.textContent!.trim() !== '', { timeout: LIMIT_MS / 4 }).catch(() => {})
  const text = await page.evaluate(() => document.body.textContent!.trim())
  await page.close()
  return text || `nothing: ${complaints.join(' ')}`
}

const files = (folder: string): string[] => readdirSync(folder, { recursive: true }).map(String)
const code = (folder: string): string =>
  files(folder)
    .filter((file) => file.endsWith('.js'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n')

test.each<[bundler: string, program: string, args: string[], assets: boolean]>([
  ['vite', bundler('vite'), ['build', '--emptyOutDir', '--outDir', '$into'], true],
  ['webpack', bundler('webpack'), ['--mode', 'production', '--entry', './main.js', '-o', '$into'], true],
  [
    'parcel',
    bundler('parcel'),
    ['build', 'index.html', '--no-cache', '--cache-dir', '$into.cache', '--dist-dir', '$into'],
    true,
  ],
  ['esbuild', bundler('esbuild'), ['main.js', '--bundle', '--format=esm', '--outdir=$into'], false],
  ['rollup', bundler('rollup'), ['-c', '-d', '$into'], false],
  ['bun', runtime('bun'), ['build', 'main.js', '--target', 'browser', '--outdir', '$into'], false],
])(
  'a page built by %s',
  async (name, program, args, assets) => {
    const folder = await build(name, program, ...args)
    // the tool's module, which no example imports, is not in the output
    expect(files(folder).filter((file) => file.endsWith('.wasm'))).toHaveLength(assets ? 1 : 0)
    // neither is what the page does not import: these are messages of Session and WebSocketStream
    const built = code(folder)
    const messages = ['the session is closed', 'a WebSocketStream needs a URL']
    expect(messages.filter((message) => built.includes(message))).toEqual([])
    expect(built.includes('is not a method that fetch can send')).toBe(true)
    const content = await contentServer(folder)
    try {
      // for some bundlers the page is the entry, for others it is next to the output
      const page = join(folder, 'index.html')
      if (!existsSync(page)) copyFileSync(join(here, name, 'index.html'), page)
      expect(await shown(`${content.url}/index.html${query}`)).toBe('loaded')
    } finally {
      await content.close()
    }
  },
  LIMIT_MS,
)

test(
  "a page of vite's server for development",
  async () => {
    const port = await freePort()
    const args = ['--host', '127.0.0.1', '--port', String(port), '--strictPort', '--force']
    const server = spawn(bundler('vite'), args, { cwd: join(here, 'vite'), stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      await new Promise((resolve) =>
        server.stdout.on('data', (text) => String(text).includes('ready in') && resolve(text)),
      )
      expect(await shown(`http://127.0.0.1:${port}/${query}`)).toBe('loaded')
    } finally {
      server.kill()
    }
  },
  LIMIT_MS,
)

test(
  'a program of one file by bun build --compile',
  async () => {
    const folder = await build('bun', runtime('bun'), 'build', 'program.js', '--compile', '--outfile', '$into/program')
    const { stdout } = await promisify(execFile)(join(folder, 'program'), [origin.url], { cwd: folder })
    expect(stdout).toBe('loaded\n')
  },
  LIMIT_MS,
)

test(
  'a program by deno bundle, which may do no more than use the network',
  async () => {
    const folder = await build('deno', runtime('deno'), 'bundle', 'program.js', '-o', '$into/program.js')
    const args = ['run', '--no-prompt', '--allow-net', 'program.js', origin.url]
    const { stdout } = await promisify(execFile)(runtime('deno'), args, { cwd: folder })
    expect(stdout).toBe('loaded\n')
  },
  LIMIT_MS,
)

test('what is not used is not in a bundle', async () => {
  const program = join(built, 'unused.js')
  const imports = `import { fetch, Easy } from 'libcurl-wasm'`
  const child = promisify(execFile)(bundler('esbuild'), ['--bundle', '--format=esm', `--outfile=${program}`], {
    cwd: here,
  })
  child.child.stdin!.end(imports)
  await child
  const { stdout } = await promisify(execFile)('wc', ['-c', program])
  expect(parseInt(stdout)).toBeLessThan(100)
})
