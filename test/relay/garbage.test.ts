// Sends garbage to a relay process at every level: packets, frames, HTTP. It answers or closes, and goes on.
import net from 'node:net'
import { expect, test } from 'vitest'
import { echo } from './origins.js'
import { connect, v1 } from './peer.js'
import { relayProcess } from './relays.js'

const echoing = await echo()
const relay = await relayProcess('--connect-rate', '0', '--clients', '1000', '--udp')

/** The same sequence in every run. */
let seed = 42
const random = (below: number): number => (seed = (seed * 48271) % 0x7fffffff) % below
const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, () => random(256)))

async function stillWorks(): Promise<void> {
  const { peer } = await v1(`${relay.url}/`)
  peer.connect(1, echoing.port)
  peer.data(1, 'hello')
  expect((await peer.read(1, 5)).toString()).toBe('hello')
  peer.end()
  expect(relay.child.exitCode).toBe(null)
  expect(relay.output()).not.toMatch(/"event":"fault"/)
}

/** Bytes that are nearly Wisp: valid types, small ids, wrong lengths. */
function packet(): Buffer {
  const bytes = noise(random(40))
  if (bytes.length > 0 && random(10) > 0) bytes[0] = 1 + random(5)
  if (bytes.length > 4 && random(4) > 0) bytes.writeUInt32LE(random(6), 1)
  if (bytes.length > 8 && bytes[0] === 1 && random(2)) {
    bytes[5] = 1 + random(2)
    bytes.writeUInt16LE([0, 25, echoing.port][random(3)]!, 6)
    return Buffer.concat([bytes.subarray(0, 8), Buffer.from(['127.0.0.1', '::1', '', '%', 'localhost'][random(5)]!)])
  }
  return bytes
}

test.each([1, 2] as const)('packets of version %d', async (version) => {
  for (let round = 0; round < 150; round++) {
    const peer = await connect(`${relay.url}/`, version)
    if (version === 2 && random(2)) peer.send(Buffer.from('05000000000200', 'hex'))
    for (let i = 0; i < 30; i++) peer.send(packet())
    if (random(2)) peer.ws.close()
    else peer.end()
    await peer.closed
  }
  await stillWorks()
})

test('bytes instead of frames', async () => {
  const handshake =
    'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n'
  for (let round = 0; round < 100; round++) await send(handshake, noise(random(200)))
  await stillWorks()
})

test.each([
  'GET / HTTP/1.1\r\n\r\n',
  'GET /a:80 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n',
  'GET http://[::::/ HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  'GET /%00%ff:80?token=%zz HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nX-Forwarded-For: ,,,\r\nOrigin: \r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: ,;=\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc',
  `GET /${'a'.repeat(100_000)}/ HTTP/1.1\r\n\r\n`,
])('HTTP: %j', async (text) => {
  await send(text)
  await stillWorks()
})

/** Sends, and waits for the end, by either side. */
function send(...parts: (string | Buffer)[]): Promise<void> {
  return new Promise((resolve) => {
    const socket = net.connect(relay.port, '127.0.0.1')
    socket.on('error', () => {}).on('close', () => resolve())
    for (const part of parts) socket.write(typeof part === 'string' ? Buffer.from(part, 'latin1') : part)
    socket.resume().end()
  })
}
