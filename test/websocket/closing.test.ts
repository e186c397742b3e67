// The end of a WebSocket: the closing handshake by either side, what is still sent, and ends without a handshake.
import { once } from 'node:events'
import { CloseEvent, WebSocket } from 'libcurl-wasm'
import { describe, expect, test } from 'vitest'
import { sleep, until } from '../fetch/outcome.js'
import { BINARY, CLOSE, TEXT, closeFrame, frame } from './peer.js'
import { MB, accepted, event, failure, fails, nameOf, opened, raw, url } from './sockets.js'

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

  test('messages before close() are sent before the Close frame', async () => {
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

  test('the server may start it: the state is closing, then closed', async () => {
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

  test('messages that arrive while it is closing are not delivered', async () => {
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

  test('after a bad frame queued messages are sent, and then Close, to a server that reads slowly', async () => {
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
      // nothing is sent from here on
      socket.send('late')
      after = socket.readyState
    }
    await event<CloseEvent>(socket, 'close')
    await until(() => closed !== 0)
    expect([bytes, closed, after]).toEqual([20 * MB, 1002, 3])
  })

  test('messages that arrive with the one in whose event close() is called are dropped, and the end is clean', async () => {
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

  test('a message is not delivered if the server ends within its frame', async () => {
    raw.serve(async (peer) => {
      await peer.write(frame(TEXT, 'half', { length: 100 }))
      peer.end()
    })
    const socket = new WebSocket(raw.ws)
    socket.onmessage = () => expect.unreachable()
    expect((await failure(socket))[1]).toBe(1006)
  })

  test('it does not wait for ever for a server that does not close', async () => {
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

  test('the Close frame in response to that of the server does not wait for queued messages', async () => {
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
