// Servers for the tests of the page: a static host that has only its files, and whose responses a test can hold back,
// and a server for curl that counts hanging requests.
import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { httpServer, type Listening } from '../../servers/listening.js'

/** The page as `make test` builds it. */
export const SITE = fileURLToPath(new URL('../../../dist/playground/site/', import.meta.url))

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.pem': 'application/x-pem-file',
}

export interface StaticHost extends Listening {
  /** Paths below the base that were requested, in order. */
  asked: string[]
  /** Answers instead of the host. Returns false to let the host answer. */
  instead: (path: string, body: Buffer, response: ServerResponse) => boolean
}

/** Serves the files below `base` ('/some/base/') with only their types as headers, except the files in `without`. */
export async function staticHost(base: string, without: readonly string[] = []): Promise<StaticHost> {
  const asked: string[] = []
  const host = {} as StaticHost
  const listening = await httpServer(async (request, response) => {
    const path = request.url!.split('?')[0]!
    const name = path.slice(base.length) || 'index.html'
    const missing = (): void => void response.writeHead(404, { 'content-type': 'text/plain' }).end('none\n')
    if (!path.startsWith(base) || without.includes(name)) return missing()
    asked.push(name)
    try {
      const body = await readFile(SITE + name)
      response.setHeader('content-type', TYPES[extname(name)] ?? 'application/octet-stream')
      response.setHeader('content-length', body.length)
      if (!host.instead(name, body, response)) response.end(body)
    } catch {
      missing()
    }
  })
  // its properties are getters
  return Object.assign(host, {
    ...listening,
    url: listening.url.replace('127.0.0.1', 'localhost') + base,
    asked,
    instead: () => false,
  })
}

export interface Away extends Listening {
  /** How many requests of /hang are waiting. */
  readonly hanging: number
  /** Answers all requests of /late. */
  release(): void
}

const LINE = `${'a line of text, and another one; '.repeat(3)}\n`
const MB = 1 << 20

/**
 * A server for curl: /hang never answers, /late does after release(), /text?N has N MB of lines, /json?N a document of
 * N MB.
 */
export async function away(): Promise<Away> {
  let hanging = 0
  const late = new Set<ServerResponse>()
  const listening = await httpServer((request, response) => {
    const [path, count] = request.url!.split('?')
    if (path === '/hang' || path === '/late') {
      hanging++
      response.on('close', () => hanging--)
      if (path === '/late') late.add(response)
      return
    }
    const size = Number(count) * MB
    if (path === '/json') {
      response.setHeader('content-type', 'application/json')
      const item = `{"n": [1, 2.5, null], "text": "${'words '.repeat(10)}"},`
      return void response.end(`[${item.repeat(Math.floor(size / item.length))}{}]`)
    }
    response.setHeader('content-type', 'text/plain')
    response.end(LINE.repeat(Math.ceil(size / LINE.length)).slice(0, size))
  })
  return {
    ...listening,
    get hanging() {
      return hanging
    },
    release() {
      for (const response of late) response.end('late\n')
      late.clear()
    },
  }
}
