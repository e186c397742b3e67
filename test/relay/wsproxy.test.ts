// wsproxy through a relay: the bytes of one connection, and its end in the close code.
import { once } from 'node:events'
import net from 'node:net'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { freePort } from '../servers/listening.js'
import { echo, source, tcpServer } from './origins.js'
import { stable, testRelay, until } from './relays.js'
import { CloseReason, wsproxyReason } from '../../shim/transports/relay.js'

const echoing = await echo()
const relay = await testRelay()

function open(path: string, protocols: string[] = []): { ws: WebSocket; chunks: Buffer[]; closed: Promise<number> } {
  const ws = new WebSocket(relay.url + path, protocols)
  const chunks: Buffer[] = []
  ws.on('message', (data) => chunks.push(data as Buffer))
  ws.on('error', () => {})
  return { ws, chunks, closed: new Promise((resolve) => ws.on('close', (code) => resolve(code))) }
}

test.each([`/127.0.0.1:`, `/some/prefix/127.0.0.1:`, `/localhost:`])('%s carries bytes both ways', async (path) => {
  const { ws, chunks } = open(path + echoing.port, ['binary'])
  await once(ws, 'open')
  expect(ws.protocol).toBe('binary')
  ws.send(Buffer.from('hello'))
  await until(() => chunks.length > 0)
  expect(Buffer.concat(chunks).toString()).toBe('hello')
  ws.close()
})

test.each([
  [['base64', 'binary'], 'binary'],
  [['binary', 'base64'], 'binary'],
  [['base64', 'other'], 'other'],
  [['other'], 'other'],
])('an offer of %j is answered with %s: bytes are never coded', async (offered, answer) => {
  const { ws, chunks } = open(`/127.0.0.1:${echoing.port}`, offered)
  await once(ws, 'open')
  expect(ws.protocol).toBe(answer)
  ws.send(Buffer.from([0, 255]))
  await until(() => chunks.length > 0)
  expect(Buffer.concat(chunks)).toEqual(Buffer.from([0, 255]))
  ws.close()
})

test('an offer of only base64 is refused', async () => {
  const ws = new WebSocket(`${relay.url}/127.0.0.1:${echoing.port}`, 'base64')
  const [error] = (await once(ws, 'error')) as [Error]
  expect(error.message).toBe('Server sent no subprotocol')
})

test('IPv6 in brackets', async () => {
  const { listen } = await import('../servers/listening.js')
  const six = await listen(
    net.createServer((socket) => void socket.end('six')),
    'tcp',
    { host: '::1' },
  )
  const { chunks, closed } = open(`/[::1]:${six.port}`)
  expect(await closed).toBe(1000)
  expect(Buffer.concat(chunks).toString()).toBe('six')
  await six.close()
})

test('everything arrives before an orderly end', async () => {
  const origin = await source(2_000_003)
  const { chunks, closed } = open(`/127.0.0.1:${origin.port}`)
  expect(await closed).toBe(1000)
  expect(Buffer.concat(chunks).length).toBe(2_000_003)
})

test('an upload to a slow origin stops the client, and arrives completely', async () => {
  let origin: net.Socket | undefined
  const stalled = await tcpServer((socket) => void (origin = socket.pause()))
  const { ws } = open(`/127.0.0.1:${stalled.port}`)
  await once(ws, 'open')
  const block = Buffer.alloc(64 * 1024)
  const count = 400
  for (let i = 0; i < count; i++) ws.send(block)
  await stable(() => ws.bufferedAmount)
  expect(ws.bufferedAmount).toBeGreaterThan(0)
  let got = 0
  origin!.on('data', (chunk) => (got += chunk.length)).resume()
  await until(() => got === block.length * count)
  ws.close()
})

const refused: [string, () => Promise<string>, number][] = [
  ['a refused connection', async () => `/127.0.0.1:${await freePort()}`, CloseReason.REFUSED],
  ['a private address', async () => '/10.0.0.1:80', CloseReason.BLOCKED],
  ['a zone', async () => '/[fe80::1%25eth0]:80', CloseReason.BLOCKED],
  ['port 0', async () => '/127.0.0.1:0', CloseReason.INVALID],
]

test.each(refused)('%s has its reason in the close code', async (_what, path, reason) => {
  const { closed } = open(await path())
  expect(wsproxyReason(await closed)).toBe(reason)
})

test('a broken origin is an error for the client, and a broken client one for the origin', async () => {
  const breaking = await tcpServer((socket) => void socket.once('data', () => socket.resetAndDestroy()))
  const one = open(`/127.0.0.1:${breaking.port}`)
  await once(one.ws, 'open')
  one.ws.send(Buffer.from('x'))
  expect(wsproxyReason(await one.closed)).toBe(CloseReason.NETWORK_ERROR)

  let how = ''
  const origin = await tcpServer((socket) => {
    socket.resume().on('end', () => (how = 'end'))
    socket.on('error', (error: NodeJS.ErrnoException) => (how = error.code!))
  })
  const two = open(`/127.0.0.1:${origin.port}`)
  await once(two.ws, 'open')
  two.ws.send(Buffer.from('half'))
  await until(() => origin.connections === 1)
  two.ws.terminate()
  await until(() => how !== '')
  expect(how).toBe('ECONNRESET')
})

test('text is refused', async () => {
  const { ws, closed } = open(`/127.0.0.1:${echoing.port}`)
  await once(ws, 'open')
  ws.send('text')
  expect(wsproxyReason(await closed)).toBe(CloseReason.INVALID)
})

test.each(['/nothing', '/a:b', '/:80', '/127.0.0.1:', '/127.0.0.1:123456', '/%zz:80'])(
  '%s is not found',
  async (path) => {
    const ws = new WebSocket(relay.url + path)
    const [, response] = (await once(ws, 'unexpected-response')) as [unknown, { statusCode: number }]
    expect(response.statusCode).toBe(404)
    ws.on('error', () => {}).terminate()
  },
)
