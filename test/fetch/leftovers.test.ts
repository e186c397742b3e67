// A fetch leaves nothing behind. In a process of its own, because libcurl drops dead connections of other tests when it
// looks for one, which would change the counts.
import { fetch } from 'libcurl-wasm'
import { afterAll, expect, test } from 'vitest'
import { counts, settledCounts } from '../servers/counts.js'
import { httpServer } from '../servers/listening.js'
import { bytes } from './outcome.js'

const server = await httpServer(async (request, response) => {
  for await (const _ of request);
  response.end()
})
// otherwise a second connection may be needed on a busy machine
server.server.keepAliveTimeout = 0
afterAll(() => server.close())

test('a fetch leaves nothing behind', async () => {
  const some = async (): Promise<void> => {
    const init = { method: 'POST', body: bytes(200_000), curl: { options: { TIMEOUT_MS: 20_000 } } }
    for (let i = 0; i < 20; i++) {
      await (await fetch(server.url, { method: 'POST', body: bytes(1000) })).text()
      await (await fetch(server.url, init)).text()
      await fetch('http://127.0.0.1:2/').catch(() => {})
    }
  }
  await some()
  const before = await settledCounts()
  await some()
  const after = counts()
  expect({ ...after, memory: 0 }).toEqual({ ...before, memory: 0 })
  expect(after.memory).toBeLessThan(before.memory + 64 * 1024)
})
