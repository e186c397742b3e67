// Serves the files of a folder, as a static host would: with types, ETags and 304, and brotli, but without listings. A
// file is read when it is first requested, and again when it has changed, so that a new build needs no restart.
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
/** Files that are compressed already. */
const DENSE = new Set(['.png', '.webp', '.woff2'])
/** Files with fewer bytes are not compressed. */
const SMALL = 1024
/** The quality of brotli: it makes 3.2 MB of wasm 1.29 MB in 0.2 s. Quality 9 takes 0.7 s for 1.27 MB. */
const QUALITY = 5

const compress = promisify(brotliCompress)

interface File {
  body: Buffer
  /** The compressed body, made at the first call. Null for a file that is not worth compressing. */
  brotli: () => Promise<Buffer | null>
  etag: string
  type: string
}

export class StaticFiles {
  readonly #cache = new Map<string, File>()

  constructor(readonly folder: string) {}

  /** Answers with a file. Returns false, without an answer, if there is no such file. */
  async answer(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<boolean> {
    const path = safePath(pathname.endsWith('/') ? `${pathname}index.html` : pathname)
    const file = path === null ? null : await this.#load(join(this.folder, path))
    if (!file) return false
    const accepted = /\bbr\b/.test(String(request.headers['accept-encoding'] ?? ''))
    const brotli = accepted ? await file.brotli() : null
    // the tag is for the bytes as they are sent, so each coding has its own
    const etag = brotli ? file.etag.replace(/"$/, '-br"') : file.etag
    response.setHeader('etag', etag)
    response.setHeader('vary', 'accept-encoding')
    // Vite puts a hash into these names, so the files never change
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
      return null // not there, a folder, or being replaced by a build
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

/** The path of a file for a URL's path. Null if it could lead out of the folder, or to hidden files. */
function safePath(pathname: string): string | null {
  try {
    const path = decodeURIComponent(pathname)
    const plain = normalize(path) === path && !/[\\\0]|\/\./.test(path)
    return plain && path.startsWith('/') ? path : null
  } catch {
    return null
  }
}
