// The destinations of connections: IPv4, IPv6, names with both, Unix sockets, internationalised names, and CONNECT_TO.
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CURL_IPRESOLVE_V4, CURL_IPRESOLVE_V6 } from 'libcurl-wasm'
import { afterAll, expect, test } from 'vitest'
import { httpServer, listen, type Listening } from '../servers/listening.js'
import { get } from './client.js'

/** Answers with the addresses of the connection, and the Host header. */
const handler: http.RequestListener = ({ socket, headers }, response) => {
  response.end(`${socket.remoteAddress ?? 'unix'} ${headers.host}`)
}

/** Servers on one port of both loopback addresses. */
async function bothFamilies(): Promise<[Listening, Listening]> {
  for (;;) {
    const v4 = await httpServer(handler)
    try {
      return [v4, await httpServer(handler, { host: '::1', port: v4.port })]
    } catch {
      await v4.close() // another program has this port on ::1
    }
  }
}

const [v4, v6] = await bothFamilies()
const only4 = await httpServer(handler)
const folder = mkdtempSync(join(tmpdir(), 'libcurl-wasm-unix-'))
const path = join(folder, 'socket')
const unix = await listen(http.createServer(handler), 'unix', { path })
afterAll(async () => {
  await Promise.all([v4.close(), v6.close(), only4.close(), unix.close()])
  rmSync(folder, { recursive: true })
})

test('IPv4', async () => {
  const done = await get(`http://127.0.0.1:${v4.port}/`)
  expect(done.body.toString()).toBe(`127.0.0.1 127.0.0.1:${v4.port}`)
  expect(done.easy.getinfo('PRIMARY_IP')).toBe('127.0.0.1')
  expect(done.easy.getinfo('PRIMARY_PORT')).toBe(v4.port)
})

test('IPv6', async () => {
  const done = await get(`http://[::1]:${v6.port}/`)
  expect(done.body.toString()).toBe(`::1 [::1]:${v6.port}`)
  expect(done.easy.getinfo('PRIMARY_IP')).toBe('::1')
  expect(done.easy.getinfo('LOCAL_IP')).toBe('::1')
})

test.each([
  ['IPv4', CURL_IPRESOLVE_V4, '127.0.0.1'],
  ['IPv6', CURL_IPRESOLVE_V6, '::1'],
] as const)('IPRESOLVE: of a name with both kinds of address, the %s one', async (_family, IPRESOLVE, address) => {
  const RESOLVE = [`both.example:${v4.port}:127.0.0.1,[::1]`]
  const done = await get(`http://both.example:${v4.port}/`, { RESOLVE, IPRESOLVE })
  expect(done.body.toString()).toBe(`${address} both.example:${v4.port}`)
})

test('localhost is reached by both families', async () => {
  const four = await get(`http://localhost:${v4.port}/`, { IPRESOLVE: CURL_IPRESOLVE_V4 })
  expect(four.body.toString()).toBe(`127.0.0.1 localhost:${v4.port}`)
  const six = await get(`http://localhost:${v4.port}/`, { IPRESOLVE: CURL_IPRESOLVE_V6 })
  expect(six.body.toString()).toBe(`::1 localhost:${v4.port}`)
})

test('if no server listens on the IPv6 address, the IPv4 one is used', async () => {
  const RESOLVE = [`both.example:${only4.port}:[::1],127.0.0.1`]
  const done = await get(`http://both.example:${only4.port}/`, { RESOLVE })
  expect(done.error).toBeUndefined()
  expect(done.easy.getinfo('PRIMARY_IP')).toBe('127.0.0.1')
  expect(done.trace).toContain(`Trying [::1]:${only4.port}`)
})

test('an unknown name', async () => {
  const done = await get('http://no-such-name.invalid/')
  expect(done.error?.code).toBe('CURLE_COULDNT_RESOLVE_HOST')
  expect(done.error?.message).toContain('no-such-name.invalid')
})

test('CONNECT_TO connects elsewhere, and the request keeps its host', async () => {
  const CONNECT_TO = [`elsewhere.example:80:127.0.0.1:${v4.port}`]
  const done = await get('http://elsewhere.example/', { CONNECT_TO })
  expect(done.body.toString()).toBe('127.0.0.1 elsewhere.example')
})

test('an internationalised name is sent in its ASCII form', async () => {
  const RESOLVE = [`xn--bcher-kva.example:${v4.port}:127.0.0.1`]
  const done = await get(`http://bücher.example:${v4.port}/`, { RESOLVE })
  expect(done.error).toBeUndefined()
  expect(done.body.toString()).toBe(`127.0.0.1 xn--bcher-kva.example:${v4.port}`)
})

test('an internationalised name in capitals is the same name', async () => {
  const RESOLVE = [`xn--bcher-kva.example:${v4.port}:127.0.0.1`]
  const done = await get(`http://BÜCHER.example:${v4.port}/`, { RESOLVE })
  expect(done.body.toString()).toBe(`127.0.0.1 xn--bcher-kva.example:${v4.port}`)
})

test.each([
  ['a character that no name may have', 'b\uFFFDcher'],
  ['a label of more than 63 bytes', 'ü'.repeat(64)],
])('an internationalised name is refused for %s', async (_reason, label) => {
  const done = await get(`http://${label}.example:${v4.port}/`)
  expect(done.error?.code).toBe('CURLE_URL_MALFORMAT')
})

test('a unix socket', async () => {
  const done = await get('http://service.example/', { UNIX_SOCKET_PATH: path })
  expect(done.body.toString()).toBe('unix service.example')
  expect(unix.connections).toBe(1)
})

test('a unix socket that is not there', async () => {
  const done = await get('http://service.example/', { UNIX_SOCKET_PATH: join(folder, 'missing') })
  expect(done.error?.code).toBe('CURLE_COULDNT_CONNECT')
})

test('INTERFACE chooses the local address', async () => {
  const done = await get(`http://127.0.0.1:${v4.port}/`, { INTERFACE: 'host!127.0.0.2', FRESH_CONNECT: true })
  expect(done.body.toString()).toBe(`127.0.0.2 127.0.0.1:${v4.port}`)
  expect(done.easy.getinfo('LOCAL_IP')).toBe('127.0.0.2')
})
