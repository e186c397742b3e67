// Connections that are kept for later requests: when a server ends one, it is closed at once, and not only with the
// next request.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { ServerHttp2Session } from 'node:http2'
import net, { type Socket } from 'node:net'
import tls from 'node:tls'
import { CURL_LOCK_DATA_CONNECT, Easy, Multi, Share, fetch, init } from 'libcurl-wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { bodyOf, http2Server, httpServer, httpsServer, listen, type Listening } from '../servers/listening.js'
import { runScript } from '../servers/script.js'
import { until } from './outcome.js'

const ESTABLISHED = '01'
const CLOSE_WAIT = '08'
/** How many connections to a port the kernel has in a TCP state. @see proc_pid_net(5) */
function inState(state: string, port: number): number {
  const to = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const lines = readFileSync('/proc/net/tcp', 'latin1').trim().split('\n').slice(1)
  return lines.filter((line) => {
    const [, , remote, is] = line.trim().split(/\s+/)
    return remote!.endsWith(to) && is === state
  }).length
}

const all = new Map<Listening, Set<Socket>>()
const remember = <L extends Listening>(listening: L): L => {
  const sockets = new Set<Socket>()
  all.set(listening, sockets)
  listening.server.on('connection', (socket: Socket) => sockets.add(socket))
  return listening
}
const plain = remember(await httpServer((_request, response) => void response.end('kept')))
const secure = remember(await httpsServer((_request, response) => void response.end('kept')))
const multiplexed = remember(
  await http2Server((stream) => {
    stream.respond({ ':status': 200 })
    stream.end('kept')
  }),
)
afterAll(() => Promise.all([plain, secure, multiplexed].map((server) => server.close())))
const curl = { options: { CAINFO_BLOB: Buffer.from(certificates().ca.cert) } }

test.each([
  ['HTTP', plain, 20],
  ['HTTPS', secure, 5],
  ['HTTP/2', multiplexed, 1],
] as const)('over %s', async (_name, server, count) => {
  const get = async (): Promise<string> => (await fetch(server.url, { curl })).text()
  await Promise.all(Array.from({ length: count }, get))
  const before = server.connections
  expect(before).toBeGreaterThanOrEqual(1)
  // the server ends them with a FIN
  for (const socket of all.get(server)!) socket.end()
  await until(() => [...all.get(server)!].every((socket) => socket.destroyed))
  expect(inState(CLOSE_WAIT, server.port)).toBe(0)
  expect(await get()).toBe('kept')
  expect(server.connections).toBe(before + 1)
})

test('over HTTP/2, also with unread bytes of a body in it', async () => {
  let session: ServerHttp2Session | undefined
  const server = await http2Server((stream) => {
    session = stream.session as ServerHttp2Session
    stream.on('error', () => {})
    stream.respond({ ':status': 200 })
    stream.end(Buffer.alloc(20_000_000))
  })
  const response = await fetch(server.url, { curl })
  await new Promise((resolve) => setTimeout(resolve, 300))
  await response.body!.cancel()
  // closes the session, because Node does not give access to its socket
  session!.close()
  await until(() => inState(CLOSE_WAIT, server.port) === 0 && inState(ESTABLISHED, server.port) === 0)
  await server.close()
})

test('a response without a request ends its connection at once', async () => {
  let socket: Socket | undefined
  const server = await httpServer((request, response) => {
    socket = request.socket
    response.end('kept')
  })
  expect(await (await fetch(server.url)).text()).toBe('kept')
  const closed = once(socket!, 'close')
  socket!.write('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n')
  await closed
  expect(await (await fetch(server.url)).text()).toBe('kept')
  expect(server.connections).toBe(2)
  await server.close()
})

test('one whose transfer waits for its reader is not closed', async () => {
  const body = Buffer.alloc(3_000_000, 'x')
  const server = await httpServer(
    (_request, response) => void response.writeHead(200, { connection: 'close' }).end(body),
  )
  const response = await fetch(server.url)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect((await response.arrayBuffer()).byteLength).toBe(body.length)
  await server.close()
})

test('waiting for that does not keep the process alive', async () => {
  const { stdout } = await runScript(`
    import { CURL_LOCK_DATA_CONNECT, Easy, Multi, Share, fetch, init } from 'libcurl-wasm'
    console.log(await (await fetch('${plain.url}')).text())`)
  expect(stdout.trim()).toBe('kept')
})

test.each(['http', 'https'] as const)(
  'a POST over %s does not use a connection whose end has arrived',
  async (scheme) => {
    const answer = (socket: Socket): void => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'))
    }
    const { key, cert } = certificates().good
    const server = await listen(
      scheme === 'http' ? net.createServer(answer) : tls.createServer({ key, cert }, answer),
      scheme,
    )
    const init = { method: 'POST', body: 'once', curl: { options: { CAINFO: certificates().ca.certFile } } }
    for (let i = 0; i < 20; i++) expect(await (await fetch(server.url, init)).text()).toBe('ok')
    expect(server.connections).toBe(20)
    await server.close()
  },
)

describe('a kept connection ends without an answer', () => {
  /** The requests that a server received. It answers all except the second one on a connection. */
  async function sentBy(method: string): Promise<[answered: boolean, requests: number]> {
    let requests = 0
    const server = await listen(
      net.createServer((socket) => {
        let answered = false
        socket.on('error', () => {})
        socket.on('data', () => {
          requests++
          if (answered) return socket.destroy()
          answered = true
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
        })
      }),
      'http',
    )
    await fetch(server.url, { method: 'HEAD' })
    const answered = await fetch(server.url, { method }).then(
      () => true,
      () => false,
    )
    await server.close()
    return [answered, requests]
  }

  test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])('%s is sent again', async (method) => {
    expect(await sentBy(method)).toEqual([true, 3])
  })

  test.each(['POST', 'PATCH', 'QUERY'])('%s is not, because the server may have acted', async (method) => {
    expect(await sentBy(method)).toEqual([false, 2])
  })
})

describe('status 408', () => {
  let answers: number[] = []
  const server = httpServer(async (request, response) => {
    const body = await bodyOf(request)
    response.writeHead(answers.shift() ?? 200).end(body)
  })
  afterAll(async () => (await server).close())
  const post = async (body: BodyInit): Promise<[number, string, number]> => {
    const { url } = await server
    const response = await fetch(url, { method: 'POST', body, duplex: 'half' })
    return [response.status, await response.text(), (await server).connections]
  }

  test('is the response on a new connection', async () => {
    answers = [408]
    expect(await post('new')).toEqual([408, 'new', 1])
  })

  test('on a kept connection may be older than the request, which is sent again', async () => {
    answers = [408]
    expect(await post('kept')).toEqual([200, 'kept', 2])
  })

  test('is the response if the body cannot be sent again', async () => {
    answers = [408]
    expect(await post(new Blob(['stream']).stream())).toEqual([408, 'stream', 2])
  })
})

test('a connection of a Share is closed at once too, also after the Multi that made it', async () => {
  const server = await httpServer((request, response) => {
    setTimeout(() => request.socket.end(), 20)
    response.end('kept')
  })
  await init()
  const share = new Share().setopt('SHARE', CURL_LOCK_DATA_CONNECT)
  for (const outlives of [true, false]) {
    const [easy, multi] = [new Easy().setopt('URL', server.url).setopt('SHARE', share), new Multi()]
    await multi.perform(easy)
    if (!outlives) {
      easy.close()
      multi.close()
    }
    await until(() => inState(CLOSE_WAIT, server.port) === 0 && inState(ESTABLISHED, server.port) === 0)
    if (outlives) {
      easy.close()
      multi.close()
    }
  }
  share.close()
  await server.close()
})
