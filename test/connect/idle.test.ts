// An idle socket of connect() needs no CPU time and no timer, whichever side it waits for, and streaming uses little
// memory.
import net from 'node:net'
import tls from 'node:tls'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, init } from 'libcurl-wasm'
import { afterAll, expect, test } from 'vitest'
import { current } from '../../dist/js/internals.js'
import { certificates } from '../servers/certificates.js'
import { listen, type Listening } from '../servers/listening.js'
import { scratch } from '../servers/scratch.js'
import { runScript } from '../servers/script.js'

const { good, ca } = certificates()
const caFile = join(scratch(), 'ca.pem')
writeFileSync(caFile, ca.cert)
const servers: Listening[] = []
afterAll(() => Promise.all(servers.map((each) => each.close())))

await init()

const deaf = (socket: net.Socket): void => void socket.pause()
const echo = (socket: net.Socket): void => void socket.pipe(socket)

async function serverOf(kind: string, serve: (socket: net.Socket) => void): Promise<Listening> {
  const server =
    kind === 'TLS'
      ? tls.createServer({ key: good.key, cert: good.cert, allowHalfOpen: true }, serve)
      : net.createServer({ allowHalfOpen: true }, serve)
  const listening = await listen(server, 'tcp')
  servers.push(listening)
  return listening
}

/** Runs a program with `socket` connected. Returns what it prints. */
async function withSocket(kind: string, port: number, program: string): Promise<unknown> {
  const { stdout } = await runScript(`
    import { readFileSync } from 'node:fs'
    import { performance } from 'node:perf_hooks'
    import { connect } from 'libcurl-wasm'
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
    const tls = ${kind === 'TLS'} && { ca: readFileSync('${caFile}') }
    const socket = connect({ host: 'localhost', port: ${port}, tls })
    await socket.opened
    ${program}
    process.exit()`)
  return JSON.parse(stdout)
}

const MEASURE = `
  await sleep(200)
  const resources = process.getActiveResourcesInfo().filter((name) => /Timeout|Immediate/.test(name))
  const before = performance.eventLoopUtilization()
  await sleep(1000)
  console.log(JSON.stringify([resources, performance.eventLoopUtilization(before).utilization]))`

test.each(['TCP', 'TLS'])('an idle connection costs no CPU and no timer, %s', async (kind) => {
  const { port } = await serverOf(kind, echo)
  const [timers, used] = (await withSocket(kind, port, MEASURE)) as [string[], number]
  expect(timers).toEqual([])
  expect(used).toBeLessThan(0.2)
})

test.each(['TCP', 'TLS'])('data that cannot be sent waits for the socket, and not for a timer, %s', async (kind) => {
  const { port } = await serverOf(kind, deaf)
  const program = `
    let done = 0
    const writer = socket.writable.getWriter()
    for (let i = 0; i < 64; i++) writer.write(new Uint8Array(1024 * 1024)).then(() => done++, () => {})
    ${MEASURE.replace('[resources', '[done, resources')}`
  const [done, timers, used] = (await withSocket(kind, port, program)) as [number, string[], number]
  expect(done).toBeLessThan(64)
  expect(timers).toEqual([])
  expect(used).toBeLessThan(0.2)
})

test.each(['TCP', 'TLS'])('unread data costs nothing while it waits, %s', async (kind) => {
  const { port } = await serverOf(kind, (socket) => void socket.on('error', () => {}).write(Buffer.alloc(32 << 20)))
  const [timers, used] = (await withSocket(kind, port, MEASURE)) as [string[], number]
  expect(timers).toEqual([])
  expect(used).toBeLessThan(0.2)
})

test('a socket that is ready is reported once, until the reader and the writer have come to it', async () => {
  const { reactor } = current().host
  const watch = reactor.watch.bind(reactor)
  let reports = 0
  reactor.watch = (what, interest, listener) => watch(what, interest, (ready) => (reports++, listener(ready)))
  const { port } = await serverOf('TCP', echo)
  const socket = connect({ host: 'localhost', port })
  await socket.opened
  const reader = socket.readable.getReader()
  const writer = socket.writable.getWriter()
  reports = 0
  for (let i = 0; i < 10; i++) {
    await writer.write('x')
    expect((await reader.read()).value).toHaveLength(1)
  }
  expect(reports).toBeLessThanOrEqual(20)
  await socket.close()
})

test.each(['TCP', 'TLS'])(
  'after unref() a socket keeps no process alive, and after ref() it does, %s',
  async (kind) => {
    const { port } = await serverOf(kind, echo)
    const program = (then: string): string => `
    import { readFileSync } from 'node:fs'
    import { connect } from 'libcurl-wasm'
    const tls = ${kind === 'TLS'} && { ca: readFileSync('${caFile}') }
    const socket = connect({ host: 'localhost', port: ${port}, tls })
    const reader = socket.readable.getReader()
    socket.opened.then(async () => {
      ${then}
      console.log((await reader.read()).value.length)
      process.exit()
    })`
    expect((await runScript(program('socket.unref()'))).stdout).toBe('')
    const waiting = `socket.unref().ref()
      setTimeout(() => socket.writable.getWriter().write('x'), 100).unref()`
    expect((await runScript(program(waiting))).stdout).toBe('1\n')
  },
)

test.each(['TCP', 'TLS'])(
  '100 MB are sent and echoed with limited memory, %s',
  async (kind) => {
    const { port } = await serverOf(kind, echo)
    const program = `
    const MB = 1024 * 1024
    const base = process.memoryUsage().rss
    let most = 0
    let received = 0
    let next = 0
    const reading = (async () => {
      for await (const chunk of socket.readable) {
        for (let i = 0; i < chunk.length; i += 4099)
          if (chunk[i] !== (received + i) % 251) throw new Error('wrong byte at ' + (received + i))
        received += chunk.length
        if (received >= next) {
          most = Math.max(most, process.memoryUsage().rss - base)
          next += MB
        }
      }
    })()
    const writer = socket.writable.getWriter()
    // 251 and 1 MB have no common divisor, so each chunk begins at another place of the pattern
    const pattern = Uint8Array.from({ length: MB + 251 }, (_, i) => i % 251)
    for (let i = 0; i < 100; i++) await writer.write(pattern.subarray((i * MB) % 251, (i * MB) % 251 + MB))
    await writer.close()
    await reading
    console.log(JSON.stringify([received / MB, most / MB]))`
    const [received, most] = (await withSocket(kind, port, program)) as [number, number]
    expect(received).toBe(100)
    expect(most).toBeLessThan(80)
  },
  60_000,
)
