// axios with its adapter for fetch, over this fetch: docs/interfaces.md has the recipe.
import axios from 'axios'
import { fetch, Session } from 'libcurl-wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { bodyOf, httpServer } from '../servers/listening.js'

let flaky = 0
const server = await httpServer(async (request, response) => {
  switch (request.url) {
    case '/missing':
      return void response.writeHead(404).end('nothing here')
    case '/never':
      return
    case '/flaky':
      return void response.writeHead(++flaky < 3 ? 503 : 200, { 'retry-after': '0' }).end(String(flaky))
    case '/redirect':
      return void response.writeHead(302, { location: '/target', 'set-cookie': 'a=b' }).end()
    default: {
      const { cookie = '', 'content-type': type = '' } = request.headers
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify([request.method, request.url, cookie, type, String(await bodyOf(request)).length]))
    }
  }
})
afterAll(() => server.close())

// in a page, Request would drop headers that a page may not send, so axios gets none
describe.each([
  ['', { fetch }],
  [', without Request', { fetch, Request: null, Response: null }],
])('axios%s', (_, env) => {
  const api = axios.create({ baseURL: server.url, adapter: 'fetch', env: env as never })

  test('gets, posts and follows redirects', async () => {
    expect((await api.get('/a', { headers: { Cookie: 'x=y' } })).data).toEqual(['GET', '/a', 'x=y', '', 0])
    expect((await api.post('/b', { a: 1 })).data).toEqual(['POST', '/b', '', 'application/json', 7])
    expect((await api.get('/redirect')).data.slice(0, 2)).toEqual(['GET', '/target'])
  })

  test('its errors are those of axios', async () => {
    await expect(api.get('/missing')).rejects.toMatchObject({ code: 'ERR_BAD_REQUEST', response: { status: 404 } })
    await expect(api.get('/never', { timeout: 50 })).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    await expect(api.get('/never', { signal: AbortSignal.timeout(30) })).rejects.toMatchObject({ code: 'ERR_CANCELED' })
    await expect(api.get('http://nowhere.invalid/')).rejects.toMatchObject({ code: 'ERR_NETWORK' })
  })
})

test('progress, streams, and a session with cookies and retries', async () => {
  const api = axios.create({ baseURL: server.url, adapter: 'fetch', env: { fetch } as never })
  const seen = { up: 0, down: 0 }
  const { data } = await api.post('/p', 'x'.repeat(100_000), {
    onUploadProgress: ({ loaded }) => (seen.up = loaded),
    onDownloadProgress: ({ loaded }) => (seen.down = loaded),
  })
  expect(seen).toEqual({ up: 100_000, down: JSON.stringify(data).length })
  const streamed = await api.get('/s', { responseType: 'stream' })
  expect(await new Response(streamed.data as ReadableStream).json()).toEqual(['GET', '/s', '', '', 0])

  const session = new Session({ retry: 3 })
  const own = axios.create({ baseURL: server.url, adapter: 'fetch', env: { fetch: session.fetch } as never })
  expect((await own.get('/redirect')).data).toEqual(['GET', '/target', 'a=b', '', 0])
  expect((await own.get('/flaky')).data).toBe(3)
  await session.close()
})
