// Runs the programs in examples/ as a reader would, against servers on loopback, and checks their output.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import tls, { type TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import type { Har } from 'libcurl-wasm'
import { certificates } from '../servers/certificates.js'
import { refusingPort } from '../servers/faults.js'
import { bodyOf, httpServer, httpsServer, listen } from '../servers/listening.js'
import { scratch } from '../servers/scratch.js'

const folder = scratch()
const examples = fileURLToPath(new URL('../../examples/', import.meta.url))
const content = 'the content '.repeat(10_000)

const server = await httpServer(async (request, response) => {
  const { pathname } = new URL(request.url!, 'http://host')
  if (pathname === '/content') {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    if (from >= content.length) return void response.writeHead(416).end()
    return void response.writeHead(from ? 206 : 200).end(content.slice(from))
  }
  if (pathname === '/events') {
    const { messages } = JSON.parse(String(await bodyOf(request))) as { messages: [{ content: string }] }
    response.write(': a comment\r\n\r\nevent: message\r\n')
    for (const word of ['You', ' said ', messages[0].content]) {
      response.write(`data: ${JSON.stringify({ choices: [{ delta: { content: word } }] })}\n\n`)
    }
    return void response.write('data: [DONE]\n\n') // and stays open, because the client has to leave
  }
  const { 'content-length': length, 'content-type': type = '' } = request.headers
  response.end(`${request.method} ${length ?? 'chunked'} ${type.split(';')[0]} ${String(await bodyOf(request)).length}`)
})
const secure = await httpsServer((_request, response) => void response.end('{"private": true}'))
afterAll(() => Promise.all([server.close(), secure.close()]))

const ran = new Set<string>()

/** Runs an example, which has to end by itself. */
async function run(name: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return runWith({}, name, ...args)
}

async function runWith(
  environment: NodeJS.ProcessEnv,
  name: string,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  ran.add(name)
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificates().ca.certFile, ...environment }
  return promisify(execFile)(process.execPath, [join(examples, name), ...args], { env, timeout: 60_000 }).then(
    (outputs) => ({ code: 0, ...outputs }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  )
}

test('fetch.mjs prints facts of the connection, or why there is none', async () => {
  const { code, stdout } = await run('fetch.mjs', secure.url)
  expect(code).toBe(0)
  expect(stdout).toMatch(/^HTTP\/1\.1 200, 17 characters from 127\.0\.0\.1\nTLSv1\.3, TLS_\S+, certificate of CN/)
  const refused = await run('fetch.mjs', `http://127.0.0.1:${await refusingPort()}/`)
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('CURLE_COULDNT_CONNECT (7)') })
})

test('blocking.mjs loads its configuration before it goes on', async () => {
  const { code, stdout } = await run('blocking.mjs', secure.url)
  expect(code).toBe(0)
  expect(stdout).toMatch(/^the configuration has private\nHTTP\/1\.1 200 OK\r\n/)
})

test('download.mjs resumes where it has stopped', async () => {
  const file = join(folder, 'downloaded')
  writeFileSync(file, content.slice(0, 1000))
  const resumed = await run('download.mjs', `${server.url}/content`, file)
  expect(resumed.stdout).toBe(`${file}: ${content.length} bytes, 1000 of them from before\n`)
  expect(readFileSync(file, 'utf8') === content).toBe(true)
  expect((await run('download.mjs', `${server.url}/content`, file)).stdout).toBe(`${file} is complete\n`)
})

test('upload.mjs sends a file with its length', async () => {
  const file = join(folder, 'to-upload')
  writeFileSync(file, content)
  const { stdout } = await run('upload.mjs', file, server.url)
  expect(stdout).toMatch(
    new RegExp(`^${content.length} bytes sent in \\S+ ms: PUT ${content.length}  ${content.length}\n`),
  )
})

test('node-libcurl.mjs downloads with progress, and posts a form', async () => {
  const file = join(folder, 'node-libcurl')
  const { code, stdout } = await run('node-libcurl.mjs', `${server.url}/content`, file, server.url)
  expect(stdout).toMatch(
    new RegExp(`^200 HTTP/1.1, ${content.length} bytes\nposted: 200 POST \\d+ multipart/form-data`),
  )
  expect([code, readFileSync(file, 'utf8') === content]).toEqual([0, true])
  const refused = await run('node-libcurl.mjs', `http://127.0.0.1:${await refusingPort()}/`, file, server.url)
  expect(refused).toMatchObject({ code: 1, stderr: 'Request failed: Could not connect to server (7)\n' })
})

test('events.mjs prints events, and closes at their end', async () => {
  expect(await run('events.mjs', `${server.url}/events`, 'good day')).toMatchObject({
    code: 0,
    stdout: 'You said good day\n',
  })
})

test('parallel.mjs loads all URLs, and reports failures', async () => {
  const { stdout } = await run(
    'parallel.mjs',
    `${server.url}/content`,
    `${server.url}/other`,
    'http://nowhere.invalid/',
  )
  expect(stdout.split('\n').sort()).toEqual([
    '',
    expect.stringMatching(/^http:\/\/127.*\/content: 120000 bytes from 127\.0\.0\.1$/),
    expect.stringMatching(/^http:\/\/127.*\/other: 14 bytes/),
    expect.stringMatching(/^http:\/\/nowhere\.invalid\/: CURLE_COULDNT_RESOLVE_HOST: /),
  ])
})

test('session.mjs continues an earlier session', async () => {
  const visits: unknown[] = []
  const site = await httpsServer(({ headers, socket }, response) => {
    visits.push([headers.cookie, (socket as TLSSocket).isSessionReused()])
    response.setHeader('set-cookie', 'seen=1; Max-Age=1000').end('welcome')
  })
  const file = join(folder, 'session.json')
  const first = await run('session.mjs', file, site.url)
  expect(first.stdout).toBe(`0 cookies and 0 TLS sessions from before\n${site.url}/: 200, 7 characters\n`)
  const second = await run('session.mjs', file, site.url)
  expect(second.stdout).toMatch(/^1 cookies and [12] TLS sessions from before\n/)
  expect(visits).toEqual([
    [undefined, false],
    ['seen=1', true],
  ])
  await site.close()
})

test('api.mjs renews its token, waits as the server asks, and shows why a request was refused', async () => {
  let busy = true
  const api = await httpServer(async (request, response) => {
    const body = String(await bodyOf(request))
    if (request.url === '/token') return void response.end(`token of ${JSON.parse(body).user}`)
    if (request.headers.authorization !== 'Bearer token of me') return void response.writeHead(401).end()
    if (request.method === 'POST') return void response.writeHead(422).end(`no more than one ${JSON.parse(body).name}`)
    if (!busy) return void response.end(JSON.stringify([request.url]))
    busy = false
    response.writeHead(503, { 'retry-after': '0' }).end()
  })
  const { stdout } = await run('api.mjs', api.url)
  expect(stdout).toBe(
    [
      `retry 1: GET ${api.url}/items: 401 Unauthorized`,
      `retry 2: GET ${api.url}/items: 503 Service Unavailable`,
      "[ '/items?page=2' ]",
      `POST ${api.url}/items: 422 Unprocessable Entity: no more than one pen\n`,
    ].join('\n'),
  )
  await api.close()
})

test('own-loop.mjs drives a transfer with its own event loop', async () => {
  const { code, stdout, stderr } = await run('own-loop.mjs', `${server.url}/content`)
  expect(stdout === content).toBe(true)
  expect(code).toBe(0)
  expect(stderr).toMatch(/^socket \d+: in$/m)
  expect(stderr).toMatch(/^socket \d+: remove$/m)
  expect(stderr).toMatch(/\/content: 200$/m)
})

test('tool.mjs runs curl on files in memory', async () => {
  const { code, stdout } = await run('tool.mjs', `${server.url}/form`)
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^POST \d+ multipart\/form-data \d+\n200 in \S+ s\nexit status 0; .* with HTTP\/1\.1 200 OK\n$/,
  )
})

test('relay.mjs reaches a server through its relay', async () => {
  const { code, stdout } = await run('relay.mjs', secure.url)
  expect({ code, stdout }).toEqual({ code: 0, stdout: '200 through the relay: 17 characters\n' })
})

test('run.mjs shows the trace of a transfer', async () => {
  const { code, stdout, stderr } = await run('run.mjs')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^Hello from Node, libcurl-wasm on Node /)
  expect(stderr).toMatch(/^\* SSL connection using TLSv1\.3 /m)
})

test('websocket.mjs prints what is echoed', async () => {
  const sockets = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(sockets, 'listening')
  sockets.on('connection', (socket, { headers }) => {
    socket.on('message', (data) => socket.send(`${headers['user-agent']}: ${String(data)}`))
  })
  const url = `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}/`
  const { code, stdout } = await run('websocket.mjs', url, 'one', 'two')
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'an example: one\nan example: two\nclosed with 1000 enough\n',
  })
  sockets.close()
})

test('connect.mjs prints facts of TLS, and the response', async () => {
  const { key, cert } = certificates().good
  const shouting = await listen(
    tls.createServer({ key, cert, allowHalfOpen: true }, (socket) => {
      let heard = ''
      socket.on('data', (data) => (heard += String(data)))
      socket.on('end', () => socket.end(heard.toUpperCase()))
    }),
    'tls',
  )
  const { code, stdout } = await run('connect.mjs', '127.0.0.1', String(shouting.port), 'good day')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^127\.0\.0\.1: TLSv1\.3, TLS_\S+\n  CN.*, valid to .* GMT\n[^]*GOOD DAY\n$/)
  await shouting.close()
  const gone = await run('connect.mjs', '127.0.0.1', String(shouting.port))
  expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining('CURLE_COULDNT_CONNECT') })
})

test('undici.mjs: the fetch of Node over libcurl', async () => {
  expect(await run('undici.mjs', secure.url)).toMatchObject({
    code: 0,
    stdout: `200 from ${secure.url}/: 17 characters\n`,
  })
  const refused = await run('undici.mjs', secure.url, `http://127.0.0.1:${await refusingPort()}`)
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^ECONNREFUSED: /) })
})

test('agent.mjs: https over libcurl', async () => {
  const { code, stdout } = await run('agent.mjs', secure.url)
  expect(code).toBe(0)
  expect(stdout).toMatch(/^200 from 127\.0\.0\.1, TLSv1\.3\nthe certificate of \S/)
  expect((await run('agent.mjs', server.url)).stdout).toBe('200 from 127.0.0.1, without TLS\n')
})

test('axios.mjs: axios over a session', async () => {
  expect(await run('axios.mjs', secure.url)).toMatchObject({ code: 0, stdout: '200: 15 characters\n' })
  const refused = await run('axios.mjs', `http://127.0.0.1:${await refusingPort()}`)
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^ERR_NETWORK /) })
})

test('proxy-transport.mjs: a request through the transport', async () => {
  const { code, stdout } = await run('proxy-transport.mjs', secure.url)
  expect(code).toBe(0)
  expect(stdout).toMatch(/^200, \d+ headers, 17 characters\n$/)
})

test('tracing.mjs makes a span of each hop, which the server gets as its parent', async () => {
  const traced = await httpServer(({ url, headers }, response) => {
    if (url === '/redirect') return void response.writeHead(302, { location: '/' }).end()
    response.end(headers.traceparent)
  })
  const environment = { NODE_OPTIONS: `--import ${new URL('./spans.mjs', import.meta.url)}` }
  const { code, stdout } = await runWith(environment, 'tracing.mjs', `${traced.url}/redirect`)
  expect(code).toBe(0)
  expect(stdout.split('\n')).toEqual([
    `span 1 below 0: GET ${traced.url}/redirect 302`,
    `span 2 below 0: GET ${traced.url}/ 200`,
    'the server was called by span 2',
    'span 0: the work of the application',
    '',
  ])
  const refused = await runWith(environment, 'tracing.mjs', `http://127.0.0.1:${await refusingPort()}/`)
  expect(refused.stdout).toMatch(/^span 1 below 0: GET \S+ TypeError: fetch failed\n/)
  await traced.close()
})

test('har.mjs writes an archive', async () => {
  const file = join(folder, 'session.har')
  const { code, stdout } = await run('har.mjs', file, `${server.url}/content`, 'http://nowhere.invalid/')
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${file}: 2 entries\n` })
  const { log } = JSON.parse(readFileSync(file, 'utf8')) as Har
  expect(log.entries.map(({ response }) => response.status)).toEqual([200, 0])
})

test('every example has a test', () => {
  // test/relay/worker/worker.test.ts runs the one in relay-worker/
  expect([...ran, 'relay-worker'].sort()).toEqual(readdirSync(examples).sort())
})
