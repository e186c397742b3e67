// curly of libcurl-wasm/node-libcurl: its options, its parsers, and streams in both directions.
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout as after } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { lib, ours, servers } from './library.js'

const { Curl, CurlCode, CurlEasyError, CurlFeature, curly } = lib
const { plain } = await servers()

describe('requests', () => {
  test.each([
    ['get', {}],
    ['post', { postFields: '' }],
    ['patch', {}],
    ['head', {}],
    ['put', {}],
    ['delete', {}],
    ['m-search', {}],
  ] as const)('curly.%s', async (method, options) => {
    const { statusCode, headers } = await curly[method](`${plain}/method`, options)
    expect([statusCode, headers[0]!['X-Method']]).toEqual([200, method.toUpperCase()])
  })

  test('itself is a GET, and options can be in camel case or as libcurl has them', async () => {
    const { data } = await curly(`${plain}/echo`, { httpHeader: ['A: b'], USERAGENT: 'me', customRequest: 'PUT' })
    expect(data.headers).toMatchObject({ a: 'b', 'user-agent': 'me' })
  })

  test('create() has default options, and curlyBaseUrl is before the URL', async () => {
    const made = curly.create({ postFields: 'field=value', curlyLowerCaseHeaders: true })
    const { data, headers } = await made.post('/echo', { curlyBaseUrl: plain })
    expect(data.body).toBe('field=value')
    expect(Object.keys(headers[0]!).filter((name) => /[A-Z]/.test(name))).toEqual([])
  })

  test('cookies are an array, and each redirect has its headers', async () => {
    const { headers } = await curly.get(`${plain}/cookies`)
    expect(headers[0]!['Set-Cookie']).toEqual(['a=1; Path=/', 'b=2'])
    const redirected = await curly.get(`${plain}/redirect?n=3`, { followLocation: true })
    expect(redirected.headers.map(({ result }) => result!.code)).toEqual([301, 301, 301, 200])
    expect(redirected.data).toEqual({ test: true })
  })

  test('a pool uses handles again, without what they had', async () => {
    const pooled = curly.create()
    pooled.setObjectPoolLimit(2)
    const before = await pooled.post(`${plain}/echo`, { postFields: 'x', httpHeader: ['A: b'] })
    const { data } = await pooled.get(`${plain}/echo`)
    expect([before.data.body, data.body, data.headers.a]).toEqual(['x', '', undefined])
    pooled.setObjectPoolLimit(0)
  })

  ours('a pooled handle that has had a stream gives bodies again', async () => {
    const pooled = curly.create()
    pooled.setObjectPoolLimit(1)
    const { data: stream } = await pooled.get<Readable>(`${plain}/json`, { curlyStreamResponse: true })
    await stream.toArray()
    await after(10)
    expect((await pooled.get(`${plain}/json`)).data).toEqual({ test: true })
    pooled.setObjectPoolLimit(0)
  })

  test('many at a time', async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => curly.get(`${plain}/json`)))
    expect(all.every(({ data }) => data.test)).toBe(true)
  })

  test('a multipart body from plain data', async () => {
    const { data } = await curly.post(`${plain}/form`, {
      curlyMimePost: [
        { type: 'data', name: 'a', data: 'b' },
        { type: 'stream', name: 's', stream: Readable.from(['c', 'd']), fileName: 's.txt', mimeType: 'text/x' },
      ],
    })
    expect(data).toEqual([
      { name: 'a', value: 'b' },
      { name: 's', filename: 's.txt', type: 'text/x', size: 2, value: 'cd' },
    ])
  })
})

describe('parsers', () => {
  test.each([
    ['/text', '<p>ü</p>'],
    ['/json', { test: true }],
    ['/something', Buffer.from('bytes')],
    ['/', Buffer.from('Hello World!')],
  ])('of %s', async (path, data) => {
    expect((await curly.get(plain + path)).data).toEqual(data)
  })

  test('the options replace one, all, or none', async () => {
    const get = async (path: string, options: object) => (await curly.get(plain + path, options)).data
    const json = { 'application/json': (data: Buffer, headers: unknown) => [Buffer.isBuffer(data), headers] }
    expect(await get('/json', { curlyResponseBodyParsers: json })).toEqual([true, [expect.anything()]])
    expect(await get('/something', { curlyResponseBodyParsers: json })).toBeInstanceOf(Buffer)
    expect(await get('/json', { curlyResponseBodyParser: () => 'all' })).toBe('all')
    expect(await get('/json', { curlyResponseBodyParser: false })).toBeInstanceOf(Buffer)
  })

  test.each([
    [{ curlyResponseBodyParsers: { 'application/json': 'x' } }, /^Response body parser for/],
    [{ curlyResponseBodyParser: 'x' }, /^`curlyResponseBodyParser` passed to curly must be/],
    [
      {
        curlyResponseBodyParser() {
          throw new Error('of the parser')
        },
      },
      /^of the parser/,
    ],
  ])('%j rejects', async (options, message) => {
    await expect(curly.get(`${plain}/json`, options as never)).rejects.toThrow(message)
  })

  test('JSON that is none rejects', async () => {
    await expect(curly.get(`${plain}/json-invalid`)).rejects.toThrow(/^curly failed to parse/)
  })
})

describe('errors', () => {
  test('a failed request rejects with a CurlEasyError', async () => {
    const error: unknown = await curly.get(`${plain}/nothing`, { failOnError: true }).catch((reason) => reason)
    expect(error).toBeInstanceOf(CurlEasyError)
    expect(error).toMatchObject({ code: CurlCode.CURLE_HTTP_RETURNED_ERROR, message: /HTTP response code said error/ })
  })

  test('bad options throw at once, and leave no handle behind', () => {
    expect(() => curly.get(plain, { curlyProgressCallback: 'x' as never })).toThrow(
      /^curlyProgressCallback must be a function/,
    )
    expect(() => curly.get(plain, { url: 0 as never })).toThrow(TypeError)
    expect(() => curly.get(plain, { nope: 1 } as never)).toThrow(/^Unknown option/)
  })
})

// a stream of small chunks, which waits once
function slowly(bytes: Buffer, act: (i: number) => unknown = () => {}): Readable {
  let at = 0
  let i = 0
  return new Readable({
    highWaterMark: 4096,
    async read(size) {
      try {
        await act(i++)
      } catch (error) {
        return void this.destroy(error as Error)
      }
      if (this.destroyed) return
      this.push(at < bytes.length ? bytes.subarray(at, (at += size)) : null)
    },
  })
}

describe('streams', () => {
  const content = randomBytes(1024 * 1024)
  const uploading = (curlyStreamUpload: Readable) => ({
    upload: true,
    httpHeader: ['Transfer-Encoding: chunked'],
    curlyStreamUpload,
  })

  test('up and down, with pauses on both sides, and progress', async () => {
    let progress = 0
    const { statusCode, headers, data } = await curly.put<Readable>(`${plain}/upload`, {
      ...uploading(slowly(content, (i) => i === 5 && after(100))),
      curlyStreamResponse: true,
      curlyStreamResponseHighWaterMark: 4096,
      curlyProgressCallback: () => (progress++, 0),
    })
    expect([statusCode, headers.at(-1)!['X-Length']]).toEqual([200, String(content.length)])
    expect(progress).toBeGreaterThan(0)
    const chunks: Buffer[] = []
    for await (const chunk of data) {
      chunks.push(chunk)
      if (chunks.length === 2) await after(100)
    }
    expect(Buffer.concat(chunks).equals(content)).toBe(true)
  })

  ours('a reader that stops holds little', async () => {
    const { data } = await curly.put<Readable>(`${plain}/upload`, {
      ...uploading(Readable.from([content, content, content, content], { objectMode: false })),
      curlyStreamResponse: true,
    })
    await after(200)
    expect(data.readableLength).toBeLessThan(256 * 1024)
    expect((await data.toArray()).reduce((sum, chunk) => sum + chunk.length, 0)).toBe(4 * content.length)
  })

  test.each(['get', 'head'] as const)('curly.%s without a body', async (method) => {
    const options = { curlyStreamResponse: true, curlyProgressCallback: () => 0 }
    const { statusCode, data } = await curly[method]<Readable>(`${plain}/empty`, options)
    expect(statusCode).toBe(200)
    expect(await data.toArray()).toEqual([])
  })

  test.each([
    ['fails', (_: Readable) => Promise.reject(new Error('of the source')), 'of the source'],
    ['is destroyed', (stream: Readable) => stream.destroy(), 'Curl upload stream was unexpectedly destroyed'],
    ['is destroyed with an error', (stream: Readable) => stream.destroy(new Error('why')), 'why'],
  ])('an upload whose stream %s rejects', async (_, act, message) => {
    const stream: Readable = slowly(content, (i) => i === 5 && act(stream))
    await expect(curly.put(`${plain}/upload`, uploading(stream))).rejects.toMatchObject({
      code: CurlCode.CURLE_ABORTED_BY_CALLBACK,
      message: 'Request was aborted by a callback',
      cause: { message },
    })
  })

  test.each([
    [undefined, 'Curl response stream was unexpectedly destroyed'],
    [new Error('by the reader'), 'by the reader'],
  ])('a response that its reader destroys with %s gets an error', async (reason, message) => {
    const { data } = await curly.get<Readable>(`${plain}/slow`, { curlyStreamResponse: true })
    const error = new Promise((resolve, reject) => {
      data.on('error', resolve).on('end', () => reject(new Error('it has ended')))
    })
    data.once('data', () => data.destroy(reason))
    expect(await error).toMatchObject({ code: CurlCode.CURLE_ABORTED_BY_CALLBACK, cause: { message } })
  })

  ours('a reader that leaves its loop gets none, and the request ends', async () => {
    const { data } = await curly.get<Readable>(`${plain}/slow`, { curlyStreamResponse: true })
    for await (const _chunk of data) break
    await after(50)
    expect(data.destroyed).toBe(true)
    expect(Curl.getCount()).toBe(0)
  })

  ours('a response that breaks off fails its reader', async () => {
    const { data } = await curly.get<Readable>(`${plain}/cut`, { curlyStreamResponse: true })
    await expect(data.toArray()).rejects.toMatchObject({
      code: CurlCode.CURLE_PARTIAL_FILE,
    })
  })

  test('setUploadStream() takes streams, once each', () => {
    const curl = new Curl()
    for (const value of [123, [], { read: true }])
      expect(() => curl.setUploadStream(value as never)).toThrow(/^The passed value to setUploadStream does not/)
    const stream = slowly(content)
    curl.setUploadStream(stream).setUploadStream(stream)
    expect(stream.listenerCount('end')).toBe(1)
    curl.setUploadStream(null)
    expect(stream.listenerCount('end')).toBe(0)
    curl.close()
  })

  test('the event stream of a Curl', async () => {
    const curl = new Curl()
    curl.setOpt('URL', `${plain}/json`)
    curl.enable(CurlFeature.StreamResponse)
    const [stream, status] = await new Promise<[Readable, number]>((resolve, reject) => {
      curl.on('stream', (stream, status) => resolve([stream, status])).on('error', reject)
      curl.perform()
    })
    expect([status, String(Buffer.concat(await stream.toArray()))]).toEqual([200, '{"test":true}'])
    curl.close()
  })
})
