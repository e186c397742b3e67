// MIMEPOST: what a server receives of parts of every kind, read by Node's form parser, and what happens when a part is
// slow, long or wrong, or must be sent again.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createReadStream } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import init, {
  CURLPAUSE_CONT,
  CURLPAUSE_SEND,
  CURL_READFUNC_PAUSE,
  CURL_WRITEFUNC_PAUSE,
  Easy,
  Multi,
  type MimePart,
} from 'libcurl-wasm'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { current } from '../../dist/js/internals.js'
import { BETWEEN } from '../servers/buffers.js'
import { counts } from '../servers/counts.js'
import { bodyOf, http2Server, httpServer } from '../servers/listening.js'
import { certificates } from '../servers/certificates.js'
import { scratch } from '../servers/scratch.js'
import { transfer, type Options, type Transfer } from '../servers/transfer.js'

await init()
const MB = 1024 * 1024
const folder = scratch()
const multi = new Multi()
let easy: Easy
beforeEach(() => void (easy = new Easy()))
afterEach(() => easy.close())
afterAll(() => multi.close())

interface Seen {
  request: IncomingMessage
  body: Buffer
}
let seen: Seen[] = []
/** How many requests ended before their body was complete. */
let cut = 0
const server = await httpServer(async (request, response) => {
  try {
    const body = await bodyOf(request)
    seen.push({ request, body })
    if (request.url === '/moved') response.writeHead(307, { location: '/' })
    response.end(`${body.length}`)
  } catch (error) {
    cut++
    throw error
  }
})
afterAll(() => server.close())
beforeEach(() => {
  seen = []
  cut = 0
})

function post(parts: readonly MimePart[], options: Options = {}, path = '/', handle = easy): Promise<Transfer> {
  return transfer(multi, server.url + path, { MIMEPOST: parts, ...options }, handle)
}

/** Parses a body as Node's fetch does. */
function formOf({ request, body }: Seen): Promise<FormData> {
  return new Response(new Uint8Array(body), {
    headers: { 'content-type': request.headers['content-type']! },
  }).formData()
}

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

/** A stream of these chunks, which waits for those that are promises. */
function streamOf(...chunks: (string | Promise<unknown>)[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const chunk = await chunks.shift()
      if (chunk === undefined) controller.close()
      else controller.enqueue(bytes(String(chunk)))
    },
  })
}

/** A promise, and functions that settle it. */
function gate<T = string>(): { promise: Promise<T>; open: (value: T) => void; fail: (reason: unknown) => void } {
  let open!: (value: T) => void
  let fail!: (reason: unknown) => void
  const promise = new Promise<T>((resolve, reject) => ([open, fail] = [resolve, reject]))
  promise.catch(() => {})
  return { promise, open, fail }
}

/** A Blob that counts how often it is read. */
class CountedBlob extends Blob {
  reads = 0
  override slice(...range: [number?, number?, string?]): Blob {
    this.reads++
    return super.slice(...range)
  }
}

describe('what arrives', () => {
  test('strings, bytes, Blobs, Files, streams, iterables and files of the host', async () => {
    writeFileSync(join(folder, 'host.txt'), 'of the host')
    const done = await post([
      { name: 'text', data: 'ü\r\n' },
      { name: 'bytes', data: Uint8Array.of(0, 255, 10) },
      { name: 'buffer', data: bytes('buffer').buffer },
      { name: 'blob', data: new Blob(['<p>'], { type: 'text/html' }) },
      { name: 'file', data: new File(['of a page'], 'page.bin', { type: 'x/y' }) },
      { name: 'stream', data: streamOf('one ', 'two'), filename: 'stream.json', type: 'application/json' },
      {
        name: 'generator',
        data: (async function* () {
          yield bytes('made')
        })(),
      },
      { name: 'node', data: createReadStream(join(folder, 'host.txt')) },
      { name: 'host', file: join(folder, 'host.txt') },
    ])
    expect(done.error).toBeUndefined()
    const form = await formOf(seen[0]!)
    expect(form.get('text')).toBe('ü\r\n')
    expect(form.get('blob')).toBe('<p>')
    expect(form.get('buffer')).toBe('buffer')
    expect(form.get('generator')).toBe('made')
    expect(form.get('node')).toBe('of the host')
    const files = ['file', 'stream', 'host'].map((name) => form.get(name) as File)
    expect(files.map(({ name, type }) => [name, type])).toEqual([
      ['page.bin', 'x/y'],
      ['stream.json', 'application/json'],
      ['host.txt', 'text/plain'],
    ])
    expect(await Promise.all(files.map((file) => file.text()))).toEqual(['of a page', 'one two', 'of the host'])
    expect(seen[0]!.body.toString('latin1')).toContain('name="bytes"\r\n\r\n\0\xff\n\r\n--')
    expect(seen[0]!.body.toString()).toContain('name="blob"\r\nContent-Type: text/html\r\n\r\n<p>')
  })

  test('a FormData, entry by entry', async () => {
    const form = new FormData()
    form.append('a', '1')
    form.append('a', '2')
    form.append('f', new File(['content'], 'without-a-type'))
    await post(Array.from(form, ([name, data]) => ({ name, data })))
    const read = await formOf(seen[0]!)
    expect(read.getAll('a')).toEqual(['1', '2'])
    const file = read.get('f') as File
    expect([file.name, file.type, await file.text()]).toEqual(['without-a-type', 'application/octet-stream', 'content'])
  })

  test('a part can have another name and type than its File, or no name', async () => {
    const file = new File(['x'], 'own.txt', { type: 'text/own' })
    writeFileSync(join(folder, 'own.txt'), 'x')
    await post([
      { name: 'a', data: file, filename: 'other', type: 'text/other' },
      { name: 'b', data: file, headers: ['Content-Type: text/header'] },
      { name: 'c', data: file, filename: null },
      { name: 'd', file: join(folder, 'own.txt'), filename: null },
    ])
    const parts = seen[0]!.body.toString().split(/--+\w+/)
    expect(parts[1]).toContain('name="a"; filename="other"\r\nContent-Type: text/other\r\n\r\n')
    expect(parts[2]).toContain('Content-Type: text/header\r\n\r\n')
    expect(parts[2]).not.toContain('text/own')
    expect(parts[3]).not.toContain('filename')
    expect(parts[4]).toContain('name="d"\r\n')
  })

  test('streams in parts of parts, and encoded', async () => {
    const data = streamOf('streams are encoded, ', 'too')
    await post([{ name: 'outer', parts: [{ data: 'inner' }, { data, encoder: 'base64', size: 24 }] }])
    const { body, request } = seen[0]!
    expect(body.toString()).toContain(`\r\n\r\n${btoa('streams are encoded, too')}\r\n--`)
    expect(request.headers['content-length']).toBe(String(body.length))
  })

  test('over HTTP/2', async () => {
    const second = await http2Server((stream) => {
      void bodyOf(stream).then((body) => stream.end(body))
    })
    const wait = new Promise((resolve) => setTimeout(resolve, 50))
    const { ca } = certificates()
    const options = {
      MIMEPOST: [
        {
          name: 's',
          data: streamOf(
            'a',
            wait.then(() => 'b'),
            'c',
          ),
        },
      ],
      CAINFO: ca.certFile,
    }
    const done = await transfer(multi, second.url.replace('127.0.0.1', 'localhost'), options, easy)
    await second.close()
    expect(done.error).toBeUndefined()
    expect(done.body.toString()).toContain('\r\n\r\nabc\r\n--')
  })
})

describe('length', () => {
  test.each<[string, MimePart, boolean]>([
    ['a Blob', { data: new Blob(['12345']) }, true],
    ['a stream with a size', { data: streamOf('12', '345'), size: 5 }, true],
    ['a stream', { data: streamOf('12345') }, false],
  ])('%s', async (_, part, known) => {
    await post([
      { name: 'text', data: 'x' },
      { name: 'n', ...part },
    ])
    const { request, body } = seen[0]!
    expect(request.headers['content-length']).toBe(known ? String(body.length) : undefined)
    expect(request.headers['transfer-encoding']).toBe(known ? undefined : 'chunked')
    expect(body.toString()).toContain('\r\n\r\n12345\r\n--')
  })

  test.each([
    ['shorter', ['12', '34'], /size was given as 5 bytes has ended after 4/],
    ['longer', ['12', '345', '6'], /size was given as 5 bytes has more/],
    ['longer in one piece', ['123456'], /size was given as 5 bytes has more/],
  ])('a stream that is %s than its size fails, and is no request', async (_, chunks, message) => {
    const { error } = await post([{ name: 'n', data: streamOf(...chunks), size: 5 }])
    expect(error?.code).toBe('CURLE_ABORTED_BY_CALLBACK')
    expect((error?.cause as Error).message).toMatch(message)
    await expect.poll(() => cut).toBe(1)
    expect(seen).toEqual([])
  })
})

describe('waiting', () => {
  test('200 MB of a stream arrive, with little memory, and a server that stops reading stops the stream', async () => {
    const SIZE = 200 * MB
    const sent = createHash('sha256')
    let [produced, ahead, arrived, memory] = [0, 0, 0, 0]
    const inUse = (): number => (globalThis.gc!(), process.memoryUsage().arrayBuffers)
    const before = inUse()
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        const chunk = new Uint8Array(Math.min(64 * 1024, SIZE - produced)).fill(produced / MB)
        sent.update(chunk)
        produced += chunk.length
        ahead = Math.max(ahead, produced - arrived)
        if (produced % (8 * MB) === 0) memory = Math.max(memory, inUse() - before)
        controller.enqueue(chunk)
        if (produced === SIZE) controller.close()
      },
    })
    const received = createHash('sha256')
    const slow = await httpServer(async (request, response) => {
      for (let was = -1; was !== produced;) {
        was = produced
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
      for await (const chunk of request) {
        arrived += (chunk as Buffer).length
        received.update(chunk as Buffer)
      }
      response.end(received.digest('hex'))
    })
    // the parts around the stream are known, so the whole body can be compared
    const done = await transfer(
      multi,
      slow.url,
      { MIMEPOST: [{ data: stream, size: SIZE, headers: ['Content-Disposition: x'] }] },
      easy,
    )
    await slow.close()
    expect(done.error).toBeUndefined()
    expect(produced).toBe(SIZE)
    const boundary = /boundary=(\S+)/.exec(done.trace)![1]!
    const whole = createHash('sha256').update(`--${boundary}\r\nContent-Disposition: x\r\n\r\n`)
    const chunk = new Uint8Array(64 * 1024)
    for (let at = 0; at < SIZE; at += chunk.length) whole.update(chunk.fill(at / MB))
    expect(done.body.toString()).toBe(whole.update(`\r\n--${boundary}--\r\n`).digest('hex'))
    // the kernel's buffers on both sides and Node's, and chunks that the engine has not freed yet
    expect(ahead).toBeLessThan(BETWEEN)
    expect(memory).toBeLessThan(64 * MB)
  }, 120_000)

  test('a transfer waits for a part without data, and others run meanwhile', async () => {
    const { promise, open } = gate()
    const waiting = post([
      { name: 'first', data: 'x' },
      { name: 's', data: streamOf('a', promise, 'c') },
      { name: 'last', data: 'y' },
    ])
    const other = new Easy()
    expect((await post([{ name: 'o', data: streamOf('other') }], {}, '/', other)).error).toBeUndefined()
    other.close()
    expect(seen).toHaveLength(1)
    open('b')
    expect((await waiting).error).toBeUndefined()
    expect(await formOf(seen[1]!).then((form) => form.get('s'))).toBe('abc')
  })

  test('many small chunks, each after a while', async () => {
    const chunks = Array.from({ length: 50 }, (_, i) => new Promise((resolve) => setTimeout(resolve, i * 3, `${i},`)))
    const done = await post([{ name: 's', data: streamOf(...chunks), encoder: 'quoted-printable' }])
    expect(done.error).toBeUndefined()
    const text = seen[0]!.body.toString().replaceAll('=\r\n', '')
    expect(text).toContain(`\r\n\r\n${chunks.map((_, i) => `${i},`).join('')}\r\n--`)
  })

  test('a Blob is not read before libcurl asks for it', async () => {
    const blob = new CountedBlob(['x'.repeat(1000)])
    easy.setopt('MIMEPOST', [{ name: 'b', data: blob }])
    expect(blob.reads).toBe(0)
    const strict = await httpServer(() => {})
    strict.server.on('checkContinue', (_request, response) => void response.writeHead(413).end('too much'))
    const options = { HTTPHEADER: ['Expect: 100-continue'], EXPECT_100_TIMEOUT_MS: 3_600_000 }
    const refused = await transfer(multi, strict.url, options, easy)
    await strict.close()
    expect(refused.body.toString()).toBe('too much')
    expect(blob.reads).toBe(0)
  })

  test('a download that the application has paused stays paused when a part goes on', async () => {
    const { promise, open } = gate()
    let pausedOnce = false
    let received = ''
    const early = await httpServer(async (request, response) => {
      response.write('early')
      response.end(`, ${(await bodyOf(request)).length > 0}`)
    })
    const transferring = transfer(
      multi,
      early.url,
      {
        MIMEPOST: [{ name: 's', data: streamOf('a', promise) }],
        WRITEFUNCTION: (chunk) => {
          if (!pausedOnce) {
            pausedOnce = true
            return CURL_WRITEFUNC_PAUSE
          }
          received += Buffer.from(chunk).toString()
          return chunk.length
        },
      },
      easy,
    )
    await expect.poll(() => pausedOnce).toBe(true)
    open('b')
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(received).toBe('')
    easy.pause(CURLPAUSE_CONT)
    expect((await transferring).error).toBeUndefined()
    expect(received).toBe('early, true')
    await early.close()
  })

  test('an upload that the application has paused is not continued by a part', async () => {
    const { promise, open } = gate()
    const transferring = post([{ name: 's', data: streamOf('a', promise) }])
    await expect.poll(() => easy.getinfo('SIZE_UPLOAD_T')).toBeGreaterThan(0)
    easy.pause(CURLPAUSE_SEND)
    open('b')
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(seen).toEqual([])
    easy.pause(CURLPAUSE_CONT)
    expect((await transferring).error).toBeUndefined()
    expect(seen).toHaveLength(1)
  })
})

describe('failing', () => {
  test('the error of a stream is the cause, and the server gets no complete request', async () => {
    const fault = new Error('the disk is gone')
    const { promise, fail } = gate()
    const posting = post([{ name: 's', data: streamOf('a', promise) }])
    await expect.poll(() => easy.getinfo('SIZE_UPLOAD_T')).toBeGreaterThan(0)
    fail(fault)
    const { error } = await posting
    expect(error?.code).toBe('CURLE_ABORTED_BY_CALLBACK')
    expect(error?.cause).toBe(fault)
    await expect.poll(() => cut).toBe(1)
    expect(seen).toEqual([])
  })

  test('a chunk that is not bytes is an error too', async () => {
    const { error } = await post([
      {
        name: 's',
        data: (async function* () {
          yield 'text' as never
        })(),
      },
    ])
    expect(error?.cause).toBeInstanceOf(TypeError)
  })

  test('an abort cancels the stream, with the reason', async () => {
    const reason = new Error('enough')
    const controller = new AbortController()
    const { promise: cancelled, open } = gate<unknown>()
    const pulled = gate<void>()
    const data = new ReadableStream<Uint8Array>({ pull: () => pulled.open(), cancel: open }, { highWaterMark: 0 })
    easy.setopt('URL', server.url).setopt('MIMEPOST', [{ name: 's', data }])
    const performing = multi.perform(easy, { signal: controller.signal })
    await pulled.promise
    controller.abort(reason)
    await expect(performing).rejects.toMatchObject({ code: 'CURLE_ABORTED_BY_CALLBACK', cause: reason })
    expect(await cancelled).toBe(reason)
  })

  test('a transfer that fails for another reason cancels the stream', async () => {
    const { promise: cancelled, open } = gate<unknown>()
    const rude = await httpServer((request) => void request.once('data', () => request.socket.destroy()))
    const data = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes('a')),
      cancel: open,
    })
    const { error } = await transfer(multi, rude.url, { MIMEPOST: [{ name: 's', data }] }, easy)
    await rude.close()
    expect(error).toBeDefined()
    expect(await cancelled).toBe(error)
  })

  test('closing a handle, or setting the option again, cancels a stream that was never read', async () => {
    const gates = [gate<unknown>(), gate<unknown>()]
    for (const { open } of gates) easy.setopt('MIMEPOST', [{ data: new ReadableStream({ cancel: open }) }])
    await gates[0]!.promise
    easy.close()
    await gates[1]!.promise
    expect(current().mimeSources.size).toBe(0)
    easy = new Easy()
  })

  test.each<[string, MimePart, RegExp]>([
    [
      'callbacks of which one is no function',
      { data: { read: () => null, free: 1 } as never },
      /data\.free takes a function/,
    ],
    ['a stream that is read by another', { data: locked() }, /MIMEPOST\[0\]\.data is a stream that is locked/],
    ['a size of what has one', { data: 'x', size: 1 }, /MIMEPOST\[0\]\.size is only for a stream/],
    ['a size of a file', { file: '/dev/null', size: 1 }, /MIMEPOST\[0\]\.size is only for a stream/],
    ['a negative size', { data: streamOf('a'), size: -1 }, /MIMEPOST\[0\]\.size takes a number of bytes/],
    ['half a byte', { data: streamOf('a'), size: 1.5 }, /MIMEPOST\[0\]\.size/],
    ['something else', { data: {} as never }, /MIMEPOST\[0\]\.data takes bytes/],
  ])('%s is refused at once', (_, part, message) => {
    expect(() => easy.setopt('MIMEPOST', [part])).toThrow(message)
    expect(current().mimeSources.size).toBe(0)
  })
})

function locked(): ReadableStream<Uint8Array> {
  const stream = streamOf('x')
  stream.getReader()
  return stream
}

describe('sending again', () => {
  test('a redirect that repeats the body reads a Blob again', async () => {
    const blob = new CountedBlob(['b'.repeat(100_000)])
    const { error } = await post([{ name: 'b', data: blob }, { data: 'x' }], { FOLLOWLOCATION: true }, '/moved')
    expect(error).toBeUndefined()
    expect(seen).toHaveLength(2)
    expect(seen[1]!.body.equals(seen[0]!.body)).toBe(true)
    expect(blob.reads).toBe(2)
  })

  test('and cannot repeat a stream', async () => {
    const { error } = await post([{ name: 's', data: streamOf('x') }], { FOLLOWLOCATION: true }, '/moved')
    expect(error?.code).toBe('CURLE_SEND_FAIL_REWIND')
    expect(seen).toHaveLength(1)
  })

  test('the next transfer of a handle reads a Blob again, and fails where there was a stream', async () => {
    await post([{ name: 'b', data: new Blob(['blob']) }])
    expect((await transfer(multi, server.url, {}, easy)).error).toBeUndefined()
    expect(seen[1]!.body.equals(seen[0]!.body)).toBe(true)
    await post([{ name: 's', data: streamOf('stream') }])
    const { error } = await transfer(multi, server.url, {}, easy)
    expect(error?.code).toBe('CURLE_SEND_FAIL_REWIND')
    expect(seen).toHaveLength(3)
  })

  test('a stream that a transfer has not started to read can be used by the next one', async () => {
    const parts = [{ name: 's', data: streamOf('late') }]
    const failed = await transfer(multi, 'http://127.0.0.1:1/', { MIMEPOST: parts }, easy)
    expect(failed.error?.code).toBe('CURLE_COULDNT_CONNECT')
    expect((await transfer(multi, server.url, {}, easy)).error).toBeUndefined()
    expect(await formOf(seen[0]!).then((form) => form.get('s'))).toBe('late')
  })

  test('a copy of a handle reads Blobs independently, at the same time', async () => {
    const content = 'c'.repeat(3 * MB)
    easy.setopt('URL', server.url).setopt('MIMEPOST', [{ name: 'b', data: new Blob([content]) }])
    const copy = easy.duphandle()
    await Promise.all([multi.perform(easy), multi.perform(copy)])
    for (const one of seen) expect(await formOf(one).then((form) => form.get('b'))).toBe(content)
    expect(seen).toHaveLength(2)
    copy.close()
  })

  test('and a handle with a stream cannot be copied', () => {
    easy.setopt('MIMEPOST', [{ name: 's', data: streamOf('x') }])
    const before = counts()
    expect(() => easy.duphandle()).toThrow(/stream that is locked/)
    expect({ ...counts(), memory: 0 }).toEqual({ ...before, memory: 0 })
  })

  test('nothing is left allocated', async () => {
    const cycle = async (): Promise<void> => {
      const one = new Easy()
      await post([{ name: 's', data: streamOf('x') }, { data: new Blob(['y']) }], {}, '/', one)
      await post([{ parts: [{ data: new Blob(['y']) }] }], {}, '/', one).then(() => {})
      one.duphandle().close()
      one.close()
    }
    await cycle()
    await cycle()
    const before = counts().memory
    for (let i = 0; i < 10; i++) await cycle()
    expect(counts().memory - before).toBeLessThan(10 * 16)
    expect(current().mimeSources.size).toBe(0)
  })
})

describe('callbacks', () => {
  /** Callbacks that give `text` in pieces, and note what libcurl does. */
  function callbacks(text: string, log: unknown[], piece = 3) {
    let at = 0
    return {
      read(size: number) {
        log.push('read')
        return text.slice(at, (at += Math.min(size, piece)))
      },
      seek(offset: number, origin: number) {
        log.push(['seek', offset, origin])
        at = offset
      },
      free: () => void log.push('free'),
    }
  }

  test('their bytes are sent, with a length if there is a size, and again after a redirect', async () => {
    const log: unknown[] = []
    const { error } = await post(
      [{ name: 'c', data: callbacks('abcdefgh', log), size: 8 }],
      { FOLLOWLOCATION: true },
      '/moved',
    )
    expect(error).toBeUndefined()
    expect(seen.map(({ request }) => request.url)).toEqual(['/moved', '/'])
    expect(Number(seen[0]!.request.headers['content-length'])).toBe(seen[0]!.body.length)
    for (const each of seen) expect((await formOf(each)).get('c')).toBe('abcdefgh')
    expect(log).toContainEqual(['seek', 0, 0])
    expect(log).not.toContain('free')
    easy.close()
    expect(log.at(-1)).toBe('free')
    expect(current().mimeSources.size).toBe(0)
    easy = new Easy()
  })

  test('without seek they cannot be sent again', async () => {
    const { read } = callbacks('abc', [])
    const { error } = await post([{ name: 'c', data: { read } }], { FOLLOWLOCATION: true }, '/moved')
    expect(error).toMatchObject({ code: 'CURLE_SEND_FAIL_REWIND' })
  })

  test('they pause, which pauseFlags has, and pause() continues', async () => {
    const answers = ['a', CURL_READFUNC_PAUSE, 'b', null]
    let flags = -1
    const read = () => {
      const answer = answers.shift()
      if (answer === CURL_READFUNC_PAUSE)
        setTimeout(() => {
          flags = easy.pauseFlags
          easy.pause(flags & ~CURLPAUSE_SEND)
        }, 20)
      return answer
    }
    await post([{ name: 'c', data: { read } }])
    expect((await formOf(seen[0]!)).get('c')).toBe('ab')
    expect([flags, easy.pauseFlags]).toEqual([CURLPAUSE_SEND, CURLPAUSE_CONT])
  })

  test.each([
    ['throws', () => Promise.reject, 'of read'],
    ['returns too much', (size: number) => 'x'.repeat(size + 1), 'may return at most'],
    ['returns another number', () => 5, 'MIMEPOST[0].data.read returned the number 5'],
  ])('one that %s ends the transfer', async (what, give, message) => {
    const read = (size: number) => {
      if (what === 'throws') throw new Error('of read')
      return give(size) as string
    }
    const { error } = await post([{ data: { read }, headers: ['Content-Disposition: x'] }])
    expect(error).toMatchObject({ code: 'CURLE_ABORTED_BY_CALLBACK' })
    expect((error!.cause as Error).message).toContain(message)
  })

  test('a copy of the handle has a part of its own', async () => {
    const log: unknown[] = []
    easy.setopt('MIMEPOST', [{ name: 'c', data: callbacks('abc', log) }])
    const copy = easy.duphandle()
    easy.close()
    await transfer(multi, server.url, {}, copy)
    expect((await formOf(seen[0]!)).get('c')).toBe('abc')
    copy.close()
    expect(log.filter((entry) => entry === 'free')).toHaveLength(2)
    easy = new Easy()
  })
})
