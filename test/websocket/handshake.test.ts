// The opening handshake: which responses are accepted, the content of the request, and proxies.
import { WebSocket, type CloseEvent } from 'libcurl-wasm'
import { describe, expect, test } from 'vitest'
import { sleep } from '../fetch/outcome.js'
import { connectProxy } from '../servers/connect-proxy.js'
import { rawServer, refusingPort } from '../servers/faults.js'
import { socks5 } from '../servers/socks5.js'
import { TEXT, answerOf, closeFrame, frame } from './peer.js'
import { accepted, ca, event, failure, fails, opened, raw, secure, url, web } from './sockets.js'

describe('the handshake', () => {
  test('the subprotocol is the one that the server chose', async () => {
    const socket = await opened(url, ['first', 'second'])
    expect(socket.protocol).toBe('second')
    expect(accepted.at(-1)!.headers['sec-websocket-protocol']).toBe('first, second')
    socket.close()
  })

  const wrong: [string, Parameters<typeof answerOf>[1], string?][] = [
    ['Sec-WebSocket-Accept is wrong', (headers) => (headers['Sec-WebSocket-Accept'] = 'x')],
    ['Sec-WebSocket-Accept is wrong', (headers) => (headers['Sec-WebSocket-Accept'] = null)],
    ['Upgrade', (headers) => (headers['Upgrade'] = 'h2c')],
    ['Upgrade', (headers) => (headers['Upgrade'] = null)],
    ['closed at once', (headers) => (headers['Connection'] = 'close')],
    ['Connection', (headers) => (headers['Connection'] = 'keep-alive')],
    ['its subprotocol is', (headers) => (headers['Sec-WebSocket-Protocol'] = 'never-asked-for')],
    ['200', () => {}, '200 OK'],
    ['404', () => {}, '404 Not Found'],
    ['302', (headers) => (headers['Location'] = '/'), '302 Found'],
  ]
  test.each(wrong)('a response that is not a handshake: %s (%s)', async (message, change, status) => {
    raw.answer((request) => answerOf(request, change, status))
    raw.serve((peer) => void sleep(100).then(() => peer.end()))
    expect(await failure(new WebSocket(raw.ws))).toEqual(fails(expect.stringContaining(message)))
  })

  test.each([
    ['before', ''],
    ['in the middle of', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n'],
  ])('a server that closes %s its answer', async (when, answer) => {
    const server = await rawServer((socket) => void socket.end(answer))
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/`)
    expect(await failure(socket)).toEqual(fails(`the server closed the connection ${when} its answer`))
    await server.close()
  })

  test.each([
    ['it chose none', () => {}],
    ['its subprotocol is', (headers: Record<string, string | null>) => (headers['Sec-WebSocket-Protocol'] = 'C')],
    ['its subprotocol is', (headers: Record<string, string | null>) => (headers['Sec-WebSocket-Protocol'] = 'a, b')],
    ['its subprotocol is', (headers: Record<string, string | null>) => (headers['Sec-WebSocket-Protocol'] = 'A')],
  ])('an answer that does not fit the subprotocols: %s', async (message, change) => {
    raw.answer((request) => answerOf(request, change as never))
    raw.serve(() => {})
    expect(await failure(new WebSocket(raw.ws, ['a', 'b']))).toEqual(fails(expect.stringContaining(message)))
  })

  test('frames that arrive with the response are not lost', async () => {
    raw.answer((request) => Buffer.concat([Buffer.from(answerOf(request)), frame(TEXT, 'at once'), closeFrame(1000)]))
    raw.serve(async (peer) => {
      await peer.next()
      peer.end()
    })
    const socket = new WebSocket(raw.ws)
    const seen: string[] = []
    socket.onopen = () => seen.push('open')
    socket.onmessage = ({ data }) => seen.push(data as string)
    const { wasClean } = await event<CloseEvent>(socket, 'close')
    expect([seen, wasClean]).toEqual([['open', 'at once'], true])
  })

  test('an error says why a connection cannot be made', async () => {
    expect(await failure(new WebSocket(`ws://127.0.0.1:${await refusingPort()}/`))).toEqual(
      fails(expect.stringContaining('connect')),
    )
    expect(await failure(new WebSocket('ws://nobody.invalid/'))).toEqual(fails(expect.stringContaining('resolve')))
    expect(await failure(new WebSocket('ws://localhost:25/'))).toEqual(fails(expect.stringContaining('port 25')))
  })

  test('headers, credentials and options of curl', async () => {
    const at = url.replace('//127.0.0.1', '//me:secret@some.name') + '/path?query'
    const socket = await opened(at, [], {
      headers: { Origin: 'https://example.com', 'X-Mine': 'yes', Cookie: 'a=b' },
      curl: { options: { RESOLVE: [`some.name:${web.port}:127.0.0.1`], USERAGENT: 'agent' } },
    })
    const { headers, path } = accepted.at(-1)!
    expect(path).toBe('/path?query')
    expect(headers).toMatchObject({
      host: `some.name:${web.port}`,
      origin: 'https://example.com',
      'x-mine': 'yes',
      cookie: 'a=b',
      'user-agent': 'agent',
      authorization: `Basic ${Buffer.from('me:secret').toString('base64')}`,
    })
    socket.close()
    expect(await failure(new WebSocket(url, [], { curl: { options: { WS_OPTIONS: 0 } as never } }))).toEqual(
      fails(expect.stringContaining('WS_OPTIONS')),
    )
  })

  test('TLS is verified', async () => {
    const wss = secure.url.replace('https', 'wss')
    expect(await failure(new WebSocket(wss))).toEqual(fails(expect.stringContaining('certificate')))
    const socket = await opened(wss, [], { tls: { verify: false } })
    socket.close()
  })

  test('through proxies', async () => {
    const http = await connectProxy()
    const socks = await socks5({ names: { localhost: '127.0.0.1' } })
    const at = secure.url.replace('https://127.0.0.1', 'wss://localhost')
    for (const proxy of [http.url, socks.url]) {
      const socket = await opened(at, [], { tls: { ca }, proxy })
      socket.send('through')
      expect((await event<MessageEvent>(socket, 'message')).data).toBe('through')
      socket.close()
      await event(socket, 'close')
    }
    expect([http.proxied.length, socks.asked.length]).toEqual([1, 1])
    await Promise.all([http.close(), socks.close()])
  })
})
