// The option `retry` of a session: what is sent again, when, and what ends the waiting.
import { fetch, Session, type RetryOptions, type SessionInit, type SessionOptions } from 'libcurl-wasm'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { sleep, streamOf, until } from '../fetch/outcome.js'
import { settledCounts } from '../servers/counts.js'
import { rawServer, refusingPort } from '../servers/faults.js'
import { bodyOf, httpServer } from '../servers/listening.js'
import { sessionsWith } from './sessions.js'

/** The statuses to answer with, one for each request; then 200. */
let statuses: number[] = []
let headers: Record<string, string> = {}
let seen: string[] = []
let large = false
const server = await httpServer(async (request, response) => {
  const body = String(await bodyOf(request))
  seen.push(`${request.method} ${request.url}${body && ` ${body.length}`}`)
  if (request.url === '/moved') return void response.writeHead(302, { location: '/target' }).end()
  const status = statuses.shift() ?? 200
  response.writeHead(status, status === 200 ? {} : headers)
  if (large && status !== 200) return void response.write(Buffer.alloc(1_000_000))
  response.end(`${status} ${body}`)
})
server.server.keepAliveTimeout = 60_000
afterAll(() => server.close())

const FAST: RetryOptions = { delay: () => 1, jitter: false }
const session = sessionsWith({ baseUrl: server.url, retry: FAST })
afterEach(() => {
  statuses = []
  headers = {}
  seen = []
  large = false
  vi.restoreAllMocks()
})

async function answer(calling: Promise<Response>): Promise<string> {
  return (await calling).text()
}

describe('what is sent again', () => {
  test('a GET after a status that may pass, at most twice', async () => {
    statuses = [503, 500]
    expect(await answer(session().fetch('/'))).toBe('200 ')
    expect(seen).toHaveLength(3)
    statuses = [503, 503, 502, 503]
    expect(await answer(session().fetch('/'))).toBe('502 ')
  })

  test('nothing by default, and nothing with the package’s fetch', async () => {
    statuses = [503, 503]
    expect(await answer(session({ retry: undefined }).fetch('/'))).toBe('503 ')
    expect(await answer(fetch(`${server.url}/`, { retry: 2 } as object))).toBe('503 ')
    expect(seen).toHaveLength(2)
  })

  test.each<[string, SessionInit, string]>([
    ['a number is the limit', { retry: 1 }, '502 '],
    ['the limit of a call', { retry: { limit: 0 } }, '503 '],
    ['statuses', { retry: { statusCodes: [503, 500] } }, '502 '],
    ['another status', { retry: { statusCodes: [418] } }, '503 '],
    ['methods', { method: 'POST' }, '503 '],
    ['a POST, if told', { method: 'POST', retry: { methods: ['post'], limit: 3 } }, '200 '],
  ])('%s', async (_what, init, expected) => {
    statuses = [503, 502, 500]
    expect(await answer(session().fetch('/', init))).toBe(expected)
  })

  test('a body that can be sent again, but no stream', async () => {
    const put = async (body: SessionInit['body'], init?: SessionInit): Promise<string> => {
      statuses = [503]
      return answer(session().fetch('/', { method: 'PUT', body, ...init }))
    }
    expect(await put('text')).toBe('200 text')
    expect(await put(new Blob(['blob']))).toBe('200 blob')
    expect(await put(streamOf('stream'), { duplex: 'half' })).toBe('503 stream')
    expect(await put(undefined, { json: [1] })).toBe('200 [1]')
  })

  test('a Request whose body is at hand, but not one whose body is still made', async () => {
    statuses = [503]
    expect(await answer(session().fetch(new Request(`${server.url}/`, { method: 'PUT', body: 'given' })))).toBe(
      '200 given',
    )
    statuses = [503]
    const body = new ReadableStream({
      async start(controller) {
        await sleep(100)
        controller.enqueue(new TextEncoder().encode('late'))
        controller.close()
      },
    })
    const request = new Request(`${server.url}/`, { method: 'PUT', body, duplex: 'half' } as RequestInit)
    expect(await answer(session().fetch(request))).toBe('503 late')
  })

  test('from the first URL, if it was redirected', async () => {
    statuses = [503]
    const response = await session().fetch('/moved')
    expect([response.redirected, await response.text()]).toEqual([true, '200 '])
    expect(seen).toEqual(['GET /moved', 'GET /target', 'GET /moved', 'GET /target'])
  })

  test('after a connection that breaks or is refused, with the codes of errorCodes', async () => {
    let requests = 0
    const broken = await rawServer((socket) => {
      if (++requests < 3) socket.destroy()
      else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    })
    const url = `http://127.0.0.1:${broken.port}/`
    expect(await answer(session().fetch(url))).toBe('ok')
    expect(requests).toBe(3)
    requests = 0
    await expect(session().fetch(url, { retry: { errorCodes: [] } })).rejects.toThrow('fetch failed')
    expect(requests).toBe(1)
    await broken.close()
    const refused = session().fetch(`http://127.0.0.1:${await refusingPort()}/`)
    await expect(refused).rejects.toMatchObject({ cause: { code: 'CURLE_COULDNT_CONNECT' } })
  })

  test('not after what the caller did wrong', async () => {
    const beforeRetry = vi.fn()
    const { fetch } = session({ hooks: { beforeRetry: [beforeRetry] } })
    await expect(fetch('ftp://127.0.0.1/')).rejects.toThrow(TypeError)
    await expect(fetch('/', { curl: { options: { NONSENSE: 1 } as never } })).rejects.toThrow(/NONSENSE/)
    await expect(fetch('/moved', { redirect: 'error' })).rejects.toThrow(TypeError)
    expect(beforeRetry).not.toHaveBeenCalled()
  })
})

describe('when', () => {
  /** How long the session means to wait between a response and the retry, which is not waited here. */
  async function waits(init: SessionInit, retryAfter?: string, date = 'Wed, 21 Oct 2015 07:28:00 GMT') {
    const waited: number[] = []
    let waiting = false
    const real = globalThis.setTimeout
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms = 0) => {
      if (!waiting || ms === BODY_MS) return real(run, ms)
      waited.push(ms)
      return real(run, 0)
    }) as typeof setTimeout)
    headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter, date }
    const hooks = { afterResponse: [() => void (waiting = true)], beforeRetry: [() => void (waiting = false)] }
    const { status } = await session({ retry: 3, hooks }).fetch('/', init)
    vi.restoreAllMocks()
    return { status, waited }
  }
  /** How long the body of the response is waited for. */
  const BODY_MS = 3000

  test('twice as late each time, up to backoffLimit', async () => {
    statuses = [503, 503, 503]
    const retry = { jitter: false, backoffLimit: 2500 }
    expect(await waits({ retry })).toEqual({ status: 200, waited: [1000, 2000, 2500] })
  })

  test('with jitter: a random part of that, or what a function makes of it', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    statuses = [503, 503]
    expect((await waits({})).waited).toEqual([500, 1000])
    statuses = [503]
    expect((await waits({ retry: { jitter: (delay) => delay + 7, delay: (count) => count * 200 } })).waited).toEqual([
      207,
    ])
  })

  test.each<[string, string, number[]]>([
    ['seconds', '5', [5000]],
    ['a date, by the server’s clock', 'Wed, 21 Oct 2015 07:28:10 GMT', [10_000]],
    ['a date of RFC 850', 'Wednesday, 21-Oct-15 07:28:10 GMT', [10_000]],
    ['a date of asctime', 'Wed Oct 21 07:28:10 2015', [10_000]],
    ['at once', '0', [0]],
    ['a date that has passed', 'Sun, 06 Nov 1994 08:49:37 GMT', [0]],
    ['nonsense: the usual delay', 'soon', [1000]],
    ['a negative number: the usual delay', '-5', [1000]],
  ])('Retry-After: %s', async (_what, value, waited) => {
    statuses = [429]
    expect(await waits({ retry: { jitter: false } }, value)).toEqual({ status: 200, waited })
  })

  test.each(['61', '31536000', '99999999999999999999999', 'Fri, 21 Oct 2016 07:28:00 GMT'])(
    'Retry-After: %s is too late, so the response is returned',
    async (value) => {
      statuses = [503]
      expect(await waits({}, value)).toEqual({ status: 503, waited: [] })
    },
  )

  test('maxRetryAfter is the bound', async () => {
    statuses = [503]
    expect(await waits({ retry: { maxRetryAfter: 120_000 } }, '61')).toEqual({ status: 200, waited: [61_000] })
  })

  test('413 only with Retry-After', async () => {
    statuses = [413]
    expect(await waits({})).toEqual({ status: 413, waited: [] })
    statuses = [413]
    expect((await waits({}, '1')).status).toBe(200)
  })

  test('not if the time of the call would be over before', async () => {
    statuses = [503]
    headers = { 'retry-after': '30' }
    const response = await session({ timeout: 20_000 }).fetch('/')
    expect([response.status, await response.text()]).toEqual([503, '503 '])
  })
})

describe('what ends the waiting', () => {
  const SLOW: RetryOptions = { delay: () => 60_000, jitter: false }

  test('the signal, at once, with its reason', async () => {
    statuses = [503]
    const controller = new AbortController()
    const calling = session({ retry: SLOW }).fetch('/', { signal: controller.signal })
    await until(() => seen.length === 1)
    await sleep(50)
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(calling).rejects.toBe(reason)
    expect(seen).toHaveLength(1)
  })

  test('no retry after an abort', async () => {
    const controller = new AbortController()
    const hooks = { afterResponse: [() => controller.abort('stop')] }
    statuses = [503]
    await expect(session({ hooks }).fetch('/', { signal: controller.signal })).rejects.toBe('stop')
    expect(seen).toHaveLength(1)
  })

  test('the end of the session', async () => {
    statuses = [503]
    const made = session({ retry: SLOW })
    const calling = made.fetch('/')
    await until(() => seen.length === 1)
    await sleep(50)
    const rejected = expect(calling).rejects.toMatchObject({ cause: { message: 'the session was closed' } })
    await made.close()
    await rejected
  })

  test('nothing of it keeps running', async () => {
    const made = session()
    await answer(made.fetch('/'))
    const before = await settledCounts()
    for (let i = 0; i < 5; i++) {
      statuses = [503, 503]
      const { signal } = new AbortController()
      await answer(made.fetch('/', { signal, timeout: 60_000 }))
    }
    expect({ ...(await settledCounts()), memory: 0 }).toEqual({ ...before, memory: 0 })
  })
})

describe('connections of responses that are followed by a retry', () => {
  test('are used again', async () => {
    const before = server.connections
    statuses = [503, 503]
    await answer(session().fetch('/'))
    expect(server.connections - before).toBe(1)
  })

  test('are closed if the body is long', async () => {
    const open = (): Promise<number> =>
      new Promise((resolve) => server.server.getConnections((_error, count) => resolve(count)))
    const made = session()
    await answer(made.fetch('/'))
    const before = await open()
    large = true
    statuses = [503, 503]
    expect(await answer(made.fetch('/'))).toBe('200 ')
    await until(async () => (await open()) === before)
  })
})

describe('errors name the wrong option', () => {
  test.each<[string, unknown]>([
    ['retry', 'often'],
    ['retry', -1],
    ['retry.limit', 1.5],
    ['retry.methods', 'GET'],
    ['retry.methods', ['G T']],
    ['retry.statusCodes', [99]],
    ['retry.errorCodes', ['ECONNRESET']],
    ['retry.maxRetryAfter', Infinity],
    ['retry.backoffLimit', '1'],
    ['retry.delay', 5],
    ['retry.jitter', 1],
    ["'tries'", 1],
  ])('%s: %j', async (name, value) => {
    const [, member = name.replaceAll("'", '')] = name.split('.')
    const retry = member === 'retry' ? value : { [member]: value }
    expect(() => new Session({ retry } as SessionOptions)).toThrow(name)
    await expect(session().fetch('/', { retry } as SessionInit)).rejects.toThrow(new RegExp(`init.*${name}`))
    expect(seen).toEqual([])
  })

  test('what functions return', async () => {
    statuses = [503, 503]
    await expect(session().fetch('/', { retry: { delay: () => NaN } })).rejects.toThrow('retry.delay')
    await expect(session().fetch('/', { retry: { jitter: () => -1 } })).rejects.toThrow('retry.jitter')
  })
})
