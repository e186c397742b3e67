// CurlMime of libcurl-wasm/node-libcurl: what a server receives of parts of each kind.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CurlMimePart } from 'libcurl-wasm/node-libcurl'
import { scratch } from '../servers/scratch.js'
import { ended, failed, lib, ours, servers } from './library.js'

const { Curl, CurlCode, CurlEasyError, CurlMime, CurlPause } = lib
const { plain } = await servers()
const file = join(scratch(), 'file.png')
writeFileSync(file, 'PNG')

let curl: InstanceType<typeof Curl>
beforeEach(() => {
  curl = new Curl()
  curl.setOpt('URL', `${plain}/form`)
})
afterEach(() => curl.close())

const unpause = (): void => {
  if (curl.handle.isPausedSend) curl.pause(curl.handle.pauseFlags & ~CurlPause.Send)
}

/** Sends the parts, and returns what the server has received. */
async function sent(...fill: ((part: CurlMimePart) => void)[]): Promise<unknown> {
  const mime = new CurlMime(curl)
  for (const part of fill) part(mime.addPart())
  curl.setOpt('MIMEPOST', mime)
  return JSON.parse((await ended(curl)).data as string)
}

test('text, bytes and files', async () => {
  const parts = await sent(
    (part) => part.setName('text').setData('john_doe'),
    (part) => part.setName('bytes').setData(Buffer.from('binary')),
    (part) => part.setName('file').setFileData(file).setType('image/png'),
    (part) => part.setName('named').setFileData(file).setFileName('other.png'),
    (part) => part.setName('coded').setData('ü').setEncoder('base64').setHeaders(['X-A: b']),
  )
  expect(parts).toMatchObject([
    { name: 'text', value: 'john_doe' },
    { name: 'bytes', value: 'binary' },
    { name: 'file', filename: 'file.png', type: 'image/png', size: 3 },
    { name: 'named', filename: 'other.png', size: 3 },
    { name: 'coded' },
  ])
})

test('null takes back what was set', async () => {
  const mime = new CurlMime(curl)
  const part = mime.addPart().setName('a').setData('x').setType('text/x').setEncoder('base64').setHeaders(['X: y'])
  part.setData(null).setName(null).setType(null).setFileName(null).setEncoder(null).setHeaders(null)
  part.setFileData(file).setFileData(null).setSubparts(new CurlMime(curl)).setSubparts(null)
  expect(await sent((other) => other.setName('b').setData('c'))).toEqual([{ name: 'b', value: 'c' }])
})

test('parts of a part', async () => {
  const inner = new CurlMime(curl)
  inner.addPart().setName('nested').setData('content')
  const mime = new CurlMime(curl)
  mime.addPart().setName('outer').setSubparts(inner)
  curl.setOpt('URL', `${plain}/echo`).setOpt('MIMEPOST', mime)
  const { body } = JSON.parse((await ended(curl)).data as string)
  expect(body).toMatch(/name="outer"[^]*multipart\/mixed[^]*name="nested"[^]*content/)
})

test.each([
  ['setDataCallback without read', (part: CurlMimePart) => part.setDataCallback(1, {} as never)],
  [
    'setDataCallback with a size that is none',
    (part: CurlMimePart) => part.setDataCallback('1' as never, { read: () => null }),
  ],
  ['setName without an argument', (part: CurlMimePart) => (part.setName as any)()],
  ['setName with a number', (part: CurlMimePart) => part.setName(1 as never)],
  ['setData with a number', (part: CurlMimePart) => part.setData(1 as never)],
  ['setHeaders with a string', (part: CurlMimePart) => part.setHeaders('A: b' as never)],
  ['setSubparts with an array', (part: CurlMimePart) => part.setSubparts([] as never)],
])('%s is a TypeError', (_, set) => {
  expect(() => set(new CurlMime(curl).addPart())).toThrow(TypeError)
})

test.each([
  ['an encoding that there is not', (part: CurlMimePart) => part.setEncoder('nope' as never), 43],
  ['a file that there is not', (part: CurlMimePart) => part.setFileData('/no/such/file'), 26],
])('%s is a CurlEasyError at once', (_, set, code) => {
  const call = () => set(new CurlMime(curl).addPart())
  expect(call).toThrow(CurlEasyError)
  expect(call).toThrow(expect.objectContaining({ code }))
})

describe('callbacks', () => {
  test.each(['text', 'Buffer'])('read gives %s, and free comes with the end of the handle', async (kind) => {
    const data = 'x'.repeat(100_000)
    let at = 0
    let freed = 0
    const read = (size: number) => {
      if (at >= data.length) return null
      const chunk = data.slice(at, (at += size))
      return kind === 'text' ? chunk : Buffer.from(chunk)
    }
    const parts = await sent((part) => part.setName('a').setDataCallback(data.length, { read, free: () => freed++ }))
    expect(parts).toEqual([{ name: 'a', value: data }])
    expect(freed).toBe(0)
    curl.close()
    expect(freed).toBe(1)
  })

  test('free comes with reset(), too', async () => {
    let freed = 0
    await sent((part) => part.setName('a').setDataCallback(0, { read: () => null, free: () => freed++ }))
    curl.reset()
    expect(freed).toBe(1)
  })

  test('an exception of read ends the request', async () => {
    const thrown = new Error('of read')
    const mime = new CurlMime(curl)
    mime.addPart().setDataCallback(100, {
      read() {
        throw thrown
      },
    })
    curl.setOpt('MIMEPOST', mime)
    const { error, code } = await failed(curl)
    expect(error).toBeInstanceOf(CurlEasyError)
    expect(error.cause).toBe(thrown)
    expect(code).toBe(CurlCode.CURLE_ABORTED_BY_CALLBACK)
  })

  test('read pauses, and pause() continues', async () => {
    const answers = ['a', lib.CurlReadFunc.Pause, 'b', null]
    const read = () => {
      const answer = answers.shift()!
      if (answer === lib.CurlReadFunc.Pause) setTimeout(unpause, 20)
      return answer
    }
    expect(await sent((part) => part.setName('a').setDataCallback(-1, { read }))).toEqual([{ name: 'a', value: 'ab' }])
  })
})

describe('streams', () => {
  test.each([
    ['text', () => Readable.from(['a'], { objectMode: false }), 'a'],
    ['objects', () => Readable.from(['a', 'b', Buffer.from('c')]), 'abc'],
    ['nothing', () => Readable.from([Buffer.alloc(0)]), ''],
    ['much', () => Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(10_000, 'x'))), 'x'.repeat(1_000_000)],
  ])('of %s', async (_, stream, value) => {
    expect(await sent((part) => part.setName('s').setDataStream(stream(), unpause))).toEqual([{ name: 's', value }])
  })

  test('with a size, and with a name and a type', async () => {
    const stream = Readable.from(['abc'], { objectMode: false })
    const parts = await sent((part) =>
      part.setName('s').setDataStream(stream, unpause, 3).setType('text/plain').setFileName('data.txt'),
    )
    expect(parts).toEqual([{ name: 's', filename: 'data.txt', type: 'text/plain', size: 3, value: 'abc' }])
  })

  test('one that fails ends the request', async () => {
    const stream = new Readable({ read: () => void setTimeout(() => stream.destroy(new Error('of the stream')), 20) })
    const mime = new CurlMime(curl)
    mime.addPart().setName('s').setDataStream(stream, unpause)
    curl.setOpt('MIMEPOST', mime)
    expect((await failed(curl)).error.cause).toMatchObject({ message: 'of the stream' })
  })
})

ours('a body can be used by another handle, and after the end of its own', async () => {
  const first = new Curl()
  const mime = new CurlMime(first)
  mime.addPart().setName('a').setData('b')
  first.close()
  for (const handle of [curl, curl.dupHandle(false)]) {
    handle.setOpt('MIMEPOST', mime)
    expect(JSON.parse((await ended(handle)).data as string)).toEqual([{ name: 'a', value: 'b' }])
    if (handle !== curl) handle.close()
  }
})
