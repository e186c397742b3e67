// The WebSocket interface: what the standard says of its arguments, its events and its end, against `ws` and against
// servers that are not so good.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { CloseEvent, WebSocket, fetch, type WebSocketOptions } from 'libcurl-wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { WebSocketServer, type WebSocket as Peer } from 'ws'
import { sleep, until } from '../fetch/outcome.js'
import { certificates } from '../servers/certificates.js'
import { connectProxy } from '../servers/connect-proxy.js'
import { rawServer, refusingPort } from '../servers/faults.js'
import { httpServer, httpsServer } from '../servers/listening.js'
import { socks5 } from '../servers/socks5.js'
import { BINARY, CLOSE, PONG, TEXT, answerOf, closeFrame, frame, fuzzer } from './peer.js'

const MB = 1024 * 1024
const ca = readFileSync(certificates().ca.certFile)
const web = await httpServer((_request, response) => void response.writeHead(404).end('not here'))
const secure = await httpsServer(() => {})
const raw = await fuzzer()
const url = web.url.replace('http', 'ws')
const accepted: { peer: Peer; headers: Record<string, unknown>; path: string }[] = []

const servers = [web, secure].map(({ server }) => {
  const wss = new WebSocketServer({ server, handleProtocols: (asked) => (asked.has('second') ? 'second' : false) })
  wss.on('connection', (peer, request) => {
    accepted.push({ peer, headers: request.headers, path: request.url! })
    peer.on('error', () => {})
    peer.on('message', (data, binary) => peer.send(data, { binary }))
  })
  return wss
})
afterAll(async () => {
  for (const server of servers) server.close()
  for (const { peer } of accepted) peer.terminate()
  await Promise.all([web.close(), secure.close(), raw.close()])
})

async function opened(at = url, protocols?: string | string[], more?: WebSocketOptions): Promise<WebSocket> {
  const socket = new WebSocket(at, protocols, more)
  socket.binaryType = 'arraybuffer'
  await event(socket, 'open')
  return socket
}

/** The next event of a type. */
function event<E extends Event>(socket: WebSocket, type: string): Promise<E> {
  return new Promise((resolve) =>
    socket.addEventListener(type, (happened: Event) => resolve(happened as E), { once: true }),
  )
}

/** How a connection ends that fails. */
async function failure(socket: WebSocket): Promise<unknown[]> {
  const events: string[] = []
  let message = ''
  socket.onopen = () => events.push('open')
  socket.onerror = (error) => {
    events.push('error')
    message = error.message
  }
  const { code, wasClean, reason } = await event<CloseEvent>(socket, 'close')
  return [events, code, reason, wasClean, socket.readyState, message]
}

const fails = (message: unknown): unknown[] => [['error'], 1006, '', false, 3, message]

const nameOf = (call: () => unknown): string => {
  try {
    call()
  } catch (error) {
    return (error as Error).name
  }
  return 'it does not throw'
}

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

  test('takes no headers that are its own', () => {
    for (const name of [
      'Sec-WebSocket-Key',
      'sec-websocket-extensions',
      'Sec-WebSocket-Protocol',
      'Upgrade',
      'Connection',
    ])
      expect(() => new WebSocket('ws://localhost/', [], { headers: { [name]: 'x' } })).toThrow(TypeError)
  })

  test('begins with what the standard says', () => {
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

describe('the interfaces are as WebIDL has them', () => {
  const CONSTANTS = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 }
  const attributes = ['url', 'readyState', 'bufferedAmount', 'extensions', 'protocol', 'binaryType']
  const handlers = ['onopen', 'onmessage', 'onerror', 'onclose']
  const writable = ['binaryType', ...handlers]
  const OurCloseEvent = CloseEvent as unknown as { new (...args: unknown[]): CloseEvent; prototype: CloseEvent }

  test.each([
    ['WebSocket', WebSocket, EventTarget, [...attributes, ...handlers], ['send', 'close'], CONSTANTS],
    ['CloseEvent', OurCloseEvent, Event, ['wasClean', 'code', 'reason'], [], {}],
  ] as const)('%s', (name, object, parent, attributes, operations, constants) => {
    expect(Object.getPrototypeOf(object)).toBe(parent)
    expect(Object.getPrototypeOf(object.prototype)).toBe(parent.prototype)
    expect([object.name, object.length]).toEqual([name, 1])
    expect(() => (object as unknown as () => void)()).toThrow(TypeError)
    expect(() => new (object as unknown as new () => unknown)()).toThrow(TypeError)
    const property = (of: object, key: PropertyKey) => Object.getOwnPropertyDescriptor(of, key)
    const fixed = { writable: false, enumerable: false, configurable: false }
    expect(property(object, 'prototype')).toEqual({ value: object.prototype, ...fixed })
    const hidden = { writable: true, enumerable: false, configurable: true }
    expect(property(object.prototype, 'constructor')).toEqual({ value: object, ...hidden })
    expect(property(object.prototype, Symbol.toStringTag)).toEqual({ ...fixed, value: name, configurable: true })
    for (const [key, value] of Object.entries(constants))
      for (const of of [object, object.prototype])
        expect(property(of, key)).toEqual({ ...fixed, value, enumerable: true })
    for (const key of attributes) {
      const { get, set, enumerable, configurable } = property(object.prototype, key)!
      const isWritable = (writable as readonly string[]).includes(key)
      expect([key, enumerable, configurable, get!.name, set?.name]).toEqual([
        key,
        true,
        true,
        `get ${key}`,
        isWritable ? `set ${key}` : undefined,
      ])
      for (const stranger of [undefined, {}, new EventTarget(), object.prototype]) {
        expect(() => get!.call(stranger)).toThrow(TypeError)
        if (set) expect(() => set.call(stranger, null)).toThrow(TypeError)
      }
    }
    for (const key of operations) {
      const { value, ...how } = property(object.prototype, key)! as { value: (...args: unknown[]) => unknown }
      expect(how).toEqual({ writable: true, enumerable: true, configurable: true })
      expect([value.name, value.length]).toEqual([key, key === 'send' ? 1 : 0])
      for (const stranger of [undefined, {}, new EventTarget()])
        expect(() => value.call(stranger, 'x')).toThrow(TypeError)
    }
    const known = [...attributes, ...operations, ...Object.keys(constants), 'constructor']
    expect(Object.getOwnPropertyNames(object.prototype).sort()).toEqual(known.sort())
  })

  test('a CloseEvent converts what it is made of', () => {
    const of = (init?: unknown) => {
      const { wasClean, code, reason, bubbles } = new OurCloseEvent('close', init)
      return [wasClean, code, reason, bubbles]
    }
    expect(of()).toEqual([false, 0, '', false])
    expect(of(null)).toEqual([false, 0, '', false])
    expect(of({ wasClean: 1, code: 65537.9, reason: 'lone \ud800', bubbles: true })).toEqual([
      true,
      1,
      'lone \ufffd',
      true,
    ])
    expect(of({ code: '1000', reason: null })).toEqual([false, 1000, 'null', false])
    expect(String(new OurCloseEvent('close'))).toBe('[object CloseEvent]')
  })

  test('arguments are converted as WebIDL says', async () => {
    expect(nameOf(() => new WebSocket(url, null as never).close())).toBe('it does not throw')
    expect(nameOf(() => new WebSocket(url, 'a b'))).toBe('SyntaxError')
    expect(nameOf(() => new WebSocket(Symbol('x') as never))).toBe('TypeError')
    const socket = await opened()
    // of another realm, as in test runners that give each file its own
    socket.send(runInNewContext('Uint8Array.of(1, 2).buffer') as ArrayBuffer)
    expect(new Uint8Array((await event<MessageEvent>(socket, 'message')).data as ArrayBuffer)).toEqual(
      Uint8Array.of(1, 2),
    )
    expect(nameOf(() => socket.send(Symbol('x') as never))).toBe('TypeError')
    socket.close(1000.5, null as never)
    expect(await event<CloseEvent>(socket, 'close')).toMatchObject({ code: 1000, reason: 'null' })
  })
})

describe('messages', () => {
  test('come as they were sent, in order, each in a task of its own', async () => {
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
      await null // also who waits a little longer for the next one is in time
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

  test('a handler keeps the place of its first setting, and can be taken back', async () => {
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

  test('many go out and come back, over TLS too', async () => {
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

describe('bufferedAmount', () => {
  test('counts UTF-8, does not fall meanwhile, and is 0 when all has gone out', async () => {
    const socket = await opened()
    socket.send('\u00fc\u20ac')
    expect(socket.bufferedAmount).toBe(5)
    socket.send(new Uint8Array(100))
    socket.send(new Blob([new Uint8Array(1000)]))
    expect(socket.bufferedAmount).toBe(1105)
    await until(() => socket.bufferedAmount === 0)
    socket.close()
  })

  test('falls as a slow peer reads, and pings are answered when it does', async () => {
    let resume!: () => void
    const served = new Promise<{ messages: number; bytes: number; pong: string }>((resolve) =>
      raw.serve(async (peer) => {
        peer.socket.pause()
        await new Promise<void>((go) => (resume = go))
        peer.socket.resume()
        await peer.write(frame(0x9, 'are you there'))
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
    let before = -1
    await until(async () => {
      if (before === socket.bufferedAmount) return true
      before = socket.bufferedAmount
      await sleep(200)
      return false
    })
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

describe('the end', () => {
  test.each([0, 999, 1001, 1005, 1006, 2999, 5000, NaN, '1001', -1, 70000])('cannot have the code %s', async (code) => {
    const socket = await opened()
    expect(nameOf(() => socket.close(code as number))).toBe('InvalidAccessError')
    expect(socket.readyState).toBe(1)
    socket.close()
  })

  test('cannot have a reason of more than 123 bytes', async () => {
    const socket = await opened()
    expect(nameOf(() => socket.close(1000, 'x'.repeat(124)))).toBe('SyntaxError')
    expect(nameOf(() => socket.close(1000, '\u00fc'.repeat(62)))).toBe('SyntaxError')
    socket.close(1000, `x${'\u00fc'.repeat(61)}`)
    expect((await event<CloseEvent>(socket, 'close')).reason).toBe(`x${'\u00fc'.repeat(61)}`)
  })

  test.each([
    [[], 1005, '', 1005],
    [[1000], 1000, '', 1000],
    [[3000, 'why'], 3000, 'why', 3000],
    [[4999, '\ud83d\ude00'], 4999, '\ud83d\ude00', 4999],
  ] as const)('close(%j)', async (args, code, reason, seen) => {
    const socket = await opened()
    const { peer } = accepted.at(-1)!
    const told = once(peer, 'close')
    socket.close(...(args as unknown as [number?, string?]))
    expect(socket.readyState).toBe(2)
    socket.close(3001, 'a second one changes nothing')
    const closed = await event<CloseEvent>(socket, 'close')
    expect(closed).toBeInstanceOf(CloseEvent)
    expect([closed.type, closed.code, closed.reason, closed.wasClean]).toEqual(['close', code, reason, true])
    expect(socket.readyState).toBe(3)
    const [code2, reason2] = (await told) as [number, Buffer]
    expect([code2, String(reason2)]).toEqual([seen, reason])
  })

  test('what was sent before goes out before', async () => {
    const socket = await opened()
    const { peer } = accepted.at(-1)!
    let bytes = 0
    peer.on('message', (data: Buffer) => (bytes += data.length))
    for (let i = 0; i < 10; i++) socket.send(new Blob([new Uint8Array(MB)]))
    socket.close(1000)
    expect((await event<CloseEvent>(socket, 'close')).wasClean).toBe(true)
    expect(bytes).toBe(10 * MB)
  })

  test('the code is that of the server', async () => {
    raw.serve(async (peer) => {
      await peer.next()
      await peer.write(closeFrame(4321, 'because'))
      peer.end()
    })
    const socket = await opened(raw.ws)
    socket.close(1000, 'mine')
    const { code, reason, wasClean } = await event<CloseEvent>(socket, 'close')
    expect([code, reason, wasClean]).toEqual([4321, 'because', true])
  })

  test('the server may begin: it is closing, then closed', async () => {
    let answered: unknown
    raw.serve(async (peer) => {
      await peer.write(closeFrame(1001, 'away'))
      answered = (await peer.next())!.payload.toString('hex')
      await sleep(200)
      peer.end()
    })
    const socket = await opened(raw.ws)
    const closed = event<CloseEvent>(socket, 'close')
    await until(() => socket.readyState === 2)
    const { code, reason, wasClean } = await closed
    expect([code, reason, wasClean, socket.readyState]).toEqual([1001, 'away', true, 3])
    expect(answered).toBe('03e9')
  })

  test('messages that come while it is closing are not told', async () => {
    raw.serve(async (peer) => {
      await peer.next()
      await peer.write(Buffer.concat([frame(TEXT, 'late'), closeFrame(1000)]))
      peer.end()
    })
    const socket = await opened(raw.ws)
    socket.onmessage = () => expect.unreachable()
    socket.close(1000)
    expect((await event<CloseEvent>(socket, 'close')).wasClean).toBe(true)
  })

  test('before it is open, the attempt fails', async () => {
    const socket = new WebSocket(url)
    socket.close()
    expect(socket.readyState).toBe(2)
    expect(await failure(socket)).toEqual(fails(expect.stringContaining('closed before it was open')))
  })

  test.each([
    ['ends without a word', (end: () => void) => end(), /without a closing handshake/],
    ['resets', null, /reset/i],
  ] as const)('the server %s', async (_name, how, message) => {
    raw.serve((peer) => void (how ? how(() => peer.end()) : sleep(50).then(() => peer.socket.resetAndDestroy())))
    const [events, ...rest] = await failure(new WebSocket(raw.ws))
    expect((events as string[]).at(-1)).toBe('error')
    expect(rest).toEqual([1006, '', false, 3, expect.stringMatching(message)])
  })

  test.each([
    ['ends its side', Buffer.alloc(0), [1006, false]],
    ['closes', closeFrame(4000), [4000, true]],
    ['sends what is wrong', frame(3), [1006, false]],
  ] as const)('the server %s with a last message, which is answered before the end', async (_name, bytes, told) => {
    const answers: string[] = []
    raw.serve(async (peer) => {
      peer.socket.cork()
      const sent = peer.write(Buffer.concat([frame(TEXT, 'one'), frame(TEXT, 'two'), bytes]))
      if (bytes.length === 0) peer.end()
      peer.socket.uncork()
      await sent
      for (let next = await peer.next(); next && next.opcode === TEXT; next = await peer.next())
        answers.push(String(next.payload))
      peer.end()
    })
    const socket = new WebSocket(raw.ws)
    socket.onmessage = ({ data }) => socket.send(`${data}!`)
    const { code, wasClean } = await event<CloseEvent>(socket, 'close')
    expect([code, wasClean]).toEqual(told)
    await until(() => answers.length === 2)
    expect(answers).toEqual(['one!', 'two!'])
  })

  test('what was queued before a bad frame goes out, and then Close, to a server that reads slowly', async () => {
    let [bytes, closed] = [0, 0]
    raw.serve(async (peer) => {
      peer.socket.pause()
      await peer.write(Buffer.concat([frame(TEXT, 'x'), frame(3)]))
      await sleep(200)
      peer.socket.resume()
      await peer.until(() => peer.received.some(({ opcode }) => opcode === CLOSE))
      for (const { opcode, payload } of peer.received)
        if (opcode === BINARY) bytes += payload.length
        else if (opcode === CLOSE) closed = payload.readUInt16BE(0)
      peer.end()
    })
    const socket = new WebSocket(raw.ws)
    let after = -1
    socket.onmessage = () => {
      for (let i = 0; i < 20; i++) socket.send(new Uint8Array(MB))
    }
    socket.onerror = () => {
      // nothing that is sent from here on goes out
      socket.send('late')
      after = socket.readyState
    }
    await event<CloseEvent>(socket, 'close')
    await until(() => closed !== 0)
    expect([bytes, closed, after]).toEqual([20 * MB, 1002, 3])
  })

  test('close() in onmessage: what comes with that message is not told, and the end is clean', async () => {
    raw.serve(async (peer) => {
      await peer.write(Buffer.concat([frame(TEXT, 'one'), frame(TEXT, 'two'), frame(TEXT, 'three')]))
      const close = await peer.next()
      await peer.write(frame(CLOSE, close!.payload))
      peer.end()
    })
    const socket = new WebSocket(raw.ws)
    const seen: unknown[] = []
    socket.onmessage = ({ data }) => {
      seen.push(data)
      socket.close(3000)
    }
    const { code, wasClean } = await event<CloseEvent>(socket, 'close')
    expect([seen, code, wasClean]).toEqual([['one'], 3000, true])
  })

  test('the server that ends in a frame has not sent it', async () => {
    raw.serve(async (peer) => {
      await peer.write(frame(TEXT, 'half', { length: 100 }))
      peer.end()
    })
    const socket = new WebSocket(raw.ws)
    socket.onmessage = () => expect.unreachable()
    expect((await failure(socket))[1]).toBe(1006)
  })

  test('a server that does not end is not waited for for ever', async () => {
    raw.serve((peer) => void peer.socket.pause())
    const deaf = await opened(raw.ws)
    for (let i = 0; i < 30; i++) deaf.send(new Uint8Array(MB))
    raw.serve(() => {})
    const silent = await opened(raw.ws)
    raw.serve(async (peer) => {
      await peer.next()
      await peer.write(closeFrame(1000))
    })
    const open = await opened(raw.ws)
    deaf.close()
    silent.close()
    open.close(1000)
    const ends = await Promise.all([deaf, silent, open].map((socket) => event<CloseEvent>(socket, 'close')))
    expect(ends.map(({ code, wasClean }) => [code, wasClean])).toEqual([
      [1006, false],
      [1006, false],
      [1000, true],
    ])
  })

  test('a Close frame does not wait for what nobody reads any more', async () => {
    raw.serve(async (peer) => {
      await peer.write(closeFrame(1000))
      await peer.until(() => peer.received.some(({ opcode }) => opcode === CLOSE))
      peer.end()
    })
    const socket = await opened(raw.ws)
    for (let i = 0; i < 20; i++) socket.send(new Uint8Array(MB))
    const { wasClean } = await event<CloseEvent>(socket, 'close')
    expect(wasClean).toBe(true)
  })
})

describe('the handshake', () => {
  test('a subprotocol that was asked for is taken', async () => {
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
    ['extension', (headers) => (headers['Sec-WebSocket-Extensions'] = 'permessage-deflate')],
    ['its subprotocol is', (headers) => (headers['Sec-WebSocket-Protocol'] = 'never-asked-for')],
    ['200', () => {}, '200 OK'],
    ['404', () => {}, '404 Not Found'],
    ['302', (headers) => (headers['Location'] = '/'), '302 Found'],
  ]
  test.each(wrong)('an answer that is none: %s (%s)', async (message, change, status) => {
    raw.answer((request) => answerOf(request, change, status))
    raw.serve((peer) => void sleep(100).then(() => peer.end()))
    expect(await failure(new WebSocket(raw.ws))).toEqual(fails(expect.stringContaining(message)))
  })

  test.each([
    ['before', ''],
    ['within', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n'],
  ])('a server that closes %s its answer', async (when, answer) => {
    const server = await rawServer((socket) => void socket.end(answer))
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/`)
    expect(await failure(socket)).toEqual(fails(`the server has closed the connection ${when} its answer`))
    await server.close()
  })

  test.each([
    ['chosen none', () => {}],
    ['its subprotocol is', (headers: Record<string, string | null>) => (headers['Sec-WebSocket-Protocol'] = 'C')],
    ['its subprotocol is', (headers: Record<string, string | null>) => (headers['Sec-WebSocket-Protocol'] = 'a, b')],
    ['its subprotocol is', (headers: Record<string, string | null>) => (headers['Sec-WebSocket-Protocol'] = 'A')],
  ])('an answer that does not fit the subprotocols: %s', async (message, change) => {
    raw.answer((request) => answerOf(request, change as never))
    raw.serve(() => {})
    expect(await failure(new WebSocket(raw.ws, ['a', 'b']))).toEqual(fails(expect.stringContaining(message)))
  })

  test('compression is not offered', async () => {
    await opened()
    expect(accepted.at(-1)!.headers).not.toHaveProperty('sec-websocket-extensions')
    accepted.at(-1)!.peer.terminate()
  })

  test('frames that come with the answer are not lost', async () => {
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

  test('what is not there says why', async () => {
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

test('it can be used from inside a callback of libcurl', async () => {
  const socket = await opened()
  const answer = event<MessageEvent>(socket, 'message')
  await fetch(web.url, { curl: { onDebug: () => socket.readyState === 1 && socket.send('from inside') } })
  expect((await answer).data).toBe('from inside')
  await fetch(web.url, { curl: { onDebug: () => socket.close(1000) } })
  await until(() => socket.readyState === 3)
})
