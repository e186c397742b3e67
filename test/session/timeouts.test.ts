// The option `timeout` of a session: a limit for each phase, whose error names it, and which ends nothing else.
import dgram from 'node:dgram'
import { once } from 'node:events'
import net from 'node:net'
import { gzipSync } from 'node:zlib'
import { CurlError, type SessionInit, type SessionOptions, type Timeouts } from 'libcurl-wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { sleep, streamOf, until } from '../fetch/outcome.js'
import { certificates } from '../servers/certificates.js'
import { settledCounts } from '../servers/counts.js'
import { connectProxy } from '../servers/connect-proxy.js'
import { blackHole } from '../servers/faults.js'
import { http2Server, httpServer, httpsServer, listen } from '../servers/listening.js'
import { sessionsWith } from './sessions.js'

const { ca } = certificates()
let open = 0
let attempts = 0
const server = await httpServer(async (request, response) => {
  attempts++
  open++
  response.on('close', () => open--)
  switch (request.url) {
    case '/silent':
      return
    case '/stalls':
      return void response.write('the beginning')
    case '/drips':
      for (let i = 0; i < 8; i++) {
        response.write('.')
        await sleep(100)
      }
      return void response.end()
    case '/late':
      await sleep(600)
      return void response.end('late')
    case '/moved':
      return void response.writeHead(302, { location: '/silent' }).end()
    case '/large':
      return void response.end(Buffer.alloc(4_000_000))
    case '/compressed':
      response.setHeader('content-encoding', 'gzip')
      return void response.write(gzipSync('x'.repeat(1000)).subarray(0, 10))
    case '/unread':
      return void request.pause()
    default:
      for await (const chunk of request) void chunk
      response.end('ok')
  }
})
/** Accepts connections, and says nothing. */
const mute = await listen(
  net.createServer((socket) => void socket.resume()),
  'https',
)
const secure = await httpsServer((_request, response) => void response.end('ok'))
afterAll(() => Promise.all([server.close(), mute.close(), secure.close()]))

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const session = sessionsWith({ baseUrl: server.url, ca: ca.cert })

/** The phase that a call or a body has failed in. */
async function phaseOf(calling: Promise<unknown>): Promise<string | undefined> {
  const error = (await calling.then(
    () => expect.unreachable('it does not fail'),
    (reason: unknown) => reason,
  )) as Error
  expect(error).toMatchObject({ name: 'TypeError', message: 'fetch failed' })
  const cause = error.cause as CurlError
  expect(cause).toBeInstanceOf(CurlError)
  expect(cause.code).toBe('CURLE_OPERATION_TIMEDOUT')
  expect(cause.timings!.total).toBeGreaterThan(0)
  return cause.phase
}

/** Limits for all phases but one, which must not be the ones that are exceeded. */
const others = (phase: keyof Timeouts): Timeouts =>
  Object.fromEntries(
    ['dns', 'connect', 'tls', 'firstByte', 'idle', 'total'].map((each) => [each, each === phase ? 300 : 5000]),
  )

describe('each phase has a limit, and the error names it', () => {
  test('dns', async () => {
    const silent = dgram.createSocket('udp4').bind(0, '127.0.0.1')
    await once(silent, 'listening')
    const { fetch } = session({
      timeout: others('dns'),
      options: { DNS_SERVERS: `127.0.0.1:${silent.address().port}` },
    })
    expect(await phaseOf(fetch('http://name.example/'))).toBe('dns')
    silent.close()
  })

  test('connect', async () => {
    const hole = await blackHole()
    expect(await phaseOf(session({ timeout: others('connect') }).fetch(`http://127.0.0.1:${hole.port}/`))).toBe(
      'connect',
    )
    await hole.close()
  })

  test('tls, which is not connect', async () => {
    expect(await phaseOf(session({ timeout: others('tls') }).fetch(mute.url))).toBe('tls')
    expect(await phaseOf(session({ timeout: { connect: 100, tls: 500 } }).fetch(mute.url))).toBe('tls')
  })

  test('connect, for a proxy that does not answer; tls, through one that does', async () => {
    const timeout = { connect: 300, tls: 600 }
    expect(await phaseOf(session({ timeout, proxy: `http://127.0.0.1:${mute.port}` }).fetch(secure.url))).toBe(
      'connect',
    )
    const proxy = await connectProxy()
    expect(await phaseOf(session({ timeout, proxy: `http://127.0.0.1:${proxy.port}` }).fetch(mute.url))).toBe('tls')
    await proxy.close()
  })

  test('firstByte, of every hop', async () => {
    const { fetch } = session({ timeout: others('firstByte') })
    expect(await phaseOf(fetch('/silent'))).toBe('firstByte')
    expect(await phaseOf(fetch('/moved'))).toBe('firstByte')
    expect(await phaseOf(fetch('/silent', { method: 'POST', body: 'x'.repeat(100) }))).toBe('firstByte')
  })

  test('idle, for the body of a response, also a compressed one', async () => {
    const { fetch } = session({ timeout: others('idle') })
    for (const path of ['/stalls', '/compressed']) {
      const response = await fetch(path)
      expect(await phaseOf(response.text())).toBe('idle')
    }
    await until(() => open === 0)
  })

  test('idle, for a body that the server does not read', async () => {
    const pull = (controller: ReadableStreamDefaultController): void => controller.enqueue(new Uint8Array(100_000))
    let cancelled: unknown
    const body = new ReadableStream({ pull, cancel: (reason) => void (cancelled = reason) })
    const { fetch } = session({ timeout: others('idle') })
    expect(await phaseOf(fetch('/unread', { method: 'POST', body, duplex: 'half' }))).toBe('idle')
    expect(cancelled).toMatchObject({ phase: 'idle' })
    const blob = new Blob([new Uint8Array(20_000_000)])
    expect(await phaseOf(fetch('/unread', { method: 'POST', body: blob }))).toBe('idle')
  })

  test('total: in a transfer, between attempts, and with a number', async () => {
    const { fetch } = session()
    expect(await phaseOf(fetch('/silent', { timeout: others('total') }))).toBe('total')
    expect(await phaseOf(fetch('/silent', { timeout: 300 }))).toBe('total')
    const beforeRetry = [(): Promise<void> => new Promise(() => {})]
    const retry = { delay: () => 0, errorCodes: ['CURLE_OPERATION_TIMEDOUT' as const] }
    const calling = fetch('/silent', { timeout: { total: 400, firstByte: 100 }, retry, hooks: { beforeRetry } })
    await expect(calling).rejects.toMatchObject({ cause: { phase: 'total' } })
    expect(await phaseOf((await fetch('/stalls', { timeout: { total: 300 } })).text())).toBe('total')
    expect(await phaseOf(session({ timeout: 300 }).fetch('/silent'))).toBe('total')
  })
})

describe('what is no timeout', () => {
  const TIGHT: Timeouts = { idle: 300 }

  test('a body that comes in small pieces', async () => {
    expect(await (await session({ timeout: TIGHT }).fetch('/drips')).text()).toBe('........')
  })

  test('a reader that is slow, because the server waits for it', async () => {
    const response = await session({ timeout: TIGHT }).fetch('/large')
    const reader = response.body!.getReader()
    let size = 0
    for (let i = 0; ; i++) {
      const { done, value } = await reader.read()
      if (done) break
      size += value.length
      if (i === 1) await sleep(1000)
    }
    expect(size).toBe(4_000_000)
  })

  test('a stream of the application that is slow', async () => {
    async function* body(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(10)
      await sleep(900)
      yield new Uint8Array(10)
    }
    const init: SessionInit = { method: 'POST', body: body(), duplex: 'half' }
    expect(await (await session({ timeout: { ...TIGHT, firstByte: 300 } }).fetch('/', init)).text()).toBe('ok')
  })

  test('a server that thinks for long, for idle; and a long body, for firstByte', async () => {
    expect(await (await session({ timeout: TIGHT }).fetch('/late')).text()).toBe('late')
    expect(await (await session({ timeout: { firstByte: 300 } }).fetch('/drips')).text()).toBe('........')
  })

  test('the handshakes of earlier connections', async () => {
    const { fetch } = session({ timeout: { dns: 5000, connect: 5000, tls: 5000 } })
    for (let i = 0; i < 3; i++) expect(await (await fetch(secure.url)).text()).toBe('ok')
    expect(secure.connections).toBe(1)
  })

  test('waiting for a connection', async () => {
    const { fetch } = session({ maxConnections: 1, timeout: { dns: 300, connect: 300, firstByte: 2000 } })
    const texts = ['/late', '/late'].map(async (path) => (await fetch(path)).text())
    expect(await Promise.all(texts)).toEqual(['late', 'late'])
  })
})

describe.each(['maxConnections', 'maxConnectionsPerHost'] as const)('connectTimeout with %s', (limit) => {
  const failure = async (call: Promise<Response>): Promise<unknown> => {
    const { cause } = (await call.then(() => null, Object)) as { cause: CurlError }
    return [cause.code, cause.phase]
  }

  test('does not count the wait for a free connection', async () => {
    const { fetch } = session({ [limit]: 1, connectTimeout: 300 })
    const texts = ['/late', '/late', '/late'].map(async (path) => (await fetch(path)).text())
    expect(await Promise.all(texts)).toEqual(['late', 'late', 'late'])
  })

  test.each([
    ['connecting', async () => blackHole()],
    ['the handshake', async () => ({ port: mute.port, close: async () => {} })],
  ])('ends %s, also after a wait', async (_what, open) => {
    const { port, close } = await open()
    const { fetch } = session({ [limit]: 1, connectTimeout: 300 })
    const calls = [1, 2].map(() => failure(fetch(`https://127.0.0.1:${port}/`)))
    expect(await Promise.all(calls)).toEqual(Array(2).fill(['CURLE_OPERATION_TIMEDOUT', undefined]))
    await close()
  })

  test("libcurl's own limit, among its options, is libcurl's", async () => {
    const { fetch } = session({ [limit]: 1, options: { CONNECTTIMEOUT_MS: 300 } })
    const first = fetch('/late')
    expect(await failure(fetch('/late'))).toEqual(['CURLE_OPERATION_TIMEDOUT', undefined])
    expect(await (await first).text()).toBe('late')
    const { fetch: other } = session({ [limit]: 1, connectTimeout: 300 })
    const options = { curl: { options: { CURLOPT_CONNECTTIMEOUT: 5 } } }
    const slow = await listen(
      net.createServer((socket) => void setTimeout(() => socket.end(ANSWER), 600)),
      'http',
    )
    expect(await (await other(slow.url, options)).text()).toBe('ok')
    await slow.close()
  })
})

test('other streams of the same connection live on', async () => {
  const http2 = await http2Server((stream, headers) => {
    stream.on('error', () => {})
    if (headers[':path'] === '/silent') return
    stream.respond({ ':status': 200 })
    stream.write('begin ')
    setTimeout(() => stream.end('end'), 1000)
  })
  const { fetch } = session()
  const beside = await fetch(`${http2.url}/beside`)
  const stalled = ['/silent', '/silent'].map((path) =>
    phaseOf(fetch(http2.url + path, { timeout: { firstByte: 200 } })),
  )
  expect(await Promise.all(stalled)).toEqual(['firstByte', 'firstByte'])
  expect(await beside.text()).toBe('begin end')
  expect(http2.connections).toBe(1)
  await http2.close()
})

test('an alternative service that takes too long falls back to the origin', async () => {
  const hole = await blackHole()
  const { altSvc, fetch } = session({ altSvc: true, timeout: { connect: 300, total: 5000 } })
  const origin = `localhost ${secure.port}`
  await altSvc.import(`h1 ${origin} h1 127.0.0.1 ${hole.port} "20991231 00:00:00" 0 0\n`)
  expect(await (await fetch(`https://localhost:${secure.port}/`)).text()).toBe('ok')
  expect(await altSvc.export()).not.toContain(` ${hole.port} `)
  await hole.close()
})

test('a phase that has taken too long is retried, with all its time', async () => {
  attempts = 0
  const retry = { delay: () => 0, limit: 2 }
  expect(await phaseOf(session({ timeout: { firstByte: 200 }, retry }).fetch('/silent'))).toBe('firstByte')
  expect(attempts).toBe(3)
})

test('a call takes precedence, and undefined ends a limit', async () => {
  const { fetch } = session({ timeout: { firstByte: 200, total: 5000 } })
  expect(await (await fetch('/late', { timeout: { firstByte: 2000 } })).text()).toBe('late')
  expect(await (await fetch('/late', { timeout: { firstByte: undefined } })).text()).toBe('late')
  expect(await phaseOf(fetch('/late', { timeout: 4000 }))).toBe('firstByte')
})

test('onDebug still gets the whole trace', async () => {
  const kinds = new Set<string>()
  const onDebug = (kind: string): void => void kinds.add(kind)
  const { fetch } = session({ timeout: { connect: 5000 } })
  await (await fetch('/', { method: 'POST', body: streamOf('x'), duplex: 'half', curl: { onDebug } })).text()
  expect([...kinds]).toEqual(expect.arrayContaining(['text', 'header-out', 'data-out', 'header-in', 'data-in']))
})

test('no timer is left', async () => {
  const made = session({ timeout: { dns: 1000, connect: 1000, tls: 1000, firstByte: 1000, idle: 1000, total: 9000 } })
  const all = async (): Promise<void> => {
    await (await made.fetch('/')).text()
    await (await made.fetch('/stalls')).body!.cancel()
    await made.fetch('/silent', { signal: AbortSignal.timeout(50) }).catch(() => {})
    await phaseOf(made.fetch('/silent', { timeout: { firstByte: 50 } }))
  }
  await all()
  const before = await settledCounts()
  for (let i = 0; i < 3; i++) await all()
  const after = await settledCounts()
  expect(after.timers).toBeLessThanOrEqual(before.timers)
  expect({ ...after, memory: 0, timers: 0 }).toEqual({ ...before, memory: 0, timers: 0 })
})

describe('errors name the wrong limit', () => {
  test.each<[string, unknown]>([
    ['timeout', '300'],
    ['timeout', 0],
    ['timeout', []],
    ['timeout.dns', 0],
    ['timeout.connect', 1.5],
    ['timeout.tls', Infinity],
    ['timeout.firstByte', null],
    ['timeout.idle', 2 ** 31],
    ["'response'", 100],
  ])('%s: %j', async (name, value) => {
    const [, member = name.replaceAll("'", '')] = name.split('.')
    const timeout = member === 'timeout' ? value : { [member]: value }
    expect(() => session({ timeout } as SessionOptions)).toThrow(name)
    await expect(session().fetch('/', { timeout } as SessionInit)).rejects.toThrow(name)
  })
})
