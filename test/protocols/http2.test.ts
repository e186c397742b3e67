// HTTP/2 with Node's server and with nginx: chosen by ALPN, many streams on one connection, limits, and prior
// knowledge.
import { writeFileSync } from 'node:fs'
import { constants, type ServerHttp2Stream } from 'node:http2'
import { join } from 'node:path'
import {
  CURLH_TRAILER,
  CURL_HTTP_VERSION_1_1,
  CURL_HTTP_VERSION_2_0,
  CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE,
  Multi,
} from 'libcurl-wasm'
import { afterAll, expect, test } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { bodyOf, http2Server, plainHttp2Server } from '../servers/listening.js'
import { nginx } from '../servers/nginx.js'
import { get, newEasy, statusOf } from './client.js'

const CAINFO = certificates().ca.certFile

/** Holds streams back until there are as many as expected, and a little longer, in case more arrive. */
class Gate {
  held: ServerHttp2Stream[] = []
  most = 0
  #wanted: number
  constructor(wanted: number) {
    this.#wanted = wanted
  }
  hold(stream: ServerHttp2Stream): void {
    this.held.push(stream)
    this.most = Math.max(this.most, this.held.length)
    if (this.held.length === this.#wanted) setTimeout(() => this.#open(), 50)
  }
  #open(): void {
    for (const stream of this.held.splice(0)) (stream.respond({ ':status': 200 }), stream.end(`stream ${stream.id}`))
  }
}

let gate = new Gate(1)
let sessions = 0
const server = await http2Server(async (stream, headers) => {
  const path = headers[':path']
  if (path === '/gate') return gate.hold(stream)
  stream.respond({ ':status': 200, 'x-path': path }, { waitForTrailers: path === '/trailers' })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '42' }))
  stream.end(await bodyOf(stream))
})
server.server.on('session', () => sessions++)
const plain = await plainHttp2Server((stream, headers) => {
  stream.respond({ ':status': 200 })
  stream.end(headers[':authority'])
})
const web = await nginx()
writeFileSync(join(web.www, 'hello.txt'), 'hello, world\n')
afterAll(() => Promise.all([server.close(), plain.close(), web.close()]))

test('HTTP/2 is used if the server supports it', async () => {
  const done = await get(`${server.url}/path`, { CAINFO })
  expect(done.error).toBeUndefined()
  expect(done.headers[0]).toBe('HTTP/2 200')
  expect(done.easy.getinfo('HTTP_VERSION')).toBe(CURL_HTTP_VERSION_2_0)
  expect(done.easy.header('x-path')?.value).toBe('/path')
})

test('HTTP/1.1 is used if the option says so', async () => {
  const old = await get(`${web.http2}/hello.txt`, { CAINFO, HTTP_VERSION: CURL_HTTP_VERSION_1_1 })
  expect(old.headers[0]).toBe('HTTP/1.1 200 OK')
})

test('a body is sent and echoed', async () => {
  const bytes = Buffer.from(Uint8Array.from({ length: 1_000_000 }, (_, i) => (i * 31) % 256))
  const done = await get(server.url, { CAINFO, POSTFIELDS: bytes })
  expect(done.body.equals(bytes)).toBe(true)
})

test('trailers', async () => {
  const done = await get(`${server.url}/trailers`, { CAINFO })
  expect(done.easy.header('x-sum', { origin: CURLH_TRAILER })?.value).toBe('42')
})

test('without TLS, by prior knowledge', async () => {
  const done = await get(plain.url, { HTTP_VERSION: CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE })
  expect(done.easy.getinfo('HTTP_VERSION')).toBe(CURL_HTTP_VERSION_2_0)
  expect(done.body.toString()).toBe(`127.0.0.1:${plain.port}`)
})

/** Makes `count` transfers at the same time, in a Multi of their own. */
async function many(count: number, url: string, prepare = (_multi: Multi): void => {}) {
  const multi = new Multi()
  prepare(multi)
  const done = await Promise.all(
    Array.from({ length: count }, () => get(url, { CAINFO, PIPEWAIT: true }, newEasy(), multi)),
  )
  multi.close()
  const infos = (name: 'NUM_CONNECTS' | 'CONN_ID'): number[] => done.map(({ easy }) => easy.getinfo(name))
  return { done, connects: infos('NUM_CONNECTS').reduce((a, b) => a + b), ids: new Set(infos('CONN_ID')) }
}

test('Node: 100 streams are open at the same time on one connection', async () => {
  gate = new Gate(100)
  const [sessionsBefore, connectionsBefore] = [sessions, server.connections]
  const { done, connects, ids } = await many(100, `${server.url}/gate`)
  expect(done.map(({ error }) => error)).toEqual(Array(100).fill(undefined))
  expect(new Set(done.map(({ body }) => body.toString())).size).toBe(100)
  expect(gate.most).toBe(100)
  expect([connects, ids.size]).toEqual([1, 1])
  expect([sessions - sessionsBefore, server.connections - connectionsBefore]).toEqual([1, 1])
})

test('nginx: 100 streams on one connection', async () => {
  const { done, connects, ids } = await many(100, `${web.http2}/hello.txt?many`)
  expect(done.every((one) => statusOf(one) === 200 && one.body.toString() === 'hello, world\n')).toBe(true)
  expect([connects, ids.size]).toEqual([1, 1])
  const requests = web.requests().filter(({ request }) => request.includes('?many'))
  expect(requests).toHaveLength(100)
  expect(new Set(requests.map(({ protocol }) => protocol))).toEqual(new Set(['HTTP/2.0']))
  expect(new Set(requests.map(({ connection }) => connection)).size).toBe(1)
})

test('MAX_CONCURRENT_STREAMS limits the streams that are open at the same time', async () => {
  gate = new Gate(10)
  const before = sessions
  const { done } = await many(30, `${server.url}/gate`, (multi) => {
    multi.setopt('MAX_CONCURRENT_STREAMS', 10).setopt('MAX_HOST_CONNECTIONS', 1)
  })
  expect(done.map(({ error }) => error)).toEqual(Array(30).fill(undefined))
  expect(gate.most).toBe(10)
  expect(sessions - before).toBe(1)
})

test('a stream that the server resets ends, and the connection stays open', async () => {
  gate = new Gate(2)
  const multi = new Multi()
  const reset = get(`${server.url}/gate`, { CAINFO, PIPEWAIT: true }, newEasy(), multi)
  while (gate.held.length < 1) await new Promise((resolve) => setTimeout(resolve, 5))
  gate.held
    .shift()!
    .on('error', () => {})
    .close(constants.NGHTTP2_ENHANCE_YOUR_CALM)
  const { error } = await reset
  expect(error?.code).toBe('CURLE_HTTP2_STREAM')
  expect(error?.message).toContain('ENHANCE_YOUR_CALM')
  const next = await get(`${server.url}/path`, { CAINFO }, newEasy(), multi)
  expect(statusOf(next)).toBe(200)
  expect(next.easy.getinfo('NUM_CONNECTS')).toBe(0)
  multi.close()
})
