// Failing transfers: each has its own CURLcode, none is reported as a success, and nothing is left behind.
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import init, { CurlError, Easy, Multi } from 'libcurl-wasm'
import { blackHole, rawServer, refusingPort } from '../servers/faults.js'
import { counts, type Counts } from '../servers/counts.js'
import { transfer, type Options } from '../servers/transfer.js'

let before: Counts
let multi: Multi

/** Makes a transfer that must fail, and closes its handle. Returns its error and what had arrived. */
async function fail(url: string, options: Options = {}): Promise<{ error: CurlError; body: string; osErrno: unknown }> {
  const { easy, error, body } = await transfer(multi, url, options)
  const osErrno = easy.getinfo('OS_ERRNO')
  easy.close()
  expect(error, 'a transfer that fails is not reported as a success').toBeInstanceOf(CurlError)
  return { error: error!, body: body.toString(), osErrno }
}

beforeAll(async () => {
  await init()
  // creates what is kept for good: the option table, OpenSSL's tables, libcurl's caches
  const warm = new Multi()
  const server = http.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  for (let i = 0; i < 2; i++) {
    const { easy } = await transfer(warm, `https://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    easy.close()
  }
  server.close()
  warm.close()
})

beforeEach(() => {
  before = counts()
  multi = new Multi()
})

afterEach(async () => {
  multi.close()
  await new Promise((resolve) => setImmediate(resolve))
  const after = counts()
  expect(after.descriptors, 'descriptors left open').toBe(before.descriptors)
  expect(after.easies, 'easy handles left').toBe(before.easies)
  expect(after.multis, 'multi handles left').toBe(before.multis)
  expect(after.memory, 'wasm memory left allocated').toBe(before.memory)
})

describe('a connection that cannot be made', () => {
  it('refused: CURLE_COULDNT_CONNECT, with ECONNREFUSED', async () => {
    const { error, osErrno } = await fail(`http://127.0.0.1:${await refusingPort()}/`)
    expect(error.code).toBe('CURLE_COULDNT_CONNECT')
    expect(osErrno).toBe(14) // ECONNREFUSED of shim/abi.ts
    expect(error.message).toContain('127.0.0.1')
  })

  it('unresolvable: CURLE_COULDNT_RESOLVE_HOST, naming the host', async () => {
    const { error } = await fail('http://no-such-host.invalid/')
    expect(error.code).toBe('CURLE_COULDNT_RESOLVE_HOST')
    expect(error.message).toContain('no-such-host.invalid')
  })

  it('a proxy that is unresolvable: CURLE_COULDNT_RESOLVE_PROXY', async () => {
    const { error } = await fail('http://127.0.0.1/', { PROXY: 'http://no-such-proxy.invalid:1/' })
    expect(error.code).toBe('CURLE_COULDNT_RESOLVE_PROXY')
  })

  it('unreachable: CURLE_COULDNT_CONNECT, with an errno of its own', async () => {
    // the kernel refuses to route 255.255.255.255, so nothing leaves the machine
    const { error, osErrno } = await fail('http://255.255.255.255/')
    expect(error.code).toBe('CURLE_COULDNT_CONNECT')
    expect([40, 23, 2]).toContain(osErrno) // ENETUNREACH, EHOSTUNREACH or EACCES, by the kernel's configuration
  })

  it('connect timeout: CURLE_OPERATION_TIMEDOUT while connecting', async () => {
    const hole = await blackHole()
    const { error } = await fail(`http://127.0.0.1:${hole.port}/`, { CONNECTTIMEOUT_MS: 100 })
    expect(error.code).toBe('CURLE_OPERATION_TIMEDOUT')
    expect(error.message).toMatch(/connect/i)
    await hole.close()
  })

  it('a unix socket that is not there: CURLE_COULDNT_CONNECT', async () => {
    const { error, osErrno } = await fail('http://localhost/', { UNIX_SOCKET_PATH: '/nowhere/at.all' })
    expect(error.code).toBe('CURLE_COULDNT_CONNECT')
    expect(osErrno).toBe(44) // ENOENT
  })
})

describe('a connection that breaks', () => {
  it('reset in the middle of the body: CURLE_RECV_ERROR', async () => {
    const peer = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () =>
        setTimeout(() => socket.resetAndDestroy(), 20),
      )
    })
    const { error, body } = await fail(`http://127.0.0.1:${peer.port}/`)
    expect(error.code).toBe('CURLE_RECV_ERROR')
    expect(body).toBe('half')
    await peer.close()
  })

  it('truncated body: CURLE_PARTIAL_FILE', async () => {
    const peer = await rawServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'))
    const { error, body } = await fail(`http://127.0.0.1:${peer.port}/`)
    expect(error.code).toBe('CURLE_PARTIAL_FILE')
    expect(body).toBe('half')
    await peer.close()
  })

  it('truncated chunked body: CURLE_PARTIAL_FILE', async () => {
    const peer = await rawServer((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhal'),
    )
    const { error } = await fail(`http://127.0.0.1:${peer.port}/`)
    expect(error.code).toBe('CURLE_PARTIAL_FILE')
    await peer.close()
  })

  it('no response at all: CURLE_GOT_NOTHING', async () => {
    const peer = await rawServer((socket) => socket.end())
    const { error } = await fail(`http://127.0.0.1:${peer.port}/`)
    expect(error.code).toBe('CURLE_GOT_NOTHING')
    await peer.close()
  })

  it('something that is not HTTP: CURLE_UNSUPPORTED_PROTOCOL', async () => {
    const peer = await rawServer((socket) => socket.end('220 this is an FTP server\r\n'))
    const { error } = await fail(`http://127.0.0.1:${peer.port}/`)
    expect(error.code).toBe('CURLE_UNSUPPORTED_PROTOCOL')
    await peer.close()
  })

  it('TLS to a server that does not speak it: CURLE_SSL_CONNECT_ERROR', async () => {
    const server = http.createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { error } = await fail(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    expect(error.code).toBe('CURLE_SSL_CONNECT_ERROR')
    server.close()
  })
})

describe('a transfer that takes too long', () => {
  const stalling = (): ReturnType<typeof rawServer> =>
    rawServer((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'))

  it('stalled body: CURLE_OPERATION_TIMEDOUT by LOW_SPEED_LIMIT and LOW_SPEED_TIME', async () => {
    const peer = await stalling()
    const { error, body } = await fail(`http://127.0.0.1:${peer.port}/`, { LOW_SPEED_LIMIT: 10, LOW_SPEED_TIME: 1 })
    expect(error.code).toBe('CURLE_OPERATION_TIMEDOUT')
    expect(error.message).toMatch(/too slow/)
    expect(body).toBe('half')
    await peer.close()
  })

  it('total timeout: CURLE_OPERATION_TIMEDOUT, with how much had arrived', async () => {
    const peer = await stalling()
    const { error } = await fail(`http://127.0.0.1:${peer.port}/`, { TIMEOUT_MS: 150 })
    expect(error.code).toBe('CURLE_OPERATION_TIMEDOUT')
    expect(error.message).toMatch(/4 out of 100 bytes/)
    await peer.close()
  })

  it('a name that is not resolved in time', async () => {
    // a DNS server that never answers, on loopback
    const dgram = (await import('node:dgram')).createSocket('udp4').bind(0, '127.0.0.1')
    await once(dgram, 'listening')
    const { error } = await fail('http://slow.example/', {
      DNS_SERVERS: `127.0.0.1:${dgram.address().port}`,
      CONNECTTIMEOUT_MS: 150,
    })
    expect(error.code).toBe('CURLE_OPERATION_TIMEDOUT')
    // the second text if the time runs out during the last check, before libcurl looks for the cause
    expect(error.message).toMatch(/Resolving timed out|Connection timeout after/)
    dgram.close()
  })
})

describe('a transfer that is cancelled', () => {
  const pending = (): ReturnType<typeof rawServer> => rawServer(() => {})

  it('by its signal: CURLE_ABORTED_BY_CALLBACK, with the reason as the cause, and the connection is closed', async () => {
    let ended = false
    const peer = await rawServer((socket) => void socket.on('end', () => (ended = true)))
    const easy = new Easy()
    easy.setopt('URL', `http://127.0.0.1:${peer.port}/`)
    const reason = new Error('enough')
    const controller = new AbortController()
    setTimeout(() => controller.abort(reason), 50)
    await expect(multi.perform(easy, { signal: controller.signal })).rejects.toMatchObject({
      code: 'CURLE_ABORTED_BY_CALLBACK',
      cause: reason,
    })
    easy.close()
    await vi.waitFor(() => expect(ended).toBe(true))
    await peer.close()
  })

  it('by a signal that was aborted before: nothing is connected', async () => {
    const peer = await pending()
    const easy = new Easy()
    easy.setopt('URL', `http://127.0.0.1:${peer.port}/`)
    await expect(multi.perform(easy, { signal: AbortSignal.abort('reason') })).rejects.toMatchObject({
      code: 'CURLE_ABORTED_BY_CALLBACK',
      cause: 'reason',
    })
    expect(peer.connections()).toBe(0)
    easy.close()
    await peer.close()
  })

  it('by a progress callback', async () => {
    const peer = await pending()
    const { error } = await fail(`http://127.0.0.1:${peer.port}/`, { NOPROGRESS: false, XFERINFOFUNCTION: () => 1 })
    expect(error.code).toBe('CURLE_ABORTED_BY_CALLBACK')
    await peer.close()
  })

  it('by removing, closing the easy handle, or closing the multi handle', async () => {
    const peer = await pending()
    const ways: ((easy: Easy, own: Multi) => void)[] = [
      (easy, own) => own.remove(easy),
      (easy) => easy.close(),
      (_, own) => own.close(),
    ]
    for (const end of ways) {
      const own = new Multi()
      const easy = new Easy()
      easy.setopt('URL', `http://127.0.0.1:${peer.port}/`)
      const performed = own.perform(easy)
      setTimeout(() => end(easy, own), 30)
      await expect(performed).rejects.toMatchObject({ code: 'CURLE_ABORTED_BY_CALLBACK' })
      easy.close()
      own.close()
    }
    await peer.close()
  })

  it('while its name is being resolved', async () => {
    const easy = new Easy()
    easy.setopt('URL', 'http://no-such-host.invalid/')
    const performed = multi.perform(easy, { signal: AbortSignal.timeout(0) })
    await expect(performed).rejects.toMatchObject({
      code: expect.stringMatching(/CURLE_ABORTED_BY_CALLBACK|CURLE_COULDNT_RESOLVE_HOST/),
    })
    easy.close()
    await new Promise((resolve) => setTimeout(resolve, 100)) // a late answer must have no effect
  })
})

describe('a callback that throws', () => {
  it.each([
    ['WRITEFUNCTION', 'CURLE_WRITE_ERROR'],
    ['HEADERFUNCTION', 'CURLE_WRITE_ERROR'],
    ['XFERINFOFUNCTION', 'CURLE_ABORTED_BY_CALLBACK'],
    ['READFUNCTION', 'CURLE_ABORTED_BY_CALLBACK'],
    ['PREREQFUNCTION', 'CURLE_ABORTED_BY_CALLBACK'],
    ['SOCKOPTFUNCTION', 'CURLE_ABORTED_BY_CALLBACK'],
    ['OPENSOCKETFUNCTION', 'CURLE_COULDNT_CONNECT'],
    ['RESOLVER_START_FUNCTION', 'CURLE_ABORTED_BY_CALLBACK'],
  ])('%s ends the transfer with %s and is its cause', async (option, code) => {
    const server = http
      .createServer((request, response) => request.resume().on('end', () => response.end('body')))
      .listen(0, '127.0.0.1')
    await once(server, 'listening')
    const thrown = new Error('thrown by the application')
    const { error } = await fail(`http://name.example:${(server.address() as AddressInfo).port}/`, {
      ...(option === 'RESOLVER_START_FUNCTION'
        ? {}
        : { RESOLVE: [`name.example:${(server.address() as AddressInfo).port}:127.0.0.1`] }),
      UPLOAD: option === 'READFUNCTION',
      NOPROGRESS: false,
      [option]: () => {
        throw thrown
      },
    })
    expect(error.code).toBe(code)
    expect(error.cause).toBe(thrown)
    server.close()
  })

  it('READFUNCTION that returns too much fails with an error that says so', async () => {
    const server = http
      .createServer((request, response) => request.resume().on('end', () => response.end()))
      .listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { error } = await fail(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
      UPLOAD: true,
      READFUNCTION: (size: number) => new Uint8Array(size + 1),
    })
    expect(error.cause).toBeInstanceOf(RangeError)
    expect((error.cause as Error).message).toContain('READFUNCTION')
    server.close()
  })
})
