// Requests: the server receives the same from this package as from Node's fetch.
import { afterAll, describe, expect, test } from 'vitest'
import { bodyOf, httpServer } from '../servers/listening.js'
import {
  bytes,
  expectDifferent,
  expectSame,
  nodes,
  ours,
  outcomeOf,
  streamOf,
  type Call,
  type Fetching,
} from './outcome.js'

/** Headers in which clients may differ. */
const OWN = /^(user-agent|connection|accept-encoding|sec-fetch-mode)$/i

const server = await httpServer(async (request, response) => {
  const body = await bodyOf(request)
  const boundary = /boundary=(\S+)/.exec(request.headers['content-type'] ?? '')?.[1]
  const plain = (text: string): string => (boundary ? text.replaceAll(boundary, 'BOUNDARY') : text)
  const headers = Object.entries(request.headers).filter(
    ([name]) => !OWN.test(name) && !(boundary && name === 'content-length'),
  )
  response.end(
    JSON.stringify({
      method: request.method,
      url: request.url,
      headers: headers.map(([name, value]) => [name, plain(String(value))]).sort(),
      body: plain(body.toString('latin1')),
    }),
  )
})
afterAll(() => server.close())
const { url } = server

const form = (): FormData => {
  const data = new FormData()
  data.append('name', 'väl\nue')
  data.append('a "quoted"\r\nname', 'x')
  data.append('file', new Blob(['file\ncontents'], { type: 'text/x-test' }), 'na"me\n.txt')
  data.append('typeless', new Blob([bytes(300)]), 'bytes')
  return data
}

const post = (body: unknown, more = {}): Call => {
  return (fetching) =>
    fetching(url, { method: 'POST', body: (typeof body === 'function' ? body() : body) as never, ...more })
}

const cases: Record<string, Call> = {
  'a URL': (fetching) => fetching(`${url}/path?query=1#fragment`),
  'a URL object': (fetching) => fetching(new URL('/a b/ü?ß=%41|"', url)),
  'dots and doubled slashes in the path': (fetching) => fetching(`${url}/a/./b/../c//d/%2e%2e/e?..`),
  'a Request': (fetching) => fetching(new Request(url, { headers: { 'X-A': 'b' }, method: 'DELETE' })),
  'a Request and an init': (fetching) =>
    fetching(new Request(url, { headers: { 'X-A': 'b' } }), { headers: { 'X-B': 'c' } }),
  'a Request with a body': (fetching) => fetching(new Request(url, { method: 'POST', body: 'text' })),
  'a Request with a body that init replaces': (fetching) =>
    fetching(new Request(url, { method: 'POST', body: 'text' }), { body: 'more' }),
  'a Request with a form': (fetching) => fetching(new Request(url, { method: 'POST', body: form() })),
  'a Request with a Blob': (fetching) =>
    fetching(new Request(url, { method: 'PUT', body: new Blob([bytes(100_000)]) })),
  'a Request with nothing in its body': (fetching) => fetching(new Request(url, { method: 'POST', body: '' })),
  'a Request that has been used': async (fetching) => {
    const request = new Request(url, { method: 'POST', body: 'text' })
    await request.text()
    return fetching(request)
  },
  'something with toString': (fetching) => fetching({ toString: () => `${url}/string` } as never),
  'no URL': (fetching) => fetching('http://:not a url'),
  'a relative URL': (fetching) => fetching('/path'),
  'credentials in the URL': (fetching) => fetching(url.replace('//', '//user:password@')),
  'an unknown scheme': (fetching) => fetching('unknown://host/'),
  'ftp:': (fetching) => fetching('ftp://127.0.0.1/'),
  'file:': (fetching) => fetching('file:///etc/passwd'),
  'a bad port': (fetching) => fetching('http://127.0.0.1:6667/'),
  'port 1': (fetching) => fetching('http://127.0.0.1:1/'),
  'data:': (fetching) => fetching('data:text/plain;charset=utf-8,hello'),
  'data: in base64': (fetching) => fetching('data:;base64,aGVsbG8='),
  'blob:': async (fetching) => {
    const blob = URL.createObjectURL(new Blob(['hello'], { type: 'text/plain' }))
    const outcome = await fetching(blob)
    const text = await outcome.text()
    return new Response(text, { headers: outcome.headers })
  },
  'about:blank': (fetching) => fetching('about:blank'),
  ...Object.fromEntries(
    ['get', 'Head', 'post', 'put', 'delete', 'options', 'patch', 'PATCH', 'chicken', 'PROPFIND', 'X*!'].map(
      (method) => [`the method ${method}`, (fetching: Fetching) => fetching(url, { method })],
    ),
  ),
  ...Object.fromEntries(
    ['CONNECT', 'trace', 'Track', 'not a token', '', 'GET\n'].map((method) => [
      `the method '${method}', which is refused`,
      (fetching: Fetching) => fetching(url, { method }),
    ]),
  ),
  'the method null': (fetching) => fetching(url, { method: null as never }),

  'a string': post('hellö'),
  'an empty string': post(''),
  bytes: post(bytes(1000)),
  'a part of an ArrayBuffer': post(new Uint16Array(bytes(100).buffer, 10, 20)),
  'an ArrayBuffer': post(bytes(100).buffer),
  'a DataView': post(new DataView(bytes(100).buffer, 50)),
  '2 MB': post(bytes(2_000_000)),
  'a Blob': post(new Blob(['blob'], { type: 'text/x-blob' })),
  'a Blob without type': post(new Blob(['blob'])),
  'an empty Blob': post(new Blob([])),
  'a File': post(new File(['file'], 'name.txt', { type: 'text/x-file' })),
  URLSearchParams: post(new URLSearchParams({ a: 'b c', ü: '&' })),
  'a form': post(form),
  'a number': post(42),
  'an object': post({}),
  'a stream': post(() => streamOf('str', 'eam'), { duplex: 'half' }),
  'an empty stream': post(() => streamOf(), { duplex: 'half' }),
  'a stream with empty chunks': post(() => streamOf('a', '', 'b'), { duplex: 'half' }),
  'a stream without duplex': post(() => streamOf('x')),
  'duplex full': post(() => streamOf('x'), { duplex: 'full' }),
  'a stream of strings': post(() => new ReadableStream({ start: (c) => (c.enqueue('text'), c.close()) }), {
    duplex: 'half',
  }),
  'a stream that fails': post(() => new ReadableStream({ pull: (c) => c.error(new RangeError('no')) }), {
    duplex: 'half',
  }),
  'a locked stream': post(
    () => {
      const stream = streamOf('x')
      stream.getReader()
      return stream
    },
    { duplex: 'half' },
  ),
  'an async generator': post(
    async function* () {
      yield new TextEncoder().encode('gener')
      yield new TextEncoder().encode('ated')
    },
    { duplex: 'half' },
  ),
  'a stream and keepalive': post(() => streamOf('x'), { duplex: 'half', keepalive: true }),
  'GET with a body': (fetching) => fetching(url, { body: 'x' }),
  'HEAD with a body': (fetching) => fetching(url, { method: 'HEAD', body: 'x' }),
  'GET with the body null': (fetching) => fetching(url, { body: null }),
  'a type of its own': post('{}', { headers: { 'content-type': 'application/json' } }),

  'headers of a record': (fetching) => fetching(url, { headers: { 'X-One': '1', 'x-two': '  2\t', 'x-three': '' } }),
  'headers of pairs': (fetching) =>
    fetching(url, {
      headers: [
        ['X-A', '1'],
        ['x-a', '2'],
        ['Cookie', 'a=1'],
        ['cookie', 'b=2'],
      ],
    }),
  'headers of Headers': (fetching) => fetching(url, { headers: new Headers({ 'X-A': 'b' }) }),
  'headers beyond ASCII': (fetching) => fetching(url, { headers: { 'x-latin': 'caf\xe9 \xff' } }),
  'headers beyond ISO-8859-1': (fetching) => fetching(url, { headers: { 'x-wide': 'ƒ' } }),
  'a header with a line end': (fetching) => fetching(url, { headers: { 'x-split': 'a\r\nb: c' } }),
  'a header with NUL': (fetching) => fetching(url, { headers: { 'x-nul': 'a\0b' } }),
  'a header name that is none': (fetching) => fetching(url, { headers: { 'x y': 'z' } }),
  'an empty header name': (fetching) => fetching(url, { headers: { '': 'z' } }),
  'pairs of three': (fetching) => fetching(url, { headers: [['a', 'b', 'c']] as never }),
  'pairs of one': (fetching) => fetching(url, { headers: [['a']] as never }),
  'headers null': (fetching) => fetching(url, { headers: null as never }),
  'headers of a string': (fetching) => fetching(url, { headers: 'text' as never }),
  'a header with a number': (fetching) => fetching(url, { headers: { 'x-number': 5 as never } }),
  accept: (fetching) => fetching(url, { headers: { accept: 'application/json' } }),
  'accept-language': (fetching) => fetching(url, { headers: { 'Accept-Language': 'de' } }),
  authorization: (fetching) => fetching(url, { headers: { authorization: 'Basic eDp5' } }),
  'a range': (fetching) => fetching(url, { headers: { range: 'bytes=0-1' } }),

  ...Object.fromEntries(
    ['default', 'no-store', 'reload', 'no-cache', 'force-cache'].map((cache) => [
      `cache ${cache}`,
      (fetching: Fetching) => fetching(url, { cache: cache as RequestCache }),
    ]),
  ),
  'cache only-if-cached': (fetching) => fetching(url, { cache: 'only-if-cached' }),
  'cache only-if-cached, same-origin': (fetching) => fetching(url, { cache: 'only-if-cached', mode: 'same-origin' }),
  'a conditional request': (fetching) => fetching(url, { headers: { 'if-none-match': '"x"' } }),
  ...Object.fromEntries(
    ['mode', 'credentials', 'cache', 'redirect', 'referrerPolicy'].map((name) => [
      `an invalid ${name}`,
      (fetching: Fetching) => fetching(url, { [name]: 'BAD' }),
    ]),
  ),
  'mode navigate': (fetching) => fetching(url, { mode: 'navigate' }),
  'mode no-cors with PUT': (fetching) => fetching(url, { mode: 'no-cors', method: 'PUT' }),
  'a window': (fetching) => fetching(url, { window: {} as never }),
  'the window null': (fetching) => fetching(url, { window: null }),
  'a referrer': (fetching) => fetching(url, { referrer: '' }),
  'a referrer that is no URL': (fetching) => fetching(url, { referrer: 'http://:no' }),
  'a signal that is none': (fetching) => fetching(url, { signal: {} as never }),
  'the signal null': (fetching) => fetching(url, { signal: null }),
  'init null': (fetching) => fetching(url, null as never),
  'init a string': (fetching) => fetching(url, 'x' as never),
}

/** Cases in which Node's fetch differs, and is wrong. */
const APART: Record<string, string> = {
  'the method PATCH': 'of requests without a body, only POST and PUT have Content-Length',
  'the method PROPFIND': 'as PATCH',
  'an empty stream': 'the length of a stream is not known; Node looks into it',
  'a stream of strings': 'chunks have to be Uint8Arrays',
  'cache only-if-cached, same-origin': 'nothing is cached',
}

describe('the same as from Node', () => {
  for (const [name, call] of Object.entries(cases)) {
    if (name in APART) test(`${name} (not the same: ${APART[name]})`, () => expectDifferent(call))
    else test(name, () => expectSame(call))
  }
})

describe('where Node differs from the standard', () => {
  const echo = async (...args: Parameters<Fetching>): Promise<{ headers: [string, string][]; body: string }> =>
    (await ours(...args)).json()

  test('header names are sent as they were given', async () => {
    const raw = await httpServer((request, response) => void response.end(JSON.stringify(request.rawHeaders)))
    const answer = await ours(raw.url, {
      headers: [
        ['THIS-is-A-test', '1'],
        ['THIS-IS-A-TEST', '2'],
        ['X-Empty', ''],
      ],
    })
    const sent = (await answer.json()) as string[]
    await raw.close()
    expect(sent.slice(sent.indexOf('THIS-is-A-test')).slice(0, 4)).toEqual(['THIS-is-A-test', '1, 2', 'X-Empty', ''])
  })

  test('Host can be set', async () => {
    expect((await echo(url, { headers: { Host: 'other.example' } })).headers).toContainEqual(['host', 'other.example'])
  })

  test('Content-Length gives the length of a stream, which is then sent without chunks', async () => {
    const init = {
      method: 'PUT',
      body: streamOf('hel', 'lo'),
      duplex: 'half',
      headers: { 'content-length': '5' },
    } as const
    const { headers, body } = await echo(url, init)
    expect(body).toBe('hello')
    expect(headers).toContainEqual(['content-length', '5'])
    expect(headers.map(([name]) => name)).not.toContain('transfer-encoding')
  })

  test('a Content-Length without a body is left out', async () => {
    const { headers } = await echo(url, { headers: { 'content-length': '42' } })
    expect(headers.map(([name]) => name)).not.toContain('content-length')
  })

  test('a Content-Length that is wrong is refused', async () => {
    const wrong = ours(url, { method: 'PUT', body: 'hello', headers: { 'content-length': '6' } })
    expect(await outcomeOf(wrong)).toEqual({ rejects: 'TypeError TypeError' })
    const short = ours(url, { method: 'PUT', body: streamOf('x'), duplex: 'half', headers: { 'content-length': '6' } })
    expect(await outcomeOf(short)).toEqual({ rejects: 'TypeError TypeError' })
  })

  test('a stream longer than its Content-Length is an error', async () => {
    for (const fetching of [ours, nodes])
      for (const chunks of [['hello', ' world'], ['hello world']]) {
        const init = {
          method: 'PUT',
          body: streamOf(...chunks),
          duplex: 'half',
          headers: { 'content-length': '5' },
        } as const
        expect(await outcomeOf(fetching(url, init))).toEqual({ rejects: 'TypeError TypeError' })
      }
  })

  test('a stream is sent after Content-Length bytes, even if it does not end', async () => {
    for (const fetching of [ours, nodes]) {
      const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('hello')) })
      const init = { method: 'PUT', body, duplex: 'half', headers: { 'content-length': '5' } } as const
      expect((await fetching(url, init)).status).toBe(200)
    }
  })

  test('a Request with an endless stream as its body is sent while the stream is read', async () => {
    let controller!: ReadableStreamDefaultController
    const body = new ReadableStream({ start: (c) => void (controller = c) })
    const calling = ours(new Request(url, { method: 'POST', body, duplex: 'half' } as RequestInit))
    controller.enqueue(new TextEncoder().encode('one '))
    await new Promise((resolve) => setTimeout(resolve, 100))
    controller.enqueue(new TextEncoder().encode('two'))
    controller.close()
    const { headers, body: sent } = (await (await calling).json()) as { headers: [string, string][]; body: string }
    expect(sent).toBe('one two')
    expect(headers).toContainEqual(['transfer-encoding', 'chunked'])
  })

  test('a large Blob and a large array are sent completely', async () => {
    const large = bytes(3_000_000)
    const sum = await httpServer(async (request, response) => void response.end(await bodyOf(request)))
    for (const body of [large, new Blob([large])]) {
      const answer = await ours(sum.url, { method: 'PUT', body })
      expect(Buffer.from(await answer.arrayBuffer()).equals(large)).toBe(true)
    }
    await sum.close()
  })

  test('Expect is only sent when it is asked for', async () => {
    const careful = await httpServer(async (request, response) => void response.end(request.headers.expect ?? 'none'))
    careful.server.on('checkContinue', async (request, response) => {
      response.writeContinue()
      await bodyOf(request)
      response.end('expected')
    })
    const body = (): Blob => new Blob([bytes(2_000_000)])
    expect(await (await ours(careful.url, { method: 'PUT', body: body() })).text()).toBe('none')
    const asked = await ours(careful.url, { method: 'PUT', body: body(), headers: { Expect: '100-continue' } })
    expect(await asked.text()).toBe('expected')
    expect(asked.curl.informational).toMatchObject([{ status: 100 }])
    await careful.close()
  })
})

test('fetch looks like fetch', () => {
  expect([ours.name, ours.length]).toEqual([nodes.name, nodes.length === 0 ? 1 : nodes.length])
})
