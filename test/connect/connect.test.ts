// connect(): errors, proxies, and options of curl.
import tls from 'node:tls'
import { connect, type ConnectOptions } from 'libcurl-wasm'
import { describe, expect, test } from 'vitest'
import { until } from '../fetch/outcome.js'
import { connectProxy } from '../servers/connect-proxy.js'
import { refusingPort } from '../servers/faults.js'
import { socks5 } from '../servers/socks5.js'
import { ca, certs, echo, failure, kinds, open, readAll, secure, send, servers, tcp } from './peers.js'

describe('errors', () => {
  test('no server listens', async () => {
    const socket = open(await refusingPort(), { host: '127.0.0.1' })
    expect(await failure(socket.opened)).toBe('CURLE_COULDNT_CONNECT')
    expect(await failure(socket.closed)).toBe('CURLE_COULDNT_CONNECT')
    expect(await failure(socket.writable.getWriter().write('x'))).toBe('CURLE_COULDNT_CONNECT')
  })

  test('an unknown name', async () => {
    expect(await failure(open(1, { host: 'nobody.invalid' }).opened)).toBe('CURLE_COULDNT_RESOLVE_HOST')
  })

  test('the peer ends TLS without close_notify', async () => {
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

  test('a chunk that is neither bytes nor text', async () => {
    const socket = open(await tcp(echo))
    await expect(socket.writable.getWriter().write(1 as never)).rejects.toThrow(TypeError)
    await expect(socket.closed).rejects.toThrow(TypeError)
  })
})

describe('ways to the server', () => {
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

  test('many at the same time, each with its own data', async () => {
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
