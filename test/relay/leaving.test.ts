// A client closes while an origin sends without end: the relay reads nothing more for it, whatever the client does with
// its connection.
import { once } from 'node:events'
import net from 'node:net'
import { expect, test } from 'vitest'
import { encodeConnect, encodeData, TCP } from '../../shim/transports/wisp/protocol.js'
import { tcpServer } from './origins.js'
import { testRelay, until } from './relays.js'

const relay = await testRelay()

/** A frame of a client (RFC 6455 section 5.2), masked with zeros, of at most 125 bytes. */
const frame = (payload: Uint8Array, first = 0x82): Buffer =>
  Buffer.concat([Buffer.from([first, 0x80 | payload.length]), Buffer.alloc(4), payload])

const CLOSE = frame(Buffer.from([1000 >> 8, 1000 & 0xff]), 0x88)
const GOING_AWAY = frame(Buffer.from([1001 >> 8, 1001 & 0xff]), 0x88)
/** Reserved bits (RFC 6455 section 5.2). */
const BAD = Buffer.from([0xff, 0xff, 0, 0, 0, 0])

async function websocket(path: string): Promise<net.Socket> {
  const socket = net.connect({ port: relay.port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {})
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  )
  await once(socket, 'data')
  return socket
}

/** An origin that sends until the connection ends. */
async function endless(): Promise<{ port: number; sent: () => number; ended: () => boolean }> {
  let socket: net.Socket | undefined
  const block = Buffer.alloc(64 * 1024)
  const server = await tcpServer((one) => {
    socket = one.on('error', () => {}).resume()
    const more = (): void => {
      while (one.writable && one.write(block));
    }
    one.on('drain', more)
    more()
  })
  return {
    port: server.port,
    sent: () => (socket ? socket.bytesWritten - socket.writableLength : 0),
    ended: () => socket?.destroyed ?? false,
  }
}

const ways: [string, (socket: net.Socket) => void][] = [
  ['its Close', (socket) => void socket.write(CLOSE)],
  ['a Close because it goes away', (socket) => void socket.write(GOING_AWAY)],
  ['a bad frame', (socket) => void socket.write(BAD)],
  ['the end of its own direction', (socket) => void socket.end()],
  ['a message and its Close at once', (socket) => void socket.write(Buffer.concat([frame(encodeData(9, Buffer.of(1))), CLOSE]))], // prettier-ignore
]

for (const kind of ['wisp', 'wsproxy'] as const) {
  for (const reads of [true, false]) {
    test.each(ways)(`${kind}, a client that ${reads ? 'reads' : 'does not read'}: after %s`, async (_what, leave) => {
      const origin = await endless()
      const client = await websocket(kind === 'wisp' ? '/' : `/127.0.0.1:${origin.port}`)
      if (kind === 'wisp') client.write(frame(encodeConnect(1, TCP, '127.0.0.1', origin.port)))
      if (reads) client.resume()
      else client.pause()
      await until(() => origin.sent() > 1_000_000)
      const before = relay.log.filter(({ event }) => event === 'stream').length
      leave(client)
      // the stream ends when the client closes, not only with its connection
      await until(() => relay.log.filter(({ event }) => event === 'stream').length > before)
      const then = origin.sent()
      await until(origin.ended)
      // the content of the kernel's buffers, and what is read so that no reset discards data that the origin has yet to
      // read
      expect(origin.sent() - then).toBeLessThan(16_000_000)
      client.destroy()
    })
  }
}
