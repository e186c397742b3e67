// Redirects in many combinations: the same outcomes, and the same requests, as with Node's fetch.
import type { CurlResponse } from 'libcurl-wasm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { bodyOf, httpServer, type Listening } from '../servers/listening.js'
import { errorOf, expectSame, ours, outcomeOf, streamOf, type Fetching } from './outcome.js'

/** GET /to?status=302&location=...&more=n redirects, and every other path echoes the request. */
const serve = (): Promise<Listening> =>
  httpServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://host')
    const body = await bodyOf(request)
    if (pathname === '/to') {
      const location = searchParams.get('location')
      const headers = location === null ? {} : { location: Buffer.from(location).toString('latin1') }
      return void response.writeHead(Number(searchParams.get('status') ?? 302), headers).end('moved')
    }
    if (pathname.startsWith('/count/')) {
      const left = Number(pathname.slice('/count/'.length))
      if (left > 0) return void response.writeHead(302, { location: `/count/${left - 1}` }).end()
    }
    if (pathname === '/twice')
      return void response
        .writeHead(302, [
          ['Location', '/a'],
          ['Location', '/b'],
        ] as never)
        .end()
    if (pathname === '/bytes') return void response.writeHead(302, { location: '/end?\xff' }).end()
    const kept = [
      'authorization',
      'cookie',
      'x-own',
      'proxy-authorization',
      'content-type',
      'content-length',
      'content-language',
    ]
    const { headers } = request
    response.setHeader('x-method', request.method!)
    response.end(JSON.stringify([request.method, request.url, kept.map((name) => headers[name] ?? null), String(body)]))
  })
const [server, other] = await Promise.all([serve(), serve()])
afterAll(() => Promise.all([server.close(), other.close()]))

const to = (location: string | null, status = 302): string => {
  const query = new URLSearchParams({ status: String(status) })
  if (location !== null) query.set('location', location)
  return `${server.url}/to?${query}`
}
const headers = {
  Authorization: 'Basic eDp5',
  Cookie: 'a=b',
  'X-Own': 'mine',
  'Proxy-Authorization': 'Basic eDp5',
  'Content-Language': 'de',
}
const STATUSES = [301, 302, 303, 307, 308]

describe.each(STATUSES)('status %d', (status) => {
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])
    for (const [where, target] of [
      ['here', '/end'],
      ['elsewhere', `${other.url}/end`],
    ] as const)
      for (const redirect of ['follow', 'manual', 'error'] as const)
        test(`${method} ${where}, ${redirect}`, () =>
          expectSame((fetching) => {
            const body = method === 'POST' || method === 'PUT' ? 'a body' : undefined
            return fetching(to(target, status), { method, redirect, body, headers })
          }))

  test('a body that was a stream', async () => {
    const call = (fetching: Fetching): Promise<Response> =>
      fetching(to('/end', status), { method: 'POST', body: streamOf('chunks'), duplex: 'half' })
    expect(await outcomeOf(call(ours))).toMatchObject(
      status < 303 || status > 303 ? { rejects: 'TypeError TypeError' } : { status: 200 },
    )
    await expectSame(call)
  })

  test('a Blob', () =>
    expectSame((fetching) =>
      fetching(to('/end', status), { method: 'POST', body: new Blob(['blob'], { type: 'a/b' }) }),
    ))
})

describe('destinations', () => {
  const cases: Record<string, string> = {
    'a relative URL': to('next?query'),
    'a fragment': to('/end#there'),
    'the fragment of the request': `${to('/end')}#here`,
    'both fragments': `${to('/end#there')}#here`,
    'an empty Location': to(''),
    'no Location': to(null),
    'another scheme': to('ftp://127.0.0.1/'),
    'data:': to('data:,x'),
    nonsense: to('http://:nonsense'),
    'a bad port': to('http://127.0.0.1:6667/'),
    'credentials elsewhere': to(`${other.url.replace('//', '//user:password@')}/end`),
    'UTF-8': to('/ünï?ü'),
    'a space': to('/a b'),
    '304, which is no redirect': to('/end', 304),
    '300, which is none': to('/end', 300),
  }
  for (const [name, url] of Object.entries(cases)) {
    for (const redirect of ['follow', 'manual', 'error'] as const)
      test(`${name}, ${redirect}`, () => expectSame((fetching) => fetching(url, { redirect })))
  }

  test('20 redirects are followed, 21 are not', async () => {
    await expectSame((fetching) => fetching(`${server.url}/count/20`))
    await expectSame((fetching) => fetching(`${server.url}/count/21`))
    expect((await ours(`${server.url}/count/20`)).url).toBe(`${server.url}/count/0`)
    await expect(ours(`${server.url}/count/21`)).rejects.toMatchObject({
      cause: { message: 'there are more than 20 redirects' },
    })
  })

  test('credentials in a redirect to the same origin are used', async () => {
    const response = await ours(to(`${server.url.replace('//', '//user:password@')}/end`))
    const [, , [authorization]] = (await response.json()) as [string, string, string[]]
    expect(authorization).toBe(`Basic ${btoa('user:password')}`)
  })

  test('bytes that are no UTF-8 stay what they are', async () => {
    const { url } = await ours(`${server.url}/bytes`)
    expect(url).toBe(`${server.url}/end?%FF`)
  })

  test('two Location headers count as none', async () => {
    await expect(ours(`${server.url}/twice`)).rejects.toThrow(TypeError)
  })

  test('another origin, in the mode same-origin', () =>
    expectSame((fetching) => fetching(to(`${other.url}/end`), { mode: 'same-origin' })))
})

describe('status 421: misdirected request', () => {
  let answers: number[] = []
  let connections = 0
  beforeEach(() => {
    answers = []
    connections = 0
  })
  const misdirected = httpServer(async (request, response) => {
    const body = await bodyOf(request)
    response.writeHead(answers.shift() ?? 200).end(body)
  })
  beforeAll(async () => (await misdirected).server.on('connection', () => connections++))
  afterAll(async () => (await misdirected).close())
  const post = async (body: BodyInit): Promise<CurlResponse> =>
    ours((await misdirected).url, { method: 'POST', body, duplex: 'half' })

  test('the request is repeated once, over a new connection', async () => {
    answers = [200, 421]
    await (await post('first')).text()
    const response = await post('second')
    expect([response.status, await response.text(), connections]).toEqual([200, 'second', 2])
  })

  test('the second answer is the response', async () => {
    answers = [421, 421]
    const response = await post('body')
    expect([response.status, await response.text(), answers]).toEqual([421, 'body', []])
  })

  test('a stream is not sent again', async () => {
    answers = [421]
    const response = await post(new Blob(['stream']).stream())
    expect([response.status, await response.text()]).toEqual([421, 'stream'])
  })
})

test('credentials are not sent again once they were dropped', async () => {
  const back = to(`${other.url}/to?location=${encodeURIComponent(`${server.url}/end`)}`)
  await expectSame((fetching) => fetching(back, { headers }))
  const [, , [authorization]] = (await (await ours(back, { headers })).json()) as [string, string, string[]]
  expect(authorization).toBeNull()
})

test('a redirect reuses its connection', async () => {
  const fresh = await serve()
  expect((await ours(`${fresh.url}/count/5`)).redirected).toBe(true)
  expect(fresh.connections).toBe(1)
  await fresh.close()
})

test('the body of a redirect does not delay it', async () => {
  let hangups = 0
  const endless = await httpServer((request, response) => {
    if (request.url === '/end') return void response.end('there')
    response.writeHead(302, { location: '/end' })
    response.write('a part')
    response.on('close', () => hangups++)
    if (request.url === '/big') response.write(Buffer.alloc(1_000_000))
  })
  for (const path of ['/big', '/hangs']) expect(await (await ours(endless.url + path)).text()).toBe('there')
  await expect.poll(() => hangups, { timeout: 6000 }).toBe(2)
  await endless.close()
})

test('response.curl has the redirects that were followed', async () => {
  const first = to(`${other.url}/end`, 303)
  const { curl, url } = await ours(`${first}#part`, { method: 'POST', body: 'x' })
  expect(url).toBe(`${other.url}/end`)
  expect(curl.effectiveMethod).toBe('GET')
  expect(curl.redirects).toEqual([
    { method: 'POST', url: `${first}#part`, status: 303, location: `${other.url}/end#part` },
  ])
  const { timings } = curl
  expect(timings.redirect).toBeGreaterThan(0)
  const { total, ...phases } = timings
  expect(Object.values(phases).reduce((sum, phase) => sum + phase)).toBeCloseTo(total)
})

test('an error of the last request is the error of the fetch', async () => {
  const error = await ours(to('http://127.0.0.1:2/')).catch((reason: unknown) => reason)
  expect(errorOf(error)).toBe('TypeError TypeError')
  expect((error as Error).cause).toMatchObject({ code: 'CURLE_COULDNT_CONNECT' })
})
