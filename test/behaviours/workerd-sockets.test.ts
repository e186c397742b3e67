// connect(), WebSocket and WebSocketStream in workerd, where each connection belongs to the request that has made it.
import { readFileSync } from 'node:fs'
import http from 'node:http'
import net, { type Server, type Socket } from 'node:net'
import { text as consumed } from 'node:stream/consumers'
import tls from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocketServer, type WebSocket } from 'ws'
import type * as pages from '../../ts/runtimes/browser/main.js'
import type * as workers from '../../ts/runtimes/workerd/main.js'
import { certificates } from '../servers/certificates.js'
import { listen } from '../servers/listening.js'
import { scratch } from '../servers/scratch.js'
import { startWorkerd, type Workerd } from './runtimes.js'

/** The entry has the names of the others, also as types of instances. */
type Missing = Exclude<keyof typeof pages, keyof typeof workers>
type Complete = [
  Missing extends never ? true : never,
  workers.Session extends pages.Session ? true : never,
  workers.WebSocket extends pages.WebSocket ? true : never,
  workers.WebSocketStream extends pages.WebSocketStream ? true : never,
]
void ([true, true, true, true] satisfies Complete)

const folder = scratch()
const { good, ca: authority } = certificates()
const ca = readFileSync(authority.certFile, 'utf8')

const echo = (socket: Socket): void => void setImmediate(() => socket.pipe(socket))
const plain = await listen(net.createServer({ allowHalfOpen: true }, echo), 'tcp')
const secure = await listen(tls.createServer({ ...good, allowHalfOpen: true }, echo), 'tls')
const endless = await listen(
  net.createServer((socket) => {
    const more = (): void => {
      while (!socket.destroyed && socket.write(Buffer.alloc(10_000)));
      socket.once('drain', more)
    }
    more()
  }),
  'tcp',
)
const resetting = await listen(
  net.createServer((socket) => void socket.write('half', () => setTimeout(() => socket.resetAndDestroy(), 50))),
  'tcp',
)
const cutOff = await listen(
  tls.createServer(good, (socket) => void socket.write('half', () => setTimeout(() => socket.destroy(), 50))),
  'tls',
)

let heard = (_text: string): void => {}
const listener = await listen(
  net.createServer((socket) => void consumed(socket).then((bytes) => (socket.end(), heard(bytes)))),
  'tcp',
)

async function webSocketServer(serve: (socket: WebSocket) => void) {
  const server = await listen(
    http.createServer((_request, response) => void response.end(Buffer.alloc(5_000_000))),
    'ws',
  )
  const sockets = new WebSocketServer({ server: server.server, perMessageDeflate: { threshold: 0 } })
  sockets.on('connection', (socket) => serve(socket.on('error', () => {})))
  return server
}
const web = await webSocketServer((socket) => socket.on('message', (data) => socket.send(String(data))))
const broken = await webSocketServer((socket) => socket.terminate())

let workerd: Workerd
beforeAll(async () => {
  workerd = await startWorkerd('sockets.js', folder, ['--expose-gc'])
})
afterAll(async () => {
  workerd?.close()
  await Promise.all([plain, secure, endless, listener, resetting, cutOff, web, broken].map((server) => server.close()))
})

const post = (how: string, given: object, signal?: AbortSignal): Promise<Response> =>
  fetch(workerd.url, { method: 'POST', body: JSON.stringify({ how, ...given }), signal })
const ask = async (how: string, given: object): Promise<unknown> => (await post(how, given)).json()

/** Waits until the servers have no connection. */
async function alone(...servers: { server: Server }[]): Promise<void> {
  for (const { server } of servers) {
    const open = () => new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))
    await expect.poll(open, { timeout: 20_000 }).toBe(0)
  }
}

const text = 'some text '.repeat(10_000)
const texts = (n: number): string[] => [`short ${n}`, `long ${n} `.repeat(2000), 'last']
const ECHOED = ['permessage-deflate', 3001, 'enough']

test('connect() sends and receives, with TLS and without', async () => {
  expect(await ask('connect', { port: plain.port, text })).toEqual([text, null])
  expect(await ask('connect', { port: secure.port, tls: { ca }, text })).toEqual([text, 'TLSv1.3'])
})

test('WebSocket and WebSocketStream compress, and close', async () => {
  for (const how of ['websocket', 'stream']) {
    expect(await ask(how, { url: web.url, texts: texts(1) })).toEqual([texts(1), ...ECHOED])
  }
})

test('many requests at a time have connections of their own', async () => {
  const all = Array.from({ length: 10 }, async (_, n) => {
    expect(await ask('connect', { port: plain.port, text: `${n} ${text}` })).toEqual([`${n} ${text}`, null])
    for (const how of ['websocket', 'stream']) {
      expect(await ask(how, { url: web.url, texts: texts(n) })).toEqual([texts(n), ...ECHOED])
    }
  })
  await Promise.all(all)
})

test('a server that ends badly is an error', async () => {
  expect(await ask('failing', { port: resetting.port })).toEqual(['CURLE_RECV_ERROR', 'CURLE_RECV_ERROR'])
  expect(await ask('failing', { port: cutOff.port, tls: { ca } })).toEqual(['CURLE_RECV_ERROR', 'CURLE_RECV_ERROR'])
  const noHandshake = 'the connection ended without a closing handshake'
  expect(await ask('ends', { url: broken.url })).toEqual([1006, false, noHandshake, noHandshake])
})

test('a connection outside of its request is an error that says so', async () => {
  const keeping = ask('keep', { port: plain.port, url: web.url })
  const why = 'Cannot perform I/O on behalf of a different request'
  expect(await ask('take', {})).toEqual([
    expect.stringMatching(/^CURLE_(SEND|RECV)_ERROR$/),
    expect.stringContaining(why),
    1006,
  ])
  expect(await keeping).toBe('kept')
  expect(await ask('early', {})).toContain('Disallowed operation called within global scope')
})

test('waitUntil() keeps a connection after the response', async () => {
  const received = new Promise<string>((resolve) => (heard = resolve))
  expect(await ask('later', { port: listener.port, text: 'some bytes' })).toBe('later')
  expect(await received).toBe('some bytes')
})

test('a client that leaves in the middle ends the connection that was passed on to it', async () => {
  const controller = new AbortController()
  const response = await post('pass', { port: endless.port }, controller.signal)
  await response.body!.getReader().read()
  controller.abort()
  await alone(endless)
})

test('what a request leaves open is closed with it, and freed by a later one', async () => {
  const servers = { port: plain.port, url: web.url }
  const leave = async (): Promise<void> => {
    expect(await ask('leave', servers)).toBe('left')
    await alone(plain, web)
  }
  await leave()
  const before = await ask('memory', servers)
  for (let n = 0; n < 5; n++) await leave()
  expect(await ask('memory', servers)).toBe(before)
  expect(await ask('connect', { port: plain.port, text })).toEqual([text, null])
})
