// The sample origin: every endpoint by HTTP/1.1 and HTTP/2, its certificates and its WebSockets, and that clients
// cannot harm it.
import { execFileSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { join } from 'node:path'
import tls from 'node:tls'
import { afterAll, describe, expect, it, test } from 'vitest'
import { WebSocket } from 'ws'
import { startOrigin } from '../../dist/playground/server/origin.js'
import { scratch } from '../servers/scratch.js'
import { curl, input, until } from '../tool/client.js'

const origin = await startOrigin()
afterAll(() => origin.close())
const folder = scratch()
const ca = join(folder, 'root.pem')
writeFileSync(ca, origin.ca)
const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const BYTES = 'Content-Type: application/octet-stream'

interface Answer {
  status: number
  text: string
  stderr: string
}

/** curl's exit status and what it has printed. */
async function run(...args: string[]): Promise<Answer> {
  const { status, stdout, stderr } = await curl(['-sS', '--cacert', ca, ...args])
  return { status, text: stdout.toString(), stderr }
}

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { status, text, stderr } = await run(...args)
  expect([status, stderr]).toEqual([0, ''])
  return JSON.parse(text) as Record<string, unknown>
}

const ways: [string, string, string[]][] = [
  ['HTTP/1.1', origin.http, []],
  ['HTTP/1.1 in TLS', origin.https, ['--http1.1']],
  ['HTTP/2', origin.https, ['--http2']],
]

describe.each(ways)('%s', (name, url, way) => {
  const isHttp2 = name === 'HTTP/2'

  it('echoes requests', async () => {
    const got = await json(...way, `${url}/get?a=1&a=2&__proto__=3`, '-H', 'X-Two: 1', '-H', 'X-Two: 2', '-A', 'me')
    expect(got).toMatchObject({ method: 'GET', url: `${url}/get?a=1&a=2&__proto__=3`, protocol: name.split(' ')[0] })
    expect(Object.entries(got.args as object)).toEqual([
      ['a', ['1', '2']],
      ['__proto__', '3'],
    ])
    expect(got.headers).toMatchObject(isHttp2 ? { 'x-two': ['1', '2'] } : { 'X-Two': ['1', '2'], 'User-Agent': 'me' })
    expect(Boolean(got.tls)).toBe(url === origin.https)
    if (got.tls)
      expect(got.tls).toMatchObject({ version: 'TLSv1.3', alpn: isHttp2 ? 'h2' : 'http/1.1', serverName: 'localhost' })
    const lines = await run(...way, `${url}/headers`, '-H', 'Z: 1', '-H', 'A: 2')
    expect(lines.text).toMatch(/^z: 1\na: 2$/im)
  })

  it('parses bodies', async () => {
    const file = join(folder, 'note.txt')
    writeFileSync(file, 'a note')
    const form = await json(...way, '-F', 'x=1', '-F', 'x=2', '-F', `note=@${file};type=text/plain`, `${url}/post`)
    expect(form.form).toEqual({ x: ['1', '2'] })
    expect(form.files).toEqual({ note: { filename: 'note.txt', type: 'text/plain', size: 6, text: 'a note' } })
    expect((await json(...way, '-d', 'a=1&b=%C3%A9', `${url}/post`)).form).toEqual({ a: '1', b: 'é' })
    const put = await json(...way, '-X', 'PUT', '--json', '{"a": [1]}', `${url}/put`)
    expect(put).toMatchObject({ json: { a: [1] }, data: '{"a": [1]}', size: 10, sha256: sha256('{"a": [1]}') })
    const args = [
      '-sS',
      '--cacert',
      ca,
      ...way,
      '-X',
      'PURGE',
      '-H',
      BYTES,
      '--data-binary',
      '@-',
      `${url}/anything/at/all`,
    ]
    const binary = await curl(args, { stdin: input([Buffer.of(0xff, 0)]) })
    const data = 'data:application/octet-stream;base64,/wA='
    expect(JSON.parse(binary.stdout.toString())).toMatchObject({ method: 'PURGE', data })
    expect((await json(...way, '-X', 'DELETE', `${url}/delete`)).method).toBe('DELETE')
    const wrong = await json(
      ...way,
      '-H',
      'Content-Type: multipart/form-data; boundary=x',
      '-d',
      'no form',
      `${url}/post`,
    )
    expect(wrong.data).toBe('no form')
  })

  it('counts an upload of any length, and keeps none', async () => {
    const content = Buffer.alloc(20 << 20, 'upload ')
    const args = ['-sS', '--cacert', ca, ...way, '-T', '-', `${url}/upload`]
    const { stdout } = await curl(args, { stdin: input([content]) })
    expect(JSON.parse(stdout.toString())).toMatchObject({ size: content.length, sha256: sha256(content) })
    const echoed = await curl([...args.slice(0, -1), `${url}/put`], { stdin: input([content]) })
    expect(JSON.parse(echoed.stdout.toString())).toMatchObject({ size: content.length, data: null })
  })

  it('has every status, and redirects', async () => {
    const status = async (code: number): Promise<string> => (await run(...way, '-i', `${url}/status/${code}`)).text
    expect(await status(418)).toContain('teapot')
    expect(await status(401)).toMatch(/www-authenticate: basic/i)
    for (const code of [204, 304])
      expect(await status(code)).toMatch(new RegExp(`^HTTP/\\S+ ${code}[\\s\\S]*\\r\\n\\r\\n$`))
    expect(await status(500)).toMatch(/^HTTP\/\S+ 500/)
    for (const bad of [99, 600, 'x', '200.5']) {
      expect((await run(...way, '-w', '%{http_code}', '-o', '/dev/null', `${url}/status/${bad}`)).text).toBe('400')
    }
    const followed = await run(
      ...way,
      '-L',
      '-w',
      '%{num_redirects} %{url_effective}',
      '-o',
      '/dev/null',
      `${url}/redirect/3`,
    )
    expect(followed.text).toBe(`3 ${url}/get`)
    const other = url === origin.https ? origin.http : origin.https
    const crossed = await json(...way, '-L', '-d', 'x=1', `${url}/redirect-to?status=307&url=${other}/post`)
    expect(crossed).toMatchObject({ url: `${other}/post`, form: { x: '1' } })
    expect((await run(...way, '-i', `${url}/redirect-to?url=/%C3%A9`)).text).toMatch(/location: \/é\r/i)
    const injected = await run(...way, '-i', `${url}/redirect-to?url=x%0d%0aX-Injected:1`)
    expect(injected.text).toMatch(/^HTTP\/\S+ 400/)
    expect(injected.text).not.toMatch(/^x-injected/im)
  })

  it('sets, shows and deletes cookies', async () => {
    const jar = join(folder, `jar-${name.replace(/\W/g, '-')}`)
    await run(...way, '-c', jar, `${url}/cookies/set?theme=dark&lang=en&max-age=60&httponly&constructor=x`)
    const shown = await json(...way, '-b', jar, `${url}/cookies`)
    expect(shown.cookies).toEqual({ theme: 'dark', lang: 'en', constructor: 'x' })
    await run(...way, '-b', jar, '-c', jar, `${url}/cookies/delete?theme`)
    expect((await json(...way, '-b', jar, `${url}/cookies`)).cookies).toEqual({ lang: 'en', constructor: 'x' })
    const many = await run(...way, '-c', '-', '-o', '/dev/null', `${url}/cookies/many`)
    expect(many.text).toMatch(/\tsession\t/)
    expect(many.text).not.toMatch(/\t(foreign|expired)\t/)
    expect((await json(...way, `${url}/cookies`, '-b', 'a="b=c"; d')).cookies).toEqual({ a: '"b=c"', d: '' })
  })

  it('caches', async () => {
    const code = async (...args: string[]): Promise<string> =>
      (await run(...way, '-w', '%{http_code}', '-o', '/dev/null', ...args)).text
    expect(await code(`${url}/etag/v1`, '-H', 'If-None-Match: "v1"')).toBe('304')
    expect(await code(`${url}/etag/v1`, '-H', 'If-None-Match: "v0", W/"v1"')).toBe('304')
    expect(await code(`${url}/etag/v1`, '-H', 'If-None-Match: "v2"')).toBe('200')
    expect(await code(`${url}/etag/v1`, '-H', 'If-Match: "v2"')).toBe('412')
    expect(await code(`${url}/cache`, '-z', 'Sun, 01 Mar 2026 00:00:00 GMT')).toBe('304')
    expect(await code(`${url}/cache`, '-z', 'Thu, 01 Jan 2026 00:00:00 GMT')).toBe('200')
    expect((await run(...way, '-i', `${url}/cache/60`)).text).toMatch(/cache-control: public, max-age=60/i)
  })

  it('requires authentication', async () => {
    const right = { authenticated: true, user: 'ann' }
    expect(await json(...way, '-u', 'ann:s3:cret', `${url}/basic-auth/ann/s3%3Acret`)).toEqual(right)
    const digest = await json(...way, '--digest', '-u', 'ann:secret', `${url}/digest-auth/ann/secret?algorithm=SHA-256`)
    expect(digest).toEqual({ ...right, algorithm: 'SHA-256' })
    expect(await json(...way, '--digest', '-u', 'ann:secret', `${url}/digest-auth/ann/secret`)).toMatchObject(right)
    expect(await json(...way, '--oauth2-bearer', 'abc', `${url}/bearer`)).toEqual({ authenticated: true, token: 'abc' })
    for (const wrong of [
      ['-u', 'ann:no', `${url}/basic-auth/ann/secret`],
      ['--digest', '-u', 'ann:no', `${url}/digest-auth/ann/secret`],
      [`${url}/bearer`],
    ]) {
      expect((await run(...way, '-w', '%{http_code}', '-o', '/dev/null', ...wrong)).text).toBe('401')
    }
  })

  it('has every content encoding', async () => {
    for (const coding of ['gzip', 'deflate', 'br', 'zstd']) {
      expect(await json(...way, '--compressed', `${url}/${coding}`)).toMatchObject({ encoded: coding })
    }
  })

  it('has bytes by the million, in ranges, the same each time', async () => {
    const whole = await curl(['-sS', '--cacert', ca, ...way, `${url}/bytes/3000000`])
    expect(whole.stdout.length).toBe(3_000_000)
    const range = (text: string) => curl(['-sS', '--cacert', ca, ...way, '-r', text, `${url}/bytes/3000000`])
    for (const [text, first, end] of [
      ['0-0', 0, 1],
      ['1048570-1048580', 1048570, 1048581],
      ['2999990-', 2999990, 3000000],
      ['-5', 2999995, 3000000],
    ] as const) {
      expect((await range(text)).stdout.equals(whole.stdout.subarray(first, end))).toBe(true)
    }
    expect((await run(...way, '-i', '-r', '3000000-', `${url}/bytes/3000000`)).text).toMatch(
      /^HTTP\/\S+ 416[\s\S]*content-range: bytes \*\/3000000/i,
    )
    expect((await run(...way, '-I', `${url}/bytes/1000000000`)).text).toMatch(/content-length: 1000000000\r/i)
    expect((await run(...way, `${url}/bytes/0`)).text).toBe('')
    expect((await run(...way, `${url}/bytes/1000000001`)).text).toContain('n must be a number')
  })

  it('sends in pieces', async () => {
    expect((await run(...way, '-w', '%{http_code}', '-o', '/dev/null', `${url}/stream/1000000`)).text).toBe('400')
    const lines = (await run(...way, `${url}/stream/3`)).text.trim().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual([0, 1, 2])
    const events = await run(...way, '-H', 'Last-Event-ID: 6', `${url}/sse?count=2&ms=10`)
    expect(events.text).toMatch(/^retry: 1000\n\nid: 7\nevent: tick\ndata: .+\n\nid: 8\nevent: tick\ndata: .+\n\n$/)
    expect((await run(...way, `${url}/chunked`)).text).toBe('each word is a chunk\n')
    expect((await run(...way, '-D', '-', '-o', '/dev/null', `${url}/trailers`)).text).toMatch(/^x-trailer: the end/im)
    const hints = (await run(...way, '-i', `${url}/early-hints`)).text
    expect(hints).toMatch(/^HTTP\/\S+ 103[\s\S]*link: [\s\S]*HTTP\/\S+ 200/i)
  })

  it('is slow, and stops when the client leaves', async () => {
    const began = performance.now()
    expect((await run(...way, `${url}/delay/0.3`)).text).toBe('That took 0.3 s.\n')
    expect((await run(...way, `${url}/drip?bytes=10&seconds=0.3`)).text).toBe('*'.repeat(10))
    expect(performance.now() - began).toBeGreaterThan(590)
    expect((await run(...way, '-m', '0.3', `${url}/hang`)).status).toBe(28)
    expect((await run(...way, '-m', '2', '-w', '%{http_code}', `${url}/hang?after=head`)).text).toBe('200')
    expect((await run(...way, '-m', '0.3', `${url}/delay/60`)).status).toBe(28)
  })

  it('breaks off', async () => {
    const cut = await run(...way, `${url}/truncated`)
    const chunked = await run(...way, `${url}/truncated?chunked`)
    const closed = await run(...way, `${url}/close`)
    // with TLS curl reports the missing close_notify
    const statuses = isHttp2 ? [92, 92, 92] : url === origin.https ? [56, 56, 56] : [18, 18, 52]
    expect([cut, chunked, closed].map(({ status }) => status)).toEqual(statuses)
    expect(cut.text).toMatch(/^This is not the whole body/)
  })

  it('has large heads, up to what curl refuses', async () => {
    const size = async (bytes: number): Promise<Answer> =>
      run(...way, '-o', '/dev/null', '-w', '%{size_header}', `${url}/large-headers?bytes=${bytes}`)
    expect(Number((await size(65536)).text)).toBeGreaterThan(65536)
    expect((await size(1_000_000)).status).not.toBe(0)
  })

  it('reports what is wrong with a request', async () => {
    const answer = async (path: string, ...args: string[]): Promise<string> =>
      (await run(...way, '-w', ' %{http_code}', ...args, `${url}${path}`)).text
    expect(await answer('/nothing')).toBe('no such path; / lists them all\n 404')
    expect(await answer('/get', '-d', 'x')).toBe('only GET\n 405')
    expect(await answer('/echo')).toMatch(/ 426$/)
    expect(await answer('/%zz')).toMatch(/ 404$/)
    expect(await answer('/etag/%zz')).toMatch(/ 400$/)
  })

  it('is hostile', async () => {
    const body = await run(...way, `${url}/hostile`)
    expect(body.text).toMatch(/\x1b\]52;c;/)
    expect(body.text).toContain('\u202e')
    for (const path of ['/html', '/svg', '/json']) {
      expect((await run(...way, `${url}/hostile${path}`)).text).toContain('pwned')
    }
    expect((await run(...way, `${url}/hostile/long-line?bytes=100000`)).text).toMatch(/^[^\n]{100000}$/)
    const head = await run(...way, '-i', `${url}/hostile/headers`)
    if (isHttp2) return expect(head.text).toMatch(/^HTTP\/2 421/)
    expect([head.status, head.text]).toEqual([0, expect.stringMatching(/^HTTP\/1\.1 200 \x1b\]0;pwned\x07/)])
    expect(head.text).toMatch(/^X-Escape-1: \x1b\]52;c;/m)
    const named = await run(...way, '-i', `${url}/hostile/filename`)
    expect(named.text).toContain('filename="../../../../pwned"')
  })
})

test('the index lists the endpoints, for programs, terminals and browsers', async () => {
  const rows = (await json('-H', 'Accept: application/json', `${origin.http}/`)) as never as Record<string, string>[]
  expect(rows.length).toBeGreaterThan(50)
  for (const { methods, url } of rows) {
    if (/^(WebSocket|FTP)$/.test(methods!) || /hang|close|truncated|drip|delay|sse|stream/.test(url!)) continue
    const method = /^\w+$/.test(methods!) && methods !== 'any' ? methods! : 'POST'
    const code = (await run('-X', method, '-o', '/dev/null', '-w', '%{http_code}', `${origin.http}${url}`)).text
    expect([url, code]).toEqual([url, expect.stringMatching(/^(2..|30[27]|401|418)$/)])
  }
  expect((await run(`${origin.http}/`)).text).toMatch(/^GET +\/get\S+ +what you have sent\n/)
  expect((await run('-H', 'Accept: text/html', `${origin.http}/`)).text).toMatch(/^<!doctype html>[\s\S]*href="\/get/)
})

test('the chain is root, intermediate and leaf, and only valid for this machine', async () => {
  expect((await curl(['-sS', origin.https])).status).toBe(60)
  expect((await run(`${origin.https.replace('localhost', '127.0.0.1')}/tls`)).status).toBe(0)
  const socket = tls.connect({
    port: Number(new URL(origin.https).port),
    host: '127.0.0.1',
    ca: origin.ca,
    servername: 'localhost',
  })
  await once(socket, 'secureConnect')
  const leaf = socket.getPeerX509Certificate()!
  const intermediate = leaf.issuerCertificate!
  const root = new X509Certificate(origin.ca)
  socket.destroy()
  expect([socket.authorized, leaf.ca, intermediate.ca, root.ca]).toEqual([true, false, true, true])
  expect(leaf.subjectAltName).toBe('DNS:localhost, DNS:*.localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1')
  expect(
    leaf.verify(intermediate.publicKey) && intermediate.verify(root.publicKey) && root.verify(root.publicKey),
  ).toBe(true)
  const [leafFile, middleFile] = [join(folder, 'leaf.pem'), join(folder, 'middle.pem')]
  writeFileSync(leafFile, leaf.toString())
  writeFileSync(middleFile, intermediate.toString())
  const strict = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', ca, '-untrusted', middleFile, leafFile]
  expect(execFileSync('openssl', strict, { encoding: 'utf8' })).toBe(`${leafFile}: OK\n`)
  const shown = execFileSync('openssl', ['x509', '-in', ca, '-noout', '-ext', 'nameConstraints'], { encoding: 'utf8' })
  expect(shown).toMatch(/critical\s+Permitted:\s+DNS:localhost\s+IP:127\.0\.0\.1\/255\.255\.255\.255\s/)
})

test('WebSockets: the echo and the clock, with and without TLS', async () => {
  for (const base of [origin.ws, origin.wss]) {
    const echo = new WebSocket(`${base}/echo`, { ca: origin.ca })
    await once(echo, 'open')
    const got: [string, boolean][] = []
    echo.on('message', (data, binary) => got.push([String(data), binary]))
    echo.send('text')
    echo.send(Buffer.from('bytes'))
    await until(() => got.length === 2)
    expect(got).toEqual([
      ['text', false],
      ['bytes', true],
    ])
    echo.close()
    const [time] = (await once(new WebSocket(`${base}/clock`, { ca: origin.ca }), 'message')) as [Buffer]
    expect(Math.abs(Date.parse(String(time).trim()) - Date.now())).toBeLessThan(5000)
  }
  // and the clock closes, also if the client does not answer that
  const clocks = await Promise.all([origin.ws, origin.wss].map((base) => run('-N', `${base}/clock`)))
  for (const { status, text } of clocks) {
    expect(status).toBe(0)
    expect(text).toMatch(/^(\S+Z\n){5}$/)
  }
})

test('a request to upgrade to another protocol is answered without upgrading', async () => {
  const content = Buffer.alloc(3 << 20, 'upgrade ')
  const args = ['-sS', '--http2', '-T', '-', '-w', '%{http_version}', `${origin.http}/upload`]
  const { stdout } = await curl(args, { stdin: input([content]) })
  expect(stdout.toString()).toMatch(new RegExp(`"size": ${content.length}[\\s\\S]*${sha256(content)}[\\s\\S]*1\\.1$`))
  const secure = await run(
    '--http1.1',
    '-H',
    'Connection: Upgrade',
    '-H',
    'Upgrade: x',
    '-d',
    'a=1',
    `${origin.https}/post`,
  )
  expect(JSON.parse(secure.text)).toMatchObject({ form: { a: '1' } })
})

test('a client that does not read costs little', async () => {
  const socket = net.connect(Number(new URL(origin.http).port), '127.0.0.1').pause()
  const before = process.memoryUsage().rss
  socket.write('GET /bytes/1000000000 HTTP/1.1\r\nHost: x\r\n\r\n')
  await new Promise((resolve) => setTimeout(resolve, 1000))
  expect(process.memoryUsage().rss - before).toBeLessThan(100 << 20)
  socket.destroy()
})

test('ports that are in use', async () => {
  const taken = net.createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as net.AddressInfo
  await expect(startOrigin({ http: port })).rejects.toThrow(`port ${port} is in use`)
  const next = await startOrigin({ http: { prefer: port } })
  const [given] = [Number(new URL(next.http).port)]
  expect(given > port && given < port + 20).toBe(true)
  await next.close()
  taken.close()
  // the name localhost may mean the other address, so that counts too
  const six = net.createServer().listen(0, '::1')
  if (await once(six, 'listening').catch(() => null)) {
    const { port } = six.address() as net.AddressInfo
    await expect(startOrigin({ http: port })).rejects.toThrow(`port ${port} is in use`)
    six.close()
  }
})

test('it ends at once, even with open connections', async () => {
  const other = await startOrigin()
  const hanging = http.get(`${other.http}/hang`).on('error', () => {})
  await once(hanging, 'socket')
  const ws = new WebSocket(`${other.ws}/clock`)
  await once(ws, 'message')
  const closed = once(ws, 'close')
  await other.close()
  await closed
  await expect(fetch(other.http)).rejects.toThrow()
})
