// Messages that are compressed by permessage-deflate, with the server of `ws`.
import { WebSocketStream } from 'libcurl-wasm'
import { describe, expect, test } from 'vitest'
import { json, noise } from './deflate.js'
import { echoes, echoing, openedAt } from './echoing.js'

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
