// A custom transport over pairs of web streams, here those of Node's sockets.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import { Duplex } from 'node:stream'
import { streamTransport } from 'libcurl-wasm'
import { afterAll, expect, it } from 'vitest'
import { certificates } from '../../servers/certificates.js'
import { rawServer, refusingPort } from '../../servers/faults.js'
import { bodyOf, httpServer, httpsServer } from '../../servers/listening.js'
import { sourceServer } from '../../servers/source.js'
import { curl, input, start } from '../../tool/client.js'

const MB = 1 << 20
const content = Buffer.alloc(20 * MB, 'stream ')
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const asked: string[] = []
const transport = streamTransport(async (host, port, signal) => {
  asked.push(host)
  const socket = net.connect({ port, host: host === 'web.test' ? '127.0.0.1' : host, signal })
  await once(socket, 'connect')
  return Duplex.toWeb(socket) as never
})
const web = await httpServer(async (request, response) => {
  if (request.url === '/big') return void response.end(content)
  response.end(sha256(await bodyOf(request)))
})
const secure = await httpsServer((_request, response) => void response.end('secret'))
afterAll(() => Promise.all([web.close(), secure.close()]))

it('downloads and uploads, by name', async () => {
  const url = web.url.replace('127.0.0.1', 'web.test')
  expect(sha256((await curl(['-s', `${url}/big`], { transport })).stdout)).toBe(sha256(content))
  const up = await curl(['-s', '-T', '-', `${url}/`], { transport, stdin: input([content]) })
  expect([up.status, up.stdout.toString()]).toEqual([0, sha256(content)])
  expect(asked).toContain('web.test')
})

it('carries TLS, and many connections at the same time', async () => {
  const args = ['-s', '--cacert', certificates().ca.certFile, secure.url]
  const all = await Promise.all(Array.from({ length: 5 }, () => curl(args, { transport })))
  expect(all.map(({ stdout }) => stdout.toString())).toEqual(Array(5).fill('secret'))
})

it('reports a refused connection, and an incomplete body', async () => {
  const refused = await curl(['-sv', `http://127.0.0.1:${await refusingPort()}/`], { transport })
  expect([refused.status, refused.stderr]).toEqual([7, expect.stringMatching(/connection refused/i)])
  const cut = await rawServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot a hundred'))
  expect((await curl(['-s', `http://127.0.0.1:${cut.port}/`], { transport })).status).toBe(18)
  const reset = await rawServer((socket) => socket.resetAndDestroy())
  expect((await curl(['-s', `http://127.0.0.1:${reset.port}/`], { transport })).status).toBe(56)
  await Promise.all([cut.close(), reset.close()])
})

it('stops the sender when the client does not read, and ends at once', async () => {
  const source = await sourceServer()
  const stalled = new TransformStream<Uint8Array, Uint8Array>()
  const tool = start(['-sN', `http://127.0.0.1:${source.port}/${400 * MB}`], { transport, stdout: stalled.writable })
  expect(await source.stalled()).toBeLessThan(60 * MB)
  tool.abort()
  expect(await tool.status).toBe(130)
  await source.close()
})

// Node's adapter delivers pending data in its next turn, and throws if it cannot
it('can be closed while it is being read', async () => {
  const remote = { family: 'IPv4', address: '127.0.0.1', port: web.port } as const
  for (let i = 0; i < 10; i++)
    await new Promise<void>((resolve, reject) => {
      const stream = transport.connect(remote, null, {
        opened: () => stream.write(Buffer.from('GET /big HTTP/1.1\r\nHost: web.test\r\n\r\n')),
        data() {
          stream.pause()
          // when more has arrived than the stream wants
          setTimeout(() => {
            stream.resume()
            stream.close()
            setTimeout(resolve)
          }, 5)
        },
        drained() {},
        ended: () => reject(new Error('ended')),
        closed: () => reject(new Error('closed')),
        failed: reject,
      })
    })
})

it('closes the connection when one of the two has failed, and reports an unknown error as a reset', async () => {
  let cancelled: () => void
  const cancel = new Promise<void>((resolve) => (cancelled = resolve))
  const broken = streamTransport(async () => ({
    readable: new ReadableStream({ cancel: () => cancelled() }),
    writable: new WritableStream({ write: () => Promise.reject(Object.assign(new Error('no'), { code: 'toString' })) }),
  }))
  expect((await curl(['-s', 'http://web.test/'], { transport: broken })).status).toBe(56)
  await cancel
})

it('sends what was written before it was closed, even if that takes a while', async () => {
  let taken = 0
  let ended: (how: string) => void
  const end = new Promise<string>((resolve) => (ended = resolve))
  const slow = streamTransport(async () => ({
    readable: new ReadableStream({
      start: (controller) => controller.enqueue(Buffer.from('HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n')),
    }),
    writable: new WritableStream({
      async write(chunk) {
        await new Promise((resolve) => setTimeout(resolve, 20))
        taken += chunk.length
      },
      close: () => ended('closed'),
      abort: () => ended('aborted'),
    }),
  }))
  await curl(['-s', '-H', 'Connection: close', '-d', 'x'.repeat(1000), 'http://web.test/'], { transport: slow })
  expect([await end, taken > 1000]).toEqual(['closed', true])
})

it('ends when the server has ended, even if data waits to be sent', async () => {
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    socket.end('early')
    socket.on('error', () => {}).on('finish', () => setTimeout(() => socket.resume(), 50))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const remote = { family: 'IPv4', address: '127.0.0.1', port: (server.address() as net.AddressInfo).port } as const
  const code = await new Promise<string>((resolve) => {
    const stream = transport.connect(remote, null, {
      opened: () => stream.write(Buffer.alloc(20 * MB)),
      data() {},
      drained: () => resolve('drained'),
      ended() {},
      closed() {},
      failed: resolve,
    })
  })
  expect(code).toBe('EPIPE')
  server.close()
})
