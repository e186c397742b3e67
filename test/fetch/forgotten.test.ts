// What applications forget to clean up: signals that outlive their calls, responses that are not read, bodies of
// redirects. In a process of its own, because it counts what is left there.
import { fetch } from 'libcurl-wasm'
import { getEventListeners, once } from 'node:events'
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { counts, settledCounts } from '../servers/counts.js'
import { httpServer } from '../servers/listening.js'
import { until } from './outcome.js'

const LONG = Buffer.alloc(4 << 20, 'x')
/** How many responses the server is sending. */
let busy = 0
const server = await httpServer((request, response) => {
  busy++
  response.on('close', () => busy--)
  if (request.url === '/long') return void response.end(LONG)
  if (request.url === '/slow') return void response.write('the beginning')
  if (request.url === '/moved') return void response.writeHead(302, { location: '/' }).write('no end of this')
  response.end('whole')
})
afterAll(() => server.close())

/** Collects garbage, and lets finalizers run. */
async function collect(): Promise<void> {
  globalThis.gc!()
  await turn()
}

/** Calls a function in a new stack frame, so that this stack keeps no references. */
async function forget(some: () => Promise<unknown>): Promise<void> {
  await some()
}

let controller: AbortController
let signal: AbortSignal
beforeEach(() => {
  controller = new AbortController()
  signal = controller.signal
})
const listeners = (): number => getEventListeners(signal, 'abort').length

describe('a signal that outlives its calls', () => {
  test('has one listener for many calls at the same time, and no warning', async () => {
    const warnings: Error[] = []
    const warn = (warning: Error): unknown => warnings.push(warning)
    process.on('warning', warn)
    const calls = Array.from({ length: 50 }, () => fetch(`${server.url}/slow`, { signal }))
    const responses = await Promise.all(calls)
    expect(listeners()).toBe(1)
    await turn()
    expect(warnings).toEqual([])
    process.off('warning', warn)
    const reason = new Error('a reason')
    controller.abort(reason)
    for (const response of responses) await expect(response.text()).rejects.toBe(reason)
    expect(listeners()).toBe(0)
  })

  test('has none once the bodies have arrived, even if they were not read', async () => {
    const response = await fetch(server.url, { signal })
    await response.curl.finished
    expect(listeners()).toBe(0)
    const reason = new Error('a reason')
    controller.abort(reason)
    await expect(response.text()).rejects.toBe(reason)
  })

  test('and reading such a body after an abort fails with its reason', async () => {
    const response = await fetch(server.url, { signal })
    await response.curl.finished
    const reader = response.body!.getReader()
    controller.abort('a reason')
    await expect(reader.read()).rejects.toBe('a reason')
  })

  test('has none after failures, cancelled bodies and heads without a body', async () => {
    await fetch('http://127.0.0.1:2/', { signal }).catch(() => {})
    await (await fetch(`${server.url}/slow`, { signal })).body!.cancel()
    await fetch(server.url, { method: 'HEAD', signal })
    expect(listeners()).toBe(0)
  })

  test('serves thousands of calls without using more memory', async () => {
    const some = async (count: number): Promise<void> => {
      const one = async (): Promise<unknown> => (await fetch(server.url, { signal })).text()
      for (let done = 0; done < count; done += 50) await Promise.all(Array.from({ length: 50 }, one))
    }
    await some(4000) // until the engine has compiled all of it, which also takes memory
    await collect()
    const before = { ...(await settledCounts()), heap: process.memoryUsage().heapUsed }
    await some(3000)
    await collect()
    const after = { ...(await settledCounts()), heap: process.memoryUsage().heapUsed }
    expect(listeners()).toBe(0)
    expect({ ...after, heap: 0, memory: 0 }).toEqual({ ...before, heap: 0, memory: 0 })
    expect(after.memory - before.memory).toBeLessThan(64 * 1024)
    expect(after.heap - before.heap).toBeLessThan(3000 * 200)
  })
})

describe('a response that is not read', () => {
  test('frees its connection once it is collected', async () => {
    await forget(() => Promise.all(Array.from({ length: 20 }, () => fetch(`${server.url}/long`, { signal }))))
    await until(async () => {
      await collect()
      return busy === 0 && listeners() === 0
    })
  })

  test('stays open as long as its body is referenced, or is being read', async () => {
    const { body } = await fetch(`${server.url}/long`)
    const reading = fetch(`${server.url}/long`).then((response) => response.arrayBuffer())
    const reader = (await fetch(`${server.url}/long`)).body!.getReader()
    for (let i = 0; i < 20; i++) await collect()
    expect((await reading).byteLength).toBe(LONG.length)
    let length = 0
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) length += chunk.value.length
    expect(length).toBe(LONG.length)
    expect((await new Response(body).arrayBuffer()).byteLength).toBe(LONG.length)
  })

  test('stays open while a reader waits for data', async () => {
    let read = 0
    const waiting = async (): Promise<void> => {
      const response = await fetch(`${server.url}/slow`)
      void (async () => {
        for await (const _ of response.body!) read++
      })().catch(() => {})
    }
    await forget(() => Promise.all(Array.from({ length: 5 }, waiting)))
    await until(() => read === 5)
    for (let i = 0; i < 20; i++) await collect()
    expect(busy).toBe(5)
    server.server.closeAllConnections()
  })

  test('leaves nothing: 100 of them', async () => {
    const before = await settledCounts()
    for (let i = 0; i < 5; i++) {
      await forget(() => Promise.all(Array.from({ length: 20 }, () => fetch(`${server.url}/long`))))
      await until(async () => {
        await collect()
        return busy === 0
      })
    }
    const after = counts()
    expect(after.easies).toBeLessThanOrEqual(before.easies + 64) // handles are kept for the next calls
    expect(after.descriptors).toBeLessThanOrEqual(before.descriptors + 1)
  })
})

test('a process ends at once after a redirect whose body never ends', async () => {
  const program = `
    import { fetch } from 'libcurl-wasm'
    await (await fetch('${server.url}/moved')).text()
    console.log(process.getActiveResourcesInfo().filter((name) => !/Pipe|TTY/.test(name)).join())`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [out] = await Promise.all([text(child.stdout), once(child, 'close')])
  expect(out).toBe('\n')
})
