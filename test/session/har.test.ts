// HTTP archives of sessions: https://w3c.github.io/web-performance/specs/HAR/Overview.html
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import type { Har, HarEntry } from 'libcurl-wasm'
import { certificates } from '../servers/certificates.js'
import { connectProxy } from '../servers/connect-proxy.js'
import { refusingPort } from '../servers/faults.js'
import { bodyOf, http2Server, httpServer } from '../servers/listening.js'
import { sessionsWith } from './sessions.js'

const COOKIE = 'sid=1; Path=/; HttpOnly; Secure; Domain=x.test; Expires=Wed, 09 Jun 2027 10:18:14 GMT'
const server = await httpServer(async (request, response) => {
  switch (request.url) {
    case '/redirect':
      return void response.writeHead(302, { location: '/?a=1&b=x%20y', 'set-cookie': [COOKIE, 'other'] }).end('gone')
    case '/gzip':
      return void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('text '.repeat(100)))
    case '/wrong':
      return void response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip')
    case '/binary':
      return void response.end(Buffer.from([0xff, 0, 0xfe]))
    case '/accents':
      return void response.end('é'.repeat(20_000))
    case '/cut':
      response.writeHead(200, { 'content-length': 100 }).write('beginning')
      return void setTimeout(() => response.destroy(), 20)
    case '/large':
      return void response.end(Buffer.alloc(1 << 21))
    default:
      response.end(String(await bodyOf(request)))
  }
})
const secure = await http2Server((stream) => {
  stream.respond({ ':status': 200 })
  stream.end('by HTTP/2')
})
afterAll(() => Promise.all([server.close(), secure.close()]))
const open = sessionsWith({ har: true, ca: certificates().ca.cert })

// --- the schema, from the specification ---

type Schema = string | RegExp | [Schema] | { [name: string]: Schema }
const COMMENT = { 'comment?': 'string' }
const NAME_VALUE: Schema = { name: 'string', value: 'string', ...COMMENT }
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const COOKIES: Schema = [
  {
    ...NAME_VALUE,
    'path?': 'string',
    'domain?': 'string',
    'expires?': DATE,
    'httpOnly?': 'boolean',
    'secure?': 'boolean',
  },
]
const SIZE = 'size'
const ENTRY: Schema = {
  startedDateTime: DATE,
  time: 'ms',
  request: {
    method: 'string',
    url: /^https?:/,
    httpVersion: 'string',
    cookies: COOKIES,
    headers: [NAME_VALUE],
    queryString: [NAME_VALUE],
    'postData?': { mimeType: 'string', params: [NAME_VALUE], text: 'string', 'encoding?': /^base64$/, ...COMMENT },
    headersSize: SIZE,
    bodySize: SIZE,
    ...COMMENT,
  },
  response: {
    status: SIZE,
    statusText: 'string',
    httpVersion: 'string',
    cookies: COOKIES,
    headers: [NAME_VALUE],
    content: {
      size: SIZE,
      'compression?': 'number',
      mimeType: 'string',
      'text?': 'string',
      'encoding?': /^base64$/,
      ...COMMENT,
    },
    redirectURL: 'string',
    headersSize: SIZE,
    bodySize: SIZE,
    '_error?': 'string',
    ...COMMENT,
  },
  cache: {},
  timings: {
    blocked: 'phase',
    dns: 'phase',
    connect: 'phase',
    ssl: 'phase',
    send: 'ms',
    wait: 'ms',
    receive: 'ms',
    ...COMMENT,
  },
  'serverIPAddress?': 'string',
  'connection?': 'string',
  ...COMMENT,
}
const HAR: Schema = { log: { version: /^1\.2$/, creator: { name: 'string', version: 'string' }, entries: [ENTRY] } }

const KINDS: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  size: (value) => Number.isInteger(value) && (value as number) >= -1,
  ms: (value) => typeof value === 'number' && value >= 0,
  phase: (value) => typeof value === 'number' && (value >= 0 || value === -1),
}

/** What does not match a schema, as paths. */
function wrong(value: unknown, schema: Schema, path = 'har'): string[] {
  if (typeof schema === 'string') return KINDS[schema]!(value) ? [] : [`${path}: ${String(value)}`]
  if (schema instanceof RegExp) return schema.test(String(value)) ? [] : [`${path}: ${String(value)}`]
  if (Array.isArray(schema))
    return Array.isArray(value) ? value.flatMap((each, i) => wrong(each, schema[0], `${path}[${i}]`)) : [path]
  if (typeof value !== 'object' || value === null) return [path]
  const known = Object.keys(schema).map((name) => name.replace('?', ''))
  const missing = Object.entries(schema).flatMap(([name, inner]) => {
    const key = name.replace('?', '')
    if (!(key in value)) return name.endsWith('?') ? [] : [`${path}.${key} is missing`]
    return wrong((value as Record<string, unknown>)[key], inner, `${path}.${key}`)
  })
  return [...missing, ...Object.keys(value).flatMap((name) => (known.includes(name) ? [] : [`${path}.${name}`]))]
}

/** The entries, once they have been written and read as JSON. */
async function entriesOf(session: { har(): Promise<Har> }): Promise<HarEntry[]> {
  const har = JSON.parse(JSON.stringify(await session.har())) as Har
  expect(wrong(har, HAR)).toEqual([])
  return har.log.entries
}

// --- the tests ---

it('redirects are entries of their own', async () => {
  const session = open({ har: { secrets: true } })
  await (await session.fetch(`${server.url}/redirect`)).text()
  const [first, second] = await entriesOf(session)
  expect(first).toMatchObject({
    request: { method: 'GET', url: `${server.url}/redirect`, httpVersion: 'HTTP/1.1', bodySize: 0, queryString: [] },
    response: {
      status: 302,
      statusText: 'Found',
      redirectURL: '/?a=1&b=x%20y',
      cookies: [
        {
          name: 'sid',
          value: '1',
          path: '/',
          domain: 'x.test',
          expires: '2027-06-09T10:18:14.000Z',
          httpOnly: true,
          secure: true,
        },
        { name: '', value: 'other' },
      ],
      content: { size: 4, text: 'gone' },
    },
    serverIPAddress: '127.0.0.1',
  })
  expect(second).toMatchObject({
    request: {
      queryString: [
        { name: 'a', value: '1' },
        { name: 'b', value: 'x y' },
      ],
    },
    response: { status: 200 },
    connection: first!.connection,
  })
  expect(first!.timings.connect).toBeGreaterThan(0)
  expect(second!.timings).toMatchObject({ dns: -1, connect: -1, ssl: -1 })
})

describe('secrets', () => {
  const init = { headers: { authorization: 'Bearer SECRET', cookie: 'a=SECRET', 'x-api-key': 'SECRET' } }

  it('are left out', async () => {
    const session = open()
    await (await session.fetch(`${server.url}/redirect`, init)).text()
    const entries = await entriesOf(session)
    expect(entries).toHaveLength(2)
    expect(JSON.stringify(entries)).not.toMatch(/SECRET|sid/)
  })

  it('are there if it is asked for them, with what libcurl sends', async () => {
    const session = open({ har: { secrets: true } })
    await (await session.fetch(server.url, init)).text()
    await session.cookies.set([{ name: 'jar', value: 'own', domain: '127.0.0.1', path: '/' } as never])
    await (await session.fetch(server.url, init)).text()
    const [first, second] = await entriesOf(session)
    expect(first!.request.headers).toContainEqual({ name: 'authorization', value: 'Bearer SECRET' })
    expect(first!.request.headers).toContainEqual({ name: 'Host', value: `127.0.0.1:${server.port}` })
    expect(second!.request.cookies).toEqual([
      { name: 'jar', value: 'own' },
      { name: 'a', value: 'SECRET' },
    ])
  })
})

describe('bodies', () => {
  it.each<[string, BodyInit, object]>([
    ['text', 'text', { bodySize: 4, postData: { mimeType: 'text/plain;charset=UTF-8', text: 'text' } }],
    ['parameters', new URLSearchParams({ a: 'é' }), { postData: { text: 'a=%C3%A9' } }],
    ['bytes', new Uint8Array([255, 0]), { bodySize: 2, postData: { text: '/wA=', encoding: 'base64' } }],
    ['a Blob', new Blob(['blob'], { type: 'text/x' }), { bodySize: 4, postData: { mimeType: 'text/x', text: 'blob' } }],
    ['a stream', new Blob(['streamed']).stream(), { bodySize: 8, postData: { text: 'streamed' } }],
  ])('of requests: %s', async (_name, body, expected) => {
    const session = open()
    const response = await session.fetch(server.url, { method: 'POST', body, duplex: 'half' })
    const echoed = await response.text()
    const [entry] = await entriesOf(session)
    expect(entry!.request).toMatchObject(expected)
    if (!entry!.request.postData!.encoding) expect(echoed).toBe(entry!.request.postData!.text)
  })

  it.each([
    ['gzip', { bodySize: gzipSync('text '.repeat(100)).length, content: { size: 500, text: 'text '.repeat(100) } }],
    ['wrong', { bodySize: 7, content: { size: 7, comment: 'the body could not be decoded: gzip' } }],
    ['binary', { bodySize: 3, content: { size: 3, text: '/wD+', encoding: 'base64' } }],
  ])('of responses: %s', async (path, expected) => {
    const session = open()
    await (await session.fetch(`${server.url}/${path}`)).arrayBuffer().catch(() => {})
    const [entry] = await entriesOf(session)
    expect(entry!.response).toMatchObject(expected)
  })

  it('are cut after maxContent, between characters', async () => {
    const session = open({ har: { maxContent: 11 } })
    await (await session.fetch(`${server.url}/accents`)).text()
    await (await session.fetch(`${server.url}/gzip`)).text()
    await (await session.fetch(server.url, { method: 'POST', body: 'é'.repeat(10) })).text()
    const [accents, gzip, post] = await entriesOf(session)
    const comment = 'only the beginning was recorded'
    expect(accents!.response.content).toMatchObject({ size: 40_000, text: 'ééééé', comment })
    expect(gzip!.response.content).toMatchObject({ comment })
    expect(post!.request).toMatchObject({ bodySize: 20, postData: { text: 'ééééé', comment } })
  })

  it('are left out if the session does not want them', async () => {
    const session = open({ har: { content: false } })
    await (await session.fetch(server.url, { method: 'POST', body: 'secret' })).text()
    const [entry] = await entriesOf(session)
    expect(JSON.stringify(entry)).not.toContain('secret"')
    expect(entry).toMatchObject({ request: { bodySize: 6 }, response: { bodySize: 6, content: { size: 6 } } })
  })
})

it('failures are entries, with status 0 if there is no response', async () => {
  const session = open()
  await session.fetch(`http://127.0.0.1:${await refusingPort()}/`).catch(() => {})
  await (await session.fetch(`${server.url}/cut`)).text().catch(() => {})
  const [refused, cut] = await entriesOf(session)
  expect(refused!.response).toMatchObject({
    status: 0,
    bodySize: -1,
    _error: expect.stringContaining('Failed to connect'),
  })
  expect(cut!.response).toMatchObject({
    status: 200,
    content: { text: 'beginning' },
    _error: 'CurlError: end of response with 91 bytes missing',
  })
})

it('what still runs, and what was cancelled, is there as far as it has come', async () => {
  const session = open()
  const response = await session.fetch(`${server.url}/large`)
  const [running] = await entriesOf(session)
  expect(running).toMatchObject({ response: { status: 200 }, comment: 'not complete yet' })
  await response.body!.cancel()
  const [cancelled] = await entriesOf(session)
  expect(cancelled).toMatchObject({ comment: 'the rest of the body was not wanted' })
  expect(cancelled!.response).not.toHaveProperty('_error')
  const { length } = cancelled!.response.content.text!
  expect(length).toBeGreaterThan(0)
  expect(length).toBeLessThanOrEqual(65_536)
})

it('HTTP/2, TLS and a proxy', async () => {
  const proxy = await connectProxy()
  const session = open({ proxy: proxy.url })
  expect(await (await session.fetch(secure.url)).text()).toBe('by HTTP/2')
  const [entry] = await entriesOf(session)
  expect(entry).toMatchObject({
    request: { method: 'GET', httpVersion: 'HTTP/2' },
    response: { httpVersion: 'HTTP/2', content: { text: 'by HTTP/2' } },
  })
  // and not those of the request to the proxy
  expect(entry!.request.headers.map(({ name }) => name.toLowerCase())).toContain('accept-language')
  expect(entry!.timings.ssl).toBeGreaterThan(0)
  expect(entry!.timings.connect).toBeGreaterThan(entry!.timings.ssl)
  const { blocked, dns, connect, send, wait, receive } = entry!.timings
  const sum = [blocked, dns, connect, send, wait, receive].reduce((before, ms) => before + Math.max(0, ms), 0)
  expect(entry!.time).toBeCloseTo(sum, 2)
  await proxy.close()
})

it('the oldest entries go first, and an extension of the session records, too', async () => {
  const session = open({ har: { maxEntries: 2 } })
  expect((await session.har()).log.entries).toEqual([])
  await (await session.fetch(`${server.url}/1`)).text()
  await (await session.extend({ retry: { limit: 1 } }).fetch(`${server.url}/2`)).text()
  await (await session.fetch(`${server.url}/3`)).text()
  await session.close()
  const urls = (await entriesOf(session)).map(({ request }) => request.url)
  expect(urls).toEqual([`${server.url}/2`, `${server.url}/3`])
})

it('says what is wrong', async () => {
  await expect(open({ har: false }).har()).rejects.toThrow('session.har() needs a session that records')
  expect(() => open({ har: 'yes' as never })).toThrow('Session: har takes a boolean, or an object of options')
  expect(() => open({ har: { maxEntries: 0 } })).toThrow('Session: har.maxEntries takes a whole number of at least 1')
  expect(() => open({ har: { secrets: 1 as never } })).toThrow('Session: har.secrets takes a boolean, not 1')
  expect(() => open({ har: { content_: true } as never })).toThrow("Session: har has no option 'content_'")
  expect(() => open().extend({ har: true } as never)).toThrow("cannot change 'har'")
})
