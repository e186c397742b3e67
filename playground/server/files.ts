// The files of a folder, as a static host would serve them: types, ETags and 304, brotli; no listings. A file is read when
// it is asked for and kept until it changes, so that a new build needs no new start.
import { readFile, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.pem': 'application/x-pem-file',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}
/** What is compressed already. */
const DENSE = new Set(['.png', '.webp', '.woff2'])
/** Bytes below which it does not pay. */
const SMALL = 1024
/** 3.2 MB of wasm become 1.29 MB in 0.2 s; quality 9 takes 0.7 s for 1.27 MB. */
const QUALITY = 5

const compress = promisify(brotliCompress)

interface File {
  body: Buffer
  /** Null where it does not pay. Made when it is first wanted. */
  brotli: () => Promise<Buffer | null>
  etag: string
  type: string
}

export class StaticFiles {
  readonly #cache = new Map<string, File>()

  constructor(readonly folder: string) {}

  /** Returns false if there is no such file. */
  async answer(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<boolean> {
    const path = safePath(pathname.endsWith('/') ? `${pathname}index.html` : pathname)
    const file = path === null ? null : await this.#load(join(this.folder, path))
    if (!file) return false
    const accepted = /\bbr\b/.test(String(request.headers['accept-encoding'] ?? ''))
    const brotli = accepted ? await file.brotli() : null
    // the coding is a part of what the tag is for
    const etag = brotli ? file.etag.replace(/"$/, '-br"') : file.etag
    response.setHeader('etag', etag)
    response.setHeader('vary', 'accept-encoding')
    // what Vite has put a hash into the name of never changes
    response.setHeader('cache-control', /^\/assets\//.test(pathname) ? 'max-age=31536000, immutable' : 'no-cache')
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304).end()
      return true
    }
    if (brotli) response.setHeader('content-encoding', 'br')
    const body = brotli ?? file.body
    response.writeHead(200, { 'content-type': file.type, 'content-length': body.length }).end(body)
    return true
  }

  async #load(path: string): Promise<File | null> {
    try {
      const { mtimeMs, size } = await stat(path)
      const etag = `"${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}"`
      const known = this.#cache.get(path)
      if (known?.etag === etag) return known
      const file = fileOf(await readFile(path), extname(path), etag)
      this.#cache.set(path, file)
      return file
    } catch {
      return null // none, a folder, or one that a build is just replacing
    }
  }
}

function fileOf(body: Buffer, extension: string, etag: string): File {
  const pays = body.length >= SMALL && !DENSE.has(extension)
  const params = { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: body.length }
  let made: Promise<Buffer> | null = null
  const brotli = async (): Promise<Buffer | null> => (pays ? (made ??= compress(body, { params })) : null)
  return { body, brotli, etag, type: TYPES[extension] ?? 'application/octet-stream' }
}

/** The path below a folder that a URL's path stands for; null if it stands for nothing there. */
function safePath(pathname: string): string | null {
  try {
    const path = decodeURIComponent(pathname)
    const plain = normalize(path) === path && !/[\\\0]|\/\./.test(path)
    return plain && path.startsWith('/') ? path : null
  } catch {
    return null
  }
}
