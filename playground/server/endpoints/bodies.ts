// Endpoints with interesting bodies: formats to look at, content codings, up to a gigabyte of bytes, and bodies that
// come in pieces.
import { createCipheriv, createHash } from 'node:crypto'
import type { OutgoingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import zlib from 'node:zlib'
import { Refused, type Endpoint, type Exchange } from '../exchange.js'
import { samplePng } from './png.js'

// --- formats ---

const JSON_SAMPLE = {
  name: 'curl',
  since: 1998,
  released: '1998-03-20',
  protocols: ['http', 'https', 'ws', 'wss', 'ftp'],
  author: { name: 'Daniel Stenberg', email: null },
  everywhere: true,
  installations: 2e10,
  motto: 'client-side URL transfers — “groks those URLs” ☕',
}

const HTML_SAMPLE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>A sample page</title>
<style>
  :root { color-scheme: light dark }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 38rem; margin: 2rem auto; padding: 0 1rem }
  table { border-collapse: collapse }
  td, th { text-align: left; padding: .25rem 1rem .25rem 0; border-bottom: 1px solid #8885 }
</style>
<h1>A sample page</h1>
<p>It was sent by a server on this machine, and <em>came through a WebSocket</em>.</p>
<table>
  <tr><th>Protocol</th><th>Port</th></tr>
  <tr><td>http</td><td>80</td></tr>
  <tr><td>https</td><td>443</td></tr>
  <tr><td>ftp</td><td>21</td></tr>
</table>
</html>
`

const XML_SAMPLE = `<?xml version="1.0" encoding="UTF-8"?>
<protocols>
  <protocol name="http" port="80"/>
  <protocol name="https" port="443">HTTP over TLS</protocol>
  <!-- and many more -->
</protocols>
`

const SVG_SAMPLE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 120" role="img" aria-label="Two arcs and a line">
  <rect width="240" height="120" rx="12" fill="#0b2545"/>
  <g fill="none" stroke-width="8" stroke-linecap="round">
    <path d="M40 90a50 50 0 0 1 80-40" stroke="#8da9c4"/>
    <path d="M120 50a50 50 0 0 0 80 40" stroke="#eef4ed"/>
    <path d="M40 90h160" stroke="#13a89e" stroke-dasharray="1 16"/>
  </g>
</svg>
`

const ROBOTS = 'User-agent: *\nDisallow: /hostile\nDisallow: /hang\n'

// --- codings ---

/** Makes a Zstandard frame (RFC 8878) of raw blocks: valid, but not compressed, because Node 20 cannot do that. */
function zstdFrame(content: Buffer): Buffer {
  const [block, head] = [1 << 17, Buffer.alloc(9)]
  head.writeUInt32LE(0xfd2fb528)
  head[4] = 0xa0 // one segment, its size in four bytes
  head.writeUInt32LE(content.length, 5)
  const parts: Uint8Array[] = [head]
  for (let start = 0; start === 0 || start < content.length; start += block) {
    const data = content.subarray(start, start + block)
    const header = Buffer.alloc(3)
    header.writeUIntLE((data.length << 3) | (start + block >= content.length ? 1 : 0), 0, 3)
    parts.push(header, data)
  }
  return Buffer.concat(parts)
}

const CODINGS: Readonly<Record<string, (content: Buffer) => Buffer>> = {
  gzip: zlib.gzipSync,
  deflate: zlib.deflateSync,
  br: zlib.brotliCompressSync,
  zstd: zstdFrame,
}

function encoded(coding: string): Endpoint {
  const answer = (exchange: Exchange): void => {
    const accepted = exchange.request.headers['accept-encoding'] ?? null
    const value = { encoded: coding, accepted, text: 'the same words again and again, '.repeat(20).trim() }
    const content = Buffer.from(`${JSON.stringify(value, null, 2)}\n`)
    const headers = { 'content-encoding': coding, vary: 'accept-encoding' }
    exchange.send('application/json', CODINGS[coding]!(content), headers)
  }
  return { path: `/${coding}`, about: `JSON in ${coding}, whatever the client accepts: try --compressed`, answer }
}

// --- bytes ---

const MOST_BYTES = 1e9
/** Noise, which cannot be compressed, and is the same every time. */
const NOISE = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(1 << 20))
const PIECE = 1 << 16

function* noise(start: number, end: number): Generator<Uint8Array> {
  for (let at = start; at < end;) {
    const from = at % NOISE.length
    const piece = NOISE.subarray(from, Math.min(from + PIECE, from + end - at))
    yield piece
    at += piece.length
  }
}

/** The start and the end of the bytes in a Range header: all bytes if it is not understood, null if none are in it. */
function rangeOf(header: string | undefined, size: number): [number, number] | null {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || first + last === '') return [0, size]
  if (first !== '' && last !== '' && Number(last) < Number(first)) return [0, size]
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1)
  return start < end ? [start, end] : null
}

function bytes(exchange: Exchange): Promise<void> | void {
  const size = Math.floor(exchange.number('n', 0, MOST_BYTES))
  const { range, 'if-range': condition } = exchange.request.headers
  const etag = `"noise-${size}"`
  const usable = condition === undefined || condition === etag ? range : undefined
  const common = { 'accept-ranges': 'bytes', etag }
  const part = rangeOf(usable, size)
  if (size > 0 && !part)
    throw new Refused(416, 'the range has no bytes of the body', { ...common, 'content-range': `bytes */${size}` })
  const [start, end] = part ?? [0, 0]
  const whole = start === 0 && end === size
  const headers: OutgoingHttpHeaders = {
    ...common,
    'content-type': 'application/octet-stream',
    'content-length': end - start,
  }
  if (!whole) headers['content-range'] = `bytes ${start}-${end - 1}/${size}`
  return exchange.stream(Readable.from(noise(start, end), { objectMode: false }), headers, whole ? 200 : 206)
}

// --- in pieces ---

async function* lines(exchange: Exchange): AsyncGenerator<string> {
  const [n, ms] = [exchange.number('n', 0, 10_000), exchange.number('ms', 0, 10_000, 0)]
  for (let i = 0; i < n; i++) {
    if (i > 0 && ms > 0) await exchange.sleep(ms / 1000)
    yield `${JSON.stringify({ line: i, of: n, at: new Date().toISOString() })}\n`
  }
}

async function* events(exchange: Exchange): AsyncGenerator<string> {
  const [count, ms] = [exchange.number('count', 1, 1000, 10), exchange.number('ms', 10, 60_000, 1000)]
  const first = Number(exchange.request.headers['last-event-id'] ?? 0) || 0
  yield 'retry: 1000\n\n'
  for (let id = first + 1; id <= first + count; id++) {
    yield `id: ${id}\nevent: tick\ndata: ${JSON.stringify({ at: new Date().toISOString() })}\n\n`
    if (id < first + count) await exchange.sleep(ms / 1000)
  }
}

async function* pieces(exchange: Exchange): AsyncGenerator<string> {
  for (const word of ['each ', 'word ', 'is ', 'a ', 'chunk\n']) {
    yield word
    await exchange.sleep(0.1)
  }
}

function inPieces(type: string, content: (exchange: Exchange) => AsyncGenerator<string>): Endpoint['answer'] {
  return async (exchange) => {
    const rest = content(exchange)
    const first = await rest.next() // throws for wrong parameters, before the head is sent
    const all = (async function* () {
      if (!first.done) yield first.value
      yield* rest
    })()
    await exchange.stream(Readable.from(all), { 'content-type': type })
  }
}

function earlyHints(exchange: Exchange): void {
  const link = ['</style.css>; rel=preload; as=style', '</script.js>; rel=preload; as=script']
  exchange.response.writeEarlyHints({ link })
  exchange.text('A 103 came before this answer.\n', { link })
}

function trailers(exchange: Exchange): void {
  const body = 'The digest of this body follows it.\n'
  const response = exchange.head(200, { 'content-type': 'text/plain', trailer: 'content-digest, x-trailer' })
  response.write(body)
  const digest = createHash('sha256').update(body).digest('base64')
  response.addTrailers({ 'content-digest': `sha-256=:${digest}:`, 'x-trailer': 'the end' })
  response.end()
}

function largeHeaders(exchange: Exchange): void {
  const size = exchange.number('bytes', 0, 1 << 20, 1 << 16)
  const [line, headers] = [1000, {} as OutgoingHttpHeaders]
  for (let i = 0; i * line < size; i++) headers[`x-large-${i}`] = 'x'.repeat(Math.min(line, size - i * line))
  exchange.text(`${size} bytes of headers\n`, headers)
}

function fixed(path: string, type: string, about: string, content: () => string | Uint8Array): Endpoint {
  return { path, about, answer: (exchange) => exchange.send(type, content()) }
}

export const bodies: readonly Endpoint[] = [
  fixed('/json', 'application/json', 'a JSON document, on one line', () => JSON.stringify(JSON_SAMPLE)),
  fixed('/html', 'text/html; charset=utf-8', 'a page', () => HTML_SAMPLE),
  fixed('/xml', 'application/xml', 'an XML document', () => XML_SAMPLE),
  fixed('/svg', 'image/svg+xml', 'a drawing', () => SVG_SAMPLE),
  fixed('/png', 'image/png', 'a picture', samplePng),
  fixed('/robots.txt', 'text/plain', 'rules for robots', () => ROBOTS),
  ...Object.keys(CODINGS).map(encoded),
  {
    path: '/bytes/:n',
    sample: '/bytes/1000000',
    about: 'n bytes of noise, up to 1e9; answers ranges',
    answer: bytes,
  },
  {
    path: '/stream/:n',
    sample: '/stream/5?ms=500',
    about: 'n lines of JSON; ?ms=: a pause after each',
    answer: inPieces('application/x-ndjson', lines),
  },
  {
    path: '/sse',
    sample: '/sse?count=5',
    about: 'server-sent events',
    answer: inPieces('text/event-stream', events),
  },
  { path: '/chunked', about: 'a body in chunks', answer: inPieces('text/plain', pieces) },
  { path: '/trailers', about: 'headers after the body', answer: trailers },
  { path: '/early-hints', about: '103 before 200', answer: earlyHints },
  {
    path: '/large-headers',
    sample: '/large-headers?bytes=65536',
    about: 'a head of that many bytes',
    answer: largeHeaders,
  },
]
