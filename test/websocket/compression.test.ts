// Messages that are compressed by permessage-deflate: with the server of `ws`, and with one that sends any frames.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { constants, createDeflateRaw, createInflateRaw, deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Socket } from 'node:net'
import init, { WebSocket, WebSocketStream, type CloseEvent, type FailureEvent } from 'libcurl-wasm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocketServer, type PerMessageDeflateOptions, type WebSocket as Peer } from 'ws'
import { current } from '../../dist/js/internals.js'
import { until } from '../fetch/outcome.js'
import { counts, settledCounts } from '../servers/counts.js'
import { httpServer } from '../servers/listening.js'
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  PING,
  PONG,
  TEXT,
  answerOf,
  closeFrame,
  frame,
  fuzzer,
  type Peer as Raw,
} from './peer.js'

const MB = 1024 * 1024
const END = Buffer.of(0, 0, 0xff, 0xff)
const { Z_SYNC_FLUSH } = constants

const server = await fuzzer()
afterAll(() => server.close())
beforeAll(() => init())

/** JSON of about `size` bytes, with text that needs several bytes in UTF-8. */
function json(size: number, seed = 1): string {
  const names = ['\u00e9tienne', 'zo\u00eb', '\u738b\u82b3', 'olga', '\ud83d\ude00', 'mallory', 'trent', 'peggy']
  let state = seed
  const random = (limit: number): number => (state = (state * 16807) % 2147483647) % limit
  let text = '['
  while (text.length < size)
    text += JSON.stringify({ id: random(1e6), user: names[random(8)], friends: [names[random(8)], names[random(8)]] })
  return text + ']'
}

const noise = (size: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(size)
  for (let at = 0; at < size; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536))
  return bytes
}

/** Compresses messages, of which each may refer to those before it. */
function compressor(windowBits = 15): (message: string | Uint8Array) => Promise<Buffer> {
  const zlib = createDeflateRaw({ windowBits })
  return async (message) => {
    const chunks: Buffer[] = []
    const collect = (chunk: Buffer): void => void chunks.push(chunk)
    zlib.on('data', collect)
    zlib.write(message)
    await new Promise<void>((resolve) => zlib.flush(Z_SYNC_FLUSH, () => resolve()))
    zlib.off('data', collect)
    return Buffer.concat(chunks).subarray(0, -4)
  }
}

/** Decompresses messages. It accepts only references within the window. */
function decompressor(windowBits = 15): (message: Uint8Array) => Promise<Buffer> {
  const zlib = createInflateRaw({ windowBits })
  return async (message) => {
    const chunks: Buffer[] = []
    const collect = (chunk: Buffer): void => void chunks.push(chunk)
    zlib.on('data', collect)
    zlib.write(Buffer.concat([message, END]))
    await new Promise<void>((resolve, reject) => {
      zlib.once('error', reject)
      zlib.flush(() => resolve())
    })
    zlib.off('data', collect)
    return Buffer.concat(chunks)
  }
}

const deflated = (message: string | Uint8Array): Buffer =>
  deflateRawSync(message, { finishFlush: Z_SYNC_FLUSH }).subarray(0, -4)

/** A compressed message in one frame. */
const compressed = (message: string | Uint8Array, opcode: number = TEXT): Buffer =>
  frame(opcode, deflated(message), { rsv: 4 })

/** Splits a payload into fragments, of which the first is marked as compressed. */
function fragments(opcode: number, payload: Buffer, size: number): Buffer[] {
  const count = Math.max(1, Math.ceil(payload.length / size))
  return Array.from({ length: count }, (_, i) =>
    frame(i ? CONTINUATION : opcode, payload.subarray(i * size, (i + 1) * size), {
      fin: i === count - 1,
      rsv: i ? 0 : 4,
    }),
  )
}

// --- with ws ---

/** Starts a server of `ws` that echoes messages, and returns its URL and its end of the last connection. */
async function echoing(perMessageDeflate: PerMessageDeflateOptions | boolean) {
  const web = await httpServer((_request, response) => void response.end())
  const wss = new WebSocketServer({ server: web.server, perMessageDeflate, maxPayload: 0 })
  const errors: unknown[] = []
  let last!: Peer
  const peers = new Map<string, Peer>()
  wss.on('connection', (peer, { url }) => {
    last = peer
    peers.set(url!, peer)
    peer.on('error', (error) => errors.push(error))
    peer.on('message', (data, binary) => peer.send(data, { binary }))
  })
  const close = async (): Promise<void> => {
    for (const client of wss.clients) client.terminate()
    wss.close()
    await web.close()
  }
  /** The bytes that the last connection has received. */
  const received = (): number => (last as unknown as { _socket: Socket })._socket.bytesRead
  /** The bytes that it has sent. */
  const sent = (): number => (last as unknown as { _socket: Socket })._socket.bytesWritten
  return { url: web.url.replace('http', 'ws'), errors, close, received, sent, peers }
}

async function openedAt(url: string, options = {}): Promise<WebSocket> {
  const socket = new WebSocket(url, [], options)
  socket.binaryType = 'arraybuffer'
  await new Promise((resolve, reject) => {
    socket.onopen = resolve
    socket.onerror = ({ error }) => reject(error)
  })
  return socket
}

/** Sends messages, and returns what comes back for them. */
async function echoes(socket: WebSocket, messages: (string | Uint8Array)[]): Promise<unknown[]> {
  const back: unknown[] = []
  const all = new Promise<void>((resolve, reject) => {
    socket.onmessage = ({ data }) => {
      back.push(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer))
      if (back.length === messages.length) resolve()
    }
    socket.onclose = ({ code }) => reject(new Error(`closed: ${code}`))
  })
  for (const message of messages) socket.send(message as string)
  await all
  socket.onclose = null
  return back
}

const MESSAGES: (string | Uint8Array)[] = [
  '',
  'x',
  '',
  json(255),
  json(256),
  json(1000),
  json(1000),
  new Uint8Array(0),
  new TextEncoder().encode(json(1000)),
  noise(1000),
  json(64_000, 2),
  noise(70_000),
  '\u20ac'.repeat(100_000),
  new Uint8Array(300_000),
  json(1000, 3),
  json(1_000_000, 4),
  noise(200_000),
  new TextEncoder().encode(json(150_000, 5)),
  json(64_000, 2),
]

describe('with the server of ws', () => {
  const flags = [false, true]
  const bits = [undefined, 8, 9, 12, 15]
  const combinations = flags.flatMap((serverNoContextTakeover) =>
    flags.flatMap((clientNoContextTakeover) =>
      bits.flatMap((serverMaxWindowBits) =>
        bits.map((clientMaxWindowBits) => ({
          serverNoContextTakeover,
          clientNoContextTakeover,
          serverMaxWindowBits,
          clientMaxWindowBits,
        })),
      ),
    ),
  )
  test.each(combinations)('messages of all kinds are echoed: %j', async (parameters) => {
    // undefined would not be the same as nothing
    const given = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value)) as typeof parameters
    const { url, errors, close } = await echoing({ ...given, threshold: 0 })
    const socket = await openedAt(url)
    for (const [name, value] of Object.entries(given)) {
      const parameter = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
      expect(socket.extensions).toContain(value === true ? parameter : `${parameter}=${value}`)
    }
    const back = await echoes(socket, MESSAGES)
    expect(back.length).toBe(MESSAGES.length)
    back.forEach((each, i) =>
      expect(Buffer.compare(Buffer.from(each as string), Buffer.from(MESSAGES[i] as string))).toBe(0),
    )
    expect(back.map((each) => typeof each)).toEqual(MESSAGES.map((each) => typeof each))
    expect(errors).toEqual([])
    socket.close()
    await close()
  })

  test.each([
    [false, false, 5, 5],
    [true, false, 1, 5],
    [false, true, 5, 1],
  ])('takeover: server_no %s, client_no %s', async (serverNo, clientNo, timesFromServer, timesFromClient) => {
    const { url, close, received, sent } = await echoing({
      serverNoContextTakeover: serverNo,
      clientNoContextTakeover: clientNo,
      threshold: 0,
    })
    const socket = await openedAt(url)
    const message = Buffer.from(noise(1000)).toString('hex')
    await echoes(socket, [message])
    const [before, beforeBack] = [received(), sent()]
    await echoes(socket, [message])
    const [one, oneBack] = [received() - before, sent() - beforeBack]
    // hex becomes half as large. What came before is a reference
    const half = message.length / 2
    expect(one).toBeLessThan((half * 1.2) / timesFromClient)
    expect(oneBack).toBeLessThan((half * 1.2) / timesFromServer)
    if (clientNo) expect(one).toBeGreaterThan(half * 0.9)
    if (serverNo) expect(oneBack).toBeGreaterThan(half * 0.9)
    socket.close()
    await close()
  })

  test('1000 messages in both directions, sent together, on a connection and on the next', async () => {
    const { url, errors, close, received } = await echoing({ threshold: 0 })
    for (let i = 0; i < 2; i++) {
      const socket = await openedAt(url)
      const messages = Array.from({ length: 1000 }, (_, i) => json(100 + i, i + 1))
      expect(await echoes(socket, messages)).toEqual(messages)
      const total = messages.reduce((sum, message) => sum + Buffer.byteLength(message), 0)
      expect(received()).toBeLessThan(total / 3)
      socket.close()
      await new Promise((resolve) => (socket.onclose = resolve))
    }
    expect(errors).toEqual([])
    await close()
  })

  test('a WebSocketStream has it too', async () => {
    const { url, close, received } = await echoing({ threshold: 0 })
    const stream = new WebSocketStream(url)
    const { readable, writable, extensions } = await stream.opened
    expect(extensions).toContain('permessage-deflate')
    const [reader, writer] = [readable.getReader(), writable.getWriter()]
    for (const message of [json(100_000), new TextEncoder().encode(json(100_000, 2)), json(1000)]) {
      await writer.write(message)
      expect((await reader.read()).value).toEqual(message)
    }
    expect(received()).toBeLessThan(100_000)
    stream.close()
    await stream.closed
    await close()
  })

  test('with perMessageDeflate: false nothing is compressed', async () => {
    const { url, close, received } = await echoing({ threshold: 0 })
    const socket = await openedAt(url, { perMessageDeflate: false })
    expect(await echoes(socket, [json(10_000)])).toEqual([json(10_000)])
    expect(received()).toBeGreaterThan(10_000)
    expect(socket.extensions).toBe('')
    socket.close()
    await close()
  })

  test('a server that does not have it gets messages as they are', async () => {
    const { url, close, received } = await echoing(false)
    const socket = await openedAt(url)
    expect(await echoes(socket, [json(10_000)])).toEqual([json(10_000)])
    expect(received()).toBeGreaterThan(10_000)
    socket.close()
    await close()
  })
})

// --- with any frames ---

interface Outcome {
  messages: unknown[]
  /** The message of the error event. */
  message: string | null
  code: number
  /** The code of the Close frame that the server gets. */
  closes: number
  pongs: number
}

/** What a client makes of what a server sends. */
async function outcomeOf(
  send: (Buffer | ((peer: Raw) => Promise<void>))[],
  { extensions = 'permessage-deflate', chop = Infinity, maxMessage = 64 * MB } = {},
): Promise<Outcome> {
  let closes = 0
  let pongs = 0
  server.answer((request) => answerOf(request, (headers) => (headers['Sec-WebSocket-Extensions'] = extensions || null)))
  const served = new Promise<void>((resolve) =>
    server.serve(async (peer: Raw) => {
      for (const part of send) {
        if (typeof part === 'function') await part(peer)
        else
          for (let at = 0; at < part.length; at += chop) {
            await peer.write(part.subarray(at, at + chop))
            if (chop < Infinity) await new Promise((resolve) => setImmediate(resolve))
          }
      }
      const close = (): Buffer | undefined => peer.received.find(({ opcode }) => opcode === CLOSE)?.payload
      await peer.until(() => close() !== undefined)
      closes = close()!.readUInt16BE(0)
      pongs = peer.received.filter(({ opcode }) => opcode === PONG).length
      peer.end()
      resolve()
    }),
  )
  const socket = new WebSocket(server.ws, [], { maxMessage })
  socket.binaryType = 'arraybuffer'
  const messages: unknown[] = []
  let message: string | null = null
  socket.onmessage = ({ data }) => messages.push(typeof data === 'string' ? data : Buffer.from(data as ArrayBuffer))
  socket.onerror = (event: FailureEvent) => (message = event.message)
  const code = await new Promise<number>((resolve) => (socket.onclose = ({ code }: CloseEvent) => resolve(code)))
  await served
  return { messages, message, code, closes, pongs }
}

const good = (messages: unknown[], pongs = 0): Outcome => ({ messages, message: null, code: 1000, closes: 1000, pongs })
const bad = (closes: number, message: string, messages: unknown[] = []): unknown => ({
  messages,
  message: expect.stringContaining(message),
  code: 1006,
  closes,
  pongs: 0,
})

describe.each([Infinity, 1, 7])('what a server may send, in writes of %d bytes', (chop) => {
  const run = (...send: Buffer[]): Promise<Outcome> => outcomeOf([...send, closeFrame(1000)], { chop })

  test('the messages of RFC 7692, 7.2.3', async () => {
    const hello = Buffer.from('f248cdc9c90700', 'hex')
    const again = Buffer.from('f200110000', 'hex')
    const stored = Buffer.from('000500faff48656c6c6f00', 'hex')
    const final = Buffer.from('f348cdc9c9070000', 'hex')
    const twoBlocks = Buffer.from('f24805000000ffffcac9c90700', 'hex')
    const each = (payload: Buffer): Buffer => frame(TEXT, payload, { rsv: 4 })
    expect(
      await run(
        each(hello),
        ...fragments(TEXT, hello, 3),
        each(again),
        each(stored),
        each(final),
        each(twoBlocks),
        each(Buffer.of(0)),
        each(hello),
      ),
    ).toEqual(good(['Hello', 'Hello', 'Hello', 'Hello', 'Hello', 'Hello', '', 'Hello']))
  })

  test('fragments, with pings and pongs between, and messages that are not compressed', async () => {
    const compress = compressor()
    const texts = [json(500), json(500), json(300, 2)]
    const parts: Buffer[] = []
    for (const text of texts) {
      const payload = await compress(text)
      for (const fragment of fragments(TEXT, payload, Math.ceil(payload.length / 5)))
        parts.push(fragment, frame(PING, 'x'), frame(PONG))
      parts.push(frame(TEXT, text), frame(TEXT, text.slice(0, 9), { fin: false }), frame(CONTINUATION, text.slice(9)))
    }
    expect(await run(...parts)).toEqual({
      ...good(texts.flatMap((text) => [text, text, text])),
      pongs: expect.any(Number),
    })
  })

  test('fragments without payload, first, in between and last', async () => {
    const payload = deflated(json(300))
    expect(
      await run(
        frame(TEXT, '', { fin: false, rsv: 4 }),
        frame(CONTINUATION, payload.subarray(0, 50), { fin: false }),
        frame(CONTINUATION, '', { fin: false }),
        frame(CONTINUATION, payload.subarray(50), { fin: false }),
        frame(CONTINUATION, ''),
        frame(BINARY, '', { fin: false, rsv: 4 }),
        frame(CONTINUATION, ''),
        compressed('next'),
      ),
    ).toEqual(good([json(300), Buffer.alloc(0), 'next']))
  })

  test('empty messages, of any form', async () => {
    expect(
      await run(
        frame(TEXT, Buffer.of(0), { rsv: 4 }),
        frame(BINARY, Buffer.of(2, 0), { rsv: 4 }),
        frame(TEXT, Buffer.of(3, 0), { rsv: 4 }),
        frame(TEXT, '', { rsv: 4 }),
        compressed('next'),
      ),
    ).toEqual(good(['', Buffer.alloc(0), '', '', 'next']))
  })

  test('final blocks, also in the middle of a message, and references across them', async () => {
    const whole = deflateRawSync(json(400))
    const halves = Buffer.concat([deflateRawSync('one '), deflateRawSync('two '), deflated('three')])
    // zlib's own final block, and then one that refers to 'Hello' before it (RFC 7692, 7.2.3.2)
    const hello = Buffer.from('f348cdc9c9070000', 'hex')
    const again = Buffer.from('f200110000', 'hex')
    const each = (payload: Buffer): Buffer => frame(TEXT, payload, { rsv: 4 })
    expect(
      await run(each(Buffer.concat([whole, Buffer.of(0)])), each(whole), each(halves), each(hello), each(again)),
    ).toEqual(good([json(400), json(400), 'one two three', 'Hello', 'Hello']))
  })

  test('characters that are split between blocks and fragments', async () => {
    const text = '\u20ac\ud83d\ude00'.repeat(50)
    const bytes = Buffer.from(text)
    const blocks = Array.from({ length: 50 }, (_, i) => bytes.subarray(i * 7, i * 7 + 7)).flatMap((block) => [
      deflateRawSync(block.subarray(0, 2), { finishFlush: Z_SYNC_FLUSH }),
      deflateRawSync(block.subarray(2), { finishFlush: Z_SYNC_FLUSH }),
    ])
    const payload = Buffer.concat(blocks).subarray(0, -4)
    expect(await run(...fragments(TEXT, payload, 11), ...fragments(TEXT, payload, 1000))).toEqual(good([text, text]))
  })
})

test('memory of the module that grows while messages are decompressed', async () => {
  const { exports } = current()
  const feed = exports.inflater_feed
  let calls = 0
  exports.inflater_feed = (...args) => {
    const length = feed(...args)
    calls++
    ;(exports.memory as WebAssembly.Memory).grow(1)
    return length
  }
  const texts = [json(300), json(400), json(100_000), json(300)]
  const together = Buffer.concat([...texts.map((text) => compressed(text)), frame(TEXT, 'last'), closeFrame(1000)])
  const outcome = await outcomeOf([together])
  exports.inflater_feed = feed
  expect(outcome).toEqual(good([...texts, 'last']))
  expect(calls).toBeGreaterThanOrEqual(4)
})

describe('what a server must not send', () => {
  const hello = compressed('Hello')
  test.each<[string, Buffer[]]>([
    [
      'RSV1 in a continuation',
      [frame(TEXT, deflated('x'), { rsv: 4, fin: false }), frame(CONTINUATION, '', { rsv: 4 })],
    ],
    [
      'RSV1 in a continuation of what is not compressed',
      [frame(TEXT, 'x', { fin: false }), frame(CONTINUATION, '', { rsv: 4 })],
    ],
    ['RSV1 in a ping', [frame(PING, '', { rsv: 4 })]],
    ['RSV1 in a pong', [frame(PONG, '', { rsv: 4 })]],
    ['RSV1 in a Close frame', [frame(CLOSE, Buffer.of(3, 232), { rsv: 4 })]],
    ['RSV2', [frame(TEXT, deflated('x'), { rsv: 2 })]],
    ['RSV3', [frame(TEXT, deflated('x'), { rsv: 1 })]],
    ['RSV1 and RSV2', [frame(TEXT, deflated('x'), { rsv: 6 })]],
  ])('%s: 1002', async (_name, frames) => {
    expect(await outcomeOf([hello, ...frames])).toEqual(bad(1002, 'reserved bits', ['Hello']))
  })

  test('RSV1, if it was not negotiated: 1002', async () => {
    expect(await outcomeOf([hello], { extensions: '' })).toEqual(bad(1002, 'reserved bits'))
  })

  const long = deflated(json(1000))
  test.each<[string, Buffer]>([
    ['a block of the reserved type', Buffer.of(7)],
    ['a stored block with wrong lengths', Buffer.of(0, 1, 0, 1, 0, 0)],
    ['a reference to what is not there', Buffer.from('f200110000', 'hex')],
    ['data that is cut off in a block', long.subarray(0, -20)],
    ['data that is cut off in a stored block', Buffer.of(0, 100, 0, 155, 255, 1)],
    ['text that is not compressed', Buffer.from('Hello, this is not compressed')],
    ['data that still has its last four bytes', Buffer.concat([long, END])],
    ['noise', Buffer.from(noise(1000).fill(255, 0, 5))],
  ])('%s: 1007', async (_name, payload) => {
    for (const chop of [Infinity, 1]) {
      const outcome = await outcomeOf([frame(BINARY, payload, { rsv: 4 })], { chop })
      expect(outcome).toEqual(bad(1007, 'not compressed as permessage-deflate says'))
    }
  })

  test('invalid data fails at once, before the end of its message', async () => {
    const outcome = await outcomeOf([frame(TEXT, Buffer.of(7), { rsv: 4, length: 1000 })])
    expect(outcome).toEqual(bad(1007, 'not compressed'))
  })

  test.each([
    ['server_no_context_takeover', 'permessage-deflate; server_no_context_takeover'],
    ['server_max_window_bits', 'permessage-deflate; server_max_window_bits=9'],
  ])('a reference that %s excludes: 1007', async (_name, extensions) => {
    const compress = compressor()
    const first = noise(300)
    const payloads = [await compress(first), await compress(noise(2000)), await compress(first)]
    const sent = payloads.map((payload) => frame(BINARY, payload, { rsv: 4 }))
    expect(await outcomeOf([...sent, closeFrame(1000)])).toMatchObject({ code: 1000 })
    expect(await outcomeOf(sent, { extensions })).toMatchObject({ code: 1006, closes: 1007, messages: { length: 2 } })
  })

  test('text that is not UTF-8 once it is decompressed: 1007', async () => {
    for (const text of [Buffer.of(0xff), Buffer.concat([Buffer.from(json(100_000)), Buffer.of(0xe2, 0x82)])]) {
      expect(await outcomeOf([hello, compressed(text)])).toMatchObject({
        messages: ['Hello'],
        code: 1006,
        closes: 1007,
      })
      expect((await outcomeOf([compressed(text, BINARY), closeFrame(1000)])).messages).toEqual([text])
    }
  })
})

describe('the size of messages', () => {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  const used = (): number => {
    gc()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external + current().exports.memory.buffer.byteLength
  }

  test.each([TEXT, BINARY])('is limited to maxMessage, as it is once it is decompressed: opcode %d', async (opcode) => {
    const fits = Buffer.alloc(1000, 'x')
    const more = Buffer.alloc(1001, 'x')
    const limit = { maxMessage: 1000 }
    const { messages, code } = await outcomeOf([compressed(fits, opcode), closeFrame(1000)], limit)
    expect([messages.map((each) => String(each)), code]).toEqual([[String(fits)], 1000])
    const message = 'a message has at least 1001 bytes, but maxMessage is 1000'
    expect(await outcomeOf([compressed(more, opcode)], limit)).toEqual(bad(1009, message))
    expect(await outcomeOf(fragments(opcode, deflated(more), 3), limit)).toEqual(bad(1009, message))
  })

  test('one that becomes larger by compression than maxMessage is accepted', async () => {
    const message = Buffer.from(noise(100_000))
    const payload = deflated(message)
    expect(payload.length).toBeGreaterThan(message.length)
    const { messages } = await outcomeOf([frame(BINARY, payload, { rsv: 4 }), closeFrame(1000)], {
      maxMessage: 100_000,
    })
    expect(message.equals(messages[0] as Buffer)).toBe(true)
  })

  // 4 GB of zeros in 4 MB
  const bomb = (): Buffer => {
    const block = deflateRawSync(Buffer.alloc(64 * MB), { finishFlush: Z_SYNC_FLUSH })
    return Buffer.concat(Array.from({ length: 64 }, () => block))
  }

  test.each<[string, number, number]>([
    ['binary', BINARY, 16 * MB],
    ['text', TEXT, 16 * MB],
    ['in fragments', BINARY, 1000],
  ])('a bomb costs no more than maxMessage: %s', async (_name, opcode, size) => {
    const maxMessage = 8 * MB
    const frames = Buffer.concat(fragments(opcode, bomb(), size))
    const memory: number[] = []
    const { exports } = current()
    const drain = exports.inflater_drain
    // called for each block but the first of a piece
    exports.inflater_drain = (inflater) => {
      memory.push(used())
      return drain(inflater)
    }
    const outcome = await outcomeOf([frames], { maxMessage })
    exports.inflater_drain = drain
    expect(outcome).toEqual(bad(1009, `but maxMessage is ${maxMessage}`))
    expect(memory.length).toBeGreaterThan(100)
    expect(memory.length).toBeLessThanOrEqual(maxMessage / 65536)
    // a string takes up to twice its size while it is joined
    expect(Math.max(...memory) - memory[0]!).toBeLessThan(2.5 * maxMessage)
  })

  test('after the client has closed, what comes is not decompressed', async () => {
    const { exports } = current()
    const feed = exports.inflater_feed
    let fed = 0
    const bombs = Buffer.concat(fragments(BINARY, bomb(), 100_000))
    server.answer((request) =>
      answerOf(request, (headers) => (headers['Sec-WebSocket-Extensions'] = 'permessage-deflate')),
    )
    server.serve(async (peer) => {
      await peer.until(() => peer.received.length === 1)
      exports.inflater_feed = (...args) => {
        fed++
        return feed(...args)
      }
      await peer.write(Buffer.concat([bombs, closeFrame(4000)]))
      peer.end()
    })
    const socket = await openedAt(server.ws)
    socket.close()
    const { code } = await new Promise<CloseEvent>((resolve) => (socket.onclose = resolve))
    exports.inflater_feed = feed
    expect([code, fed]).toEqual([4000, 0])
  })

  test('an endless message without content costs nothing', async () => {
    const empty = deflateRawSync('', { finishFlush: Z_SYNC_FLUSH })
    const blocks = Buffer.concat(Array.from({ length: 200_000 }, () => empty))
    const before = used()
    let grown = Infinity
    const frames = [
      frame(TEXT, blocks, { rsv: 4, fin: false }),
      ...Array.from({ length: 20 }, () => frame(CONTINUATION, blocks, { fin: false })),
    ]
    const outcome = await outcomeOf([
      ...frames,
      frame(PING),
      async (peer) => {
        await peer.until(() => peer.received.some(({ opcode }) => opcode === PONG))
        grown = used() - before
      },
      frame(CONTINUATION, Buffer.of(0)),
      closeFrame(1000),
    ])
    expect(outcome).toEqual(good([''], 1))
    expect(grown).toBeLessThan(50 * MB)
  })
})

// --- what the client sends ---

describe('what is sent', () => {
  /** The client's end and the server's end of a connection, and a function that decompresses the server's messages. */
  async function pair(extensions = 'permessage-deflate') {
    server.answer((request) => answerOf(request, (headers) => (headers['Sec-WebSocket-Extensions'] = extensions)))
    let peer!: Raw
    server.serve((accepted) => {
      peer = accepted
      peer.mayCompress = true
    })
    const socket = await openedAt(server.ws)
    const close = async (): Promise<void> => {
      const closed = new Promise((resolve) => (socket.onclose = resolve))
      await peer.write(closeFrame(1000))
      await peer.until(() => peer.received.some(({ opcode }) => opcode === CLOSE))
      peer.end()
      await closed
    }
    return { socket, peer, close }
  }

  test('is compressed from 256 bytes on, in one frame each, and refers to what was sent before', async () => {
    const { socket, peer, close } = await pair()
    const messages = [json(50), 'x'.repeat(255), 'x'.repeat(256), json(100_000), json(1000), '', json(1000)]
    for (const message of messages) socket.send(message)
    await peer.until(() => peer.received.length === messages.length)
    expect(peer.fault).toBeNull()
    const decompress = decompressor()
    for (const [i, { opcode, fin, compressed, payload }] of peer.received.entries()) {
      const bytes = Buffer.from(messages[i]!)
      expect([opcode, fin, compressed]).toEqual([TEXT, true, bytes.length >= 256])
      expect(String(compressed ? await decompress(payload) : payload)).toBe(messages[i])
      if (compressed) expect(payload.length).toBeLessThan(bytes.length / 2)
    }
    await close()
  })

  test('does not refer to messages before with client_no_context_takeover', async () => {
    const { socket, peer, close } = await pair('permessage-deflate; client_no_context_takeover')
    for (let i = 0; i < 3; i++) socket.send(json(1000))
    await peer.until(() => peer.received.length === 3)
    for (const { payload } of peer.received)
      expect(String(inflateRawSync(Buffer.concat([payload, END]), { finishFlush: Z_SYNC_FLUSH }))).toBe(json(1000))
    await close()
  })

  test.each([8, 9, 10, 12, 13, 15])('keeps to client_max_window_bits=%d', async (bits) => {
    const { socket, peer, close } = await pair(`permessage-deflate; client_max_window_bits=${bits}`)
    // each block of 100 bytes comes again at each distance
    const blocks = Array.from({ length: 60 }, () => noise(100))
    const message = Buffer.concat(Array.from({ length: 3000 }, (_, i) => blocks[(i * i + (i >> 3)) % 60]!))
    for (let i = 0; i < 3; i++) socket.send(message)
    await peer.until(() => peer.received.length === 3)
    const decompress = decompressor(bits)
    for (const { payload } of peer.received) expect(message.equals(await decompress(payload))).toBe(true)
    // zlib accepts any reference to what it has just written
    expect(farthest(Buffer.concat([peer.received[0]!.payload, END]))).toBeLessThanOrEqual(2 ** bits)
    await close()
  })

  test('control frames are never compressed', async () => {
    const { socket, peer, close } = await pair()
    await peer.write(frame(PING, 'p'.repeat(125)))
    socket.send(json(1000))
    await peer.until(() => peer.received.length === 2)
    expect(peer.received.map(({ opcode, compressed }) => [opcode, compressed]).sort()).toEqual(
      [
        [PONG, false],
        [TEXT, true],
      ].sort(),
    )
    await close()
    expect(peer.fault).toBeNull()
  })

  test('bufferedAmount counts what is not compressed, falls while a slow peer reads, and ends at 0', async () => {
    const { socket, peer, close } = await pair()
    peer.socket.pause()
    const message = noise(2 * MB)
    for (let i = 0; i < 16; i++) socket.send(message)
    expect(socket.bufferedAmount).toBe(32 * MB)
    await until(() => socket.bufferedAmount < 32 * MB)
    const seen = new Set<number>()
    const timer = setInterval(() => seen.add(socket.bufferedAmount), 1)
    peer.socket.resume()
    await peer.until(() => peer.received.length === 16)
    clearInterval(timer)
    await until(() => socket.bufferedAmount === 0)
    expect([...seen].every((amount, i, all) => Number.isInteger(amount) && (i === 0 || amount < all[i - 1]!))).toBe(
      true,
    )
    const decompress = decompressor()
    for (const { payload } of peer.received) expect(Buffer.from(message).equals(await decompress(payload))).toBe(true)
    await close()
  })

  test('messages that are sent in one task arrive together', async () => {
    const { socket, peer, close } = await pair()
    let chunks = 0
    peer.socket.on('data', () => chunks++)
    const messages = Array.from({ length: 1000 }, (_, i) => json(i, i + 1))
    for (const message of messages) socket.send(message)
    await peer.until(() => peer.received.length === messages.length)
    expect(chunks).toBeLessThan(20)
    const decompress = decompressor()
    for (const [i, { compressed, payload }] of peer.received.entries())
      expect(String(compressed ? await decompress(payload) : payload)).toBe(messages[i])
    await close()
  })

  test('a Blob is compressed, too, in its turn', async () => {
    const { socket, peer, close } = await pair()
    socket.send(json(1000))
    socket.send(new Blob([json(1000, 2)]))
    socket.send(json(1000, 3))
    await peer.until(() => peer.received.length === 3)
    const decompress = decompressor()
    for (const [i, { opcode, payload }] of peer.received.entries()) {
      expect(opcode).toBe(i === 1 ? BINARY : TEXT)
      expect(String(await decompress(payload))).toBe(json(1000, i + 1))
    }
    await close()
  })
})

// --- memory ---

describe('memory of the module is freed', () => {
  const ends: Record<string, (socket: WebSocket, peer: Peer) => void> = {
    'the client closes': (socket) => socket.close(),
    'the server closes': (_socket, peer) => peer.close(),
    'the server is gone': (_socket, peer) => peer.terminate(),
    'the server resets': (_socket, peer) => (peer as unknown as { _socket: Socket })._socket.resetAndDestroy(),
    'a bad frame': (_socket, peer) => (peer as unknown as { _socket: Socket })._socket.write(Buffer.of(0xff, 0xff)),
    'bad data': (_socket, peer) => (peer as unknown as { _socket: Socket })._socket.write(Buffer.of(0xc1, 1, 7)),
    'in the middle of a message': (socket, peer) => {
      ;(peer as unknown as { _socket: Socket })._socket.write(
        Buffer.concat(fragments(TEXT, deflated(json(500)), 50).slice(0, 2)),
      )
      setTimeout(() => socket.close(), 5)
    },
    'while much is queued': (socket, peer) => {
      ;(peer as unknown as { _socket: Socket })._socket.pause()
      for (let i = 0; i < 4; i++) socket.send(noise(500_000))
      setTimeout(() => peer.terminate(), 5)
    },
  }
  const names = Object.keys(ends)

  test.each([{}, { serverNoContextTakeover: true, clientNoContextTakeover: true }])(
    'after 1000 connections that end in each way: %j',
    async (parameters) => {
      const { url, close, peers } = await echoing({ ...parameters, threshold: 0 })
      const one = async (i: number): Promise<void> => {
        const socket = await openedAt(`${url}/${i}`)
        expect(await echoes(socket, [json(1000), json(2000)])).toEqual([json(1000), json(2000)])
        const closed = new Promise((resolve) => (socket.onclose = resolve))
        socket.onerror = null
        ends[names[i % names.length]!]!(socket, peers.get(`/${i}`)!)
        await closed
      }
      /** Opens 40 at a time, and waits until nothing is left of them. */
      const all = async (count: number): Promise<number> => {
        for (let i = 0; i < count; i += 40) await Promise.all(Array.from({ length: 40 }, (_, j) => one(i + j)))
        await until(() => current().host.descriptors.size <= idle.descriptors)
        return (await settledCounts()).memory
      }
      const idle = counts()
      const before = await all(40)
      // caches of libcurl's may have changed
      expect(await all(1000)).toBeLessThan(before + 64 * 1024)
      await close()
    },
    60_000,
  )

  test('while a connection without takeover is idle', async () => {
    const { url, close } = await echoing({ serverNoContextTakeover: true, clientNoContextTakeover: true, threshold: 0 })
    const socket = await openedAt(url)
    const before = current().exports.memory_in_use()
    await echoes(socket, [json(1000), json(100_000)])
    expect(current().exports.memory_in_use() - before).toBeLessThan(1024)
    socket.close()
    await close()
  })
})

/** The farthest reference of deflate data with blocks of any type. RFC 1951 */
function farthest(data: Buffer): number {
  let [at, most] = [0, 0]
  const bit = (): number => (data[at >> 3]! >> (at++ & 7)) & 1
  const bits = (count: number): number => {
    let value = 0
    for (let i = 0; i < count; i++) value |= bit() << i
    return value
  }
  /** Makes a reader of symbols from the lengths of their codes. */
  const reader = (lengths: number[]): (() => number) => {
    const codes = new Map<number, number>()
    let code = 0
    for (let length = 1; length <= 15; length++, code <<= 1)
      for (const [symbol, each] of lengths.entries()) if (each === length) codes.set((1 << length) | code++, symbol)
    return () => {
      let read = 1
      while (!codes.has(read)) {
        read = (read << 1) | bit()
        if (read > 0xffff) throw new Error('no such code')
      }
      return codes.get(read)!
    }
  }
  const repeat = (length: number, count: number): number[] => Array.from({ length: count }, () => length)
  while (data.length * 8 - at >= 3) {
    bit()
    const type = bits(2)
    if (type === 0) {
      at = (at + 7) & ~7
      const length = bits(16)
      at += 16 + length * 8
      continue
    }
    let literals = [...repeat(8, 144), ...repeat(9, 112), ...repeat(7, 24), ...repeat(8, 8)]
    let distances = repeat(5, 30)
    if (type === 2) {
      const [literalCount, distanceCount, count] = [bits(5) + 257, bits(5) + 1, bits(4) + 4]
      const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
      const lengths = repeat(0, 19)
      for (const each of order.slice(0, count)) lengths[each] = bits(3)
      const next = reader(lengths)
      const all: number[] = []
      while (all.length < literalCount + distanceCount) {
        const symbol = next()
        if (symbol < 16) all.push(symbol)
        else if (symbol === 16) all.push(...repeat(all.at(-1)!, 3 + bits(2)))
        else all.push(...repeat(0, symbol === 17 ? 3 + bits(3) : 11 + bits(7)))
      }
      literals = all.slice(0, literalCount)
      distances = all.slice(literalCount)
    }
    const [literal, distance] = [reader(literals), reader(distances)]
    for (let symbol = literal(); symbol !== 256; symbol = literal()) {
      if (symbol < 256) continue
      if (symbol >= 265 && symbol < 285) bits((symbol - 261) >> 2)
      const code = distance()
      const extra = code < 2 ? 0 : (code >> 1) - 1
      const base = code < 2 ? code + 1 : 1 + ((2 + (code & 1)) << extra)
      most = Math.max(most, base + bits(extra))
    }
  }
  return most
}
