// What calls with options of a session leave behind: nothing. In a process of its own, because it counts what is there.
import { getEventListeners } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { Session, type SessionOptions } from 'libcurl-wasm'
import { afterAll, expect, test } from 'vitest'
import { until } from '../fetch/outcome.js'
import { counts, settledCounts } from '../servers/counts.js'
import { httpServer } from '../servers/listening.js'

/** How many responses the server is sending. */
let busy = 0
const server = await httpServer((request, response) => {
  busy++
  response.on('close', () => busy--)
  if (request.url === '/silent') return
  response.statusCode = request.url === '/error' ? 503 : 200
  if (request.url === '/long') return void response.end(Buffer.alloc(4 << 20))
  response.end('whole')
})
server.server.keepAliveTimeout = 60_000
afterAll(() => server.close())

const ALL: SessionOptions = {
  baseUrl: server.url,
  retry: { limit: 2, delay: () => 0 },
  timeout: { dns: 5000, connect: 5000, tls: 5000, firstByte: 5000, idle: 5000, total: 60_000 },
  throwHttpErrors: true,
  searchParams: {},
  hooks: {
    beforeRequest: [async ({ request }) => request.headers.set('a', 'b')],
    afterResponse: [async ({ response }) => void (await response.clone().text())],
  },
}

test('a session that is closed leaves nothing', async () => {
  const live = async (): Promise<void> => {
    const session = new Session(ALL)
    const extended = session.extend({ retry: 1 })
    for (const { fetch } of [session, extended]) {
      await (await fetch('/')).text()
      await fetch('/error').catch(() => {})
      await fetch('/silent', { timeout: { firstByte: 20 } }).catch(() => {})
      await fetch('/silent', { timeout: 50 }).catch(() => {})
    }
    const silent = session.fetch('/silent').catch(() => {})
    const stuck = session.fetch('/', { hooks: { beforeRequest: [() => new Promise(() => {})] } }).catch(() => {})
    await session.close()
    await Promise.all([silent, stuck])
  }
  for (let i = 0; i < 3; i++) await live()
  const before = await settledCounts()
  for (let i = 0; i < 10; i++) await live()
  const after = await settledCounts()
  expect({ ...after, memory: 0, timers: 0 }).toEqual({ ...before, memory: 0, timers: 0 })
  expect(after.timers).toBeLessThanOrEqual(before.timers)
  expect(after.memory - before.memory).toBeLessThan(20_000)
})

test('a signal that outlives its calls has no listener of theirs', async () => {
  const { signal } = new AbortController()
  const session = new Session(ALL)
  for (const path of ['/', '/error']) await session.fetch(path, { signal }).then((each) => each.text(), () => {}) // prettier-ignore
  expect(getEventListeners(signal, 'abort')).toEqual([])
  await session.close()
})

test('a response that is forgotten does not occupy its connection, though it has a limit for idling', async () => {
  const session = new Session({ ...ALL, hooks: {} })
  const forget = async (): Promise<void> => void (await session.fetch('/long'))
  await forget()
  const { easies } = counts()
  await until(async () => {
    globalThis.gc!()
    await turn()
    return busy === 0
  })
  expect(counts().easies).toBeLessThanOrEqual(easies)
  await session.close()
})
