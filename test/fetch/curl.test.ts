// What this package adds to fetch: the key `curl` of init, the property `curl` of a response, and the causes of errors.
import { CurlError, fetch, type CurlInit, type Progress } from 'libcurl-wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { connectProxy } from '../servers/connect-proxy.js'
import { blackHole, rawServer, refusingPort } from '../servers/faults.js'
import { http2Server, httpServer, httpsServer, plainHttp2Server } from '../servers/listening.js'
import { bytes, nodes, sleep, type Fetching } from './outcome.js'

const CAINFO = certificates().ca.certFile
const server = await httpServer(async (request, response) => {
  if (request.url === '/slow') await sleep(100)
  const parts: Buffer[] = []
  for await (const chunk of request) parts.push(chunk as Buffer)
  if (request.url === '/large') {
    response.setHeader('content-length', 1_000_000)
    return void response.end(Buffer.alloc(1_000_000))
  }
  response.end(`${request.method} ${request.headers['x-option'] ?? ''} ${Buffer.concat(parts).length}`)
})
const secure = await httpsServer((request, response) => void response.end(`${request.httpVersion} ${request.url}`))
afterAll(() => Promise.all([server.close(), secure.close()]))

const failure = async (...args: Parameters<typeof fetch>): Promise<CurlError> => {
  const error = (await fetch(...args).then(
    () => expect.unreachable('it does not fail'),
    (reason: unknown) => reason,
  )) as Error
  expect(error).toBeInstanceOf(TypeError)
  expect(error.cause).toBeInstanceOf(CurlError)
  return error.cause as CurlError
}

describe('init.curl.options', () => {
  test('takes any option, by its name with or without the prefix', async () => {
    const proxy = await connectProxy()
    const options = { PROXY: `http://127.0.0.1:${proxy.port}`, CURLOPT_HTTPPROXYTUNNEL: true, CAINFO }
    const response = await fetch(`${secure.url}/path`, { curl: { options } })
    expect(await response.text()).toBe('1.1 /path')
    expect(response.curl.remoteAddress!.port).toBe(proxy.port)
    await proxy.close()
  })

  test('options apply to one call', async () => {
    const response = await fetch(secure.url, { curl: { options: { CAINFO } } })
    expect(await response.text()).toBe('1.1 /')
    const options = { USERAGENT: 'other' }
    const agents = await httpServer((request, answer) => void answer.end(request.headers['user-agent']))
    expect(await (await fetch(agents.url, { curl: { options } })).text()).toBe('other')
    expect(await (await fetch(agents.url)).text()).toMatch(/^libcurl-wasm \(libcurl\/\d/)
    await agents.close()
  })

  test.each([
    ['WRITEFUNCTION', () => 0, 'response.body'],
    ['CURLOPT_URL', 'http://x/', 'the first argument'],
    ['FOLLOWLOCATION', true, 'init.redirect'],
    ['HTTPHEADER', [], 'init.headers'],
    ['POSTFIELDS', 'x', 'init.body'],
    ['INFILE', 1, 'init.body'],
    ['VERBOSE', true, 'onDebug'],
  ])('%s is needed by fetch itself', async (name, value, instead) => {
    const calling = fetch(server.url, { curl: { options: { [name]: value } } })
    await expect(calling).rejects.toThrow(TypeError)
    await expect(calling).rejects.toThrow(instead)
  })

  test('an error names what is wrong', async () => {
    const wrong = (curl: unknown) => fetch(server.url, { curl: curl as CurlInit })
    await expect(wrong({ options: { NONSENSE: 1 } })).rejects.toThrow(/NONSENSE/)
    await expect(wrong({ options: { TIMEOUT_MS: 'soon' } })).rejects.toThrow(/TIMEOUT_MS/)
    await expect(wrong({ options: { TIMEOUT_MS: 1e12 } })).rejects.toThrow(/TIMEOUT_MS/)
    await expect(wrong({ httpVersion: '9' })).rejects.toThrow(/httpVersion/)
    for (const bad of [{ options: { NONSENSE: 1 } }, { httpVersion: '9' }])
      await expect(wrong(bad)).rejects.toThrow(TypeError)
  })

  test('authentication that takes several requests', async () => {
    const digest = await httpServer((request, response) => {
      if (/^Digest .*username="user"/.test(request.headers.authorization ?? '')) return void response.end('welcome')
      response.writeHead(401, { 'www-authenticate': 'Digest realm="r", nonce="n", qop="auth"' }).end('who are you?')
    })
    const options = { USERPWD: 'user:password', HTTPAUTH: 2 }
    for (const init of [{}, { method: 'POST', body: 'x' }, { method: 'PUT', body: new Blob([bytes(2_000_000)]) }]) {
      const response = await fetch(digest.url, { ...init, curl: { options } })
      expect([response.status, await response.text()]).toEqual([200, 'welcome'])
    }
    const refused = await fetch(digest.url)
    expect([refused.status, await refused.text()]).toEqual([401, 'who are you?'])
    await digest.close()
  })
})

describe('init.curl.httpVersion', () => {
  test('is the version that is used', async () => {
    const raw = await rawServer((socket) => void socket.end('HTTP/1.0 200 OK\r\n\r\nold'))
    const old = await fetch(`http://127.0.0.1:${raw.port}/`, { curl: { httpVersion: '1.0' } })
    expect([old.curl.httpVersion, await old.text()]).toEqual(['1.0', 'old'])
    await raw.close()
    const h2c = await plainHttp2Server((stream) => (stream.respond({ ':status': 200 }), void stream.end('two')))
    const two = await fetch(h2c.url, { curl: { httpVersion: '2' } })
    expect([two.curl.httpVersion, two.statusText, await two.text()]).toEqual(['2', '', 'two'])
    await h2c.close()
    const options = { CAINFO }
    const h2 = await http2Server((stream) => (stream.respond({ ':status': 200, 'x-a': 'b' }), void stream.end('two')))
    const chosen = await fetch(h2.url, { curl: { options } })
    expect([chosen.curl.httpVersion, chosen.headers.get('x-a')]).toEqual(['2', 'b'])
    await h2.close()
    await expect(fetch(secure.url, { curl: { options, httpVersion: '2' } })).rejects.toThrow(TypeError)
  })
})

describe('init.curl.onProgress', () => {
  test('reports both directions', async () => {
    const told: Progress[] = []
    const curl = { onProgress: (progress: Progress) => void told.push(progress) }
    const response = await fetch(`${server.url}/large`, { method: 'POST', body: bytes(500_000), curl })
    await response.arrayBuffer()
    const last = (direction: string) => told.findLast((each) => each.direction === direction)
    expect(last('upload')).toEqual({ percent: 1, transferredBytes: 500_000, totalBytes: 500_000, direction: 'upload' })
    expect(last('download')).toEqual({
      percent: 1,
      transferredBytes: 1_000_000,
      totalBytes: 1_000_000,
      direction: 'download',
    })
    const downloaded = told
      .filter(({ direction }) => direction === 'download')
      .map(({ transferredBytes }) => transferredBytes)
    expect(downloaded).toEqual([...new Set(downloaded)].sort((a, b) => a - b))
  })

  test('ends the fetch by throwing', async () => {
    const fault = new Error('enough')
    const onProgress = () => {
      throw fault
    }
    expect((await failure(server.url, { method: 'POST', body: bytes(10), curl: { onProgress } })).cause).toBe(fault)
  })
})

test('init.curl.onDebug gets the whole trace', async () => {
  const told: Record<string, string> = {}
  const onDebug: CurlInit['onDebug'] = (kind, data) =>
    (told[kind] = (told[kind] ?? '') + Buffer.from(data).toString('latin1'))
  await (await fetch(secure.url, { method: 'POST', body: 'sent', curl: { onDebug, options: { CAINFO } } })).text()
  expect(told['header-out']).toMatch(/^POST \/ HTTP\/1.1\r\n/)
  expect(told['header-in']).toMatch(/^HTTP\/1.1 200 OK\r\n/)
  expect(told['data-out']).toBe('sent')
  expect(told['data-in']).toBe('1.1 /')
  expect(told['text']).toMatch(/Connection #\d+ to host/)
})

describe('response.curl', () => {
  test('the phases of a request', async () => {
    const { timings, finished } = (await fetch(`${server.url}/slow`, { curl: {} })).curl
    expect(timings.firstByte).toBeGreaterThan(90)
    const { total, ...phases } = await finished
    expect(Object.keys(phases)).toEqual(['redirect', 'queue', 'dns', 'tcp', 'tls', 'request', 'firstByte', 'download'])
    expect(Object.values(phases).every((phase) => phase >= 0)).toBe(true)
    expect(Object.values(phases).reduce((sum, phase) => sum + phase)).toBeCloseTo(total)
  })

  test('the addresses of the connection', async () => {
    const { curl } = await fetch(server.url)
    expect(curl.remoteAddress).toEqual({ address: '127.0.0.1', port: server.port })
    expect(curl.localAddress).toEqual({ address: '127.0.0.1', port: expect.any(Number) })
    expect(curl.localAddress!.port).not.toBe(server.port)
    expect([curl.tls, curl.effectiveMethod, curl.redirects]).toEqual([null, 'GET', []])
  })

  test('TLS, also of a reused connection', async () => {
    const fresh = await httpsServer((_request, response) => void response.end('x'))
    for (let i = 0; i < 3; i++) {
      const response = await fetch(fresh.url, { curl: { options: { CAINFO } } })
      await response.text()
      const { version, cipher, chain } = response.curl.tls!
      expect([version, cipher]).toEqual(['TLSv1.3', expect.stringMatching(/^TLS_\w+_SHA\d+$/)])
      expect(chain[0]).toMatchObject({ subject: 'CN = good', issuer: 'CN = libcurl-wasm test authority' })
      expect(chain[0]!.pem.trim()).toBe(certificates().good.cert.trim())
      expect(new Date(chain[0]!.validTo) > new Date()).toBe(true)
      if (i > 0) expect(response.curl.timings.tls).toBe(0)
    }
    expect(fresh.connections).toBe(1)
    await fresh.close()
  })

  test('TLS 1.2', async () => {
    const options = { CAINFO, SSLVERSION: 6 | (6 << 16), FRESH_CONNECT: true }
    const { curl } = await fetch(secure.url, { curl: { options } })
    expect([curl.tls!.version, curl.tls!.cipher]).toEqual(['TLSv1.2', expect.stringMatching(/^ECDHE-ECDSA-/)])
    expect(curl.timings.tls).toBeGreaterThan(0)
  })
})

describe('errors', () => {
  test('no server listens', async () => {
    const error = await failure(`http://127.0.0.1:${await refusingPort()}/`)
    expect(error).toMatchObject({ code: 'CURLE_COULDNT_CONNECT', number: 7, message: /^Failed to connect/ })
    const { total, tcp, ...others } = error.timings!
    expect(tcp).toBeGreaterThan(0)
    expect(total).toBeGreaterThanOrEqual(tcp)
    expect([others.tls, others.request, others.firstByte]).toEqual([0, 0, 0])
  })

  test('a certificate that is not trusted', async () => {
    expect(await failure(secure.url)).toMatchObject({ code: 'CURLE_PEER_FAILED_VERIFICATION' })
  })

  test('a timeout of curl', async () => {
    const hole = await blackHole()
    const error = await failure(`http://127.0.0.1:${hole.port}/`, { curl: { options: { TIMEOUT_MS: 100 } } })
    expect(error).toMatchObject({ code: 'CURLE_OPERATION_TIMEDOUT' })
    expect(error.timings!.tcp).toBeGreaterThan(80)
    await hole.close()
  })

  test('a server that says nothing', async () => {
    const mute = await rawServer((socket) => void socket.end())
    expect(await failure(`http://127.0.0.1:${mute.port}/`)).toMatchObject({ code: 'CURLE_GOT_NOTHING' })
    await mute.close()
  })

  test('a kept connection that dies under a request', async () => {
    let requests = 0
    const mortal = await httpServer((request, response) => {
      if (++requests === 2) request.once('data', () => request.socket.destroy())
      else response.end(`request ${requests}`)
    })
    const attempt = async (method: string, body: () => BodyInit, fetching = fetch as Fetching): Promise<string> => {
      requests = 0
      await (await fetching(mortal.url)).text()
      return (await fetching(mortal.url, { method, body: body(), duplex: 'half' })).text()
    }
    const endless = () => new ReadableStream({ pull: (c) => sleep(10).then(() => c.enqueue(new Uint8Array(1000))) })
    // a request that can be sent again is, because the server never answered its second request
    expect(await attempt('PUT', () => 'text')).toBe('request 3')
    expect(await attempt('PUT', () => new Blob([bytes(2_000_000)]))).toBe('request 3')
    await expect(attempt('PUT', endless)).rejects.toMatchObject({ cause: { code: 'CURLE_SEND_FAIL_REWIND' } })
    // but not if the server could then act twice; Node does the same
    for (const method of ['POST', 'PATCH'])
      for (const body of [() => 'text', () => new Blob([bytes(2_000_000)])]) {
        await expect(attempt(method, body)).rejects.toThrow(TypeError)
        expect(requests).toBe(2)
        await expect(attempt(method, body, nodes)).rejects.toThrow(TypeError)
        expect(requests).toBe(2)
      }
    await mortal.close()
  })
})
