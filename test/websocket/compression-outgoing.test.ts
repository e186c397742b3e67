// What a WebSocket sends compressed, and how: read by a server that sees the frames.
import { constants, inflateRawSync } from 'node:zlib'
import init from 'libcurl-wasm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../fetch/outcome.js'
import { END, decompressor, farthest, json, noise } from './deflate.js'
import { openedAt } from './echoing.js'
import { BINARY, CLOSE, PING, PONG, TEXT, answerOf, closeFrame, frame, fuzzer, type Peer as Raw } from './peer.js'

const MB = 1024 * 1024

const { Z_SYNC_FLUSH } = constants
const server = await fuzzer()
afterAll(() => server.close())
beforeAll(() => init())

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
