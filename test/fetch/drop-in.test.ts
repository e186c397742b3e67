// fetch as a replacement of the platform's: in ky, in code that reads server-sent events with globalThis.fetch, and for
// uploads with an AWS signature, which another implementation of the algorithm verifies here.
import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import ky, { HTTPError, TimeoutError } from 'ky'
import { fetch } from 'libcurl-wasm'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { bodyOf, httpServer } from '../servers/listening.js'
import { runScript } from '../servers/script.js'
import { bytes, sleep, until } from './outcome.js'

let attempts = 0
const server = await httpServer(async (request, response) => {
  const body = await bodyOf(request)
  const { pathname } = new URL(request.url!, 'http://host')
  if (pathname === '/flaky' && ++attempts < 3) return void response.writeHead(503).end()
  if (pathname === '/missing') return void response.writeHead(404).end('{"error": "missing"}')
  if (pathname === '/slow') await sleep(2000)
  response.setHeader('content-type', 'application/json')
  response.end(
    JSON.stringify({
      method: request.method,
      url: request.url,
      length: request.headers['content-length'],
      body: String(body),
    }),
  )
})
afterAll(() => server.close())

describe('ky', () => {
  const api = ky.create({ prefixUrl: server.url, fetch, retry: { limit: 3, delay: () => 10 } })

  test('gets and posts', async () => {
    expect(await api.get('a', { searchParams: { b: 'c' } }).json()).toMatchObject({ method: 'GET', url: '/a?b=c' })
    const posted = await api.post('a', { json: { x: 1 } }).json()
    expect(posted).toMatchObject({ method: 'POST', body: '{"x":1}', length: '7' })
    const form = new FormData()
    form.append('a', new Blob([bytes(100_000)]))
    expect(await api.put('a', { body: form }).json()).toMatchObject({
      method: 'PUT',
      length: expect.stringMatching(/^100\d+$/),
    })
  })

  test('retries, and reports errors', async () => {
    expect(await api.get('flaky').json()).toMatchObject({ url: '/flaky' })
    expect(attempts).toBe(3)
    await expect(api.get('missing')).rejects.toThrow(HTTPError)
    await expect(api.get('slow', { timeout: 50, retry: 0 })).rejects.toThrow(TimeoutError)
  })

  test('hooks and progress', async () => {
    let seen = 0
    const text = await api
      .get('a', {
        onDownloadProgress: ({ transferredBytes }) => void (seen = transferredBytes),
        hooks: { afterResponse: [(_request, _options, response) => void expect(response.ok).toBe(true)] },
      })
      .text()
    expect(seen).toBe(text.length)
  })
})

describe('globalThis.fetch', () => {
  const platform = globalThis.fetch
  afterEach(() => void (globalThis.fetch = platform))

  /** Reads a stream of events as clients of language models do. */
  async function* events(url: string, body: unknown, signal: AbortSignal): AsyncGenerator<{ delta: string }> {
    const response = await globalThis.fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream', Authorization: 'Bearer key' },
      body: JSON.stringify(body),
      signal,
    })
    if (!response.ok || !response.body) throw new Error(`status ${response.status}`)
    let rest = ''
    for await (const text of response.body.pipeThrough(
      new TextDecoderStream() as never,
    ) as unknown as AsyncIterable<string>) {
      rest += text
      for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
        const data = rest.slice('data: '.length, end)
        rest = rest.slice(end + 2)
        if (data === '[DONE]') return
        yield JSON.parse(data) as { delta: string }
      }
    }
  }

  test('server-sent events come one by one', async () => {
    let send!: (delta: string) => void
    let gone = false
    const model = await httpServer(async (request, response) => {
      expect(JSON.parse(String(await bodyOf(request)))).toEqual({ stream: true })
      expect(request.headers.authorization).toBe('Bearer key')
      response.on('close', () => (gone = true))
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      send = (delta) =>
        void response.write(delta === '' ? 'data: [DONE]\n\n' : `data: ${JSON.stringify({ delta })}\n\n`)
      send('Hel')
    })
    globalThis.fetch = fetch
    const controller = new AbortController()
    const said: string[] = []
    for await (const { delta } of events(model.url, { stream: true }, controller.signal)) {
      said.push(delta)
      // the next one is sent when this one has arrived, so nothing may hold it back
      send({ 1: 'lö', 2: '!' }[said.length] ?? '')
    }
    expect(said).toEqual(['Hel', 'lö', '!'])
    await expect(async () => {
      for await (const _ of events(model.url, { stream: true }, controller.signal)) controller.abort()
    }).rejects.toMatchObject({ name: 'AbortError' })
    await until(() => gone)
    await model.close()
  })

  test('a fetch that passes calls on to the platform is not called by it again', async () => {
    globalThis.fetch = fetch
    expect(await (await globalThis.fetch('data:,hello')).text()).toBe('hello')
  })
})

describe('AWS signature version 4', () => {
  const [key, secret, region] = ['AKIDEXAMPLE', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', 'eu-west-1']
  const hash = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')
  const hmac = (by: string | Buffer, data: string): Buffer => createHmac('sha256', by).update(data).digest()

  /** As the documentation of AWS describes it, "Create a signed AWS API request". */
  function isSigned(request: IncomingMessage, payloadHash: string, service: string): boolean {
    const match =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)$/.exec(
        request.headers.authorization ?? '',
      )
    if (!match || match[1] !== key || match[3] !== region || match[4] !== service) return false
    const [, , date, , , names, signature] = match as unknown as string[]
    const { pathname, searchParams } = new URL(request.url!, 'http://host')
    const query = [...searchParams]
      .map((pair) => pair.map(encodeURIComponent).join('='))
      .sort()
      .join('&')
    const headers = names!.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`)
    const canonical = [request.method, pathname, query, headers.join(''), names, payloadHash].join('\n')
    const scope = `${date}/${region}/${service}/aws4_request`
    const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, hash(canonical)].join('\n')
    const signing = [date!, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`)
    return hmac(signing, text).toString('hex') === signature
  }

  const bucket = async (service: string) =>
    httpServer(async (request, response) => {
      const body = await bodyOf(request)
      const told = request.headers['x-amz-content-sha256'] as string | undefined
      const valid = told === undefined || told === 'UNSIGNED-PAYLOAD' || told === hash(body)
      const signed = isSigned(request, told ?? hash(body), service)
      response.writeHead(valid && signed ? 200 : 403).end(`${told ?? 'none'} ${body.length}`)
    })
  const curl = (service: string) => ({
    options: { AWS_SIGV4: `aws:amz:${region}:${service}`, USERPWD: `${key}:${secret}` },
  })

  test('uploads to S3', async () => {
    const s3 = await bucket('s3')
    const put = (body: BodyInit | null, more = {}) =>
      fetch(`${s3.url}/bucket/key.txt?x=y&a=b`, { method: 'PUT', body, curl: curl('s3'), ...more })
    const small = await put('hello')
    expect([small.status, await small.text()]).toEqual([200, `${hash('hello')} 5`])
    const large = await put(new Blob([bytes(3_000_000)]))
    expect([large.status, await large.text()]).toEqual([200, 'UNSIGNED-PAYLOAD 3000000'])
    const streamed = await put(new Blob([bytes(1000)]).stream(), {
      duplex: 'half',
      headers: { 'content-length': '1000' },
    })
    expect([streamed.status, await streamed.text()]).toEqual([200, 'UNSIGNED-PAYLOAD 1000'])
    expect((await fetch(s3.url, { curl: curl('s3') })).status).toBe(200)
    expect((await fetch(s3.url, { curl: curl('other') })).status).toBe(403)
    await s3.close()
  })

  test('other services', async () => {
    const api = await bucket('execute-api')
    const post = (body: BodyInit, headers = {}) =>
      fetch(api.url, { method: 'POST', body, headers, curl: curl('execute-api') })
    expect((await post('{"a": 1}', { 'Content-Type': 'application/json' })).status).toBe(200)
    const large = Buffer.from(bytes(3_000_000))
    expect((await post(new Blob([large]), { 'x-amz-content-sha256': hash(large) })).status).toBe(200)
    await api.close()
  })
})

describe('in a fresh process', () => {
  test('it starts by itself, and does not keep the process alive', async () => {
    const { stdout } = await runScript(`
      import { fetch } from 'libcurl-wasm'
      const [a, b] = await Promise.all([fetch('${server.url}/a'), fetch('${server.url}/b')])
      console.log((await a.json()).url, (await b.json()).url)`)
    expect(stdout).toBe('/a /b\n')
  })

  test('it takes the transport that init was given', async () => {
    const { stdout } = await runScript(`
      import init, { fetch, TransportError } from 'libcurl-wasm'
      const transport = { connect() { throw new TransportError('EACCES') }, async resolve() { throw new TransportError('ENOTFOUND') } }
      init({ transport })
      console.log(await fetch('${server.url}').catch((error) => error.cause.code))`)
    expect(stdout).toBe('CURLE_COULDNT_CONNECT\n')
  })
})
