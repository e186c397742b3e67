// fetchSync(): the requests and responses of fetch(), read without promises, and what is refused.
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { rawServer, refusingPort } from '../servers/faults.js'
import { bodyOf, httpServer } from '../servers/listening.js'
import { Thread } from './thread.js'

const MB = 1024 * 1024
const thread = new Thread()
const zeros = gzipSync(Buffer.alloc(20 * MB))

const server = await httpServer(async (request, response) => {
  const { pathname } = new URL(request.url!, 'http://host')
  const { method, headers } = request
  if (pathname === '/never') return
  if (pathname === '/zeros') return void response.setHeader('Content-Encoding', 'gzip').end(zeros)
  if (pathname === '/broken') return void response.setHeader('Content-Encoding', 'gzip').end('this is no gzip')
  if (pathname === '/304') return void response.writeHead(304).end()
  if (pathname === '/redirect') return void response.writeHead(302, { Location: '/echo' }).end('x'.repeat(200_000))
  if (pathname === '/307') return void response.writeHead(307, { Location: '/echo' }).end()
  if (pathname === '/loop') return void response.writeHead(302, { Location: '/loop' }).end()
  const body = await bodyOf(request)
  const sha256 = createHash('sha256').update(body).digest('hex')
  response.setHeader('Content-Type', 'application/json').setHeader('X-Twice', ['one', 'two'])
  response.statusMessage = 'Very Fine'
  response.end(JSON.stringify({ method, headers, length: body.length, sha256, text: String(body.subarray(0, 1000)) }))
})
afterAll(() => server.close())

describe('responses', () => {
  test('have the members of the standard', async () => {
    const got = await thread.run((curl, url) => {
      const response = curl.fetchSync(`${url}/echo`, { headers: { 'X-Own': 'yes' } })
      const { status, statusText, ok, redirected, type, bodyUsed } = response
      const copy = response.clone()
      const { headers } = response.json()
      const again = ((): unknown => {
        try {
          return response.text()
        } catch (error) {
          return (error as Error).name
        }
      })()
      const buffer = copy.arrayBuffer()
      return {
        status,
        statusText,
        ok,
        redirected,
        type,
        bodyUsed,
        url: response.url,
        twice: response.headers.get('x-twice'),
        own: headers['x-own'],
        again,
        buffer: buffer.byteLength === Number(response.headers.get('content-length')),
        version: response.curl.httpVersion,
        timings: response.curl.timings.total > 0,
      }
    }, server.url)
    expect(got).toEqual({
      status: 200,
      statusText: 'Very Fine',
      ok: true,
      redirected: false,
      type: 'basic',
      bodyUsed: false,
      url: `${server.url}/echo`,
      twice: 'one, two',
      own: 'yes',
      again: 'TypeError',
      buffer: true,
      version: '1.1',
      timings: true,
    })
  })

  test('have bodies of each kind, also compressed, empty and none', async () => {
    const got = await thread.run(async (curl, url) => {
      const blob = curl.fetchSync(`${url}/echo`).blob()
      const head = curl.fetchSync(`${url}/echo`, { method: 'HEAD' })
      return {
        zeros: curl.fetchSync(`${url}/zeros`).bytes().length,
        blob: [blob.type, JSON.parse(await blob.text()).method],
        head: [head.status, head.text()],
        none: curl.fetchSync(`${url}/304`).bytes().length,
        kept: curl.fetchSync(`${url}/304`).status,
      }
    }, server.url)
    const blob = ['application/json', 'GET']
    expect(got).toEqual({ zeros: 20 * MB, blob, head: [200, ''], none: 0, kept: 304 })
  })

  test('follow redirects as fetch() does', async () => {
    const before = server.connections
    const got = await thread.run((curl, url) => {
      const followed = curl.fetchSync(`${url}/redirect`, { method: 'POST', body: 'x' })
      const again = curl.fetchSync(`${url}/307`, { method: 'POST', body: 'again' })
      const manual = curl.fetchSync(`${url}/redirect`, { redirect: 'manual' })
      return [followed.url, followed.redirected, followed.json().method, again.json().text, manual.status]
    }, server.url)
    expect(got).toEqual([`${server.url}/echo`, true, 'GET', 'again', 302])
    expect(server.connections - before).toBeLessThan(4)
  })
})

describe('requests', () => {
  test('have bodies of each kind that can be read at once', async () => {
    const got = await thread.run((curl, url) => {
      const send = (body: never) => {
        const { method, length, text, headers } = curl.fetchSync(`${url}/echo`, { method: 'PUT', body }).json()
        return [method, length, text, headers['content-type']]
      }
      const form = new FormData()
      form.set('field', 'value')
      form.set('file', new File(['content'], 'name.txt'))
      return {
        text: send('text' as never),
        bytes: send(new TextEncoder().encode('bytes') as never),
        search: send(new URLSearchParams({ a: 'b' }) as never),
        blob: send(new Blob(['blob'], { type: 'text/x' }) as never),
        form: send(form as never),
        empty: send(new Blob([]) as never),
      }
    }, server.url)
    expect(got).toMatchObject({
      text: ['PUT', 4, 'text', 'text/plain;charset=UTF-8'],
      bytes: ['PUT', 5, 'bytes', undefined],
      search: ['PUT', 3, 'a=b', 'application/x-www-form-urlencoded;charset=UTF-8'],
      blob: ['PUT', 4, 'blob', 'text/x'],
      empty: ['PUT', 0, '', undefined],
    })
    expect(got.form[2]).toMatch(/name="field"\r\n\r\nvalue\r\n[^]*filename="name.txt"[^]*content/)
    expect(got.form[3]).toMatch(/^multipart\/form-data; boundary=/)
  })

  test('long bodies arrive as they are', async () => {
    const content = Buffer.alloc(20 * MB, 'a long body, ')
    const sha256 = createHash('sha256').update(content).digest('hex')
    const got = await thread.run(
      (curl, url, content) => {
        const send = (body: Blob | Uint8Array<ArrayBuffer>): string =>
          curl.fetchSync(`${url}/echo`, { method: 'POST', body }).json().sha256
        return [send(new Blob([content])), send(new Uint8Array(content))]
      },
      server.url,
      content,
    )
    expect(got).toEqual([sha256, sha256])
  })

  test('init.curl has its options and callbacks', async () => {
    const got = await thread.run((curl, url) => {
      const [kinds, seen] = [new Set<string>(), { bytes: 0 }]
      const response = curl.fetchSync(`${url}/zeros`, {
        curl: {
          options: { USERAGENT: 'mine' },
          onDebug: (kind) => void kinds.add(kind),
          onProgress: ({ transferredBytes }) => void (seen.bytes = transferredBytes),
        },
      })
      return [response.status, [...kinds].includes('header-out'), seen.bytes]
    }, server.url)
    expect(got).toEqual([200, true, zeros.length])
  })
})

describe('errors', () => {
  const thrown = (path: string, init: object = {}, url = server.url) =>
    thread.thrown((curl, url, init) => curl.fetchSync(url, init).status, `${url}${path}`, init)
  const network = (code: string) => ({ name: 'TypeError', message: 'fetch failed', cause: { code } })

  test('of the network are those of fetch()', async () => {
    expect(await thrown('/', {}, `http://127.0.0.1:${await refusingPort()}`)).toMatchObject(
      network('CURLE_COULDNT_CONNECT'),
    )
    expect(await thrown('/never', { timeout: 100 })).toMatchObject(network('CURLE_OPERATION_TIMEDOUT'))
    expect(await thrown('/broken')).toMatchObject(network('CURLE_BAD_CONTENT_ENCODING'))
    expect(await thrown('/redirect', { redirect: 'error' })).toMatchObject({ message: 'fetch failed' })
    expect(await thrown('/loop')).toMatchObject({ cause: { message: 'there are more than 20 redirects' } })
    const cut = await rawServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort'))
    expect(await thrown('/', {}, `http://127.0.0.1:${cut.port}`)).toMatchObject(network('CURLE_PARTIAL_FILE'))
    await cut.close()
  })

  test('say what cannot be had', async () => {
    const refused = (run: (curl: typeof import('libcurl-wasm'), url: string) => unknown) =>
      thread.thrown(run, server.url)
    const errors = [
      await refused((curl, url) =>
        curl.fetchSync(url, { method: 'POST', body: new ReadableStream() as never, duplex: 'half' } as object),
      ),
      await refused((curl, url) => curl.fetchSync(new Request(url, { method: 'POST', body: 'x' }))),
      await refused((curl, url) => curl.fetchSync(url, { integrity: 'sha256-x' } as object)),
      await refused((curl, url) => curl.fetchSync(url, { timeout: 'soon' as never })),
      await refused((curl) => curl.fetchSync('data:,x')),
      await refused((curl) => curl.fetchSync('no url')),
    ]
    expect(errors.map(({ name, message }) => [name, message])).toEqual([
      ['TypeError', expect.stringContaining('init.body is a stream')],
      ['TypeError', expect.stringContaining('the body of a Request is a stream')],
      ['TypeError', expect.stringContaining('integrity')],
      ['TypeError', 'fetchSync: init.timeout is a number of milliseconds, not soon'],
      ['TypeError', expect.stringContaining('data:')],
      ['TypeError', expect.stringContaining("'no url' is not a valid URL")],
    ])
  })

  test('a signal that is aborted already throws its reason, and one that a callback aborts ends the call', async () => {
    const before = await thread.thrown((curl, url) => {
      curl.fetchSync(url, { signal: AbortSignal.abort(new RangeError('enough')) })
    }, server.url)
    expect(before).toMatchObject({ name: 'RangeError', message: 'enough' })
    const during = await thread.run((curl, url) => {
      const controller = new AbortController()
      const onProgress = (): void => controller.abort(new RangeError('too long'))
      try {
        return curl.fetchSync(`${url}/zeros`, { signal: controller.signal, curl: { onProgress } }).status
      } catch (error) {
        // the next one is not affected
        return [(error as Error).message, curl.fetchSync(`${url}/echo`).status]
      }
    }, server.url)
    expect(during).toEqual(['too long', 200])
  })

  test('inside of a callback of libcurl it is refused', async () => {
    const error = await thread.run((curl, url) => {
      let error: unknown
      const onProgress = (): void => {
        try {
          curl.fetchSync(url)
        } catch (thrown) {
          error = (thrown as { cause: { code: string } }).cause.code
        }
      }
      curl.fetchSync(`${url}/zeros`, { curl: { onProgress } })
      return error
    }, server.url)
    expect(error).toBe('CURLE_RECURSIVE_API_CALL')
  })
})

test('a POST does not go out on a connection whose end has arrived between two calls', async () => {
  // closes each connection just after its first response, without saying so
  const closing = await rawServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    setImmediate(() => socket.end())
  })
  const post = async (url: string): Promise<number> => {
    const status = await thread.run((curl, url) => curl.fetchSync(url, { method: 'POST', body: 'x' }).status, url)
    await sleep(100)
    return status
  }
  const url = `http://127.0.0.1:${closing.port}/`
  expect([await post(url), await post(url), await post(url)]).toEqual([200, 200, 200])
  expect(closing.connections()).toBe(3)
  await closing.close()
})
