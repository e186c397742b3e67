// Compressed messages that a server may send, and those that it must not: a server that sends any frames.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { constants, deflateRawSync } from 'node:zlib'
import init, { WebSocket, type CloseEvent, type FailureEvent } from 'libcurl-wasm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { current } from '../../dist/js/internals.js'
import { END, compressed, compressor, deflated, fragments, json, noise } from './deflate.js'
import { openedAt } from './echoing.js'
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

const { Z_SYNC_FLUSH } = constants
const server = await fuzzer()
afterAll(() => server.close())
beforeAll(() => init())

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
