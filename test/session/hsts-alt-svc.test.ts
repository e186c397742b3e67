// HSTS and alt-svc of a session: servers that require TLS, and servers that are also at another address.
import { readFileSync } from 'node:fs'
import { Session } from 'libcurl-wasm'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { httpServer, httpsServer } from '../servers/listening.js'
import { sessionsWith } from './sessions.js'

const ca = readFileSync(certificates().ca.certFile, 'utf8')
let headers: Record<string, string> = {}
const secure = await httpsServer((request, response) => {
  if (request.url === '/moved') response.writeHead(302, { ...headers, location: '/a' }).end()
  else response.writeHead(200, headers).end(`first ${request.headers.cookie ?? ''}`)
})
const second = await httpsServer((_request, response) => void response.end('second'))
const plain = await httpServer((_request, response) => void response.end('plain'))
afterAll(() => Promise.all([secure, second, plain].map((each) => each.close())))

const session = sessionsWith({ ca })
afterEach(async () => {
  headers = {}
})
const there = `https://localhost:${secure.port}/`
const insecure = `http://localhost:${secure.port}/`
const get = async (at: Session, url: string): Promise<string> => (await at.fetch(url)).text()

const shown = ({ url, redirected, type }: Response): unknown[] => [url, redirected, type]

describe('HSTS', () => {
  const strict = (value: string): void => void (headers = { 'strict-transport-security': value })

  test('a host that has required TLS gets it from then on, and the URL of the response shows that', async () => {
    const at = session()
    strict('max-age=1000')
    await get(at, there)
    const response = await at.fetch(`${insecure}a#fragment`)
    expect(shown(response)).toEqual([`${there}a`, false, 'basic'])
    expect(response.curl.tls).toMatchObject({ version: 'TLSv1.3' })
    const moved = await at.fetch(`${insecure}moved`)
    expect(shown(moved)).toEqual([`${there}a`, true, 'basic'])
    expect(moved.curl.redirects[0]).toMatchObject({ url: `${there}moved`, location: `${there}a` })
    await expect(session().fetch(insecure)).rejects.toThrow(TypeError) // no other session knows
  })

  test('secure cookies are sent then', async () => {
    const at = session()
    await at.cookies.set({ name: 'a', value: '1', domain: 'localhost', secure: true })
    await at.hsts.import([{ host: 'localhost', includeSubDomains: false }])
    expect(await get(at, insecure)).toBe('first a=1')
  })

  test('can be passed from one session to another as JSON', async () => {
    const at = session()
    strict('max-age=1000; includeSubDomains')
    await get(at, there)
    const exported = await at.hsts.export()
    expect(exported).toEqual([
      { host: 'localhost', includeSubDomains: true, expire: expect.stringMatching(/^\d{8} \d\d:\d\d:\d\d$/) },
    ])
    const other = session()
    await other.hsts.import(JSON.parse(JSON.stringify(exported)))
    expect(await other.hsts.export()).toEqual(exported)
    expect((await other.fetch(insecure)).url).toBe(there)
    strict('max-age=0')
    await get(other, there)
    expect(await other.hsts.export()).toEqual([])
  })

  test.each(['9999999999999999999', '2000000000'])('with a very long max-age: %s', async (seconds) => {
    const at = session()
    strict(`max-age=${seconds}`)
    await get(at, there)
    const other = session()
    await other.hsts.import(await at.hsts.export())
    expect((await other.fetch(insecure)).url).toBe(there)
  })

  test('many hosts, some of them expired', async () => {
    const at = session()
    const hosts = Array.from({ length: 500 }, (_, i) => ({
      ...{ host: `h${i}.example`, includeSubDomains: i % 2 === 0 },
      ...(i % 3 === 0 ? {} : { expire: '20350101 12:34:56' }),
    }))
    await at.hsts.import([...hosts, { host: 'old.example', includeSubDomains: false, expire: '20200101 00:00:00' }])
    expect(await at.hsts.export()).toEqual(hosts)
  })

  test('what is wrong is named', async () => {
    const { hsts } = session()
    const importing = (entries: unknown): Promise<void> => hsts.import(entries as never)
    await expect(importing('x')).rejects.toThrow(/an array/)
    await expect(importing([null])).rejects.toThrow(/\[0\]/)
    await expect(importing([{ host: '', includeSubDomains: true }])).rejects.toThrow(/\[0\]\.host/)
    await expect(importing([{ host: 'a.example' }])).rejects.toThrow(/\[0\]\.includeSubDomains/)
    const good = { host: 'a.example', includeSubDomains: true }
    await expect(importing([good, { ...good, expire: 'soon' }])).rejects.toThrow(/\[1\]\.expire/)
    await expect(importing([{ ...good, host: 'x'.repeat(3000) }])).rejects.toThrow(/\[0\]\.host/)
  })
})

describe('alt-svc', () => {
  const alternative = `h1="localhost:${second.port}"; ma=1000`
  const say = (value: string): void => void (headers = { 'alt-svc': value })

  test('all later calls go to the address that the server has announced', async () => {
    const at = session({ altSvc: true })
    say(alternative)
    // handles that exist already use it too
    expect(await Promise.all([1, 2, 3].map(() => get(at, there)))).toEqual(['first ', 'first ', 'first '])
    const response = await at.fetch(there)
    expect(response.url).toBe(there)
    expect(response.curl.remoteAddress!.port).toBe(second.port)
    expect(await response.text()).toBe('second')
    expect(await get(at, there)).toBe('second')
    expect(await get(session({ altSvc: true }), there)).toBe('first ')
  })

  test('can be passed from one session to another, in the format of the curl tool', async () => {
    const at = session({ altSvc: true })
    say(alternative)
    await get(at, there)
    const text = await at.altSvc.export()
    expect(text).toMatch(
      new RegExp(`^h1 localhost ${secure.port} h1 localhost ${second.port} "\\d{8} \\d\\d:\\d\\d:\\d\\d" 0 0\\n$`),
    )
    const other = session({ altSvc: true })
    await other.altSvc.import(text)
    expect(await other.altSvc.export()).toBe(text)
    expect(await get(other, there)).toBe('second')
  })

  test('is learned from calls that end at the same time', async () => {
    const at = session({ altSvc: true })
    say(alternative)
    const names = ['one.example', 'two.example', 'three.example']
    const options = { RESOLVE: names.map((name) => `${name}:${secure.port}:127.0.0.1`), SSL_VERIFYHOST: 0 }
    await Promise.all(
      names.map(async (name) => (await at.fetch(`https://${name}:${secure.port}/`, { curl: { options } })).text()),
    )
    const origins = (await at.altSvc.export()).split('\n').map((line) => line.split(' ')[1])
    expect(origins.filter(Boolean).sort()).toEqual(names.sort())
  })

  test('can be revoked', async () => {
    const at = session({ altSvc: true })
    say(alternative)
    await get(at, there)
    say('clear')
    // the first server revokes it, in a call that is sent there
    const curl = { options: { CONNECT_TO: [`localhost:${secure.port}:localhost:${secure.port}`] } }
    expect(await (await at.fetch(there, { curl })).text()).toBe('first ')
    expect(await at.altSvc.export()).toBe('')
    expect(await get(at, there)).toBe('first ')
  })

  test('a session with alt-svc switched off connects to the host of the URL', async () => {
    const at = session()
    say(alternative)
    await get(at, there)
    expect(await get(at, there)).toBe('first ')
    await expect(at.altSvc.export()).rejects.toThrow(/altSvc: true/)
    await expect(at.altSvc.import('')).rejects.toThrow(/altSvc: true/)
  })

  test('what is wrong is named', async () => {
    const { altSvc } = session({ altSvc: true })
    await expect(altSvc.import(1 as never)).rejects.toThrow(/a string/)
    await expect(altSvc.import('# a comment\n\nnonsense\n')).rejects.toThrow(/line 3/)
    expect(await altSvc.export()).toBe('')
  })
})
