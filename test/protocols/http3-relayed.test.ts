// HTTP/3 through a Wisp relay, in Node. The relay has a limit for each second, so it drops datagrams.
import { createHash } from 'node:crypto'
import init, { fetch, wispTransport } from 'libcurl-wasm'
import { afterAll, expect, test } from 'vitest'
import { testRelay } from '../relay/relays.js'
import { caddy } from '../servers/caddy.js'
import { certificates } from '../servers/certificates.js'
import { bodyOf } from '../servers/listening.js'

const LONG = Buffer.alloc(5_000_000, 'through a relay ')
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const web = await caddy(async (request, response) => {
  if (request.method === 'GET') response.end(LONG)
  else response.end(sha256(await bodyOf(request)))
})
const relay = await testRelay({ udp: true, bytesPerSecond: 2_000_000 })
const transport = wispTransport({ url: `${relay.url}/` })
await init({ transport })
afterAll(async () => {
  transport.close()
  await web.close()
})
const curl = { httpVersion: '3-only', options: { CAINFO: certificates().ca.certFile } } as const

/** How many datagrams the relay has dropped on the way to us. */
async function dropped(): Promise<number> {
  const { values } = await relay.relay.metrics.getSingleMetric('relay_datagrams_dropped_total')!.get()
  return values.find(({ labels }) => labels.direction === 'down')!.value
}

async function openSockets(): Promise<number> {
  return (await relay.relay.metrics.getSingleMetric('relay_origin_sockets')!.get()).values[0]!.value
}

test('many requests share one stream of UDP', async () => {
  await (await fetch(web.url, { method: 'POST', body: 'the first', curl })).text()
  const bodies = Array.from({ length: 20 }, async (_, i) => {
    const answer = await fetch(web.url, { method: 'POST', body: `request ${i}`, curl })
    expect(await answer.text()).toBe(sha256(Buffer.from(`request ${i}`)))
  })
  await Promise.all(bodies)
  expect(await openSockets()).toBe(1)
})

test('long bodies arrive whole, both ways, although the relay drops what is too much', async () => {
  const response = await fetch(web.url, { curl })
  expect(response.curl.httpVersion).toBe('3')
  expect(sha256(new Uint8Array(await response.arrayBuffer()))).toBe(sha256(LONG))
  expect(await dropped()).toBeGreaterThan(0)
  const answer = await fetch(web.url, { method: 'POST', body: LONG, curl })
  expect(await answer.text()).toBe(sha256(LONG))
})
