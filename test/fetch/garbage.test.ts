// What a fetch leaves behind must be gone with the next young collection. If it reaches the old generation instead, it
// keeps alive all that it refers to, until a full collection.
import { once } from 'node:events'
import http from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { setFlagsFromString, getHeapSpaceStatistics } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fetch } from 'libcurl-wasm'
import { runScript } from '../servers/script.js'

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

it('a long download does not make the engine collect its whole heap again and again', async () => {
  const SIZE = 512 * 1024 * 1024
  const piece = Buffer.alloc(256 * 1024)
  const origin = http.createServer((_request, response) => {
    let left = SIZE
    response.writeHead(200, { 'Content-Length': SIZE })
    const more = (): void => {
      while (left > 0) {
        left -= piece.length
        if (!response.write(piece)) return void response.once('drain', more)
      }
      response.end()
    }
    more()
  })
  origin.listen(0, '127.0.0.1')
  await once(origin, 'listening')
  const { stdout } = await runScript(`
    import { constants, PerformanceObserver } from 'node:perf_hooks'
    import { fetch } from 'libcurl-wasm'
    let whole = 0
    const count = (list) => list.getEntries().forEach(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR && whole++)
    const observer = new PerformanceObserver(count)
    observer.observe({ entryTypes: ['gc'] })
    let size = 0
    for await (const chunk of (await fetch('http://127.0.0.1:${(origin.address() as AddressInfo).port}/')).body) size += chunk.length
    count({ getEntries: () => observer.takeRecords() })
    console.log(JSON.stringify({ size, whole }))`)
  origin.close()
  const { size, whole } = JSON.parse(stdout) as { size: number; whole: number }
  expect(size).toBe(SIZE)
  expect(whole).toBeLessThan(7) // 13 without the ballast of ts/runtimes/node/buffer.ts
})
