// A static site with the built package and a strict policy: it allows only scripts from itself, and WebAssembly, and
// only connections to itself and to the relay. Every response has the policy, because a Worker's policy is that of its
// script.
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { httpServer, type Listening } from '../servers/listening.js'

const root = new URL('../../', import.meta.url)
const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.pem': 'application/x-pem-file',
}

const POLICY =
  `default-src 'none'; img-src data:; connect-src 'self' ws://127.0.0.1:*; worker-src 'self'; ` +
  `script-src 'self' 'wasm-unsafe-eval'`

const PAGE =
  '<!doctype html><title>test</title><link rel="icon" href="data:,">' +
  '<script type="module" src="/test/browser/page.js"></script>'

export function staticSite(): Promise<Listening> {
  return httpServer(async (request, response) => {
    const path = request.url!.split('?')[0]!
    response.setHeader('content-security-policy', POLICY)
    if (path === '/') {
      response.setHeader('content-type', 'text/html')
      return void response.end(PAGE)
    }
    try {
      const body = await readFile(new URL(`.${path}`, root))
      response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream')
      response.end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
}
