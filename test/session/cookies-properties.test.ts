// Properties of cookies: any cookies are the same in JSON, in Netscape's format, and in a real exchange.
import fc from 'fast-check'
import { Session, type Cookie } from 'libcurl-wasm'
import { afterAll, expect, test } from 'vitest'
import { httpServer, httpsServer } from '../servers/listening.js'

let set: string[] = []
const server = await httpServer((request, response) => answer(request, response))
const secure = await httpsServer((request, response) => answer(request, response))
const answer: Parameters<typeof httpServer>[0] = (request, response) => {
  if (set.length > 0) response.setHeader('set-cookie', set)
  response.end(Buffer.from(request.headers.cookie ?? '', 'latin1'))
}
const HOSTS = ['example.com', 'www.example.com', 'a.b.www.example.com', 'user.github.io', 'x.co.uk', 'intranet']
const options = {
  RESOLVE: HOSTS.flatMap((host) => [server, secure].map(({ port }) => `${host}:${port}:127.0.0.1`)),
  ...{ SSL_VERIFYPEER: false, SSL_VERIFYHOST: 0 },
}
const [one, two, three] = [new Session({ options }), new Session({ options }), new Session({ options })]
afterAll(() => Promise.all([one, two, three, server, secure].map((each) => each.close())))

const character = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) },
  { weight: 1, arbitrary: fc.constantFrom('é', '€', '𝄞', '\ufeff', '\u2028') },
)
const textWithout = (excluded: RegExp, options: fc.StringConstraints): fc.Arbitrary<string> =>
  fc.string({ unit: character.filter((each) => !excluded.test(each)), ...options })
const value = textWithout(/;/, { maxLength: 40 })
const path = fc.oneof(
  fc.constantFrom('/', '/a', '/a/b', '/"', '/TRUE', '/FALSE'),
  // libcurl removes a slash at the end
  textWithout(/;/, { maxLength: 10 }).map((text) => `/${text}`.replace(/\/+$/, '') || '/'),
)
const name = fc
  .tuple(fc.constantFrom('', '', '', '#HttpOnly_', 'Set-Cookie:'), textWithout(/[;=]/, { minLength: 1, maxLength: 20 }))
  .map((parts) => parts.join(''))
const soon = Math.floor(Date.now() / 1000) + 10_000
const cookie: fc.Arbitrary<Cookie> = fc
  .record({
    name,
    value,
    domain: fc.constantFrom(...HOSTS, '127.0.0.1', '::1'),
    includeSubdomains: fc.boolean(),
    path,
    secure: fc.boolean(),
    httpOnly: fc.boolean(),
    expires: fc.option(fc.integer({ min: soon, max: Number.MAX_SAFE_INTEGER })),
  })
  // a domain without dots cannot have subdomains
  .map((each) =>
    /\.(example|github)\.|\.co\.|^example/.test(each.domain) ? each : { ...each, includeSubdomains: false },
  )

const identity = ({ name, domain, path, includeSubdomains }: Cookie): string =>
  JSON.stringify([name, domain, path, includeSubdomains])
const ordered = (cookies: Cookie[]): Cookie[] =>
  cookies.slice().sort((a, b) => (identity(a) < identity(b) ? -1 : identity(a) > identity(b) ? 1 : 0))

async function clearAll(): Promise<void> {
  await Promise.all([one, two, three].map(({ cookies }) => cookies.clear()))
}

/** Passes the cookies of `one` to `two` as JSON, and those of `two` to `three` in Netscape's format. */
async function handOn(): Promise<void> {
  await two.cookies.set(JSON.parse(JSON.stringify(await one.cookies.list())))
  await three.cookies.importNetscape(await two.cookies.exportNetscape())
}

test('JSON -> libcurl -> JSON -> libcurl -> Netscape -> libcurl -> JSON', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(cookie, { selector: identity, maxLength: 20 }), async (cookies) => {
      await clearAll()
      await one.cookies.set(cookies)
      await handOn()
      for (const { cookies: kept } of [one, two, three]) expect(ordered(await kept.list())).toEqual(ordered(cookies))
      expect(await three.cookies.exportNetscape()).toEqual(await one.cookies.exportNetscape())
    }),
    { numRuns: 300 },
  )
})

/** Bytes that a server may send in a cookie. */
const byte = fc.integer({ min: 0x21, max: 0xff }).filter((code) => code !== 0x7f && code !== 0x3b)
const bytes = (excluded: string, options: fc.StringConstraints): fc.Arbitrary<string> =>
  fc.string({ unit: byte.map((code) => String.fromCharCode(code)).filter((each) => each !== excluded), ...options })
const header = fc.record({
  name: bytes('=', { minLength: 1, maxLength: 10 }),
  value: bytes('', { maxLength: 20 }),
  attributes: fc.subarray([
    'Path=/',
    'Path=/a/',
    'HttpOnly',
    'Secure',
    'Domain=EXAMPLE.com',
    'Max-Age=1000',
    'SameSite=Lax',
  ]),
})

test('cookies that servers have set are sent by all sessions that got them', async () => {
  const ask = async (session: Session, url: string): Promise<string[]> => {
    const body = await (await session.fetch(url)).arrayBuffer()
    return Buffer.from(body).toString('latin1').split('; ').sort()
  }
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(header, { selector: ({ name }) => name, maxLength: 10 }), async (headers) => {
      await clearAll()
      set = headers.map(({ name, value, attributes }) => [`${name}=${value}`, ...attributes].join('; '))
      await ask(one, `https://www.example.com:${secure.port}/a/b`)
      set = []
      await handOn()
      const told = await one.cookies.list()
      expect(told).toHaveLength(headers.filter(({ name }) => !/^__(Secure|Host)-/.test(name)).length)
      for (const url of [`https://www.example.com:${secure.port}/a/b`, `http://example.com:${server.port}/`]) {
        const sent = await ask(one, url)
        expect(await ask(two, url)).toEqual(sent)
        expect(await ask(three, url)).toEqual(sent)
      }
      const everything = headers.map(({ name, value }) => `${name}=${value}`).sort()
      if (everything.length > 0)
        expect(await ask(three, `https://www.example.com:${secure.port}/a/b`)).toEqual(everything)
      expect(ordered(await three.cookies.list())).toEqual(ordered(told))
    }),
    { numRuns: 100 },
  )
})
