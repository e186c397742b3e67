// workerd uses one instance of the module for many requests, but I/O objects of one request cannot be used in another.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { httpServer } from '../servers/listening.js'
import { scratch } from '../servers/scratch.js'
import { startWorkerd, type Workerd } from './runtimes.js'

const folder = scratch()
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const origin = await httpServer(async (request, response) => {
  const [, what, number] = request.url!.split('/')
  if (what === 'after') await sleep(Number(number))
  if (what === 'redirect') return void response.writeHead(302, { location: '/after/0' }).end('elsewhere')
  if (what === 'drip')
    for (let n = 0; n < Number(number) && !response.destroyed; n++) {
      response.write('drip')
      await sleep(20)
    }
  response.end(what)
})
let workerd: Workerd
beforeAll(async () => {
  workerd = await startWorkerd('requests.js', folder)
})
afterAll(() => (workerd?.close(), origin.close()))

const ask = (how: string, path: string, signal?: AbortSignal) =>
  fetch(`${workerd.url}${how}?url=${origin.url}${path}`, { signal })
const once = async (path: string): Promise<unknown> => (await ask('', path)).json()

test('requests one after the other, and many at a time', async () => {
  for (let n = 0; n < 5; n++) expect(await once('/after/0')).toEqual(['after', 0])
  for (let round = 0; round < 3; round++) {
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => once(`/after/${n * 10}`)))
    expect(all).toEqual(Array(20).fill(['after', 0]))
  }
})

test('a redirect', async () => {
  expect(await once('/redirect')).toEqual(['after', 1])
})

test('bodies are passed on as they arrive, while other requests start and end', async () => {
  const streams = Array.from({ length: 5 }, async () => (await ask('stream', '/drip/20')).text())
  for (let n = 0; n < 10; n++) expect(await once('/after/1')).toEqual(['after', 0])
  expect(await Promise.all(streams)).toEqual(Array(5).fill('drip'.repeat(20) + 'drip'))
})

test('a client that leaves in the middle does not disturb others', async () => {
  for (let n = 0; n < 5; n++) {
    const controller = new AbortController()
    const response = await ask('stream', '/drip/1000', controller.signal)
    await response.body!.getReader().read()
    controller.abort()
    expect(await once('/after/0')).toEqual(['after', 0])
  }
})
