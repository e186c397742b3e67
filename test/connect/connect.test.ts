// connect(): what a program notices of a socket, against Node's own servers.
import net from 'node:net'
import tls from 'node:tls'
import { connect, type ConnectOptions, type CurlSocket } from 'libcurl-wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { bytes, deferred, until } from '../fetch/outcome.js'
import { BETWEEN } from '../servers/buffers.js'
import { certificates } from '../servers/certificates.js'
import { connectProxy } from '../servers/connect-proxy.js'
import { refusingPort } from '../servers/faults.js'
import { listen, type Listening } from '../servers/listening.js'
import { socks5 } from '../servers/socks5.js'

const MB = 1024 * 1024
const certs = certificates()
const ca = certs.ca.cert
const servers: Listening[] = []
afterAll(() => Promise.all(servers.map((each) => each.close())))

type Serve = (socket: net.Socket) => void

async function tcp(serve: Serve): Promise<number> {
  const server = await listen(net.createServer({ allowHalfOpen: true }, serve), 'tcp')
  servers.push(server)
  return server.port
}

async function secure(serve: Serve, options: tls.TlsOptions = {}): Promise<number> {
  const { key, cert } = certs.good
  const server = tls.createServer({ key, cert, allowHalfOpen: true, ...options }, (socket) => {
    socket.on('error', () => {})
    // one that Node's server ends while it tells of the handshake gets no close_notify
    setImmediate(() => serve(socket))
  })
  server.on('tlsClientError', () => {})
  const listening = await listen(server, 'tls')
  servers.push(listening)
  return listening.port
}

const echo: Serve = (socket) => void socket.pipe(socket)

/** The same server without and with TLS. */
const kinds = [
  ['TCP', tcp, false],
  ['TLS', secure, { ca }],
] as const

function open(port: number, options: Partial<ConnectOptions> = {}): CurlSocket {
  return connect({ host: 'localhost', port, ...options })
}

async function readAll(socket: CurlSocket): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of socket.readable as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function send(socket: CurlSocket, data: Uint8Array | string): Promise<void> {
  const writer = socket.writable.getWriter()
  await writer.write(data)
  writer.releaseLock()
}

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'it did not fail',
    (error: unknown) => (error as { code?: string }).code ?? (error as Error).name,
  )

describe.each(kinds)('%s', (_name, serve, tlsOption) => {
  test('1 MB written at once arrives whole, and comes back', async () => {
    const socket = open(await serve(echo), { tls: tlsOption })
    const data = bytes(MB)
    const received = readAll(socket)
    const writer = socket.writable.getWriter()
    await writer.write(data)
    await writer.close()
    expect((await received).equals(data)).toBe(true)
    await socket.closed
  })

  test('it may be written to before it stands, by views and buffers', async () => {
    const socket = open(await serve(echo), { tls: tlsOption })
    const writer = socket.writable.getWriter()
    void writer.write('text ')
    void writer.write(new DataView(Uint8Array.of(0, 1, 2, 3).buffer, 1, 2))
    void writer.write(Uint8Array.of(4).buffer)
    void writer.close()
    expect([...(await readAll(socket))]).toEqual([...Buffer.from('text '), 1, 2, 4])
  })

  test('after its end of sending it still receives', async () => {
    const socket = open(
      await serve((peer) => {
        let received = ''
        peer.on('data', (chunk) => (received += String(chunk)))
        peer.on('end', () => setTimeout(() => peer.end(`you said ${received}`), 50))
      }),
      { tls: tlsOption },
    )
    await send(socket, 'something')
    await socket.writable.close()
    expect(String(await readAll(socket))).toBe('you said something')
    await socket.closed
  })

  test('when the other end has ended, so does this one', async () => {
    const ended = deferred()
    const socket = open(
      await serve((peer) => {
        peer.on('end', ended.resolve).resume()
        peer.end('bye')
      }),
      { tls: tlsOption },
    )
    expect(String(await readAll(socket))).toBe('bye')
    await ended.promise
    await socket.closed
    const writer = socket.writable.getWriter()
    await expect(writer.write('late')).rejects.toThrow('has ended')
  })

  test('with allowHalfOpen it may still send then', async () => {
    const received = deferred<string>()
    const socket = open(
      await serve((peer) => {
        let text = ''
        peer.on('data', (chunk) => (text += String(chunk)))
        peer.on('end', () => received.resolve(text))
        peer.end('bye')
      }),
      { tls: tlsOption, allowHalfOpen: true },
    )
    expect(String(await readAll(socket))).toBe('bye')
    await send(socket, 'still here')
    await socket.writable.close()
    expect(await received.promise).toBe('still here')
    await socket.closed
  })

  test('a reset is an error, for streams and for closed', async () => {
    const socket = open(
      await serve((peer) => {
        peer.on('error', () => {})
        peer.write('the beginning')
        peer.once('data', () => {
          // node resets the connection beneath TLS only
          const raw = (peer as unknown as { _parent?: net.Socket })._parent ?? peer
          raw.resetAndDestroy()
        })
      }),
      { tls: tlsOption },
    )
    const reader = socket.readable.getReader()
    expect(String(Buffer.from((await reader.read()).value!))).toBe('the beginning')
    await send(socket, 'go')
    expect(await failure(reader.read())).toBe('CURLE_RECV_ERROR')
    expect(await failure(socket.closed)).toBe('CURLE_RECV_ERROR')
    expect(await failure(socket.writable.getWriter().closed)).toBe('CURLE_RECV_ERROR')
  })

  test('what is no longer wanted when it comes is no error', async () => {
    const socket = open(
      await serve((peer) => {
        const chunk = Buffer.alloc(64 * 1024)
        const fill = (): void => {
          while (!peer.destroyed && peer.write(chunk));
          peer.once('drain', fill)
        }
        peer.on('error', () => {})
        fill()
      }),
      { tls: tlsOption },
    )
    const through = new TransformStream<Uint8Array, Uint8Array>()
    socket.readable.pipeTo(through.writable).catch(() => {})
    const reader = through.readable.getReader()
    await reader.read()
    await reader.cancel()
    await socket.close()
  })

  test('a reader that does not read stops the sender, and gets everything later', async () => {
    let written = 0
    const chunk = Buffer.alloc(64 * 1024, 'x')
    const total = 64 * MB
    const socket = open(
      await serve((peer) => {
        peer.on('error', () => {})
        const fill = (): void => {
          while (written < total) {
            written += chunk.length
            if (!peer.write(chunk)) return void peer.once('drain', fill)
          }
          peer.end()
        }
        fill()
      }),
      { tls: tlsOption },
    )
    await socket.opened
    let before = -1
    await until(async () => {
      if (before === written) return true
      before = written
      await new Promise((resolve) => setTimeout(resolve, 300))
      return false
    })
    expect(written).toBeLessThan(BETWEEN)
    let received = 0
    for await (const part of socket.readable as unknown as AsyncIterable<Uint8Array>) received += part.length
    expect(received).toBe(total)
  })

  test('a peer that does not read stops the writer, and gets everything later', async () => {
    const go = deferred()
    let received = 0
    const socket = open(
      await serve((peer) => {
        peer.pause()
        void go.promise.then(() => peer.on('data', (chunk: Buffer) => (received += chunk.length)).resume())
        peer.on('end', () => peer.end())
      }),
      { tls: tlsOption },
    )
    const writer = socket.writable.getWriter()
    const total = 64 * MB
    let confirmed = 0
    const writing = (async () => {
      for (const chunk = new Uint8Array(MB); confirmed < total; confirmed += chunk.length) await writer.write(chunk)
      await writer.close()
    })()
    let before = -1
    await until(async () => {
      if (before === confirmed) return true
      before = confirmed
      await new Promise((resolve) => setTimeout(resolve, 300))
      return false
    })
    expect(confirmed).toBeLessThan(BETWEEN)
    expect(writer.desiredSize).toBeLessThanOrEqual(0)
    go.resolve()
    await writing
    await socket.closed
    expect(received).toBe(total)
  })

  test('close() sends what was confirmed, and ends both streams', async () => {
    const received = deferred<number>()
    const socket = open(
      await serve((peer) => {
        let length = 0
        peer.on('data', (chunk: Buffer) => (length += chunk.length))
        peer.on('close', () => received.resolve(length))
        peer.on('end', () => peer.end())
      }),
      { tls: tlsOption },
    )
    await send(socket, new Uint8Array(MB))
    const reader = socket.readable.getReader()
    const reading = reader.read()
    await socket.close()
    expect(await reading).toEqual({ done: true, value: undefined })
    expect(await failure(socket.writable.getWriter().closed)).toBe(20) // AbortError's
    expect(await received.promise).toBe(MB)
    await socket.close()
  })

  test('a signal ends it with its reason, before, while and after it connects', async () => {
    const port = await serve(echo)
    const reason = new Error('enough')
    const before = open(port, { tls: tlsOption, signal: AbortSignal.abort(reason) })
    await expect(before.opened).rejects.toBe(reason)
    await expect(before.closed).rejects.toBe(reason)

    const during = new AbortController()
    const connecting = open(port, { tls: tlsOption, signal: during.signal })
    queueMicrotask(() => during.abort(reason))
    await expect(connecting.opened).rejects.toBe(reason)

    const after = new AbortController()
    const standing = open(port, { tls: tlsOption, signal: after.signal })
    await standing.opened
    const reader = standing.readable.getReader()
    const reading = reader.read()
    after.abort(reason)
    await expect(reading).rejects.toBe(reason)
    await expect(standing.closed).rejects.toBe(reason)
    await expect(standing.writable.getWriter().write('x')).rejects.toBe(reason)
  })

  test('aborting the writable breaks the connection', async () => {
    const broken = deferred()
    const socket = open(
      await serve((peer) => {
        peer
          .on('error', () => {})
          .on('end', broken.resolve)
          .resume()
      }),
      { tls: tlsOption },
    )
    await socket.opened
    const reason = new Error('no more')
    await socket.writable.abort(reason)
    await expect(socket.closed).rejects.toBe(reason)
    await expect(socket.readable.getReader().read()).rejects.toBe(reason)
    await broken.promise
  })

  test('bytes are read into buffers of the reader', async () => {
    const socket = open(await serve(echo), { tls: tlsOption })
    await send(socket, 'abcdef')
    const reader = socket.readable.getReader({ mode: 'byob' })
    const first = await reader.read(new Uint8Array(4))
    expect(String(Buffer.from(first.value!))).toBe('abcd')
    const second = await reader.read(new Uint8Array(4))
    expect(String(Buffer.from(second.value!))).toBe('ef')
    const last = reader.read(new Uint8Array(4))
    await socket.writable.close()
    expect((await last).done).toBe(true)
    await socket.closed
  })
})

describe('what is known of it', () => {
  test('addresses', async () => {
    const server = await tcp(echo)
    const socket = open(server, { host: '127.0.0.1' })
    const { remoteAddress, localAddress, tls, alpn } = await socket.opened
    expect(remoteAddress).toEqual({ address: '127.0.0.1', port: server })
    expect(localAddress).toEqual({ address: '127.0.0.1', port: expect.any(Number) })
    expect([tls, alpn]).toEqual([null, null])
    await socket.close()
  })

  test('the version, the cipher and the certificates of TLS', async () => {
    const socket = open(await secure(echo, { maxVersion: 'TLSv1.2' }), { tls: { ca } })
    const { tls, alpn } = await socket.opened
    expect(tls).toMatchObject({ version: 'TLSv1.2', cipher: expect.stringMatching(/^ECDHE-/) })
    expect(tls!.chain[0]!.subject).toContain('good')
    expect(alpn).toBeNull()
    await socket.close()
  })

  test('the protocol that was agreed on, of those that were offered', async () => {
    const port = await secure(echo, { ALPNProtocols: ['second', 'third'] })
    const socket = open(port, { tls: { ca, alpn: ['first', 'second'] } })
    expect((await socket.opened).alpn).toBe('second')
    await socket.close()
    // a server that has protocols of its own is offered none by default
    const plain = open(port, { tls: { ca } })
    expect((await plain.opened).alpn).toBeNull()
    await plain.close()
  })
})

describe('who is trusted', () => {
  test.each(['expired', 'wrongHost', 'unknownIssuer', 'selfSigned'] as const)('not: %s', async (which) => {
    const { key, cert } = certs[which]
    const socket = open(await secure(echo, { key, cert }), { tls: { ca } })
    expect(await failure(socket.opened)).toBe('CURLE_PEER_FAILED_VERIFICATION')
    expect(await failure(socket.readable.getReader().read())).toBe('CURLE_PEER_FAILED_VERIFICATION')
  })

  test('without an authority of their own, the usual ones', async () => {
    expect(await failure(open(await secure(echo), { tls: true }).opened)).toBe('CURLE_PEER_FAILED_VERIFICATION')
  })

  test('anybody, if one wants that', async () => {
    const { key, cert } = certs.selfSigned
    const socket = open(await secure(echo, { key, cert }), { tls: { verify: false } })
    await socket.opened
    await socket.close()
  })

  test('a client shows its certificate', async () => {
    const port = await secure((peer) => peer.end((peer as tls.TLSSocket).getPeerCertificate().subject.CN as string), {
      requestCert: true,
      rejectUnauthorized: true,
      ca,
    })
    const { key, cert } = certs.client
    expect(String(await readAll(open(port, { tls: { ca, key, cert } })))).toBe('client')
    // TLS 1.3 refuses it only after the client's end of the handshake
    const without = open(port, { tls: { ca } })
    expect(await failure(readAll(without))).toBe('CURLE_RECV_ERROR')
  })
})

describe('what does not work says why', () => {
  test('nobody listens', async () => {
    const socket = open(await refusingPort(), { host: '127.0.0.1' })
    expect(await failure(socket.opened)).toBe('CURLE_COULDNT_CONNECT')
    expect(await failure(socket.closed)).toBe('CURLE_COULDNT_CONNECT')
    expect(await failure(socket.writable.getWriter().write('x'))).toBe('CURLE_COULDNT_CONNECT')
  })

  test('nobody has that name', async () => {
    expect(await failure(open(1, { host: 'nobody.invalid' }).opened)).toBe('CURLE_COULDNT_RESOLVE_HOST')
  })

  test('the peer cuts TLS off without an end', async () => {
    const port = await tcp((raw) => {
      const { key, cert } = certs.good
      const peer = new tls.TLSSocket(raw, { isServer: true, key, cert })
      peer.on('error', () => {})
      peer.write('half of i')
      peer.on('data', () => raw.end())
    })
    const socket = open(port, { tls: { ca } })
    await send(socket, 'x')
    expect(await failure(readAll(socket))).toBe('CURLE_RECV_ERROR')
  })

  test.each([
    [{ host: '', port: 1 }, TypeError, 'host'],
    [{ host: 'a b', port: 1 }, TypeError, 'host'],
    [{ host: 'user@host', port: 1 }, TypeError, 'host'],
    [{ host: '[::1]', port: 1 }, TypeError, 'host'],
    [{ host: 1, port: 1 }, TypeError, 'host'],
    [{ host: 'a', port: 0 }, RangeError, 'port'],
    [{ host: 'a', port: 65536 }, RangeError, 'port'],
    [{ host: 'a', port: '80' }, TypeError, 'port'],
  ])('%j', (options, type, name) => {
    expect(() => connect(options as ConnectOptions)).toThrow(type)
    expect(() => connect(options as ConnectOptions)).toThrow(name)
  })

  test.each([
    [{ curl: { options: { NO_SUCH: 1 } } }, 'NO_SUCH'],
    [{ curl: { options: { CONNECT_ONLY: 2 } } }, 'CONNECT_ONLY'],
    [{ curl: { options: { TIMEOUT: 'x' } } }, 'TIMEOUT'],
    [{ tls: { ca: 1 } }, 'tls.ca'],
    [{ tls: { verify: 0 } }, 'tls.verify'],
    [{ tls: { alpn: 'h2' } }, 'tls.alpn'],
    [{ tls: { alpn: [''] } }, 'tls.alpn'],
  ])('%j', async (options, name) => {
    const socket = open(1, options as Partial<ConnectOptions>)
    await expect(socket.opened).rejects.toThrow(name)
  })

  test('a chunk that is no bytes', async () => {
    const socket = open(await tcp(echo))
    await expect(socket.writable.getWriter().write(1 as never)).rejects.toThrow(TypeError)
    await expect(socket.closed).rejects.toThrow(TypeError)
  })
})

describe('on the way', () => {
  test.each(kinds)('an HTTP proxy, %s', async (_name, serve, tlsOption) => {
    const port = await serve(echo)
    const proxy = await connectProxy({ login: { user: 'me', password: 'secret' } })
    servers.push(proxy)
    const socket = open(port, { tls: tlsOption, proxy: proxy.url.replace('//', '//me:secret@') })
    await send(socket, 'through')
    await socket.writable.close()
    expect(String(await readAll(socket))).toBe('through')
    expect(proxy.proxied.map(({ method, target }) => [method, target])).toEqual([['CONNECT', `localhost:${port}`]])
    const refused = open(port, { tls: tlsOption, proxy: proxy.url })
    expect(await failure(refused.opened)).toBe('CURLE_COULDNT_CONNECT')
  })

  test.each(kinds)('a SOCKS proxy, %s', async (_name, serve, tlsOption) => {
    const port = await serve(echo)
    const proxy = await socks5({ names: { localhost: '127.0.0.1' } })
    servers.push(proxy)
    const socket = open(port, { tls: tlsOption, proxy: proxy.url })
    await send(socket, 'through')
    await socket.writable.close()
    expect(String(await readAll(socket))).toBe('through')
    expect(proxy.asked).toEqual([{ type: 'name', host: 'localhost', port, user: null }])
  })

  test('options of curl by name, and its trace', async () => {
    const port = await tcp(echo)
    const lines: string[] = []
    const socket = open(port, {
      host: 'some.name',
      curl: {
        options: { CURLOPT_RESOLVE: [`some.name:${port}:127.0.0.1`] },
        onDebug: (kind, data) => void (kind === 'text' && lines.push(String(Buffer.from(data)))),
      },
    })
    expect((await socket.opened).remoteAddress).toEqual({ address: '127.0.0.1', port })
    expect(lines.join('')).toContain('Established connection to some.name')
    await socket.close()
  })

  test('a connection that is closed while the module starts is never made', async () => {
    let connections = 0
    const port = await tcp(() => connections++)
    const socket = open(port)
    await socket.close()
    expect(await failure(socket.opened)).toBe(20)
    const second = open(port)
    await second.opened
    await second.close()
    await until(() => connections === 1)
  })

  test('many at a time, each its own', async () => {
    const port = await secure(echo)
    const texts = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const socket = open(port, { tls: { ca } })
        await send(socket, `number ${i}`)
        await socket.writable.close()
        return String(await readAll(socket))
      }),
    )
    expect(texts).toEqual(Array.from({ length: 50 }, (_, i) => `number ${i}`))
  })
})

test('data of the peer that came with its handshake is not lost', async () => {
  const port = await secure((peer) => peer.end('at once'))
  const socket = open(port, { tls: { ca } })
  await socket.opened
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(String(await readAll(socket))).toBe('at once')
})
