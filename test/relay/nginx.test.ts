// Relays below a path of a site, behind nginx, with the configuration from the documentation.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { certificates } from '../servers/certificates.js'
import { freePort, listen } from '../servers/listening.js'
import { startProgram } from '../servers/program.js'
import { scratch } from '../servers/scratch.js'
import { CONTINUE, encodeClose } from '../../shim/transports/wisp/protocol.js'
import { CloseReason, wsproxyReason } from '../../shim/transports/relay.js'
import net from 'node:net'
import { echo } from './origins.js'
import { connect, v1, v2 } from './peer.js'
import { relayProcess, until } from './relays.js'

const { good, ca } = certificates()
const trusted = { ca: ca.cert, servername: 'localhost' }
const closing: (() => unknown)[] = []
afterAll(() => Promise.all(closing.map((close) => close())))

/** Starts nginx with docs/nginx.conf, but with loopback addresses and the certificate of the tests. */
async function nginx(relays: { port: number }[]): Promise<number> {
  const folder = scratch()
  const port = await freePort()
  const changes: [RegExp, string][] = [
    [/listen 443/, `listen 127.0.0.1:${port}`],
    [/10\.0\.0\.11:9001/, `127.0.0.1:${relays[0]!.port}`],
    [/10\.0\.0\.12:9001/, `127.0.0.1:${relays[1]!.port}`],
    [/\/etc\/nginx\/app\.pem/, good.certFile],
    [/\/etc\/nginx\/app\.key/, good.keyFile],
  ]
  let text = readFileSync(new URL('../../docs/nginx.conf', import.meta.url), 'utf8')
  for (const [pattern, replacement] of changes) {
    expect(text).toMatch(pattern)
    text = text.replace(pattern, replacement)
  }
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  )
  const config = join(folder, 'nginx.conf')
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    config,
    `daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
    events { worker_connections 512; }
    http { access_log off; ${paths.join(' ')} ${text} }`,
  )
  const close = await startProgram('nginx', ['-p', folder, '-c', config], port)
  if (!close) throw new Error(`nginx does not start: ${readFileSync(join(folder, 'error.log'), 'utf8')}`)
  closing.push(close)
  return port
}

const relays = await Promise.all(
  [1, 2].map(() => relayProcess('--trusted-proxy', '127.0.0.0/9', '--log-level', 'debug')),
)
const port = await nginx(relays)
const url = `wss://127.0.0.1:${port}/relay/`
const echoing = await echo()
const clients = () => relays.flatMap(({ log }) => log.filter(({ event }) => event === 'client'))

test('Wisp, both versions, and a megabyte in both directions', async () => {
  for (const version of [v1, (at: string, options: object) => v2(at, [], options)]) {
    const { peer } = await version(url, trusted)
    peer.connect(1, echoing.port)
    for (let i = 0; i < 32; i++) peer.data(1, Buffer.alloc(32 * 1024, i))
    const back = await peer.read(1, 1 << 20)
    expect([back.length, back[0], back.at(-1)]).toEqual([1 << 20, 0, 31])
    peer.end()
  }
})

test('wsproxy, with names and with IPv6 in brackets', async () => {
  const six = await listen(net.createServer((socket) => void socket.pipe(socket)), 'tcp', { host: '::1' }) // prettier-ignore
  closing.push(() => six.close())
  for (const target of [`localhost:${echoing.port}`, `[::1]:${six.port}`]) {
    const ws = new WebSocket(`${url}${target}`, trusted)
    await new Promise((resolve) => ws.on('open', resolve))
    ws.send('hello'.repeat(10), { binary: true })
    const [data] = await new Promise<[Buffer]>((resolve) => ws.once('message', (...args) => resolve(args as never)))
    expect(data.toString()).toBe('hello'.repeat(10))
    ws.terminate()
  }
  const refused = new WebSocket(`${url}10.0.0.1:80`, trusted)
  expect(wsproxyReason(await new Promise<number>((resolve) => refused.on('close', resolve)))).toBe(CloseReason.BLOCKED)
})

test('the relay knows the address of the client, and ignores what the client claims', async () => {
  const before = clients().length
  const { peer } = await v1(url, { ...trusted, localAddress: '127.200.0.1', headers: { 'x-forwarded-for': '1.2.3.4' } })
  await until(() => clients().length > before)
  expect(clients().some(({ from }) => from === '127.200.0.1')).toBe(true)
  expect(clients().some(({ from }) => from === '1.2.3.4')).toBe(false)
  peer.end()
})

test('Server-Timing says how long it took to admit a client, but not to a client that is refused', async () => {
  const headersOf = async (at: string) => {
    const ws = new WebSocket(at, trusted)
    const headers = await new Promise<Record<string, unknown>>((resolve) =>
      ws.on('upgrade', ({ headers }) => resolve(headers)),
    )
    ws.terminate()
    return headers
  }
  expect((await headersOf(url))['server-timing']).toMatch(/^admit;dur=\d+\.\d$/)
  const folder = scratch()
  writeFileSync(join(folder, 'tokens'), 't0ken\n')
  const closed = await relayProcess('--token-file', join(folder, 'tokens'))
  expect(await headersOf(`${closed.url}/?token=t0ken`)).toHaveProperty('server-timing')
  expect(await headersOf(`${closed.url}/?token=wr0ng`)).not.toHaveProperty('server-timing')
})

test('a relay that drains gets no new clients, and nothing but the relay is below the path', async () => {
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${relays[0]!.port}${path}`)).status
  expect([await get('/relay/healthz'), await get('/relay/metrics')]).toEqual([404, 404])
  const { peer } = await v1(`ws://127.0.0.1:${relays[0]!.port}/relay/`)
  peer.connect(1, echoing.port)
  peer.data(1, 'x')
  await peer.read(1, 1)
  relays[0]!.child.kill('SIGTERM')
  await until(() => relays[0]!.log.some(({ event }) => event === 'draining'))
  for (let i = 0; i < 10; i++) {
    const fresh = await connect(url, 1, trusted)
    expect((await fresh.next(() => true)).type).toBe(CONTINUE)
    fresh.end()
  }
  peer.send(encodeClose(1, CloseReason.VOLUNTARY))
  expect((await relays[0]!.exit).status).toBe(0)
})

test('the documentation has the tested configuration', () => {
  const docs = readFileSync(new URL('../../docs/relay.md', import.meta.url), 'utf8')
  const shown = /```nginx\n([^]*?)```/.exec(docs)![1]
  expect(shown).toBe(readFileSync(new URL('../../docs/nginx.conf', import.meta.url), 'utf8'))
})
