// The option `hooks` of a session: what hooks see and change, and what ends a call in which one does not return.
import { HttpError, Session, type HookRequest, type Hooks, type SessionInit, type SessionOptions } from 'libcurl-wasm'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { streamOf, until } from '../fetch/outcome.js'
import { refusingPort } from '../servers/faults.js'
import { bodyOf, httpServer } from '../servers/listening.js'
import { sessionsWith } from './sessions.js'

let statuses: number[] = []
let requests = 0
let open = 0
const server = await httpServer(async (request, response) => {
  requests++
  open++
  response.on('close', () => open--)
  const body = String(await bodyOf(request))
  response.statusCode = statuses.shift() ?? 200
  if (request.url === '/endless') return void response.write('begin')
  const { method, url, rawHeaders } = request
  response.end(JSON.stringify({ method, url, body, ...request.headers, rawHeaders }))
})
afterAll(() => server.close())

const retrying = sessionsWith({ baseUrl: server.url, retry: { delay: () => 1, jitter: false } })
const session = (hooks: Hooks, options: SessionOptions = {}): Session => retrying({ hooks, ...options })
beforeEach(() => {
  statuses = []
  requests = 0
})
const json = async (calling: Promise<Response>): Promise<any> => (await calling).json()

test('they are called in order: those of the session first, and async ones one after another', async () => {
  const calls: string[] = []
  const note =
    (what: string) =>
    async ({ retryCount }: { retryCount: number }): Promise<void> => {
      await null
      calls.push(`${what} ${retryCount}`)
    }
  const of = (who: string): Hooks => ({
    beforeRequest: [note(`${who} beforeRequest`)],
    beforeRetry: [note(`${who} beforeRetry`)],
    afterResponse: [note(`${who} afterResponse`)],
    beforeError: [note(`${who} beforeError`)],
  })
  statuses = [503, 404]
  const { fetch } = session(of('session'), { throwHttpErrors: true })
  await expect(fetch('/', { hooks: of('call') })).rejects.toThrow(HttpError)
  expect(calls).toEqual([
    ...['session beforeRequest 0', 'call beforeRequest 0', 'session afterResponse 0', 'call afterResponse 0'],
    ...['session beforeRetry 1', 'call beforeRetry 1'],
    ...['session beforeRequest 1', 'call beforeRequest 1', 'session afterResponse 1', 'call afterResponse 1'],
    ...['session beforeError 1', 'call beforeError 1'],
  ])
})

describe('beforeRequest', () => {
  test('changes the URL, the method and the headers, which keep their spelling', async () => {
    const change = ({ request }: { request: HookRequest }): void => {
      request.url += '?changed'
      request.method = 'put'
      request.headers.set('x-CASE', 'changed')
      request.headers.set('added', '1')
      request.headers.delete('x-gone')
    }
    const { fetch } = session({ beforeRequest: [change] }, { headers: { 'X-Case': 'given', 'X-Gone': '1' } })
    const seen = await json(fetch('/a', { method: 'POST', body: 'text' }))
    expect(seen).toMatchObject({ method: 'PUT', url: '/a?changed', 'x-case': 'changed', added: '1', body: 'text' })
    expect(seen).not.toHaveProperty('x-gone')
    expect(seen.rawHeaders).toContain('X-Case')
  })

  test('sees what is sent', async () => {
    const bodies: unknown[] = []
    const { fetch } = session({ beforeRequest: [({ request }) => void bodies.push(request.body)] })
    await json(fetch('/'))
    await json(fetch('/', { method: 'POST', json: { a: 1 } }))
    await json(fetch('/', { method: 'POST', body: streamOf('x'), duplex: 'half' }))
    await json(fetch(new Request(`${server.url}/`, { method: 'POST', body: 'given' })))
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
    expect(bodies).toEqual([null, bytes('{"a":1}'), null, bytes('given')])
  })

  test('a Response that it returns is the response, and the stream of the request is cancelled', async () => {
    const later = vi.fn()
    const { fetch } = session({ beforeRequest: [() => Response.json({ made: 'here' }, { status: 201 }), later] })
    const cancel = vi.fn()
    const response = await fetch('/', { method: 'POST', body: new ReadableStream({ cancel }), duplex: 'half' })
    expect([response.status, await response.json()]).toEqual([201, { made: 'here' }])
    expect([requests, later.mock.calls.length]).toEqual([0, 0])
    expect(cancel).toHaveBeenCalled()
  })
})

test('beforeRetry gets the error, and changes what is sent', async () => {
  const errors: Error[] = []
  const renew: Hooks['beforeRetry'] = [
    async ({ request, error }) => {
      errors.push(error)
      request.headers.set('Authorization', 'renewed')
    },
  ]
  statuses = [401]
  const { fetch } = session({ beforeRetry: renew }, { retry: { limit: 1, statusCodes: [401], delay: () => 0 } })
  expect(await json(fetch('/', { headers: { Authorization: 'old' } }))).toMatchObject({ authorization: 'renewed' })
  expect(errors).toEqual([
    expect.objectContaining({ name: 'HttpError', response: expect.objectContaining({ status: 401 }) }),
  ])
})

describe('afterResponse', () => {
  test('gives another response, and the one before is dropped', async () => {
    const kept: Response[] = [] // so that it is not dropped by being collected
    const replace = ({ response }: { response: Response }): Response => {
      kept.push(response)
      return new Response('other', { status: response.status })
    }
    expect(await (await session({ afterResponse: [replace] }).fetch('/endless')).text()).toBe('other')
    await until(() => open === 0)
    expect(kept).toHaveLength(1)
  })

  test('gives another response with the same body', async () => {
    const wrap = ({ response }: { response: Response }): Response => new Response(response.body, { status: 299 })
    const response = await session({ afterResponse: [wrap] }).fetch('/')
    expect(response.status).toBe(299)
    expect(await response.json()).toMatchObject({ method: 'GET' })
  })

  test('reads a clone', async () => {
    let length = 0
    const read = async ({ response }: { response: Response }): Promise<void> => {
      length = (await response.clone().text()).length
    }
    const text = await (await session({ afterResponse: [read] }).fetch('/')).text()
    expect(text).toHaveLength(length)
  })
})

describe('beforeError', () => {
  test('gives another error, for statuses and for the network', async () => {
    const beforeError: Hooks['beforeError'] = [({ error }) => new Error(`mine: ${error.name}`, { cause: error })]
    const { fetch } = session({ beforeError }, { throwHttpErrors: true, retry: 0 })
    statuses = [500]
    await expect(fetch('/')).rejects.toThrow('mine: HttpError')
    await expect(fetch(`http://127.0.0.1:${await refusingPort()}/`)).rejects.toThrow('mine: TypeError')
  })

  test('not for an abort, nor for what other hooks throw, nor for wrong arguments', async () => {
    const beforeError = vi.fn()
    const { fetch } = session({ beforeError: [beforeError] })
    await expect(fetch('/', { signal: AbortSignal.abort('stop') })).rejects.toBe('stop')
    const thrown = new Error('of a hook')
    const rejects = { beforeRequest: [() => Promise.reject(thrown)] }
    await expect(fetch('/', { hooks: rejects })).rejects.toBe(thrown)
    await expect(fetch('/', { curl: { httpVersion: '9' as never } })).rejects.toThrow('httpVersion')
    expect(beforeError).not.toHaveBeenCalled()
  })
})

describe('a hook that throws', () => {
  test.each<keyof Hooks>(['beforeRequest', 'beforeRetry', 'afterResponse', 'beforeError'])(
    '%s: the call rejects with that, and nothing stays open',
    async (name) => {
      const thrown = new Error('of the hook')
      const hooks = {
        [name]: [
          () => {
            throw thrown
          },
        ],
      }
      statuses = [503, 503, 503]
      let cancelled: unknown
      const body = new ReadableStream({ cancel: (reason) => void (cancelled = reason) })
      const { fetch } = session({}, { throwHttpErrors: true })
      await expect(fetch('/', { hooks })).rejects.toBe(thrown)
      if (name === 'afterResponse') await expect(fetch('/endless', { hooks })).rejects.toBe(thrown)
      if (name === 'beforeRequest') {
        await expect(fetch('/', { hooks, method: 'PUT', body, duplex: 'half' })).rejects.toBe(thrown)
        expect(cancelled).toBe(thrown)
      }
      await until(() => open === 0)
    },
  )
})

describe('a hook that never returns', () => {
  const names: (keyof Hooks)[] = ['beforeRequest', 'beforeRetry', 'afterResponse', 'beforeError']
  const stuck = (name: keyof Hooks): { hooks: Hooks; called: () => boolean } => {
    let called = false
    const hooks = { [name]: [() => new Promise<void>(() => void (called = true))] }
    return { hooks, called: () => called }
  }
  beforeEach(() => void (statuses = [503, 503, 503]))

  test.each(names)('%s: the signal ends the call', async (name) => {
    const { hooks, called } = stuck(name)
    const controller = new AbortController()
    const calling = session(hooks, { throwHttpErrors: true }).fetch('/', { signal: controller.signal })
    const rejected = expect(calling).rejects.toBe('stop')
    await until(called)
    controller.abort('stop')
    await rejected
  })

  test.each(names)('%s: the time of the call ends it', async (name) => {
    const { hooks } = stuck(name)
    const calling = session(hooks, { throwHttpErrors: true }).fetch('/', { timeout: 300 })
    await expect(calling).rejects.toMatchObject({ cause: { code: 'CURLE_OPERATION_TIMEDOUT', phase: 'total' } })
  })

  test.each(names)('%s: the end of the session ends it', async (name) => {
    const { hooks, called } = stuck(name)
    const made = session(hooks, { throwHttpErrors: true })
    const rejected = expect(made.fetch('/')).rejects.toMatchObject({ cause: { message: 'the session was closed' } })
    await until(called)
    await made.close()
    await rejected
  })
})

describe('errors name the hook', () => {
  test.each<[string, object]>([
    ['hooks', [() => {}]],
    ['beforeSend', { beforeSend: [] }],
    ['hooks.beforeRequest', { beforeRequest: () => {} }],
    ['hooks.afterResponse', { afterResponse: ['log'] }],
  ])('%s, when it is set', async (name, hooks) => {
    expect(() => session(hooks as Hooks)).toThrow(name)
    await expect(session({}).fetch('/', { hooks } as SessionInit)).rejects.toThrow(name)
  })

  test.each<[string, object]>([
    ['hooks.beforeRequest returned a', { beforeRequest: [() => 'text'] }],
    ['hooks.beforeRequest returned Request', { beforeRequest: [() => new Request('http://a/')] }],
    ['hooks.afterResponse returned null', { afterResponse: [() => null] }],
    ['hooks.beforeRequest: request.url', { beforeRequest: [({ request }: any) => void (request.url = '/relative')] }],
    ['hooks.beforeRequest: request.method', { beforeRequest: [({ request }: any) => void (request.method = 'A B')] }],
    ['hooks.beforeRequest: request.headers', { beforeRequest: [({ request }: any) => void (request.headers = 1)] }],
  ])('%s', async (message, hooks) => {
    const { fetch } = session(hooks as Hooks)
    await expect(fetch('/')).rejects.toThrow(message.replace(/ a$/, ''))
  })

  test('a method without a body, for a request with one', async () => {
    const { fetch } = session({ beforeRequest: [({ request }) => void (request.method = 'get')] })
    await expect(fetch('/', { method: 'POST', body: 'x' })).rejects.toThrow('request.method is GET')
  })
})
