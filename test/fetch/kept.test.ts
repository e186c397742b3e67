// Connections that are kept for later: one that its server ends is closed then, and not only with the next request.
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { fetch } from 'libcurl-wasm'
import { afterAll, expect, test } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { http2Server, httpServer, httpsServer, type Listening } from '../servers/listening.js'
import { runScript } from '../servers/script.js'
import { until } from './outcome.js'

const CLOSE_WAIT = '08'
/** How many connections of this machine to a port are in a state of the kernel's. @see proc_pid_net(5) */
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
  // the far end goes, by a FIN
  for (const socket of all.get(server)!) socket.end()
  await until(() => [...all.get(server)!].every((socket) => socket.destroyed))
  expect(inState(CLOSE_WAIT, server.port)).toBe(0)
  expect(await get()).toBe('kept')
  expect(server.connections).toBe(before + 1)
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

test('to wait for that keeps no process', async () => {
  const { stdout } = await runScript(`
    import { fetch } from 'libcurl-wasm'
    console.log(await (await fetch('${plain.url}')).text())`)
  expect(stdout.trim()).toBe('kept')
})
