// Closing a session: running calls fail with a reason, and nothing is left. An idle session costs nothing.
import { setTimeout as sleep } from 'node:timers/promises'
import { fetch, Session } from 'libcurl-wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { counts } from '../servers/counts.js'
import { httpServer, httpsServer } from '../servers/listening.js'
import { runScript } from '../servers/script.js'
import { until } from '../fetch/outcome.js'

let open = 0
const server = await httpServer((request, response) => {
  open++
  response.on('close', () => open--)
  response.setHeader('set-cookie', ['a=1; Max-Age=1000', 'b=2'])
  if (request.url === '/silent') return
  if (request.url === '/begin') return void response.write('the beginning')
  response.end('whole')
})
server.server.keepAliveTimeout = 60_000
const secure = await httpsServer((_request, response) => {
  const alternative = `h1=":${secure.port}"; ma=1000`
  response.writeHead(200, { 'strict-transport-security': 'max-age=1000', 'alt-svc': alternative }).end('whole')
})
afterAll(() => Promise.all([server.close(), secure.close()]))
const openConnections = (): Promise<number> =>
  new Promise((resolve) => server.server.getConnections((_error, count) => resolve(count)))
const { ca } = certificates()
const CLOSED = { name: 'TypeError', cause: expect.objectContaining({ message: 'the session was closed' }) }

describe('close()', () => {
  test('ends running calls, with a reason', async () => {
    const session = new Session({ maxConnections: 3 })
    const body = (await session.fetch(`${server.url}/begin`)).text()
    const reader = (await session.fetch(`${server.url}/begin`)).body!.getReader()
    await reader.read()
    const whole = await session.fetch(server.url)
    await until(() => whole.curl.timings.download > 0)
    const finished = whole.curl.finished
    const silent = session.fetch(`${server.url}/silent`)
    const queued = session.fetch(`${server.url}/silent`)
    const upload = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1000)),
      cancel: (reason) => void (cancelled = reason),
    })
    let cancelled: unknown
    const sending = session.fetch(server.url, { method: 'POST', body: upload, duplex: 'half' })
    const ends = [body, reader.read(), silent, queued, sending].map((each) =>
      expect(each).rejects.toMatchObject(CLOSED),
    )
    await until(() => open >= 3)
    const closing = session.close()
    await Promise.all(ends)
    await closing
    await finished
    expect(await whole.text()).toBe('whole') // it had arrived
    expect(cancelled).toMatchObject(CLOSED)
    await until(() => open === 0)
  })

  test('cancels the stream of a request that has not begun', async () => {
    const session = new Session()
    await (await session.fetch(server.url)).text()
    let cancelled: unknown
    const body = new ReadableStream({ cancel: (reason) => void (cancelled = reason) })
    // it waits until an end of the connection would have arrived
    const sending = session.fetch(server.url, { method: 'POST', body, duplex: 'half' })
    await Promise.all([expect(sending).rejects.toMatchObject(CLOSED), session.close()])
    expect(cancelled).toMatchObject(CLOSED)
  })

  test('and all later calls', async () => {
    const session = new Session()
    await session.close()
    await session.close()
    const closed = { name: 'TypeError', cause: expect.objectContaining({ message: 'the session is closed' }) }
    for (const calling of [
      session.fetch(server.url),
      session.cookies.list(),
      session.cookies.set({ name: 'a', value: 'b', domain: 'c.example' }),
      session.tlsSessions.export(),
      session.hsts.export(),
    ])
      await expect(calling).rejects.toMatchObject(closed)
  })

  test('closes only its own connections', async () => {
    await (await fetch(server.url)).text()
    const [first, second] = [new Session(), new Session()]
    await Promise.all([first, second].map(async (each) => (await each.fetch(server.url)).text()))
    const connections = server.connections
    const kept = await openConnections()
    await first.close()
    await until(async () => (await openConnections()) === kept - 1)
    await (await second.fetch(server.url)).text()
    await (await fetch(server.url)).text()
    expect(server.connections).toBe(connections)
    await second.close()
  })

  test('while it starts, while a callback runs, and by await using', async () => {
    const early = new Session()
    const calling = early.fetch(server.url)
    await Promise.all([early.close(), expect(calling).rejects.toMatchObject(CLOSED)])

    const inside = new Session()
    let closing!: Promise<void>
    const onDebug = (): void => void (closing ??= inside.close())
    await expect(inside.fetch(server.url, { curl: { onDebug } })).rejects.toMatchObject(CLOSED)
    await closing

    const disposed = new Session()
    await (await disposed.fetch(server.url)).text()
    await disposed[Symbol.asyncDispose]()
    await expect(disposed.fetch(server.url)).rejects.toThrow(TypeError)
  })

  test('a session that has never started can be closed', async () => {
    await new Session().close()
  })
})

test('nothing is left', async () => {
  const live = async (): Promise<void> => {
    const session = new Session({ ca: ca.cert, altSvc: true, headers: { a: 'b' }, options: { REFERER: 'http://x/' } })
    await Promise.all(
      [server.url, `${secure.url.replace('127.0.0.1', 'localhost')}/`].map(async (url) => {
        await (await session.fetch(url)).text()
        await (await session.fetch(url, { curl: { options: { REFERER: 'http://y/' } }, credentials: 'omit' })).text()
      }),
    )
    const begun = await session.fetch(`${server.url}/begin`)
    const silent = session.fetch(`${server.url}/silent`).catch(() => {})
    const { cookies, hsts, tlsSessions, altSvc } = session
    await cookies.set(await cookies.list())
    await cookies.importNetscape(await cookies.exportNetscape())
    await cookies.set({ name: 'a', value: 'b', domain: 'co.uk', includeSubdomains: true }).catch(() => {})
    await hsts.import(await hsts.export())
    await tlsSessions.import(await tlsSessions.export())
    await altSvc.import(await altSvc.export())
    expect([(await cookies.list()).length, (await hsts.export()).length]).toEqual([2, 1])
    expect((await tlsSessions.export()).length).toBeGreaterThan(0)
    await session.close()
    await Promise.all([silent, begun.text().catch(() => {})])
  }
  for (let i = 0; i < 3; i++) await live()
  const before = counts()
  for (let i = 0; i < 20; i++) await live()
  const after = counts()
  expect({ ...after, memory: 0, timers: 0 }).toEqual({ ...before, memory: 0, timers: 0 })
  expect(after.memory - before.memory).toBeLessThan(20_000)
})

test('wrong options leave nothing behind', async () => {
  const wrong = async (): Promise<void> => {
    const session = new Session({ options: { NONSENSE: 1 } as never })
    await expect(session.fetch(server.url)).rejects.toThrow(/NONSENSE/)
    await session.close()
  }
  await wrong()
  const { easies, multis, memory } = counts()
  for (let i = 0; i < 20; i++) await wrong()
  expect(counts()).toMatchObject({ easies, multis })
  expect(counts().memory - memory).toBeLessThan(2000)
})

describe('an idle session', () => {
  const script = (program: string): string => `
    import { Session } from 'libcurl-wasm'
    const session = new Session()
    await (await session.fetch('${server.url}')).text()
    await session.cookies.list()
    await new Promise((resolve) => setTimeout(resolve, 50))
    ${program}`

  test('does not keep the process alive, even with an open connection', async () => {
    const { stdout } = await runScript(script('console.log(process.getActiveResourcesInfo().join())'))
    expect(stdout).not.toMatch(/Timeout|Immediate/)
  })

  test('uses no CPU', async () => {
    const { stdout } = await runScript(
      script(`
        const { performance } = await import('node:perf_hooks')
        const before = performance.eventLoopUtilization()
        await new Promise((resolve) => setTimeout(resolve, 1000))
        console.log(performance.eventLoopUtilization(before).utilization)`),
    )
    expect(Number(stdout)).toBeLessThan(0.02)
  })

  test('reuses its connection', async () => {
    const session = new Session()
    const before = server.connections
    await (await session.fetch(server.url)).text()
    await sleep(300)
    await (await session.fetch(server.url)).text()
    expect(server.connections - before).toBe(1)
    await session.close()
  })
})
