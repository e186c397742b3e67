// Proxies: SOCKS5 with names resolved by the client or the proxy, HTTP forwarding, CONNECT tunnels, and logins for
// each.
import { CURLPROXY_SOCKS5_HOSTNAME, CURLPX_REPLY_HOST_UNREACHABLE } from 'libcurl-wasm'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { connectProxy } from '../servers/connect-proxy.js'
import { httpServer, httpsServer } from '../servers/listening.js'
import { socks5 } from '../servers/socks5.js'
import { get, statusOf } from './client.js'

const CAINFO = certificates().ca.certFile
const login = { user: 'anna', password: 'secret' }
/** A name that only the proxies know. */
const names = { 'inside.example': '127.0.0.1' }

const web = await httpServer((request, response) => void response.end(`hello ${request.headers.host}`))
const six = await httpServer((_request, response) => void response.end('hello six'), { host: '::1' })
const secure = await httpsServer((_request, response) => void response.end('hello secure'))
const socks = await socks5({ names })
const strictSocks = await socks5({ names, login })
const proxy = await connectProxy({ names })
const strictProxy = await connectProxy({ names, login })
const servers = [web, six, secure, socks, strictSocks, proxy, strictProxy]
afterAll(() => Promise.all(servers.map((one) => one.close())))
beforeEach(() => {
  for (const { asked } of [socks, strictSocks]) asked.length = 0
  for (const { proxied } of [proxy, strictProxy]) proxied.length = 0
})
const fresh = { FRESH_CONNECT: true }

test('SOCKS5: the proxy gets the address of a name that the client has resolved', async () => {
  const RESOLVE = [`known.example:${web.port}:127.0.0.1`]
  const done = await get(`http://known.example:${web.port}/`, {
    ...fresh,
    RESOLVE,
    PROXY: `socks5://127.0.0.1:${socks.port}`,
  })
  expect(done.body.toString()).toBe(`hello known.example:${web.port}`)
  expect(socks.asked).toEqual([{ type: 'IPv4', host: '127.0.0.1', port: web.port, user: null }])
})

test.each([
  ['socks5h://', { PROXY: `socks5h://127.0.0.1:${socks.port}` }],
  ['PROXYTYPE', { PROXY: '127.0.0.1', PROXYPORT: socks.port, PROXYTYPE: CURLPROXY_SOCKS5_HOSTNAME }],
] as const)('SOCKS5 by %s: the proxy resolves the name', async (_how, options) => {
  const done = await get(`http://inside.example:${web.port}/`, { ...fresh, ...options })
  expect(done.body.toString()).toBe(`hello inside.example:${web.port}`)
  expect(socks.asked).toEqual([{ type: 'name', host: 'inside.example', port: web.port, user: null }])
})

test('SOCKS5: IPv6', async () => {
  const done = await get(six.url, { ...fresh, PROXY: `socks5h://127.0.0.1:${socks.port}` })
  expect(done.body.toString()).toBe('hello six')
  expect(socks.asked).toEqual([{ type: 'IPv6', host: '::1', port: six.port, user: null }])
})

test('SOCKS5: TLS through the proxy', async () => {
  const done = await get(secure.url, { ...fresh, CAINFO, PROXY: `socks5h://127.0.0.1:${socks.port}` })
  expect(done.body.toString()).toBe('hello secure')
  expect(socks.asked).toHaveLength(1)
})

test('SOCKS5: with a login, and with a wrong one', async () => {
  const right = await get(web.url, { ...fresh, PROXY: `socks5h://anna:secret@127.0.0.1:${strictSocks.port}` })
  expect(right.body.toString()).toBe(`hello 127.0.0.1:${web.port}`)
  expect(strictSocks.asked).toMatchObject([{ user: 'anna' }])
  const wrong = await get(web.url, {
    ...fresh,
    PROXY: `socks5h://127.0.0.1:${strictSocks.port}`,
    PROXYUSERPWD: 'anna:wrong',
  })
  expect(wrong.error?.code).toBe('CURLE_PROXY')
  expect(strictSocks.asked).toHaveLength(1)
})

test('SOCKS5: a name that the proxy does not know', async () => {
  const done = await get('http://outside.example/', { ...fresh, PROXY: `socks5h://127.0.0.1:${socks.port}` })
  expect(done.error?.code).toBe('CURLE_PROXY')
  expect(done.easy.getinfo('PROXY_ERROR')).toBe(CURLPX_REPLY_HOST_UNREACHABLE)
})

test('HTTP proxy: plain requests are forwarded', async () => {
  const done = await get(`http://inside.example:${web.port}/path`, { ...fresh, PROXY: proxy.url })
  expect(done.body.toString()).toBe(`hello inside.example:${web.port}`)
  expect(proxy.proxied).toMatchObject([{ method: 'GET', target: `http://inside.example:${web.port}/path` }])
})

test('HTTP proxy: TLS goes through a tunnel', async () => {
  const done = await get(secure.url, { ...fresh, CAINFO, PROXY: proxy.url })
  expect(done.body.toString()).toBe('hello secure')
  expect(proxy.proxied).toMatchObject([{ method: 'CONNECT', target: `127.0.0.1:${secure.port}` }])
  expect(done.easy.getinfo('HTTP_CONNECTCODE')).toBe(200)
})

test('HTTP proxy: the certificate behind a tunnel is verified', async () => {
  const done = await get(secure.url, { ...fresh, PROXY: proxy.url })
  expect(done.error?.code).toBe('CURLE_PEER_FAILED_VERIFICATION')
})

test('HTTP proxy: HTTPPROXYTUNNEL makes a tunnel for plain HTTP too', async () => {
  const done = await get(web.url, { ...fresh, PROXY: proxy.url, HTTPPROXYTUNNEL: true })
  expect(done.body.toString()).toBe(`hello 127.0.0.1:${web.port}`)
  expect(proxy.proxied).toMatchObject([{ method: 'CONNECT' }])
})

test('HTTP proxy: a login, for forwarding and for a tunnel', async () => {
  const options = { ...fresh, CAINFO, PROXY: strictProxy.url, PROXYUSERPWD: 'anna:secret' }
  const forwarded = await get(web.url, options)
  expect(forwarded.body.toString()).toBe(`hello 127.0.0.1:${web.port}`)
  const tunnelled = await get(secure.url, options)
  expect(tunnelled.body.toString()).toBe('hello secure')
  expect(strictProxy.proxied.map(({ method, status }) => [method, status])).toEqual([
    ['GET', 200],
    ['CONNECT', 200],
  ])
})

test('HTTP proxy: without the login the request fails', async () => {
  const forwarded = await get(web.url, { ...fresh, PROXY: strictProxy.url })
  expect(statusOf(forwarded)).toBe(407)
  const tunnelled = await get(secure.url, { ...fresh, CAINFO, PROXY: strictProxy.url })
  expect(tunnelled.error?.code).toBe('CURLE_COULDNT_CONNECT')
  expect(tunnelled.error?.message).toBe('CONNECT tunnel failed, response 407')
  expect(tunnelled.easy.getinfo('HTTP_CONNECTCODE')).toBe(407)
})

test('NOPROXY: some hosts are reached without the proxy', async () => {
  const done = await get(web.url, { ...fresh, PROXY: proxy.url, NOPROXY: '127.0.0.1' })
  expect(done.body.toString()).toBe(`hello 127.0.0.1:${web.port}`)
  expect(proxy.proxied).toEqual([])
})
