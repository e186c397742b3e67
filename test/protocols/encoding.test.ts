// Compressed responses, which ACCEPT_ENCODING asks for and decodes: gzip, deflate, brotli and zstd.
import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import net from 'node:net'
import { join } from 'node:path'
import zlib from 'node:zlib'
import { CURLPAUSE_CONT, CURL_WRITEFUNC_PAUSE, type CurlError, type Easy } from 'libcurl-wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { BOMBS, BOMB_SIZE } from '../servers/bombs.js'
import { counts } from '../servers/counts.js'
import { httpServer, listen } from '../servers/listening.js'
import { nginx } from '../servers/nginx.js'
import { get, newEasy } from './client.js'

const MB = 1024 * 1024

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
/** Special responses by path. */
const sent: Record<string, (response: ServerResponse) => void> = {}
let asked: string | undefined
const server = await httpServer((request, response) => {
  asked = request.headers['accept-encoding']
  const path = request.url!
  if (sent[path]) return sent[path](response)
  const [name, body] = encoded[path]!
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

test("ACCEPT_ENCODING '' asks for all encodings that are built in", async () => {
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

/** A WRITEFUNCTION that pauses before each chunk, and takes it in a later turn of the event loop. */
function pausing(easy: Easy, take: (chunk: Uint8Array) => void): (chunk: Uint8Array) => number | void {
  let goesOn = false
  return (chunk) => {
    if (goesOn) {
      goesOn = false
      return take(chunk)
    }
    setImmediate(() => {
      goesOn = true
      easy.pause(CURLPAUSE_CONT)
    })
    return CURL_WRITEFUNC_PAUSE
  }
}

/** Gets a body while the application pauses all the time. */
async function getPausing(url: string, options = {}): Promise<{ body: Buffer; error: CurlError | undefined }> {
  const chunks: Uint8Array[] = []
  const easy = newEasy()
  const WRITEFUNCTION = pausing(easy, (chunk) => void chunks.push(chunk))
  const { error } = await get(url, { ACCEPT_ENCODING: '', WRITEFUNCTION, ...options }, easy)
  return { body: Buffer.concat(chunks), error }
}

describe('an application that pauses', () => {
  // br has a window of 16 MB here, zstd one of 1 MB
  test.each([
    ['gzip', 1],
    ['deflate', 1],
    ['br', 20],
    ['zstd', 2],
  ])('gets 96 MB of zeros of %s, which take less than %i MB meanwhile', async (coding, megabytes) => {
    encoded['/bomb'] = [coding, BOMBS[coding]!]
    const easy = newEasy()
    const before = counts().memory
    let [received, most, zeros] = [0, 0, true]
    const WRITEFUNCTION = pausing(easy, (chunk) => {
      received += chunk.length
      zeros &&= chunk.every((byte) => byte === 0)
      most = Math.max(most, counts().memory - before)
    })
    const { error } = await get(`${server.url}/bomb`, { ACCEPT_ENCODING: '', WRITEFUNCTION }, easy)
    expect(error).toBeUndefined()
    expect([received, zeros]).toEqual([BOMB_SIZE, true])
    expect(most).toBeLessThan(megabytes * MB)
  })

  test('can go on and pause again any number of times without taking data', async () => {
    encoded['/bomb'] = ['br', BOMBS.br!]
    const easy = newEasy()
    const before = counts().memory
    let [refusals, received] = [0, 0]
    const refuse = (): void => {
      while (refusals < 10_000 && received === 0) easy.pause(CURLPAUSE_CONT)
    }
    const WRITEFUNCTION = (chunk: Uint8Array): number | void => {
      if (refusals === 10_000) return void (received += chunk.length)
      if (refusals++ === 0) setImmediate(refuse)
      if (refusals === 10_000) expect(counts().memory - before).toBeLessThan(20 * MB)
      return CURL_WRITEFUNC_PAUSE
    }
    const done = get(`${server.url}/bomb`, { ACCEPT_ENCODING: '', WRITEFUNCTION }, easy)
    await expect.poll(() => refusals).toBe(10_000)
    easy.pause(CURLPAUSE_CONT)
    expect((await done).error).toBeUndefined()
    expect(received).toBe(BOMB_SIZE)
  })

  test.each(['/gzip', '/br', '/deflate', '/raw-deflate', '/zstd', '/twice'])('gets the body of %s', async (path) => {
    const { body, error } = await getPausing(server.url + path)
    expect(error).toBeUndefined()
    expect(body.toString()).toBe(text)
  })

  test('gets a body that is half zeros and half random, with one coding or several', async () => {
    const content = Buffer.concat(Array.from({ length: 40 }, () => [Buffer.alloc(50_000), randomBytes(5000)]).flat())
    const { gzipSync, brotliCompressSync, deflateRawSync } = zlib
    const bodies: Record<string, Buffer> = {
      gzip: gzipSync(content),
      br: brotliCompressSync(content),
      zstd: zstdFrame(content),
      deflate: deflateRawSync(content),
      'gzip, br': brotliCompressSync(gzipSync(content)),
      'br, gzip': gzipSync(brotliCompressSync(content)),
      'zstd, deflate, gzip': gzipSync(deflateRawSync(zstdFrame(content))),
    }
    for (const [coding, coded] of Object.entries(bodies)) {
      encoded['/mixed'] = [coding, coded]
      const { body, error } = await getPausing(`${server.url}/mixed`)
      expect([coding, error, body.equals(content)]).toEqual([coding, undefined, true])
    }
  })

  test('gets a body with a compressed Transfer-Encoding', async () => {
    const content = Buffer.concat([Buffer.alloc(BOMB_SIZE), randomBytes(100_000)])
    const [coded, before] = [zlib.gzipSync(content), counts().memory]
    const end = (socket: net.Socket): void =>
      void socket.end(
        Buffer.concat([
          Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n'),
          Buffer.from(`${coded.length.toString(16)}\r\n`),
          coded,
          Buffer.from('\r\n0\r\n\r\n'),
        ]),
      )
    const raw = await listen(
      net.createServer((socket) => socket.once('data', () => end(socket))),
      'http',
    )
    const easy = newEasy()
    const hash = createHash('sha256')
    let most = 0
    const WRITEFUNCTION = pausing(easy, (chunk) => {
      hash.update(chunk)
      most = Math.max(most, counts().memory - before)
    })
    const { error } = await get(raw.url, { TRANSFER_ENCODING: true, WRITEFUNCTION }, easy)
    await raw.close()
    expect(error).toBeUndefined()
    expect(hash.digest('hex')).toBe(createHash('sha256').update(content).digest('hex'))
    expect(most).toBeLessThan(2 * MB)
  })

  test.each([
    ['ends', true],
    ['says no more', false],
  ])('hears that the body is not what its encoding says, although the server %s', async (_what, ends) => {
    const broken = zlib.gzipSync(Buffer.alloc(MB))
    broken[broken.length - 8]! ^= 1 // in the checksum
    sent['/broken-late'] = (response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': broken.length + (ends ? 0 : 1) })
      response.write(broken)
      if (ends) response.end()
    }
    const { body, error } = await getPausing(`${server.url}/broken-late`)
    expect(error?.code).toBe('CURLE_BAD_CONTENT_ENCODING')
    expect(error?.message).toContain('incorrect data check')
    expect(body.length).toBe(MB)
  })

  test('does not get another gzip member, like one that does not pause', async () => {
    encoded['/members'] = ['gzip', Buffer.concat([zlib.gzipSync(Buffer.alloc(MB)), zlib.gzipSync('more')])]
    const url = `${server.url}/members`
    const [done, paused] = [await get(url, { ACCEPT_ENCODING: '' }), await getPausing(url)]
    expect(done.error?.code).toBe('CURLE_WRITE_ERROR')
    expect(paused.error?.code).toBe('CURLE_WRITE_ERROR')
    expect(paused.body.equals(done.body)).toBe(true)
  })

  test('can abort while it pauses, and nothing is left', async () => {
    encoded['/bomb'] = ['br', BOMBS.br!]
    const visit = async (): Promise<void> => {
      const easy = newEasy()
      const paused = new Promise<void>((resolve) => {
        const WRITEFUNCTION = (): number => (resolve(), CURL_WRITEFUNC_PAUSE)
        void get(`${server.url}/bomb`, { ACCEPT_ENCODING: '', WRITEFUNCTION }, easy)
      })
      await paused
      easy.close()
    }
    await visit()
    const before = counts().memory
    await visit()
    expect(counts().memory - before).toBeLessThan(64 * 1024)
  })
})
