// WebSocket frames with libcurl: sent with wsSend(), received by WRITEFUNCTION or wsRecv().
import { once } from 'node:events'
import * as c from 'libcurl-wasm'
import { afterAll, expect, test, vi } from 'vitest'
import { WebSocketServer, type WebSocket } from 'ws'
import { httpServer } from '../servers/listening.js'
import { multi, newEasy } from './client.js'

const web = await httpServer(() => {})
const echo = new WebSocketServer({ server: web.server })
echo.on('connection', (socket) => {
  socket.on('message', (data, binary) => socket.send(data, { binary }))
  socket.on('ping', () => socket.send('pinged'))
})
afterAll(() => (echo.close(), web.close()))
const url = web.url.replace('http', 'ws')

test('frames arrive in order, each with its kind, until the connection is closed', async () => {
  const easy = newEasy()
  const seen: [flags: number, text: string][] = []
  const steps = [
    () => easy.wsSend('text \u00fc', c.CURLWS_TEXT),
    () => easy.wsSend(Uint8Array.of(1, 2, 3), c.CURLWS_BINARY),
    () => easy.wsSend('', c.CURLWS_PING),
    () => easy.wsSend(Uint8Array.of(0x03, 0xe8), c.CURLWS_CLOSE),
  ]
  easy.setopt('URL', url)
  easy.setopt('WRITEFUNCTION', (chunk) => {
    const { flags, offset, bytesleft } = easy.wsMeta()!
    expect([offset, bytesleft]).toEqual([0, 0])
    seen.push([flags, Buffer.from(chunk).toString('latin1')])
    queueMicrotask(() => steps.shift()?.())
  })
  echo.once('connection', () => setTimeout(() => steps.shift()!(), 50))
  await multi.perform(easy)
  expect(seen).toEqual([
    [c.CURLWS_TEXT, Buffer.from('text \u00fc').toString('latin1')],
    [c.CURLWS_BINARY, '\x01\x02\x03'],
    [c.CURLWS_PONG, ''],
    [c.CURLWS_TEXT, 'pinged'],
    [c.CURLWS_CLOSE, '\x03\xe8'],
  ])
})

test('an application can receive with wsRecv()', async () => {
  const easy = newEasy()
  easy.setopt('URL', url)
  easy.setopt('CONNECT_ONLY', 2)
  // it must stay in its multi handle, which owns the connection
  multi.add(easy)
  const [socket] = (await once(echo, 'connection')) as [WebSocket]
  await vi.waitFor(() => expect(multi.infoRead()).toMatchObject({ easy }))
  expect(() => easy.wsRecv()).toThrow(expect.objectContaining({ code: 'CURLE_AGAIN' }))
  socket.send('a message of 22 bytes.')
  const readable = () =>
    new Promise<void>((resolve) => {
      const s = easy.getinfo('ACTIVESOCKET')
      c.sockets.watch(s, c.CURL_POLL_IN, () => (c.sockets.watch(s, c.CURL_POLL_NONE, () => {}), resolve()))
    })
  await readable()
  const first = easy.wsRecv(10)
  expect(Buffer.from(first.data).toString()).toBe('a message ')
  expect(first.frame).toEqual({ flags: c.CURLWS_TEXT, offset: 0, bytesleft: 12, len: 10 })
  expect(Buffer.from(easy.wsRecv(100).data).toString()).toBe('of 22 bytes.')
  multi.remove(easy)
})

test('errors of wrong calls say what is wrong', () => {
  const easy = newEasy()
  expect(easy.wsMeta()).toBeNull()
  expect(() => easy.wsSend('x', c.CURLWS_TEXT)).toThrow(c.CurlError)
  expect(() => easy.wsSend(1 as never, c.CURLWS_TEXT)).toThrow(/wsSend/)
  expect(() => easy.wsRecv()).toThrow(c.CurlError)
})
