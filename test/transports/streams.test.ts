// A transport of one's own, over pairs of web streams: here those of Node's sockets.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import { Duplex } from 'node:stream'
import { streamTransport } from 'libcurl-wasm'
import { afterAll, expect, it } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { rawServer, refusingPort } from '../servers/faults.js'
import { bodyOf, httpServer, httpsServer } from '../servers/listening.js'
import { sourceServer } from '../servers/source.js'
import { curl, input, start } from '../tool/client.js'

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

it('loads and sends, by name', async () => {
  const url = web.url.replace('127.0.0.1', 'web.test')
  expect(sha256((await curl(['-s', `${url}/big`], { transport })).stdout)).toBe(sha256(content))
  const up = await curl(['-s', '-T', '-', `${url}/`], { transport, stdin: input([content]) })
  expect([up.status, up.stdout.toString()]).toEqual([0, sha256(content)])
  expect(asked).toContain('web.test')
})

it('carries TLS, and many at a time', async () => {
  const args = ['-s', '--cacert', certificates().ca.certFile, secure.url]
  const all = await Promise.all(Array.from({ length: 5 }, () => curl(args, { transport })))
  expect(all.map(({ stdout }) => stdout.toString())).toEqual(Array(5).fill('secret'))
})

it('tells of a refusal, and of a body that is cut off', async () => {
  const refused = await curl(['-sv', `http://127.0.0.1:${await refusingPort()}/`], { transport })
  expect([refused.status, refused.stderr]).toEqual([7, expect.stringMatching(/connection refused/i)])
  const cut = await rawServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot a hundred'))
  expect((await curl(['-s', `http://127.0.0.1:${cut.port}/`], { transport })).status).toBe(18)
  const reset = await rawServer((socket) => socket.resetAndDestroy())
  expect((await curl(['-s', `http://127.0.0.1:${reset.port}/`], { transport })).status).toBe(56)
  await Promise.all([cut.close(), reset.close()])
})

it('stops the sender when nobody reads, and ends at once', async () => {
  const source = await sourceServer()
  const stalled = new TransformStream<Uint8Array, Uint8Array>()
  const tool = start(['-sN', `http://127.0.0.1:${source.port}/${400 * MB}`], { transport, stdout: stalled.writable })
  expect(await source.stalled()).toBeLessThan(60 * MB)
  tool.abort()
  expect(await tool.status).toBe(130)
  await source.close()
})
