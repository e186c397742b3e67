// The stack of an error of fetch shows the line that called fetch, although libcurl reports the failure from its own callback. In V8
// these frames begin with 'at async', which vitest leaves out.
import { afterAll, expect, it } from 'vitest'
import { CurlError, fetch, HttpError, Session } from 'libcurl-wasm'
import { refusingPort } from '../servers/faults.js'
import { httpServer } from '../servers/listening.js'

const server = await httpServer((request, response) => {
  if (request.url === '/missing') return void response.writeHead(404).end()
  if (request.url !== '/cut') return // never answers
  response.writeHead(200, { 'content-length': 100 }).write('beginning')
  setTimeout(() => response.destroy(), 20)
})
const refused = `http://127.0.0.1:${await refusingPort()}/`
const session = new Session({ hooks: { beforeRequest: [() => {}] } })
afterAll(() => Promise.all([session.close(), server.close()]))

async function application(call: () => Promise<unknown>): Promise<Error> {
  async function caller(): Promise<void> {
    await call()
  }
  try {
    await caller()
  } catch (error) {
    return error as Error
  }
  throw new Error('the call has not failed')
}

it.each<[string, () => Promise<unknown>]>([
  ['a connection that is refused', () => fetch(refused)],
  ['a hop of a session', () => session.fetch(refused)],
  ['a plain session', () => new Session().fetch(refused)],
  ['a retry', () => session.fetch(refused, { retry: { limit: 1, delay: () => 1 } as never })],
  ['a limit of time', () => session.fetch(server.url, { timeout: 30 })],
  ['a body, as text', async () => (await fetch(`${server.url}/cut`)).text()],
  ['a body, as JSON', async () => (await fetch(`${server.url}/cut`)).json()],
  ['a body, as an ArrayBuffer', async () => (await fetch(`${server.url}/cut`)).arrayBuffer()],
  ['a body of a session', async () => (await session.fetch(`${server.url}/cut`)).text()],
])('of %s', async (_name, call) => {
  const error = await application(call)
  expect(error).toMatchObject({ message: 'fetch failed', cause: expect.any(CurlError) })
  expect(error.stack).toMatch(
    /^TypeError: fetch failed\n[^]*at (async )?caller .*caller\.test\.ts[^]*at (async )?application /,
  )
})

it('of an HttpError', async () => {
  const error = await application(() => session.fetch(`${server.url}/missing`, { throwHttpErrors: true }))
  expect(error).toBeInstanceOf(HttpError)
  expect(error.stack).toMatch(/at (async )?caller .*caller\.test\.ts/)
})

it('of a session that is closed, for each call its own', async () => {
  const closing = new Session()
  async function first(): Promise<void> {
    await closing.fetch(server.url)
  }
  async function second(): Promise<void> {
    await closing.fetch(server.url)
  }
  const failures = Promise.all([first(), second()].map((call) => call.catch((error: Error) => error.stack)))
  await new Promise((resolve) => setTimeout(resolve, 50))
  await closing.close()
  expect(await failures).toEqual([
    expect.stringMatching(/at (async )?first /),
    expect.stringMatching(/at (async )?second /),
  ])
})

it('the reason of a signal keeps its own stack', async () => {
  const reason = new TypeError('fetch failed')
  const { stack } = reason
  const controller = new AbortController()
  setTimeout(() => controller.abort(reason), 20)
  const error = await application(() => fetch(server.url, { signal: controller.signal }))
  expect(error).toBe(reason)
  expect(error.stack).toBe(stack)
})
