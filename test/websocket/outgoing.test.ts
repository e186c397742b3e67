// Messages that a WebSocket sends: how much waits, their order, and the cost of a slow peer.
import { openAsBlob, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CloseEvent, FailureEvent } from 'libcurl-wasm'
import { describe, expect, test } from 'vitest'
import { unchanging, until } from '../fetch/outcome.js'
import { scratch } from '../servers/scratch.js'
import { BINARY, PING, PONG, TEXT, closeFrame, frame, type Peer } from './peer.js'
import { MB, ca, event, opened, raw, secure, url } from './sockets.js'

describe('bufferedAmount', () => {
  test('counts UTF-8, does not fall within a task, and is 0 when everything is sent', async () => {
    const socket = await opened()
    socket.send('\u00fc\u20ac')
    expect(socket.bufferedAmount).toBe(5)
    socket.send(new Uint8Array(100))
    socket.send(new Blob([new Uint8Array(1000)]))
    expect(socket.bufferedAmount).toBe(1105)
    await until(() => socket.bufferedAmount === 0)
    socket.close()
  })

  test('falls while a slow peer reads, and its pings are answered then', async () => {
    let resume!: () => void
    const served = new Promise<{ messages: number; bytes: number; pong: string }>((resolve) =>
      raw.serve(async (peer) => {
        peer.socket.pause()
        await new Promise<void>((go) => (resume = go))
        peer.socket.resume()
        await peer.write(frame(PING, 'are you there'))
        const messages = () => peer.received.filter(({ opcode }) => opcode === BINARY)
        const pongs = () => peer.received.filter(({ opcode }) => opcode === PONG)
        await peer.until(() => messages().length === 16 && pongs().length > 0)
        resolve({
          messages: 16,
          bytes: messages().reduce((sum, { payload }) => sum + payload.length, 0),
          pong: String(pongs()[0]!.payload),
        })
        await peer.write(closeFrame(1000))
        peer.end()
      }),
    )
    const socket = await opened(raw.ws)
    for (let i = 0; i < 16; i++) socket.send(new Uint8Array(2 * MB))
    expect(socket.bufferedAmount).toBe(32 * MB)
    const before = await unchanging(() => socket.bufferedAmount)
    expect(before).toBeGreaterThan(8 * MB)
    expect(before).toBeLessThan(32 * MB)
    resume()
    expect(await served).toEqual({ messages: 16, bytes: 32 * MB, pong: 'are you there' })
    expect(socket.bufferedAmount).toBe(0)
  })

  test('grows, and stays, after the end', async () => {
    const socket = await opened()
    socket.close()
    socket.send('12345')
    expect(socket.bufferedAmount).toBe(5)
    await event(socket, 'close')
    socket.send('123')
    expect(socket.bufferedAmount).toBe(8)
  })
})

describe('while a server does not read', () => {
  test('few pongs wait, the last of them for the last ping, and none is within a message', async () => {
    let accept!: (peer: Peer) => void
    const accepted = new Promise<Peer>((resolve) => (accept = resolve))
    raw.serve((peer) => {
      peer.socket.pause()
      accept(peer)
    })
    const socket = await opened(raw.ws)
    const peer = await accepted
    for (let i = 0; i < 16; i++) socket.send(new Uint8Array(2 * MB))
    const asked = event(socket, 'message')
    await peer.write(Buffer.concat([...Array(1000).keys()].map((i) => frame(PING, `${i}`))))
    await peer.write(frame(TEXT, 'that was the last'))
    await asked
    peer.socket.resume()
    const pongs = () => peer.received.filter(({ opcode }) => opcode === PONG).map(({ payload }) => String(payload))
    await peer.until(() => pongs().includes('999'))
    expect(pongs().length).toBeLessThanOrEqual(66)
    expect(pongs().at(-1)).toBe('999')
    const messages = () => peer.received.filter(({ opcode }) => opcode === BINARY)
    expect(messages().length).toBeLessThan(16)
    await peer.until(() => messages().length === 16)
    expect(peer.fault).toBeNull()
    expect(messages().every(({ payload }) => payload.length === 2 * MB)).toBe(true)
    void peer.write(closeFrame(1000)).then(() => peer.end())
    await event(socket, 'close')
  })
})

test('messages that are sent in one task arrive together, each in a frame, and large ones among them', async () => {
  let peer!: Peer
  raw.serve((accepted) => void (peer = accepted))
  const socket = await opened(raw.ws)
  const sizes = Array.from({ length: 3000 }, (_, i) => (i % 1000 === 999 ? 200_000 : i % 300))
  let chunks = 0
  peer.socket.on('data', () => chunks++)
  for (const size of sizes) socket.send(new Uint8Array(size).fill(size))
  await peer.until(() => peer.received.length === sizes.length)
  expect(peer.fault).toBeNull()
  expect(peer.received.map(({ payload }) => payload.length)).toEqual(sizes)
  expect(peer.received.every(({ payload }) => payload.every((byte) => byte === payload.length % 256))).toBe(true)
  expect(chunks).toBeLessThan(sizes.length / 10)
  void peer.write(closeFrame(1000)).then(() => peer.end())
  await event(socket, 'close')
})

describe.each([
  ['http', url],
  ['TLS', secure.url.replace('https', 'wss')],
])('over %s', (_, at) => {
  test('the bytes of a message are those at the time of send(), whatever happens to its buffer then', async () => {
    const socket = await opened(at, [], { tls: { ca } })
    for (const size of [100, 16 * 1024, MB, 24 * MB]) {
      const overwritten = new Uint8Array(size).fill(1)
      const transferred = new ArrayBuffer(size)
      new Uint8Array(transferred).fill(2)
      for (const data of [overwritten, overwritten.subarray(size / 2), transferred]) socket.send(data)
      expect(socket.bufferedAmount).toBe(2.5 * size)
      overwritten.fill(9)
      structuredClone(transferred, { transfer: [transferred] })
      for (const [length, byte] of [
        [size, 1],
        [size / 2, 1],
        [size, 2],
      ] as const) {
        const echo = new Uint8Array((await event<MessageEvent<ArrayBuffer>>(socket, 'message')).data)
        expect([echo.length, echo.every((value) => value === byte)]).toEqual([length, true])
      }
    }
    socket.close()
  })
})

describe('a Blob', () => {
  const folder = scratch()

  test('that is being read holds back what was sent after it', async () => {
    const path = join(folder, 'large')
    writeFileSync(path, Buffer.alloc(5 * MB))
    let peer!: Peer
    raw.serve((accepted) => void (peer = accepted))
    const socket = await opened(raw.ws)
    socket.send(await openAsBlob(path))
    socket.send('after')
    await peer.until(() => peer.received.length === 2)
    expect(peer.received.map(({ opcode, payload }) => [opcode, payload.length])).toEqual([
      [BINARY, 5 * MB],
      [TEXT, 5],
    ])
    void peer.write(closeFrame(1000)).then(() => peer.end())
    await event(socket, 'close')
  })

  test('that cannot be read fails the connection', async () => {
    const path = join(folder, 'gone')
    writeFileSync(path, 'content')
    let peer!: Peer
    raw.serve((accepted) => void (peer = accepted))
    const socket = await opened(raw.ws)
    const blob = await openAsBlob(path)
    rmSync(path)
    const failed = event<FailureEvent>(socket, 'error')
    const closed = event<CloseEvent>(socket, 'close')
    socket.send(blob)
    expect((await failed).error).toMatchObject({ name: 'NotReadableError' })
    expect(await closed).toMatchObject({ code: 1006, wasClean: false })
    await peer.until(() => false)
    expect(peer.received).toEqual([])
    peer.end()
  })
})
