// Easy, Multi and Share of libcurl-wasm/node-libcurl. The servers are in another thread, because perform() blocks this
// one.
import { setTimeout as after } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CA, lib, ours, servers } from './library.js'

const { Curl, CurlCode, CurlEasyError, CurlError, CurlMultiCode, CurlMultiError, CurlPause, CurlReadFunc } = lib
const { CurlShareCode, CurlShareLock, CurlShareOption, CurlSharedError, CurlWs, Easy, Multi, Share, SocketState } = lib
const { plain, secure, ws } = await servers()

let easy: InstanceType<typeof Easy>
beforeEach(() => {
  easy = new Easy()
  easy.setOpt('URL', plain)
})
afterEach(() => {
  if (easy.isOpen && !easy.isInsideMultiHandle) easy.close()
})

/** Collects the body. */
function collect(): () => string {
  const chunks: Buffer[] = []
  easy.setOpt('WRITEFUNCTION', (chunk, size, nmemb) => (chunks.push(chunk), size * nmemb))
  return () => Buffer.concat(chunks).toString()
}

describe('perform()', () => {
  test('blocks, and returns the result', () => {
    const body = collect()
    expect(easy.perform()).toBe(CurlCode.CURLE_OK)
    expect(body()).toBe('Hello World!')
    expect(easy.getInfo('RESPONSE_CODE')).toEqual({ code: 0, data: 200 })
    easy.setOpt('URL', 'http://127.0.0.1:1/')
    expect(easy.perform()).toBe(CurlCode.CURLE_COULDNT_CONNECT)
  })

  test('with TLS, and again on the same connection', () => {
    easy.setOpt('URL', secure)
    easy.setOpt('CAINFO_BLOB', CA)
    collect()
    expect([easy.perform(), easy.perform()]).toEqual([0, 0])
    expect(easy.getInfo('NUM_CONNECTS').data).toBe(0)
  })

  const uploading = (): void => {
    easy.setOpt('URL', `${plain}/trailers`)
    easy.setOpt('UPLOAD', true)
    let sent = false
    easy.setOpt('READFUNCTION', (buffer) => (sent ? 0 : ((sent = true), buffer.write('HELLO'))))
  }

  test.each([
    ['WRITEFUNCTION', 'WRITE callback must be an integer.'],
    ['HEADERFUNCTION', 'HEADER callback must be an integer.'],
    ['READFUNCTION', 'READ callback must be an integer.'],
    ['TRAILERFUNCTION', 'Trailer callback must be an array of strings or false.'],
  ] as const)('throws what %s throws, and for what it must not return', (option, message) => {
    if (option === 'READFUNCTION' || option === 'TRAILERFUNCTION') uploading()
    easy.setOpt(option as 'WRITEFUNCTION', () => {
      throw new Error('inside')
    })
    expect(() => easy.perform()).toThrow('inside')
    if (option === 'TRAILERFUNCTION') uploading()
    easy.setOpt(option as 'WRITEFUNCTION', () => ({}) as never)
    expect(() => easy.perform()).toThrow(`Return value from the ${message}`)
  })
})

describe('values', () => {
  test('setOpt() returns what libcurl does, and converts numbers', () => {
    expect(easy.setOpt('NOPE' as 'URL', 1)).toBe(CurlCode.CURLE_UNKNOWN_OPTION)
    expect(easy.setOpt('SSLVERSION', 999 as never)).toBe(CurlCode.CURLE_BAD_FUNCTION_ARGUMENT)
    for (const value of [true, null, '5', 1.5, NaN]) expect(easy.setOpt('TIMEOUT', value)).toBe(CurlCode.CURLE_OK)
    expect(easy.setOpt(Curl.option.MAXFILESIZE_LARGE, 2 ** 40)).toBe(CurlCode.CURLE_OK)
    expect(() => (easy.setOpt as any)('URL')).toThrow(TypeError)
  })

  test('getInfo() returns a code and data', () => {
    expect(easy.getInfo('CONTENT_TYPE')).toEqual({ code: 0, data: '' })
    expect(easy.getInfo('CERTINFO')).toEqual({ code: 0, data: [] })
    expect(easy.getInfo('CONTENT_LENGTH_DOWNLOAD_T')).toEqual({ code: 0, data: -1 })
    expect(() => easy.getInfo('PRIVATE')).toThrow(CurlEasyError)
  })

  test('private, id and the like', () => {
    easy.private = { a: 1 }
    const copy = easy.dupHandle()
    expect([copy.private, copy.id > easy.id]).toEqual([undefined, true])
    expect([copy.isOpen, copy.isInsideMultiHandle, copy.isMonitoringSockets]).toEqual([true, false, false])
    expect([copy.pauseFlags, copy.isPausedRecv, copy.isPausedSend]).toEqual([0, false, false])
    copy.close()
    expect(copy.isOpen).toBe(false)
    expect(() => copy.close()).toThrow('already closed')
    expect(easy.reset()).toBe(CurlCode.CURLE_OK)
    expect(easy.upkeep()).toBe(CurlCode.CURLE_OK)
    expect(() => Easy.strError('x' as never)).toThrow(TypeError)
  })

  test.each([
    ['wsSend', [Buffer.from('a'), 1]],
    ['wsRecv', [Buffer.alloc(1)]],
    ['wsMeta', []],
    ['wsStartFrame', [1, 0]],
    ['send', [Buffer.from('a')]],
    ['recv', [Buffer.alloc(1)]],
    ['setOpt', ['URL', 'x']],
    ['getInfo', ['RESPONSE_CODE']],
    ['perform', []],
    ['pause', [0]],
    ['upkeep', []],
    ['dupHandle', []],
    ['reset', []],
  ] as const)('%s of a closed handle throws', (method, args) => {
    easy.close()
    expect(() => (easy[method] as (...args: any[]) => unknown)(...args)).toThrow('Curl handle is closed')
  })
})

describe('CONNECT_ONLY', () => {
  test('send() and recv() over a connection that perform() has made', async () => {
    easy.setOpt('CONNECT_ONLY', 1)
    expect(easy.perform()).toBe(CurlCode.CURLE_OK)
    const request = Buffer.from('GET / HTTP/1.0\r\n\r\n')
    expect(easy.send(request)).toEqual({ code: CurlCode.CURLE_OK, bytesSent: request.length })
    const storage = Buffer.alloc(1000)
    let received = ''
    while (!received.endsWith('Hello World!')) {
      const { code, bytesReceived } = easy.recv(storage)
      if (code === CurlCode.CURLE_AGAIN) await after(10)
      else received += storage.toString('utf8', 0, bytesReceived)
    }
    expect(received).toMatch(/^HTTP\/1\.1 200 OK/)
    for (const call of [() => (easy.send as any)(), () => (easy.recv as any)()]) expect(call).toThrow('Missing buffer')
    expect(() => easy.send('x' as never)).toThrow('Invalid Buffer')
  })

  /** Receives the next piece of a frame. */
  async function receive(buffer: Buffer) {
    for (;;) {
      const result = easy.wsRecv(buffer)
      if (result.code !== CurlCode.CURLE_AGAIN) return result
      await after(5)
    }
  }

  test.each([
    ['text', CurlWs.Text],
    ['binary', CurlWs.Binary],
  ])('frames of %s', async (_, flag) => {
    easy.setOpt('URL', ws)
    easy.setOpt('CONNECT_ONLY', 2)
    expect(easy.perform()).toBe(CurlCode.CURLE_OK)
    const message = Buffer.from('Hello')
    expect(easy.wsSend(message, flag)).toEqual({ code: 0, bytesSent: 5 })
    const buffer = Buffer.alloc(100)
    const { code, bytesReceived, meta } = await receive(buffer)
    expect([code, buffer.toString('utf8', 0, bytesReceived)]).toEqual([0, 'Hello'])
    expect(meta).toEqual({ age: 0, flags: flag, offset: 0, bytesleft: 0, len: 5 })
    expect(easy.wsSend(Buffer.from('ping'), CurlWs.Ping).code).toBe(0)
    expect(easy.wsSend(Buffer.alloc(0), CurlWs.Close).code).toBe(0)
    expect(() => (easy.wsSend as any)()).toThrow('Missing buffer')
    expect(() => easy.wsSend('x' as never, 1)).toThrow('Invalid Buffer')
    expect(() => (easy.wsSend as any)(message)).toThrow('Missing')
    expect(() => easy.wsSend(message, 'x' as never)).toThrow('must be a number')
    expect(() => (easy.wsRecv as any)()).toThrow('Missing buffer')
    expect(() => easy.wsRecv('x' as never)).toThrow('Invalid Buffer')
  })

  test('a long frame comes in pieces', async () => {
    easy.setOpt('URL', ws)
    easy.setOpt('CONNECT_ONLY', 2)
    easy.perform()
    const message = Buffer.alloc(100_000, 'A')
    let sent = 0
    while (sent < message.length) {
      const { code, bytesSent } = easy.wsSend(
        message.subarray(sent),
        CurlWs.Text | CurlWs.Offset,
        sent === 0 ? message.length : 0,
      )
      if (code === CurlCode.CURLE_AGAIN) await after(5)
      sent += bytesSent
    }
    const buffer = Buffer.alloc(16384)
    const left: number[] = []
    let received = 0
    do {
      const { bytesReceived, meta } = await receive(buffer)
      received += bytesReceived
      left.push(meta!.bytesleft)
    } while (left.at(-1) !== 0)
    expect(received).toBe(message.length)
    expect(left).toEqual(left.toSorted((a, b) => b - a))
    expect(left.length).toBeGreaterThan(1)
  })

  test('onSocketEvent() reports the socket of a connection in a Multi', async () => {
    const multi = new Multi()
    easy.setOpt('URL', ws)
    easy.setOpt('CONNECT_ONLY', 2)
    await multi.perform(easy)
    expect(easy.isInsideMultiHandle).toBe(true)
    const received = new Promise<string>((resolve, reject) => {
      let sent = false
      easy.onSocketEvent((error, events) => {
        if (error) return reject(error)
        if (events & SocketState.Writable && !sent) {
          sent = true
          easy.wsSend(Buffer.from('Multi'), CurlWs.Text)
        }
        if (!(events & SocketState.Readable)) return
        const buffer = Buffer.alloc(100)
        const { code, bytesReceived } = easy.wsRecv(buffer)
        if (code === CurlCode.CURLE_OK) resolve(buffer.toString('utf8', 0, bytesReceived))
      })
    })
    easy.monitorSocketEvents()
    expect(easy.isMonitoringSockets).toBe(true)
    expect(() => easy.monitorSocketEvents()).toThrow(CurlEasyError)
    expect(await received).toBe('Multi')
    expect(() => easy.close()).toThrow('inside a Multi')
    easy.unmonitorSocketEvents()
    multi.removeHandle(easy)
    multi.close()
  })
})

describe('WebSockets by callbacks', () => {
  test('wsMeta() has the frame of the data', () => {
    const frames: unknown[] = []
    easy.setOpt('URL', `${ws}/greets`)
    easy.setOpt('WRITEFUNCTION', (buffer) => {
      const meta = easy.wsMeta()!
      frames.push([meta.flags, meta.bytesleft, meta.len, buffer.length])
      if (meta.flags & CurlWs.Close) easy.wsSend(Buffer.alloc(0), CurlWs.Close)
      return buffer.length
    })
    easy.setOpt('UPLOAD', 1)
    easy.setOpt('READFUNCTION', () => 0)
    expect(easy.perform()).toBe(CurlCode.CURLE_OK)
    expect(frames).toEqual([
      [CurlWs.Text, 0, 6, 6],
      [CurlWs.Close, 0, expect.any(Number), expect.any(Number)],
    ])
    expect(easy.wsMeta()).toBeNull()
  })

  test('wsStartFrame() is only for READFUNCTION', () => {
    expect(easy.wsStartFrame(CurlWs.Text, 0)).not.toBe(CurlCode.CURLE_OK)
  })

  // the libcurl of this machine's node-libcurl is too old
  ours('READFUNCTION sends frames, in a Multi', async () => {
    const multi = new Multi()
    easy.setOpt('URL', ws)
    easy.setOpt('UPLOAD', 1)
    const messages = ['Hello', 'World', '!'].map((text) => Buffer.from(text))
    const seen: unknown[] = []
    let closing = false
    easy.setOpt('WRITEFUNCTION', (buffer) => {
      seen.push([easy.wsMeta()!.flags, buffer.toString('utf8', 0, 5)])
      setTimeout(() => easy.isOpen && !closing && easy.pause(CurlPause.Cont), 5)
      return buffer.length
    })
    let waits = false
    easy.setOpt('READFUNCTION', (target) => {
      waits = !waits
      if (!waits) return CurlReadFunc.Pause
      const message = messages.shift()
      if (!message) {
        closing = true
        easy.wsStartFrame(CurlWs.Close, 0)
        return 0
      }
      if (messages.length === 0) easy.wsStartFrame(CurlWs.Text, message.length)
      return message.copy(target)
    })
    await multi.perform(easy)
    expect(seen.slice(0, 3)).toEqual([
      [CurlWs.Binary, 'Hello'],
      [CurlWs.Binary, 'World'],
      [CurlWs.Text, '!'],
    ])
    multi.removeHandle(easy)
    multi.close()
  })
})

describe('Multi', () => {
  test('perform() resolves with the handle, which stays, and rejects with an error', async () => {
    const multi = new Multi({ shouldUseNotificationsApi: false })
    expect(await multi.perform(easy)).toBe(easy)
    expect([multi.getCount(), easy.isInsideMultiHandle]).toEqual([1, true])
    expect(() => multi.addHandle(easy)).toThrow(expect.objectContaining({ code: CurlMultiCode.CURLM_ADDED_ALREADY }))
    expect(multi.removeHandle(easy)).toBe(CurlMultiCode.CURLM_OK)
    easy.setOpt('URL', 'http://127.0.0.1:1/')
    const error = await multi.perform(easy).catch((reason) => reason)
    expect(error).toBeInstanceOf(CurlEasyError)
    expect(error).toBeInstanceOf(CurlError)
    expect(error).toMatchObject({ code: 7, message: expect.stringMatching(/^Request failed: /) })
    expect(easy.isInsideMultiHandle).toBe(true)
    multi.removeHandle(easy)
    multi.close()
  })

  test('onMessage() gets what addHandle() has started', async () => {
    const multi = new Multi()
    const messages: unknown[][] = []
    const two = new Promise<void>((resolve) => {
      multi.onMessage((...message) => void (messages.push(message), messages.length === 2 && resolve()))
    })
    const other = new Easy()
    other.setOpt('URL', plain)
    other.setOpt('WRITEFUNCTION', () => {
      throw new Error('inside')
    })
    expect(multi.addHandle(easy)).toBe(CurlMultiCode.CURLM_OK)
    multi.addHandle(other)
    await two
    messages.sort(([a]) => (a ? 1 : -1))
    expect(messages).toEqual([
      [null, easy, CurlCode.CURLE_OK],
      [expect.objectContaining({ message: 'inside' }), other, CurlCode.CURLE_WRITE_ERROR],
    ])
    for (const handle of [easy, other]) multi.removeHandle(handle)
    other.close()
    multi.close()
  })

  test('a handle that is removed early rejects', async () => {
    const multi = new Multi()
    easy.setOpt('URL', `${plain}/never`)
    const performed = multi.perform(easy)
    await after(30)
    multi.removeHandle(easy)
    await expect(performed).rejects.toBeInstanceOf(CurlError)
    multi.close()
  })

  test('options and wrong arguments', () => {
    const multi = new Multi()
    expect(multi.setOpt('MAXCONNECTS', 5)).toBe(CurlMultiCode.CURLM_OK)
    expect(multi.setOpt('PIPELINING', lib.CurlPipe.Multiplex)).toBe(CurlMultiCode.CURLM_OK)
    expect(multi.setOpt('NOPE' as 'MAXCONNECTS', 5)).toBe(CurlMultiCode.CURLM_UNKNOWN_OPTION)
    expect(() => multi.setOpt('MAXCONNECTS', 'x' as never)).toThrow(CurlMultiError)
    expect(() => multi.addHandle(1 as never)).toThrow(CurlMultiError)
    multi.close()
    expect(() => multi.getCount()).toThrow(CurlMultiError)
    expect(() => multi.close()).toThrow('already closed')
  })
})

test('a Share, with what it refuses', () => {
  const share = new Share()
  expect(share.setOpt(CurlShareOption.SHARE, CurlShareLock.DataCookie)).toBe(CurlShareCode.CURLSHE_OK)
  expect(share.setOpt('XX' as never, 1)).toBe(CurlShareCode.CURLSHE_BAD_OPTION)
  expect(() => share.setOpt(CurlShareOption.SHARE, 'x' as never)).toThrow(TypeError)
  easy.setOpt('URL', `${plain}/cookies`)
  easy.setOpt('COOKIEFILE', '')
  easy.setOpt('SHARE', share)
  collect()
  easy.perform()
  const other = new Easy()
  other.setOpt('SHARE', share)
  expect(other.getInfo('COOKIELIST').data).toHaveLength(2)
  other.close()
  easy.close()
  share.close()
  expect(() => share.close()).toThrow(CurlSharedError)
})
