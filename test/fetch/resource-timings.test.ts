// Entries of the resource timing of Node, compared with those of its own fetch.
import { PerformanceObserver } from 'node:perf_hooks'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { fetch, Session } from 'libcurl-wasm'
import { certificates } from '../servers/certificates.js'
import { refusingPort } from '../servers/faults.js'
import { http2Server, httpServer } from '../servers/listening.js'

const server = await httpServer((request, response) => {
  if (request.url === '/redirect') return void response.writeHead(302, { location: '/' }).end()
  if (request.url === '/gzip')
    return void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('text '.repeat(100)))
  if (request.url === '/cut') {
    response.writeHead(200, { 'content-length': 100 }).write('beginning')
    return void setTimeout(() => response.destroy(), 20)
  }
  setTimeout(() => response.end('the body'), 20)
})
const secure = await http2Server((stream) => {
  stream.respond({ ':status': 200 })
  stream.end('by HTTP/2')
})
const session = new Session({ ca: certificates().ca.cert })
afterAll(() => Promise.all([session.close(), server.close(), secure.close()]))

beforeEach(() => performance.clearResourceTimings())

type Entry = PerformanceResourceTiming & { responseStatus?: number }
const entries = (): Entry[] => performance.getEntriesByType('resource') as Entry[]

/** The names of the times of an entry, in the order of the standard. */
const TIMES = [
  'startTime',
  'fetchStart',
  'domainLookupStart',
  'domainLookupEnd',
  'connectStart',
  'connectEnd',
  'requestStart',
  'responseStart',
  'responseEnd',
] as const

function checkOrder(entry: Entry): void {
  let before = 0
  for (const name of TIMES) {
    expect(entry[name], name).toBeGreaterThanOrEqual(before)
    before = entry[name]
  }
}

it('there is an entry as that of Node for each fetch', async () => {
  for (const path of ['/?query#fragment', '/redirect']) {
    performance.clearResourceTimings()
    const started = performance.now()
    for (const get of [fetch, globalThis.fetch]) await (await get(server.url + path)).text()
    await new Promise(setImmediate)
    const [ours, nodes] = entries() as [Entry, Entry]
    for (const name of ['name', 'entryType', 'initiatorType', 'workerStart', 'decodedBodySize'] as const)
      expect(ours[name], name).toBe(nodes[name])
    expect(ours.responseStatus).toBe(nodes.responseStatus)
    for (const name of ['redirectStart', 'redirectEnd'] as const) expect(ours[name] > 0, name).toBe(nodes[name] > 0)
    expect(ours).toMatchObject({ nextHopProtocol: 'http/1.1', encodedBodySize: 8, transferSize: 308 })
    expect(ours.startTime).toBeGreaterThanOrEqual(started)
    expect(ours.responseStart - ours.requestStart).toBeGreaterThan(10)
    for (const entry of [ours, nodes]) checkOrder(entry)
  }
})

it('a new connection has times, and one that was there has none', async () => {
  await (await session.fetch(secure.url)).text()
  await (await session.fetch(secure.url)).text()
  const [first, second] = entries() as [Entry, Entry]
  checkOrder(first)
  expect(first).toMatchObject({ name: `${secure.url}/`, nextHopProtocol: 'h2' })
  expect(first.secureConnectionStart).toBeGreaterThan(first.connectStart)
  expect(first.connectEnd).toBeGreaterThan(first.secureConnectionStart)
  const { fetchStart } = second
  expect(second).toMatchObject({ domainLookupStart: fetchStart, connectStart: fetchStart, connectEnd: fetchStart })
})

it.each<[string, (response: Response) => Promise<unknown>]>([
  ['whole', (response) => response.text()],
  ['as a stream', async (response) => void (await response.body!.pipeTo(new WritableStream()))],
])('sizes of a compressed body that is read %s', async (_name, read) => {
  await read(await fetch(`${server.url}/gzip`))
  expect(entries()).toMatchObject([{ encodedBodySize: gzipSync('text '.repeat(100)).length, decodedBodySize: 500 }])
})

it('failures and responses without a body have entries, once each', async () => {
  await fetch(`http://127.0.0.1:${await refusingPort()}/`).catch(() => {})
  await (await fetch(`${server.url}/cut`)).text().catch(() => {})
  await fetch(server.url, { method: 'HEAD' })
  await (await fetch(server.url)).body!.cancel()
  await fetch('http://localhost:25/').catch(() => {}) // is not sent
  expect(entries()).toMatchObject([
    { requestStart: 0, responseStart: 0, encodedBodySize: 0 },
    { encodedBodySize: 9 },
    { encodedBodySize: 0 },
    { name: `${server.url}/` },
  ])
})

it('an observer gets all, also when the buffer of Node is full', async () => {
  const seen: string[] = []
  const observer = new PerformanceObserver((list) => seen.push(...list.getEntries().map(({ name }) => name)))
  observer.observe({ type: 'resource' })
  const urls = Array.from({ length: 300 }, (_, i) => `${server.url}/${i}`)
  for (let i = 0; i < 300; i += 50)
    await Promise.all(urls.slice(i, i + 50).map(async (url) => (await fetch(url)).text()))
  await expect.poll(() => seen.length).toBe(300)
  expect(seen.sort()).toEqual(urls.sort())
  observer.disconnect()
})
