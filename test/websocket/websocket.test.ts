// The WebSocket interface: its constructor, its events and its handlers.
import { WebSocket, fetch } from 'libcurl-wasm'
import { describe, expect, test } from 'vitest'
import { until } from '../fetch/outcome.js'
import { ca, event, nameOf, opened, secure, url, web } from './sockets.js'

describe('the constructor', () => {
  test.each([
    '',
    'nonsense',
    '/relative',
    'ftp://localhost/',
    'mailto:x',
    'ws://localhost/#fragment',
    'ws://localhost/#',
    'ws://a b/',
    'ws://localhost:70000/',
  ])('does not take %j', (bad) => expect(nameOf(() => new WebSocket(bad))).toBe('SyntaxError'))

  test('is needed', () => {
    expect(nameOf(() => new (WebSocket as unknown as new () => WebSocket)())).toBe('TypeError')
  })

  test.each([
    ['ws://localhost:1', 'ws://localhost:1/'],
    ['WSS://LocalHost/a b?c', 'wss://localhost/a%20b?c'],
    ['http://localhost:80/x', 'ws://localhost/x'],
    ['https://localhost:443/x', 'wss://localhost/x'],
    [new URL('ws://localhost:1/'), 'ws://localhost:1/'],
  ])('%s is %s', (given, parsed) => {
    const socket = new WebSocket(given)
    expect(socket.url).toBe(parsed)
    socket.close()
  })

  test.each(['', 'a b', 'a,b', 'a(b)', '\u00e9', 'a\n', ['a', 'a'], ['a', 'A'], ['a', '']])(
    'subprotocols cannot be %j',
    (bad) => {
      expect(nameOf(() => new WebSocket('ws://localhost/', bad))).toBe('SyntaxError')
    },
  )

  test('refuses headers that the handshake sets', () => {
    for (const name of [
      'Sec-WebSocket-Key',
      'sec-websocket-extensions',
      'Sec-WebSocket-Protocol',
      'Upgrade',
      'Connection',
    ])
      expect(() => new WebSocket('ws://localhost/', [], { headers: { [name]: 'x' } })).toThrow(TypeError)
  })

  test('sets the initial values of the standard', () => {
    const socket = new WebSocket('ws://localhost:1/')
    const { readyState, bufferedAmount, extensions, protocol, binaryType, onopen, onmessage, onerror, onclose } = socket
    expect([readyState, bufferedAmount, extensions, protocol, binaryType]).toEqual([0, 0, '', '', 'blob'])
    expect([onopen, onmessage, onerror, onclose]).toEqual([null, null, null, null])
    expect([WebSocket.CONNECTING, WebSocket.OPEN, WebSocket.CLOSING, WebSocket.CLOSED]).toEqual([0, 1, 2, 3])
    expect([socket.CONNECTING, socket.OPEN, socket.CLOSING, socket.CLOSED]).toEqual([0, 1, 2, 3])
    expect(String(socket)).toBe('[object WebSocket]')
    expect(WebSocket.name).toBe('WebSocket')
    expect(socket).toBeInstanceOf(EventTarget)
    socket.close()
  })
})

describe('messages', () => {
  test('arrive as they were sent, in order, each in a task of its own', async () => {
    const socket = await opened()
    const shared = Uint8Array.of(9, 1, 2, 9)
    for (const data of [
      'text \u00fc \ud83d\ude00',
      '',
      shared.subarray(1, 3),
      Uint8Array.of(3).buffer,
      new Blob(['bl', 'ob']),
      'lone \ud800',
    ])
      socket.send(data)
    socket.send(12 as never)
    shared.fill(0)
    const seen: unknown[] = []
    for (let i = 0; i < 7; i++) {
      const { data, origin } = await event<MessageEvent>(socket, 'message')
      await null // a listener that is added in a microtask is not too late
      await null
      expect(origin).toBe(url)
      seen.push(typeof data === 'string' ? data : [...new Uint8Array(data as ArrayBuffer)])
    }
    expect(seen).toEqual(['text \u00fc \ud83d\ude00', '', [1, 2], [3], [...Buffer.from('blob')], 'lone \ufffd', '12'])
    socket.close()
  })

  test('binary ones are Blobs or ArrayBuffers', async () => {
    const socket = await opened()
    socket.binaryType = 'nonsense' as never
    expect(socket.binaryType).toBe('arraybuffer')
    socket.send(Uint8Array.of(1))
    expect((await event<MessageEvent>(socket, 'message')).data).toBeInstanceOf(ArrayBuffer)
    socket.binaryType = 'blob'
    socket.send(Uint8Array.of(1, 2))
    const { data } = await event<MessageEvent<Blob>>(socket, 'message')
    expect(data).toBeInstanceOf(Blob)
    expect(data.size).toBe(2)
    socket.close()
  })

  test('cannot be sent before it is open', async () => {
    const socket = new WebSocket(url)
    expect(nameOf(() => socket.send('x'))).toBe('InvalidStateError')
    expect(nameOf(() => (socket.send as () => void)())).toBe('TypeError')
    await event(socket, 'open')
    socket.close()
  })

  test('a handler keeps its place in the order, and can be removed', async () => {
    const socket = await opened()
    const seen: string[] = []
    socket.onmessage = () => seen.push('never')
    socket.addEventListener('message', () => seen.push('listener'))
    socket.onmessage = function (this: unknown) {
      seen.push(this === socket ? 'handler' : 'a stranger')
    }
    socket.send('x')
    await event(socket, 'message')
    socket.onmessage = null
    expect(socket.onmessage).toBeNull()
    socket.send('x')
    await event(socket, 'message')
    expect(seen).toEqual(['handler', 'listener', 'listener'])
    socket.close()
  })

  test('many are sent and echoed, over TLS too', async () => {
    const socket = await opened(secure.url.replace('https', 'wss'), [], { tls: { ca } })
    let received = 0
    const done = new Promise<void>(
      (resolve) =>
        (socket.onmessage = ({ data }) => {
          expect(data).toBe(`message ${received}`)
          if (++received === 2000) resolve()
        }),
    )
    for (let i = 0; i < 2000; i++) socket.send(`message ${i}`)
    await done
    socket.close()
  })
})

test('it can be used from inside a callback of libcurl', async () => {
  const socket = await opened()
  const answer = event<MessageEvent>(socket, 'message')
  await fetch(web.url, { curl: { onDebug: () => socket.readyState === 1 && socket.send('from inside') } })
  expect((await answer).data).toBe('from inside')
  await fetch(web.url, { curl: { onDebug: () => socket.close(1000) } })
  await until(() => socket.readyState === 3)
})
