// What a fetch leaves behind must be gone with the next young collection. If it reaches the old generation instead, it
// keeps alive all that it refers to, until a full collection.
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setFlagsFromString, getHeapSpaceStatistics } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fetch } from 'libcurl-wasm'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as (options?: { type: 'minor' }) => void

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}'
// all that a request sends comes at once, because it is short
const server = createServer((socket) => socket.on('data', () => socket.write(ANSWER)).on('error', () => {}))
let url: string

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
afterAll(() => server.close())

const oldBytes = (): number =>
  getHeapSpaceStatistics()
    .filter(({ space_name }) => space_name === 'old_space')
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0)

const BATCHES = 12
const REQUESTS = 250

it.each([
  ['GET', undefined],
  ['PUT', { method: 'PUT', body: '{"a":1}' }],
  ['POST', { method: 'POST', body: '{"a":1}' }],
])('%s', async (_name, init) => {
  const batch = async (): Promise<void> => {
    for (let i = 0; i < REQUESTS; i++) await (await fetch(url, init)).json()
    // what outlives two of them is in the old generation
    gc({ type: 'minor' })
    gc({ type: 'minor' })
  }
  await batch()
  gc()
  const before = oldBytes()
  for (let i = 0; i < BATCHES; i++) await batch()
  expect((oldBytes() - before) / (BATCHES * REQUESTS)).toBeLessThan(1000)
})
