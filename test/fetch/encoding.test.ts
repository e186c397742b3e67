// Compressed bodies: their content, how they end, and how much memory they use.
import type { ServerResponse } from 'node:http'
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import type { CurlResponse } from 'libcurl-wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { BOMB_SIZE as SIZE, BOMBS, zstdZeros } from '../servers/bombs.js'
import { counts } from '../servers/counts.js'
import { httpServer } from '../servers/listening.js'
import { expectSame, ours, outcomeOf, until } from './outcome.js'

const MB = 1024 * 1024
const text = 'some text, '.repeat(10_000)
const plain = Buffer.from(text)

/** The next response of the server. */
let send = (_response: ServerResponse): void => {}
const server = await httpServer((_request, response) => send(response))
afterAll(() => server.close())

/** Makes the server send some bytes as a body with this content coding. */
function serve(coding: string | string[], body: Buffer, status = 200): void {
  send = (response) => void response.writeHead(status, { 'content-encoding': coding as string }).end(body)
}

async function fetched(coding: string, body: Buffer): Promise<CurlResponse> {
  serve(coding, body)
  const response = await ours(server.url)
  return response as CurlResponse
}

async function lengthOf(response: Response): Promise<number> {
  let length = 0
  for await (const chunk of response.body!) length += chunk.length
  return length
}

/** The memory of the package and the process outside of the garbage collector's heap, in bytes. */
function held(): number {
  globalThis.gc!()
  return counts().memory + process.memoryUsage().arrayBuffers
}

describe.each(Object.entries(BOMBS))('96 MB of zeros in %s', (coding, body) => {
  test('arrive', async () => {
    expect(await lengthOf(await fetched(coding, body))).toBe(SIZE)
  })

  test('arrive if they are read late', async () => {
    const response = await fetched(coding, body)
    const reader = response.body!.getReader()
    let length = (await reader.read()).value!.length
    if (body.length < 256 * 1024) await response.curl.finished
    for (let part = await reader.read(); !part.done; part = await reader.read()) length += part.value.length
    expect(length).toBe(SIZE)
  })

  test('take less than 2 MB while they are not read, and nothing afterwards', async () => {
    const COUNT = 8
    const start = async (): Promise<Response[]> => {
      const responses = await Promise.all(Array.from({ length: COUNT }, () => fetched(coding, body)))
      if (body.length < 256 * 1024) await Promise.all(responses.map((response) => response.curl.finished))
      return responses
    }
    const stop = async (responses: Response[]): Promise<void> => {
      const readers = responses.map((response) => response.body!.getReader())
      await Promise.all(readers.map((reader) => reader.read()))
      await Promise.all(readers.map((reader) => reader.cancel()))
    }
    await stop(await start()) // creates what is kept for good
    const before = counts().memory
    const beforeAll = held()
    const responses = await start()
    expect(held() - beforeAll).toBeLessThan(COUNT * 2 * MB)
    await stop(responses)
    await until(() => counts().memory - before < 64 * 1024)
  })

  test('leave nothing when they are dropped half read', async () => {
    const before = counts().memory
    await (async () => {
      const response = await fetched(coding, body)
      await response.body!.getReader().read()
    })()
    if (body.length < 256 * 1024) await until(() => (globalThis.gc!(), counts().memory - before < 64 * 1024))
  })
})

describe('compressed data', () => {
  const GZIP = gzipSync(plain)
  const READ: Record<string, [coding: string, body: Buffer]> = {
    'of several members of gzip': ['gzip', Buffer.concat([gzipSync('one '), gzipSync(''), gzipSync('two')])],
    'of gzip with zeros after it': ['gzip', Buffer.concat([GZIP, Buffer.alloc(1000)])],
    'of gzip in another letter case': ['GZip', GZIP],
    'of deflate with something after it': ['deflate', Buffer.concat([deflateSync(plain), Buffer.from('rest')])],
    'of gzip with something else after it': ['gzip', Buffer.concat([GZIP, Buffer.from('rest')])],
    'of no bytes': ['gzip', Buffer.alloc(0)],
    'of two codings': ['deflate, gzip', gzipSync(deflateSync(plain))],
  }
  test.each(Object.entries(READ))('%s is the same as from Node', async (_name, [coding, body]) => {
    serve(coding, body)
    await expectSame((fetching) => fetching(server.url))
  })

  test.each([
    ['gzip', GZIP],
    ['deflate', deflateRawSync(plain)],
    ['deflate', deflateSync(plain)],
    ['br', brotliCompressSync(plain)],
  ])('of %s may come byte by byte at its start', async (coding, body) => {
    send = async (response) => {
      response.writeHead(200, { 'content-encoding': coding })
      for (const byte of body.subarray(0, 12))
        await new Promise((resolve) => response.write(Uint8Array.of(byte), () => setImmediate(resolve)))
      response.end(body.subarray(12))
    }
    const response = await ours(server.url)
    const reader = response.body!.getReader()
    const chunks = []
    for (let part = await reader.read(); !part.done; part = await reader.read()) chunks.push(part.value)
    expect(Buffer.concat(chunks).toString()).toBe(text)
  })

  test('arrives while it is being compressed', async () => {
    const flushed = Buffer.concat([deflateRawSync('a', { finishFlush: constants.Z_SYNC_FLUSH })])
    let end!: () => void
    send = (response) => {
      response.writeHead(200, { 'content-encoding': 'deflate' }).write(flushed)
      end = () => response.end(deflateRawSync('b'))
    }
    const reader = (await ours(server.url)).body!.getReader()
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('a')
    end()
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('b')
    expect((await reader.read()).done).toBe(true)
  })

  test.each(Object.entries({ ...BOMBS, gzipped: gzipSync(plain) }))(
    'of %s that stops short is an error after what has come',
    async (name, whole) => {
      const coding = name === 'gzipped' ? 'gzip' : name
      for (const cut of [1, whole.length >> 1, whole.length - 1]) {
        const response = await fetched(coding, whole.subarray(0, cut))
        const error = await lengthOf(response).catch((reason) => reason)
        expect(error).toMatchObject({ name: 'TypeError', cause: { code: 'CURLE_BAD_CONTENT_ENCODING' } })
        if (cut > 256 * 1024) continue // larger bodies do not arrive completely before they are read
        const again = await fetched(coding, whole.subarray(0, cut))
        await again.curl.finished
        await expect(again.arrayBuffer()).rejects.toMatchObject({ cause: { code: 'CURLE_BAD_CONTENT_ENCODING' } })
      }
    },
  )

  test('is not decoded if the options say so', async () => {
    for (const options of [{ ACCEPT_ENCODING: null }, { CURLOPT_HTTP_CONTENT_DECODING: false }]) {
      serve('gzip', GZIP)
      const response = await ours(server.url, { curl: { options } })
      expect(Buffer.from(await response.arrayBuffer()).equals(GZIP)).toBe(true)
    }
    serve('gzip', GZIP)
    expect(await (await ours(server.url, { curl: { options: { HTTP_CONTENT_DECODING: true } } })).text()).toBe(text)
  })

  test('with codings that change nothing can be read', async () => {
    for (const coding of ['identity', 'none', 'identity, gzip', ',gzip , ,identity'])
      expect(await (await fetched(coding, coding.includes('gzip') ? GZIP : plain)).text()).toBe(text)
  })

  test('of more than five codings is refused', async () => {
    const six = Array(6).fill('gzip').join(', ')
    serve(six, GZIP)
    await expect(ours(server.url)).rejects.toMatchObject({
      cause: { code: 'CURLE_BAD_CONTENT_ENCODING', message: expect.stringContaining('6 content codings') },
    })
    let five = Buffer.from('five')
    for (let i = 0; i < 5; i++) five = gzipSync(five)
    serve(['gzip, gzip', 'gzip, gzip, gzip'], five)
    expect(await (await ours(server.url)).text()).toBe('five')
  })

  test('of zstd whose window is beyond 8 MB is refused', async () => {
    expect(await lengthOf(await fetched('zstd', zstdZeros(10 * MB, 23)))).toBe(10 * MB)
    expect(await outcomeOf(fetched('zstd', zstdZeros(10 * MB, 24)))).toMatchObject({ text: 'TypeError TypeError' })
  })
})
