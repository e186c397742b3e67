// The size limit of received messages, and their memory while they arrive.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { WebSocket, WebSocketError, WebSocketStream, type CloseEvent, type FailureEvent } from 'libcurl-wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { unchanging } from '../fetch/outcome.js'
import { BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, closeFrame, frame, fuzzer, type Peer } from './peer.js'

const MB = 1024 * 1024
const server = await fuzzer()
afterAll(() => server.close())

interface Outcome {
  messages: unknown[]
  /** The message of the error event. */
  message: string | null
  code: number
}

/** The events that an application sees until the end. */
function outcomeOf(maxMessage?: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = new WebSocket(server.ws, [], maxMessage === undefined ? {} : { maxMessage })
    socket.binaryType = 'arraybuffer'
    const messages: unknown[] = []
    let message: string | null = null
    socket.onmessage = ({ data }) => messages.push(data)
    socket.onerror = (event: FailureEvent) => (message = event.message)
    socket.onclose = ({ code }: CloseEvent) => resolve({ messages, message, code })
  })
}

/** Sends bytes, and returns the code of the client's Close frame, after answering it. */
async function closeOf(peer: Peer, ...parts: Buffer[]): Promise<number> {
  for (const part of parts) await peer.write(part)
  await peer.until(() => peer.received.some(({ opcode }) => opcode === CLOSE))
  peer.end()
  return peer.received.find(({ opcode }) => opcode === CLOSE)!.payload.readUInt16BE(0)
}

function served(...parts: Buffer[]): Promise<number> {
  return new Promise((resolve) => server.serve(async (peer) => resolve(await closeOf(peer, ...parts))))
}

describe('maxMessage', () => {
  const fits = [
    frame(TEXT, 'x'.repeat(1000)),
    frame(BINARY, Buffer.alloc(400), { fin: false }),
    frame(PING, 'between'),
    frame(CONTINUATION, Buffer.alloc(0), { fin: false }),
    frame(CONTINUATION, Buffer.alloc(600)),
  ]
  test('a message of that size is accepted', async () => {
    const code = served(...fits, closeFrame(1000))
    const outcome = await outcomeOf(1000)
    expect(outcome).toEqual({ messages: ['x'.repeat(1000), new ArrayBuffer(1000)], message: null, code: 1000 })
    expect(await code).toBe(1000)
  })

  test.each<[string, Buffer[], number]>([
    ['in one frame', [frame(TEXT, 'x'.repeat(1001))], 1001],
    ['announced, of which a byte has come', [frame(BINARY, 'x', { length: 2 ** 40 })], 2 ** 40],
    ['announced in a fragment', [frame(TEXT, 'x', { fin: false, length: 2 ** 40 })], 2 ** 40],
    [
      'in fragments',
      [frame(BINARY, Buffer.alloc(1000), { fin: false }), frame(PING), frame(CONTINUATION, 'x', { fin: false })],
      1001,
    ],
    ['of multi-byte text', [frame(TEXT, '\u20ac'.repeat(334))], 1002],
  ])('a larger one fails with 1009: %s', async (_name, parts, size) => {
    const code = served(...parts)
    const { messages, message, code: told } = await outcomeOf(1000)
    expect(await code).toBe(1009)
    expect([messages, told]).toEqual([[], 1006])
    expect(message).toBe(`a message has at least ${size} bytes, but maxMessage is 1000`)
  })

  test('is 64 MB by default', async () => {
    const code = served(frame(BINARY, 'x', { length: 64 * MB + 1 }))
    const { message } = await outcomeOf()
    expect(await code).toBe(1009)
    expect(message).toContain(`maxMessage is ${64 * MB}`)
    const other = served(frame(BINARY, 'x', { fin: false, length: 64 * MB }), Buffer.alloc(64 * MB - 1), frame(3))
    await outcomeOf()
    expect(await other).toBe(1002)
  })

  test('Infinity means no limit', async () => {
    const code = served(frame(BINARY, Buffer.alloc(65 * MB)), closeFrame(1000))
    const { messages } = await outcomeOf(Infinity)
    expect((messages[0] as ArrayBuffer).byteLength).toBe(65 * MB)
    expect(await code).toBe(1000)
  })

  test('a WebSocketStream has it too', async () => {
    const code = served(frame(TEXT, 'x'.repeat(1000)), frame(TEXT, 'x'.repeat(1001)))
    const stream = new WebSocketStream(server.ws, { maxMessage: 1000 })
    const reader = (await stream.opened).readable.getReader()
    expect(await reader.read()).toEqual({ done: false, value: 'x'.repeat(1000) })
    const error = (await reader.read().catch((error: unknown) => error)) as WebSocketError
    expect(error).toBeInstanceOf(WebSocketError)
    expect(error.message).toContain('maxMessage is 1000')
    expect(await code).toBe(1009)
  })

  test.each([0, -1, NaN, '1000', null, {}])('cannot be %j', (maxMessage) => {
    const options = { maxMessage } as never
    expect(() => new WebSocket('ws://localhost/', [], options)).toThrow(/^maxMessage takes a number of bytes/)
    expect(() => new WebSocketStream('ws://localhost/', options)).toThrow(/^maxMessage takes a number of bytes/)
  })
})

describe('an application that does not read', () => {
  test('can close: messages that wait for it do not block the Close frame of the server', async () => {
    let written = 0
    server.serve(async (peer) => {
      const closed = peer.until(() => peer.received.some(({ opcode }) => opcode === CLOSE))
      for (; written < 200; written++) await peer.write(frame(BINARY, Buffer.alloc(64 * 1024)))
      await closed
      await peer.write(closeFrame(4000, 'at last'))
      peer.end()
    })
    const stream = new WebSocketStream(server.ws)
    await stream.opened
    await unchanging(() => written)
    expect(written).toBeLessThan(200)
    stream.close({ closeCode: 1000 })
    expect(await stream.closed).toEqual({ closeCode: 4000, reason: 'at last' })
    expect(written).toBe(200)
  })
})

describe('messages that arrive together', () => {
  test('wait for the application, which has each as it was sent', async () => {
    const texts = Array.from({ length: 5000 }, (_, i) => `message ${i}`)
    void served(Buffer.concat([...texts.map((text) => frame(TEXT, text)), closeFrame(1000)]))
    // the buffer into which bytes come is shared with another connection, whose bytes come in between
    const other = new WebSocket(server.ws)
    const { messages, code } = await outcomeOf()
    expect([messages, code]).toEqual([texts, 1000])
    other.close()
  })
})

describe('a message while it arrives', () => {
  const collect = (): (() => void) => {
    setFlagsFromString('--expose-gc')
    return runInNewContext('gc') as () => void
  }
  const FRAGMENTS = 1_000_000
  const held = (gc: () => void): number => {
    gc()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }

  test.each<[string, number, string, unknown]>([
    ['text, a byte each', TEXT, 'x', 'x'.repeat(FRAGMENTS + 1)],
    ['binary, a byte each', BINARY, '\x01', new Uint8Array(FRAGMENTS + 1).fill(1).buffer],
    ['text, without payload', TEXT, '', ''],
    ['binary, without payload', BINARY, '', new ArrayBuffer(0)],
  ])('in a million fragments costs what it has come to: %s', async (_name, opcode, payload, whole) => {
    const gc = collect()
    const fragments = Buffer.alloc(FRAGMENTS * (2 + payload.length), frame(CONTINUATION, payload, { fin: false }))
    let grown = Infinity
    server.serve(async (peer) => {
      const before = held(gc)
      await peer.write(frame(opcode, payload, { fin: false }))
      await peer.write(fragments)
      await peer.write(frame(PING))
      await peer.until(() => peer.received.some(({ opcode }) => opcode === PONG))
      grown = held(gc) - before
      await peer.write(frame(CONTINUATION))
      await closeOf(peer, closeFrame(1000))
    })
    const { messages } = await outcomeOf()
    expect(messages).toEqual([whole])
    expect(grown).toBeLessThan(8 * MB)
  })

  test.each([1, 7, 1000, 1023, 1024, 1025, 5000, 65537])(
    'is joined as it was sent: pieces of %i bytes',
    async (size) => {
      const count = Math.min(300, Math.ceil((2 * MB) / size))
      const whole = Buffer.from(Array.from({ length: size * count }, (_, i) => (i * 31 + (i >> 8)) & 0xff))
      const fragments = Array.from({ length: count }, (_, i) =>
        frame(i ? CONTINUATION : BINARY, whole.subarray(i * size, (i + 1) * size), { fin: i === count - 1 }),
      )
      void served(...fragments, frame(TEXT, 'next'), closeFrame(1000))
      const { messages } = await outcomeOf()
      expect(Buffer.from(messages[0] as ArrayBuffer).equals(whole)).toBe(true)
      expect(messages[1]).toBe('next')
    },
  )
})
