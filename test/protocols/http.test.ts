// HTTP/1.1 with Node's server and with nginx: methods, redirects, ranges, chunks, connections, and trailers.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CURLH_HEADER, CURLH_TRAILER, Multi } from 'libcurl-wasm'
import { afterAll, expect, test } from 'vitest'
import { bodyOf, httpServer } from '../servers/listening.js'
import { nginx } from '../servers/nginx.js'
import { get, newEasy, statusOf } from './client.js'

/** Echoes the request. Some paths have special responses. */
const server = await httpServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url!, 'http://x')
  if (pathname === '/redirect') {
    const left = Number(searchParams.get('left'))
    const location = left > 1 ? `/redirect?left=${left - 1}` : '/end'
    return void response.writeHead(Number(searchParams.get('status') ?? 302), { location }).end()
  }
  if (pathname === '/chunks') {
    for (let i = 0; i < 50; i++) {
      response.write(`chunk ${i}\n`)
      await new Promise(setImmediate)
    }
    return void response.end()
  }
  if (pathname === '/trailers') {
    response.writeHead(200, { trailer: 'X-Checksum' })
    response.write('body')
    response.addTrailers({ 'X-Checksum': '42' })
    return void response.end()
  }
  if (pathname === '/head') return void response.writeHead(200, { 'content-length': 1_000_000 }).end()
  const body = await bodyOf(request)
  const { method, url, headers } = request
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ method, url, headers, body: body.toString('base64') }))
})
const web = await nginx()
writeFileSync(join(web.www, 'hello.txt'), 'hello, world\n')
afterAll(() => Promise.all([server.close(), web.close()]))

interface Echo {
  method: string
  url: string
  headers: Record<string, string>
  body: string
}
const echoOf = (body: Buffer): Echo => JSON.parse(body.toString()) as Echo

test('GET: status, headers and body arrive', async () => {
  const done = await get(`${server.url}/path?query=1`, { HTTPHEADER: ['X-Own: yes'], USERAGENT: 'tests' })
  expect(done.error).toBeUndefined()
  expect(statusOf(done)).toBe(200)
  expect(done.headers[0]).toBe('HTTP/1.1 200 OK')
  expect(done.easy.header('content-type')?.value).toBe('application/json')
  expect(done.easy.getinfo('CONTENT_TYPE')).toBe('application/json')
  const echo = echoOf(done.body)
  expect(echo).toMatchObject({
    method: 'GET',
    url: '/path?query=1',
    headers: { 'x-own': 'yes', 'user-agent': 'tests' },
  })
})

test('HEAD ends at once, though the body it announces never comes', async () => {
  const done = await get(`${server.url}/head`, { NOBODY: true })
  expect(done.error).toBeUndefined()
  expect(done.body).toHaveLength(0)
  expect(done.easy.getinfo('CONTENT_LENGTH_DOWNLOAD_T')).toBe(1_000_000)
})

test('POST sends a string as UTF-8', async () => {
  const echo = echoOf((await get(server.url, { POSTFIELDS: 'grüße=1' })).body)
  expect(echo.method).toBe('POST')
  expect(echo.headers['content-type']).toBe('application/x-www-form-urlencoded')
  expect(Buffer.from(echo.body, 'base64').toString()).toBe('grüße=1')
})

test('POST sends bytes as they are, zeros included', async () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 256)
  const echo = echoOf((await get(server.url, { POSTFIELDS: bytes, HTTPHEADER: ['Content-Type: image/png'] })).body)
  expect(echo.headers).toMatchObject({ 'content-type': 'image/png', 'content-length': '100000' })
  expect(Buffer.from(echo.body, 'base64').equals(bytes)).toBe(true)
})

test('other methods by name', async () => {
  const echo = echoOf((await get(server.url, { CUSTOMREQUEST: 'DELETE' })).body)
  expect(echo.method).toBe('DELETE')
})

test('a chunked response arrives completely, and while it is sent', async () => {
  const seen: number[] = []
  const whole: Buffer[] = []
  const WRITEFUNCTION = (chunk: Uint8Array): void => {
    seen.push(chunk.length)
    whole.push(Buffer.from(chunk))
  }
  const done = await get(`${server.url}/chunks`, { WRITEFUNCTION })
  expect(done.easy.header('transfer-encoding')?.value).toBe('chunked')
  expect(Buffer.concat(whole).toString()).toBe(Array.from({ length: 50 }, (_, i) => `chunk ${i}\n`).join(''))
  expect(seen.length).toBeGreaterThan(5)
})

test('redirects are only followed with FOLLOWLOCATION', async () => {
  const stayed = await get(`${server.url}/redirect?left=1`)
  expect(statusOf(stayed)).toBe(302)
  expect(stayed.easy.getinfo('REDIRECT_URL')).toBe(`${server.url}/end`)
  const followed = await get(`${server.url}/redirect?left=3`, { FOLLOWLOCATION: true })
  expect(echoOf(followed.body).url).toBe('/end')
  expect(followed.easy.getinfo('REDIRECT_COUNT')).toBe(3)
  expect(followed.easy.getinfo('EFFECTIVE_URL')).toBe(`${server.url}/end`)
})

test('too many redirects end the transfer', async () => {
  const done = await get(`${server.url}/redirect?left=3`, { FOLLOWLOCATION: true, MAXREDIRS: 2 })
  expect(done.error?.code).toBe('CURLE_TOO_MANY_REDIRECTS')
  expect(done.error?.message).toBe('Maximum (2) redirects followed')
})

test('a redirected POST becomes a GET after 303, and stays a POST after 307', async () => {
  const options = { FOLLOWLOCATION: true, POSTFIELDS: 'body' }
  const turned = echoOf((await get(`${server.url}/redirect?left=1&status=303`, options)).body)
  expect(turned).toMatchObject({ method: 'GET', body: '' })
  const kept = echoOf((await get(`${server.url}/redirect?left=1&status=307`, options)).body)
  expect(kept).toMatchObject({ method: 'POST', body: Buffer.from('body').toString('base64') })
})

test('a second transfer reuses the connection of the first, also with another handle', async () => {
  const fresh = new Multi()
  const before = server.connections
  const first = await get(server.url, {}, newEasy(), fresh)
  const again = await get(server.url, {}, first.easy, fresh)
  const other = await get(server.url, {}, newEasy(), fresh)
  expect(server.connections - before).toBe(1)
  expect(again.easy.getinfo('NUM_CONNECTS')).toBe(0)
  expect(other.easy.getinfo('CONN_ID')).toBe(again.easy.getinfo('CONN_ID'))
  await get(server.url, { FORBID_REUSE: true, FRESH_CONNECT: true }, newEasy(), fresh)
  expect(server.connections - before).toBe(2)
  fresh.close()
})

test('trailers of a response are headers with their own origin', async () => {
  const { easy, body } = await get(`${server.url}/trailers`)
  expect(body.toString()).toBe('body')
  const trailers = easy.headers({ origin: CURLH_TRAILER })
  expect(trailers).toMatchObject([{ name: 'X-Checksum', value: '42' }])
  // libcurl also sets a reserved bit, so that applications do not compare the value
  expect(trailers[0]!.origin & CURLH_TRAILER).toBe(CURLH_TRAILER)
  expect(easy.headers({ origin: CURLH_HEADER }).map(({ name }) => name)).not.toContain('X-Checksum')
})

test('FAILONERROR makes a status an error', async () => {
  const done = await get(`${web.http}/missing`, { FAILONERROR: true })
  expect(done.error?.code).toBe('CURLE_HTTP_RETURNED_ERROR')
  expect(done.error?.message).toBe('The requested URL returned error: 404')
})

test('nginx: a file, a part of it, and its redirect', async () => {
  const whole = await get(`${web.http}/hello.txt`)
  expect(whole.body.toString()).toBe('hello, world\n')
  const part = await get(`${web.http}/hello.txt`, { RANGE: '7-11' })
  expect(statusOf(part)).toBe(206)
  expect(part.body.toString()).toBe('world')
  expect(part.easy.header('content-range')?.value).toBe('bytes 7-11/13')
  const rest = await get(`${web.http}/hello.txt`, { RESUME_FROM_LARGE: 7 })
  expect(rest.body.toString()).toBe('world\n')
  const moved = await get(`${web.http}/moved`, { FOLLOWLOCATION: true })
  expect(moved.body.toString()).toBe('hello, world\n')
})
