// The transports through a relay: whole transfers with the curl tool, over Wisp with flow control, Wisp as other
// implementations have it, and wsproxy.
import { createHash } from 'node:crypto'
import dgram from 'node:dgram'
import { once } from 'node:events'
import { wispTransport, wsproxyTransport, type WispTransport } from 'libcurl-wasm'
import { afterAll, describe, expect, it } from 'vitest'
import { testRelay } from '../../relay/relays.js'
import { certificates } from '../../servers/certificates.js'
import { rawServer, refusingPort } from '../../servers/faults.js'
import { answerTo } from '../../servers/dns.js'
import { ftpServer } from '../../servers/ftp.js'
import { bodyOf, httpServer, httpsServer } from '../../servers/listening.js'
import { sourceServer } from '../../servers/source.js'
import { curl, input, sleep, start, until } from '../../tool/client.js'

const MB = 1 << 20
const content = Buffer.alloc(20 * MB, 'the quick brown fox ')
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const web = await httpServer(async (request, response) => {
  if (request.url === '/big') return void response.end(content)
  if (request.url === '/304') return void response.writeHead(304, { etag: 'x' }).end()
  const body = await bodyOf(request)
  response.end(`${request.method} ${request.url} ${sha256(body)}`)
})
const secure = await httpsServer((_request, response) => void response.end('secret'))
const relay = await testRelay({ udp: true, resolve: async (name) => (name === 'web.test' ? ['127.0.0.1'] : []) })
const transports: Record<string, () => WispTransport | ReturnType<typeof wsproxyTransport>> = {
  'wisp 2': () => wispTransport({ url: `${relay.url}/` }),
  'wisp 1': () => wispTransport({ url: `${relay.url}/`, version: 1 }),
  wsproxy: () => wsproxyTransport({ url: `${relay.url}/` }),
}
afterAll(() => Promise.all([web.close(), secure.close()]))

describe.each(Object.entries(transports))('%s', (_name, make) => {
  const transport = make()
  afterAll(() => 'close' in transport && transport.close())

  it('downloads and uploads', async () => {
    expect((await curl(['-s', `${web.url}/x`], { transport })).stdout.toString()).toBe(`GET /x ${sha256(Buffer.of())}`)
    const down = await curl(['-s', `${web.url}/big`], { transport })
    expect([down.status, sha256(down.stdout)]).toEqual([0, sha256(content)])
    const up = await curl(['-s', '-T', '-', `${web.url}/up`], { transport, stdin: input([content]) })
    expect([up.status, up.stdout.toString()]).toEqual([0, `PUT /up ${sha256(content)}`])
  })

  it('lets the relay resolve names', async () => {
    const url = web.url.replace('127.0.0.1', 'web.test')
    expect((await curl(['-s', `${url}/x`], { transport })).status).toBe(0)
    const unknown = await curl(['-sS', 'http://no-such-host.invalid/'], { transport })
    expect(unknown.status).not.toBe(0)
  })

  it('carries TLS from end to end', async () => {
    const { status, stdout, stderr } = await curl(['-sS', '--cacert', certificates().ca.certFile, secure.url], {
      transport,
    })
    expect([status, stdout.toString(), stderr]).toEqual([0, 'secret', ''])
    expect((await curl(['-s', secure.url], { transport })).status).toBe(60)
  })

  it('resolves names by DNS over HTTPS, when asked to', async () => {
    const queries: string[] = []
    const doh = await httpsServer(async (request, response) => {
      const { name, answer } = answerTo(await bodyOf(request), (name) =>
        name === 'doh.test' ? '127.0.0.1' : undefined,
      )
      queries.push(name)
      response.writeHead(200, { 'content-type': 'application/dns-message' }).end(answer)
    })
    const run = (host: string) =>
      curl(['-sS', '--doh-url', `${doh.url}/dns-query`, '--doh-insecure', web.url.replace('127.0.0.1', host)], {
        transport,
      })
    expect(await run('doh.test')).toMatchObject({ status: 0, stderr: '' })
    expect((await run('other.test')).status).toBe(6)
    expect(new Set(queries)).toEqual(new Set(['doh.test', 'other.test']))
    await doh.close()
  })

  it('ends HEAD and 304 at once, and a body that is cut off with an error', async () => {
    expect((await curl(['-sI', '-m', '20', web.url], { transport })).status).toBe(0)
    expect((await curl(['-s', '-m', '20', `${web.url}/304`], { transport })).status).toBe(0)
    const cut = await rawServer((socket) => {
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot a hundred')
    })
    expect((await curl(['-s', `http://127.0.0.1:${cut.port}/`], { transport })).status).toBe(18)
    await cut.close()
  })

  it('loads 50 at a time', async () => {
    const { status, stdout } = await curl(
      [
        '-s',
        '-Z',
        '--parallel-immediate',
        '--parallel-max',
        '50',
        '-o',
        '/dev/null',
        '-w',
        '%{http_code} ',
        `${web.url}/?[1-50]`,
      ],
      { transport },
    )
    expect([status, stdout.toString()]).toEqual([0, '200 '.repeat(50)])
  })

  it('reports that a connection was refused', async () => {
    const { status, stderr } = await curl(['-sv', `http://127.0.0.1:${await refusingPort()}/`], { transport })
    expect(status).toBe(7)
    expect(stderr).toMatch(/refused/i)
  })

  it('carries FTP, also with a server that confirms late', async () => {
    const ftp = await ftpServer({ late: 200 })
    await ftp.put('/down.bin', content)
    const down = await curl(['-sS', `${ftp.url}/down.bin`], { transport })
    expect([down.status, down.stderr, sha256(down.stdout)]).toEqual([0, '', sha256(content)])
    const up = await curl(['-sS', '-T', '-', `${ftp.url}/up.bin`], { transport, stdin: input([content]) })
    expect([up.status, up.stderr]).toEqual([0, ''])
    expect(sha256((await ftp.get('/up.bin'))!)).toBe(sha256(content))
    await ftp.put('/small', 'small')
    const urls = Array.from({ length: 5 }, () => `${ftp.url}/small`)
    const many = await curl(['-sS', '-Z', ...urls, `${web.url}/?[1-20]`], { transport })
    expect([many.status, many.stderr]).toEqual([0, ''])
    await ftp.close()
  })

  it('stops the sender when the client does not read', async () => {
    const source = await sourceServer()
    const stalled = new TransformStream<Uint8Array, Uint8Array>()
    const tool = start(['-sN', `http://127.0.0.1:${source.port}/${400 * MB}`], { transport, stdout: stalled.writable })
    expect(await source.stalled()).toBeLessThan(60 * MB)
    tool.abort()
    expect(await tool.status).toBe(130)
    await source.close()
  })
})

describe('wisp', () => {
  it('has one WebSocket for all connections, and a new one after it was lost', async () => {
    const own = await testRelay()
    const reasons: string[] = []
    const transport = wispTransport({ url: `${own.url}/`, onclose: (reason) => reasons.push(reason) })
    await curl(['-s', '-Z', '-o', '/dev/null', `${web.url}/?[1-10]`], { transport })
    const clients = () => own.log.filter(({ event }) => event === 'client').length
    expect(clients()).toBe(1)
    const source = await sourceServer()
    const tool = start(['-sS', '-N', `http://127.0.0.1:${source.port}/${2000 * MB}`], { transport })
    await until(() => tool.out.chunks.length > 0)
    await own.relay.close()
    expect([0, 130]).not.toContain(await tool.status)
    expect(reasons).toHaveLength(1)
    transport.close()
    await source.close()
  })

  it('holds back one stream while others go on', async () => {
    const transport = wispTransport({ url: `${relay.url}/` })
    const source = await sourceServer()
    const stalled = new TransformStream<Uint8Array, Uint8Array>()
    const tool = start(['-sN', `http://127.0.0.1:${source.port}/${400 * MB}`], { transport, stdout: stalled.writable })
    await sleep(500)
    const other = await curl(['-s', '-m', '20', `${web.url}/big`], { transport })
    expect([other.status, other.stdout.length]).toEqual([0, content.length])
    tool.abort()
    await tool.status
    transport.close()
    await source.close()
  })

  it('sends its password, and reports a wrong one', async () => {
    const { hashPassword } = await import('libcurl-wasm-relay')
    const guarded = await testRelay({ passwords: { anna: await hashPassword('secret') } } as never)
    const run = async (password?: { user: string; password: string }) => {
      const reasons: string[] = []
      const transport = wispTransport({ url: `${guarded.url}/`, password, onclose: (reason) => reasons.push(reason) })
      const { status, stderr } = await curl(['-sS', `${web.url}/x`], { transport })
      transport.close()
      return { status, stderr, reasons }
    }
    expect(await run({ user: 'anna', password: 'secret' })).toMatchObject({ status: 0 })
    const wrong = await run({ user: 'anna', password: 'guess' })
    expect([wrong.status, wrong.reasons.join()]).toEqual([7, expect.stringMatching(/password/)])
    expect(await run()).toMatchObject({ status: 7, reasons: [expect.stringMatching(/credentials/)] })
  })

  it('reports what the relay does not allow', async () => {
    const closed = await testRelay({ allowRanges: [] })
    const transport = wispTransport({ url: `${closed.url}/` })
    const { status, stderr } = await curl(['-sv', `${web.url}/x`], { transport })
    expect([status, stderr]).toEqual([7, expect.stringMatching(/permission denied/i)])
    transport.close()
  })

  it('carries UDP', async () => {
    const echo = dgram.createSocket('udp4', (message, from) => echo.send(message, from.port, from.address))
    echo.bind(0, '127.0.0.1')
    await once(echo, 'listening')
    const transport = wispTransport({ url: `${relay.url}/` })
    const to = { family: 'IPv4', address: '127.0.0.1', port: echo.address().port } as const
    const received = await new Promise((resolve, reject) => {
      const datagrams = transport.datagrams!('IPv4', null, {
        received: (bytes, from) => resolve([Buffer.from(bytes).toString(), from]),
        failed: reject,
      })
      datagrams.send(Buffer.from('hello'), to)
    })
    expect(received).toEqual(['hello', to])
    transport.close()
    echo.close()
  })

  it('does not keep the process alive', async () => {
    const { runScript } = await import('../../servers/script.js')
    const { stdout } = await runScript(`
      import { wispTransport } from 'libcurl-wasm'
      import { runTool } from 'libcurl-wasm/tool'
      const transport = wispTransport({ url: '${relay.url}/' })
      console.log(await runTool(['-s', '-o', '/dev/null', '${web.url}/x'], { transport }))`)
    expect(stdout.trim()).toBe('0')
  })

  it.each([
    ['http://relay.example/', /ws: or wss:/],
    ['nonsense', /Invalid URL/],
  ])('refuses %s as the address of a relay', (url, message) => {
    expect(() => wispTransport({ url })).toThrow(message)
  })
})

it.each([wispTransport, wsproxyTransport])('%o only accepts ws: and wss: URLs', (transport) => {
  expect(() => transport({ url: 'https://relay.test/' })).toThrow(/a relay needs a ws: or wss: URL, not https:/)
  expect(() => transport({ url: 'relay' })).toThrow(TypeError)
})
