// Servers for the tests of responses: one that answers with every kind of head and body, and one that sends any bytes.
import type { Socket } from 'node:net'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { afterAll } from 'vitest'
import { rawServer } from '../servers/faults.js'
import { httpServer } from '../servers/listening.js'

export const content = Buffer.from('some text, some text, some text, '.repeat(1000))

/** A frame of zstd with one raw block. */
function zstd(data: Buffer): Buffer {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0, 0, 0, 0])
  head.writeUInt32LE(data.length, 5)
  head.writeUIntLE((data.length << 3) | 1, 9, 3)
  return Buffer.concat([head, data])
}

export const ENCODED: Record<string, Buffer> = {
  gzip: gzipSync(content),
  'x-gzip': gzipSync(content),
  deflate: deflateSync(content),
  br: brotliCompressSync(content),
  'gzip, br': brotliCompressSync(gzipSync(content)),
  identity: content,
}

const server = await httpServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url!, 'http://host')
  const encoding = searchParams.get('encoding')
  if (pathname === '/encoded') {
    const body = encoding === 'zstd' ? zstd(content) : encoding === 'raw' ? deflateRawSync(content) : ENCODED[encoding!]
    const sent = searchParams.has('bad') ? Buffer.from('this is not encoded') : (body ?? content)
    const coding = encoding === 'raw' ? 'deflate' : encoding!
    return void response.writeHead(200, { 'content-encoding': coding, 'content-length': sent.length }).end(sent)
  }
  if (pathname.startsWith('/status/')) {
    const status = Number(pathname.slice('/status/'.length))
    return void response
      .writeHead(status, 'Some Text', { 'x-a': 'b', etag: '"x"' })
      .end(status === 204 ? undefined : 'text')
  }
  if (pathname.startsWith('/headers')) {
    response.setHeader('Set-Cookie', ['a=1', 'b=2'])
    response.setHeader('X-Twice', ['one', 'two'])
    response.setHeader('X-Latin', 'caf\xe9')
    response.setHeader('X-Empty', '')
    return void response.writeHead(200, pathname === '/headers' ? 'OK' : 'Fin\xe9').end(Buffer.from('x'))
  }
  if (pathname === '/empty') return void response.end()
  if (pathname === '/early') {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' })
    response.writeProcessing()
    return void response.end('late')
  }
  if (pathname === '/trailers') {
    response.writeHead(200, { trailer: 'x-sum' })
    response.write('body')
    response.addTrailers({ 'X-Sum': '42', 'X-Latin': 'caf\xe9' })
    return void response.end()
  }
  if (pathname === '/json') return void response.setHeader('content-type', 'application/json').end('{"a": [1, "ü"]}')
  if (pathname === '/form')
    return void response.setHeader('content-type', 'application/x-www-form-urlencoded').end('a=b&c=d')
  response.end(request.method)
})
afterAll(() => server.close())
export const at = (path: string): string => server.url + path

/** A server that answers with these bytes, and then calls a function. */
export async function answering(text: string | Buffer, then: (socket: Socket) => void = (socket) => socket.end()) {
  return rawServer((socket) => socket.write(text, 'latin1', () => then(socket)))
}
