// Callbacks that work in libcurl's own memory: withoutCopy() and readInto().
import { createHash, randomBytes } from 'node:crypto'
import init, {
  CURL_READFUNC_ABORT,
  CURL_READFUNC_PAUSE,
  CURLE_ABORTED_BY_CALLBACK,
  CURLE_READ_ERROR,
  CURLPAUSE_CONT,
  Easy,
  Multi,
  readInto,
  withoutCopy,
} from 'libcurl-wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { httpServer } from '../servers/listening.js'

await init()
const multi = new Multi()
const body = randomBytes(3_000_000)
const sha = (...parts: Uint8Array[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/** Sends `body`, and after a request with a body the digest of that. */
const server = await httpServer((request, response) => {
  if (request.method === 'GET') return void response.end(body)
  const hash = createHash('sha256')
  request.on('data', (chunk: Buffer) => hash.update(chunk))
  request.on('end', () => response.end(hash.digest('hex')))
})
afterAll(() => server.close())

function handle(): Easy {
  const easy = new Easy()
  easy.setopt('URL', server.url)
  return easy
}

describe('withoutCopy', () => {
  test('gives a WRITEFUNCTION a view of the memory of the module, and its user pointer', async () => {
    const hash = createHash('sha256')
    const buffers = new Set<ArrayBuffer>()
    const pointers = new Set<unknown>()
    using easy = handle()
    easy.setopt('WRITEDATA', 'mine')
    easy.setopt(
      'WRITEFUNCTION',
      withoutCopy((chunk, userdata) => {
        hash.update(chunk)
        buffers.add(chunk.buffer)
        pointers.add(userdata)
      }),
    )
    await multi.perform(easy)
    expect(hash.digest('hex')).toBe(sha(body))
    expect([...pointers]).toEqual(['mine'])
    // the memory is one buffer, and a new one each time it has grown
    expect(buffers.size).toBeLessThan(5)
    expect([...buffers].at(-1)!.byteLength).toBeGreaterThan(body.length)
  })

  test('without it a chunk can be kept', async () => {
    const chunks: Uint8Array[] = []
    using easy = handle()
    easy.setopt('WRITEFUNCTION', (chunk) => void chunks.push(chunk))
    await multi.perform(easy)
    expect(sha(...chunks)).toBe(sha(body))
    expect(chunks.every(({ buffer, byteLength }) => buffer.byteLength === byteLength)).toBe(true)
  })
})

describe('readInto', () => {
  const upload = async (read: (buffer: Uint8Array<ArrayBuffer>) => number, pause = false): Promise<string> => {
    let answer = ''
    using easy = handle()
    easy.setopt('POST', true)
    easy.setopt('READFUNCTION', readInto(read))
    easy.setopt('WRITEFUNCTION', (chunk) => void (answer += Buffer.from(chunk).toString()))
    const timer = pause ? setInterval(() => easy.pause(CURLPAUSE_CONT), 1) : undefined
    await multi.perform(easy).finally(() => clearInterval(timer))
    return answer
  }

  test.each([
    ['as much as there is room for', Infinity, false],
    ['a little at a time', 1000, false],
    ['with pauses', 100_000, true],
  ])('lets a READFUNCTION write into the buffer of libcurl: %s', async (_, most, pause) => {
    let [at, calls] = [0, 0]
    const read = (buffer: Uint8Array<ArrayBuffer>): number => {
      if (pause && ++calls % 2 === 0) return CURL_READFUNC_PAUSE
      const part = body.subarray(at, at + Math.min(buffer.length, most))
      buffer.set(part)
      at += part.length
      return part.length
    }
    expect(await upload(read, pause)).toBe(sha(body))
  })

  test.each([
    ['an abort', () => CURL_READFUNC_ABORT, CURLE_ABORTED_BY_CALLBACK],
    ['more than the buffer holds', ({ length }: Uint8Array) => length + 1, CURLE_READ_ERROR],
    ['a negative number', () => -1, CURLE_READ_ERROR],
    ['nothing', () => undefined as never, CURLE_ABORTED_BY_CALLBACK],
  ])('%s ends the transfer', async (_, read, number) => {
    await expect(upload(read)).rejects.toMatchObject({ number })
  })
})

test.each([withoutCopy, readInto])('%o takes a function', (mark) => {
  expect(() => mark('text' as never)).toThrow(`${mark.name} takes a function, not the string "text"`)
})
