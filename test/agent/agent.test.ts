// The agents: Node's http and https over libcurl's connections, and the libraries that are made with these.
import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { Readable } from 'node:stream'
import { TLSSocket } from 'node:tls'
import axios from 'axios'
import got from 'got'
import nodeFetch from 'node-fetch'
import WebSocket, { WebSocketServer } from 'ws'
import { HttpAgent, HttpsAgent, type HttpAgentOptions, type HttpsAgentOptions } from 'libcurl-wasm/agent'
import { afterAll, describe, expect, test } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { connectProxy } from '../servers/connect-proxy.js'
import { refusingPort } from '../servers/faults.js'
import { bodyOf, httpServer, httpsServer, listen } from '../servers/listening.js'
import { runScript } from '../servers/script.js'
import { socks5 } from '../servers/socks5.js'
import { testRelay } from '../relay/relays.js'

const MB = 1024 * 1024
const { ca, good } = certificates()
const closing: { close(): unknown }[] = []
afterAll(() => Promise.all(closing.map((each) => each.close())))
async function keep<S extends { close(): unknown }>(made: Promise<S> | S): Promise<S> {
  closing.push(await made)
  return made
}

const handler = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
  switch (request.url) {
    case '/never':
      return
    case '/half':
      response.writeHead(200, { 'content-length': 10 }).write('half')
      return void setTimeout(() => response.destroy(), 20)
    case '/large':
      return void response.writeHead(200, { 'content-length': 32 * MB }).end(Buffer.alloc(32 * MB, 'x'))
    case '/redirect':
      return void response.writeHead(302, { location: '/target' }).end()
    default:
      response.end(`${request.method} ${request.url} ${String(await bodyOf(request)).slice(0, 100)}`)
  }
}
const plain = await keep(httpServer(handler))
const secure = await keep(httpsServer(handler))
const agent = (options: HttpAgentOptions = {}): HttpAgent => {
  const made = new HttpAgent(options)
  closing.push({ close: () => made.destroy() })
  return made
}
const secureAgent = (options: HttpsAgentOptions = {}): HttpsAgent => {
  const made = new HttpsAgent({ ca: ca.cert, ...options })
  closing.push({ close: () => made.destroy() })
  return made
}

interface Answer {
  status: number
  text: string
  socket: net.Socket & TLSSocket
  reused: boolean
}

/** One request of Node's http or https. */
async function send(url: string, options: https.RequestOptions = {}, body?: string): Promise<Answer> {
  const request = (url.startsWith('https') ? https : http).request(url, options)
  request.end(body)
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  const { reusedSocket: reused } = request
  const socket = response.socket as Answer['socket']
  return { status: response.statusCode!, text: String(await bodyOf(response)), socket, reused }
}

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'it did not fail',
    (error: { code?: string; name: string }) => error.code ?? error.name,
  )

test('GET and POST, over TCP and over TLS', async () => {
  expect(await send(`${plain.url}/a`, { agent: agent() })).toMatchObject({ status: 200, text: 'GET /a ' })
  const own = secureAgent()
  const { text, socket } = await send(`${secure.url}/b`, { agent: own, method: 'POST' }, 'body')
  expect(text).toBe('POST /b body')
  expect(socket.encrypted && socket.authorized).toBe(true)
  expect([socket.getProtocol(), socket.alpnProtocol]).toEqual(['TLSv1.3', 'http/1.1'])
  expect(socket.getCipher().name).toMatch(/^TLS_/)
  const certificate = socket.getPeerCertificate(true)
  expect(certificate.subject.CN).toBeDefined()
  expect(certificate.issuerCertificate.subject).toBeDefined()
  expect(certificate.valid_to).toMatch(/GMT$/)
  expect(socket.getPeerX509Certificate()!.checkHost('localhost')).toBe('localhost')
  expect([socket.remoteAddress, socket.remoteFamily, socket.remotePort]).toEqual(['127.0.0.1', 'IPv4', secure.port])
  expect(socket.address()).toMatchObject({ address: '127.0.0.1', family: 'IPv4' })
})

test('with keepAlive connections are used again, and closed when the server closes them', async () => {
  const server = await keep(httpServer(handler))
  const own = agent({ keepAlive: true, maxSockets: 2 })
  expect((await send(server.url, { agent: own })).reused).toBe(false)
  expect((await send(server.url, { agent: own })).reused).toBe(true)
  await Promise.all(Array.from({ length: 20 }, () => send(server.url, { agent: own })))
  expect(server.connections).toBe(2)
  server.server.closeIdleConnections()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(Object.keys(own.freeSockets)).toEqual([])
  expect((await send(server.url, { agent: own })).text).toBe('GET / ')
})

test('without keepAlive each request has its own', async () => {
  const server = await keep(httpServer(handler))
  for (let i = 0; i < 3; i++) await send(server.url, { agent: agent({ keepAlive: false }) })
  expect(server.connections).toBe(3)
})

describe('options of a request', () => {
  test('ca, rejectUnauthorized', async () => {
    const bare = new HttpsAgent()
    expect(await codeOf(send(secure.url, { agent: bare }))).toBe('CURLE_PEER_FAILED_VERIFICATION')
    expect((await send(secure.url, { agent: bare, ca: [ca.cert] })).status).toBe(200)
    const { socket } = await send(secure.url, { agent: bare, rejectUnauthorized: false })
    expect([socket.authorized, socket.authorizationError]).toEqual([false, 'the server was not verified'])
  })

  test('servername and the header Host decide about the name in TLS', async () => {
    const { port } = secure
    const names: unknown[] = []
    secure.server.on('secureConnection', (socket: TLSSocket) => names.push(socket.servername))
    await send(`https://127.0.0.1:${port}/`, { agent: secureAgent(), servername: 'localhost' })
    await send(`https://127.0.0.1:${port}/`, { agent: secureAgent(), headers: { host: 'localhost' } })
    expect(names).toEqual(['localhost', 'localhost'])
    const wrong = send(`https://127.0.0.1:${port}/`, { agent: secureAgent(), servername: 'other.test' })
    expect(await codeOf(wrong)).toBe('CURLE_PEER_FAILED_VERIFICATION')
  })

  test('checkServerIdentity decides instead of libcurl, before anything is sent', async () => {
    const seen: unknown[] = []
    let requests = 0
    const server = await keep(httpsServer((_request, response) => (requests++, void response.end('x'))))
    const options = { agent: secureAgent(), servername: 'other.test' }
    const accept = (name: string, certificate: object): undefined => void seen.push(name, Object.keys(certificate))
    expect((await send(server.url, { ...options, checkServerIdentity: accept })).text).toBe('x')
    expect(seen).toEqual(['other.test', expect.arrayContaining(['subject', 'fingerprint256', 'issuerCertificate'])])
    const refuse = (): Error => Object.assign(new Error('not mine'), { code: 'MINE' })
    expect(await codeOf(send(server.url, { ...options, checkServerIdentity: refuse }))).toBe('MINE')
    expect(requests).toBe(1)
  })

  test('client certificates, versions and ALPN', async () => {
    const asking = await keep(
      httpsServer(
        ({ socket }, response) => {
          const tls = socket as TLSSocket
          response.end(JSON.stringify([tls.authorized, tls.getProtocol(), tls.alpnProtocol]))
        },
        { requestCert: true, ca: ca.cert, ALPNProtocols: ['http/1.1', 'mine'] },
      ),
    )
    const { key, cert } = good
    const own = secureAgent({ key, cert, maxVersion: 'TLSv1.2', ALPNProtocols: ['mine'] })
    expect(JSON.parse((await send(asking.url, { agent: own })).text)).toEqual([true, 'TLSv1.2', 'mine'])
  })

  test('a unix socket, a family and a local address', async () => {
    expect((await send(plain.url, { agent: agent(), family: 4, localAddress: '127.0.0.2' })).status).toBe(200)
    expect(await codeOf(send(plain.url.replace('127.0.0.1', 'localhost'), { agent: agent(), family: 6 }))).toMatch(/^E/)
  })

  test.each([
    ['checkServerIdentity', 7],
    ['lookup', () => {}],
    ['pfx', Buffer.alloc(1)],
    ['secureContext', {}],
    ['family', 5],
    ['minVersion', 'TLSv9'],
    ['ca', 7],
  ])('%s is refused, and named', (name, value) => {
    expect(() => https.get(secure.url, { agent: new HttpsAgent(), [name]: value })).toThrow(
      new RegExp(`the agent: .*${name}`),
    )
  })

  test.each([
    [{ proxy: 7 }, 'proxy'],
    [{ curl: 'x' }, 'curl'],
  ])('%o of an agent is refused', (options, name) => {
    expect(() => new HttpAgent(options as never)).toThrow(`the agent: ${name}`)
    expect(() => new HttpsAgent(options as never)).toThrow(`the agent: ${name}`)
  })

  test('an unknown option of libcurl is named', async () => {
    const request = http.get(plain.url, { agent: agent({ curl: { options: { NO_SUCH: 1 } as never } }) })
    const [error] = (await once(request, 'error')) as [Error]
    expect(error.message).toContain('NO_SUCH')
  })
})

describe('proxies', () => {
  test('HTTP, by CONNECT, to both schemes', async () => {
    const proxy = await keep(connectProxy({ login: { user: 'me', password: 'secret' } }))
    const address = `http://me:secret@127.0.0.1:${proxy.port}`
    expect((await send(`${plain.url}/p`, { agent: agent({ proxy: address }) })).text).toBe('GET /p ')
    expect((await send(`${secure.url}/s`, { agent: secureAgent({ proxy: new URL(address) }) })).text).toBe('GET /s ')
    expect(proxy.proxied.map(({ method, target }) => [method, target])).toEqual([
      ['CONNECT', `127.0.0.1:${plain.port}`],
      ['CONNECT', `127.0.0.1:${secure.port}`],
    ])
    const refused = send(plain.url, { agent: agent({ proxy: `http://127.0.0.1:${proxy.port}` }) })
    expect(await codeOf(refused)).toMatch(/^CURLE_/)
  })

  test('SOCKS, which resolves the name', async () => {
    const proxy = await keep(socks5({ names: { 'hidden.test': '127.0.0.1' } }))
    const own = agent({ proxy: `socks5h://127.0.0.1:${proxy.port}` })
    expect((await send(`http://hidden.test:${plain.port}/h`, { agent: own })).text).toBe('GET /h ')
    expect(proxy.asked).toMatchObject([{ type: 'name', host: 'hidden.test' }])
  })

  test('none of the environment', async () => {
    const { stdout } = await runScript(
      `
      import http from 'node:http'
      import { HttpAgent } from 'libcurl-wasm/agent'
      http.get('${plain.url}/', { agent: new HttpAgent() }, (response) => {
        console.log(response.statusCode)
        response.resume()
      })`,
      { env: { http_proxy: 'http://127.0.0.1:9', all_proxy: 'http://127.0.0.1:9' } },
    )
    expect(stdout).toBe('200\n')
  })
})

test('a relay, with TLS from end to end', async () => {
  const relay = await testRelay()
  const { stdout } = await runScript(`
    import https from 'node:https'
    import { readFileSync } from 'node:fs'
    import { init, wispTransport } from 'libcurl-wasm'
    import { HttpsAgent } from 'libcurl-wasm/agent'
    import { CurlDispatcher } from 'libcurl-wasm/undici'
    init({ transport: wispTransport({ url: '${relay.url}/' }) })
    const ca = readFileSync('${ca.certFile}')
    const dispatcher = new CurlDispatcher({ connect: { ca } })
    console.log(await (await fetch('${secure.url}/f', { dispatcher })).text())
    https.get('${secure.url}/r', { agent: new HttpsAgent({ ca }) }, async (response) => {
      for await (const chunk of response) console.log(String(chunk))
      process.exit()
    })`)
  expect(stdout).toBe('GET /f \nGET /r \n')
  expect(relay.log.length).toBeGreaterThan(0)
})

describe('what goes wrong', () => {
  test('nobody listens, no such name, a broken response', async () => {
    expect(await codeOf(send(`http://127.0.0.1:${await refusingPort()}`, { agent: agent() }))).toBe('ECONNREFUSED')
    expect(await codeOf(send('http://nowhere.invalid/', { agent: agent() }))).toBe('ENOTFOUND')
    expect(await codeOf(send(`${plain.url}/half`, { agent: agent() }))).toBe('ECONNRESET')
  })

  test('an abort, while it connects, waits and reads', async () => {
    const silent = await keep(listen(net.createServer(), 'https'))
    const abortedAt = async (url: string, moment: string): Promise<unknown> => {
      const abort = new AbortController()
      const own = url.startsWith('https') ? secureAgent() : agent()
      const request = (url.startsWith('https') ? https : http).get(url, { agent: own, signal: abort.signal })
      const failed = once(request, 'error').then(([error]) => (error as Error).name)
      if (moment === 'later') setTimeout(() => abort.abort(), 30)
      if (moment === 'response') {
        const [response] = (await once(request, 'response')) as [http.IncomingMessage]
        const error = once(response, 'error')
        abort.abort()
        return ((await error) as { code: string }[])[0]!.code
      }
      return failed
    }
    expect(await abortedAt(silent.url, 'later')).toBe('AbortError')
    expect(await abortedAt(`${plain.url}/never`, 'later')).toBe('AbortError')
    expect(await abortedAt(`${plain.url}/large`, 'response')).toBe('ECONNRESET') // as with Node's own agent
  })

  test('timeouts of a request and of an agent', async () => {
    for (const options of [{ agent: agent(), timeout: 50 }, { agent: agent({ timeout: 50 }) }]) {
      const request = http.get(`${plain.url}/never`, options)
      await once(request, 'timeout')
      request.on('error', () => {}).destroy()
    }
    const request = http.get(`${plain.url}/never`, { agent: agent() })
    request.setTimeout(50)
    await once(request, 'timeout')
    request.on('error', () => {}).destroy()
  })
})

test('a reader that stops stops the server, and one that goes on gets all', async () => {
  const served = once(plain.server, 'request')
  const request = http.get(`${plain.url}/large`, { agent: agent() })
  const [[{ socket }], [response]] = (await Promise.all([served, once(request, 'response')])) as any
  // until nothing more is sent
  for (let before = -1; before !== socket.bytesWritten - socket.writableLength;) {
    before = socket.bytesWritten - socket.writableLength
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  expect(socket.writableLength).toBeGreaterThan(8 * MB)
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) length += chunk.length
  expect(length).toBe(32 * MB)
})

test('a large upload arrives whole', async () => {
  const counting = await keep(
    httpServer(async (request, response) => {
      let length = 0
      for await (const chunk of request) length += (chunk as Buffer).length
      response.end(String(length))
    }),
  )
  const request = http.request(counting.url, { agent: agent(), method: 'PUT' })
  Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(100_000))).pipe(request)
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  expect(String(await bodyOf(response))).toBe('10000000')
})

test('an upgrade, with ws', async () => {
  const server = await keep(httpsServer(() => {}))
  const sockets = new WebSocketServer({ server: server.server })
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(`echo ${String(data)}`)))
  const socket = new WebSocket(`wss://127.0.0.1:${server.port}/`, { agent: secureAgent() })
  await once(socket, 'open')
  socket.send('hello')
  const [data] = (await once(socket, 'message')) as [Buffer]
  expect(String(data)).toBe('echo hello')
  socket.close()
  await once(socket, 'close')
})

test('an agent with idle connections keeps no process alive, and one that waits does', async () => {
  const { stdout } = await runScript(`
    import http from 'node:http'
    import { HttpAgent } from 'libcurl-wasm/agent'
    const agent = new HttpAgent({ keepAlive: true })
    const get = (done) => http.get('${plain.url}/', { agent }, (response) => response.resume().on('end', done))
    get(() => setTimeout(() => get(() => console.log('done')), 50))`)
  expect(stdout).toBe('done\n')
})

describe('libraries', () => {
  const httpAgent = agent({ keepAlive: true })
  const httpsAgent = secureAgent({ keepAlive: true })

  test('axios', async () => {
    const api = axios.create({ httpAgent, httpsAgent, proxy: false })
    expect((await api.get(`${secure.url}/redirect`)).data).toBe('GET /target ')
    expect((await api.post(`${plain.url}/p`, { a: 1 })).data).toBe('POST /p {"a":1}')
    expect(await codeOf(api.get('http://nowhere.invalid/'))).toBe('ENOTFOUND')
    expect(await codeOf(api.get(`${plain.url}/never`, { timeout: 50 }))).toBe('ECONNABORTED')
  })

  test('got', async () => {
    const api = got.extend({ agent: { http: httpAgent, https: httpsAgent }, retry: { limit: 0 } })
    expect(await api(`${secure.url}/redirect`).text()).toBe('GET /target ')
    const response = await api.post(`${plain.url}/p`, { json: { a: 1 } })
    expect(response.body).toBe('POST /p {"a":1}')
    expect(response.timings.phases.total).toBeGreaterThanOrEqual(0)
    expect(await codeOf(api('http://nowhere.invalid/').text())).toBe('ENOTFOUND')
    expect(await codeOf(api(`${plain.url}/never`, { timeout: { response: 50 } }).text())).toBe('ETIMEDOUT')
  })

  test('node-fetch', async () => {
    const both = ({ protocol }: URL): http.Agent => (protocol === 'http:' ? httpAgent : httpsAgent)
    expect(await (await nodeFetch(`${secure.url}/redirect`, { agent: both })).text()).toBe('GET /target ')
  })
})
