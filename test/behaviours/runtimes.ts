// Runs behaviours.js on each runtime: in a process, in workerd for a request, and in a page of a browser. All of them
// use the package that npm has installed in test/runtimes/.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { launch, type BrowserName } from '../browser/browsers.js'
import { httpServer, type Listening } from '../servers/listening.js'
import { behaviours } from './behaviours.js'
import type { At } from './servers.js'

/** For each behaviour what went wrong, or null. */
export type Outcomes = Record<string, string | null>

export interface Runtime {
  name: string
  /** Runtimes of one family share a column if they do the same. */
  family: string
  outcomes(at: At): Promise<Outcomes>
}

export const folder = fileURLToPath(new URL('../runtimes/', import.meta.url))
const modules = join(folder, 'node_modules')
const installed = join(modules, 'libcurl-wasm')

/** Deno with permission only for the network and the files of the package. */
export const DENO = '.bin/deno run --no-prompt --allow-net --allow-read=node_modules/libcurl-wasm'

/** The addresses for a runtime with sockets, which uses no relay. */
const direct = (at: At): At => ({ ...at, relay: null })

/** The outcomes of process.mjs in a process: of all behaviours, or of those in `names`. */
export async function inProcess(at: At, command: string, args: string[], names?: string[]): Promise<Outcomes> {
  const [program, ...options] = command.split(' ')
  const env = { ...process.env, LIBCURL_WASM_BEHAVIOURS: `${at.http}/secret` }
  const child = spawn(join(modules, program!), [...options, 'process.mjs', ...args], { cwd: folder, env })
  child.stdin.on('error', () => {}).end(JSON.stringify({ at, names }))
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  if (status !== 0 || err !== '') throw new Error(`${command} ends with ${status}: ${err}`)
  return JSON.parse(out) as Outcomes
}

const processes = (name: string, family: string, command: string): Runtime => ({
  name,
  family,
  outcomes: (at) => inProcess(direct(at), command, []),
})

export interface Workerd {
  url: string
  close(): void
}

/**
 * Starts workerd with a Worker, bundled by esbuild as Cloudflare's tools do: WebAssembly modules stay files. `flags` are
 * V8's.
 */
export async function startWorkerd(worker: string, into: string, flags: string[] = []): Promise<Workerd> {
  const conditions = '--conditions=workerd,worker,browser'
  const kept = ['--external:cloudflare:sockets', '--loader:.wasm=copy', '--asset-names=[name]']
  const bundled = ['--bundle', '--format=esm', '--log-level=error', `--outfile=${join(into, 'worker.js')}`]
  await promisify(execFile)(join(modules, '.bin/esbuild'), [join(folder, worker), conditions, ...kept, ...bundled])
  const wasm = (await readdir(into)).filter((file) => file.endsWith('.wasm'))
  await writeFile(join(into, 'config.capnp'), configuration(wasm, flags))
  const args = ['serve', join(into, 'config.capnp'), '--control-fd=3']
  const child = spawn(join(modules, '.bin/workerd'), args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
  let complaints = ''
  child.stderr!.on('data', (chunk) => (complaints += chunk))
  const listening = once(child.stdio[3] as Readable, 'data').then(([line]) => JSON.parse(String(line)))
  const { port } = await Promise.race([
    listening,
    once(child, 'exit').then(() => Promise.reject(new Error(`workerd does not start: ${complaints}`))),
  ])
  return { url: `http://127.0.0.1:${port}/`, close: () => void child.kill() }
}

const configuration = (wasm: string[], flags: string[]): string => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main), (name = "internet", network = (allow = ["public", "private"]))],
  v8Flags = ${JSON.stringify(flags)},
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    ${wasm.map((file) => `(name = "${file}", wasm = embed "${file}"),`).join('\n    ')}
  ],
  compatibilityDate = "2026-01-01",
);
`

/** Runs each behaviour in a request of its own, because in workerd everything belongs to a request. */
function workerd(): Runtime {
  return {
    name: 'workerd',
    family: 'workerd',
    async outcomes(at) {
      const running = await startWorkerd('worker.js', at.folder)
      try {
        let all: Outcomes = {}
        for (const name of Object.keys(behaviours)) {
          const body = JSON.stringify({ at: direct(at), names: [name] })
          const response = await fetch(running.url, { method: 'POST', body })
          all = { ...all, ...((await response.json()) as Outcomes) }
        }
        return all
      } finally {
        running.close()
      }
    },
  }
}

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.html': 'text/html' }

/** A file server like a CDN: for all origins, and without a content type for WebAssembly. */
export function contentServer(root: string): Promise<Listening> {
  return httpServer(async (request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost')
    const content = await readFile(join(root, pathname)).catch(() => null)
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('content-type', TYPES[extname(pathname)] ?? 'application/octet-stream')
    response.writeHead(content ? 200 : 404).end(content)
  })
}

/** A page with only a script, which loads the package from another host. */
const page = (content: string): string => `<!doctype html><title>behaviours</title><link rel="icon" href="data:,">
  <script type="module">
    import * as curl from '${content}/dist/js/browser.js'
    import * as tool from '${content}/dist/js/tool-browser.js'
    import { tell } from '/behaviours.js'
    globalThis.outcomes = (at) => tell(curl, tool, at)
  </script>`

function pages(name: BrowserName): Runtime {
  return {
    name,
    family: 'a page',
    async outcomes(at) {
      const content = await contentServer(installed)
      const site = await httpServer(async (request, response) => {
        const isScript = request.url === '/behaviours.js'
        response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
        response.end(isScript ? await readFile(new URL('./behaviours.js', import.meta.url)) : page(content.url))
      })
      const browser = await launch(name)
      try {
        const tab = await browser.newPage()
        const complaints: string[] = []
        tab.on('pageerror', (error) => complaints.push(String(error)))
        await tab.goto(site.url)
        if (complaints.length > 0) throw new Error(complaints.join('\n'))
        return await tab.evaluate(
          (at) => (globalThis as unknown as { outcomes(at: At): Promise<Outcomes> }).outcomes(at),
          at,
        )
      } finally {
        await browser.close()
        await Promise.all([site.close(), content.close()])
      }
    },
  }
}

export const runtimes: Runtime[] = [
  processes('Node 20', 'Node', 'node-20/bin/node'),
  processes('Node 22', 'Node', 'node-22/bin/node'),
  processes('Node 24', 'Node', 'node-24/bin/node'),
  processes('Bun', 'Bun', '.bin/bun'),
  processes('Deno', 'Deno', DENO),
  workerd(),
  pages('Chromium'),
  pages('Firefox'),
]
