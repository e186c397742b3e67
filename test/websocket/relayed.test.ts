// A WebSocket ends in the same way over all transports: directly, through Wisp and through wsproxy.
import tls from 'node:tls'
import { afterAll, describe, expect, test } from 'vitest'
import { testRelay } from '../relay/relays.js'
import { certificates } from '../servers/certificates.js'
import { listen } from '../servers/listening.js'
import { runScript } from '../servers/script.js'
import { BINARY, TEXT, acceptOf, closeFrame, frame, fuzzer, type Peer } from './peer.js'

const { ca, good } = certificates()
const server = await fuzzer()
const relay = await testRelay()
// answers the handshake, sends one message, and ends TCP without close_notify
const abrupt = await listen(
  tls.createServer({ key: good.key, cert: good.cert }, (socket) => {
    socket.on('error', () => {})
    socket.once('data', (request) => {
      const key = /sec-websocket-key: (\S+)/i.exec(String(request))![1]!
      socket.write(
        Buffer.concat([
          Buffer.from(
            `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptOf(key)}\r\n\r\n`,
          ),
          frame(TEXT, 'last words'),
        ]),
        () => (socket as unknown as { _parent: { end(): void } })._parent?.end() ?? socket.destroySoon(),
      )
    })
  }),
  'wss',
)
afterAll(() => Promise.all([server.close(), abrupt.close()]))

const ways: [string, string][] = [
  ['directly', ''],
  ['through Wisp', `await init({ transport: wispTransport({ url: '${relay.url}/' }) })`],
  ['through wsproxy', `await init({ transport: wsproxyTransport({ url: '${relay.url}/' }) })`],
]

/** What an application sees that echoes every message, and whether its process ends by itself. */
async function seen(way: string, url: string, program = ''): Promise<unknown> {
  const { stdout } = await runScript(
    `import { readFileSync } from 'node:fs'
    import init, { WebSocket, WebSocketStream, wispTransport, wsproxyTransport } from 'libcurl-wasm'
    ${way}
    const tls = { ca: readFileSync(${JSON.stringify(ca.certFile)}) }
    const socket = new WebSocket('${url}', [], { tls })
    const messages = []
    socket.binaryType = 'arraybuffer'
    socket.onmessage = ({ data }) => {
      messages.push(data.byteLength ?? data)
      socket.send(data)
      ${program}
    }

    socket.onclose = ({ code, wasClean }) => console.log(JSON.stringify([messages, code, wasClean]))`,
  )
  return JSON.parse(stdout)
}

describe.each(ways)('%s', (_name, way) => {
  const answers = (serve: (peer: Peer) => Promise<void>): Promise<string[]> =>
    new Promise((resolve) =>
      server.serve(async (peer) => {
        await serve(peer)
        await peer.until(() => false)
        resolve(peer.received.filter(({ opcode }) => opcode <= BINARY).map(({ payload }) => String(payload)))
      }),
    )

  test('a message and a bad frame: the echo is sent', async () => {
    const answered = answers(async (peer) => {
      await peer.write(Buffer.concat([frame(TEXT, 'x'), frame(3)]))
      await peer.until(() => peer.received.length === 2)
      peer.end()
    })
    expect(await seen(way, server.ws)).toEqual([['x'], 1006, false])
    expect(await answered).toEqual(['x'])
  })

  test('the server ends without a Close frame', async () => {
    server.serve(async (peer) => {
      await peer.write(frame(TEXT, 'x'))
      await peer.next()
      peer.end()
    })
    expect(await seen(way, server.ws)).toEqual([['x'], 1006, false])
  })

  test('the server resets', async () => {
    server.serve(async (peer) => {
      await peer.write(frame(TEXT, 'x'))
      await peer.next()
      peer.socket.resetAndDestroy()
    })
    expect(await seen(way, server.ws)).toEqual([['x'], 1006, false])
  })

  test('the server closes, and resets the connection while data is sent to it', async () => {
    server.serve(async (peer) => {
      await peer.write(frame(TEXT, 'x'))
      await peer.next()
      await peer.write(closeFrame(4001))
      await peer.until(() => peer.received.some(({ opcode }) => opcode === 8))
      peer.socket.resetAndDestroy()
    })
    expect(await seen(way, server.ws)).toEqual([['x'], 4001, true])
  })

  test('the TLS server ends without close_notify', async () => {
    const [messages, code, wasClean] = (await seen(way, `wss://127.0.0.1:${abrupt.port}/`)) as unknown[]
    expect([messages, code, wasClean]).toEqual([['last words'], 1006, false])
  })

  test('it ends even if it goes on sending when the server is gone', async () => {
    server.serve(async (peer) => {
      await peer.write(frame(TEXT, 'x'))
      await peer.next()
      peer.socket.resetAndDestroy()
    })
    const program = 'for (let i = 0; i < 32; i++) socket.send(new Uint8Array(1024 * 1024))'
    expect(await seen(way, server.ws, program)).toEqual([['x'], 1006, false])
  })
})
