// Interoperability with other implementations: our transport with the server of wisp-js, and libcurl.js and epoxy with
// our relay. They are dependencies of bench/, where `npm ci` must have been called. wisp-js's wsproxy is left out:
// version 0.5.0 fails at every binary message (it passes an ArrayBuffer to net.Socket), and exits when a connection is
// refused.
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import dgram from 'node:dgram'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { wispTransport, type WispTransport } from 'libcurl-wasm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { refusingPort } from '../servers/faults.js'
import { bodyOf, httpServer, httpsServer } from '../servers/listening.js'
import { curl, input } from '../tool/client.js'
import { testRelay } from './relays.js'

const MB = 1 << 20
const PEER = fileURLToPath(new URL('interop-peer.mjs', import.meta.url))
const content = Buffer.alloc(20 * MB, 'the quick brown fox ')
const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

type Handler = Parameters<typeof httpServer>[0]
/** /N has N bytes of `content`, and every other path describes the request. */
const answer: Handler = async (request, response) => {
  const size = /^\/(\d+)$/.exec(request.url!)
  if (size) return void response.end(content.subarray(0, Number(size[1])))
  const body = await bodyOf(request)
  response.end(`${request.method} ${request.url} ${sha256(body)}`)
}
const web = await httpServer(answer)
const secure = await httpsServer(answer)
const ca = certificates().ca
afterAll(() => Promise.all([web.close(), secure.close()]))

describe('the server of wisp-js', () => {
  let server: ChildProcess
  let url: string

  beforeAll(async () => {
    server = spawn(process.execPath, [PEER, 'server'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [port] = await once(createInterface(server.stdout!), 'line')
    url = `ws://127.0.0.1:${port}/`
  })
  afterAll(() => void server.kill('SIGKILL'))

  describe.each([1, 2] as const)('at version %i', (version) => {
    let transport: WispTransport
    beforeAll(() => void (transport = wispTransport({ url, version })))
    afterAll(() => transport.close())

    it('answers over HTTP and HTTPS', async () => {
      const plain = await curl(['-sS', `${web.url}/x`], { transport })
      expect([plain.status, plain.stdout.toString()]).toEqual([0, `GET /x ${sha256('')}`])
      const { status, stdout } = await curl(['-sS', '--cacert', ca.certFile, `${secure.url}/x`], { transport })
      expect([status, stdout.toString()]).toEqual([0, `GET /x ${sha256('')}`])
    })

    it('carries 20 MB down and up', async () => {
      const down = await curl(['-sS', `${web.url}/${content.length}`], { transport })
      expect([down.status, sha256(down.stdout)]).toEqual([0, sha256(content)])
      const up = await curl(['-sS', '-T', '-', `${web.url}/up`], { transport, stdin: input([content]) })
      expect([up.status, up.stdout.toString()]).toEqual([0, `PUT /up ${sha256(content)}`])
    })

    it('carries 50 transfers at a time', async () => {
      const many = ['-Z', '--parallel-immediate', '--parallel-max', '50', '-w', '%{http_code} ', '-o', '/dev/null']
      const { status, stdout } = await curl(['-s', ...many, `${web.url}/?[1-50]`], { transport })
      expect([status, stdout.toString()]).toEqual([0, '200 '.repeat(50)])
    })

    it('resolves names', async () => {
      const named = await curl(['-sS', `${web.url.replace('127.0.0.1', 'web.test')}/x`], { transport })
      expect([named.status, named.stdout.toString()]).toEqual([0, `GET /x ${sha256('')}`])
      expect((await curl(['-s', '-m', '20', 'http://no-such-host.test/'], { transport })).status).not.toBe(0)
    })

    it('reports a refused connection as an error', async () => {
      const refused = await curl(['-s', '-m', '20', `http://127.0.0.1:${await refusingPort()}/`], { transport })
      // the server does not confirm connections, so this one seems to be made, and then breaks
      expect(refused.status).toBe(56)
    })

    it('carries UDP', async () => {
      const echo = dgram.createSocket('udp4', (message, from) => echo.send(message, from.port, from.address))
      echo.bind(0, '127.0.0.1')
      await once(echo, 'listening')
      const to = { family: 'IPv4', address: '127.0.0.1', port: echo.address().port } as const
      const text = await new Promise((resolve, reject) => {
        const received = (bytes: Uint8Array): void => resolve(Buffer.from(bytes).toString())
        transport.datagrams!('IPv4', null, { received, failed: reject }).send(Buffer.from('hello'), to)
      })
      expect(text).toBe('hello')
      echo.close()
    })
  })
})

describe('our relay', () => {
  const clients: [string, string, object, object][] = [
    ['libcurl.js over Wisp', 'libcurl.js', {}, { protocol: 'wisp', version: 1 }],
    ['libcurl.js over wsproxy', 'libcurl.js', { transport: 'wsproxy' }, { protocol: 'wsproxy' }],
    ['epoxy over Wisp 1', 'epoxy', {}, { protocol: 'wisp', version: 1 }],
    ['epoxy over Wisp 2', 'epoxy', { wisp_v2: true }, { protocol: 'wisp', version: 2 }],
  ]

  it.each(clients)(
    'serves %s',
    async (_title, contestant, settings, spoken) => {
      const relay = await testRelay()
      const get = [`${web.url}/x`, `${secure.url}/x`, `${web.url}/${5 * MB}`, `${secure.url}/${5 * MB}`]
      // epoxy sends the smaller one as a single message
      const post = [web, secure].flatMap(({ url }) => [MB / 4, MB].map((size) => ({ url: `${url}/post`, size })))
      const task = { contestant, settings, relay: `${relay.url}/`, ca: ca.cert, get, post }
      const { stdout } = await promisify(execFile)(process.execPath, [PEER, 'client', JSON.stringify(task)], {
        timeout: 50_000,
      })
      const [small, big] = [sha256(`GET /x ${sha256('')}`), sha256(content.subarray(0, 5 * MB))]
      expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toEqual({
        got: [small, small, big, big],
        posted: post.map(({ size }) => `POST /post ${sha256(Buffer.alloc(size, 'a'))}`),
      })
      expect(relay.log).toContainEqual(expect.objectContaining({ event: 'client', ...spoken }))
      expect(relay.log.filter(({ event }) => /refused|fault/.test(event))).toEqual([])
    },
    60_000,
  )
})
