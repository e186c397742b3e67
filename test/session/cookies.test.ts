// Cookies of a session: servers set and receive them, and they can be listed, set, removed, exported and imported
// without losing anything.
import { Session, type Cookie, type CookieInit } from 'libcurl-wasm'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { httpServer, httpsServer } from '../servers/listening.js'
import { rawServer } from '../servers/faults.js'
import { sessionsWith } from './sessions.js'

let set: string[] = []
const server = await httpServer((request, response) => {
  if (set.length > 0) response.setHeader('set-cookie', set)
  response.end(request.headers.cookie ?? '')
})
const secure = await httpsServer((request, response) => {
  if (set.length > 0) response.setHeader('set-cookie', set)
  response.end(request.headers.cookie ?? '')
})
afterAll(() => Promise.all([server.close(), secure.close()]))

/** Names that resolve to this machine, for cookies with domains. */
const HOSTS = ['example.com', 'www.example.com', 'a.www.example.com', 'shop.co.uk', 'user.github.io', 'other.github.io']
const RESOLVE = HOSTS.flatMap((host) => [`${host}:${server.port}:127.0.0.1`, `${host}:${secure.port}:127.0.0.1`])
const session = sessionsWith({ options: { RESOLVE, SSL_VERIFYPEER: false, SSL_VERIFYHOST: 0 } })
afterEach(() => {
  set = []
})

/** Makes a request to which the server answers with these cookies. */
async function visit(at: Session, url: string, ...cookies: string[]): Promise<void> {
  set = cookies
  await (await at.fetch(url)).text()
  set = []
}
const sent = async (at: Session, url: string): Promise<string[]> =>
  (await (await at.fetch(url)).text()).split('; ').filter(Boolean).sort()
const on = (host: string, path = '/'): string => `http://${host}:${server.port}${path}`
const securely = (host: string, path = '/'): string => `https://${host}:${secure.port}${path}`
const byName = (cookies: Cookie[]): Cookie[] => cookies.sort((a, b) => (a.name < b.name ? -1 : 1))
const BASE = { domain: '127.0.0.1', includeSubdomains: false, path: '/', secure: false, httpOnly: false, expires: null }

describe('a cookie of a server', () => {
  test('is listed with all its attributes', async () => {
    const at = session()
    await visit(
      at,
      securely('www.example.com', '/shop/cart'),
      'plain=1',
      'wide=2; Domain=.example.com; Path=/shop/; Secure; HttpOnly; SameSite=Lax',
      'until=3; Max-Age=1000; Path=/',
      '__Host-host=4; Secure; Path=/',
      '__Secure-secure=5; Secure',
      'empty=; Path=/',
    )
    const cookies = byName(await at.cookies.list())
    const www = { ...BASE, domain: 'www.example.com' }
    expect(cookies).toEqual([
      { ...www, name: '__Host-host', value: '4', secure: true },
      { ...www, name: '__Secure-secure', value: '5', secure: true, path: '/shop' },
      { ...www, name: 'empty', value: '' },
      { ...www, name: 'plain', value: '1', path: '/shop' },
      { ...www, name: 'until', value: '3', expires: expect.any(Number) },
      {
        ...{ ...www, name: 'wide', value: '2', domain: 'example.com', includeSubdomains: true, path: '/shop' },
        ...{ secure: true, httpOnly: true },
      },
    ])
    const left = cookies[4]!.expires! - Date.now() / 1000
    expect(left).toBeGreaterThan(900)
    expect(left).toBeLessThanOrEqual(1000)
  })

  test('is sent where it belongs, also after redirects', async () => {
    const at = session()
    await visit(at, on('www.example.com'), 'host=1', 'wide=2; Domain=example.com', 'deep=3; Path=/a/b')
    expect(await sent(at, on('www.example.com', '/a/b/c'))).toEqual(['deep=3', 'host=1', 'wide=2'])
    expect(await sent(at, on('www.example.com', '/a/bc'))).toEqual(['host=1', 'wide=2'])
    expect(await sent(at, on('a.www.example.com'))).toEqual(['wide=2'])
    expect(await sent(at, on('user.github.io'))).toEqual([])
    const moving = await httpServer((_request, response) => {
      response.writeHead(302, { 'set-cookie': 'hop=1', location: server.url }).end()
    })
    expect(await sent(at, moving.url)).toEqual(['hop=1']) // also to another port of the same host
    await moving.close()
  })

  test('is dropped for a public suffix and for another host', async () => {
    const at = session()
    await visit(at, on('shop.co.uk'), 'a=1; Domain=co.uk', 'b=1; Domain=other.co.uk', 'c=1; Domain=shop.co.uk')
    await visit(at, on('user.github.io'), 'd=1; Domain=github.io')
    await visit(at, on('user.github.io'), '__Host-e=1', '__Secure-f=1')
    expect((await at.cookies.list()).map(({ name }) => name)).toEqual(['c'])
  })

  test('expires when it says so', async () => {
    const at = session()
    await visit(at, server.url, 'a=1', 'b=1')
    await visit(at, server.url, 'a=; Max-Age=0', 'b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT')
    expect(await at.cookies.list()).toEqual([])
  })

  test('may have bytes that are not UTF-8', async () => {
    const at = session()
    const raw = await rawServer((socket) => {
      const head = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nSet-Cookie: '
      socket.end(Buffer.from(`${head}a=\xe9\xff\xc3\xa9\xe2\x82\r\n\r\n`, 'latin1'))
    })
    await (await at.fetch(`http://127.0.0.1:${raw.port}/`)).text()
    const [cookie] = await at.cookies.list()
    expect(cookie!.value).toBe('\udce9\udcffé\udce2\udc82')
    const other = session()
    await other.cookies.set(JSON.parse(JSON.stringify([cookie])))
    const again = session()
    await again.cookies.importNetscape(await other.cookies.exportNetscape())
    expect(await again.cookies.list()).toEqual([cookie])
    expect(await (await again.fetch(server.url)).text()).toBe(
      Buffer.from('a=\xe9\xff\xc3\xa9\xe2\x82', 'latin1').toString('latin1'),
    )
    await raw.close()
  })

  test('is not lost with many responses at the same time', async () => {
    const at = session()
    let count = 0
    const many = await httpServer((_request, response) => {
      const number = count++
      response.setHeader(
        'set-cookie',
        Array.from({ length: 8 }, (_, i) => `n${number}-${i}=v${number}; Path=/p${i}`),
      )
      response.end()
    })
    await Promise.all(Array.from({ length: 200 }, async () => (await at.fetch(many.url)).text()))
    const cookies = await at.cookies.list()
    expect(cookies).toHaveLength(1600)
    expect(new Set(cookies.map(({ name, value }) => `${name}=${value}`)).size).toBe(1600)
    const other = session()
    await other.cookies.set(cookies)
    const third = session()
    await third.cookies.importNetscape(await other.cookies.exportNetscape())
    expect(byName(await third.cookies.list())).toEqual(byName(cookies))
    await many.close()
  })
})

describe('set, list, delete, clear', () => {
  test('a cookie that is set is sent, by default for this path and this host', async () => {
    const at = session()
    await at.cookies.set({ name: 'a', value: '1', domain: 'www.example.com' })
    await at.cookies.set([
      { name: 'b', value: '2', domain: '.example.com', includeSubdomains: true, path: '/x/' },
      { name: 'c', value: '3', domain: 'example.com', secure: true },
    ])
    expect(await sent(at, on('www.example.com', '/x'))).toEqual(['a=1', 'b=2'])
    expect(await sent(at, on('example.com'))).toEqual([])
    expect(await sent(at, securely('example.com'))).toEqual(['c=3'])
  })

  test('a cookie replaces the same one, and an expired one removes it', async () => {
    const at = session()
    const cookie = { name: 'a', value: '1', domain: '127.0.0.1' }
    await visit(at, server.url, 'a=0')
    await at.cookies.set(cookie)
    await at.cookies.set({ ...cookie, value: '2' })
    expect((await at.cookies.list()).map(({ value }) => value)).toEqual(['2'])
    await at.cookies.set({ ...cookie, expires: Date.now() / 1000 - 1.5 })
    expect(await at.cookies.list()).toEqual([])
  })

  test('by name, domain and path', async () => {
    const at = session()
    const made: CookieInit[] = []
    for (const domain of ['example.com', 'www.example.com'])
      for (const path of ['/', '/a'])
        for (const name of ['x', '__Secure-y'])
          made.push({ name, value: '1', domain, path, secure: true, httpOnly: true })
    await at.cookies.set(made)
    const { cookies } = at
    expect(await cookies.list({ domain: 'WWW.example.com' })).toHaveLength(4)
    expect(await cookies.list({ domain: '.example.com', path: '/a', name: 'x' })).toHaveLength(1)
    expect(await cookies.delete({ domain: 'example.com', path: '/a' })).toBe(2)
    expect(await cookies.list()).toHaveLength(6)
    expect(await cookies.delete({ name: '__Secure-y' })).toBe(3)
    expect(await cookies.delete({ name: 'nobody' })).toBe(0)
    await cookies.clear()
    expect(await cookies.list()).toEqual([])
  })

  test('an empty or wrong filter is refused', async () => {
    const { cookies } = session()
    await expect(cookies.delete({})).rejects.toThrow(/clear\(\)/)
    await expect(cookies.delete({ domian: 'x' } as never)).rejects.toThrow(/domian/)
    await expect(cookies.list({ name: 1 as never })).rejects.toThrow(/name/)
  })

  test.each<[string, Partial<Record<keyof Cookie, unknown>>]>([
    ['name', { name: '' }],
    ['name', { name: 'a=b' }],
    ['name', { name: 'a\tb' }],
    ['value', { value: 'a;b' }],
    ['value', { value: 'a\nb' }],
    ['value', { value: 1 }],
    ['4096', { value: 'é'.repeat(2047) }],
    ['value', { value: '\ud800' }],
    ['domain', { domain: '' }],
    ['domain', { domain: 'a b' }],
    ['domain', { domain: 'bücher.example' }],
    ['public suffix', { domain: 'co.uk.', includeSubdomains: true }],
    ['domain', { domain: '#HttpOnly_x' }],
    ['domain', { domain: undefined }],
    ['path', { path: 'a' }],
    ['path', { path: '/a\tb' }],
    ['secure', { secure: 'TRUE' }],
    ['expires', { expires: 'tomorrow' }],
    ['expires', { expires: NaN }],
    ['expires', { expires: 2 ** 60 }],
    ['public suffix', { domain: 'co.uk', includeSubdomains: true }],
    ['public suffix', { domain: 'GitHub.io', includeSubdomains: true }],
    ['__Secure-', { name: '__Secure-a' }],
    ['__Host-', { name: '__Host-a', secure: true, path: '/x' }],
    ['__Host-', { name: '__Host-a', secure: true, includeSubdomains: true }],
  ])('a wrong %s is named, and nothing is set: %j', async (what, field) => {
    const { cookies } = session()
    const good = { name: 'good', value: '1', domain: 'example.com' }
    const setting = cookies.set([good, { ...good, name: 'bad', ...field } as CookieInit])
    await expect(setting).rejects.toThrow(TypeError)
    await expect(setting).rejects.toThrow(what)
    await expect(setting).rejects.toThrow(/^cookie '/)
    expect(await cookies.list()).toEqual([])
  })

  test('a host that is a public suffix has its own cookies', async () => {
    const at = session()
    const cookie = { ...BASE, name: 'a', value: '1', domain: 'github.io' }
    await at.cookies.set(cookie)
    expect(await at.cookies.list()).toEqual([cookie])
    expect(await sent(at, on('user.github.io'))).toEqual([])
  })
})

describe("Netscape's format", () => {
  test('is compatible with the curl tool and others', async () => {
    const at = session()
    await at.cookies.importNetscape(
      [
        '# Netscape HTTP Cookie File',
        '',
        '.example.com\tTRUE\t/\tFALSE\t0\ta\t1',
        '#HttpOnly_www.example.com\tFALSE\t/x\tTRUE\t4102444800\tb\t2\r',
        'example.com\tfalse\t/\tfalse\t1.5\texpired\t3',
        'example.com\tFALSE\t/\tFALSE\t\tc',
      ].join('\n'),
    )
    expect(byName(await at.cookies.list())).toEqual([
      { ...BASE, name: 'a', value: '1', domain: 'example.com', includeSubdomains: true },
      {
        ...{ name: 'b', value: '2', domain: 'www.example.com', includeSubdomains: false, path: '/x' },
        ...{ secure: true, httpOnly: true, expires: 4102444800 },
      },
      { ...BASE, name: 'c', value: '', domain: 'example.com' },
    ])
    const text = new TextDecoder().decode(await at.cookies.exportNetscape())
    expect(text).toMatch(/^# Netscape HTTP Cookie File\n/)
    expect(text.split('\n').slice(3).sort()).toEqual([
      '',
      '#HttpOnly_www.example.com\tFALSE\t/x\tTRUE\t4102444800\tb\t2',
      '.example.com\tTRUE\t/\tFALSE\t0\ta\t1',
      'example.com\tFALSE\t/\tFALSE\t0\tc\t',
    ])
  })

  test.each([
    ['one\ttwo', /^line 2: .*seven fields/],
    ['example.com\tFALSE\t/\tFALSE\tsoon\ta\t1', /^line 2: 'soon'/],
    ['.co.uk\tTRUE\t/\tFALSE\t0\ta\t1', /^line 2: .*public suffix/],
    ['example.com\tFALSE\t/\tFALSE\t0\ta\t1\t2', /^line 2: .*seven fields/],
    ['<!doctype html>', /^line 2/],
  ])('a line that is none is named, and nothing is set: %j', async (line, error) => {
    const { cookies } = session()
    await expect(cookies.importNetscape(`example.com\tFALSE\t/\tFALSE\t0\ta\t1\n${line}\n`)).rejects.toThrow(error)
    expect(await cookies.list()).toEqual([])
    await expect(cookies.importNetscape(1 as never)).rejects.toThrow(TypeError)
  })
})
