// bin/relay as its operator uses it: the command line, health, metrics, TLS, the log, and its end.
import { readFileSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { createRelay } from 'libcurl-wasm-relay'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { startServer } from '../../relay/node/server.js'
import { certificates } from '../servers/certificates.js'
import { freePort, listen } from '../servers/listening.js'
import { scratch } from '../servers/scratch.js'
import { echo, tcpServer } from './origins.js'
import { connect, v1 } from './peer.js'
import { relayProcess, runRelay, until } from './relays.js'
import { CloseReason } from '../../shim/transports/relay.js'

const folder = scratch()
const echoing = await echo()
const { good, ca } = certificates()

function fileOf(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

async function get(port: number, path: string): Promise<{ status: number; body: string }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  return { status: response.status, body: await response.text() }
}

test('health, and no other path', async () => {
  const relay = await relayProcess('--metrics', 'off')
  expect(await get(relay.port, '/healthz')).toEqual({ status: 200, body: 'ok\n' })
  expect((await get(relay.port, '/')).status).toBe(404)
  expect((await get(relay.port, '/metrics')).status).toBe(404)
  const posted = await fetch(`http://127.0.0.1:${relay.port}/healthz`, { method: 'POST' })
  expect(posted.status).toBe(405)
})

test('metrics count clients, streams, bytes and refusals', async () => {
  const relay = await relayProcess()
  const { peer } = await v1(`${relay.url}/`)
  peer.connect(1, echoing.port)
  peer.data(1, 'hello')
  await peer.read(1, 5)
  peer.connect(2, 80, '10.0.0.1')
  await peer.closeReason(2)
  const { body } = await get(relay.metricsPort!, '/metrics')
  for (const line of [
    'relay_clients{protocol="wisp"} 1',
    'relay_clients{protocol="wsproxy"} 0',
    'relay_origin_sockets 1',
    'relay_bytes_total{direction="up"} 5',
    'relay_bytes_total{direction="down"} 5',
    'relay_streams_total{reason="destination not allowed"} 1',
  ])
    expect(body).toContain(`\n${line}\n`)
  expect(body).toContain('process_resident_memory_bytes')
  peer.end()
  await until(async () => (await get(relay.metricsPort!, '/metrics')).body.includes('relay_clients{protocol="wisp"} 0'))
})

test('metrics are on a loopback port, and on that of the relay only with an option', async () => {
  const relay = await relayProcess()
  expect((await get(relay.port, '/metrics')).status).toBe(404)
  expect((await get(relay.metricsPort!, '/metrics')).body).toContain('relay_clients')
  expect(relay.log[0]).toMatchObject({ event: 'listening', metrics: { address: '127.0.0.1' } })
  const beside = await relayProcess('--metrics', 'main')
  expect((await get(beside.port, '/metrics')).body).toContain('relay_clients')
})

test('the port of metrics is the one of the relay plus 100', async () => {
  const port = await freePort()
  const server = await startServer({ listen: { port, host: '127.0.0.1' }, log: pino({ level: 'silent' }) })
  expect(server.metricsAddress!.port).toBe(port + 100 > 65535 ? expect.any(Number) : port + 100)
  await server.close(0)
})

test('TLS from files', async () => {
  const relay = await relayProcess('--tls-cert', good.certFile, '--tls-key', good.keyFile)
  const { peer } = await v1(`wss://localhost:${relay.port}/`, { ca: ca.cert })
  peer.connect(1, echoing.port)
  peer.data(1, Buffer.alloc(100_000))
  expect((await peer.read(1, 100_000)).length).toBe(100_000)
  peer.end()
})

test('the log has a line for each stream, and neither payloads nor credentials', async () => {
  const { stdout } = await runRelay(['--hash-password'], 'pa55word\n')
  const relay = await relayProcess(
    ...['--password-file', fileOf('users', `# people\n\nanna:${stdout}`)],
    ...['--token-file', fileOf('tokens', 't0ken\n')],
    ...['--log-level', 'trace'],
  )
  const { peer } = await v1(`${relay.url}/?token=t0ken`)
  peer.connect(1, echoing.port)
  peer.data(1, 'pay10ad')
  await peer.read(1, 7)
  peer.connect(2, 80, '10.0.0.1')
  await peer.closeReason(2)
  const authorization = `Basic ${Buffer.from('anna:pa55word').toString('base64')}`
  await v1(`${relay.url}/`, { headers: { authorization } })
  await connect(`${relay.url}/?token=wr0ng`)
  peer.end()
  const found = (line: object): Promise<void> =>
    until(() => relay.log.some((one) => Object.entries(line).every(([key, value]) => one[key] === value)))
  await found({ event: 'login', user: 'anna' })
  await found({ event: 'login', user: 'token' })
  await found({ event: 'client refused', code: CloseReason.BAD_PASSWORD })
  await found({ event: 'stream refused', host: '10.0.0.1', port: 80, code: CloseReason.BLOCKED })
  await found({ event: 'stream', host: '127.0.0.1', address: '127.0.0.1', port: echoing.port, up: 7, down: 7 })
  for (const secret of ['pa55word', 't0ken', 'wr0ng', 'pay10ad', authorization.slice(6), stdout.trim()])
    expect(relay.output()).not.toContain(secret)
})

test('SIGTERM: health reports it, new clients are refused, streams may finish, and then the process ends', async () => {
  const relay = await relayProcess('--drain-timeout', '60')
  const { peer } = await v1(`${relay.url}/`)
  const idle = await v1(`${relay.url}/`)
  peer.connect(1, echoing.port)
  peer.data(1, 'a')
  await peer.read(1, 1)
  relay.child.kill('SIGTERM')
  expect((await idle.peer.closed).code).toBe(1001)
  expect(await get(relay.port, '/healthz')).toEqual({ status: 503, body: 'draining\n' })
  await expect(connect(`${relay.url}/`)).rejects.toThrow('HTTP 503')
  peer.data(1, 'still')
  expect((await peer.read(1, 5)).toString()).toBe('still')
  peer.send(Uint8Array.of(4, 1, 0, 0, 0, 2))
  expect((await peer.closed).code).toBe(1001)
  expect(await relay.exit).toEqual({ status: 0, signal: null })
})

test('SIGTERM: streams that do not end in time are closed with an error', async () => {
  let how = ''
  const origin = await tcpServer((socket) => {
    socket.write('hello')
    socket.resume().on('end', () => (how = 'end'))
    socket.on('error', (error: NodeJS.ErrnoException) => (how = error.code!))
  })
  const relay = await relayProcess('--drain-timeout', '0.2')
  const { peer } = await v1(`${relay.url}/`)
  peer.connect(1, origin.port)
  await peer.read(1, 5)
  relay.child.kill('SIGTERM')
  expect(await peer.closeReason(1)).toBe(CloseReason.NETWORK_ERROR)
  expect((await peer.closed).code).toBe(1001)
  expect((await relay.exit).status).toBe(0)
  await until(() => how === 'ECONNRESET')
})

test('as a library on an HTTP server, next to its other paths', async () => {
  const relay = createRelay({ allowRanges: ['127.0.0.0/8'] })
  const own = await listen(
    http.createServer((_request, response) => void response.end('mine')),
    'http',
  )
  own.server.on('upgrade', relay.handleUpgrade)
  const { peer } = await v1(`ws://127.0.0.1:${own.port}/wisp/`)
  peer.connect(1, echoing.port)
  peer.data(1, 'x')
  await peer.read(1, 1)
  expect((await get(own.port, '/')).body).toBe('mine')
  await relay.close()
  expect(await peer.closeReason(1)).toBe(CloseReason.NETWORK_ERROR)
  expect((await get(own.port, '/')).body).toBe('mine')
  await own.close()
})

test.each([
  [['--port', '99999'], /--port: "99999" is not a port/],
  [['--port', '1', '--port', '2'], /--port is given twice/],
  [['--allow-range', '10.0.0.0/33'], /--allow-range: "10.0.0.0\/33"/],
  [['--deny-host', 'a b'], /--deny-host: "a b"/],
  [['--allow-port', '80,http'], /--allow-port: "http"/],
  [['--origin', 'example.org'], /--origin: "example.org"/],
  [['--trusted-proxy', 'proxy'], /--trusted-proxy: "proxy"/],
  [['--dns-server', 'x'], /--dns-server: /],
  [['--streams', '0'], /--streams: 0 is not a whole number/],
  [['--streams', 'many'], /--streams: "many" is not a whole number/],
  [['--max-message', '1T'], /--max-message: "1T" is not a number of bytes/],
  [['--idle-timeout', 'soon'], /--idle-timeout: "soon" is not a number of seconds/],
  [['--idle-timeout', '9999999'], /--idle-timeout: 9999999000 is not/],
  [['--metrics', 'a:b:c'], /--metrics: "a:b:c"/],
  [['--log-level', 'loud'], /--log-level: "loud" is not one of/],
  [['--tls-cert', 'package.json'], /--tls-cert and --tls-key need each other/],
  [['--tls-cert', '/no/file'], /--tls-cert: cannot read "\/no\/file"/],
  [['--tls-cert', 'package.json', '--tls-key', 'package.json'], /--tls-cert/],
  [['--password-file', fileOf('empty', '# nobody\n')], /--password-file: "[^"]*empty" has no entries/],
  [['--password-file', fileOf('bad', 'anna:h4sh\nh1dden\n')], /line 2 of "[^"]*bad" is not name:hash/],
  [['--password-file', fileOf('twice', 'anna:a\nanna:b\n')], /line 2 of "[^"]*twice" names "anna" a second time/],
  [['--password-file', fileOf('plain', 'anna:h1dden\n')], /password of "anna" is not one of --hash-password/],
  [['--key-file', fileOf('keys', 'anna:AAAA\n')], /key of "anna" is not 32 bytes/],
  [['--what'], /--what/],
  [['more'], /more/],
] as const)('%j is an error that says so', async (args, message) => {
  const { status, stdout, stderr } = await runRelay([...args])
  expect(stderr).toMatch(message)
  expect(stderr).not.toContain('h1dden')
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect([status, stdout]).toEqual([2, ''])
})

test('a port that is in use, a password that is missing', async () => {
  const taken = await runRelay(['--host', '127.0.0.1', '--port', String(echoing.port), '--log-level', 'silent'])
  const message = expect.stringContaining('cannot listen for the relay: listen EADDRINUSE')
  expect([taken.status, taken.stderr]).toEqual([1, message])
  const metrics = ['--host', '127.0.0.1', '--port', '0', '--metrics', String(echoing.port), '--log-level', 'silent']
  expect((await runRelay(metrics)).stderr).toContain('cannot listen for the metrics: listen EADDRINUSE')
  expect((await runRelay(['--hash-password'])).stderr).toContain('no password')
})

test('help and docs/relay.md have the same options', async () => {
  const { stdout, status } = await runRelay(['--help'])
  expect(status).toBe(0)
  const inHelp = new Set(stdout.match(/^ {2}--[a-z-]+/gm)!.map((name) => name.trim()))
  const docs = readFileSync(new URL('../../docs/relay.md', import.meta.url), 'utf8')
  const inDocs = new Set([...docs.matchAll(/^\| `(--[a-z-]+)/gm)].map((match) => match[1]))
  expect([...inDocs].sort()).toEqual([...inHelp].sort())
  expect((await runRelay(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+/)
})

test('SIGINT ends it too', async () => {
  const relay = await relayProcess()
  relay.child.kill('SIGINT')
  expect((await relay.exit).status).toBe(0)
})

test('a relay whose log is not read any more goes on, and ends when told to', async () => {
  const relay = await relayProcess()
  relay.child.stdout!.destroy()
  relay.child.stderr!.destroy()
  const { peer } = await v1(`${relay.url}/`)
  for (const id of [1, 2]) {
    peer.connect(id, 80, '10.0.0.1') // each is a line in the log
    expect(await peer.closeReason(id)).toBe(CloseReason.BLOCKED)
  }
  peer.end()
  relay.child.kill('SIGTERM')
  expect(await relay.exit).toEqual({ status: 0, signal: null })
})
