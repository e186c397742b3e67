// WebSocketStream: messages as streams, backpressure, and its end.
import { WebSocketError, WebSocketStream } from 'libcurl-wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { sleep, unchanging } from '../fetch/outcome.js'
import { httpServer } from '../servers/listening.js'
import { BINARY, CLOSE, TEXT, answerOf, closeFrame, frame, fuzzer, type Peer } from './peer.js'

const MB = 1024 * 1024
const web = await httpServer((_request, response) => void response.writeHead(404).end())
const echo = new WebSocketServer({ server: web.server })
echo.on('connection', (peer) => peer.on('message', (data, binary) => peer.send(data, { binary })))
const raw = await fuzzer()
const url = web.url.replace('http', 'ws')
afterAll(async () => {
  echo.close()
  for (const peer of echo.clients) peer.terminate()
  await Promise.all([web.close(), raw.close()])
})

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'it did not fail',
    (error: unknown) => error,
  )

/** A peer that answers a Close frame with its own. */
const polite = async (peer: Peer): Promise<void> => {
  await peer.until(() => peer.received.some(({ opcode }) => opcode === CLOSE))
  await peer.write(frame(CLOSE, peer.received.find(({ opcode }) => opcode === CLOSE)!.payload))
  peer.end()
}

test('messages are chunks: text and bytes', async () => {
  const stream = new WebSocketStream(url, { protocols: ['chat'] })
  expect(stream.url).toBe(`${url}/`)
  const { readable, writable, protocol, extensions } = await stream.opened
  expect([protocol, extensions]).toEqual(['chat', ''])
  const [reader, writer] = [readable.getReader(), writable.getWriter()]
  for (const chunk of ['text \u00fc', Uint8Array.of(1, 2), new DataView(new ArrayBuffer(1)), new ArrayBuffer(0)]) {
    await writer.write(chunk)
    const { value } = await reader.read()
    expect(value).toEqual(typeof chunk === 'string' ? chunk : new Uint8Array('buffer' in chunk ? chunk.buffer : chunk))
  }
  await writer.close()
  expect(await stream.closed).toEqual({ closeCode: 1005, reason: '' })
  expect((await reader.read()).done).toBe(true)
})

describe('a side that does not read', () => {
  test('holds the server back', async () => {
    let written = 0
    raw.serve(async (peer) => {
      const message = frame(BINARY, Buffer.alloc(64 * 1024))
      for (; written < 1000 && !peer.ended; written++) await peer.write(message)
      await polite(peer)
    })
    const stream = new WebSocketStream(raw.ws)
    const { readable } = await stream.opened
    await unchanging(() => written)
    expect(written).toBeLessThan(500)
    let received = 0
    for (const reader = readable.getReader(); received < 1000; received++)
      expect(((await reader.read()).value as Uint8Array).length).toBe(64 * 1024)
    stream.close()
    await stream.closed
  })

  test('holds the client back', async () => {
    let resume!: () => void
    raw.serve(async (peer) => {
      peer.socket.pause()
      await new Promise<void>((go) => (resume = go))
      peer.socket.resume()
      await polite(peer)
    })
    const stream = new WebSocketStream(raw.ws)
    const writer = (await stream.opened).writable.getWriter()
    let confirmed = 0
    const writing = (async () => {
      for (; confirmed < 32; confirmed++) await writer.write(new Uint8Array(MB))
    })()
    await unchanging(() => confirmed)
    expect(confirmed).toBeLessThan(32)
    expect(writer.desiredSize).toBe(0)
    resume()
    await writing
    await writer.close()
    expect(await stream.closed).toEqual({ closeCode: 1005, reason: '' })
  })
})

describe('the end', () => {
  test.each([
    [undefined, 1005, ''],
    [{}, 1005, ''],
    [{ reason: '' }, 1005, ''],
    [{ reason: 'why' }, 1000, 'why'],
    [{ closeCode: 3456, reason: 'pizza' }, 3456, 'pizza'],
  ])('close(%j)', async (info, closeCode, reason) => {
    const stream = new WebSocketStream(url)
    await stream.opened
    stream.close(info)
    expect(await stream.closed).toEqual({ closeCode, reason })
  })

  test.each([
    [true, TypeError],
    [{ closeCode: 1001 }, 'InvalidAccessError'],
    [{ closeCode: 5000 }, 'InvalidAccessError'],
    [{ reason: 'x'.repeat(124) }, 'SyntaxError'],
  ])('cannot be %j', async (info, error) => {
    const stream = new WebSocketStream(url)
    await stream.opened
    const matching = typeof error === 'string' ? expect.objectContaining({ name: error }) : error
    expect(() => stream.close(info as never)).toThrow(matching)
    stream.close()
  })

  test.each(['abort', 'cancel'] as const)('%s() closes, with the code of a WebSocketError', async (method) => {
    for (const [reason, expected] of [
      [undefined, { closeCode: 1005, reason: '' }],
      [{ closeCode: 3333 }, { closeCode: 1005, reason: '' }],
      [new WebSocketError('', { closeCode: 3333, reason: 'enough' }), { closeCode: 3333, reason: 'enough' }],
    ] as const) {
      const stream = new WebSocketStream(url)
      const { readable, writable } = await stream.opened
      await (method === 'abort' ? writable.abort(reason) : readable.cancel(reason))
      expect(await stream.closed).toEqual(expected)
    }
  })

  test('by the server', async () => {
    raw.serve(async (peer) => {
      await peer.write(Buffer.concat([frame(TEXT, 'last'), closeFrame(4000, 'robot')]))
      await peer.next()
      peer.end()
    })
    const stream = new WebSocketStream(raw.ws)
    const { readable, writable } = await stream.opened
    const reader = readable.getReader()
    expect((await reader.read()).value).toBe('last')
    expect((await reader.read()).done).toBe(true)
    expect(await stream.closed).toEqual({ closeCode: 4000, reason: 'robot' })
    expect(await rejection(writable.getWriter().ready)).toMatchObject({ name: 'InvalidStateError' })
  })

  test('by the server, while a message is not sent yet: not clean', async () => {
    raw.serve(async (peer) => {
      peer.socket.pause()
      await peer.write(closeFrame(4567))
      await sleep(200)
      peer.socket.resume()
      await peer.until(() => peer.received.some(({ opcode }) => opcode === CLOSE))
      peer.end()
    })
    const stream = new WebSocketStream(raw.ws)
    const writer = (await stream.opened).writable.getWriter()
    const writes = [writer.write(new Uint8Array(20 * MB)), writer.write('never')]
    expect(await rejection(stream.closed)).toMatchObject({ name: 'WebSocketError', closeCode: 4567 })
    expect(await rejection(writes[1]!)).toBeInstanceOf(DOMException)
    await rejection(writes[0]!)
  })

  test('without a closing handshake, everything fails with one error', async () => {
    raw.serve((peer) => peer.end())
    const stream = new WebSocketStream(raw.ws)
    const { readable, writable } = await stream.opened
    const error = await rejection(stream.closed)
    expect(error).toBeInstanceOf(WebSocketError)
    expect(error).toMatchObject({ name: 'WebSocketError', closeCode: 1006 })
    expect(await rejection(readable.getReader().read())).toBe(error)
    expect(await rejection(writable.getWriter().ready)).toBe(error)
  })
})

describe('opening', () => {
  test.each([
    ['invalid:', {}, 'SyntaxError'],
    ['ws://localhost/', true, 'TypeError'],
    ['ws://localhost/', { protocols: 'hi' }, 'TypeError'],
    ['ws://localhost/', { protocols: ['a', 'a'] }, 'SyntaxError'],
  ])('%s with %j', (at, options, name) => {
    expect(() => new WebSocketStream(at, options as never)).toThrow(expect.objectContaining({ name }))
  })

  test('a URL is needed', () => {
    expect(() => new (WebSocketStream as unknown as new () => WebSocketStream)()).toThrow(TypeError)
  })

  test('an error says why it failed', async () => {
    raw.answer((request) => answerOf(request, () => {}, '404 Not Found'))
    raw.serve((peer) => peer.end())
    const stream = new WebSocketStream(raw.ws)
    const error = (await rejection(stream.opened)) as WebSocketError
    expect(error).toBeInstanceOf(WebSocketError)
    expect(error.message).toContain('404')
    expect(error.cause).toMatchObject({ code: 'CURLE_HTTP_RETURNED_ERROR' })
    expect(await rejection(stream.closed)).toBe(error)
  })

  test('a signal aborts opening, and has no effect later', async () => {
    const reason = new Error('enough')
    const before = new WebSocketStream(url, { signal: AbortSignal.abort(reason) })
    expect(await rejection(before.opened)).toBe(reason)
    expect(await rejection(before.closed)).toBe(reason)
    const during = new AbortController()
    const opening = new WebSocketStream(url, { signal: during.signal })
    queueMicrotask(() => during.abort(reason))
    expect(await rejection(opening.opened)).toBe(reason)
    const after = new AbortController()
    const stream = new WebSocketStream(url, { signal: after.signal })
    const { readable, writable } = await stream.opened
    after.abort(reason)
    await writable.getWriter().write('still here')
    expect((await readable.getReader().read()).value).toBe('still here')
    stream.close()
    await stream.closed
  })

  test('close() aborts it', async () => {
    const stream = new WebSocketStream(url)
    stream.close()
    expect(await rejection(stream.opened)).toBeInstanceOf(WebSocketError)
    expect(await rejection(stream.closed)).toBeInstanceOf(WebSocketError)
  })
})

test('WebSocketError', () => {
  expect(new WebSocketError()).toMatchObject({
    name: 'WebSocketError',
    code: 0,
    message: '',
    closeCode: null,
    reason: '',
  })
  expect(new WebSocketError('m', { closeCode: 3456, reason: 'r' })).toMatchObject({
    message: 'm',
    closeCode: 3456,
    reason: 'r',
  })
  expect(new WebSocketError('', { reason: 'r' }).closeCode).toBe(1000)
  expect(() => new WebSocketError('', { closeCode: 1001 })).toThrow(
    expect.objectContaining({ name: 'InvalidAccessError' }),
  )
  expect(() => new WebSocketError('', { reason: '\ud83d\udd0c'.repeat(32) })).toThrow(
    expect.objectContaining({ name: 'SyntaxError' }),
  )
})
