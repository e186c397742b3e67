// A Wisp transport with several relays that are real: one is killed under load, others refuse, or say nothing.
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { fetch, init, wispTransport } from 'libcurl-wasm'
import { afterAll, describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { encodeContinue } from '../../../shim/transports/wisp/protocol.js'
import { relayProcess, until } from '../../relay/relays.js'
import { refusingPort } from '../../servers/faults.js'
import { httpServer, listen } from '../../servers/listening.js'
import { runScript } from '../../servers/script.js'
import { curl } from '../../tool/client.js'

/** How many bodies are open, which never end. */
let open = 0
const web = await httpServer((request, response) => {
  if (request.url !== '/endless') return void response.end('hello')
  open++
  response.on('close', () => open--)
  const write = () => void response.write(Buffer.alloc(1000))
  const timer = setInterval(write, 5)
  response.on('close', () => clearInterval(timer))
  write()
})
const silent = await listen(net.createServer(), 'ws')
afterAll(() => Promise.all([web.close(), silent.close()]))

it('one of two is killed under load: what is open fails, and everything else goes on', async () => {
  const relays = await Promise.all([relayProcess(), relayProcess()])
  const states: string[] = []
  const transport = wispTransport({
    urls: relays.map(({ port }) => `ws://127.0.0.1:${port}/?token=s3cret`),
    connections: 2,
    onstatechange: () => states.push(transport.relays.map(({ state }) => state).join()),
  })
  await init({ transport })
  const responses = await Promise.all(Array.from({ length: 40 }, () => fetch(`${web.url}/endless`)))
  const bodies = responses.map((response) => response.arrayBuffer().then(String, (error: Error) => error.name))
  expect(transport.relays.map(({ streams }) => streams)).toEqual([40, 0])
  expect(transport.relays[0]!.roundTrip).toBeGreaterThan(0)

  relays[0]!.child.kill('SIGKILL')
  expect(await (await fetch(web.url)).text()).toBe('hello')
  expect(await Promise.all(bodies)).toEqual(bodies.map(() => 'TypeError'))
  await until(() => open === 0)
  const first = `127.0.0.1:${relays[0]!.port}`
  expect(transport.relays).toMatchObject([
    { origin: `ws://${first}`, state: 'failed', streams: 0, lastError: expect.stringContaining(first) },
    { state: 'open', lastError: null },
  ])
  expect(states).toContain('open,idle')
  expect(states.at(-1)).toBe('failed,open')

  relays[1]!.child.kill('SIGKILL')
  await relays[1]!.exit
  await until(() => transport.state !== 'open')
  const { cause } = (await fetch(web.url).catch((error: unknown) => error)) as { cause: Error }
  for (const { port } of relays) expect(cause.message).toContain(`the relay at 127.0.0.1:${port} cannot be reached`)
  expect(cause.message).not.toContain('s3cret')
  // the second connection tries them, too
  await until(() => transport.state === 'failed')
  expect(transport.relays.map(({ state }) => state)).toEqual(['failed', 'failed'])
  transport.close()
})

it('a relay on a port that nothing listens on, and one that asks for credentials, are skipped', async () => {
  const relay = await relayProcess()
  const refusing = await httpServer((_request, response) => void response.writeHead(401).end())
  const reasons: string[] = []
  const urls = [`ws://127.0.0.1:${await refusingPort()}/`, `ws://127.0.0.1:${refusing.port}/`, `${relay.url}/`]
  const transport = wispTransport({ urls, onclose: (reason) => reasons.push(reason) })
  expect((await curl(['-sS', web.url], { transport })).stdout.toString()).toBe('hello')
  expect(reasons).toEqual([expect.stringContaining('ECONNREFUSED'), expect.stringContaining('401')])
  transport.close()
  await refusing.close()
})

it('blocking calls go on with the next relay, too', async () => {
  const relay = await relayProcess()
  const urls = [`ws://127.0.0.1:${await refusingPort()}/`, `${relay.url}/`]
  const { stdout } = await runScript(`
    import { fetchSync, init, wispTransport } from 'libcurl-wasm/sync'
    await init({ transport: wispTransport({ urls: ${JSON.stringify(urls)}, connections: 2 }) })
    console.log(fetchSync('${web.url}').text())
    process.exit()`)
  expect(stdout).toBe('hello\n')
})

describe('version 1 is tried', () => {
  const attempts = async (answer: (socket: net.Socket) => void): Promise<number> => {
    let count = 0
    const server = await listen(http.createServer(), 'ws')
    server.server.on('upgrade', (_request, socket: net.Socket) => {
      count++
      answer(socket)
    })
    const transport = wispTransport({ url: server.url })
    expect((await curl(['-sS', web.url], { transport })).status).toBe(7)
    transport.close()
    await server.close()
    return count
  }
  it.each([401, 403, 407, 429, 503])('not after status %i', async (status) => {
    const answer = `HTTP/1.1 ${status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`
    expect(await attempts((socket) => socket.end(answer))).toBe(1)
  })
  it('after status 400, and if the connection is dropped', async () => {
    expect(await attempts((socket) => socket.end('HTTP/1.1 400 No\r\nConnection: close\r\n\r\n'))).toBe(2)
    expect(await attempts((socket) => socket.destroy())).toBe(2)
  })
  it('if the relay leaves out the subprotocol', async () => {
    const versions: string[] = []
    const old = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => false })
    old.on('connection', (socket, request) => {
      versions.push(String(request.headers['sec-websocket-protocol']))
      socket.send(encodeContinue(0, 10))
    })
    await once(old, 'listening')
    const transport = wispTransport({ url: `ws://127.0.0.1:${(old.address() as net.AddressInfo).port}/` })
    transport.prepare!()
    await until(() => transport.state === 'open')
    expect(versions).toEqual(['wisp-v2', 'undefined'])
    transport.close()
    old.close()
  })
})

describe('the process ends', () => {
  const run = (urls: string[], then: string) =>
    runScript(`
      import { wispTransport } from 'libcurl-wasm'
      const transport = wispTransport({ urls: ${JSON.stringify(urls)} })
      transport.prepare()
      const events = { opened() {}, failed(code) { console.log(code) } }
      const connect = () => transport.connect({ family: 'IPv4', address: '127.0.0.1', port: 80 }, null, events)
      ${then}`)
  it('though a relay that nobody waits for says nothing', async () => {
    const begun = performance.now()
    await run([`${silent.url}/`], '')
    await run(
      [`${silent.url}/`],
      'const stream = connect(); stream.attend(true); setTimeout(() => stream.close(), 100)',
    )
    // each would take the ten seconds that the relay has
    expect(performance.now() - begun).toBeLessThan(10_000)
  })
  it('not while a stream waits for a relay that rests', async () => {
    const url = `ws://127.0.0.1:${await refusingPort()}/`
    const { stdout } = await run(
      [url],
      `
      setTimeout(() => {
        console.log(transport.state)
        connect().attend(true)
      }, 200)`,
    )
    expect(stdout).toBe('failed\nECONNREFUSED\n')
  })
})
