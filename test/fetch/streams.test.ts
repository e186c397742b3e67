// Large bodies: they use constant memory, and when one side stops, the other one does too.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, describe, expect, test } from 'vitest'
import { BETWEEN } from '../servers/buffers.js'
import { certificates } from '../servers/certificates.js'
import { bodyOf, http2Server, httpServer } from '../servers/listening.js'
import { sourceServer } from '../servers/source.js'
import { bytes, ours, sleep, until } from './outcome.js'

const MB = 1024 * 1024
const GB = 1024 * MB
const CAINFO = certificates().ca.certFile

const source = await sourceServer()
afterAll(() => source.close())

function residentMemory(): number {
  globalThis.gc!()
  return process.memoryUsage.rss()
}

/** How much the resident memory grows during some work. */
async function growth(work: () => Promise<void>): Promise<number> {
  const before = residentMemory()
  let most = before
  const sampler = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20)
  await work()
  clearInterval(sampler)
  return most - before
}

/** A server in a process of its own that counts the bytes it gets. */
async function sinkServer(): Promise<{ url: string; close(): Promise<unknown> }> {
  const program = `
    const server = require('http').createServer((request, response) => {
      let bytes = 0
      request.on('data', (chunk) => (bytes += chunk.length)).on('end', () => response.end(String(bytes)))
    })
    server.listen(0, '127.0.0.1', () => console.log(server.address().port))
    process.stdin.on('end', () => process.exit()).resume()`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { url: `http://127.0.0.1:${Number(line)}`, close: () => (child.stdin.end(), once(child, 'exit')) }
}

/** A stream of `size` bytes in chunks of 64 KB; `produced` is called with how many there were so far. */
function zeros(size: number, produced: (bytes: number) => void = () => {}): ReadableStream<Uint8Array> {
  const chunk = new Uint8Array(64 * 1024)
  let made = 0
  return new ReadableStream({
    pull(controller) {
      const part = chunk.subarray(0, Math.min(chunk.length, size - made))
      made += part.length
      produced(made)
      controller.enqueue(part)
      if (made === size) controller.close()
    },
  })
}

describe('1 GB', () => {
  test('down takes less than 128 MB', async () => {
    let received = 0
    const grown = await growth(async () => {
      const response = await ours(`http://127.0.0.1:${source.port}/${GB}`)
      for await (const chunk of response.body!) received += chunk.length
    })
    expect(received).toBe(GB)
    expect(grown).toBeLessThan(128 * MB)
  }, 120_000)

  test('up takes less than 128 MB', async () => {
    const sink = await sinkServer()
    let answer = ''
    const grown = await growth(async () => {
      const response = await ours(sink.url, { method: 'PUT', body: zeros(GB), duplex: 'half' })
      answer = await response.text()
    })
    expect(answer).toBe(String(GB))
    expect(grown).toBeLessThan(128 * MB)
    await sink.close()
  }, 120_000)

  test('of a Blob made of parts is not copied', async () => {
    const sink = await sinkServer()
    const part = new Blob([new Uint8Array(64 * MB)])
    let answer = ''
    const grown = await growth(async () => {
      answer = await (await ours(sink.url, { method: 'PUT', body: new Blob(Array(16).fill(part)) })).text()
    })
    expect(answer).toBe(String(GB))
    // Node reads each part as a whole, and some of them wait for the garbage collector
    expect(grown).toBeLessThan(512 * MB)
    await sink.close()
  }, 120_000)
})

describe('backpressure', () => {
  test('a reader that does not read stops the sender', async () => {
    const response = await ours(`http://127.0.0.1:${source.port}/${200 * MB}`)
    const reader = response.body!.getReader()
    let received = (await reader.read()).value!.length
    const sent = await source.stalled()
    // the kernel's buffers on both sides, and Node's
    expect(sent).toBeLessThan(BETWEEN)
    for (let part = await reader.read(); !part.done; part = await reader.read()) received += part.value.length
    expect(received).toBe(200 * MB)
  })

  test('a response that is not read stops the sender', async () => {
    const response = await ours(`http://127.0.0.1:${source.port}/${100 * MB}`)
    expect(await source.stalled()).toBeLessThan(BETWEEN)
    await response.body!.cancel()
  })

  test('a server that does not read stops the stream', async () => {
    const waiting: [IncomingMessage, ServerResponse][] = []
    const lazy = await httpServer((request, response) => void waiting.push([request, response]))
    let produced = 0
    const calling = ours(lazy.url, {
      method: 'PUT',
      body: zeros(100 * MB, (made) => (produced = made)),
      duplex: 'half',
    })
    await until(() => waiting.length === 1)
    for (let was = -1; was !== produced; await sleep(200)) was = produced
    expect(produced).toBeLessThan(BETWEEN)
    const [request, response] = waiting[0]!
    let arrived = 0
    for await (const chunk of request) arrived += (chunk as Buffer).length
    response.end('done')
    expect(await (await calling).text()).toBe('done')
    expect(arrived).toBe(100 * MB)
    await lazy.close()
  })

  test('in HTTP/2 a reader that does not read stops only its own stream', async () => {
    let sent = 0
    const server = await http2Server((stream, headers) => {
      stream.on('error', () => {})
      stream.respond({ ':status': 200 })
      if (headers[':path'] === '/small') return void stream.end('small')
      const chunk = Buffer.alloc(64 * 1024)
      const more = (): void => {
        while (sent < 100 * MB && stream.write(chunk)) sent += chunk.length
        if (sent < 100 * MB) stream.once('drain', more)
        else stream.end()
      }
      more()
    })
    const curl = { options: { CAINFO } }
    const stalled = await ours(`${server.url}/big`, { curl })
    await sleep(300)
    expect(sent).toBeLessThan(BETWEEN)
    for (let i = 0; i < 5; i++) expect(await (await ours(`${server.url}/small`, { curl })).text()).toBe('small')
    expect(server.connections).toBe(1)
    await stalled.body!.cancel()
    await server.close()
  })
})

describe('both ways', () => {
  test('a body comes back as it was sent, in all sizes', async () => {
    const echo = await httpServer((request, response) => void request.pipe(response))
    for (const size of [0, 1, 16 * 1024, 16 * 1024 + 1, 256 * 1024, MB, MB + 1, 5 * MB]) {
      const body = bytes(size)
      for (const each of [body, new Blob([body])]) {
        const answer = await ours(echo.url, { method: 'POST', body: each })
        expect(Buffer.from(await answer.arrayBuffer()).equals(body), `${size} bytes`).toBe(true)
      }
      const split = [body.subarray(0, size / 3), body.subarray(size / 3, size / 2), body.subarray(size / 2)]
      const answer = await ours(echo.url, { method: 'POST', body: new Blob(split).stream(), duplex: 'half' })
      expect(Buffer.from(await answer.arrayBuffer()).equals(body), `a stream of ${size} bytes`).toBe(true)
    }
    await echo.close()
  })

  test('the body of a download can be uploaded', async () => {
    const sink = await httpServer(
      async (request, response) => void response.end(String((await bodyOf(request)).length)),
    )
    const { body } = await ours(`http://127.0.0.1:${source.port}/${20 * MB}`)
    expect(await (await ours(sink.url, { method: 'PUT', body, duplex: 'half' })).text()).toBe(String(20 * MB))
    await sink.close()
  })

  test('50 at the same time', async () => {
    const echo = await httpServer(async (request, response) => void response.end(await bodyOf(request)))
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const answer = await ours(echo.url, { method: 'POST', body: `body ${i} `.repeat(i * 100) })
        return answer.text()
      }),
    )
    expect(answers).toEqual(answers.map((_, i) => `body ${i} `.repeat(i * 100)))
    await echo.close()
  })

  test('HTTP/2 uploads of unknown length, on one connection', async () => {
    const echo = await http2Server((stream) => {
      stream.respond({ ':status': 200 })
      stream.pipe(stream)
    })
    const curl = { options: { CAINFO }, httpVersion: '2' } as const
    await (await ours(echo.url, { curl })).text()
    const answers = await Promise.all(
      [1, 2, 3].map(async (i) => {
        const answer = await ours(echo.url, { method: 'POST', body: zeros(i * MB), duplex: 'half', curl })
        return [answer.curl.httpVersion, (await answer.arrayBuffer()).byteLength]
      }),
    )
    expect(answers).toEqual([1, 2, 3].map((i) => ['2', i * MB]))
    expect(echo.connections).toBe(1)
    await echo.close()
  })

  // with the second one, libcurl would go on to send
  test.each([
    [413, { connection: 'close' }, 'too much'],
    [200, { 'content-length': 8 }, 'all done'],
    [200, { 'content-length': 0 }, ''],
  ])('a response before the end of the request ends the request: %i %o', async (status, headers, text) => {
    const hasty = await httpServer((_request, response) => void response.writeHead(status, headers).end(text))
    let cancelled: unknown
    const body = new ReadableStream({
      pull: (controller) => sleep(5).then(() => controller.enqueue(new Uint8Array(1000))),
      cancel: (reason) => void (cancelled = reason ?? 'cancelled'),
    })
    const response = await ours(hasty.url, { method: 'POST', body, duplex: 'half' })
    expect([response.status, await response.text()]).toEqual([status, text])
    await until(() => cancelled !== undefined)
    await hasty.close()
  })

  test('a stream that fails is the cause', async () => {
    const sink = await httpServer(async (request, response) => void response.end(await bodyOf(request)))
    const fault = new RangeError('out of data')
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array(10)),
      pull: (controller) => sleep(20).then(() => controller.error(fault)),
    })
    const calling = ours(sink.url, { method: 'POST', body, duplex: 'half' })
    await expect(calling).rejects.toMatchObject({ cause: { code: 'CURLE_ABORTED_BY_CALLBACK', cause: fault } })
    await sink.close()
  })
})
