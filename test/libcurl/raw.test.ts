// What an application does with a connection itself: CONNECT_ONLY with send() and recv(), frames that READFUNCTION
// begins, and handles that stay in their multi handle.
import { setTimeout as after } from 'node:timers/promises'
import init, {
  CURLPAUSE_CONT,
  CURLPAUSE_RECV,
  CURLWS_CLOSE,
  CURLWS_TEXT,
  CURL_READFUNC_PAUSE,
  CURL_WRITEFUNC_PAUSE,
  Easy,
  Multi,
} from 'libcurl-wasm'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { refusingPort } from '../servers/faults.js'
import { httpServer } from '../servers/listening.js'

await init()
const server = await httpServer((_request, response) => void response.end('body'))
const sockets = new WebSocketServer({ server: server.server })
sockets.on('connection', (socket) => socket.on('message', (data, binary) => socket.send(data, { binary })))
const multi = new Multi()
afterAll(async () => {
  multi.close()
  await server.close()
})
let easy: Easy
beforeEach(() => void (easy = new Easy().setopt('URL', server.url)))
afterEach(() => easy.close())

test('send() and recv() are the bytes of the connection', async () => {
  await multi.perform(easy.setopt('CONNECT_ONLY', true), { stays: true })
  expect(multi.handles()).toEqual([easy])
  expect(() => easy.recv()).toThrow(expect.objectContaining({ code: 'CURLE_AGAIN' }))
  expect(easy.send('GET / HTTP/1.0\r\n\r\n')).toBe(18)
  const chunks: Uint8Array[] = []
  for (let ended = false; !ended;) {
    try {
      const bytes = easy.recv(10)
      expect(bytes.length).toBeLessThanOrEqual(10)
      ended = bytes.length === 0
      chunks.push(bytes)
    } catch (error) {
      expect(error).toMatchObject({ code: 'CURLE_AGAIN' })
      await after(5)
    }
  }
  expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 200 OK[^]*body$/)
  multi.remove(easy)
  expect(() => easy.send('x')).toThrow(expect.objectContaining({ name: 'CurlError' }))
})

test('a handle that stays does so after a failure, too', async () => {
  easy.setopt('URL', `http://127.0.0.1:${await refusingPort()}/`)
  await expect(multi.perform(easy, { stays: true })).rejects.toMatchObject({ code: 'CURLE_COULDNT_CONNECT' })
  expect(multi.handles()).toEqual([easy])
  multi.remove(easy)
  await expect(multi.perform(easy)).rejects.toMatchObject({ code: 'CURLE_COULDNT_CONNECT' })
  expect(multi.handles()).toEqual([])
})

test('wsStartFrame() says what READFUNCTION sends', async () => {
  const seen: string[] = []
  const steps = ['text', null]
  let asked = 0
  easy.setopt('URL', server.url.replace('http', 'ws')).setopt('UPLOAD', true)
  easy.setopt('READFUNCTION', () => {
    if (asked++ % 2 > 0) return CURL_READFUNC_PAUSE
    const step = steps.shift()
    easy.wsStartFrame(step ? CURLWS_TEXT : CURLWS_CLOSE, step?.length ?? 0)
    return step
  })
  easy.setopt('WRITEFUNCTION', (bytes) => {
    seen.push(`${easy.wsMeta()!.flags} ${easy.wsMeta()!.len} ${Buffer.from(bytes)}`)
    setTimeout(() => easy.multi && easy.pause(CURLPAUSE_CONT), 5)
  })
  await multi.perform(easy)
  expect(seen[0]).toBe(`${CURLWS_TEXT} 4 text`)
  expect(() => easy.wsStartFrame(CURLWS_TEXT, 1)).toThrow(expect.objectContaining({ name: 'CurlError' }))
  expect(() => easy.wsStartFrame('x' as never, 1)).toThrow(TypeError)
})

test('pauseFlags has what a callback does while pause() continues', async () => {
  const big = await httpServer((_request, response) => void response.end(Buffer.alloc(200_000)))
  let pauses = 0
  let received = 0
  easy.setopt('URL', big.url).setopt('BUFFERSIZE', 200_000)
  easy.setopt('WRITEFUNCTION', (bytes) => {
    // pauses before each chunk, also before one that pause() itself delivers
    if (pauses++ % 2 === 0) return CURL_WRITEFUNC_PAUSE
    received += bytes.length
  })
  const continuing = setInterval(() => {
    if (easy.pauseFlags & CURLPAUSE_RECV) easy.pause(easy.pauseFlags & ~CURLPAUSE_RECV)
  }, 1)
  await multi.perform(easy)
  clearInterval(continuing)
  expect(received).toBe(200_000)
  expect(pauses).toBeGreaterThan(4)
  await big.close()
})
