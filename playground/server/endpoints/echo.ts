// Endpoints that answer with what they have received: method, headers in order, form, files, TLS. They keep nothing.
import type { TLSSocket } from 'node:tls'
import { grouped, type Body, type Endpoint, type Exchange } from '../exchange.js'

/** The text of an uploaded file is shown up to this size, in bytes. */
const SHOWN = 4096

interface FileInfo {
  filename: string
  type: string
  size: number
  text?: string
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

function protocolOf({ request }: Exchange): string {
  return request.httpVersionMajor === 2 ? 'HTTP/2' : `HTTP/${request.httpVersion}`
}

/** What is known about the connection: the client's address and TLS. */
function connectionOf({ request, overTls }: Exchange): Record<string, unknown> {
  const socket = request.socket as TLSSocket
  const client = `${socket.remoteAddress}:${socket.remotePort}`
  if (!overTls) return { client, tls: null }
  const cipher = socket.getCipher()
  const tls = {
    version: socket.getProtocol(),
    cipher: cipher.standardName ?? cipher.name,
    alpn: socket.alpnProtocol || null,
    serverName: (socket as TLSSocket & { servername?: string | false }).servername || null,
    resumed: socket.isSessionReused(),
  }
  return { client, tls }
}

async function formOf(kept: Buffer, type: string) {
  const form = [] as [string, string][]
  const files = [] as [string, FileInfo][]
  // undici, in Node, parses both kinds of forms
  const response = new Response(new Uint8Array(kept), { headers: { 'content-type': type } })
  for (const [name, value] of await response.formData()) {
    if (typeof value === 'string') form.push([name, value])
    else files.push([name, await fileInfo(value)])
  }
  return { form: grouped(form), files: grouped(files) }
}

async function fileInfo(file: File): Promise<FileInfo> {
  const text = file.size <= SHOWN ? textOf(new Uint8Array(await file.arrayBuffer())) : null
  return { filename: file.name, type: file.type, size: file.size, ...(text === null ? {} : { text }) }
}

async function contentOf({ kept }: Body, type: string): Promise<Record<string, unknown>> {
  if (!kept) return { data: null }
  if (/^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(type)) {
    try {
      return await formOf(kept, type)
    } catch {
      // it is not such a form, whatever its type says: show it as data
    }
  }
  const data = textOf(kept) ?? `data:application/octet-stream;base64,${kept.toString('base64')}`
  try {
    return { data, json: JSON.parse(data) as unknown }
  } catch {
    return { data }
  }
}

async function echo(exchange: Exchange): Promise<void> {
  const { request, method, overTls, authority, url } = exchange
  const body = await exchange.body()
  const type = request.headers['content-type'] ?? ''
  const sent = body.size > 0 ? { size: body.size, sha256: body.sha256, ...(await contentOf(body, type)) } : {}
  exchange.json({
    method,
    url: `${overTls ? 'https' : 'http'}://${authority}${request.url}`,
    protocol: protocolOf(exchange),
    args: grouped(url.searchParams),
    headers: grouped(exchange.headers),
    ...sent,
    ...connectionOf(exchange),
  })
}

async function upload(exchange: Exchange): Promise<void> {
  const start = performance.now()
  const { size, sha256 } = await exchange.body()
  const seconds = (performance.now() - start) / 1000
  exchange.json({ size, sha256, seconds: Number(seconds.toFixed(3)) }, {}, exchange.method === 'PUT' ? 201 : 200)
}

export const echoes: readonly Endpoint[] = [
  { path: '/get', sample: '/get?name=value', about: 'what you have sent', answer: echo },
  { path: '/post', about: 'what you have posted: form, files, JSON', methods: ['POST'], answer: echo },
  { path: '/put', about: 'what you have put', methods: ['PUT'], answer: echo },
  { path: '/patch', about: 'what you have patched', methods: ['PATCH'], answer: echo },
  { path: '/delete', about: 'what you have sent to delete', methods: ['DELETE'], answer: echo },
  { path: '/anything', about: 'the same for any method', methods: 'any', answer: echo },
  {
    path: '/anything/*',
    sample: '/anything/and/below',
    about: 'the same for any path below',
    methods: 'any',
    answer: echo,
  },
  {
    path: '/headers',
    about: 'the headers as they came, line by line',
    answer: (exchange) => exchange.text(exchange.headers.map(([name, value]) => `${name}: ${value}\n`).join('')),
  },
  {
    path: '/tls',
    about: 'the connection: TLS version, cipher, ALPN, resumption',
    answer: (exchange) => exchange.json({ protocol: protocolOf(exchange), ...connectionOf(exchange) }),
  },
  {
    path: '/upload',
    about: 'size and SHA-256 of a body of any length',
    methods: ['POST', 'PUT'],
    answer: upload,
  },
]
