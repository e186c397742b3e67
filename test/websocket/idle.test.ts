// An idle WebSocket costs nothing, and one that cannot send waits for the socket, and not for a timer.
import { afterAll, expect, test } from 'vitest'
import { runScript } from '../servers/script.js'
import { fuzzer } from './peer.js'

const server = await fuzzer()
afterAll(() => server.close())

/** Runs `program` with an open WebSocket. Returns its timers, its use of the event loop, and the value of `told`. */
async function measured(program: string, told: string): Promise<[string[], number, unknown]> {
  const { stdout } = await runScript(`
    import { performance } from 'node:perf_hooks'
    import { WebSocket, WebSocketStream } from 'libcurl-wasm'
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
    ${program}
    await sleep(300)
    const timers = process.getActiveResourcesInfo().filter((name) => /Timeout|Immediate/.test(name))
    const before = performance.eventLoopUtilization()
    await sleep(1000)
    console.log(JSON.stringify([timers, performance.eventLoopUtilization(before).utilization, ${told}]))
    process.exit()`)
  return JSON.parse(stdout) as [string[], number, unknown]
}

const OPEN = `
  const socket = new WebSocket('${server.ws}')
  await new Promise((resolve) => (socket.onopen = resolve))`

test('an idle WebSocket', async () => {
  server.serve(() => {})
  const [timers, used, state] = await measured(OPEN, 'socket.readyState')
  expect(timers).toEqual([])
  expect(used).toBeLessThan(0.2)
  expect(state).toBe(1)
})

test('one whose server does not read', async () => {
  server.serve((peer) => void peer.socket.pause())
  const program = `${OPEN}
    for (let i = 0; i < 32; i++) socket.send(new Uint8Array(1024 * 1024))`
  const [timers, used, buffered] = await measured(program, 'socket.bufferedAmount')
  expect(timers).toEqual([])
  expect(used).toBeLessThan(0.2)
  expect(buffered).toBeGreaterThan(0)
})

test('a WebSocketStream that is not read', async () => {
  server.serve(async (peer) => {
    for (let i = 0; i < 64; i++)
      await peer.write(Buffer.concat([Buffer.of(0x82, 127, 0, 0, 0, 0, 0, 16, 0, 0), Buffer.alloc(1 << 20)]))
  })
  const program = `
    const stream = new WebSocketStream('${server.ws}')
    const { readable, writable } = await stream.opened`
  const [timers, used] = await measured(program, '0')
  expect(timers).toEqual([])
  expect(used).toBeLessThan(0.2)
})

test('a process with an open WebSocket goes on, and ends when that is closed', async () => {
  server.serve(async (peer) => {
    await new Promise((resolve) => setTimeout(resolve, 300))
    await peer.write(Buffer.of(0x81, 4, ...Buffer.from('late')))
    await peer.next()
    await peer.write(Buffer.of(0x88, 0))
    peer.end()
  })
  const { stdout } = await runScript(`
    import { WebSocket } from 'libcurl-wasm'
    const socket = new WebSocket('${server.ws}')
    socket.onmessage = ({ data }) => (console.log(data), socket.close())
    socket.onclose = ({ wasClean }) => console.log(wasClean)`)
  expect(stdout).toBe('late\ntrue\n')
})
