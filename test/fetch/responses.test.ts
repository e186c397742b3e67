// Responses: their bodies, and how they end. heads.test.ts has their heads.
import net, { type Socket } from 'node:net'
import type { CurlResponse } from 'libcurl-wasm'
import { describe, expect, test } from 'vitest'
import { refusingPort } from '../servers/faults.js'
import { httpServer, listen } from '../servers/listening.js'
import { ENCODED, answering, at, content } from './answers.js'
import { bytes, expectSame, nodes, ours, until, type Fetching } from './outcome.js'

describe('the same as from Node', () => {
  const cases: Record<string, (fetching: Fetching) => Promise<Response>> = {
    'a body': (fetching) => fetching(at('/')),
    'an empty body': (fetching) => fetching(at('/empty')),
    HEAD: (fetching) => fetching(at('/headers'), { method: 'HEAD' }),
    'HEAD of what is encoded': (fetching) => fetching(at('/encoded?encoding=gzip'), { method: 'HEAD' }),
    headers: (fetching) => fetching(at('/headers')),
    ...Object.fromEntries(
      [
        200, 201, 202, 203, 204, 206, 300, 304, 400, 401, 403, 404, 407, 417, 418, 421, 425, 429, 451, 500, 502, 503,
        504, 599,
      ].map((status) => [`status ${status}`, (fetching: Fetching) => fetching(at(`/status/${status}`))]),
    ),
    ...Object.fromEntries(
      [...Object.keys(ENCODED), 'raw'].map((encoding) => [
        `content-encoding ${encoding}`,
        (fetching: Fetching) => fetching(at(`/encoded?encoding=${encodeURIComponent(encoding)}`)),
      ]),
    ),
    'what was asked for in an encoding': (fetching) =>
      fetching(at('/encoded?encoding=gzip'), { headers: { 'accept-encoding': 'gzip' } }),
    'early hints': (fetching) => fetching(at('/early')),
    trailers: (fetching) => fetching(at('/trailers')),
    integrity: (fetching) => fetching(at('/'), { integrity: 'sha256-wgGb4FEkJ+x2hN+cJKGnvJlT9T/9hgF1G1kB0YbgvWQ=' }),
    'no server': async (fetching) => fetching(`http://127.0.0.1:${await refusingPort()}/`),
  }
  for (const [name, call] of Object.entries(cases)) test(name, () => expectSame(call))
})

describe('a response', () => {
  test('is the platform\u2019s', async () => {
    const response = await ours(`${at('/json')}#fragment`)
    expect(response).toBeInstanceOf(Response)
    expect(Object.prototype.toString.call(response)).toBe('[object Response]')
    expect([response.type, response.url, response.redirected]).toEqual(['basic', at('/json'), false])
    expect(await response.json()).toEqual({ a: [1, 'ü'] })
    expect(response.bodyUsed).toBe(true)
    await expect(response.text()).rejects.toThrow(TypeError)
  })

  test('is read in every form', async () => {
    expect(await (await ours(at('/form'))).formData().then((form) => [...form])).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ])
    const blob = await (await ours(at('/json'))).blob()
    expect([blob.type, blob.size]).toEqual(['application/json', 16])
    expect(await (await ours(at('/'))).arrayBuffer()).toEqual(new TextEncoder().encode('GET').buffer)
  })

  test('is cloned with all that it is', async () => {
    const response = await ours(at('/json'))
    const copy = response.clone()
    const again = copy.clone()
    for (const each of [copy, again]) {
      expect([each.url, each.type, each.status]).toEqual([response.url, 'basic', 200])
      expect(each.headers.get('content-type')).toBe('application/json')
      expect(each.curl).toBe(response.curl)
    }
    expect(await Promise.all([response, copy, again].map((each) => each.text()))).toEqual(
      Array(3).fill('{"a": [1, "ü"]}'),
    )
  })

  test('shares no buffer with its clone', async () => {
    const response = await ours(at('/json'))
    await response.curl.finished
    const [one, other] = await Promise.all([response, response.clone()].map((each) => each.arrayBuffer()))
    expect(one).toEqual(other)
    expect(one).not.toBe(other)
  })

  test('and its clone outlive a garbage collection', async () => {
    const response = await ours(at('/json'))
    const copy = response.clone()
    let collected = 0
    const registry = new FinalizationRegistry(() => collected++)
    registry.register({}, null)
    await until(() => (globalThis.gc!(), collected > 0))
    registry.register({}, null)
    await until(() => (globalThis.gc!(), collected > 1)) // by then finalizers have run for the first collection
    expect(await Promise.all([response.text(), copy.text()])).toEqual(Array(2).fill('{"a": [1, "ü"]}'))
  })

  test('that has arrived completely cannot be read again through its stream', async () => {
    for (const fetching of [ours, nodes])
      for (const read of ['text', 'json', 'arrayBuffer', 'bytes'] as const) {
        const response = await fetching(at('/json'))
        if (fetching === ours) await (response as CurlResponse).curl.finished
        if (!(read in response)) continue // Node 20 has no bytes()
        await response[read]()
        expect(response.body!.locked).toBe(true)
        expect(() => response.body!.getReader()).toThrow(TypeError)
      }
  })

  test('that has arrived completely is used by reading it, and not before', async () => {
    for (const read of ['text', 'json', 'arrayBuffer', 'bytes', 'blob'] as const) {
      const response = await ours(at('/json'))
      await response.curl.finished
      expect(response.bodyUsed).toBe(false)
      await response[read]()
      expect(response.bodyUsed).toBe(true)
      await expect(response[read]()).rejects.toThrow(TypeError)
    }
    const partly = await ours(at('/json'))
    const reader = partly.body!.getReader()
    await expect(partly.text()).rejects.toThrow(TypeError)
    await reader.read()
    reader.releaseLock()
    await expect(partly.text()).rejects.toThrow(TypeError)
  })

  test('can be the model for another', async () => {
    const response = await ours(at('/status/404'))
    const other = new Response(response.body, response)
    expect([other.status, other.statusText, other.headers.get('x-a'), await other.text()]).toEqual([
      404,
      'Some Text',
      'b',
      'text',
    ])
  })

  test('streams do not use changed prototypes', async () => {
    for (const name of ['start', 'pull', 'type', 'size', 'highWaterMark', 'cancel', 'autoAllocateChunkSize']) {
      Object.defineProperty(Object.prototype, name, {
        configurable: true,
        get() {
          throw new Error(`${name} was read`)
        },
        set(value) {
          Object.defineProperty(this, name, { value, writable: true, configurable: true, enumerable: true })
        },
      })
      try {
        expect((await ours(at('/'))).status).toBe(200)
      } finally {
        delete (Object.prototype as Record<string, unknown>)[name]
      }
    }
  })
})

describe('a body', () => {
  test('zstd', async () => {
    expect(await (await ours(at('/encoded?encoding=zstd'))).text()).toBe(content.toString())
  })

  test('of HEAD, 204, 205 and 304 is null, at once', async () => {
    const hanging = await httpServer((request, response) => {
      response.writeHead(Number(request.url!.slice(1)), { 'content-length': 10, connection: 'close' })
      response.flushHeaders()
    })
    for (const status of [204, 304, 205]) {
      const response = await ours(`${hanging.url}/${status}`)
      expect([response.status, response.body, await response.text()]).toEqual([status, null, ''])
    }
    expect((await ours(`${hanging.url}/200`, { method: 'HEAD' })).body).toBeNull()
    await hanging.close()
  })

  test('arrives while it is sent', async () => {
    let more!: (text?: string) => void
    const slow = await httpServer((_request, response) => {
      more = (text) => void (text === undefined ? response.end() : response.write(text))
      response.flushHeaders()
    })
    const reader = (await ours(slow.url)).body!.getReader()
    for (const text of ['one', 'two']) {
      more(text)
      expect(Buffer.from((await reader.read()).value!).toString()).toBe(text)
    }
    more()
    expect(await reader.read()).toEqual({ done: true, value: undefined })
    await slow.close()
  })

  test('is read into buffers of the reader', async () => {
    const large = bytes(300_000)
    const whole = await httpServer((_request, response) => void response.end(large))
    const reader = (await ours(whole.url)).body!.getReader({ mode: 'byob' })
    const parts: Uint8Array[] = []
    for (let buffer = new ArrayBuffer(1000); ;) {
      const { done, value } = await reader.read(new Uint8Array(buffer))
      if (done) break
      parts.push(value.slice())
      buffer = value.buffer
    }
    expect(Buffer.concat(parts).equals(large)).toBe(true)
    await whole.close()
  })

  const CUT: Record<string, string> = {
    'before Content-Length': 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot a hundred',
    'in a chunk': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nnot a hundred',
    'before the last chunk': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nd\r\nnot a hundred\r\n',
  }
  test.each(Object.entries(CUT))('that ends %s is an error after the received part', async (_name, text) => {
    const peer = await answering(text)
    const url = `http://127.0.0.1:${peer.port}/`
    const response = await ours(url)
    const { finished } = response.curl
    finished.catch(() => {})
    const reader = response.body!.getReader()
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('not a hundred')
    const error = (await reader.read().catch((reason: unknown) => reason)) as Error
    expect(error).toBeInstanceOf(TypeError)
    expect(error.cause).toMatchObject({ code: /PARTIAL_FILE|RECV_ERROR/, timings: { total: expect.any(Number) } })
    await expect(finished).rejects.toBe(error)
    await expect((await ours(url)).text()).rejects.toThrow(TypeError)
    await peer.close()
  })

  test.each(['gzip', 'deflate', 'br', 'zstd'])('that is not %s as it says is an error', async (encoding) => {
    await expect((await ours(at(`/encoded?encoding=${encoding}&bad`))).text()).rejects.toThrow(TypeError)
  })

  test('of a content coding that is not known is an error', async () => {
    await expect((await ours(at('/encoded?encoding=unknown'))).text()).rejects.toMatchObject({
      cause: { code: 'CURLE_BAD_CONTENT_ENCODING' },
    })
  })

  test('whose connection is reset is an error', async () => {
    const peer = await answering('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx', (socket) =>
      setTimeout(() => socket.resetAndDestroy(), 50),
    )
    await expect((await ours(`http://127.0.0.1:${peer.port}/`)).text()).rejects.toThrow(TypeError)
    await peer.close()
  })

  test('that is cancelled frees its connection', async () => {
    const endless = await httpServer((_request, response) => void response.write('the beginning'))
    let closed = 0
    endless.server.on('connection', (socket: Socket) => socket.on('close', () => closed++))
    const response = await ours(endless.url)
    const finished = response.curl.finished.catch((error: unknown) => error)
    await response.body!.cancel()
    await until(() => closed === 1)
    expect(await finished).toMatchObject({ name: 'AbortError' })
    await endless.close()
  })

  test('that was read leaves its connection for the next', async () => {
    const counted = await httpServer((_request, response) => void response.end('x'))
    for (let i = 0; i < 5; i++) await (await ours(counted.url)).text()
    expect(counted.connections).toBe(1)
    await counted.close()
  })
})

describe('integrity', () => {
  const digest = async (algorithm: string): Promise<string> =>
    Buffer.from(await crypto.subtle.digest(algorithm, Buffer.from('GET'))).toString('base64')
  const get = (integrity: string) => ours(at('/'), { integrity }).then((response) => response.text())

  test('a body that matches', async () => {
    const [sha256, sha384, sha512] = await Promise.all(['SHA-256', 'SHA-384', 'SHA-512'].map(digest))
    for (const metadata of [`sha256-${sha256}`, `sha384-${sha384}`, `sha512-${sha512}`, `sha256-bad sha512-${sha512}`])
      expect(await get(metadata)).toBe('GET')
    expect(await get(`sha512-x sha512-${sha512}?option`)).toBe('GET')
    expect(await get(`sha256-${sha256!.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`)).toBe('GET')
  })

  test('an unknown algorithm is ignored', async () => {
    expect(await get('md5-x')).toBe('GET')
    expect(await get('   ')).toBe('GET')
  })

  test('a body that does not match', async () => {
    const sha256 = await digest('SHA-256')
    for (const metadata of ['sha256-AAAA', `sha256-${sha256} sha512-AAAA`])
      await expect(get(metadata)).rejects.toThrow(TypeError)
    const none = ours(at('/status/204'), { integrity: `sha256-${sha256}` })
    await expect(none).rejects.toThrow(TypeError)
  })
})

test('a server that dies between two requests', async () => {
  const mortal = await httpServer((_request, response) => void response.end('alive'))
  await (await ours(mortal.url)).text()
  mortal.server.closeAllConnections()
  await (await ours(at('/'))).text() // meanwhile its end has arrived
  // libcurl notices and takes another connection, also for a body that can be sent again
  expect(await (await ours(mortal.url, { method: 'POST', body: 'x' })).text()).toBe('alive')
  await mortal.close()
})

test('a response without a request, on a kept connection, is not taken for the next one', async () => {
  let connections = 0
  let late = 0
  const stale = await listen(
    net.createServer((socket) => {
      const name = `connection ${++connections}`
      socket
        .on('error', () => {})
        .once('data', () => {
          socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${name.length}\r\n\r\n${name}`)
          setImmediate(() => socket.write('HTTP/1.1 408 Late\r\nContent-Length: 0\r\n\r\n', () => late++))
        })
    }),
    'http',
  )
  for (const method of ['GET', 'POST']) {
    const before = connections
    expect(await (await ours(stale.url)).text()).toBe(`connection ${before + 1}`)
    await until(() => late === connections)
    await (await ours(at('/'))).text() // meanwhile it has arrived
    const response = await ours(stale.url, { method })
    expect([response.status, await response.text()]).toEqual([200, `connection ${before + 2}`])
  }
  await stale.close()
})

test('Node\u2019s own', () => expect(nodes).not.toBe(ours))
