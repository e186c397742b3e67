// Compressed responses, which ACCEPT_ENCODING asks for and undoes: gzip, deflate, brotli and zstd.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import zlib from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { httpServer } from '../servers/listening.js'
import { nginx } from '../servers/nginx.js'
import { get } from './client.js'

const text = Array.from({ length: 5000 }, (_, i) => `line ${i} of the text\n`).join('')

/** A zstd frame (RFC 8878) with its content in raw blocks, which need no compressor. */
function zstdFrame(content: Buffer): Buffer {
  const BLOCK = 100_000
  const head = Buffer.alloc(9)
  head.writeUInt32LE(0xfd2fb528, 0)
  head.writeUInt8(0xa0, 4) // one segment, its size in four bytes
  head.writeUInt32LE(content.length, 5)
  const parts: Buffer[] = [head]
  for (let at = 0; at < content.length; at += BLOCK) {
    const block = content.subarray(at, at + BLOCK)
    const last = at + BLOCK >= content.length ? 1 : 0
    const blockHead = Buffer.alloc(3)
    blockHead.writeUIntLE((block.length << 3) | last, 0, 3)
    parts.push(blockHead, block)
  }
  return Buffer.concat(parts)
}

const plain = Buffer.from(text)
const encoded: Record<string, [name: string, body: Buffer]> = {
  '/gzip': ['gzip', zlib.gzipSync(plain)],
  '/br': ['br', zlib.brotliCompressSync(plain)],
  '/deflate': ['deflate', zlib.deflateSync(plain)],
  '/raw-deflate': ['deflate', zlib.deflateRawSync(plain)],
  '/zstd': ['zstd', zstdFrame(plain)],
  '/twice': ['gzip, br', zlib.brotliCompressSync(zlib.gzipSync(plain))],
  '/broken': ['gzip', Buffer.from('this is not gzip')],
}
let asked: string | undefined
const server = await httpServer((request, response) => {
  asked = request.headers['accept-encoding']
  const [name, body] = encoded[request.url!]!
  response.writeHead(200, { 'content-encoding': name, 'content-length': body.length }).end(body)
})
const web = await nginx()
writeFileSync(join(web.www, 'long.txt'), text)
afterAll(() => Promise.all([server.close(), web.close()]))

test.each(['/gzip', '/br', '/deflate', '/raw-deflate', '/zstd', '/twice'])('%s is decoded', async (path) => {
  const done = await get(server.url + path, { ACCEPT_ENCODING: '' })
  expect(done.error).toBeUndefined()
  expect(done.body.toString()).toBe(text)
})

test("ACCEPT_ENCODING '' asks for all that is built in", async () => {
  await get(`${server.url}/gzip`, { ACCEPT_ENCODING: '' })
  expect(asked).toBe('deflate, gzip, br, zstd')
})

test('without ACCEPT_ENCODING nothing is asked for and nothing decoded', async () => {
  const done = await get(`${server.url}/gzip`)
  expect(asked).toBeUndefined()
  expect(zlib.gunzipSync(done.body).toString()).toBe(text)
})

test('a body that is not what its encoding says is an error', async () => {
  const done = await get(`${server.url}/broken`, { ACCEPT_ENCODING: '' })
  expect(done.error?.code).toBe('CURLE_BAD_CONTENT_ENCODING')
})

test('nginx: gzip on the fly', async () => {
  const done = await get(`${web.http}/long.txt`, { ACCEPT_ENCODING: 'gzip' })
  expect(done.easy.header('content-encoding')?.value).toBe('gzip')
  expect(done.body.toString()).toBe(text)
  expect(done.easy.getinfo('SIZE_DOWNLOAD_T')).toBeLessThan(plain.length)
})
