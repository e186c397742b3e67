// The WebSocket to a relay through an HTTP proxy: the option `proxy` in Node and Bun, and the environment as curl reads it.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { wispTransport, wsproxyTransport } from 'libcurl-wasm'
import { afterAll, expect, it, test } from 'vitest'
import { proxyFor } from '../../../ts/runtimes/node/relay-proxy.js'
import { relayProcess, testRelay, until } from '../../relay/relays.js'
import { certificates } from '../../servers/certificates.js'
import { connectProxy } from '../../servers/connect-proxy.js'
import { refusingPort } from '../../servers/faults.js'
import { httpServer, listen } from '../../servers/listening.js'
import { runScript } from '../../servers/script.js'
import { curl, start } from '../../tool/client.js'

const login = { user: 'anna', password: 'p:ss wörd' }
const [web, relay, proxy] = await Promise.all([
  httpServer((_request, response) => void response.end('hello')),
  testRelay(),
  connectProxy({ login }),
])
afterAll(() => Promise.all([web.close(), proxy.close()]))

const MAKE = { wisp: wispTransport, wsproxy: wsproxyTransport }
/** The URL of the proxy with its login. */
const proxyUrl = `http://anna:${encodeURIComponent(login.password)}@127.0.0.1:${proxy.port}`
const connects = () => proxy.proxied.splice(0).map(({ method, target, status }) => `${method} ${target} ${status}`)

it.each(['wisp', 'wsproxy'] as const)('%s: everything goes through a tunnel to the relay', async (protocol) => {
  const transport = MAKE[protocol]({ url: `${relay.url}/`, proxy: proxyUrl })
  const { status, stdout } = await curl(['-sS', web.url], { transport })
  expect([status, stdout.toString()]).toEqual([0, 'hello'])
  expect(connects()).toEqual([`CONNECT 127.0.0.1:${relay.port} 200`])
})

it.each(['wisp', 'wsproxy'] as const)('%s: the Worker of blocking calls uses it, too', async (protocol) => {
  const program = `
    import { fetchSync, init, ${protocol}Transport as make } from 'libcurl-wasm/sync'
    await init({ transport: make({ url: '${relay.url}/', proxy: '${proxyUrl}' }) })
    console.log(fetchSync('${web.url}').text())
    process.exit()`
  const { stdout, stderr } = await runScript(program)
  expect([stdout, stderr]).toEqual(['hello\n', ''])
  // one of wispTransport() here, and one in the Worker
  const [first, ...others] = connects()
  expect([first, others.length]).toEqual([`CONNECT 127.0.0.1:${relay.port} 200`, protocol === 'wisp' ? 1 : 0])
})

it.each([
  ['http://127.0.0.1:PROXY', 'the proxy 127.0.0.1:PROXY answers with status 407, and asks for Basic realm="proxy"'],
  ['http://anna:wr0ng@127.0.0.1:PROXY', 'the proxy 127.0.0.1:PROXY answers with status 407'],
  ['http://127.0.0.1:CLOSED', 'the proxy 127.0.0.1:CLOSED cannot be used: connect ECONNREFUSED'],
  ['https://127.0.0.1:PROXY', 'the proxy 127.0.0.1:PROXY cannot be used: '],
])('an error says why there is no tunnel: %s', async (given, message) => {
  const closed = await refusingPort()
  const at = (text: string): string => text.replaceAll('PROXY', `${proxy.port}`).replaceAll('CLOSED', `${closed}`)
  const reasons: string[] = []
  const transport = wispTransport({ url: `${relay.url}/`, proxy: at(given), onclose: (why) => reasons.push(why) })
  expect((await curl(['-sS', web.url], { transport })).status).toBe(7)
  expect(reasons[0]).toContain(`the relay at 127.0.0.1:${relay.port} cannot be reached: ${at(message)}`)
  expect(reasons[0]).not.toContain('wr0ng')
  proxy.proxied.splice(0)
})

it('an attempt that is given up is ended at the proxy, too', async () => {
  const sockets: net.Socket[] = []
  const silent = await listen(net.createServer((socket) => void sockets.push(socket.resume())), 'http') // prettier-ignore
  const transport = wsproxyTransport({ url: `${relay.url}/`, proxy: silent.url })
  const { abort, status } = start(['-sS', web.url], { transport })
  await until(() => sockets.length === 1)
  const closed = once(sockets[0]!, 'close')
  abort()
  await status
  await closed
  await silent.close()
})

it('wss: the relay is verified through the tunnel, and libcurl does not use the proxies of the environment', async () => {
  const { good, ca } = certificates()
  const secure = await relayProcess('--tls-cert', good.certFile, '--tls-key', good.keyFile)
  const program = `
    import { fetch, init, wispTransport } from 'libcurl-wasm'
    const transport = wispTransport({ url: 'wss://localhost:${secure.port}/' })
    await init({ transport })
    console.log(await (await fetch('${web.url}')).text())
    transport.close()`
  const env = { https_proxy: proxyUrl, http_proxy: proxyUrl, NODE_EXTRA_CA_CERTS: ca.certFile }
  expect((await runScript(program, { env })).stdout).toBe('hello\n')
  expect(connects()).toEqual([`CONNECT localhost:${secure.port} 200`])
  const unknown = await runScript(program.replace(/console.log.*/, "console.log((await fetch('http://x/').catch(({ cause }) => cause)).message)"), { env: { https_proxy: proxyUrl } }) // prettier-ignore
  expect(unknown.stdout).toMatch(/cannot be reached: .*certificate/)
  connects()
})

it('in Bun', async () => {
  const bun = join(import.meta.dirname, '../../runtimes/node_modules/.bin/bun')
  const program = `
    import { fetch, init, wispTransport } from 'libcurl-wasm'
    const transport = wispTransport({ url: '${relay.url}/', proxy: '${proxyUrl}' })
    await init({ transport })
    console.log(await (await fetch('${web.url}')).text())
    transport.close()`
  const run = (text: string) => promisify(execFile)(bun, ['-e', text], { cwd: join(import.meta.dirname, '../../..') })
  const { stdout } = await run(program)
  expect(stdout).toBe('hello\n')
  expect(connects()).toEqual([`CONNECT 127.0.0.1:${relay.port} 200`])
  const refused = program
    .replace(`${relay.url}/`, `${relay.url}/?token=s3cret`)
    .replace(encodeURIComponent(login.password), 'wr0ng')
    .replace(/console.log.*/, `console.log((await fetch('${web.url}').catch(({ cause }) => cause)).message)`)
  const told = (await run(refused)).stdout
  expect(told).toMatch(/the relay at 127\.0\.0\.1:\d+ cannot be reached: .*407/)
  expect(told).not.toMatch(/s3cret|wr0ng/)
  connects()
})

test.each([
  ['wss://relay.example/', {}, null],
  ['wss://relay.example/', { https_proxy: 'http://one:1' }, 'http://one:1/'],
  ['wss://relay.example/', { HTTPS_PROXY: 'one:1', http_proxy: 'http://two:2' }, 'http://one:1/'],
  ['wss://relay.example/', { wss_proxy: 'https://one', https_proxy: 'http://two:2' }, 'https://one/'],
  ['wss://relay.example/', { https_proxy: '', ALL_PROXY: 'http://one:1' }, 'http://one:1/'],
  ['ws://relay.example/', { https_proxy: 'http://one:1' }, null],
  ['ws://relay.example/', { http_proxy: 'http://one:1' }, 'http://one:1/'],
  ['ws://relay.example/', { HTTP_PROXY: 'http://one:1' }, null],
  ['wss://relay.example/', { all_proxy: 'http://one:1', no_proxy: 'example' }, null],
  ['wss://relay.example/', { all_proxy: 'http://one:1', NO_PROXY: 'a.example, .Relay.Example' }, null],
  ['wss://relay.example/', { all_proxy: 'http://one:1', no_proxy: 'lay.example,10.0.0.0/8' }, 'http://one:1/'],
  ['wss://relay.example/', { all_proxy: 'http://one:1', no_proxy: '*' }, null],
  ['wss://10.1.2.3/', { all_proxy: 'http://one:1', no_proxy: '10.0.0.0/8' }, null],
  ['wss://10.1.2.3/', { all_proxy: 'http://one:1', no_proxy: '10.1.2.3' }, null],
  ['wss://10.1.2.3/', { all_proxy: 'http://one:1', no_proxy: '10.0.0.0/99,3,::1' }, 'http://one:1/'],
  ['wss://[fd00::1]/', { all_proxy: 'http://one:1', no_proxy: '[fd00::1]' }, null],
  ['wss://[fd00::1]/', { all_proxy: 'http://one:1', no_proxy: 'fd00::/8' }, null],
  ['wss://[fd00::1]/', { all_proxy: 'http://one:1', no_proxy: 'fe80::/10' }, 'http://one:1/'],
] as const)('%s in the environment %j: %s', (url, environment, expected) => {
  expect(proxyFor(new URL(url), undefined, environment)?.href ?? null).toBe(expected)
  expect(proxyFor(new URL(url), 'http://given:1', environment)!.href).toBe('http://given:1/')
  expect(proxyFor(new URL(url), '', environment)).toBe(null)
})

test.each(['socks5://one:1', 'http://', 'one two', 'http://anna:%zz@one', 'ftp://anna:s3cret@one'])(
  '%s is no HTTP proxy',
  (given) => {
    const make = () => wispTransport({ url: 'wss://relay.example/', proxy: given })
    expect(make).toThrow(/^the proxy of a relay is an http: or https: URL, not "/)
    expect(make).not.toThrow(/s3cret/)
  },
)

test('proxy and WebSocket exclude each other', () => {
  const options = { url: 'wss://relay.example/', proxy: 'http://one:1', WebSocket: class {} as never }
  expect(() => wispTransport(options)).toThrow(TypeError)
  expect(() => wsproxyTransport({ ...options, proxy: '' })).not.toThrow()
})
