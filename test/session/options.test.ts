// Options of a session for daily work: json, searchParams, throwHttpErrors and extend().
import { gzipSync } from 'node:zlib'
import { HttpError, Session, type SearchParams, type SessionInit, type SessionOptions } from 'libcurl-wasm'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { streamOf, until } from '../fetch/outcome.js'
import { bodyOf, httpServer } from '../servers/listening.js'
import { sessionsWith } from './sessions.js'

let open = 0
const server = await httpServer(async (request, response) => {
  open++
  response.on('close', () => open--)
  const { pathname } = new URL(request.url!, 'http://host')
  const status = Number(/^\/(\d{3})/.exec(pathname)?.[1] ?? 200)
  if (pathname.endsWith('/set')) response.setHeader('set-cookie', 'a=1')
  if (pathname.endsWith('/gzip')) response.setHeader('content-encoding', 'gzip')
  response.writeHead(status, { 'x-kind': 'test' })
  if (pathname.endsWith('/endless')) {
    const write = (): void => {
      while (!response.destroyed && response.write('endless '.repeat(1000)));
    }
    response.on('drain', write)
    return write()
  }
  if (pathname.endsWith('/broken')) return void response.write('{"begin', () => setTimeout(() => request.destroy(), 50))
  if (pathname.endsWith('/slow')) return void response.write('slow')
  if (pathname.endsWith('/gzip')) return void response.end(gzipSync('{"reason": "compressed"}'))
  const body = String(await bodyOf(request))
  response.end(JSON.stringify({ url: request.url, method: request.method, body, ...request.headers }))
})
afterAll(() => server.close())

const session = sessionsWith({ baseUrl: server.url })
const json = async (calling: Promise<Response>): Promise<any> => (await calling).json()
const rejection = async (calling: Promise<unknown>): Promise<any> =>
  calling.then(
    () => expect.unreachable('it does not fail'),
    (reason: unknown) => reason,
  )

describe('json', () => {
  test('is sent as JSON, with its type', async () => {
    const seen = await json(session().fetch('/', { method: 'POST', json: { a: ['ä', null] } }))
    expect(seen).toMatchObject({ body: '{"a":["ä",null]}', 'content-type': 'application/json', 'content-length': '17' })
    expect(await json(session().fetch('/', { method: 'PUT', json: null }))).toMatchObject({ body: 'null' })
    const headers = { 'Content-Type': 'application/problem+json' }
    expect(await json(session().fetch('/', { method: 'PUT', json: 1, headers }))).toMatchObject({
      'content-type': 'application/problem+json',
    })
    expect(await json(session().fetch('/', { json: undefined }))).toMatchObject({ method: 'GET', body: '' })
  })

  const circular: unknown[] = []
  circular.push(circular)
  test.each<[string, SessionInit]>([
    ['both body and json', { method: 'POST', json: 1, body: 'x' }],
    ['not GET', { json: 1 }],
    ['not HEAD', { json: 1, method: 'head' }],
    ['function', { method: 'POST', json: () => {} }],
    ['BigInt', { method: 'POST', json: 1n }],
    ['circular', { method: 'POST', json: circular }],
  ])('that cannot be sent: %s', async (message, init) => {
    const error = await rejection(session().fetch('/', init))
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toContain('json')
    expect(error.message).toContain(message)
  })

  test('not in addition to the body of a Request, which is cancelled', async () => {
    const request = new Request(server.url, { method: 'POST', body: streamOf('x'), duplex: 'half' } as RequestInit)
    await expect(session().fetch(request, { json: 1 })).rejects.toThrow('init.json')
  })
})

describe('searchParams', () => {
  test.each<[string, SearchParams, string]>([
    ['/', 'a=1&b=%20', '/?a=1&b=+'],
    ['/', '?a=1', '/?a=1'],
    ['/', new URLSearchParams({ a: 'ä' }), '/?a=%C3%A4'],
    ['/', { a: 1, b: true, c: 'x y', d: undefined }, '/?a=1&b=true&c=x+y'],
    ['/', [['a', 1], ['a', 2]], '/?a=1&a=2'], // prettier-ignore
    ['/?old=%20x#part', { a: 1 }, '/?old=%20x&a=1'],
    ['/?a=0&a=00&b=2', { a: 1 }, '/?b=2&a=1'],
    ['/?', { a: 1 }, '/?a=1'],
    ['/?a=1', {}, '/?a=1'],
  ])('%s with %j', async (url, searchParams, expected) => {
    expect((await json(session().fetch(url, { searchParams }))).url).toBe(expected)
    if (!url.includes('#'))
      expect((await json(session().fetch(new Request(server.url + url), { searchParams }))).url).toBe(expected)
  })

  test('those of a call replace those of the session with the same name', async () => {
    const { fetch } = session({ searchParams: { key: 'secret', page: 1 } })
    expect((await json(fetch('/?a=1'))).url).toBe('/?a=1&key=secret&page=1')
    expect((await json(fetch('/', { searchParams: { page: 2 } }))).url).toBe('/?key=secret&page=2')
  })

  test.each<[string, unknown]>([
    ['searchParams.a', { a: null }],
    ['searchParams.a', { a: [1] }],
    ['searchParams', 5],
    ['searchParams', [['a']]],
    ['searchParams', ['a=1']],
  ])('errors name %s: %j', async (name, searchParams) => {
    expect(() => session({ searchParams } as SessionOptions)).toThrow(`${name} takes`)
    await expect(session().fetch('/', { searchParams } as SessionInit)).rejects.toThrow(`${name} takes`)
  })
})

describe('throwHttpErrors', () => {
  const throwing = (options: SessionOptions = {}): Session => session({ throwHttpErrors: true, ...options })

  test('an error status rejects, with the response and the beginning of its body', async () => {
    const error = await rejection(throwing().fetch('/404?token=secret', { method: 'POST', body: 'x' }))
    expect(error).toBeInstanceOf(HttpError)
    expect(error.message).toBe(`POST ${server.url}/404: 404 Not Found`)
    expect(error).toMatchObject({ name: 'HttpError', excerpt: expect.stringContaining('"method":"POST"') })
    const { response } = error as HttpError
    expect([response.status, response.url, response.headers.get('x-kind')]).toEqual([
      404,
      `${server.url}/404?token=secret`,
      'test',
    ])
    expect(response.curl.remoteAddress!.port).toBe(server.port)
    expect(await response.clone().json()).toMatchObject({ method: 'POST' })
    expect(await response.json()).toMatchObject({ method: 'POST' })
  })

  test('other statuses do not, unless a function says so', async () => {
    expect((await throwing().fetch('/304')).status).toBe(304)
    expect((await session().fetch('/404')).status).toBe(404)
    expect((await throwing().fetch('/404', { throwHttpErrors: false })).status).toBe(404)
    const throwHttpErrors = (status: number): boolean => status !== 404
    expect((await session({ throwHttpErrors }).fetch('/404')).status).toBe(404)
    await expect(session({ throwHttpErrors }).fetch('/204')).rejects.toThrow('204 No Content')
    const thrown = new Error('of the function')
    const throws = (): never => {
      throw thrown
    }
    await expect(session().fetch('/404/slow', { throwHttpErrors: throws })).rejects.toBe(thrown)
    await until(() => open === 0)
  })

  test('HEAD has no body', async () => {
    expect(await rejection(throwing().fetch('/500', { method: 'HEAD' }))).toMatchObject({ excerpt: '' })
  })

  test('a compressed body is decoded', async () => {
    const error = await rejection(throwing().fetch('/500/gzip'))
    expect(error.excerpt).toBe('{"reason": "compressed"}')
    expect(await error.response.json()).toEqual({ reason: 'compressed' })
  })

  test('an endless body is cut off, and its connection closed', async () => {
    const error = await rejection(throwing().fetch('/500/endless'))
    expect(error.excerpt).toHaveLength(1000)
    const reader = error.response.body.getReader()
    expect((await reader.read()).value).toHaveLength(64 * 1024)
    await expect(reader.read()).rejects.toMatchObject({ cause: { message: expect.stringContaining('longer than') } })
    await until(() => open === 0)
  })

  test('a body that stops is waited for 3 seconds', async () => {
    const error = await rejection(throwing().fetch('/500/slow'))
    expect(error.excerpt).toBe('slow')
    await expect(error.response.text()).rejects.toMatchObject({
      cause: { message: expect.stringContaining('3000 ms') },
    })
    await until(() => open === 0)
  })

  test('a body that fails keeps its error', async () => {
    const error = await rejection(throwing().fetch('/500/broken'))
    expect(error).toMatchObject({ name: 'HttpError', excerpt: '{"begin' })
    await expect(error.response.json()).rejects.toMatchObject({ cause: { code: expect.stringContaining('CURLE_') } })
  })

  test('an abort while the body is read', async () => {
    const controller = new AbortController()
    const calling = throwing().fetch('/500/slow', { signal: controller.signal })
    setTimeout(() => controller.abort('stop'), 200)
    await expect(calling).rejects.toBe('stop')
  })

  test('a response that a hook has made, or read', async () => {
    const hooks = { beforeRequest: [() => new Response('made here', { status: 400, statusText: 'Bad' })] }
    const error = await rejection(throwing({ hooks }).fetch('/x'))
    expect(error).toMatchObject({ message: `GET ${server.url}/x: 400 Bad`, excerpt: 'made here' })
    expect(await error.response.text()).toBe('made here')
    const reads = { afterResponse: [async ({ response }: { response: Response }) => void (await response.text())] }
    expect(await rejection(throwing({ hooks: reads }).fetch('/404'))).toMatchObject({ excerpt: '' })
  })

  test('many of them use one connection', async () => {
    const before = server.connections
    const { fetch } = throwing()
    for (let i = 0; i < 5; i++) await expect(fetch('/404')).rejects.toThrow(HttpError)
    expect(server.connections - before).toBe(1)
  })

  test('errors name it', async () => {
    expect(() => session({ throwHttpErrors: 'yes' as never })).toThrow('throwHttpErrors')
    await expect(session().fetch('/', { throwHttpErrors: 1 as never })).rejects.toThrow('throwHttpErrors')
  })
})

describe('extend()', () => {
  test('shares connections and cookies', async () => {
    const base = session()
    const extended = base.extend({ headers: { 'X-A': '1' } })
    const before = server.connections
    await json(base.fetch('/set'))
    expect(await json(extended.fetch('/'))).toMatchObject({ cookie: 'a=1', 'x-a': '1' })
    expect(await json(base.fetch('/'))).not.toHaveProperty('x-a')
    expect(server.connections - before).toBe(1)
    expect(extended).toBeInstanceOf(Session)
    expect(extended.cookies).toBe(base.cookies)
  })

  test('merges the defaults', async () => {
    const called: string[] = []
    const base = session({
      headers: { 'X-A': 'base', 'X-B': 'base' },
      searchParams: { a: 1, b: 1 },
      hooks: { beforeRequest: [() => void called.push('base')] },
      timeout: { total: 1000 },
    })
    const extended = base
      .extend({
        baseUrl: `${server.url}/v2/`,
        headers: { 'x-b': 'more' },
        searchParams: { b: 2 },
        hooks: { beforeRequest: [() => void called.push('more')] },
        timeout: { firstByte: 1000 },
      })
      .extend({ throwHttpErrors: true })
    expect(await json(extended.fetch('x'))).toMatchObject({ url: '/v2/x?a=1&b=2', 'x-a': 'base', 'x-b': 'more' })
    expect(called).toEqual(['base', 'more'])
    await expect(extended.fetch('/404')).rejects.toThrow(HttpError)
    expect((await base.fetch('/404')).status).toBe(404)
  })

  test('ends with the session', async () => {
    const base = session()
    const extended = base.extend({})
    await json(extended.fetch('/'))
    await extended.close()
    await expect(base.fetch('/')).rejects.toMatchObject({ cause: { message: 'the session is closed' } })
    await expect(base.extend({}).fetch('/')).rejects.toMatchObject({ cause: { message: 'the session is closed' } })
  })

  test.each<[string, unknown]>([
    ['proxy', ''],
    ['maxConnections', 1],
    ['options', {}],
    ['altSvc', true],
    ['tiemout', 1],
    ['timeout', 0],
  ])('errors name the option: %s', (name, value) => {
    expect(() => session().extend({ [name]: value })).toThrow(name)
  })
})

test('without these options, and with those of a session only, data: is given to the platform', async () => {
  const hook = vi.fn()
  const { fetch } = session({ hooks: { beforeRequest: [hook] }, retry: 1 })
  expect(await (await fetch('data:,text')).text()).toBe('text')
  expect(hook).not.toHaveBeenCalled()
})
