// Cookies in memory (COOKIEFILE ''): stored, sent back, bound to their host, and refused for public suffixes.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { httpServer } from '../servers/listening.js'
import { get, newEasy } from './client.js'

/** A server that sets the cookies in the query, and answers with those it received. */
const server = await httpServer((request, response) => {
  const set = new URL(request.url!, 'http://x').searchParams.getAll('set')
  response.writeHead(200, { 'set-cookie': set }).end(request.headers.cookie ?? '')
})
afterAll(() => server.close())

const hosts = ['shop.example.co.uk', 'www.example.co.uk', 'other.co.uk', 'shop.example.com', 'example.org']
const RESOLVE = hosts.map((host) => `${host}:${server.port}:127.0.0.1`)
const url = (host: string, ...set: string[]): string =>
  `http://${host}:${server.port}/?${set.map((cookie) => `set=${encodeURIComponent(cookie)}`).join('&')}`
const options = { COOKIEFILE: '', RESOLVE }

test('a cookie is sent back', async () => {
  const easy = newEasy()
  const first = await get(url('example.org', 'a=1', 'b=2; Path=/deeper'), options, easy)
  expect(first.body.toString()).toBe('')
  const again = await get(url('example.org'), options, easy)
  expect(again.body.toString()).toBe('a=1')
})

test('without COOKIEFILE cookies are not stored', async () => {
  const easy = newEasy()
  await get(url('example.org', 'a=1'), { RESOLVE }, easy)
  const again = await get(url('example.org'), { RESOLVE }, easy)
  expect(again.body.toString()).toBe('')
})

test('a cookie stays with its host, unless it is for the domain', async () => {
  const easy = newEasy()
  await get(url('shop.example.co.uk', 'own=1', 'shared=2; Domain=example.co.uk'), options, easy)
  const sibling = await get(url('www.example.co.uk'), options, easy)
  expect(sibling.body.toString()).toBe('shared=2')
  const stranger = await get(url('other.co.uk'), options, easy)
  expect(stranger.body.toString()).toBe('')
})

test.each([
  ['co.uk', 'shop.example.co.uk'],
  ['com', 'shop.example.com'],
])('a cookie for all of %s is refused, by the public suffix list', async (domain, host) => {
  const easy = newEasy()
  const done = await get(url(host, `bad=1; Domain=${domain}`, `good=2; Domain=example.${domain}`), options, easy)
  expect(done.trace).toContain(`cookie 'bad' dropped, domain '${host}' must not set cookies for '${domain}'`)
  const again = await get(url(host), options, easy)
  expect(again.body.toString()).toBe('good=2')
})

test('COOKIELIST returns the cookies and accepts new ones', async () => {
  const easy = newEasy()
  easy.setopt('COOKIELIST', 'Set-Cookie: made=here; domain=example.org')
  await get(url('example.org', 'served=1'), options, easy)
  const list = easy.getinfo('COOKIELIST')
  expect(list.map((line) => line.split('\t').slice(5).join('=')).sort()).toEqual(['made=here', 'served=1'])
  easy.setopt('COOKIELIST', 'ALL')
  expect(easy.getinfo('COOKIELIST')).toEqual([])
})

test('COOKIE sends the cookies of the application', async () => {
  const done = await get(url('example.org'), { RESOLVE, COOKIE: 'x=1; y=2' })
  expect(done.body.toString()).toBe('x=1; y=2')
})

test('COOKIEJAR writes a file that COOKIEFILE reads', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'libcurl-wasm-cookies-'))
  const jar = join(folder, 'jar.txt')
  const writer = newEasy()
  await get(url('example.org', 'kept=yes; Max-Age=3600'), { ...options, COOKIEJAR: jar }, writer)
  writer.close()
  expect(readFileSync(jar, 'utf8')).toMatch(/example\.org.*\tkept\tyes\n/)
  const done = await get(url('example.org'), { RESOLVE, COOKIEFILE: jar })
  expect(done.body.toString()).toBe('kept=yes')
  rmSync(folder, { recursive: true })
})
