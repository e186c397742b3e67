// The diagnostics channels of fetch: what subscribers see, change and keep.
import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel'
import { afterAll, afterEach, expect, it } from 'vitest'
import { fetch, fetchSync, Session, type RequestTrace } from 'libcurl-wasm'
import { refusingPort } from '../servers/faults.js'
import { bodyOf, httpServer } from '../servers/listening.js'

const server = await httpServer(async (request, response) => {
  switch (request.url) {
    case '/redirect':
      return void response.writeHead(302, { location: '/' }).end('elsewhere')
    case '/cut':
      response.writeHead(200, { 'content-length': 100 }).write('beginning')
      return void setTimeout(() => response.destroy(), 20)
    case '/long':
      return void response.end(Buffer.alloc(1 << 20))
    default:
      response.end(JSON.stringify({ headers: request.headers, body: String(await bodyOf(request)) }))
  }
})
const session = new Session({ retry: { limit: 1, delay: () => 1, statusCodes: [] } })
afterAll(() => Promise.all([session.close(), server.close()]))

const EVENTS = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const
type Event = (typeof EVENTS)[number] | 'headers'
type Message = RequestTrace & { note?: unknown }

const undo: (() => void)[] = []
afterEach(() => undo.splice(0).forEach((each) => each()))

/** Subscribes to events. */
function listen(listeners: { [E in Event]?: (message: Message) => void }): void {
  const { headers, ...tracing } = listeners
  const channel = tracingChannel('libcurl-wasm:request')
  channel.subscribe(tracing as never)
  undo.push(() => channel.unsubscribe(tracing as never))
  if (!headers) return
  const name = 'libcurl-wasm:request:headers'
  subscribe(name, headers as never)
  undo.push(() => unsubscribe(name, headers as never))
}

/** Notes all events by name, with what `of` returns for their messages. */
function noted<T>(of: (message: Message) => T): [Event, T][] {
  const events: [Event, T][] = []
  const note = (event: Event) => [event, (message: Message) => void events.push([event, of(message)])] as const
  listen(Object.fromEntries([...EVENTS, 'headers' as const].map(note)))
  return events
}

it('each hop of a redirect has a trace of its own', async () => {
  const events = noted(({ request, response }) => [new URL(request.url).pathname, response?.status])
  await (await fetch(`${server.url}/redirect`)).text()
  expect(events).toEqual([
    ['start', ['/redirect', undefined]],
    ['end', ['/redirect', undefined]],
    ['headers', ['/redirect', 302]],
    ['asyncStart', ['/redirect', 302]],
    ['asyncEnd', ['/redirect', 302]],
    ['start', ['/', undefined]],
    ['end', ['/', undefined]],
    ['headers', ['/', 200]],
    ['asyncStart', ['/', 200]],
    ['asyncEnd', ['/', 200]],
  ])
})

it('a subscriber sets headers at the start, for that hop only', async () => {
  let hop = 0
  let late: unknown
  listen({
    start: ({ request }) => {
      expect(request.method).toBe('POST')
      expect(request.headers).toContainEqual(['X-Own', 'yes'])
      request.setHeader('TraceParent', `00-${++hop}`)
      request.setHeader('x-own', 'replaced')
      expect(() => request.setHeader('bad name', '')).toThrow("'bad name' is not a valid header name")
    },
    headers: ({ request }) => {
      try {
        request.setHeader('x-late', '1')
      } catch (error) {
        late = error
      }
    },
  })
  const init = { method: 'POST', body: 'text', headers: { 'X-Own': 'yes' } }
  const first = await (await fetch(server.url, init)).json()
  expect(first).toMatchObject({ headers: { traceparent: '00-1', 'x-own': 'replaced' }, body: 'text' })
  const second = await (await session.fetch(server.url, init)).json()
  expect(second.headers).toMatchObject({ traceparent: '00-2', 'x-own': 'replaced' })
  expect(late).toMatchObject({ message: 'the header x-late can only be set at the start of a request' })
})

it('the end has the timings and the address, after the last byte', async () => {
  const end = new Promise<Message>((resolve) => listen({ asyncEnd: resolve }))
  const response = await fetch(`${server.url}/long`)
  const first = await Promise.race([end, new Promise((resolve) => setTimeout(resolve, 50, 'open'))])
  expect(first).toBe('open')
  await response.arrayBuffer()
  const message = await end
  expect(message).toMatchObject({ complete: true, remoteAddress: { address: '127.0.0.1', port: server.port } })
  expect(message.timings!.download).toBeGreaterThan(0)
  expect(message).not.toHaveProperty('error')
})

it('a failure is an error, and then the end', async () => {
  const events = noted(({ error, response }) => [(error as Error | undefined)?.message, response?.status])
  await expect(fetch(`http://127.0.0.1:${await refusingPort()}/`)).rejects.toThrow('fetch failed')
  await expect((await fetch(`${server.url}/cut`)).text()).rejects.toThrow('fetch failed')
  const failed = events.filter(([event]) => event !== 'start' && event !== 'end' && event !== 'headers')
  expect(failed).toEqual([
    ['error', ['fetch failed', undefined]],
    ['asyncStart', ['fetch failed', undefined]],
    ['asyncEnd', ['fetch failed', undefined]],
    ['error', ['fetch failed', 200]],
    ['asyncStart', ['fetch failed', 200]],
    ['asyncEnd', ['fetch failed', 200]],
  ])
})

it('an abort is an error with its reason; a cancelled body is none', async () => {
  const events = noted(({ error, complete }) => [error, complete])
  const controller = new AbortController()
  const response = await fetch(`${server.url}/long`, { signal: controller.signal })
  const reason = new Error('enough')
  controller.abort(reason)
  await expect(response.text()).rejects.toBe(reason)
  await (await fetch(`${server.url}/long`)).body!.cancel()
  const ends = events.filter(([event]) => event === 'error' || event === 'asyncEnd')
  expect(ends).toEqual([
    ['error', [reason, false]],
    ['asyncEnd', [reason, false]],
    ['asyncEnd', [undefined, false]],
  ])
})

it('each attempt of a retry is a trace', async () => {
  const events = noted(() => null)
  await expect(session.fetch(`http://127.0.0.1:${await refusingPort()}/`)).rejects.toThrow('fetch failed')
  expect(events.filter(([event]) => event === 'start')).toHaveLength(2)
  expect(events.filter(([event]) => event === 'asyncEnd')).toHaveLength(2)
})

it('what libcurl refuses is an end, too', async () => {
  const events = noted(({ error }) => String(error))
  await expect(fetch(server.url, { curl: { options: { PROXY: 'nonsense://host' } } })).rejects.toThrow()
  await expect(fetch(server.url, { curl: { options: { NO_SUCH: 1 } as never } })).rejects.toThrow('NO_SUCH')
  expect(events.filter(([event]) => event === 'start')).toHaveLength(2)
  expect(events.filter(([event]) => event === 'asyncEnd')).toHaveLength(2)
})

it('subscribers run in the context of the caller, with what is bound to the start', async () => {
  const caller = new AsyncLocalStorage<string>()
  const bound = new AsyncLocalStorage<Message>()
  const { start } = tracingChannel('libcurl-wasm:request')
  start.bindStore(bound, (message) => message as Message)
  undo.push(() => start.unbindStore(bound))
  const events = noted((message) => [caller.getStore(), bound.getStore() === message])
  const get = async (name: string): Promise<unknown> =>
    caller.run(name, async () => {
      await (await fetch(server.url)).text()
      return [caller.getStore(), bound.getStore()]
    })
  expect(await Promise.all([get('first'), get('second')])).toEqual([
    ['first', undefined],
    ['second', undefined],
  ])
  for (const name of ['first', 'second'])
    expect(events.filter(([, [store]]) => store === name)).toEqual(
      ['start', 'end', 'headers', 'asyncStart', 'asyncEnd'].map((event) => [event, [name, true]]),
    )
})

it('a blocking call is traced, too', async () => {
  const events = noted(({ error }) => (error as Error | undefined)?.message)
  const url = `http://127.0.0.1:${await refusingPort()}/`
  expect(() => fetchSync(url)).toThrow('fetch failed')
  expect(events.map(([event]) => event)).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd'])
})
